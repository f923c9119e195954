//! Parameters, results and type parameters.
//!
//! In: tokens. Out: uses of their types; names for the body in `parameters`.
//! Invariant: names are bound only where a body follows.
//! Never: resolves a parameter's type in the function's own scope.

use super::{Kind, Parser};

impl Parser<'_> {
    /// `(a, b T) (c U)`; the names wait in `parameters`.
    pub(super) fn signature(&mut self) {
        self.parameter_list();
        match self.kind() {
            Kind::OpenParen => self.parameter_list(),
            Kind::Ident
            | Kind::Star
            | Kind::OpenBracket
            | Kind::Map
            | Kind::Chan
            | Kind::Arrow
            | Kind::Func
            | Kind::Struct
            | Kind::Interface => {
                self.type_();
            }
            _ => {}
        }
    }

    fn parameter_list(&mut self) {
        self.expect(Kind::OpenParen);
        let mut lone: Vec<(u32, u32)> = Vec::new();
        let mut named = false;
        while !matches!(self.kind(), Kind::CloseParen | Kind::End) {
            let before = self.at;
            named |= self.parameter(&mut lone);
            if !self.eat(Kind::Comma) && !self.is(Kind::CloseParen) {
                self.recover();
                break;
            }
            if self.at == before {
                self.bump();
            }
        }
        self.expect(Kind::CloseParen);
        for (symbol, offset) in lone {
            if named {
                self.parameters.push(symbol);
            } else if !self.locals.has(symbol) {
                let of = self.bare_use(symbol);
                self.note(of, offset);
            }
        }
    }

    /// One entry; tells whether it has a name and a type. A single identifier waits in `lone`.
    fn parameter(&mut self, lone: &mut Vec<(u32, u32)>) -> bool {
        let ends = |kind| matches!(kind, Kind::Comma | Kind::CloseParen);
        let named = self.is(Kind::Ident)
            && match self.kind_at(1) {
                Kind::Dot => false,
                Kind::Comma | Kind::CloseParen => {
                    let token = self.bump();
                    lone.push((token.data, token.start));
                    return false;
                }
                Kind::OpenBracket => !ends(self.kind_of(self.after_match(self.at + 1))),
                _ => true,
            };
        if named {
            let name = self.bump().data;
            self.parameters.push(name);
        }
        self.eat(Kind::Ellipsis);
        self.type_();
        named
    }

    /// `[T any, U Set[T]]`: binds all names first, because constraints may look ahead.
    pub(super) fn type_parameters(&mut self) {
        let end = self.after_match(self.at) - 1;
        let mut index = self.at + 1;
        let mut starts_entry = true;
        while index < end {
            match self.tokens.get(index).copied() {
                Some(token) if token.kind == Kind::Ident && starts_entry => {
                    self.locals.bind(token.data);
                }
                _ => {}
            }
            starts_entry = self.kind_of(index) == Kind::Comma;
            let opens = matches!(
                self.kind_of(index),
                Kind::OpenParen | Kind::OpenBracket | Kind::OpenBrace
            );
            index = if opens {
                self.after_match(index)
            } else {
                index + 1
            };
        }
        self.expect(Kind::OpenBracket);
        while !matches!(self.kind(), Kind::CloseBracket | Kind::End) {
            self.expect(Kind::Ident);
            if !matches!(self.kind(), Kind::Comma | Kind::CloseBracket) {
                self.constraint();
            }
            if !self.eat(Kind::Comma) && !self.is(Kind::CloseBracket) {
                self.recover();
                break;
            }
        }
        self.expect(Kind::CloseBracket);
    }

    /// Whether the `[` here, after a type's name, opens type parameters and no array length.
    pub(super) fn opens_type_parameters(&self) -> bool {
        if self.kind_at(1) != Kind::Ident {
            return false;
        }
        match self.kind_at(2) {
            Kind::Ident
            | Kind::Comma
            | Kind::OpenBracket
            | Kind::Interface
            | Kind::Tilde
            | Kind::Func
            | Kind::Map
            | Kind::Chan
            | Kind::Struct
            | Kind::Arrow => true,
            Kind::Star => {
                (self.at..self.after_match(self.at)).any(|index| self.kind_of(index) == Kind::Comma)
            }
            _ => false,
        }
    }

    /// `(r *T[K])`: binds K, keeps r for the body and tells T.
    pub(super) fn receiver(&mut self) -> Option<u32> {
        let end = self.after_match(self.at) - 1;
        self.bump();
        if self.is(Kind::Ident)
            && !matches!(
                self.kind_at(1),
                Kind::CloseParen | Kind::OpenBracket | Kind::Dot
            )
        {
            let name = self.bump().data;
            self.parameters.push(name);
        }
        while matches!(self.kind(), Kind::Star | Kind::OpenParen) {
            self.bump();
        }
        let base = self.is(Kind::Ident).then(|| self.bump());
        if let Some(token) = base.filter(|token| !self.locals.has(token.data)) {
            let of = self.bare_use(token.data);
            self.note(of, token.start);
        }
        while self.at < end {
            let token = self.bump();
            if token.kind == Kind::Ident {
                self.locals.bind(token.data);
            }
        }
        self.expect(Kind::CloseParen);
        base.map(|token| token.data)
    }
}
