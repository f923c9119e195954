//! How deeply a source text is nested, told without recursion.
//!
//! In: source text, its syntax. Out: [`Shape`], or a `too-deep` or `too-large` notification.
//! Invariant: never less than the depth a recursive parser would reach.
//! Never: recursion, allocation per character.

mod again;
mod bound;
mod scan;
mod shape;
#[cfg(test)]
mod tests;
mod texts;

use crate::model::Notification;

pub use self::shape::{MAX_CHAIN, MAX_DEPTH, Shape, Syntax};

/// A Rust file of more words and signs than this is read item by item: its tree takes up to 650 bytes for each.
pub const WHOLE_RUST: u64 = 400_000;
/// Levels and signs beyond which forms of TypeScript that are tried again fill the memory.
///
/// In `a ? (b) : (c = a ? (b) : (… ) => 1) => 1` and `f<typeof g<…>>()` the parser keeps a tree of every
/// attempt, one for each level around it: 800 levels take 190 MiB, 4,000 would take 3.4 GiB.
/// Two files of that kind, one after another, must fit into the memory that one may take.
const MOST_TRIED: u32 = 800;
/// A file of more words and signs is parsed alone, so that the trees of several do not add up.
const LARGE: u32 = 100_000;

/// Refuses a text that a recursive parser could not survive, or whose tree would not fit into memory.
///
/// # Errors
/// A `too-deep` or `too-large` warning (the caller adds the path).
///
/// A cheap upper bound settles most files. Only where it exceeds a limit is the text scanned
/// exactly.
pub fn check(text: &str, syntax: Syntax) -> Result<(), Notification> {
    let most = bound::of(text.as_bytes(), syntax);
    let tried = bound::tried(text.as_bytes(), syntax) > MOST_TRIED;
    if most.is_safe() && most.is_short(syntax) && !tried {
        return Ok(());
    }
    let shape = measure(text, syntax);
    let limit = syntax.most_tokens();
    let (kind, message) = if !shape.is_safe() {
        let message = format!(
            "not parsed: nested or chained too deeply (limits: {MAX_DEPTH} levels, {MAX_CHAIN} operators in a row)"
        );
        ("too-deep", message)
    } else if shape.tokens > limit {
        let message = format!("not parsed: more than {limit} words and signs");
        ("too-large", message)
    } else if !shape.is_short(syntax) || (tried && shape.code > MOST_TRIED) {
        let message = format!(
            "not parsed: ambiguous forms nested too deeply (a parser would read more than {limit} words and signs)"
        );
        ("too-deep", message)
    } else {
        return Ok(());
    };
    Err(Notification::warning(kind, message).at_line(shape.line))
}

/// Whether the tree of a text takes so much memory that no other large one should be made beside it.
pub(super) fn is_large(text: &str) -> bool {
    text.len() > LARGE as usize && bound::tokens(text.as_bytes()) > LARGE
}

/// Whether a Rust file is too long for one tree.
pub(super) fn wants_items(text: &str) -> bool {
    u64::from(bound::tokens(text.as_bytes())) > WHOLE_RUST
        && measure(text, Syntax::Rust).tokens > WHOLE_RUST
}

/// Measures a text; stops as soon as a limit is passed.
#[must_use]
pub fn measure(text: &str, syntax: Syntax) -> Shape {
    scan::Scan::new(text.as_bytes(), syntax).run()
}
