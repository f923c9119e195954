//! The file, its imports and its package-level declarations.
//!
//! In: tokens. Out: declarations; uses in their types, values and bodies.
//! Invariant: package-level names are never bound as locals.
//! Never: stops at a broken declaration.

use super::{BLANK, Decl, Kind, PREDECLARED, Parser, RawAlias, RawImport, Shape};
use crate::model::SymbolKind;

impl Parser<'_> {
    pub(super) fn file(&mut self) {
        self.expect(Kind::Package);
        if self.is(Kind::Ident) {
            self.package = self.bump().data;
        }
        self.eat(Kind::Semicolon);
        while !self.is(Kind::End) {
            let before = self.at;
            self.top_level();
            if !self.eat(Kind::Semicolon) && !self.is(Kind::End) {
                self.recover_to_declaration();
            }
            if self.at == before {
                self.bump();
            }
        }
    }

    fn top_level(&mut self) {
        let shapes = self.shapes.len();
        let keys = self.keys.len();
        match self.kind() {
            Kind::Import => self.group(Self::import),
            Kind::Const | Kind::Var => self.group(|parser| parser.values(true)),
            Kind::Type => return self.group(|parser| parser.type_declaration(true)),
            Kind::Func => self.function(),
            Kind::Semicolon => {}
            _ => self.fail(),
        }
        if self.keys.len() == keys {
            self.shapes.truncate(shapes);
        }
    }

    /// Skips to the next keyword that can only start a declaration.
    fn recover_to_declaration(&mut self) {
        self.fail();
        while !matches!(
            self.kind(),
            Kind::Func | Kind::Type | Kind::Var | Kind::Const | Kind::Import | Kind::End
        ) {
            self.skip_one();
        }
    }

    /// A declaration, or several in parentheses, after its keyword.
    pub(super) fn group(&mut self, one: impl Fn(&mut Self)) {
        self.bump();
        if !self.eat(Kind::OpenParen) {
            return one(self);
        }
        while !matches!(self.kind(), Kind::CloseParen | Kind::End) {
            let before = self.at;
            one(self);
            if !self.eat(Kind::Semicolon) && !self.is(Kind::CloseParen) {
                self.recover();
                self.eat(Kind::Semicolon);
            }
            if self.at == before {
                self.bump();
            }
        }
        self.expect(Kind::CloseParen);
    }

    /// An import may have the name of something predeclared: `import "example.com/any"`.
    fn free_predeclared(&mut self, path: &str) {
        let last = path.rsplit('/').next().unwrap_or(path);
        if let Some(name) = PREDECLARED.iter().find(|name| **name == last) {
            let symbol = self.symbols.intern(name);
            self.locals.free(symbol);
        }
    }

    fn import(&mut self) {
        let alias = match self.kind() {
            Kind::Dot => RawAlias::Dot,
            Kind::Ident if self.token(0).data == BLANK => RawAlias::Blank,
            Kind::Ident => RawAlias::Named(self.token(0).data),
            _ => RawAlias::None,
        };
        if !matches!(alias, RawAlias::None) {
            self.bump();
        }
        if !self.is(Kind::Text) {
            return self.fail();
        }
        let token = self.bump();
        let path = self.slice(token.start + 1, token.data.saturating_sub(1));
        let path: Box<str> = path.into();
        match alias {
            RawAlias::Named(name) => self.locals.free(name),
            RawAlias::None => self.free_predeclared(&path),
            RawAlias::Dot | RawAlias::Blank => {}
        }
        self.imports.push(RawImport {
            path,
            alias,
            offset: token.start,
        });
    }

    /// `a, b T = x, y` of a `const` or `var`.
    pub(super) fn values(&mut self, top: bool) {
        let mut names = Vec::new();
        while self.is(Kind::Ident) {
            let token = self.bump();
            names.push((token.data, token.start));
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        if !matches!(
            self.kind(),
            Kind::Assign | Kind::Semicolon | Kind::CloseParen | Kind::CloseBrace
        ) {
            self.type_();
        }
        if self.eat(Kind::Assign) {
            self.expression_list();
        }
        for (symbol, offset) in names {
            if top {
                self.declare(symbol, SymbolKind::Value, offset, None);
            } else {
                self.locals.bind(symbol);
            }
        }
    }

    fn declare(&mut self, symbol: u32, kind: SymbolKind, offset: u32, shape: Option<u32>) {
        if symbol != BLANK {
            self.declarations.push(Decl {
                symbol,
                kind,
                offset,
                shape,
            });
        }
    }

    pub(super) fn type_declaration(&mut self, top: bool) {
        if !self.is(Kind::Ident) {
            return self.fail();
        }
        let name = self.bump();
        if !top {
            self.locals.bind(name.data);
        }
        let scope = self.enter();
        if self.is(Kind::OpenBracket) && self.opens_type_parameters() {
            self.type_parameters();
        }
        self.eat(Kind::Assign);
        let kind = if self.is(Kind::Interface) {
            SymbolKind::AbstractType
        } else {
            SymbolKind::Type
        };
        let shape = self.type_();
        self.leave(scope);
        if top {
            self.declare(name.data, kind, name.start, Some(shape));
        } else {
            self.local_types.push((name.data, shape));
        }
    }

    fn function(&mut self) {
        let start = self.bump().start;
        let scope = self.enter();
        let mark = self.parameters.len();
        let is_method = self.is(Kind::OpenParen);
        let receiver = if is_method { self.receiver() } else { None };
        let name = self.token(0);
        self.expect(Kind::Ident);
        if self.is(Kind::OpenBracket) {
            self.type_parameters();
        }
        self.signature();
        let text = self.symbols.text(name.data);
        if !is_method && text != "init" {
            self.declare(name.data, SymbolKind::Function, name.start, None);
        }
        if self.is(Kind::OpenBrace) {
            self.complexity += 1;
            self.body(mark);
        }
        let end = self
            .tokens
            .get(self.at.saturating_sub(1))
            .map_or(start, |token| token.start);
        self.functions.push((receiver, name.data, start, end));
        self.parameters.truncate(mark);
        self.leave(scope);
    }

    /// A block in which the parameters since `mark` are bound.
    pub(super) fn body(&mut self, mark: usize) {
        let scope = self.enter();
        for index in mark..self.parameters.len() {
            if let Some(&symbol) = self.parameters.get(index) {
                self.locals.bind(symbol);
            }
        }
        self.parameters.truncate(mark);
        let level = std::mem::take(&mut self.level);
        self.block();
        self.level = level;
        self.leave(scope);
    }

    /// The shape of a type that is not known.
    pub(super) fn unknown_shape(&mut self) -> u32 {
        self.shape(Shape::Other)
    }
}
