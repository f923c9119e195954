//! `new`, anonymous classes and lambdas.
//!
//! In: tokens. Out: uses, anonymous classes.
//! Invariant: an anonymous class inherits from the type it is created with.
//! Never: looks for a type inside an inferred one (`outer.new Inner()`).

use super::{Flags, Kind, Nature, Parser, UseId};
use crate::parse::tokens::lexemes::Class;

impl Parser<'_> {
    /// `new A<B>(…) { … }`, `new A[n]`, `new A[] { … }`.
    pub(super) fn creator(&mut self) {
        let offset = self.bump().start;
        if self.is(Kind::Less) {
            self.deeper(Self::type_arguments);
        }
        self.annotations();
        let of = match self.kind() {
            Kind::Ident => self.named_type(),
            Kind::Primitive => {
                self.bump();
                None
            }
            _ => {
                self.fail();
                None
            }
        };
        if matches!(self.kind(), Kind::OpenBracket | Kind::At) {
            return self.array();
        }
        self.created(of, offset);
    }

    /// Arguments and body of a creation.
    ///
    /// A body makes an anonymous class, whose supertype is the created type: its use, noted shortly
    /// before, is marked as one.
    fn created(&mut self, of: Option<UseId>, offset: u32) {
        if self.is(Kind::OpenParen) {
            self.arguments();
        }
        if !self.is(Kind::OpenBrace) {
            return;
        }
        let class = self.add_class(None, offset, Flags::default(), Nature::Anonymous, false);
        self.state.classes[class].supers.extend(of);
        // The created type is a supertype here, not only a use.
        let mut spots = self.spots.iter_mut().rev();
        if let Some(spot) = spots.find(|spot| Some(spot.of) == of && spot.offset >= offset) {
            spot.inherits = true;
        }
        let label = std::mem::take(&mut self.state.in_label);
        let scope = self.enter();
        self.class_body(class, false);
        self.leave(scope);
        self.state.in_label = label;
    }

    /// `[n][]` or `[] { … }` after the type of the elements.
    fn array(&mut self) {
        loop {
            self.annotations();
            if !self.eat(Kind::OpenBracket) {
                break;
            }
            if !self.is(Kind::CloseBracket) {
                self.expression();
            }
            self.expect(Kind::CloseBracket);
        }
        if self.is(Kind::OpenBrace) {
            self.initializer();
        }
    }

    /// `outer.new Inner(…)` after the dot; which class `Inner` is depends on the type of `outer`.
    pub(super) fn inner_creator(&mut self) {
        let offset = self.bump().start;
        self.annotations();
        self.eat(Kind::Ident);
        if self.is(Kind::Less) {
            self.deeper(Self::type_arguments);
        }
        self.created(None, offset);
    }

    /// `x -> …`, `(x, y) -> …`, `(A x, var y) -> …`.
    ///
    /// In `(x, y) -> …` the names are alone, in `(A x, var y) -> …` there is a type before each:
    /// the token behind the first name tells which.
    pub(super) fn lambda(&mut self) {
        let scope = self.enter();
        if let Some(name) = self.word() {
            self.bind(name.symbol);
        } else if matches!(self.kind_at(2), Kind::Comma | Kind::CloseParen)
            && self.kind_at(1) == Kind::Ident
        {
            self.untyped_parameters();
        } else {
            self.parameters();
        }
        self.expect(Kind::Arrow);
        let label = std::mem::take(&mut self.state.in_label);
        if self.is(Kind::OpenBrace) {
            self.note_brace(Class::Body);
            self.block();
        } else {
            self.expression();
        }
        self.state.in_label = label;
        self.leave(scope);
    }

    /// `(x, y)`: binds the names.
    fn untyped_parameters(&mut self) {
        self.bump();
        while let Some(name) = self.word() {
            self.bind(name.symbol);
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::CloseParen);
    }
}
