//! Types, type parameters and annotations.
//!
//! In: tokens. Out: uses of type names.
//! Invariant: a type consumes a token or notes an error.
//! Never: notes `var`, a type parameter or a local class.

use super::token::VAR;
use super::{Kind, Parser, Role, UseId};
use crate::parse::tokens::lexemes::Class;

impl Parser<'_> {
    /// A type with its dimensions; tells the use of its name.
    pub(super) fn type_(&mut self) -> Option<UseId> {
        let inherits = std::mem::take(&mut self.state.inherits);
        self.annotations();
        self.state.inherits = inherits;
        let of = match self.kind() {
            Kind::Primitive => {
                self.bump();
                None
            }
            Kind::Ident => self.named_type(),
            _ => {
                self.fail();
                None
            }
        };
        self.dimensions();
        of
    }

    /// `a.b.C<D>.E`: one use for the name, more for the arguments.
    ///
    /// `None` for `var`, and for a type parameter or local class. A dot that no name follows, as in
    /// `A.class`, is left where it is.
    pub(super) fn named_type(&mut self) -> Option<UseId> {
        let offset = self.offset();
        let mut chain = vec![self.word()?.symbol];
        loop {
            if self.is(Kind::Less) {
                let inherits = std::mem::take(&mut self.state.inherits);
                self.deeper(Self::type_arguments);
                self.state.inherits = inherits;
            }
            if !self.is(Kind::Dot) {
                break;
            }
            let next = self.skip_annotations(self.at + 1);
            if self.kind_of(next) != Kind::Ident {
                break;
            }
            self.at += 1;
            self.annotations();
            chain.extend(self.word().map(|name| name.symbol));
        }
        if chain == [VAR] {
            return None;
        }
        let start = self.state.chains.len();
        self.state.chains.extend(chain);
        self.note(start, Role::Type, offset)
    }

    /// `<A, ? extends B, C[]>`, also `<>`.
    pub(super) fn type_arguments(&mut self) {
        self.bump();
        while !matches!(self.kind(), Kind::Greater | Kind::End) {
            self.annotations();
            if self.eat(Kind::Question) {
                if matches!(self.kind(), Kind::Extends | Kind::Super) {
                    self.bump();
                    self.type_();
                }
            } else {
                self.type_();
            }
            if !self.eat(Kind::Comma) && !self.is(Kind::Greater) {
                self.fail();
                return;
            }
        }
        self.eat(Kind::Greater);
    }

    /// `[] @A []`.
    pub(super) fn dimensions(&mut self) {
        loop {
            let next = self.skip_annotations(self.at);
            if self.kind_of(next) != Kind::OpenBracket
                || self.kind_of(next + 1) != Kind::CloseBracket
            {
                return;
            }
            self.annotations();
            self.at += 2;
        }
    }

    /// `<T extends A & B, U>`: binds all names before the bounds are read.
    pub(super) fn type_parameters(&mut self) {
        self.bind_type_parameters();
        self.bump();
        while !matches!(self.kind(), Kind::Greater | Kind::End) {
            self.annotations();
            self.expect(Kind::Ident);
            if self.eat(Kind::Extends) {
                self.type_();
                while self.eat(Kind::Amp) {
                    self.type_();
                }
            }
            if !self.eat(Kind::Comma) && !self.is(Kind::Greater) {
                self.fail();
                return;
            }
        }
        self.eat(Kind::Greater);
    }

    /// Binds the first name of each entry: in `<T extends A<B>, U>` these are `T` and `U`.
    ///
    /// Bounds may name a parameter that comes later (`<A extends B, B>`), so they are read in a
    /// second pass.
    fn bind_type_parameters(&mut self) {
        let Some(end) = self.skip_type_arguments(self.at) else {
            return;
        };
        let (mut depth, mut index, mut starts) = (0_u32, self.at, false);
        while index < end {
            match self.kind_of(index) {
                Kind::Less => {
                    depth += 1;
                    starts = depth == 1;
                }
                Kind::Greater => depth = depth.saturating_sub(1),
                Kind::Comma => starts = depth == 1,
                Kind::At => {
                    index = self.skip_annotations(index).max(index + 1);
                    continue;
                }
                _ => {
                    if let Some(name) = self.name_of(index).filter(|_| std::mem::take(&mut starts))
                    {
                        self.state.types.bind(name);
                    }
                }
            }
            index += 1;
        }
    }

    /// `@A @B(…)`, not `@interface`.
    pub(super) fn annotations(&mut self) {
        while self.is(Kind::At) && self.kind_at(1) == Kind::Ident {
            self.annotation();
        }
    }

    /// `@a.B(…)`: a use of a type, and of what its arguments name.
    fn annotation(&mut self) {
        self.bump();
        let offset = self.offset();
        let start = self.read_chain();
        self.note(start, Role::Type, offset);
        if self.is(Kind::OpenParen) {
            self.deeper(Self::annotation_arguments);
        }
    }

    /// `(x)` or `(name = x, other = y)`; names of elements are no uses.
    fn annotation_arguments(&mut self) {
        self.bump();
        while !matches!(self.kind(), Kind::CloseParen | Kind::End) {
            if self.is(Kind::Ident) && self.kind_at(1) == Kind::Assign {
                self.at += 2;
            }
            self.annotation_value();
            if !self.eat(Kind::Comma) && !self.is(Kind::CloseParen) {
                self.fail();
                self.skip_one();
            }
        }
        self.eat(Kind::CloseParen);
    }

    /// A value of an annotation: another one, a list, or an expression.
    pub(super) fn annotation_value(&mut self) {
        match self.kind() {
            Kind::At => self.annotation(),
            Kind::OpenBrace => self.deeper(|parser| parser.braced(Self::annotation_value)),
            _ => self.expression(),
        }
    }

    /// `{ x, y }` of values that `one` reads.
    pub(super) fn braced(&mut self, one: impl Fn(&mut Self)) {
        self.note_brace(Class::Value);
        self.bump();
        while !matches!(self.kind(), Kind::CloseBrace | Kind::End) {
            let before = self.at;
            if !self.eat(Kind::Comma) {
                one(self);
                if !matches!(self.kind(), Kind::Comma | Kind::CloseBrace) {
                    self.fail();
                    self.skip_one();
                }
            }
            if self.at == before {
                self.skip_one();
            }
        }
        self.eat(Kind::CloseBrace);
    }
}
