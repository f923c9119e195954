//! The settings of a JSON file, with their places.
//!
//! In: text. Out: [`Entry`] lists in written order.
//! Invariant: one pass, bounded depth and size; comments and commas at the end are read over.
//! Never: a tree; what stands behind a mistake.

use std::borrow::Cow;
use std::fmt::Write;

use memchr::{memchr, memchr2, memmem};

use super::entry::Entry;
use crate::model::Position;

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 64;
/// Most values of a file.
const MAX_ITEMS: usize = 400_000;

/// An open list or map.
struct Open {
    /// How many items of a list have begun; `None` for a map.
    items: Option<usize>,
    /// Length of its own path.
    path: usize,
}

/// Where the reading stands: the text, the open brackets, and the path to the next value.
struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// Where the counted part of the text ends, and its line and column there.
    counted: usize,
    here: Position,
    path: String,
    open: Vec<Open>,
    /// Where the key stands whose value comes next.
    key: Option<Position>,
    found: Vec<Entry>,
}

/// The scalars of a text, keyed by their path; of a broken text, those before the mistake.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    let mut reader = Reader {
        text,
        at: 0,
        counted: 0,
        here: Position::new(1, 1),
        path: String::new(),
        open: Vec::new(),
        key: None,
        found: Vec::new(),
    };
    while reader.found.len() < MAX_ITEMS && reader.step().is_some() {}
    reader.found
}

impl<'t> Reader<'t> {
    /// Reads one sign, key or scalar; `None` where the reading ends.
    fn step(&mut self) -> Option<()> {
        self.blanks();
        match self.peek()? {
            b'{' | b'[' => self.begin(),
            b'}' | b']' => self.end(),
            b',' if !self.open.is_empty() => {
                self.at += 1;
                Some(())
            }
            _ if self.wants_key() => self.read_key(),
            _ => self.value(),
        }
    }

    /// The byte that comes next; `None` at the end.
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The bytes that are left.
    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// Passes over blanks and comments.
    fn blanks(&mut self) {
        loop {
            let rest = self.rest();
            let blank = |byte: &u8| !byte.is_ascii_whitespace();
            let length = rest.iter().position(blank).unwrap_or(rest.len());
            let behind = rest.get(length..).unwrap_or_default();
            let comment = match behind {
                [b'/', b'/', ..] => memchr(b'\n', behind).unwrap_or(behind.len()),
                [b'/', b'*', ..] => memmem::find(behind, b"*/").map_or(behind.len(), |end| end + 2),
                _ => 0,
            };
            self.at += length + comment;
            if comment == 0 {
                return;
            }
        }
    }

    /// The place of this sign; places are asked for in order.
    fn place(&mut self) -> Position {
        let new = self.text.get(self.counted..self.at).unwrap_or_default();
        for letter in new.chars() {
            self.here = if letter == '\n' {
                Position::new(self.here.line.saturating_add(1), 1)
            } else {
                Position::new(self.here.line, self.here.column.saturating_add(1))
            };
        }
        self.counted = self.at;
        self.here
    }

    /// Whether a key comes next: in a map, unless one waits for its value.
    fn wants_key(&self) -> bool {
        let in_map = self.open.last().is_some_and(|open| open.items.is_none());
        in_map && self.key.is_none()
    }

    /// Opens a list or map; `None` where a key belongs or the nesting is too deep.
    fn begin(&mut self) -> Option<()> {
        if self.wants_key() || self.open.len() >= MAX_DEPTH {
            return None;
        }
        let is_list = self.peek() == Some(b'[');
        self.enter_item();
        self.key = None;
        self.open.push(Open {
            items: is_list.then_some(0),
            path: self.path.len(),
        });
        self.at += 1;
        Some(())
    }

    /// Ends a list or map; behind the outermost one there is nothing.
    fn end(&mut self) -> Option<()> {
        let is_list = self.peek() == Some(b']');
        let open = self.open.pop()?;
        self.at += 1;
        let matches = open.items.is_some() == is_list && self.key.is_none();
        (matches && !self.open.is_empty()).then_some(())
    }

    /// Gives the path the number of the item that begins, if it is one of a list.
    fn enter_item(&mut self) {
        if let Some(open) = self.open.last_mut()
            && let Some(items) = &mut open.items
        {
            self.path.truncate(open.path);
            // Writing to a string cannot fail.
            let _ = write!(self.path, "[{items}]");
            *items += 1;
        }
    }

