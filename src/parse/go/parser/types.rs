//! Types of Go.
//!
//! In: tokens. Out: shapes, and uses of type names.
//! Invariant: a type consumes at least one token or notes an error.
//! Never: decides whether a name is a type.

use super::{Kind, Operand, Parser, Shape, ShapeId, Word};

impl Parser<'_> {
    /// A type; tells its shape.
    pub(super) fn type_(&mut self) -> ShapeId {
        let shape = self.deeper(|parser| Some(parser.type_here()));
        shape.unwrap_or_else(|| self.unknown_shape())
    }

    /// A type at this depth; a missing one notes an error and takes no token.
    fn type_here(&mut self) -> ShapeId {
        match self.kind() {
            Kind::Ident => self.type_name(),
            Kind::Star => {
                self.bump();
                let target = self.type_();
                self.shape(Shape::Pointer(target))
            }
            Kind::OpenBracket => self.list_type(),
            Kind::Map => self.map_type(),
            Kind::Chan | Kind::Arrow => self.channel_type(),
            Kind::Func => self.function_type(),
            Kind::Struct => self.struct_type(),
            Kind::Interface => self.interface_type(),
            Kind::OpenParen => {
                self.bump();
                let inner = self.type_();
                self.expect(Kind::CloseParen);
                inner
            }
            _ => {
                self.fail();
                self.shape(Shape::Other)
            }
        }
    }

    /// `T`, `pkg.T`, either with type arguments.
    pub(super) fn type_name(&mut self) -> ShapeId {
        let operand = self.name();
        if self.is(Kind::OpenBracket) {
            self.bracketed();
        }
        operand.shape.unwrap_or_else(|| self.unknown_shape())
    }

    /// A name, or a name selected from an unbound one, as it is used.
    ///
    /// `a.b` is one use where `a` is not bound. With a bound `a`, `b` is a field or method, and the
    /// selector is left for `primary`.
    pub(super) fn name(&mut self) -> Operand {
        let Some(Word { symbol, offset }) = self.word() else {
            return Operand::default();
        };
        if self.state.locals.has(symbol) {
            return Operand {
                lone: Some(symbol),
                shape: self.local_shape(symbol),
                explicit: false,
            };
        }
        let selected = self.name_of(self.at + 1).filter(|_| self.is(Kind::Dot));
        let of = match selected {
            Some(selected) => {
                self.at += 2;
                self.qualified_use(symbol, selected)
            }
            None => self.bare_use(symbol),
        };
        self.note(of, offset);
        let shape = Some(self.shape(Shape::Named(of)));
        Operand {
            lone: selected.is_none().then_some(symbol),
            shape,
            explicit: false,
        }
    }

    /// `[a, b]` or `[a:b]`: type arguments or an index; names in it are used either way.
    pub(super) fn bracketed(&mut self) {
        self.bump();
        self.state.level += 1;
        while !matches!(self.kind(), Kind::CloseBracket | Kind::End) {
            if matches!(self.kind(), Kind::Colon | Kind::Comma) {
                self.bump();
                continue;
            }
            let before = self.at;
            self.expression();
            if self.at == before {
                self.recover();
                break;
            }
        }
        self.state.level -= 1;
        self.expect(Kind::CloseBracket);
    }

    /// `[]T`, `[3]T`, `[...]T`; a length is an expression.
    fn list_type(&mut self) -> ShapeId {
        self.bump();
        self.state.level += 1;
        match self.kind() {
            Kind::CloseBracket => {}
            Kind::Ellipsis => drop(self.bump()),
            _ => {
                self.expression();
            }
        }
        self.state.level -= 1;
        self.expect(Kind::CloseBracket);
        let element = self.type_();
        self.shape(Shape::List(element))
    }

    /// `map[K]V`.
    fn map_type(&mut self) -> ShapeId {
        self.bump();
        self.expect(Kind::OpenBracket);
        let key = self.type_();
        self.expect(Kind::CloseBracket);
        let element = self.type_();
        self.shape(Shape::Map(key, element))
    }

    /// `chan T`, `chan<- T`, `<-chan T`; literals do not need its element.
    fn channel_type(&mut self) -> ShapeId {
        self.eat(Kind::Arrow);
        self.expect(Kind::Chan);
        self.eat(Kind::Arrow);
        self.type_();
        self.shape(Shape::Other)
    }

    /// `func(a A) B` or, in an interface, `name(a A) B`: its parameters have no body to be bound
    /// in.
    fn function_type(&mut self) -> ShapeId {
        self.bump();
        let mark = self.state.parameters.len();
        self.signature();
        self.state.parameters.truncate(mark);
        self.shape(Shape::Other)
    }

    /// `struct { … }`, its fields perhaps with tags.
    fn struct_type(&mut self) -> ShapeId {
        self.bump();
        self.expect(Kind::OpenBrace);
        while !matches!(self.kind(), Kind::CloseBrace | Kind::End) {
            self.field();
            self.eat(Kind::Text);
            if !self.eat(Kind::Semicolon) && !self.is(Kind::CloseBrace) {
                self.recover();
                self.skip_stray_end();
            }
        }
        self.expect(Kind::CloseBrace);
        self.shape(Shape::Struct)
    }

    /// After recovery, moves past what would stop a list for ever.
    pub(super) fn skip_stray_end(&mut self) {
        if matches!(
            self.kind(),
            Kind::CloseParen | Kind::CloseBracket | Kind::Semicolon
        ) {
            self.bump();
        }
    }

    /// `a, b T` or an embedded type; names of fields are no uses.
    fn field(&mut self) {
        if self.is(Kind::Ident) && !self.is_embedded() {
            self.bump();
            while self.eat(Kind::Comma) {
                self.expect(Kind::Ident);
            }
        }
        self.type_();
    }

    /// Whether the name here is an embedded type: `T`, `p.T` or `T[int]`, and nothing behind it.
    ///
    /// In `a [3]T` the bracket is followed by a type, in `Set[T]` by the end of the field.
    fn is_embedded(&self) -> bool {
        let ends = |kind| matches!(kind, Kind::Semicolon | Kind::CloseBrace | Kind::Text);
        match self.kind_at(1) {
            Kind::Dot => true,
            Kind::OpenBracket => ends(self.kind_of(self.after_match(self.at + 1))),
            kind => ends(kind),
        }
    }

    /// `interface { Method(); Embedded; ~int | ~string }`.
    ///
    /// An embedded interface is a supertype, a method is read like a function type. A term with `~`
    /// is a constraint and inherits nothing.
    fn interface_type(&mut self) -> ShapeId {
        self.bump();
        self.expect(Kind::OpenBrace);
        while !matches!(self.kind(), Kind::CloseBrace | Kind::End) {
            if self.is(Kind::Ident) && self.kind_at(1) == Kind::OpenParen {
                self.function_type();
            } else {
                self.state.inherits = !self.is(Kind::Tilde);
                self.constraint();
                self.state.inherits = false;
            }
            if !self.eat(Kind::Semicolon) && !self.is(Kind::CloseBrace) {
                self.recover();
                self.skip_stray_end();
            }
        }
        self.expect(Kind::CloseBrace);
        self.shape(Shape::Other)
    }

    /// A union of types, each perhaps with `~`.
    pub(super) fn constraint(&mut self) {
        loop {
            self.eat(Kind::Tilde);
            self.type_();
            if !self.is(Kind::Operator) {
                return;
            }
            self.bump();
        }
    }
}
