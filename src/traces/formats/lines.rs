//! Documents that stand one per line, read by several threads.
//!
//! In: a reader. Out: the records of each thread in a collector of its own.
//! Invariant: a thread takes whole lines; the results are the same for any number of threads.
//! Never: a text whose first line is no whole document; it is read in one piece instead.

use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

use super::json::Cursor;
use super::problems::Fault;
use super::problems::Problems;
use super::stream::Stream;
use crate::traces::spans::collect::Collector;

/// Reads one document.
pub(super) type Document = fn(&mut Stream<'_>, &mut Collector) -> Result<(), Fault>;

/// Bytes that a thread takes at once.
const CHUNK: usize = 2 << 20;
/// A line longer than this is read as one document, without holding it.
const LONGEST: usize = 32 << 20;

/// Lines yet to be read.
struct Lines<'r> {
    /// Where the input comes from.
    reader: &'r mut (dyn Read + Send),
    /// What was read behind the last line end.
    carry: Vec<u8>,
    /// Offset of the first byte of `carry`.
    base: u64,
    /// Whether the first line was found to be a whole document.
    checked: bool,
    /// Whether nothing more is to be given away.
    done: bool,
}

/// What a thread gets.
enum Piece {
    /// Whole lines, and their offset in the input.
    Lines(u64),
    /// The start of a text that is not made of lines.
    Whole(u64),
    /// Nothing more.
    End,
    /// The reader failed after these bytes.
    Failed(u64, io::Error),
}

impl Lines<'_> {
    /// Fills `buffer` with the next whole lines.
    ///
    /// Pieces end at a line end, the last one at the end of the input. If the first line is no
    /// whole document, or a line exceeds `LONGEST`, all that was read becomes the start of a
    /// `Whole` piece, whose reader goes on from there.
    fn next(&mut self, buffer: &mut Vec<u8>) -> Piece {
        buffer.clear();
        if self.done {
            return Piece::End;
        }
        buffer.append(&mut self.carry);
        let base = self.base;
        loop {
            let before = buffer.len();
            if let Err(error) = (&mut self.reader).take(CHUNK as u64).read_to_end(buffer) {
                self.done = true;
                return Piece::Failed(base, error);
            }
            let ended = buffer.len() < before + CHUNK;
            self.done = ended;
            if !self.checked && !Self::has_lines(buffer) {
                self.done = true;
                return Piece::Whole(base);
            }
            let end = if ended {
                Some(buffer.len())
            } else {
                memchr::memrchr(b'\n', buffer).map(|end| end + 1)
            };
            match end {
                Some(0) => return Piece::End,
                Some(end) => {
                    self.checked = true;
                    self.carry
                        .extend_from_slice(buffer.get(end..).unwrap_or_default());
                    buffer.truncate(end);
                    self.base = base + end as u64;
                    return Piece::Lines(base);
                }
                None if buffer.len() >= LONGEST => {
                    self.done = true;
                    return Piece::Whole(base);
                }
                None => {}
            }
        }
    }

    /// Whether the first line is a whole value, or none that goes on in the next line; true as long as it may be.
    fn has_lines(text: &[u8]) -> bool {
        match memchr::memchr(b'\n', text) {
            Some(end) => {
                let line = text.get(..=end).unwrap_or_default();
                let opens = line.trim_ascii().first();
                !matches!(opens, Some(b'{' | b'[')) || Cursor::new(line).skip().is_ok()
            }
            None => true,
        }
    }
}

/// Reads all documents with one thread for each collector.
///
/// Threads take pieces in turn from one reader behind a lock, and parse beside each other.
/// Offsets count from the start of the input, so that the first problem is the same for any
/// number of threads.
pub(super) fn documents(
    reader: &mut (dyn Read + Send),
    sinks: &mut [Collector],
    document: Document,
) -> Problems {
    let lines = Mutex::new(Lines {
        reader,
        carry: Vec::new(),
        base: 0,
        checked: false,
        done: false,
    });
    let problems = Mutex::new(Problems::default());
    match sinks {
        [sink] => work(&lines, sink, document, &problems),
        _ => rayon::scope(|scope| {
            for sink in sinks {
                scope.spawn(|_| work(&lines, sink, document, &problems));
            }
        }),
    }
    problems
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
}

/// One thread: takes pieces until there are none.
///
/// A `Whole` piece is read under the lock, since it needs the reader itself. Where the reader
/// fails, the last line is cut, and only the failure is told.
fn work(
    lines: &Mutex<Lines<'_>>,
    sink: &mut Collector,
    document: Document,
    problems: &Mutex<Problems>,
) {
    let mut buffer = Vec::with_capacity(CHUNK * 2);
    loop {
        let mut guard = lines.lock().unwrap_or_else(PoisonError::into_inner);
        let found = match guard.next(&mut buffer) {
            Piece::End => return,
            Piece::Lines(base) => {
                drop(guard);
                let mut stream = Stream::of(std::mem::take(&mut buffer), base);
                let found = stream.documents(sink, document);
                buffer = stream.into_buffer();
                found
            }
            Piece::Whole(base) => {
                let mut text =
                    io::Cursor::new(std::mem::take(&mut buffer)).chain(&mut *guard.reader);
                Stream::at(&mut text, base).documents(sink, document)
            }
            Piece::Failed(base, error) => {
                let byte = base + buffer.len() as u64;
                let mut stream = Stream::of(std::mem::take(&mut buffer), base);
                let mut found = stream.documents(sink, document);
                if matches!(found.first, Some(Fault::Truncated { .. })) {
                    found = Problems::default();
                }
                found.add(Fault::Io { error, byte });
                found
            }
        };
        problems
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .merge(found);
    }
}
