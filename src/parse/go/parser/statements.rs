//! Statements and their scopes.
//!
//! In: tokens. Out: uses, paths for the cyclomatic number.
//! Invariant: `:=` binds after its right side; its left side is no use.
//! Never: binds a label.

use super::{Kind, Parser};

impl Parser<'_> {
    /// `{ … }` in a scope of its own.
    pub(super) fn block(&mut self) {
        self.expect(Kind::OpenBrace);
        let scope = self.enter();
        self.deeper(Self::statements);
        self.leave(scope);
        if !self.eat(Kind::CloseBrace) {
            self.recover();
            self.eat(Kind::CloseBrace);
        }
    }

    /// Statements up to a `}`, or to the next clause of a switch.
    fn statements(&mut self) {
        while !matches!(
            self.kind(),
            Kind::CloseBrace | Kind::Case | Kind::Default | Kind::End
        ) {
            let before = self.at;
            self.statement();
            if !self.eat(Kind::Semicolon)
                && !matches!(self.kind(), Kind::CloseBrace | Kind::Case | Kind::Default)
            {
                self.recover();
                self.skip_stray_end();
            }
            if self.at == before {
                self.skip_one();
            }
        }
    }

    /// One statement, behind its labels.
    fn statement(&mut self) {
        while self.is(Kind::Ident) && self.kind_at(1) == Kind::Colon {
            self.at += 2;
        }
        match self.kind() {
            Kind::Const | Kind::Var => self.group(|parser| parser.values(false)),
            Kind::Type => self.group(|parser| parser.type_declaration(false)),
            Kind::OpenBrace => self.block(),
            Kind::If => self.if_(),
            Kind::For => self.for_(),
            Kind::Switch => self.switch(),
            Kind::Select => {
                self.bump();
                self.clauses();
            }
            Kind::Return => {
                self.bump();
                if !matches!(self.kind(), Kind::Semicolon | Kind::CloseBrace) {
                    self.expression_list();
                }
            }
            Kind::Break | Kind::Continue | Kind::Goto | Kind::Fallthrough => {
                self.bump();
                self.eat(Kind::Ident);
            }
            Kind::Defer | Kind::Go => {
                self.bump();
                self.expression();
            }
            Kind::Semicolon | Kind::CloseBrace => {}
            _ => self.simple(),
        }
    }

    /// An expression, assignment, definition, send or step.
    ///
    /// Before the operator is read, nobody knows whether `a, b` on the left are uses. With `:=`
    /// they are not, and what was noted for them is taken back; they are bound after the right
    /// side, as `x := x` refers to the outer `x`. With `=` they are.
    pub(super) fn simple(&mut self) {
        if self.eat(Kind::Range) {
            self.expression();
            return;
        }
        let mark = self.spots.len();
        let mut names = Vec::new();
        self.expressions_into(&mut names);
        match self.kind() {
            Kind::Define => {
                self.spots.truncate(mark);
                self.bump();
                self.eat(Kind::Range);
                self.expression_list();
                for symbol in names {
                    self.state.locals.bind(symbol);
                }
            }
            Kind::Assign => {
                self.bump();
                self.eat(Kind::Range);
                self.expression_list();
            }
            Kind::Arrow => {
                self.bump();
                self.expression();
            }
            Kind::Step => drop(self.bump()),
            _ => {}
        }
    }

    /// What stands between a keyword and the `{` of its body.
    ///
    /// `if x := f(); x > 0 {`: simple statements between semicolons. The level below 0 makes `{`
    /// the start of the body.
    fn header(&mut self) {
        let level = std::mem::replace(&mut self.state.level, -1);
        while !matches!(self.kind(), Kind::OpenBrace | Kind::CloseBrace | Kind::End) {
            if self.eat(Kind::Semicolon) {
                continue;
            }
            let before = self.at;
            self.simple();
            if self.at == before || !matches!(self.kind(), Kind::Semicolon | Kind::OpenBrace) {
                self.fail();
                break;
            }
        }
        self.state.level = level;
    }

    /// `if … { } else if … { } else { }` in a loop, so that a long chain does not recurse.
    ///
    /// One scope spans the chain: what a header binds is seen in all branches after it.
    fn if_(&mut self) {
        let scope = self.enter();
        loop {
            self.bump();
            self.complexity += 1;
            self.header();
            self.block();
            if !self.eat(Kind::Else) {
                break;
            }
            if !self.is(Kind::If) {
                self.block();
                break;
            }
        }
        self.leave(scope);
    }

    /// `for … { }`; each loop adds a path.
    fn for_(&mut self) {
        let scope = self.enter();
        self.bump();
        self.complexity += 1;
        self.header();
        self.block();
        self.leave(scope);
    }

    /// `switch x := f(); x.(type) { … }`; each `case` adds a path, the switch itself none.
    fn switch(&mut self) {
        let scope = self.enter();
        self.bump();
        self.header();
        self.clauses();
        self.leave(scope);
    }

    /// `{ case x: … default: … }` of a switch or select.
    fn clauses(&mut self) {
        self.expect(Kind::OpenBrace);
        while matches!(self.kind(), Kind::Case | Kind::Default) {
            let scope = self.enter();
            if self.bump().kind == Kind::Case {
                self.complexity += 1;
                self.simple();
            }
            self.expect(Kind::Colon);
            self.deeper(Self::statements);
            self.leave(scope);
        }
        if !self.eat(Kind::CloseBrace) {
            self.recover();
            self.eat(Kind::CloseBrace);
        }
    }
}
