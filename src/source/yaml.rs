//! YAML with the place of every value, tolerant of templates.
//!
//! In: text. Out: [`Item`] trees, one per document.
//! Invariant: bounded depth and size, whatever anchors and nesting the text holds.
//! Never: types beyond text, lists and maps; a failure of one document hides the earlier ones.

use std::collections::{HashMap, VecDeque};

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use crate::model::Position;

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 64;
/// Most values of a file, copies made by aliases included.
const MAX_ITEMS: usize = 400_000;

/// Most entries of a map, merged ones included.
const MAX_MERGED: usize = 10_000;

/// A value and the place where it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The value.
    pub node: Node,
    /// Where it starts; for an entry of a map, where its key starts.
    pub at: Position,
}

/// A value of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Any scalar, as text; empty for null.
    Text(String),
    /// A sequence.
    List(Vec<Item>),
    /// A mapping in written order; later duplicates stay in the list.
    Map(Vec<(String, Item)>),
}

impl Item {
    /// The value under `key`; `<<` merges are looked through.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Item> {
        self.entries()
            .find_map(|(name, item)| (name == key).then_some(item))
    }

    /// The value under a path of keys.
    #[must_use]
    pub fn path(&self, keys: &[&str]) -> Option<&Item> {
        keys.iter().try_fold(self, |item, key| item.get(key))
    }

    /// The text of a scalar.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.node {
            Node::Text(text) => Some(text),
            Node::List(_) | Node::Map(_) => None,
        }
    }

    /// The text of the scalar under `key`.
    #[must_use]
    pub fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Item::text)
    }

    /// The entries of a list; nothing for other values.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        let list = if let Node::List(list) = &self.node {
            list.as_slice()
        } else {
            &[]
        };
        list.iter()
    }

    /// The entries of a map, own ones before merged ones; nothing for other values.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Item)> {
        let mut found = Vec::new();
        let mut bases = VecDeque::from([self]);
        while let Some(base) = bases.pop_front().filter(|_| found.len() < MAX_MERGED) {
            for (key, item) in base.own_entries() {
                if key == "<<" {
                    bases.push_back(item);
                    bases.extend(item.items());
                } else {
                    found.push((key.as_str(), item));
                }
            }
        }
        found.into_iter()
    }

    /// The entries of a map without merged ones; nothing for other values.
    fn own_entries(&self) -> &[(String, Item)] {
        if let Node::Map(map) = &self.node {
            map
        } else {
            &[]
        }
    }

    /// How many values it holds, itself included.
    fn weight(&self) -> usize {
        let mut stack = vec![self];
        let mut count = 0;
        while let Some(item) = stack.pop() {
            count += 1;
            match &item.node {
                Node::Text(_) => {}
                Node::List(list) => stack.extend(list),
                Node::Map(map) => stack.extend(map.iter().map(|(_, item)| item)),
            }
        }
        count
    }
}

/// What a text holds, and the first problem that ended the reading.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    /// The documents before the first problem.
    pub documents: Vec<Item>,
    /// Line and description of the problem.
    pub problem: Option<(u32, String)>,
}

/// Reads every document of `text`. JSON is read, too.
///
/// A closing bracket may stand as far left as many tools let it; of a document with a problem, the
/// part before the problem is kept.
#[must_use]
pub fn read(text: &str) -> Documents {
    let strict = parse(text);
    if strict.problem.is_none() {
        return strict;
    }
    let lenient = parse(&with_brackets_inside(text));
    let place = |documents: &Documents| {
        documents
            .problem
            .as_ref()
            .map_or(u32::MAX, |(line, _)| *line)
    };
    if place(&lenient) > place(&strict) {
        lenient
    } else {
        strict
    }
}

/// Reads events until the end or the first problem; what is open then is closed, so that the part
/// before the problem is kept.
fn parse(text: &str) -> Documents {
    let mut reader = Reader::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let outcome = match event {
            Ok((event, span)) => reader.take(&event, span),
            Err(error) => Err((line(error.marker().line()), error.info().to_owned())),
        };
        if let Err(problem) = outcome {
            reader.close_all();
            return Documents {
                documents: reader.documents,
                problem: Some(problem),
            };
        }
    }
    Documents {
        documents: reader.documents,
        problem: None,
    }
}

