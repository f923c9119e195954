//! Points and spans of time as protobuf and databases write them in JSON.
//!
//! In: `2017-01-26T16:46:31.639875-05:00`, `2017-01-26 16:46:31.6`, `0.2s`, a number. Out: nanoseconds.
//! Invariant: whole numbers; what does not fit 64 bits is nothing.
//! Never: local time; a moment without a zone is one of UTC.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use crate::traces::spans::scalar::Scalar;

/// Nanoseconds since 1970 of a moment however a table writes it: as a date with or without a zone, or as a number,
/// of which the size tells the unit (any moment since 1973 has its own number of digits in each).
pub(super) fn any(value: &Scalar<'_>) -> Option<u64> {
    match value.scaled(0) {
        Some(0..100_000_000_000) => value.scaled(9),
        Some(100_000_000_000..100_000_000_000_000) => value.scaled(6),
        Some(100_000_000_000_000..100_000_000_000_000_000) => value.scaled(3),
        Some(nanos) => Some(nanos),
        None => instant(value.bytes()).or_else(|| zoneless(value.bytes())),
    }
}

/// A date without a zone (`2017-01-26 16:46:31.6`), taken for UTC.
fn zoneless(text: &[u8]) -> Option<u64> {
    let moment: DateTime = std::str::from_utf8(text).ok()?.parse().ok()?;
    let moment = Offset::UTC.to_timestamp(moment).ok()?;
    u64::try_from(moment.as_nanosecond()).ok()
}

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

    #[test]
    fn moments_of_tables_are_told_by_their_size() {
        let read = |text: &str| any(&Scalar::Text(text.as_bytes().into()));
        let nanos = Some(1_485_467_191_639_875_000);
        for text in [
            "1485467191639875000",
            "1485467191639875",
            "1485467191639.875",
            "1485467191.639875",
            "2017-01-26 21:46:31.639875000",
            "2017-01-26T21:46:31.639875Z",
            "2017-01-26 16:46:31.639875-05:00",
        ] {
            assert_eq!(read(text), nanos, "{text}");
        }
        assert_eq!([read(""), read("yesterday"), read("-5")], [None; 3]);
    }
}
