//! Ids of traces and spans as formats write them.
//!
//! In: hexadecimal digits, base64 or bytes. Out: numbers.
//! Invariant: one id has one number, however it is written.
//! Never: ids longer than 128 (trace) or 64 bits (span).

use super::scalar::{Scalar, hex};
use super::span::TraceId;

/// A trace id of up to 32 hexadecimal digits, or 16 bytes in base64.
///
/// 17 to 32 characters may be digits or base64 (a base64 id of 16 bytes has 22 or 24): digits
/// are tried first.
pub(in crate::traces) fn trace_id(text: &[u8]) -> Option<TraceId> {
    if let Some(split) = text
        .len()
        .checked_sub(16)
        .filter(|split| *split <= 16 && *split > 0)
    {
        let (high, low) = text.split_at(split);
        if let (Some(high), Some(low)) = (hex(high), hex(low)) {
            return Some([high, low]);
        }
        return bytes_16(&base64(text)?);
    }
    hex(text)
        .map(|low| [0, low])
        .or_else(|| bytes_16(&base64(text)?))
}

/// A span id of up to 16 hexadecimal digits, or 8 bytes in base64.
///
/// Of 16 bytes in base64 the first eight count.
pub(in crate::traces) fn span_id(text: &[u8]) -> Option<u64> {
    hex(text).or_else(|| {
        base64(text)?
            .first_chunk::<8>()
            .map(|bytes| u64::from_be_bytes(*bytes))
    })
}

/// A trace id as a text, or as a decimal number.
pub(in crate::traces) fn trace_of(value: &Scalar<'_>) -> Option<TraceId> {
    match value {
        Scalar::Bare(_) => value.uint().map(|low| [0, low]),
        _ => trace_id(value.bytes()),
    }
}

/// A span id as a text, or as a decimal number.
pub(in crate::traces) fn span_of(value: &Scalar<'_>) -> Option<u64> {
    match value {
        Scalar::Bare(_) => value.uint(),
        _ => span_id(value.bytes()),
    }
}

/// A trace id of 16 bytes (or 8, as old senders write it).
pub(in crate::traces) fn bytes_16(bytes: &[u8]) -> Option<TraceId> {
    match (
        bytes.len(),
        bytes.first_chunk::<8>(),
        bytes.last_chunk::<8>(),
    ) {
        (16, Some(high), Some(low)) => Some([u64::from_be_bytes(*high), u64::from_be_bytes(*low)]),
        (8, Some(low), _) => Some([0, u64::from_be_bytes(*low)]),
        _ => None,
    }
}

/// Bytes of 8 or 16 in base64, with or without padding.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    let bare = text
        .strip_suffix(b"==")
        .or_else(|| text.strip_suffix(b"="))
        .unwrap_or(text);
    STANDARD_NO_PAD
        .decode(bare)
        .ok()
        .filter(|bytes| matches!(bytes.len(), 8 | 16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_hex_and_base64_are_one() {
        assert_eq!(
            trace_id(b"3BA55609C3CDE49649CD77D1F9DCD936"),
            trace_id(b"O6VWCcPN5JZJzXfR+dzZNg==")
        );
        assert_eq!(span_id(b"49cd77d1f9dcd936"), span_id(b"Sc130fnc2TY="));
        assert_eq!(trace_id(b"a"), Some([0, 10]));
        assert_eq!([trace_id(b"xyz"), trace_id(b"")], [None, None]);
        assert_eq!(span_id(b"12345678901234567"), None);
    }
}
