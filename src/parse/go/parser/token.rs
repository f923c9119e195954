//! The tokens of Go.
//!
//! In: nothing. Out: [`Kind`].
//! Invariant: keywords stand in the order of their symbols.
//! Never: text.

use crate::parse::tokens::Symbol;
use crate::parse::tokens::token_kinds;

token_kinds! {
    deepest 300;
    words {
        "break" Break, "case" Case, "chan" Chan, "const" Const, "continue" Continue,
        "default" Default, "defer" Defer, "else" Else, "fallthrough" Fallthrough, "for" For,
        "func" Func, "go" Go, "goto" Goto, "if" If, "import" Import, "interface" Interface,
        "map" Map, "package" Package, "range" Range, "return" Return, "select" Select,
        "struct" Struct, "switch" Switch, "type" Type, "var" Var,
    }
    shared {}
    others {
        Ident, Text, Literal, OpenParen, CloseParen, OpenBracket, CloseBracket, OpenBrace,
        CloseBrace, Comma, Semicolon, Colon, Dot, Ellipsis, Define, Assign, Step, Arrow, Star,
        Tilde,
        /// `&&` and `||`, which add a path.
        Branch,
        /// `+ - ^ & !`, which may stand before an operand.
        Sign,
        Operator, End,
    }
}

/// Symbol of `_`, the first after the keywords.
pub(super) const BLANK: Symbol = Symbol::new(WORDS.len());

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
