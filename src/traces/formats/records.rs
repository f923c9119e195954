//! Ways through JSON: to records wherever an answer holds them, and to the fields of a record.
//!
//! In: JSON text. Out: visits.
//! Invariant: what a format does not name is skipped, however large it is.
//! Never: recursion beyond [`DEEPEST`] levels.

use super::json::{Cursor, Stop};
use super::problems::Fault;
use super::stream::Stream;

/// Deepest level of objects and arrays that is looked into.
const DEEPEST: usize = 12;

/// What the name of a member tells of the object that has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The object is a record.
    Record,
    /// The object holds records below this member.
    Holder,
    /// Nothing.
    Other,
}

/// Calls `each` at every record in the value here: objects and arrays are entered where `role` says that they hold
/// records, and skipped elsewhere.
pub(super) fn records(
    stream: &mut Stream<'_>,
    role: fn(&[u8]) -> Role,
    each: &mut dyn FnMut(&mut Stream<'_>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    stream.odd.derived = true;
    below(stream, role, each, 0)
}

/// The search of `records`, `level` deep.
fn below(
    stream: &mut Stream<'_>,
    role: fn(&[u8]) -> Role,
    each: &mut dyn FnMut(&mut Stream<'_>) -> Result<(), Fault>,
    level: usize,
) -> Result<(), Fault> {
    match stream.leaf(|cursor| cursor.peek())? {
        b'[' if level < DEEPEST => stream.array(|stream| below(stream, role, each, level + 1)),
        b'{' if level < DEEPEST => {
            if stream.leaf(|cursor| is_record(&mut cursor.clone(), role))? {
                return each(stream);
            }
            stream.object(role, |stream, role_of| match role_of {
                Role::Holder => below(stream, role, each, level + 1),
                Role::Record | Role::Other => stream.skip(),
            })
        }
        _ => stream.skip(),
    }
}

/// Whether the first member that tells it says that the object here, of which the cursor is a copy, is a record.
///
/// Members are looked at in their order, up to the first whose name has a role; values before
/// it are skipped.
pub(super) fn is_record(ahead: &mut Cursor<'_>, role: fn(&[u8]) -> Role) -> Result<bool, Stop> {
    ahead.eat(b'{')?;
    let mut first = true;
    while let Some(key) = ahead.next_key(&mut first)? {
        match role(key) {
            Role::Record => return Ok(true),
            Role::Holder => return Ok(false),
            Role::Other => ahead.skip()?,
        }
    }
    Ok(false)
}

/// Visits the members of the object here and of those in it by their path (`http.request.url`); objects are entered,
/// `null` is nothing, and the visitor takes every other value.
///
/// Arrays are not entered: the visitor gets them as they are. It must take exactly one value.
pub(super) fn leaves<'a>(
    cursor: &mut Cursor<'a>,
    mut visit: impl FnMut(&mut Cursor<'a>, &[u8]) -> Result<(), Stop>,
) -> Result<(), Stop> {
    cursor.eat(b'{')?;
    let (mut path, mut open, mut first) = (Vec::new(), vec![0], true);
    while let Some(&length) = open.last() {
        path.truncate(length);
        let Some(name) = cursor.next_key(&mut first)? else {
            open.pop();
            first = false;
            continue;
        };
        if length > 0 {
            path.push(b'.');
        }
        path.extend_from_slice(name);
        match cursor.peek()? {
            b'{' if open.len() >= DEEPEST => cursor.skip()?,
            b'n' => cursor.skip()?,
            b'{' => {
                cursor.eat(b'{')?;
                open.push(path.len());
                first = true;
            }
            _ => visit(cursor, &path)?,
        }
    }
    Ok(())
}
