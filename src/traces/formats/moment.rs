//! Points and spans of time as protobuf writes them in JSON.
//!
//! In: `2017-01-26T16:46:31.639875-05:00`, `0.2s`. Out: nanoseconds.
//! Invariant: whole numbers; what does not fit 64 bits is nothing.
//! Never: local time.

use jiff::{SignedDuration, Timestamp};

/// Nanoseconds since 1970 of a moment in RFC 3339.
pub(super) fn instant(text: &[u8]) -> Option<u64> {
    let moment: Timestamp = std::str::from_utf8(text).ok()?.parse().ok()?;
    u64::try_from(moment.as_nanosecond()).ok()
}

/// Nanoseconds of a duration: `5000ns`, `0.2s`, `12ms`, `3us`.
pub(super) fn duration(text: &[u8]) -> Option<u64> {
    let duration: SignedDuration = std::str::from_utf8(text).ok()?.parse().ok()?;
    u64::try_from(duration.as_nanos()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_durations_are_exact() {
        assert_eq!(
            instant(b"2017-01-26T16:46:31.639875-05:00"),
            Some(1_485_467_191_639_875_000)
        );
        assert_eq!(instant(b"1970-01-01T00:00:01Z"), Some(1_000_000_000));
        assert_eq!(
            [
                instant(b"1969-12-31T23:59:59Z"),
                instant(b"2017-13-01T00:00:00Z"),
                instant(b"now")
            ],
            [None; 3]
        );
        assert_eq!(duration(b"5000ns"), Some(5000));
        assert_eq!(
            [duration(b"0.2s"), duration(b"1.5ms"), duration(b"3us")],
            [Some(200_000_000), Some(1_500_000), Some(3000)]
        );
        assert_eq!(
            [
                duration(b"5"),
                duration(b"x"),
                duration(b"99999999999999999999s")
            ],
            [None; 3]
        );
    }
}
