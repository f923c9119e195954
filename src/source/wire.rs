//! The wire format of protobuf, as far as reading needs it.
//!
//! In: the bytes of one message. Out: its fields, in order.
//! Invariant: never reads past the message; an unknown field is stepped over.
//! Never: descriptors, allocation.

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// A varint, or fixed 32 or 64 bits.
    Number(u64),
    /// A string, bytes or a message.
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    /// The bytes, empty for a number.
    pub(crate) fn bytes(self) -> &'a [u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Number(_) => b"",
        }
    }

    /// The number, zero for bytes.
    pub(crate) fn number(self) -> u64 {
        match self {
            Self::Number(number) => number,
            Self::Bytes(_) => 0,
        }
    }
}

/// The message is cut off or no protobuf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken;

/// The fields of `message`; ends after the first broken one.
pub(crate) fn fields(message: &[u8]) -> impl Iterator<Item = Result<(u64, Value<'_>), Broken>> {
    let mut rest = message;
    let mut broken = false;
    std::iter::from_fn(move || {
        if rest.is_empty() || broken {
            return None;
        }
        let field = field(&mut rest).ok_or(Broken);
        broken = field.is_err();
        Some(field)
    })
}

/// One field with its number; `None` where it is cut off, has number 0, or has a type that is not
/// read, such as a group.
fn field<'a>(rest: &mut &'a [u8]) -> Option<(u64, Value<'a>)> {
    let tag = varint(rest)?;
    let value = match tag & 7 {
        0 => Value::Number(varint(rest)?),
        1 => Value::Number(u64::from_le_bytes(*take(rest, 8)?.first_chunk()?)),
        2 => {
            let length = usize::try_from(varint(rest)?).ok()?;
            Value::Bytes(take(rest, length)?)
        }
        5 => Value::Number(u64::from(u32::from_le_bytes(
            *take(rest, 4)?.first_chunk()?,
        ))),
        _ => return None,
    };
    (tag >> 3 > 0).then_some((tag >> 3, value))
}

/// Splits bytes off the front; `None` where fewer are left.
fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(taken)
}

/// A number of up to ten bytes, seven bits each, lowest first.
pub(crate) fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..70).step_by(7) {
        let (&byte, tail) = rest.split_first()?;
        *rest = tail;
        if shift == 63 && byte > 1 {
            return None;
        }
        value |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind_of_field() {
        let message = [
            0x08, 0x96, 0x01, 0x12, 2, b'h', b'i', 0x19, 1, 0, 0, 0, 0, 0, 0, 0, 0x25, 7, 0, 0, 0,
        ];
        let found: Vec<_> = fields(&message).collect();
        let wanted = [
            (1, Value::Number(150)),
            (2, Value::Bytes(b"hi")),
            (3, Value::Number(1)),
            (4, Value::Number(7)),
        ];
        assert_eq!(found, wanted.map(Ok));
    }

    #[test]
    fn cuts_and_hostile_lengths_are_broken() {
        for message in [
            &[0x08][..],
            &[0x12, 5, b'h'],
            &[
                0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1,
            ],
            &[0x0B],
            &[0x00, 1],
        ] {
            assert_eq!(fields(message).last(), Some(Err(Broken)), "{message:?}");
        }
    }
}
