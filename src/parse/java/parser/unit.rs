//! The compilation unit: package, imports, types, or a module declaration.
//!
//! In: tokens. Out: package, imports, classes.
//! Invariant: a broken declaration costs itself only.
//! Never: looks into bodies.

use super::token::{MODULE, OPEN, PROVIDES, USES};
use super::{Kind, Parser, RawImport, Role};

impl Parser<'_> {
    /// Reads the declarations of the file, however broken some of them are.
    pub(super) fn unit(&mut self) {
        while !self.is(Kind::End) {
            let before = self.at;
            self.top_level();
            if self.at == before {
                self.fail();
                self.skip_one();
            }
        }
    }

    /// A package clause, an import, a type or a module declaration.
    ///
    /// Annotations may stand before each but the import; in `package-info.java` they belong to the
    /// package.
    fn top_level(&mut self) {
        match self.kind() {
            Kind::Semicolon => {
                self.bump();
                return;
            }
            Kind::Import => return self.import(),
            _ => {}
        }
        let flags = self.modifiers();
        if self.is(Kind::Package) {
            self.bump();
            self.state.package = self.dotted().into();
            self.end();
        } else if self.is_module() {
            self.module();
        } else if self.is_type_declaration() {
            self.class_declaration(flags, super::Nature::Member);
        } else if !matches!(self.kind(), Kind::Import | Kind::End) {
            // Compact source files may have methods at the top.
            self.recover();
        }
    }

    /// `import a.B;`, `import static a.B.c;`, `import a.*;`; imports of whole modules are skipped.
    fn import(&mut self) {
        self.bump();
        let is_static = self.eat(Kind::Static);
        if self.is_word(MODULE) && self.kind_at(1) == Kind::Ident {
            self.recover();
            return;
        }
        let offset = self.offset();
        let path = self.dotted().into();
        let wildcard = self.is(Kind::Dot) && self.kind_at(1) == Kind::Star;
        if wildcard {
            self.at += 2;
        }
        self.state.imports.push(RawImport {
            path,
            is_static,
            wildcard,
            offset,
        });
        self.end();
    }

    /// `a.b.c` as text.
    fn dotted(&mut self) -> String {
        let mut text = String::new();
        while let Some(word) = self.word() {
            text.push_str(self.symbols.text(word.symbol));
            if !self.is(Kind::Dot) || self.kind_at(1) != Kind::Ident {
                break;
            }
            self.bump();
            text.push('.');
        }
        text
    }

    /// `module a.b` or `open module a.b`.
    fn is_module(&self) -> bool {
        let at = usize::from(self.is_word(OPEN));
        self.name_of(self.at + at) == Some(MODULE) && self.kind_at(at + 1) == Kind::Ident
    }

    /// `module a.b { provides X with Y; uses Z; … }`
    fn module(&mut self) {
        while !matches!(self.kind(), Kind::OpenBrace | Kind::End) {
            self.bump();
        }
        self.bump();
        while !matches!(self.kind(), Kind::CloseBrace | Kind::End) {
            if self.is_word(PROVIDES) || self.is_word(USES) {
                self.services();
            } else {
                while !matches!(self.kind(), Kind::Semicolon | Kind::CloseBrace | Kind::End) {
                    self.bump();
                }
            }
            self.eat(Kind::Semicolon);
        }
        self.eat(Kind::CloseBrace);
    }

    /// `provides A with B, C` or `uses A`.
    fn services(&mut self) {
        self.bump();
        while self.is(Kind::Ident) {
            let offset = self.offset();
            let start = self.read_chain();
            self.note(start, Role::Type, offset);
            if !self.eat(Kind::Comma) && self.is(Kind::Ident) {
                // `with`
                self.bump();
            }
        }
    }
}
