//! How inputs without spans are read: as a whole, by document, or by line.
//!
//! In: the bytes of an input. Out: its documents or lines.
//! Invariant: what stands before a fault is kept, and the fault is told.
//! Never: an input of more than the limit, or a record that takes others with it.

use std::io::{self, Read};

use serde::Deserialize;

use crate::traces::formats::problems::{Fault, Problems};
use crate::traces::spans::intern::stable_hash;

/// Largest input that is read as a whole, in bytes.
const LARGEST: u64 = 1 << 30;

/// The mark of UTF-8 that some editors write first.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// All bytes of an input that must be held at once.
pub(in crate::traces::sums) fn whole(reader: &mut (dyn Read + Send)) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other("is larger than 1 GiB"));
    }
    if bytes.starts_with(MARK) {
        bytes.drain(..MARK.len());
    }
    Ok(bytes)
}

/// The documents of JSON that stand one after another; what is none of the kind is a problem, and ends the reading.
pub(in crate::traces::sums) fn each_document<T: for<'de> Deserialize<'de>>(
    reader: &mut (dyn Read + Send),
    mut take: impl FnMut(T, &mut Problems),
) -> io::Result<Problems> {
    let bytes = whole(reader)?;
    let mut problems = Problems::default();
    let mut documents = serde_json::Deserializer::from_slice(&bytes).into_iter::<T>();
    while let Some(document) = documents.next() {
        let byte = documents.byte_offset() as u64;
        match document {
            Ok(document) => take(document, &mut problems),
            Err(error) if error.is_eof() => problems.add(Fault::Truncated { byte }),
            Err(_) => problems.add(Fault::Syntax {
                what: "not the JSON of this kind",
                byte,
            }),
        }
    }
    Ok(problems)
}

/// A record, or one of another shape that loses itself only.
#[derive(Deserialize)]
#[serde(untagged)]
pub(in crate::traces::sums) enum Loose<T> {
    Good(T),
    Odd(serde::de::IgnoredAny),
}

impl<T> Loose<T> {
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
