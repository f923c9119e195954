//! Composite literals, whose keys are fields or names, whichever the type says.
//!
//! In: tokens, the shape of the type. Out: uses, and keys that wait for the type.
//! Invariant: a key that is a name in scope of the file is never lost.
//! Never: guesses when the type is declared in the same file scope chain.

use super::{Kind, Parser, Shape};

impl Parser<'_> {
    /// `{ … }` of a literal whose type has the shape `of`.
    pub(super) fn literal(&mut self, of: u32) {
        let level = std::mem::take(&mut self.level);
        self.deeper(|parser| parser.elements(of));
        self.level = level;
    }

    fn elements(&mut self, of: u32) {
        self.bump();
        while !matches!(self.kind(), Kind::CloseBrace | Kind::End) {
            self.element(of);
            if !self.eat(Kind::Comma) && !self.is(Kind::CloseBrace) {
                self.recover();
                self.skip_stray_end();
            }
        }
        self.expect(Kind::CloseBrace);
    }

    fn element(&mut self, of: u32) {
        if self.is(Kind::Ident) && self.kind_at(1) == Kind::Colon {
            self.key_name(of);
        } else {
            self.element_value(of, self.brace_precedes_colon());
        }
        if self.eat(Kind::Colon) {
            self.element_value(of, false);
        }
    }

    /// Whether the braces here are a key (`{1, 2}: value`).
    fn brace_precedes_colon(&self) -> bool {
        self.is(Kind::OpenBrace) && self.kind_of(self.after_match(self.at)) == Kind::Colon
    }

    fn element_value(&mut self, of: u32, is_key: bool) {
        if self.is(Kind::OpenBrace) {
            let inner = self.inner_shape(of, is_key);
            self.literal(inner);
        } else {
            self.expression();
        }
    }

    fn inner_shape(&mut self, of: u32, is_key: bool) -> u32 {
        let target = match self.shapes.get(of as usize).copied() {
            Some(Shape::Map(key, element)) => Some(if is_key { key } else { element }),
            Some(Shape::List(element)) => Some(element),
            Some(Shape::Pointer(target)) => return self.inner_shape_through(target, is_key),
            Some(Shape::Named(_) | Shape::KeyOf(_) | Shape::ElementOf(_)) => None,
            _ => Some(self.unknown_shape()),
        };
        target.unwrap_or_else(|| {
            self.shape(if is_key {
                Shape::KeyOf(of)
            } else {
                Shape::ElementOf(of)
            })
        })
    }

    /// `&T` is elided in literals of `[]*T`; one pointer at most.
    fn inner_shape_through(&mut self, target: u32, is_key: bool) -> u32 {
        match self.shapes.get(target as usize).copied() {
            Some(Shape::Pointer(_)) => self.unknown_shape(),
            _ => self.inner_shape(target, is_key),
        }
    }

    fn key_name(&mut self, of: u32) {
        let token = self.bump();
        if self.locals.has(token.data) {
            return;
        }
        let shape = match self.shapes.get(of as usize).copied() {
            Some(Shape::Pointer(target)) => self.shapes.get(target as usize).copied(),
            other => other,
        };
        match shape {
            Some(Shape::Map(..) | Shape::List(_)) => {
                let key = self.bare_use(token.data);
                self.note(key, token.start);
            }
            Some(Shape::Named(_) | Shape::KeyOf(_) | Shape::ElementOf(_)) => {
                let key = self.bare_use(token.data);
                self.keys.push((of, key, token.start));
            }
            _ => {}
        }
    }
}
