//! Expressions.
//!
//! In: tokens. Out: uses of names that are not local; operands.
//! Invariant: precedence does not matter to uses, so operators form a flat chain.
//! Never: recurses along a chain of operators, calls or selectors.

use super::{Kind, Operand, Parser, Symbol};

impl Parser<'_> {
    /// `a, b, c`.
    pub(super) fn expression_list(&mut self) {
        self.expression();
        while self.eat(Kind::Comma) {
            self.expression();
        }
    }

    /// A list of expressions; single identifiers among them are added to `names`.
    pub(super) fn expressions_into(&mut self, names: &mut Vec<Symbol>) {
        loop {
            names.extend(self.expression().lone);
            if !self.eat(Kind::Comma) {
                return;
            }
        }
    }

    /// One expression, with all its operators.
    pub(super) fn expression(&mut self) -> Operand {
        self.deeper(Self::chain)
    }

    /// Operands between binary operators, from left to right: `a + b*c || d`.
    ///
    /// Only an operand without any operator keeps what it is; `a + b` can be neither bound by `:=`
    /// nor followed by `{` as a type.
    fn chain(&mut self) -> Operand {
        let mut operand = self.unary();
        while matches!(
            self.kind(),
            Kind::Operator | Kind::Sign | Kind::Star | Kind::Branch
        ) {
            if self.bump().kind == Kind::Branch {
                self.complexity += 1;
            }
            self.unary();
            operand = Operand::default();
        }
        operand
    }

    /// An operand behind any number of prefixes: `-a`, `&T{}`, `<-c`, `**p`.
    fn unary(&mut self) -> Operand {
        let mut plain = true;
        while matches!(
            self.kind(),
            Kind::Sign | Kind::Star | Kind::Arrow | Kind::Tilde
        ) {
            self.bump();
            plain = false;
        }
        let operand = self.primary();
        if plain { operand } else { Operand::default() }
    }

    /// An operand and what follows it: selectors, indices, calls, literals.
    ///
    /// `a.b(c)[d].e{…}` is read in a loop. After an index the shape stays, as `Set[int]{1}` needs
    /// it; after anything else what is read is a value of no known type.
    fn primary(&mut self) -> Operand {
        let mut operand = self.operand();
        loop {
            match self.kind() {
                Kind::Dot => self.selector(),
                Kind::OpenBracket => {
                    self.bracketed();
                    operand.lone = None;
                    continue;
                }
                Kind::OpenParen => self.arguments(),
                Kind::OpenBrace if self.literal_follows(operand) => {
                    let shape = operand.shape.unwrap_or_else(|| self.unknown_shape());
                    self.literal(shape);
                }
                _ => return operand,
            }
            operand = Operand::default();
        }
    }

    /// Whether the `{` here opens a literal of the type `operand`.
    ///
    /// In `if x == y {` it opens the body, as the language says: in a header, a type name needs
    /// parentheses around its literal. A type that is written out (`[]int{1}`) is clear even there.
    fn literal_follows(&self, operand: Operand) -> bool {
        operand.explicit
            || (self.state.level >= 0 && (operand.shape.is_some() || operand.lone.is_some()))
    }

    /// A name, literal, type, function or parenthesis.
    ///
    /// Where none stands, an error is noted, and the token is left alone if an outer rule waits for
    /// it.
    fn operand(&mut self) -> Operand {
        match self.kind() {
            Kind::Literal | Kind::Text => {
                self.bump();
                Operand::default()
            }
            Kind::Ident => self.name(),
            Kind::OpenParen => self.parenthesised(),
            Kind::Func => self.function_value(),
            Kind::OpenBracket | Kind::Struct | Kind::Map | Kind::Chan | Kind::Interface => {
                let shape = self.type_();
                Operand {
                    lone: None,
                    shape: Some(shape),
                    explicit: true,
                }
            }
            _ => {
                self.fail();
                if !self.ends_operand() {
                    self.bump();
                }
                Operand::default()
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
                | Kind::Case
                | Kind::Default
                | Kind::End
        )
    }

    /// `(a)`; inside, a `{` may open a literal even in a header.
    ///
    /// A name in parentheses is no longer a lone one: `(a) := 1` binds nothing.
    fn parenthesised(&mut self) -> Operand {
        self.bump();
        self.state.level += 1;
        let mut operand = self.expression();
        self.state.level -= 1;
        if !self.is(Kind::CloseParen) {
            self.recover();
        }
        self.eat(Kind::CloseParen);
        operand.lone = None;
        operand
    }

    /// `func(a int) { … }`, or the type without a body in a conversion.
    fn function_value(&mut self) -> Operand {
        self.bump();
        let mark = self.state.parameters.len();
        self.signature();
        if self.is(Kind::OpenBrace) {
            self.body(mark);
        }
        self.state.parameters.truncate(mark);
        Operand::default()
    }

    /// `.name`, `.(T)` or `.(type)`; the selected name is no use, as it depends on the type before
    /// the dot.
    fn selector(&mut self) {
        self.bump();
        match self.kind() {
            Kind::Ident => drop(self.bump()),
            Kind::OpenParen => {
                self.bump();
                if !self.eat(Kind::Type) {
                    self.type_();
                }
                self.expect(Kind::CloseParen);
            }
            _ => self.fail(),
        }
    }

    /// `(a, b...)`; types may be arguments, too: `make([]int, 3)`.
    fn arguments(&mut self) {
        self.bump();
        self.state.level += 1;
        while !matches!(self.kind(), Kind::CloseParen | Kind::End) {
            self.expression();
            self.eat(Kind::Ellipsis);
            if !self.eat(Kind::Comma) && !self.is(Kind::CloseParen) {
                self.recover();
                break;
            }
        }
        self.state.level -= 1;
        self.eat(Kind::CloseParen);
    }
}
