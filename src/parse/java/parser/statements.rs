//! Statements and the scopes of local variables.
//!
//! In: tokens. Out: uses, paths for the cyclomatic number.
//! Invariant: a local is bound before its own initialiser.
//! Never: lets a local outlive its block.

use super::token::YIELD;
use super::{Kind, Nature, Parser};

impl Parser<'_> {
    /// `{ … }` in a scope of its own.
    pub(super) fn block(&mut self) {
        if !self.eat(Kind::OpenBrace) {
            return self.recover();
        }
        let scope = self.enter();
        self.deeper(Self::statements);
        self.leave(scope);
        self.expect(Kind::CloseBrace);
    }

    /// Statements up to a `}`, or to the next label of a switch.
    pub(super) fn statements(&mut self) {
        while !matches!(self.kind(), Kind::CloseBrace | Kind::Case | Kind::End)
            && !self.is_default_label()
        {
            let before = self.at;
            self.statement();
            if self.at == before {
                self.fail();
                self.skip_one();
            }
        }
    }

    /// `default:` or `default ->`; elsewhere the word is a modifier.
    fn is_default_label(&self) -> bool {
        self.is(Kind::Default) && matches!(self.kind_at(1), Kind::Colon | Kind::Arrow)
    }

    /// A statement inside another one, such as the branch of an `if`.
    fn nested(&mut self) {
        self.deeper(Self::statement);
    }

    /// One statement, behind its labels.
    fn statement(&mut self) {
        while self.is(Kind::Ident) && self.kind_at(1) == Kind::Colon {
            self.at += 2;
        }
        match self.kind() {
            Kind::OpenBrace => self.block(),
            Kind::Semicolon => drop(self.bump()),
            Kind::If => self.if_(),
            Kind::While => {
                self.bump();
                self.complexity += 1;
                self.condition();
                self.nested();
            }
            Kind::Do => self.do_(),
            Kind::For => self.for_(),
            Kind::Try => self.try_(),
            Kind::Switch => self.switch_statement(),
            Kind::Synchronized if self.kind_at(1) == Kind::OpenParen => {
                self.bump();
                self.condition();
                self.block();
            }
            Kind::Return | Kind::Throw | Kind::Assert => self.leaving(),
            Kind::Break | Kind::Continue => {
                self.bump();
                self.eat(Kind::Ident);
                self.end();
            }
            _ => self.declaration_or_expression(),
        }
    }

    /// `return x;`, `throw x;`, `assert x : y;`
    fn leaving(&mut self) {
        self.bump();
        if !self.is(Kind::Semicolon) {
            self.expression();
        }
        if self.eat(Kind::Colon) {
            self.expression();
        }
        self.end();
    }

    /// A local variable, a local class, or an expression with its `;`.
    ///
    /// Modifiers or annotations make it a declaration; else a look ahead decides.
    fn declaration_or_expression(&mut self) {
        if self.is_yield() {
            return self.leaving();
        }
        let modified = matches!(
            self.kind(),
            Kind::At
                | Kind::Modifier
                | Kind::Static
                | Kind::Abstract
                | Kind::Public
                | Kind::Private
                | Kind::Protected
        ) || self.contextual_modifier() > 0;
        let flags = if modified {
            self.modifiers()
        } else {
            super::Flags::default()
        };
        if self.is_type_declaration() {
            return self.class_declaration(flags, Nature::Local);
        }
        if modified || self.is_declaration(self.at) {
            self.local_variables();
        } else {
            self.expression();
        }
        self.end();
    }

    /// `yield x;`, where `yield` is no name.
    fn is_yield(&self) -> bool {
        self.is_word(YIELD)
            && matches!(
                self.kind_at(1),
                Kind::Ident
                    | Kind::Literal
                    | Kind::OpenParen
                    | Kind::This
                    | Kind::Super
                    | Kind::New
                    | Kind::Switch
                    | Kind::Not
                    | Kind::Sign
            )
    }

    /// `A a = x, b` without the `;`.
    pub(super) fn local_variables(&mut self) {
        self.type_();
        loop {
            if let Some(name) = self.expect_word() {
                self.bind(name.symbol);
            }
            self.dimensions();
            if self.eat(Kind::Assign) {
                self.initializer();
            }
            if !self.eat(Kind::Comma) {
                return;
            }
        }
    }

    /// `( x )`
    fn condition(&mut self) {
        self.expect(Kind::OpenParen);
        self.expression();
        if !self.eat(Kind::CloseParen) {
            self.fail();
        }
    }

    /// `if (…) … else if (…) … else …` in a loop, so that a long chain does not recurse.
    fn if_(&mut self) {
        loop {
            self.bump();
            self.complexity += 1;
            self.condition();
            self.nested();
            if !self.eat(Kind::Else) {
                return;
            }
            if !self.is(Kind::If) {
                return self.nested();
            }
        }
    }

    /// `do … while (…);`
    fn do_(&mut self) {
        self.bump();
        self.complexity += 1;
        self.nested();
        self.expect(Kind::While);
        self.condition();
        self.end();
    }

    /// `for (int i = 0, n = 9; i < n; i++) …` and `for (A a : list) …`.
    ///
    /// Both are read as declarations and expressions between `;`, `:` and `,`; the variables are in
    /// scope of the body.
    fn for_(&mut self) {
        self.bump();
        self.complexity += 1;
        let scope = self.enter();
        let end = self.after_match(self.at);
        self.expect(Kind::OpenParen);
        while !matches!(self.kind(), Kind::CloseParen | Kind::End) && self.at < end {
            let before = self.at;
            if !matches!(self.kind(), Kind::Semicolon | Kind::Colon | Kind::Comma) {
                let modified = matches!(self.kind(), Kind::At | Kind::Modifier);
                if modified {
                    self.modifiers();
                }
                if modified || self.is_declaration(self.at) {
                    self.local_variables();
                } else {
                    self.expression();
                }
            }
            if matches!(self.kind(), Kind::Semicolon | Kind::Colon | Kind::Comma) {
                self.bump();
            } else if self.at == before {
                self.fail();
                self.skip_one();
            }
        }
        self.expect(Kind::CloseParen);
        self.nested();
        self.leave(scope);
    }

    /// `try (A a = f()) { … } catch (B | C e) { … } finally { … }`; each `catch` adds a path.
    fn try_(&mut self) {
        self.bump();
        let scope = self.enter();
        if self.eat(Kind::OpenParen) {
            self.resources();
        }
        self.block();
        self.leave(scope);
        while self.is(Kind::Catch) {
            self.bump();
            self.complexity += 1;
            let scope = self.enter();
            self.catch();
            self.block();
            self.leave(scope);
        }
        if self.eat(Kind::Finally) {
            self.block();
        }
    }

    /// `A a = f(); b)` after the bracket: declarations, or variables that exist already.
    fn resources(&mut self) {
        while !matches!(self.kind(), Kind::CloseParen | Kind::End) {
            let before = self.at;
            let modified = matches!(self.kind(), Kind::At | Kind::Modifier);
            if modified {
                self.modifiers();
            }
            if modified || self.is_declaration(self.at) {
                self.local_variables();
            } else {
                self.expression();
            }
            self.eat(Kind::Semicolon);
            if self.at == before {
                self.fail();
                self.skip_one();
            }
        }
        self.eat(Kind::CloseParen);
    }

    /// `(final A | B e)`
    fn catch(&mut self) {
        self.expect(Kind::OpenParen);
        self.modifiers();
        self.type_();
        while self.is(Kind::Operator) {
            self.bump();
            self.type_();
        }
        if let Some(name) = self.expect_word() {
            self.bind(name.symbol);
        }
        self.expect(Kind::CloseParen);
    }

    /// A switch as a statement, perhaps with a call behind it.
    fn switch_statement(&mut self) {
        self.switch();
        // A switch may also start an expression statement, as in `switch (x) { … }.run();`.
        if self.is(Kind::Dot) {
            self.postfix();
            self.end();
        }
    }

    /// `switch (x) { … }` as statement or expression.
    pub(super) fn switch(&mut self) {
        self.bump();
        self.condition();
        if !self.eat(Kind::OpenBrace) {
            return self.recover();
        }
        let scope = self.enter();
        while !matches!(self.kind(), Kind::CloseBrace | Kind::End) {
            let before = self.at;
            self.case();
            if self.at == before {
                self.fail();
                self.skip_one();
            }
        }
        self.leave(scope);
        self.expect(Kind::CloseBrace);
    }

    /// One `case …` or `default` with its statements; each `case` adds a path.
    ///
    /// After `->` stands one statement, block or `throw`; after `:` stand statements up to the next
    /// label.
    fn case(&mut self) {
        match self.kind() {
            Kind::Case => {
                self.bump();
                self.complexity += 1;
                self.labels();
            }
            Kind::Default => drop(self.bump()),
            _ => return self.deeper(Self::statements),
        }
        if self.eat(Kind::Arrow) {
            self.nested();
        } else {
            self.expect(Kind::Colon);
            self.deeper(Self::statements);
        }
    }
}
