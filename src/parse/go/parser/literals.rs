//! Composite literals, whose keys are fields or names, whichever the type says.
//!
//! In: tokens, the shape of the type. Out: uses, and keys that wait for the type.
//! Invariant: a key that is a name in scope of the file is never lost.
//! Never: guesses when the type is declared in the same file scope chain.

use super::{Kind, Parser, Shape, ShapeId, Spot};
use crate::parse::tokens::lexemes::Class;

impl Parser<'_> {
    /// `{ … }` of a literal whose type has the shape `of`.
    pub(super) fn literal(&mut self, of: ShapeId) {
        let level = std::mem::take(&mut self.state.level);
        self.deeper(|parser| parser.elements(of));
        self.state.level = level;
    }

    /// The elements between the braces, separated by commas.
    fn elements(&mut self, of: ShapeId) {
        self.note_brace(Class::Value);
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

    /// `value`, `key: value` or `{…}: value`.
    fn element(&mut self, of: ShapeId) {
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

    /// A value, or the key of a map; braces without a type have that of the literal around them.
    fn element_value(&mut self, of: ShapeId, is_key: bool) {
        if self.is(Kind::OpenBrace) {
            let inner = self.inner_shape(of, is_key);
            self.literal(inner);
        } else {
            self.expression();
        }
    }

    /// The shape that braces without a type have inside a literal of the shape `of`.
    ///
    /// In `[]Cart{{…}}` that is `Cart`, in `map[Key]Cart{{…}: {…}}` it is `Key` for the key. For a
    /// named type it is known only after all files are read, so a shape that says "element of that"
    /// is kept.
    fn inner_shape(&mut self, of: ShapeId, is_key: bool) -> ShapeId {
        match self.state.shapes[of] {
            Shape::Map(key, _) if is_key => key,
            Shape::Map(_, element) | Shape::List(element) => element,
            Shape::Pointer(target) => self.inner_shape_through(target, is_key),
            Shape::Named(_) | Shape::KeyOf(_) | Shape::ElementOf(_) if is_key => {
                self.shape(Shape::KeyOf(of))
            }
            Shape::Named(_) | Shape::KeyOf(_) | Shape::ElementOf(_) => {
                self.shape(Shape::ElementOf(of))
            }
            Shape::Struct | Shape::Other => self.unknown_shape(),
        }
    }

    /// `&T` is elided in literals of `[]*T`; one pointer at most.
    fn inner_shape_through(&mut self, target: ShapeId, is_key: bool) -> ShapeId {
        match self.state.shapes[target] {
            Shape::Pointer(_) => self.unknown_shape(),
            _ => self.inner_shape(target, is_key),
        }
    }

    /// A key that is a single name, the `:` behind it.
    ///
    /// In a map or list it is an expression, so a use. In a struct it is a field, so none. Of a
    /// named type nobody knows yet, and the key waits. Local names are no uses in either case.
    fn key_name(&mut self, of: ShapeId) {
        let unbound = self
            .word()
            .filter(|name| !self.state.locals.has(name.symbol));
        let Some(name) = unbound else { return };
        let shapes = &self.state.shapes;
        let shape = match shapes[of] {
            Shape::Pointer(target) => shapes[target],
            other => other,
        };
        match shape {
            Shape::Map(..) | Shape::List(_) => self.note_bare(name),
            Shape::Named(_) | Shape::KeyOf(_) | Shape::ElementOf(_) => {
                let key = Spot {
                    of: self.bare_use(name.symbol),
                    offset: name.offset,
                    inherits: false,
                };
                self.state.keys.push((of, key));
            }
            Shape::Pointer(_) | Shape::Struct | Shape::Other => {}
        }
    }
}
