//! The tokens of Go.
//!
//! In: nothing. Out: [`Kind`].
//! Invariant: keywords stand in the order of [`KEYWORDS`].
//! Never: text.

use crate::parse::tokens::Symbol;
use crate::parse::tokens::cursor::TokenKind;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Break,
    Case,
    Chan,
    Const,
    Continue,
    Default,
    Defer,
    Else,
    Fallthrough,
    For,
    Func,
    Go,
    Goto,
    If,
    Import,
    Interface,
    Map,
    Package,
    Range,
    Return,
    Select,
    Struct,
    Switch,
    Type,
    Var,
    Ident,
    Text,
    Literal,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Comma,
    Semicolon,
    Colon,
    Dot,
    Ellipsis,
    Define,
    Assign,
    Step,
    Arrow,
    Star,
    Tilde,
    /// `&&` and `||`, which add a path.
    Branch,
    /// `+ - ^ & !`, which may stand before an operand.
    Sign,
    Operator,
    End,
}

impl TokenKind for Kind {
    const MAX_DEPTH: u32 = 300;
    const END: Self = Self::End;
    const NAME: Self = Self::Ident;

    fn opens(self) -> bool {
        matches!(self, Self::OpenParen | Self::OpenBracket | Self::OpenBrace)
    }
}

/// The keywords, in the order of the first variants of [`Kind`].
pub(super) const KEYWORDS: [(&str, Kind); 25] = [
    ("break", Kind::Break),
    ("case", Kind::Case),
    ("chan", Kind::Chan),
    ("const", Kind::Const),
    ("continue", Kind::Continue),
    ("default", Kind::Default),
    ("defer", Kind::Defer),
    ("else", Kind::Else),
    ("fallthrough", Kind::Fallthrough),
    ("for", Kind::For),
    ("func", Kind::Func),
    ("go", Kind::Go),
    ("goto", Kind::Goto),
    ("if", Kind::If),
    ("import", Kind::Import),
    ("interface", Kind::Interface),
    ("map", Kind::Map),
    ("package", Kind::Package),
    ("range", Kind::Range),
    ("return", Kind::Return),
    ("select", Kind::Select),
    ("struct", Kind::Struct),
    ("switch", Kind::Switch),
    ("type", Kind::Type),
    ("var", Kind::Var),
];

/// Symbol of `_`, the first after the keywords.
pub(super) const BLANK: Symbol = Symbol::new(KEYWORDS.len());

/// Whether a line break after `kind` ends a statement.
pub(super) const fn ends_statement(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Ident
            | Kind::Text
            | Kind::Literal
            | Kind::Break
            | Kind::Continue
            | Kind::Fallthrough
            | Kind::Return
            | Kind::Step
            | Kind::CloseParen
            | Kind::CloseBracket
            | Kind::CloseBrace
    )
}
