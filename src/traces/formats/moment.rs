//! Points and spans of time as protobuf writes them in JSON.
//!
//! In: `2017-01-26T16:46:31.639875-05:00`, `0.2s`. Out: nanoseconds.
//! Invariant: whole numbers; what does not fit 64 bits is nothing.
//! Never: local time.

use crate::traces::spans::scalar::uint;

/// Nanoseconds since 1970 of a moment in RFC 3339.
pub(super) fn instant(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let zone = time.find(['Z', 'z', '+', '-'])?;
    let (clock, offset) = time.split_at_checked(zone)?;
    let mut parts = clock.splitn(3, ':');
    let (hour, minute) = (
        parts.next()?.parse::<i64>().ok()?,
        parts.next()?.parse::<i64>().ok()?,
    );
    let (second, fraction) = parts
        .next()?
        .split_once('.')
        .unwrap_or((clock.rsplit(':').next()?, ""));
    let second = second.parse::<i64>().ok()?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(0..10_000).contains(&year) {
        return None;
    }
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
        - offset_seconds(offset)?;
    let nanos = fraction_nanos(fraction)?;
    u64::try_from(seconds)
        .ok()?
        .checked_mul(1_000_000_000)?
        .checked_add(nanos)
}

/// Nanoseconds of a duration: `5000ns`, `0.2s`, `12ms`, `3us`.
pub(in crate::traces) fn duration(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    let unit = text.find(|letter: char| !(letter.is_ascii_digit() || letter == '.'))?;
    let (number, unit) = text.split_at_checked(unit)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let scale = match unit {
        "s" => 1_000_000_000,
        "ms" => 1_000_000,
        "us" | "µs" => 1_000,
        "ns" => 1,
        _ => return None,
    };
    let part = fraction_nanos(fraction)? / (1_000_000_000 / scale);
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(scale)?
        .checked_add(part)
}

fn fraction_nanos(fraction: &str) -> Option<u64> {
    let digits = fraction.get(..9).unwrap_or(fraction);
    if digits.is_empty() {
        return Some(0);
    }
    let value = uint(digits.as_bytes())?;
    Some(value * 10_u64.pow(9 - u32::try_from(digits.len()).ok()?))
}

fn offset_seconds(offset: &str) -> Option<i64> {
    let sign = match offset.as_bytes().first()? {
        b'Z' | b'z' => return Some(0),
        b'-' => -1,
        _ => 1,
    };
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    Some(sign * (hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60))
}

/// Days since 1970-01-01 (Hinnant's `days_from_civil`).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
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
