//! Statements and their scopes.
//!
//! In: tokens. Out: uses, paths for the cyclomatic number.
//! Invariant: `:=` binds after its right side; its left side is no use.
//! Never: binds a label.

use super::{Kind, Parser};

impl Parser<'_> {
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

    fn for_(&mut self) {
        let scope = self.enter();
        self.bump();
        self.complexity += 1;
        self.header();
        self.block();
        self.leave(scope);
    }

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
