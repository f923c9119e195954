//! The documents of a SCIP index, as far as edges need them.
//!
//! In: bytes. Out: [`Document`]s.
//! Invariant: a length that does not fit ends the reading.
//! Never: a symbol that is local to its document.

use crate::model::Position;
use crate::source::wire::{Value, fields, varint};

/// An occurrence of a symbol that is not local to its document.
pub(super) struct Occurrence<'i> {
    pub(super) symbol: &'i str,
    pub(super) defines: bool,
    pub(super) at: Position,
    /// Column after its last character.
    pub(super) end: u32,
}

/// A file of the index.
pub(super) struct Document<'i> {
    pub(super) path: &'i str,
    pub(super) occurrences: Vec<Occurrence<'i>>,
}

/// All documents; `None` where the bytes are no index.
pub(super) fn documents(index: &[u8]) -> Option<Vec<Document<'_>>> {
    let mut found = Vec::new();
    for field in fields(index) {
        if let (2, Value::Bytes(message)) = field.ok()? {
            found.push(document(message)?);
        }
    }
    (!found.is_empty()).then_some(found)
}

fn document(message: &[u8]) -> Option<Document<'_>> {
    let mut read = Document {
        path: "",
        occurrences: Vec::new(),
    };
    for field in fields(message) {
        match field.ok()? {
            (1, Value::Bytes(path)) => read.path = std::str::from_utf8(path).ok()?,
            (2, Value::Bytes(inner)) => read.occurrences.extend(occurrence(inner)?),
            _ => {}
        }
    }
    Some(read)
}

/// `Some(None)` for symbols that are local to their document.
#[expect(
    clippy::option_option,
    reason = "damaged, local and found are three answers"
)]
fn occurrence(message: &[u8]) -> Option<Option<Occurrence<'_>>> {
    let (mut symbol, mut roles, mut place) = ("", 0, Vec::new());
    for field in fields(message) {
        match field.ok()? {
            (1, Value::Bytes(mut range)) => {
                while !range.is_empty() {
                    place.push(varint(&mut range)?);
                }
            }
            (1, Value::Number(value)) => place.push(value),
            (2, Value::Bytes(name)) => symbol = std::str::from_utf8(name).ok()?,
            (3, Value::Number(value)) => roles = value,
            _ => {}
        }
    }
    let one_based = |at: usize| {
        place
            .get(at)
            .map_or(0, |value| u32::try_from(*value).unwrap_or(u32::MAX - 1) + 1)
    };
    let at = Position::new(one_based(0), one_based(1));
    // A range within one line has three numbers.
    let end = one_based(if place.len() > 3 { 3 } else { 2 });
    let global = !symbol.is_empty() && !symbol.starts_with("local ");
    Some(global.then_some(Occurrence {
        symbol,
        defines: roles & 1 == 1,
        at,
        end,
    }))
}
