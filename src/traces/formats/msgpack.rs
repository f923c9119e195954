//! `MessagePack` as JSON, for formats that exist in both.
//!
//! In: the bytes of one value. Out: the same as JSON text.
//! Invariant: one pass; a value that is cut gives nothing, a key that is no text and bytes give empty texts.
//! Never: recursion, or more room than a small multiple of the input.

/// Deepest nesting that is read.
const DEEPEST: usize = 64;

/// A list or map that is open.
struct Open {
    /// Values still to come; of a map, keys and values.
    left: u64,
    /// Whether it is a map.
    map: bool,
    /// Whether nothing was written into it yet.
    first: bool,
}

/// The value in `bytes` as JSON; `None` where it is cut, damaged or nested too deep.
///
/// A flat loop with a stack of open lists: in a map, an even number of values left means that
/// a key comes next. Bytes behind the value are not looked at.
pub(super) fn to_json(bytes: &[u8]) -> Option<Vec<u8>> {
    let (mut out, mut rest, mut open) = (Vec::with_capacity(bytes.len()), bytes, Vec::new());
    loop {
        while let Some(Open { left: 0, map, .. }) = open.last() {
            out.push(if *map { b'}' } else { b']' });
            open.pop();
        }
        let key = match open.last_mut() {
            None if !out.is_empty() => return Some(out),
            None => false,
            Some(holder) => {
                let key = holder.map && holder.left % 2 == 0;
                match (holder.map && !key, holder.first) {
                    (true, _) => out.push(b':'),
                    (_, false) => out.push(b','),
                    _ => {}
                }
                (holder.first, holder.left) = (false, holder.left - 1);
                key
            }
        };
        if let Value::Begun(found) = value(&mut rest, &mut out, key)? {
            if open.len() >= DEEPEST {
                return None;
            }
            open.push(found);
        }
    }
}

/// What stands at the start of the rest.
enum Value {
    /// A value that was written.
    Written,
    /// A list or map that begins.
    Begun(Open),
}

/// Writes the value at the start of `rest`, or the border of the list or map that begins there.
///
/// A list or map cannot be a key of JSON: there, the whole payload gives nothing.
fn value(rest: &mut &[u8], out: &mut Vec<u8>, key: bool) -> Option<Value> {
    let tag = number(rest, 1)? as u8;
    let list = |out: &mut Vec<u8>, count: u64, map: bool| {
        out.push(if map { b'{' } else { b'[' });
        let left = if map { count * 2 } else { count };
        (!key).then_some(Value::Begun(Open {
            left,
            map,
            first: true,
        }))
    };
    match tag {
        0x80..=0x8F => return list(out, u64::from(tag & 15), true),
        0xDE | 0xDF => {
            let count = number(rest, if tag == 0xDE { 2 } else { 4 })?;
            return list(out, count, true);
        }
        0x90..=0x9F => return list(out, u64::from(tag & 15), false),
        0xDC | 0xDD => {
            let count = number(rest, if tag == 0xDC { 2 } else { 4 })?;
            return list(out, count, false);
        }
        0xA0..=0xBF => text(take(rest, u64::from(tag & 31))?, out),
        0xD9..=0xDB => {
            let length = number(rest, 1 << (tag - 0xD9))?;
            text(take(rest, length)?, out);
        }
        0xC4..=0xC6 => {
            let length = number(rest, 1 << (tag - 0xC4))?;
            take(rest, length)?;
            text(b"", out);
        }
        _ if key => {
            scalar(tag, rest)?;
            text(b"", out);
        }
        _ => out.extend_from_slice(scalar(tag, rest)?.as_bytes()),
    }
    Some(Value::Written)
}

/// A number or literal as it is written in JSON.
fn scalar(tag: u8, rest: &mut &[u8]) -> Option<String> {
    Some(match tag {
        0x00..=0x7F => tag.to_string(),
        0xE0..=0xFF => tag.cast_signed().to_string(),
        0xC0 => "null".to_owned(),
        0xC2 => "false".to_owned(),
        0xC3 => "true".to_owned(),
        0xCA => f32::from_bits(number(rest, 4)? as u32).to_string(),
        0xCB => f64::from_bits(number(rest, 8)?).to_string(),
        0xCC..=0xCF => number(rest, 1 << (tag - 0xCC))?.to_string(),
        0xD0..=0xD3 => {
            let bytes = 1 << (tag - 0xD0);
            let shift = 64 - 8 * bytes as u32;
            ((number(rest, bytes)? << shift).cast_signed() >> shift).to_string()
        }
        _ => return None,
    })
}

/// Writes text as a string of JSON; bytes that are no UTF-8 become U+FFFD.
fn text(bytes: &[u8], out: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(bytes);
    // Writing to a vector cannot fail.
    let _ = serde_json::to_writer(out, &*text);
}

/// The next `length` bytes; `None` if fewer are left.
fn take<'b>(rest: &mut &'b [u8], length: u64) -> Option<&'b [u8]> {
    let (taken, left) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = left;
    Some(taken)
}

/// A number of `bytes` bytes, the highest first.
fn number(rest: &mut &[u8], bytes: u64) -> Option<u64> {
    let digits = take(rest, bytes)?.iter();
    Some(digits.fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::to_json;

    #[test]
    fn every_kind_of_value_is_written_and_every_cut_is_nothing() {
        let bytes = [
            &[0x92, 0x83][..],
            &[
                0xA1, b'a', 0xCF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
            ],
            &[0xA1, b'b', 0x91, 0xD0, 0xFF],
            &[0xD9, 1, b'c', 0xCB, 0x3F, 0xE0, 0, 0, 0, 0, 0, 0],
            &[0x93, 0xC0, 0xC3, 0xA2, b'"', b'x'],
        ]
        .concat();
        let json = to_json(&bytes).expect("a value");
        let wanted = r#"[{"a":18446744073709551615,"b":[-1],"c":0.5},[null,true,"\"x"]]"#;
        assert_eq!(String::from_utf8_lossy(&json), wanted);
        for cut in 0..bytes.len() {
            assert_eq!(to_json(&bytes[..cut]), None, "cut at {cut}");
        }
        assert_eq!(to_json(&[0x91; 100]), None);
        assert_eq!(to_json(&[0xC1]), None);
        assert_eq!(to_json(&[0x80]), Some(b"{}".to_vec()));
    }
}
