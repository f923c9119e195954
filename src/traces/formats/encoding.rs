//! Text that is not in UTF-8, or stands behind zeros.
//!
//! In: a reader, and its first bytes. Out: a reader of UTF-8.
//! Invariant: what is UTF-8 or binary already is left as it is.
//! Never: more than a few bytes held.

use std::io::{self, Read};

/// A reader of UTF-16 as UTF-8.
pub(super) struct Utf16<R> {
    /// The text to be converted.
    reader: R,
    /// Whether the higher byte of a unit stands first.
    big: bool,
    /// The first byte of a unit whose second was not read yet.
    odd: Option<u8>,
    /// The first half of a surrogate pair whose second was not read yet.
    high: Option<u16>,
    /// Converted bytes, and how many of them were given away.
    ready: Vec<u8>,
    given: usize,
}

impl<R: Read> Utf16<R> {
    /// If `head` is text in UTF-16: whether its bytes are big-endian.
    pub(super) fn order(head: &[u8]) -> Option<bool> {
        match head {
            [0xFF, 0xFE, ..] | [b'{' | b'[', 0, ..] => Some(false),
            [0xFE, 0xFF, ..] | [0, b'{' | b'[', 0, ..] => Some(true),
            _ => None,
        }
    }

    /// Converts what `reader` gives, a byte order mark included.
    pub(super) fn new(reader: R, big: bool) -> Self {
        Self {
            reader,
            big,
            odd: None,
            high: None,
            ready: Vec::new(),
            given: 0,
        }
    }

    /// Reads and converts up to 8 KiB; false at the end of the input. Halves are kept for the
    /// next time.
    fn refill(&mut self) -> io::Result<bool> {
        let mut raw = [0; 8192];
        let read = self.reader.read(&mut raw)?;
        self.given = 0;
        self.ready.clear();
        for &byte in &raw[..read] {
            let Some(first) = self.odd.take() else {
                self.odd = Some(byte);
                continue;
            };
            let pair = [first, byte];
            let unit = if self.big {
                u16::from_be_bytes(pair)
            } else {
                u16::from_le_bytes(pair)
            };
            self.unit(unit);
        }
        Ok(read > 0)
    }

    /// Converts one unit; a surrogate without its other half becomes U+FFFD.
    fn unit(&mut self, unit: u16) {
        if (0xD800..0xDC00).contains(&unit) {
            self.high = Some(unit);
            return;
        }
        let units = [self.high.take(), Some(unit)];
        let mut room = [0; 4];
        for letter in char::decode_utf16(units.into_iter().flatten()) {
            let letter = letter.unwrap_or(char::REPLACEMENT_CHARACTER);
            self.ready
                .extend_from_slice(letter.encode_utf8(&mut room).as_bytes());
        }
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() {
            if !self.refill()? {
                return Ok(0);
            }
        }
        let left = &self.ready[self.given..];
        let count = left.len().min(into.len());
        into[..count].copy_from_slice(&left[..count]);
        self.given += count;
        Ok(count)
    }
}

/// A reader without the zeros in front, which rotation by copying and cutting leaves.
pub(super) struct Trimmed<R> {
    reader: R,
    /// Whether the zeros are past.
    done: bool,
}

impl<R: Read> Trimmed<R> {
    /// Whether `head` starts with more zeros than any binary format does.
    pub(super) fn fits(head: &[u8]) -> bool {
        head.starts_with(&[0; 8])
    }

    /// Reads `reader` from its first byte that is not zero.
    pub(super) const fn new(reader: R) -> Self {
        Self {
            reader,
            done: false,
        }
    }
}

impl<R: Read> Read for Trimmed<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.reader.read(into)?;
            if self.done || read == 0 {
                return Ok(read);
            }
            if let Some(at) = into[..read].iter().position(|byte| *byte != 0) {
                self.done = true;
                into.copy_within(at..read, 0);
                return Ok(read - at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_of_both_orders_becomes_utf_8() {
        let text = "\u{FEFF}{\"a\":\"ü\u{1F600}\"}";
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for bytes in [little, big] {
            let order = Utf16::<&[u8]>::order(&bytes).expect("UTF-16");
            let mut read = String::new();
            Utf16::new(&bytes[..], order)
                .read_to_string(&mut read)
                .expect("text");
            assert_eq!(read, text);
        }
        assert_eq!(Utf16::<&[u8]>::order(b"{\"a\":1}"), None);
    }

    #[test]
    fn zeros_in_front_go() {
        let mut read = Vec::new();
        let bytes = [vec![0; 9000], b"x\0y".to_vec()].concat();
        Trimmed::new(&bytes[..])
            .read_to_end(&mut read)
            .expect("bytes");
        assert_eq!(read, b"x\0y");
    }
}
