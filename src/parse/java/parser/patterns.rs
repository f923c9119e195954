//! Labels of `case` and patterns.
//!
//! In: tokens. Out: uses; bound variables.
//! Invariant: a single name in a label is a constant, never a type.
//! Never: takes the arrow of a label for a lambda.

use super::token::WHEN;
use super::{Kind, Parser, Role};

impl Parser<'_> {
    /// `A, B`, `null, default`, `Point(int x, _) when x > 0`.
    ///
    /// The variables that patterns bind stay in scope until the switch is left.
    pub(super) fn labels(&mut self) {
        let outer = std::mem::replace(&mut self.state.in_label, true);
        loop {
            self.label();
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        if self.is_word(WHEN) {
            self.bump();
            self.expression();
        }
        self.state.in_label = outer;
    }

    /// One label: `default`, a constant, a pattern, or an expression such as `A.B` or `1`.
    ///
    /// A single name is the constant of an enum mostly, and is looked up as a variable: `case RED`
    /// must not couple to a class `RED`.
    fn label(&mut self) {
        let alone = matches!(self.kind_at(1), Kind::Arrow | Kind::Colon | Kind::Comma);
        if self.is(Kind::Default) {
            self.bump();
        } else if self.is(Kind::Ident) && alone {
            let offset = self.offset();
            let start = self.read_chain();
            self.note(start, Role::Constant, offset);
        } else if self.is_pattern() {
            self.pattern();
        } else {
            self.expression();
        }
    }

    /// `final A a`, `A(B b, var c) d`, `A`.
    pub(super) fn pattern(&mut self) {
        self.modifiers();
        self.type_();
        if self.is(Kind::OpenParen) {
            self.deeper(Self::components_of_pattern);
        }
        if !self.is_word(WHEN)
            && let Some(name) = self.word()
        {
            self.bind(name.symbol);
        }
    }

    /// `(B b, var c)`: patterns inside a record pattern.
    fn components_of_pattern(&mut self) {
        self.bump();
        while !matches!(self.kind(), Kind::CloseParen | Kind::End) {
            self.pattern();
            if !self.eat(Kind::Comma) && !self.is(Kind::CloseParen) {
                self.fail();
                self.skip_one();
            }
        }
        self.eat(Kind::CloseParen);
    }
}