/// Lines of nothing but closing brackets, moved to the right of their parents.
fn with_brackets_inside(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 256);
    for line in text.lines() {
        let closes = line.trim_start().starts_with([']', '}']);
        out.push_str(if closes {
            "                                        "
        } else {
            ""
        });
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// A line or column as 32 bits.
fn line(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

/// The documents so far, and what is open in the current one.
#[derive(Default)]
struct Reader {
    documents: Vec<Item>,
    open: Vec<Open>,
    anchors: HashMap<usize, Item>,
    items: usize,
}

/// A list or map that is not closed yet; of a map, with the key that waits for its value.
struct Open {
    item: Item,
    anchor: usize,
    key: Option<(String, Position)>,
}

impl Reader {
    /// Adds one event to what is open. The limits are checked for every event, so that no nesting
    /// and no chain of aliases gets around them.
    fn take(&mut self, event: &Event<'_>, span: Span) -> Result<(), (u32, String)> {
        let at = Position::new(line(span.start.line()), line(span.start.col() + 1));
        self.items += 1;
        if self.items > MAX_ITEMS || self.open.len() > MAX_DEPTH {
            return Err((at.line, "too deep or too large to read".to_owned()));
        }
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let null = *style == ScalarStyle::Plain && matches!(&**text, "~" | "null");
                let text = if null {
                    String::new()
                } else {
                    text.to_string()
                };
                let item = Item {
                    node: Node::Text(text),
                    at,
                };
                self.close(item, *anchor);
            }
            Event::Alias(anchor) => self.alias(*anchor, at),
            Event::SequenceStart(anchor, _) => self.start(Node::List(Vec::new()), *anchor, at),
            Event::MappingStart(anchor, _) => self.start(Node::Map(Vec::new()), *anchor, at),
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    self.close(open.item, open.anchor);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Ends everything that is still open.
    fn close_all(&mut self) {
        while let Some(open) = self.open.pop() {
            self.close(open.item, open.anchor);
        }
    }

    /// Opens a list or map.
    fn start(&mut self, node: Node, anchor: usize, at: Position) {
        self.open.push(Open {
            item: Item { node, at },
            anchor,
            key: None,
        });
    }

    /// Copies what an anchor names; a name that is unknown, as of an anchor that is still open,
    /// gives an empty text. The copy counts with all that it holds: a few aliases of aliases would
    /// otherwise fill the memory.
    fn alias(&mut self, anchor: usize, at: Position) {
        let copy = self.anchors.get(&anchor).cloned();
        let item = copy.unwrap_or(Item {
            node: Node::Text(String::new()),
            at,
        });
        self.items += item.weight();
        self.close(item, 0);
    }

    /// Puts a finished value where it belongs: into the list or map around it, or among the
    /// documents. In a map it is a key first and a value next.
    fn close(&mut self, item: Item, anchor: usize) {
        if anchor != 0 {
            self.items += item.weight();
            self.anchors.insert(anchor, item.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.documents.push(item);
            return;
        };
        match (&mut open.item.node, open.key.take()) {
            (Node::List(list), _) => list.push(item),
            (Node::Map(_), None) => open.key = Some((key_text(&item), item.at)),
            (Node::Map(map), Some((key, at))) => map.push((key, Item { at, ..item })),
            (Node::Text(_), _) => {}
        }
    }
}

/// The text of a key; a list or map as a key counts as empty.
fn key_text(item: &Item) -> String {
    item.text().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_places_and_merges() {
        let text = "base: &b\n  image: x\nweb:\n  <<: *b\n  ports: [80, \"81:82\"]\n---\na: ~\n";
        let read = read(text);
        assert_eq!(read.problem, None);
        let web = read.documents[0].get("web").expect("web");
        assert_eq!(web.text_of("image"), Some("x"));
        let ports = web.get("ports").expect("ports");
        assert_eq!(ports.at, Position::new(5, 3));
        assert_eq!(
            ports.items().filter_map(Item::text).collect::<Vec<_>>(),
            ["80", "81:82"]
        );
        assert_eq!(read.documents.len(), 2);
    }

    #[test]
    fn what_stands_before_a_problem_survives() {
        let read = read(
            "a: 1
---
b: 2
c: [
",
        );
        assert_eq!(read.documents.len(), 2);
        assert_eq!(read.documents[1].text_of("b"), Some("2"));
        assert!(read.problem.is_some());
    }

    #[test]
    fn closing_brackets_may_stand_left() {
        let read = read(
            "a:
  b: [
    1
  ]
  c: 2
",
        );
        assert_eq!(read.problem, None);
        assert_eq!(
            read.documents[0].path(&["a", "c"]).and_then(Item::text),
            Some("2")
        );
    }

    #[test]
    fn bombs_and_deep_nesting_end_early() {
        assert!(read(&"[".repeat(100_000)).problem.is_some());
        let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for level in 1..30 {
            let last = level - 1;
            bomb.push_str(&format!(
                "a{level}: &a{level} [*a{last},*a{last},*a{last},*a{last},*a{last}]\n"
            ));
        }
        assert!(read(&bomb).problem.is_some());
    }

    #[test]
    fn merges_go_on_through_what_they_merge() {
        let text = "a: &a\n  image: x\nb: &b\n  <<: *a\n  ports: [80]\nweb:\n  <<: [*b]\n";
        let document = read(text).documents.remove(0);
        let web = document.get("web").expect("an entry");
        assert_eq!(web.text_of("image"), Some("x"));
        assert!(web.get("ports").is_some());
    }
}
