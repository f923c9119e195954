//! Expressions.
//!
//! In: tokens. Out: uses of names that are not local.
//! Invariant: precedence does not matter to uses, so operators form a flat chain.
//! Never: recurses along a chain of operators, casts, calls or `? :`.

use super::{Kind, Parser, Role, Spot, Symbol};

impl Parser<'_> {
    /// One expression, with all its operators.
    pub(super) fn expression(&mut self) {
        self.deeper(Self::operators);
    }

    /// Operands between operators, from left to right: `a + b ? c : d instanceof E e`.
    ///
    /// A `:` belongs to a `?` read before, else to a label or an enhanced `for`, and ends the
    /// expression. `>>` and `>=` come as single signs, since the lexer leaves `>` alone for type
    /// arguments.
    fn operators(&mut self) {
        let mut questions = 0_u32;
        self.unary();
        loop {
            match self.kind() {
                Kind::Operator
                | Kind::Sign
                | Kind::Star
                | Kind::Amp
                | Kind::Less
                | Kind::Assign => drop(self.bump()),
                Kind::Greater => {
                    while self.eat(Kind::Greater) {}
                    self.eat(Kind::Assign);
                }
                Kind::Branch => {
                    self.bump();
                    self.complexity += 1;
                }
                Kind::Question => {
                    self.bump();
                    self.complexity += 1;
                    questions += 1;
                }
                Kind::Colon if questions > 0 => {
                    self.bump();
                    questions -= 1;
                }
                Kind::Instanceof => {
                    self.bump();
                    self.pattern();
                    continue;
                }
                _ => return,
            }
            self.unary();
        }
    }

    /// An operand behind any number of prefixes and casts: `-x`, `(A) (B) x`, `!f()`.
    fn unary(&mut self) {
        loop {
            match self.kind() {
                Kind::Sign | Kind::Not | Kind::Step => drop(self.bump()),
                Kind::OpenParen if !self.is_lambda() && self.is_cast() => self.cast(),
                _ => break,
            }
        }
        self.operand();
        self.postfix();
    }

    /// `(A & B)` in front of an operand.
    fn cast(&mut self) {
        self.bump();
        self.type_();
        while self.eat(Kind::Amp) {
            self.type_();
        }
        self.expect(Kind::CloseParen);
    }

    /// A name, literal, lambda, creation, switch or parenthesis.
    ///
    /// `x ->` is a lambda unless a `case` label is being read. Where no operand stands, an error is
    /// noted, and the token is left alone if an outer rule waits for it.
    fn operand(&mut self) {
        match self.kind() {
            Kind::Literal | Kind::This | Kind::Super => drop(self.bump()),
            Kind::Ident if self.kind_at(1) == Kind::Arrow && !self.state.in_label => self.lambda(),
            Kind::Ident => self.named(),
            Kind::OpenParen if self.is_lambda() => self.lambda(),
            Kind::OpenParen => self.parenthesised(),
            Kind::New => self.creator(),
            Kind::Switch => self.switch(),
            Kind::Primitive => {
                self.bump();
                self.dimensions();
            }
            Kind::At => {
                self.annotations();
                self.type_();
            }
            _ => {
                self.fail();
                if !self.ends_operand() {
                    self.bump();
                }
            }
        }
    }

    /// Tokens that an outer rule waits for, so a missing operand must not eat them.
    fn ends_operand(&self) -> bool {
        matches!(
            self.kind(),
            Kind::CloseParen
                | Kind::CloseBracket
                | Kind::CloseBrace
                | Kind::OpenBrace
                | Kind::Semicolon
                | Kind::Comma
                | Kind::Colon
                | Kind::Arrow
                | Kind::Case
                | Kind::Default
                | Kind::End
        )
    }

    /// `(x)`; inside, `->` starts a lambda even in a label.
    fn parenthesised(&mut self) {
        self.bump();
        let label = std::mem::take(&mut self.state.in_label);
        self.expression();
        self.state.in_label = label;
        if !self.eat(Kind::CloseParen) {
            self.recover();
            self.eat(Kind::CloseParen);
        }
    }

    /// A chain of names and what follows decides on: call, type, or value.
    ///
    /// `a.b(…)` is a call, `a.b::c` a method reference, `a.b.class` and `a.b[]::new` name a type,
    /// `a.b` alone is a value. A generic type is read a second time as a type, since its arguments
    /// are uses of their own.
    fn named(&mut self) {
        let (at, offset) = (self.at, self.offset());
        let start = self.read_chain();
        let generic = self.is(Kind::Less) && self.is_generic_type();
        let array = self.is(Kind::OpenBracket) && self.kind_at(1) == Kind::CloseBracket;
        if generic || array {
            self.state.chains.truncate(start);
            self.at = at;
            self.type_();
            return;
        }
        match (self.kind(), self.kind_at(1)) {
            (Kind::OpenParen, _) => self.call(start, offset),
            (Kind::DoubleColon, Kind::New) => drop(self.note(start, Role::Type, offset)),
            (Kind::DoubleColon, Kind::Ident) => {
                let method = self.name_of(self.at + 1);
                self.state.chains.extend(method);
                self.note(start, Role::MethodReference, offset);
            }
            (Kind::Dot, Kind::Class | Kind::This | Kind::Super) => {
                self.note(start, Role::Type, offset);
            }
            (Kind::Dot, Kind::Less) => self.generic_call(start, offset),
            _ => {
                self.note(start, Role::Expression, offset);
            }
        }
    }

    /// A call of the chain since `start`.
    ///
    /// The chain is set aside while the arguments are read, because their chains grow on the same
    /// list.
    fn call(&mut self, start: usize, offset: u32) {
        let chain = self.state.chains.split_off(start);
        let first_argument = self.at + 1;
        let arity = self.arguments();
        let start = self.state.chains.len();
        self.state.chains.extend(&chain);
        self.note(start, Role::Method(arity), offset);
        self.note_load(&chain, first_argument);
    }

    /// `ServiceLoader.load(X.class)` needs the providers of X.
    ///
    /// The use of `X` is found again by the offset of the first argument.
    fn note_load(&mut self, chain: &[Symbol], first_argument: usize) {
        let [.., owner, method] = chain else { return };
        if self.symbols.text(*owner) != "ServiceLoader"
            || !self.symbols.text(*method).starts_with("load")
        {
            return;
        }
        let offset = self.offset_of(first_argument);
        let mut spots = self.spots.iter().rev();
        if let Some(spot) = spots.find(|spot| Some(spot.offset) == offset) {
            self.state.loads.push(Spot {
                inherits: false,
                ..*spot
            });
        }
    }

    /// `a.<T>b(…)` after `a`.
    fn generic_call(&mut self, start: usize, offset: u32) {
        let chain = self.state.chains.split_off(start);
        self.bump();
        self.deeper(Self::type_arguments);
        let name = self.name_of(self.at);
        let start = self.state.chains.len();
        self.state.chains.extend(chain);
        self.state.chains.extend(name);
        if name.is_none() {
            self.note(start, Role::Expression, offset);
            return;
        }
        self.bump();
        if self.is(Kind::OpenParen) {
            self.call(start, offset);
        } else {
            self.note(start, Role::Expression, offset);
        }
    }

    /// `(a, b)`; tells how many.
    pub(super) fn arguments(&mut self) -> u8 {
        let mut count = 0_u8;
        let label = std::mem::take(&mut self.state.in_label);
        self.bump();
        while !matches!(self.kind(), Kind::CloseParen | Kind::End) {
            self.expression();
            count = count.saturating_add(1);
            if !self.eat(Kind::Comma) && !self.is(Kind::CloseParen) {
                self.recover();
                break;
            }
        }
        self.eat(Kind::CloseParen);
        self.state.in_label = label;
        count
    }

    /// What may follow an operand, again and again.
    pub(super) fn postfix(&mut self) {
        loop {
            match self.kind() {
                Kind::Dot => {
                    self.bump();
                    self.selected();
                }
                Kind::OpenBracket => self.index(),
                Kind::OpenParen => drop(self.arguments()),
                Kind::DoubleColon => {
                    self.bump();
                    if self.is(Kind::Less) {
                        self.deeper(Self::type_arguments);
                    }
                    self.bump();
                }
                Kind::Step => drop(self.bump()),
                _ => return,
            }
        }
    }

    /// What stands behind a dot: a name, `class`, `this`, a creation, or type arguments of a call.
    ///
    /// A name is no use: what it means depends on the type of what stands before it.
    fn selected(&mut self) {
        match self.kind() {
            Kind::Ident | Kind::Class | Kind::This | Kind::Super => drop(self.bump()),
            Kind::New => self.inner_creator(),
            Kind::Less => {
                self.deeper(Self::type_arguments);
                if matches!(self.kind(), Kind::Ident | Kind::Super) {
                    self.bump();
                }
            }
            _ => self.fail(),
        }
    }

    /// `[x]` behind an operand.
    fn index(&mut self) {
        self.bump();
        if !self.is(Kind::CloseBracket) {
            self.expression();
        }
        if !self.eat(Kind::CloseBracket) {
            self.recover();
            self.eat(Kind::CloseBracket);
        }
    }
}
