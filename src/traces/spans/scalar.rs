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
        self.uint().or_else(|| rounded(self.bytes()))
    }

    /// Whether this is `null` or nothing.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Bare(b"null"))
    }
}

/// A number with a fraction or an exponent, if it is finite, not negative and fits 64 bits.
fn rounded(text: &[u8]) -> Option<u64> {
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
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
}
