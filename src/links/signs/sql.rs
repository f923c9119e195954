//! Tables that the statements of a text name, with their places.
//!
//! In: the text of a literal, or a schema file. Out: [`Mention`]s.
//! Invariant: what only changes or drops a table is no use of it; migrations do that to tables of others.
//! Never: how a statement is read.

use crate::model::Position;
use crate::source::sql::{Deed, tables};

/// A table in one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::links) struct Mention {
    pub(in crate::links) table: String,
    pub(in crate::links) access: Access,
    pub(in crate::links) at: Position,
}

/// What a mention tells about the use of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::links) enum Access {
    Read,
    Write,
    /// A class or collection stands for it; calls elsewhere tell what is done with it.
    Mapped,
    /// A statement drops it, which is no use of it.
    Dropped,
}

/// Tables of the statements in `sql`; `start` is where it begins.
pub(in crate::links) fn statements(sql: &str, start: Position, found: &mut Vec<Mention>) {
    for named in tables(sql) {
        let access = match named.deed {
            Deed::Read => Access::Read,
            Deed::Write => Access::Write,
            Deed::Alter => continue,
            Deed::Drop => Access::Dropped,
        };
        let at = if named.line == 0 {
            start
        } else {
            Position::new(start.line + named.line, 1)
        };
        found.push(Mention {
            table: named.table,
            access,
            at,
        });
    }
}