    /// Reads a key and its colon and makes it the last part of the path.
    fn read_key(&mut self) -> Option<()> {
        let place = self.place();
        let key = self.scalar()?;
        self.blanks();
        if self.peek()? != b':' {
            return None;
        }
        self.at += 1;
        self.path.truncate(self.open.last()?.path);
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(&key);
        self.key = Some(place);
        Some(())
    }

    /// Reads a scalar as an entry. A plain `null` becomes an empty text, a quoted one stays; the
    /// place of an entry in a map is that of its key.
    fn value(&mut self) -> Option<()> {
        if self.open.is_empty() {
            return None;
        }
        let place = self.place();
        let plain = self.peek() != Some(b'"');
        let value = self.scalar()?;
        let null = plain && value == "null";
        self.enter_item();
        self.found.push(Entry {
            key: self.path.clone(),
            value: if null {
                String::new()
            } else {
                value.into_owned()
            },
            at: self.key.take().unwrap_or(place),
        });
        Some(())
    }

    /// A text in quotes, or a number or word.
    fn scalar(&mut self) -> Option<Cow<'t, str>> {
        if self.peek()? == b'"' {
            return self.quoted();
        }
        let ends = |byte: &u8| b",:]}{[\"".contains(byte) || byte.is_ascii_whitespace();
        let rest = self.rest();
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        let word = self.text.get(self.at..self.at + length)?;
        self.at += length;
        (length > 0).then_some(Cow::Borrowed(word))
    }

    /// A text in quotes; it is copied only where it holds escapes. Escapes that are none are kept
    /// as written.
    fn quoted(&mut self) -> Option<Cow<'t, str>> {
        let start = self.at;
        self.at += 1;
        let mut escaped = false;
        loop {
            self.at += memchr2(b'"', b'\\', self.rest())?;
            if self.peek()? == b'"' {
                break;
            }
            escaped = true;
            self.at += 2;
        }
        let inner = self.text.get(start + 1..self.at)?;
        self.at += 1;
        let literal = self.text.get(start..self.at)?;
        let told = escaped
            .then(|| serde_json::from_str(literal).ok())
            .flatten();
        Some(told.map_or(Cow::Borrowed(inner), Cow::Owned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let show = |entry: &Entry| {
            let Position { line, column } = entry.at;
            format!("{}={}@{line}:{column}", entry.key, entry.value)
        };
        entries(text).iter().map(show).collect()
    }

    #[test]
    fn keys_values_and_places_are_those_of_the_yaml_reader() {
        let text = "{\n  \"a\": {\"b\": [1, \"x\\ny\", {\"c\": true}], \"é\": null},\n  \"d\": -1.5e3,\n  \"e\": [], \"f\": {}, \"g\": [[2], [3]]\n}\n";
        let documents = super::super::yaml::read(text).documents;
        let flat = documents.iter();
        let flat: Vec<Entry> = flat
            .flat_map(|item| super::super::settings::flatten("", item))
            .collect();
        assert_eq!(entries(text), flat);
        assert_eq!(told(text)[1], "a.b[1]=x\ny@2:18");
    }

    #[test]
    fn comments_tabs_and_commas_at_the_end_are_read_over() {
        let text = "// settings\n{\n\t\"url\": \"http://x\", /* old */\n\t\"list\": [1, 2,],\n}";
        assert_eq!(
            told(text),
            ["url=http://x@3:2", "list[0]=1@4:11", "list[1]=2@4:14"]
        );
    }

    #[test]
    fn what_stands_before_a_mistake_is_kept_and_nothing_behind_it() {
        for broken in [
            "{\"a\": 1, \"b\" 2, \"c\": 3}",
            "{\"a\": 1]\"c\": 3}",
            "{\"a\": 1, {\"c\": 3}}",
            "{\"a\": 1}{\"c\": 3}",
            "{\"a\": 1, \"b",
            "{\"a\": 1, \"b\": \"\\",
        ] {
            assert_eq!(told(broken), ["a=1@1:2"], "{broken}");
        }
        for nothing in ["", "1", "\"a\"", "]", ",", "word: 1", "{", "/*"] {
            assert_eq!(told(nothing), [""; 0], "{nothing}");
        }
    }

    #[test]
    fn deep_nesting_ends_the_reading() {
        let deep = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n));
        assert_eq!(entries(&deep(MAX_DEPTH)).len(), 1);
        assert_eq!(entries(&deep(1_000_000)).len(), 0);
    }
}
