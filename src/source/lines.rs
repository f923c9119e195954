//! Lines and columns of byte offsets.
//!
//! In: the text of a file. Out: [`Position`]s.
//! Invariant: an answer costs the same in a minified file, which is one long line.
//! Never: copies the text.

use std::cell::Cell;

use crate::model::Position;

/// Bytes between two lines whose number of characters is known.
const STEP: usize = 256;

/// Where the lines of a text start, and how many characters stand before some of its bytes.
#[derive(Debug)]
pub(crate) struct Lines<'t> {
    text: &'t str,
    /// Offsets at which lines start.
    starts: Vec<usize>,
    /// Characters before every multiple of [`STEP`]; empty when all characters are one byte.
    characters: Vec<usize>,
    /// The line that was asked for last, from 0: the next is mostly the same or the one behind.
    last: Cell<usize>,
}

impl<'t> Lines<'t> {
    /// The lines of `text`.
    pub(crate) fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let starts = starts(bytes);
        let characters = if text.is_ascii() {
            Vec::new()
        } else {
            let before = |known: &mut usize, part: &[u8]| {
                let count = *known;
                *known += starting(part);
                Some(count)
            };
            bytes.chunks(STEP).scan(0, before).collect()
        };
        let last = Cell::new(0);
        Self {
            text,
            starts,
            characters,
            last,
        }
    }

    /// The line of a byte, from 1.
    pub(crate) fn line(&self, offset: usize) -> u32 {
        number(self.find(offset))
    }

    /// The number of the line of a byte, from 1. The line asked for last and the next one are tried
    /// before a search, as places are mostly asked for in order.
    fn find(&self, offset: usize) -> usize {
        let holds = |line: usize| {
            let start = |line: usize| self.starts.get(line).copied().unwrap_or(usize::MAX);
            start(line) <= offset && offset < start(line + 1)
        };
        let last = self.last.get();
        let near = [last, last + 1].into_iter().find(|line| holds(*line));
        let found = near.unwrap_or_else(|| {
            let behind = self.starts.partition_point(|start| *start <= offset);
            behind.saturating_sub(1)
        });
        self.last.set(found);
        found + 1
    }

    /// Line and column of a byte.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let line = self.find(offset);
        let start = self
            .starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(0);
        let column = if self.characters.is_empty() {
            offset.saturating_sub(start)
        } else {
            self.before(offset).saturating_sub(self.before(start))
        };
        Position::new(number(line), number(column + 1))
    }

    /// Lines as an editor counts them: an empty one at the end does not count.
    pub(crate) fn count(&self) -> u32 {
        let open = self
            .starts
            .last()
            .is_some_and(|start| *start < self.text.len());
        number(self.starts.len() - usize::from(!open))
    }

    /// How many characters stand before a byte: those known at the last step, and the few behind
    /// it.
    fn before(&self, offset: usize) -> usize {
        let step = (offset / STEP).min(self.characters.len().saturating_sub(1));
        let rest = self
            .text
            .as_bytes()
            .get(step * STEP..offset.min(self.text.len()));
        self.characters.get(step).copied().unwrap_or(0) + rest.map_or(0, starting)
    }
}

/// Line and column of one byte of a text; whoever asks for many makes [`Lines`] of it.
pub(crate) fn position_in(text: &str, offset: usize) -> Position {
    let head = text.as_bytes().get(..offset).unwrap_or_default();
    let line = memchr::memchr_iter(b'\n', head).count() + 1;
    let start = memchr::memrchr(b'\n', head).map_or(0, |end| end + 1);
    let column = head.get(start..).map_or(0, starting) + 1;
    Position::new(number(line), number(column))
}

/// Offsets at which lines start.
fn starts(bytes: &[u8]) -> Vec<usize> {
    let mut starts = Vec::with_capacity(bytes.len() / 32 + 1);
    starts.push(0);
    if memchr::memchr(b'\r', bytes).is_none() {
        starts.extend(memchr::memchr_iter(b'\n', bytes).map(|at| at + 1));
        return starts;
    }
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
    let alone = ends.filter(|at| !(bytes[*at] == b'\r' && bytes.get(at + 1) == Some(&b'\n')));
    starts.extend(alone.map(|at| at + 1));
    starts
}

/// Characters that start in `bytes`.
fn starting(bytes: &[u8]) -> usize {
    // Few enough bytes for a count that fits into one byte are counted at once.
    let part = |part: &[u8]| -> u8 { part.iter().map(|byte| u8::from(byte & 0xC0 != 0x80)).sum() };
    bytes
        .chunks(255)
        .map(|bytes| usize::from(part(bytes)))
        .sum()
}

/// A count as 32 bits; the largest number stands for what does not fit.
fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(text: &str, offset: usize) -> Position {
        let head = text[..offset].replace("\r\n", "\n ").replace('\r', "\n");
        let line = head.matches('\n').count() + 1;
        let last = head.rsplit('\n').next().unwrap_or_default();
        let shift =
            usize::from(text[..offset].rfind("\r\n").is_some_and(|at| {
                at + 2 <= offset && !text[at + 2..offset].contains(['\n', '\r'])
            }));
        Position::new(number(line), number(last.chars().count() + 1 - shift))
    }

    #[test]
    fn counts_lines_of_every_kind_and_characters_of_any_width() {
        let wide = "ä€𝄞x".repeat(200);
        for text in [
            "",
            "a",
            "a\n",
            "a\nb\r\nc\rd",
            "é\r\nüü\nz",
            &wide,
            &format!("\n{wide}\n{wide}"),
        ] {
            let lines = Lines::new(text);
            for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
                if text[..offset].ends_with('\r') && text[offset..].starts_with('\n') {
                    continue;
                }
                let at = lines.position(offset);
                assert_eq!(at, naive(text, offset), "{offset} of {text:?}");
                assert_eq!(lines.line(offset), at.line);
            }
        }
    }

    #[test]
    fn an_empty_last_line_does_not_count() {
        for (text, count) in [("", 0), ("a", 1), ("a\n", 1), ("a\n\n", 2), ("a\r\nb", 2)] {
            assert_eq!(Lines::new(text).count(), count, "{text:?}");
        }
    }

    #[test]
    fn a_long_line_costs_no_more_than_a_short_one() {
        let text = "é=1;".repeat(1_000_000);
        let lines = Lines::new(&text);
        let columns = (0..200_000).map(|at| u64::from(lines.position(at * 25).column));
        assert!(columns.sum::<u64>() > 0);
    }
}
