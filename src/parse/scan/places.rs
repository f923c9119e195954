//! Byte offsets to lines and columns.
//!
//! In: source text, offsets. Out: [`Position`].
//! Invariant: columns count characters, lines end at `\n`, `\r\n` or a lone `\r`.
//! Never: rescans the text from its start.

use crate::model::Position;

/// Where the lines of a text start.
pub(in crate::parse) struct Places<'t> {
    text: &'t str,
    starts: Vec<u32>,
    ascii: bool,
    /// Offset and column of the last answer, so that long lines are not counted again.
    last: (u32, u32),
}

impl<'t> Places<'t> {
    /// The lines of `text`.
    pub(in crate::parse) fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if !bytes[at..].starts_with(b"\r\n") {
                starts.push(at as u32 + 1);
            }
        }
        Self {
            text,
            starts,
            ascii: text.is_ascii(),
            last: (0, 1),
        }
    }

    /// Lines of the text; an empty last line does not count.
    pub(in crate::parse) fn lines(&self) -> u32 {
        let end = self.text.len() as u32;
        let ends_with_line = self.starts.last() == Some(&end);
        self.starts.len() as u32 - u32::from(ends_with_line)
    }

    /// The line of `offset`, from 1.
    pub(in crate::parse) fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32
    }

    /// The place of `offset`; cheapest when asked in the order of the text.
    pub(in crate::parse) fn at(&mut self, offset: u32) -> Position {
        let line = self.line(offset);
        let start = self.starts[line as usize - 1];
        if self.ascii {
            return Position::new(line, offset - start + 1);
        }
        let (known, column) = if self.last.0 >= start && self.last.0 <= offset {
            self.last
        } else {
            (start, 1)
        };
        let between = &self.text[known as usize..offset as usize];
        let column = column + between.chars().count() as u32;
        self.last = (offset, column);
        Position::new(line, column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters_and_every_kind_of_line_end() {
        let mut places = Places::new("a\r\nbé x\rc\nd");
        assert_eq!(places.lines(), 4);
        assert_eq!(places.at(0), Position::new(1, 1));
        assert_eq!(places.at(7), Position::new(2, 4));
        assert_eq!(places.at(9), Position::new(3, 1));
        assert_eq!(Places::new("a\nb\n").lines(), 2);
        assert_eq!(Places::new("").lines(), 0);
    }
}
