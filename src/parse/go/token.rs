//! The tokens of Go.
//!
//! In: nothing. Out: [`Kind`], [`Token`].
//! Invariant: keywords stand in the order of [`KEYWORDS`].
//! Never: text.

use crate::parse::scan;

/// A token of Go; the data of a text literal is its end offset.
pub(super) type Token = scan::Token<Kind>;

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
