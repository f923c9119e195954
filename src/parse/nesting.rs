//! How deeply a source text is nested, told without recursion.
//!
//! In: source text, its syntax. Out: [`Shape`], or a `too-deep` or `too-large` notification.
//! Invariant: never less than the depth a recursive parser would reach.
//! Never: recursion, allocation per character.

use crate::model::Notification;

mod again;
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

/// A Rust file of more words and signs than this is read item by item: its tree takes up to 650 bytes for each.
pub const WHOLE_RUST: u64 = 400_000;
/// A file of more words and signs is parsed alone, so that the trees of several do not add up.
const LARGE: u32 = 100_000;

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

impl Syntax {
    /// A file of more words and signs than this is refused: read to the end, its tree would take half a gigabyte.
    ///
    /// A word takes up to 650 bytes in Rust, 200 in Python and 160 in TypeScript. Java and Go make no tree.
    #[must_use]
    pub const fn most_tokens(self) -> u64 {
        match self {
            Self::Rust => 1_500_000,
            Self::Python => 2_000_000,
            Self::TypeScript | Self::Tsx => 2_500_000,
            Self::Java | Self::Go => u64::MAX,
        }
    }
}

/// The worst nesting found in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Most brackets, blocks and generic arguments open at once.
    pub depth: u32,
    /// Most operator characters and adjacent words of the statements open at once.
    pub chain: u32,
    /// Words and signs outside of comments.
    pub tokens: u64,
    /// The same, each as often as a parser that tries and goes back may read it.
    pub readings: u64,
    /// Line, from 1, where the worst was reached (or scanning stopped).
    pub line: u32,
}

impl Shape {
    /// Whether a recursive parser may take the text.
    #[must_use]
    pub const fn is_safe(self) -> bool {
        self.depth <= MAX_DEPTH && self.chain <= MAX_CHAIN
    }

    /// Whether its tree fits into memory.
    #[must_use]
    pub const fn is_short(self, syntax: Syntax) -> bool {
        self.readings <= syntax.most_tokens()
    }
}

/// Refuses a text that a recursive parser could not survive, or whose tree would not fit into memory.
///
/// # Errors
/// A `too-deep` or `too-large` warning (the caller adds the path).
pub fn check(text: &str, syntax: Syntax) -> Result<(), Notification> {
    let most = bound::of(text.as_bytes(), syntax);
    if most.is_safe() && most.is_short(syntax) {
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
    } else if !shape.is_short(syntax) {
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
