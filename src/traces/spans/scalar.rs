//! The value of an attribute, whatever the format.
//!
//! In: text, or a number as written. Out: [`Scalar`].
//! Invariant: a number is whole and fits, or there is none.
//! Never: lists and objects.

use std::borrow::Cow;

/// A value that fits no number, string or truth value has no scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scalar<'a> {
    /// A string with its escapes resolved.
    Text(Cow<'a, [u8]>),
    /// A number or literal as written.
    Bare(&'a [u8]),
    /// An object or array, skipped.
    Other,
}

impl Scalar<'_> {
    /// The text of a string or number.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text,
            Self::Bare(text) => text,
            Self::Other => b"",
        }
    }

    /// The whole number, written bare or as a string; a fraction, sign or overflow gives `None`.
    pub fn uint(&self) -> Option<u64> {
        uint(self.bytes())
    }

    /// A time as a whole number; one with a fraction or an exponent, as some tools print large numbers, is rounded.
    pub fn time(&self) -> Option<u64> {
        self.uint().or_else(|| rounded(self.bytes(), 1.0))
    }

    /// The number times ten to the power of `digits` as a whole number: 9 makes nanoseconds of seconds, 6 of
    /// milliseconds, 3 of microseconds. Decimals are exact; an exponent, as some tools print large numbers, is rounded.
    pub fn scaled(&self, digits: u32) -> Option<u64> {
        exact(self.bytes(), digits).or_else(|| rounded(self.bytes(), 10_f64.powi(digits as i32)))
    }

    /// Whether this is true, written bare, as a string or as a number.
    pub fn is_true(&self) -> bool {
        self.bytes().eq_ignore_ascii_case(b"true") || self.bytes() == b"1"
    }

    /// Whether this is `null` or nothing.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Bare(b"null"))
    }
}

/// Digits with or without a fraction, times ten to the power of `digits`; what is finer is cut off.
///
/// `exact(b"1.5", 9)` → 1,500,000,000. `None` for signs, exponents, and what does not fit 64
/// bits.
fn exact(text: &[u8], digits: u32) -> Option<u64> {
    let point = memchr::memchr(b'.', text).unwrap_or(text.len());
    let (whole, part) = (
        text.get(..point)?,
        text.get(point + 1..).unwrap_or_default(),
    );
    if !part.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let part = part.get(..digits as usize).unwrap_or(part);
    let scale = 10_u64.checked_pow(digits)?;
    let left = 10_u64.checked_pow(digits - part.len() as u32)?;
    let fraction = if part.is_empty() {
        0
    } else {
        uint(part)? * left
    };
    uint(whole)?.checked_mul(scale)?.checked_add(fraction)
}

/// A number with a fraction or an exponent times `scale`, if it is finite, not negative and fits 64 bits.
///
/// A double has 53 bits: moments in nanoseconds are rounded to some 200 of them.
fn rounded(text: &[u8], scale: f64) -> Option<u64> {
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    let value = value * scale;
    let fits = (0.0..u64::MAX as f64).contains(&value);
    fits.then(|| value.round() as u64)
}

/// Digits as a number; anything else, or more than 64 bits, gives `None`.
pub(in crate::traces) fn uint(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 20 {
        return None;
    }
    let mut value = 0_u64;
    for &digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value.checked_mul(10)?.checked_add(u64::from(digit))?;
    }
    Some(value)
}

/// Up to 16 hexadecimal digits.
#[inline]
pub(in crate::traces) fn hex(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 16 {
        return None;
    }
    let mut value = 0_u64;
    let mut bad = 0_u8;
    for &digit in digits {
        let nibble = HEX[usize::from(digit)];
        bad |= nibble;
        value = value << 4 | u64::from(nibble & 15);
    }
    (bad < 16).then_some(value)
}

/// Value of each hexadecimal digit; 255 for any other byte.
static HEX: [u8; 256] = {
    let mut table = [255; 256];
    let mut index = 0;
    while index < 16 {
        table[b"0123456789abcdef"[index] as usize] = index as u8;
        table[b"0123456789ABCDEF"[index] as usize] = index as u8;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_are_no_numbers() {
        let parsed = |text: &str| uint(text.as_bytes());
        assert_eq!(parsed("18446744073709551615"), Some(u64::MAX));
        assert_eq!(
            [
                parsed("18446744073709551616"),
                parsed("1.5"),
                parsed("-1"),
                parsed("")
            ],
            [None; 4]
        );
    }

    #[test]
    fn decimals_scale_exactly() {
        let scaled = |text: &str, digits| Scalar::Bare(text.as_bytes()).scaled(digits);
        assert_eq!(scaled("1478293361.271", 9), Some(1_478_293_361_271_000_000));
        assert_eq!(scaled("0.0000000019", 9), Some(1));
        assert_eq!(scaled("1.5E3", 6), Some(1_500_000_000));
        assert_eq!(scaled("12", 0), Some(12));
        assert_eq!(
            [scaled("12.9", 0), scaled("1.5E2", 0)],
            [Some(12), Some(150)]
        );
        assert_eq!(
            [scaled("-1", 3), scaled("x", 3), scaled("1e300", 9)],
            [None; 3]
        );
        assert_eq!(scaled("18446744073709551615", 9), None);
    }
}
