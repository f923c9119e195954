//! Members of a class: fields, methods, constructors, initialisers, nested types.
//!
//! In: tokens. Out: the members' signatures; uses in types and bodies.
//! Invariant: members of an interface are public, its fields static.
//! Never: binds a field as a local.

use super::{Flags, Kind, Nature, Parser, RawMethod, State, Visibility};
use crate::parse::tokens::Symbol;
use crate::parse::tokens::lexemes::Class;

/// Parameters of a method.
#[derive(Default)]
pub(super) struct Parameters {
    /// Their names.
    pub(super) names: Vec<Symbol>,
    /// Whether the last takes any number of arguments.
    pub(super) variadic: bool,
}

impl Parser<'_> {
    /// Members up to the closing brace; a broken one costs at least a token, so that the loop ends.
    pub(super) fn members(&mut self) {
        while !matches!(self.kind(), Kind::CloseBrace | Kind::End) {
            let before = self.at;
            self.member();
            if self.at == before {
                self.fail();
                self.skip_one();
            }
        }
    }

    /// One field, method, constructor, initialiser block or nested type.
    ///
    /// `Name(` and `Name {` start a constructor (the latter the compact one of a record), a type in
    /// front of the name a method or field. Type parameters of a method are in scope until it ends.
    fn member(&mut self) {
        if self.eat(Kind::Semicolon) {
            return;
        }
        let flags = self.modifiers();
        if self.is(Kind::OpenBrace) {
            return self.block();
        }
        if self.is_type_declaration() {
            return self.class_declaration(flags, Nature::Member);
        }
        let start = self.offset();
        let scope = self.enter();
        if self.is(Kind::Less) {
            self.type_parameters();
        }
        if self.is(Kind::Ident) && matches!(self.kind_at(1), Kind::OpenParen | Kind::OpenBrace) {
            self.constructor(start);
        } else if self.skip_type(self.at).is_some() {
            self.type_();
            let name = self.expect_word().map(|name| name.symbol);
            if self.is(Kind::OpenParen) {
                let flags = self.member_flags(flags);
                self.method(name, flags, start);
            } else {
                self.fields(name, flags);
            }
        } else {
            self.recover();
        }
        self.leave(scope);
    }

    /// Whether the current class is an interface or annotation.
    fn in_interface(&mut self) -> bool {
        self.class().is_some_and(|class| class.is_interface)
    }

    /// The flags with the visibility that an interface gives its members.
    fn member_flags(&mut self, mut flags: Flags) -> Flags {
        if !flags.explicit && self.in_interface() {
            flags.visibility = Visibility::Public;
        }
        flags
    }

    /// `Name(A a) throws B { … }`, or `Name { … }` in a record.
    ///
    /// It is no method that others can name; `new` names the class.
    fn constructor(&mut self, start: u32) {
        let name = self.word().map(|name| name.symbol);
        if self.is(Kind::OpenParen) {
            self.parameters();
            self.throws();
        } else {
            // A compact constructor has the record's components as parameters.
            self.bind_components();
        }
        self.method_body(name, start);
    }

    /// Binds the fields that the record has so far as locals; these are its components.
    fn bind_components(&mut self) {
        let State {
            class,
            classes,
            variables,
            ..
        } = &mut self.state;
        let fields = class.map(|class| &classes[class].fields);
        for (name, _) in fields.into_iter().flatten() {
            variables.bind(*name);
        }
    }

    /// A method after its name; the arity is capped at 255.
    fn method(&mut self, name: Option<Symbol>, flags: Flags, start: u32) {
        let parameters = self.parameters();
        self.dimensions();
        self.throws();
        let arity = u8::try_from(parameters.names.len()).unwrap_or(u8::MAX);
        if let (Some(name), Some(class)) = (name, self.class()) {
            class.methods.push(RawMethod {
                name,
                arity,
                variadic: parameters.variadic,
                flags,
            });
        }
        self.method_body(name, start);
    }

    /// `throws A, B`, if it comes next.
    fn throws(&mut self) {
        if self.eat(Kind::Throws) {
            self.type_();
            while self.eat(Kind::Comma) {
                self.type_();
            }
        }
    }

    /// A body, `;`, or `default x;` in an annotation.
    ///
    /// Only what has a body counts as a function and adds to the complexity.
    fn method_body(&mut self, name: Option<Symbol>, start: u32) {
        if self.is(Kind::OpenBrace) {
            self.complexity += 1;
            self.note_brace(Class::Body);
            self.block();
            let class = self.class().and_then(|class| class.name);
            if let Some(name) = name {
                self.note_function(class, name, start);
            }
            return;
        }
        if self.eat(Kind::Default) {
            self.annotation_value();
        }
        self.end();
    }

    /// `(final A a, B... b)`: binds the names.
    pub(super) fn parameters(&mut self) -> Parameters {
        let mut found = Parameters::default();
        self.bump();
        while !matches!(self.kind(), Kind::CloseParen | Kind::End) {
            self.modifiers();
            self.type_();
            self.annotations();
            found.variadic |= self.eat(Kind::Ellipsis);
            if let Some(name) = self.parameter_name() {
                found.names.push(name);
                self.bind(name);
            }
            self.dimensions();
            if !self.eat(Kind::Comma) && !self.is(Kind::CloseParen) {
                self.recover();
                break;
            }
        }
        self.expect(Kind::CloseParen);
        found
    }

    /// The name of a parameter; `None` for a receiver (`Outer.this`).
    fn parameter_name(&mut self) -> Option<Symbol> {
        if self.eat(Kind::This) {
            return None;
        }
        if self.is(Kind::Ident) && self.kind_at(1) == Kind::Dot {
            while !matches!(self.kind(), Kind::Comma | Kind::CloseParen | Kind::End) {
                self.bump();
            }
            return None;
        }
        self.expect_word().map(|name| name.symbol)
    }

    /// `a = 1, b[]` after the type and the first name.
    fn fields(&mut self, first: Option<Symbol>, flags: Flags) {
        let mut flags = self.member_flags(flags);
        flags.is_static |= self.in_interface();
        let mut name = first;
        while let Some(symbol) = name.take() {
            if let Some(class) = self.class() {
                class.fields.push((symbol, flags));
            }
            self.dimensions();
            if self.eat(Kind::Assign) {
                self.initializer();
            }
            if self.eat(Kind::Comma) {
                name = self.expect_word().map(|name| name.symbol);
            }
        }
        self.end();
    }

    /// The value of a variable: an expression or `{ … }`.
    pub(super) fn initializer(&mut self) {
        if self.is(Kind::OpenBrace) {
            self.deeper(|parser| parser.braced(Self::initializer));
        } else {
            self.expression();
        }
    }
}
