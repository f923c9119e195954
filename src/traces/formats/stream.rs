//! JSON text of any length through a buffer of bounded size.
//!
//! In: a reader. Out: the borders of objects and arrays; leaves as slices for [`Cursor`].
//! Invariant: the buffer holds one leaf at most; containers are never held whole.
//! Never: recursion beyond the levels that a format names.

use std::io::{self, Read};

use super::json::{Cursor, Stop};
use super::problems::{Fault, Problems};
use crate::traces::spans::collect::Collector;

/// Largest leaf (one span) in bytes.
const LEAF_LIMIT: usize = 64 << 20;
/// First size of the buffer in bytes.
const BUFFER: usize = 1 << 20;

/// A buffered position in JSON text.
pub(super) struct Stream<'r> {
    /// Where more text comes from; `None` if all of it is in the buffer.
    reader: Option<&'r mut dyn Read>,
    /// Text that is known, and room behind it.
    buffer: Vec<u8>,
    /// Offset of the next byte in the buffer.
    pos: usize,
    /// How many bytes of the buffer are text.
    len: usize,
    /// Offset of the buffer's first byte in the input.
    base: u64,
    /// Records that were left out, each by itself.
    pub(super) odd: Problems,
}

impl<'r> Stream<'r> {
    /// Text that comes from `reader`.
    pub(in crate::traces) fn new(reader: &'r mut dyn Read) -> Self {
        Self::at(reader, 0)
    }

    /// Text that comes from `reader` and starts at offset `base` of the input.
    pub(in crate::traces) fn at(reader: &'r mut dyn Read, base: u64) -> Self {
        Self {
            reader: Some(reader),
            buffer: vec![0; BUFFER],
            pos: 0,
            len: 0,
            base,
            odd: Problems::default(),
        }
    }

    /// Text that is here already; `base` is its offset in the input.
    pub(in crate::traces) fn of(text: Vec<u8>, base: u64) -> Self {
        Self {
            reader: None,
            len: text.len(),
            buffer: text,
            pos: 0,
            base,
            odd: Problems::default(),
        }
    }

