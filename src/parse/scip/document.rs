//! The documents of a SCIP index, as far as edges need them.
//!
//! In: bytes. Out: [`Document`]s.
//! Invariant: a length that does not fit ends the reading.
//! Never: a symbol that is local to its document.

use crate::model::Position;
use crate::source::wire::{Value, fields, varint};

/// An occurrence of a symbol that is not local to its document.
pub(super) struct Occurrence<'i> {
    /// Global symbol, as `scip-typescript npm shop 1.0.0 src/cart.ts/Cart#`.
    pub(super) symbol: &'i str,
    /// Whether it is the definition.
    pub(super) defines: bool,
    /// Where it starts, counted from one.
    pub(super) at: Position,
    /// Column after its last character.
    pub(super) end: u32,
}

/// A file of the index.
pub(super) struct Document<'i> {
    /// Path from the root of the index.
    pub(super) path: &'i str,
    /// In the order of the index.
    pub(super) occurrences: Vec<Occurrence<'i>>,
}

/// All documents; `None` where the bytes are no index.
///
/// An index without any document counts as no index.
pub(super) fn documents(index: &[u8]) -> Option<Vec<Document<'_>>> {
    let mut found = Vec::new();
    for field in fields(index) {
        if let (2, Value::Bytes(message)) = field.ok()? {
            found.push(document(message)?);
        }
    }
    (!found.is_empty()).then_some(found)
}

/// One document message: its path, and its occurrences. `None` where it is damaged.
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
///
/// The range may be packed or a repeated number: three values lie on one line (line, start,
/// end), four on two (the end line in the third).
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
