//! Expressions.
//!
//! In: tokens. Out: uses of names that are not local; operands.
//! Invariant: precedence does not matter to uses, so operators form a flat chain.
//! Never: recurses along a chain of operators, calls or selectors.

use super::{Kind, Operand, Parser, Symbol};

impl Parser<'_> {
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

    pub(super) fn expression(&mut self) -> Operand {
        self.deeper(Self::chain)
    }

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

    fn literal_follows(&self, operand: Operand) -> bool {
        operand.explicit
            || (self.state.level >= 0 && (operand.shape.is_some() || operand.lone.is_some()))
    }

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
