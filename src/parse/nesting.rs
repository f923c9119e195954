//! How deeply a source text is nested, told without recursion.
//!
//! In: source text, its syntax. Out: [`Shape`], or a `too-deep` notification.
//! Invariant: never less than the depth a recursive parser would reach.
//! Never: recursion, allocation per character.

use crate::model::Notification;

mod bound;
mod scan;
#[cfg(test)]
mod tests;

/// Brackets, blocks and generic arguments deeper than this are refused by parsers that recurse.
///
/// Workers have 256 MiB of stack; the hungriest shape known (nested generics in syn) dies at about 44,000.
pub const MAX_DEPTH: u32 = 4_000;
/// Chains of operators, calls, prefixes or `else if` longer than this are refused (in operator characters).
pub const MAX_CHAIN: u32 = 40_000;

/// Which strings, comments and statement ends a text has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Raw strings, lifetimes, nested comments.
    Rust,
    /// Text blocks, character literals.
    Java,
    /// Raw strings in backticks, statements end with the line.
    Go,
    /// Indented blocks, triple quotes, format strings.
    Python,
    /// Template strings, regular expressions.
    TypeScript,
    /// As TypeScript, and elements (JSX); also right for plain JavaScript.
    Tsx,
}

/// The worst nesting found in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Most brackets, blocks and generic arguments open at once.
    pub depth: u32,
    /// Most operator characters and adjacent words of the statements open at once.
    pub chain: u32,
    /// Line, from 1, where the worst was reached (or scanning stopped).
    pub line: u32,
}

impl Shape {
    /// Whether a recursive parser may take the text.
    #[must_use]
    pub const fn is_safe(self) -> bool {
        self.depth <= MAX_DEPTH && self.chain <= MAX_CHAIN
    }
}

/// Refuses a text that a recursive parser could not survive.
///
/// # Errors
/// A `too-deep` warning (the caller adds the path).
pub fn check(text: &str, syntax: Syntax) -> Result<(), Notification> {
    if bound::of(text.as_bytes(), syntax).is_safe() {
        return Ok(());
    }
    let shape = measure(text, syntax);
    if shape.is_safe() {
        return Ok(());
    }
    let message = format!(
        "not parsed: nested or chained too deeply (limits: {MAX_DEPTH} levels, {MAX_CHAIN} operators in a row)"
    );
    Err(Notification::warning("too-deep", message).at_line(shape.line))
}

/// Measures a text; stops as soon as a limit is passed.
#[must_use]
pub fn measure(text: &str, syntax: Syntax) -> Shape {
    scan::Scan::new(text.as_bytes(), syntax).run()
}
