//! How inputs without spans are read: as a whole, by document, or by line.
//!
//! In: the bytes of an input. Out: its documents or lines.
//! Invariant: what stands before a fault is kept, and the fault is told.
//! Never: an input of more than the limit, or a record that takes others with it.

use std::io::{self, Read};

use serde::Deserialize;
use serde_json::error::Category;

use crate::traces::formats::problems::{Fault, Problems};
use crate::traces::spans::intern::stable_hash;

/// Largest input that is read as a whole, in bytes.
const LARGEST: u64 = 1 << 30;

/// The mark of UTF-8 that some editors write first.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// All bytes of an input that must be held at once; where reading fails, those before, and the fault as a problem.
pub(in crate::traces::sums) fn whole(
    reader: &mut (dyn Read + Send),
) -> io::Result<(Vec<u8>, Problems)> {
    let (mut bytes, mut problems) = (Vec::new(), Problems::default());
    match reader.take(LARGEST + 1).read_to_end(&mut bytes) {
        Err(error) if bytes.is_empty() => return Err(error),
        Err(error) => problems.add(Fault::Io {
            error,
            byte: bytes.len() as u64,
        }),
        Ok(_) if bytes.len() as u64 > LARGEST => {
            return Err(io::Error::other("is larger than 1 GiB"));
        }
        Ok(_) => {}
    }
    if bytes.starts_with(MARK) {
        bytes.drain(..MARK.len());
    }
    Ok((bytes, problems))
}

/// The documents of JSON that stand one after another. What is none of the kind is a problem, and ends the reading;
/// of a document that is cut off or damaged, what stands before the damage is taken, and the loss is told.
pub(in crate::traces::sums) fn each_document<T: for<'de> Deserialize<'de>>(
    reader: &mut (dyn Read + Send),
    mut take: impl FnMut(T, &mut Problems),
) -> io::Result<Problems> {
    let (bytes, mut problems) = whole(reader)?;
    let mut documents = serde_json::Deserializer::from_slice(&bytes).into_iter::<T>();
    loop {
        let start = documents.byte_offset();
        let error = match documents.next() {
            None => return Ok(problems),
            Some(Ok(document)) => {
                take(document, &mut problems);
                continue;
            }
            Some(Err(error)) => error,
        };
        let at = place(&bytes, &error).max(start);
        problems.add(match error.classify() {
            Category::Eof => Fault::Truncated { byte: at as u64 },
            _ => Fault::Syntax {
                what: "not the JSON of this kind",
                byte: at as u64,
            },
        });
        let (mended, end) = mended(&bytes[..at], start);
        if let Ok(document) = serde_json::from_slice(&mended) {
            take(document, &mut problems);
        }
        let lost = bytes.len() - end;
        problems
            .told
            .push(format!("the last {lost} bytes are lost"));
        return Ok(problems);
    }
}

/// The byte at which `error` was found.
///
/// The parser tells line and column, counted from one.
fn place(bytes: &[u8], error: &serde_json::Error) -> usize {
    if error.is_eof() {
        return bytes.len();
    }
    let before = error.line().saturating_sub(2);
    let line = memchr::memchr_iter(b'\n', bytes).nth(before);
    let line = line.filter(|_| error.line() > 1).map_or(0, |end| end + 1);
    (line + error.column().saturating_sub(1)).min(bytes.len())
}

/// The document that starts at `start` and is damaged where `bytes` end, closed after its last whole value, and where
/// that ends.
///
/// `{"a":[1,2],"b":[3,4` becomes `{"a":[1,2],"b":[3]}`: what stands behind the last comma or
/// bracket may be half a value.
fn mended(bytes: &[u8], start: usize) -> (Vec<u8>, usize) {
    let (mut open, mut end, mut depth) = (Vec::new(), start, 0);
    let (mut text, mut escaped) = (false, false);
    for (at, byte) in bytes.iter().enumerate().skip(start) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if text => escaped = true,
            b'"' => text = !text,
            _ if text => {}
            b'{' => open.push(b'}'),
            b'[' => open.push(b']'),
            b',' => (end, depth) = (at, open.len()),
            b'}' | b']' => {
                open.pop();
                (end, depth) = (at + 1, open.len());
            }
            _ => {}
        }
    }
    open.truncate(depth);
    let closing = open.iter().rev();
    let whole = bytes.get(start..end).unwrap_or_default().iter();
    (whole.chain(closing).copied().collect(), end)
}

/// A record, or one of another shape that loses itself only.
#[derive(Deserialize)]
#[serde(untagged)]
pub(in crate::traces::sums) enum Loose<T> {
    /// A record of the kind that is read.
    Good(T),
    /// Anything else.
    Odd(serde::de::IgnoredAny),
}

impl<T> Loose<T> {
    /// The record, if it is one.
    pub(in crate::traces::sums) fn good(&self) -> Option<&T> {
        match self {
            Self::Good(record) => Some(record),
            Self::Odd(_) => None,
        }
    }
}

/// The lines of a text, each without its end; one longer than `LONGEST` is cut. What stands before the place where
/// reading fails is kept, and the fault is given back.
pub(in crate::traces::sums) fn lines(
    reader: &mut (dyn Read + Send),
    mut line: impl FnMut(u64, &[u8]),
) -> io::Result<Option<Fault>> {
    /// Longest line in bytes.
    const LONGEST: u64 = 4 << 20;
    let mut reader = io::BufReader::with_capacity(1 << 16, reader);
    let (mut text, mut byte) = (Vec::new(), 0_u64);
    loop {
        text.clear();
        let mut next = (&mut reader).take(LONGEST);
        let read = match io::BufRead::read_until(&mut next, b'\n', &mut text) {
            Ok(0) => return Ok(None),
            Ok(read) => read,
            Err(error) if byte == 0 => return Err(error),
            Err(error) => return Ok(Some(Fault::Io { error, byte })),
        };
        let plain = text.strip_prefix(MARK).filter(|_| byte == 0);
        line(byte, plain.unwrap_or(&text).trim_ascii_end());
        byte += read as u64;
    }
}

/// A reader that tells the same bytes again.
pub(in crate::traces) struct Hashed<'r> {
    /// Where the bytes come from.
    pub(in crate::traces) reader: &'r mut (dyn Read + Send),
    /// Of what was read so far.
    pub(in crate::traces) hash: u64,
}

impl Read for Hashed<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        let bytes = into.get(..read).unwrap_or_default();
        self.hash = stable_hash(&[&self.hash.to_le_bytes(), bytes].concat());
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_document_keeps_its_whole_values() {
        for (text, wanted) in [
            (r#"{"a":[1,2"#, r#"{"a":[1]}"#),
            (r#"{"a":[1,2],"b":{"c":"x,}"#, r#"{"a":[1,2]}"#),
            (r#"{"a":[{"b":1},{"b":2,"c""#, r#"{"a":[{"b":1},{"b":2}]}"#),
            (r#"{"a":["\",",3"#, r#"{"a":["\","]}"#),
            (r#"{"a":[{"b":1}]"#, r#"{"a":[{"b":1}]}"#),
            (r#"{"a""#, ""),
        ] {
            let (mended, end) = mended(text.as_bytes(), 0);
            assert_eq!(String::from_utf8_lossy(&mended), wanted, "{text}");
            assert!(wanted.starts_with(&text[..end]), "{text}");
        }
    }

    #[test]
    fn the_place_of_an_error_is_its_byte() {
        let text = b"{\n\"a\":1,\n  x}";
        let error = serde_json::from_slice::<serde_json::Value>(text).expect_err("no JSON");
        assert_eq!(text[place(text, &error)], b'x');
    }
}
