//! Parameters, results and type parameters.
//!
//! In: tokens. Out: uses of their types; names for the body in `parameters`.
//! Invariant: names are bound only where a body follows.
//! Never: resolves a parameter's type in the function's own scope.

use super::{Kind, Parser, Symbol, Word};

impl Parser<'_> {
    /// `(a, b T) (c U)`; the names wait in `parameters`.
    ///
    /// Results are a second list, or one type without parentheses. What may start a type says
    /// which.
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

    /// `(a, b T, c ...U)` or `(T, U)`: either all entries have names or none has.
    ///
    /// Only the last entry may tell which, so single identifiers wait: with `(a, b T)` they are
    /// names, with `(A, B)` types, and so uses.
    fn parameter_list(&mut self) {
        self.expect(Kind::OpenParen);
        let mut lone: Vec<Word> = Vec::new();
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
        for name in lone {
            if named {
                self.state.parameters.push(name.symbol);
            } else {
                self.note_bare(name);
            }
        }
    }

    /// One entry; tells whether it has a name and a type. A single identifier waits in `lone`.
    ///
    /// `a [3]int` has a name, `Set[int]` is a type with arguments: a bracket that ends the entry is
    /// the latter. `p.T` is a type, too.
    fn parameter(&mut self, lone: &mut Vec<Word>) -> bool {
        let ends = |kind| matches!(kind, Kind::Comma | Kind::CloseParen);
        let named = self.is(Kind::Ident)
            && match self.kind_at(1) {
                Kind::Dot => false,
                Kind::Comma | Kind::CloseParen => {
                    lone.extend(self.word());
                    return false;
                }
                Kind::OpenBracket => !ends(self.kind_of(self.after_match(self.at + 1))),
                _ => true,
            };
        if named {
            let name = self.word().map(|name| name.symbol);
            self.state.parameters.extend(name);
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
            if let Some(name) = self.name_of(index).filter(|_| starts_entry) {
                self.state.locals.bind(name);
            }
            starts_entry = self.kind_of(index) == Kind::Comma;
            index = self.after_match(index);
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
    ///
    /// `type A [N]int` is an array, `type A[T any] …` is generic. `type A [N * M]int` and
    /// `type A[T *P, U any]` begin alike; as the language demands for such a parameter, a comma
    /// decides.
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
    pub(super) fn receiver(&mut self) -> Option<Symbol> {
        let end = self.after_match(self.at) - 1;
        self.bump();
        if self.is(Kind::Ident)
            && !matches!(
                self.kind_at(1),
                Kind::CloseParen | Kind::OpenBracket | Kind::Dot
            )
        {
            let name = self.word().map(|name| name.symbol);
            self.state.parameters.extend(name);
        }
        while matches!(self.kind(), Kind::Star | Kind::OpenParen) {
            self.bump();
        }
        let base = self.word();
        if let Some(base) = base {
            self.note_bare(base);
        }
        for index in self.at..end {
            if let Some(name) = self.name_of(index) {
                self.state.locals.bind(name);
            }
        }
        self.at = end.max(self.at);
        self.expect(Kind::CloseParen);
        base.map(|base| base.symbol)
    }
}
