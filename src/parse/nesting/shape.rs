//! How deep and long a text may be, and how deep and long one is.
//!
//! In: nothing. Out: [`Shape`], [`Syntax`], limits.
//! Invariant: limits are those that the stacks and the memory of a worker stand.
//! Never: reads a text.

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
    /// The same without elements of pages: `a < b` may look like one that never ends, and none is tried twice.
    pub code: u32,
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