    /// Gives the buffer back for further use.
    pub(super) fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }

    /// Offset of the next byte in the input.
    pub(super) fn offset(&self) -> u64 {
        self.base + self.pos as u64
    }

    /// Reads a leaf; `parse` may run again with more text, so it must change nothing before it succeeds.
    ///
    /// On `Stop::End` the buffer is filled further and the leaf is read from its start again.
    /// Doubling the buffer keeps the work linear.
    pub(super) fn leaf<T>(
        &mut self,
        mut parse: impl FnMut(&mut Cursor<'_>) -> Result<T, Stop>,
    ) -> Result<T, Fault> {
        loop {
            let mut cursor = Cursor::new(self.buffer.get(self.pos..self.len).unwrap_or_default());
            match parse(&mut cursor) {
                Ok(value) => {
                    self.pos += cursor.position();
                    return Ok(value);
                }
                Err(Stop::Syntax) => {
                    let byte = self.offset() + cursor.position() as u64;
                    return Err(Fault::Syntax {
                        what: "not the JSON of this format",
                        byte,
                    });
                }
                Err(Stop::End) => {
                    if !self.refill()? {
                        return Err(Fault::Truncated {
                            byte: self.base + self.len as u64,
                        });
                    }
                }
            }
        }
    }

    /// Reads more text behind what is left, which moves to the front of the buffer; false at the
    /// end.
    ///
    /// A buffer that is full is doubled, up to `LEAF_LIMIT`.
    fn refill(&mut self) -> Result<bool, Fault> {
        let Some(reader) = self.reader.as_mut() else {
            return Ok(false);
        };
        self.buffer.copy_within(self.pos..self.len, 0);
        self.base += self.pos as u64;
        self.len -= self.pos;
        self.pos = 0;
        if self.len == self.buffer.len() {
            if self.len >= LEAF_LIMIT {
                return Err(Fault::Syntax {
                    what: "one record is larger than 64 MiB",
                    byte: self.base,
                });
            }
            self.buffer.resize(self.len * 2, 0);
        }
        loop {
            match reader.read(self.buffer.get_mut(self.len..).unwrap_or_default()) {
                Ok(read) => {
                    self.len += read;
                    return Ok(read > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(Fault::Io {
                        error,
                        byte: self.base + self.len as u64,
                    });
                }
            }
        }
    }

    /// The next byte that is no white space; `None` at the end of the input.
    pub(super) fn peek(&mut self) -> Result<Option<u8>, Fault> {
        match self.leaf(|cursor| cursor.peek()) {
            Ok(byte) => Ok(Some(byte)),
            Err(Fault::Truncated { .. }) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Visits the members of the object here; `name` gives each key a meaning, `visit` reads the value.
    ///
    /// Keys are turned into `K` at once, because the text that they stand in may move before the
    /// value is read.
    pub(super) fn object<K>(
        &mut self,
        name: impl Fn(&[u8]) -> K,
        mut visit: impl FnMut(&mut Self, K) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.leaf(|cursor| cursor.eat(b'{'))?;
        let mut first = true;
        loop {
            let key = self.leaf(|cursor| {
                let mut start = first;
                cursor.next_key(&mut start).map(|key| key.map(&name))
            })?;
            first = false;
            let Some(key) = key else { return Ok(()) };
            visit(self, key)?;
        }
    }

    /// Visits the elements of the array here; `null` counts as an empty array.
    pub(super) fn array(
        &mut self,
        mut visit: impl FnMut(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if self.leaf(|cursor| cursor.peek())? == b'n' {
            return self.skip();
        }
        self.leaf(|cursor| cursor.eat(b'['))?;
        let mut first = true;
        while self.leaf(|cursor| {
            let mut start = first;
            cursor.next_item(&mut start, b']')
        })? {
            first = false;
            visit(self)?;
        }
        Ok(())
    }

    /// Skips a value of any size without holding it.
    ///
    /// Only brackets and quotes are followed, byte by byte, and what was looked at is dropped.
    pub(in crate::traces) fn skip(&mut self) -> Result<(), Fault> {
        if !matches!(self.leaf(|cursor| cursor.peek())?, b'{' | b'[' | b'"') {
            return self.leaf(|cursor| cursor.skip());
        }
        let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
        loop {
            let text = self.buffer.get(self.pos..self.len).unwrap_or_default();
            for (index, &byte) in text.iter().enumerate() {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if quoted => escaped = true,
                    b'"' => quoted = !quoted,
                    _ if quoted => continue,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth = depth.saturating_sub(1),
                    _ => continue,
                }
                if depth == 0 && !quoted {
                    self.pos += index + 1;
                    return Ok(());
                }
            }
            self.pos = self.len;
            if !self.refill()? {
                return Err(Fault::Truncated {
                    byte: self.offset(),
                });
            }
        }
    }

    /// Skips to just after the next line end; false when there is none.
    pub(super) fn next_line(&mut self) -> Result<bool, Fault> {
        loop {
            let text = self.buffer.get(self.pos..self.len).unwrap_or_default();
            if let Some(end) = memchr::memchr(b'\n', text) {
                self.pos += end + 1;
                return Ok(true);
            }
            self.pos = self.len;
            if !self.refill()? {
                return Ok(false);
            }
        }
    }
}

/// Reads documents one after another, or as elements of an array; after a bad one, the next line that starts one.
pub(super) fn documents(
    reader: &mut (dyn Read + Send),
    sinks: &mut [Collector],
    document: impl FnMut(&mut Stream<'_>, &mut Collector) -> Result<(), Fault>,
) -> Problems {
    match sinks.first_mut() {
        Some(sink) => Stream::new(reader).documents(sink, document),
        None => Problems::default(),
    }
}

impl Stream<'_> {
    /// See [`documents`].
    pub(super) fn documents(
        &mut self,
        sink: &mut Collector,
        document: impl FnMut(&mut Stream<'_>, &mut Collector) -> Result<(), Fault>,
    ) -> Problems {
        let mut problems = self.all(sink, document);
        problems.merge(std::mem::take(&mut self.odd));
        problems
    }

    /// Reads documents until the end, or until nothing more can be read.
    ///
    /// After a fault, reading goes on at the next line that starts with a bracket. If the text is
    /// all in memory, the line behind the start of the failed document is tried: a cut line may
    /// have swallowed whole ones. That is bounded, since each retry may read to the end.
    fn all(
        &mut self,
        sink: &mut Collector,
        mut document: impl FnMut(&mut Stream<'_>, &mut Collector) -> Result<(), Fault>,
    ) -> Problems {
        /// Most bytes that are read again, after documents that were cut in the middle.
        const AGAIN: usize = 64 << 20;
        let (mut problems, mut again) = (Problems::default(), 0);
        let _ = self.leaf(|cursor| match cursor.first() {
            Some(_) => Ok(cursor.literal(b"\xEF\xBB\xBF")),
            None => Err(Stop::End),
        });
        loop {
            let next = self.peek();
            let start = self.pos;
            let result = match next {
                Ok(None) => return problems,
                Ok(Some(b'[')) => self.array(|stream| document(stream, sink)),
                Ok(Some(_)) => document(self, sink),
                Err(fault) => Err(fault),
            };
            let Err(fault) = result else { continue };
            let over = matches!(fault, Fault::Io { .. } | Fault::Truncated { .. });
            problems.add(fault);
            // Of lines, the next one may be whole though this one was cut.
            if self.reader.is_none() && again < AGAIN {
                again += self.pos - start;
                self.pos = start;
                if self.resync() {
                    continue;
                }
                return problems;
            }
            if over || !self.resync() {
                return problems;
            }
        }
    }

    /// Goes to the next line that starts with a bracket.
    fn resync(&mut self) -> bool {
        while matches!(self.next_line(), Ok(true)) {
            let starts = |cursor: &mut Cursor<'_>| match cursor.first() {
                Some(byte) => Ok(matches!(byte, b'{' | b'[' | 0)),
                None => Err(Stop::End),
            };
            match self.leaf(starts) {
                Ok(true) => return true,
                Ok(false) => {}
                Err(_) => return false,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, so that every border is crossed.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else {
                return Ok(0);
            };
            self.0 = rest;
            into[0] = *first;
            Ok(1)
        }
    }

    #[test]
    fn finds_leaves_over_any_border() {
        let mut reader = Drip(br#"{"skip":{"a":["}"]},"list":[{"n":"1"},{"n":"22"}],"z":null}"#);
        let mut stream = Stream::new(&mut reader);
        let mut seen = Vec::new();
        let name = |key: &[u8]| key.to_vec();
        stream
            .object(name, |stream, key| match key.as_slice() {
                b"list" => stream.array(|stream| {
                    let size = stream.leaf(|cursor| {
                        let from = cursor.position();
                        cursor.skip().map(|()| cursor.position() - from)
                    })?;
                    seen.push(size);
                    Ok(())
                }),
                _ => stream.skip(),
            })
            .expect("a document");
        assert_eq!(seen, [9, 10]);
        assert_eq!(stream.peek().expect("end"), None);
    }
}
