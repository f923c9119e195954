//! The file, its imports and its package-level declarations.
//!
//! In: tokens. Out: declarations; uses in their types, values and bodies.
//! Invariant: package-level names are never bound as locals.
//! Never: stops at a broken declaration.

use super::{
    BLANK, Decl, Kind, PREDECLARED, Parser, RawAlias, RawImport, Shape, ShapeId, State, Word,
};
use crate::model::SymbolKind;
use crate::parse::tokens::lexemes::Class;

impl Parser<'_> {
    /// Reads the package clause, then declarations to the end of the file.
    ///
    /// After a broken one it goes on at the next keyword that starts a declaration, so that an
    /// error costs one function, not the file.
    pub(super) fn file(&mut self) {
        self.expect(Kind::Package);
        if let Some(name) = self.word() {
            self.state.package = name.symbol;
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

    /// Reads one declaration.
    ///
    /// Shapes that no type declaration and no key of a literal refers to are dropped again: most
    /// types are those of parameters and would only take memory.
    fn top_level(&mut self) {
        let shapes = self.state.shapes.len();
        let keys = self.state.keys.len();
        match self.kind() {
            Kind::Import => self.group(Self::import),
            Kind::Const | Kind::Var => self.group(|parser| parser.values(true)),
            Kind::Type => return self.group(|parser| parser.type_declaration(true)),
            Kind::Func => self.function(),
            Kind::Semicolon => {}
            _ => self.fail(),
        }
        if self.state.keys.len() == keys {
            self.state.shapes.truncate(shapes);
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
            self.state.locals.free(symbol);
        }
    }

    /// `name "path"`, `. "path"`, `_ "path"` or `"path"`; the path is kept without its quotes.
    fn import(&mut self) {
        let alias = match self.word() {
            Some(name) if name.symbol == BLANK => RawAlias::Blank,
            Some(name) => RawAlias::Named(name.symbol),
            None if self.eat(Kind::Dot) => RawAlias::Dot,
            None => RawAlias::None,
        };
        if !self.is(Kind::Text) {
            return self.fail();
        }
        let token = self.bump();
        let path: Box<str> = self.slice(token.start + 1, token.end() - 1).into();
        match alias {
            RawAlias::Named(name) => self.state.locals.free(name),
            RawAlias::None => self.free_predeclared(&path),
            RawAlias::Dot | RawAlias::Blank => {}
        }
        self.state.imports.push(RawImport {
            path,
            alias,
            offset: token.start,
        });
    }

    /// `a, b T = x, y` of a `const` or `var`.
    pub(super) fn values(&mut self, top: bool) {
        let mut names = Vec::new();
        while let Some(name) = self.word() {
            names.push(name);
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
        for name in names {
            if top {
                self.declare(name, SymbolKind::Value, None);
            } else {
                self.state.locals.bind(name.symbol);
            }
        }
    }

    /// Keeps a package-level declaration; `_` declares nothing.
    fn declare(&mut self, name: Word, kind: SymbolKind, shape: Option<ShapeId>) {
        if name.symbol != BLANK {
            self.state.declarations.push(Decl { name, kind, shape });
        }
    }

    /// `Name[T any] struct { … }`, `Name = Other` or `Name interface { … }` after `type`.
    ///
    /// A local type is bound before its right side is read, because it may refer to itself.
    pub(super) fn type_declaration(&mut self, top: bool) {
        let Some(name) = self.expect_word() else {
            return;
        };
        if !top {
            self.state.locals.bind(name.symbol);
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
            self.declare(name, kind, Some(shape));
        } else {
            self.state.local_types.push((name.symbol, shape));
        }
    }

    /// A function or method with its body.
    ///
    /// `func init()` declares nothing that has a name for others, and a method is no package-level
    /// name.
    fn function(&mut self) {
        let start = self.bump().start;
        let scope = self.enter();
        let mark = self.state.parameters.len();
        let is_method = self.is(Kind::OpenParen);
        let receiver = if is_method { self.receiver() } else { None };
        let name = self.expect_word();
        if self.is(Kind::OpenBracket) {
            self.type_parameters();
        }
        self.signature();
        if let Some(name) = name.filter(|_| !is_method) {
            if self.symbols.text(name.symbol) == "init" {
                self.state.has_init = true;
            } else {
                self.declare(name, SymbolKind::Function, None);
            }
        }
        if self.is(Kind::OpenBrace) {
            self.complexity += 1;
            self.body(mark);
        }
        if let Some(name) = name {
            self.note_function(receiver, name.symbol, start);
        }
        self.state.parameters.truncate(mark);
        self.leave(scope);
    }

    /// A block in which the parameters since `mark` are bound.
    pub(super) fn body(&mut self, mark: usize) {
        self.note_brace(Class::Body);
        let scope = self.enter();
        let State {
            locals, parameters, ..
        } = &mut self.state;
        parameters
            .drain(mark..)
            .for_each(|symbol| locals.bind(symbol));
        let level = std::mem::take(&mut self.state.level);
        self.block();
        self.state.level = level;
        self.leave(scope);
    }

    /// The shape of a type that is not known.
    pub(super) fn unknown_shape(&mut self) -> ShapeId {
        self.shape(Shape::Other)
    }
}
