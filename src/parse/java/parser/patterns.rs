//! Labels of `case` and patterns.
//!
//! In: tokens. Out: uses; bound variables.
//! Invariant: a single name in a label is a constant, never a type.
//! Never: takes the arrow of a label for a lambda.

use super::token::WHEN;
use super::{Kind, Parser, Role};

impl Parser<'_> {
    /// `A, B`, `null, default`, `Point(int x, _) when x > 0`.
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
