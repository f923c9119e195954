//! Tells declarations, casts, lambdas and generic types from expressions without parsing them.
//!
//! In: tokens. Out: where a type would end; what a bracket is.
//! Invariant: reads at most [`MAX_LOOK`] tokens of type arguments.
//! Never: moves.

use super::token::{NON, RECORD, SEALED, WHEN};
use super::{Kind, Parser};

/// Longest list of type arguments, in tokens.
const MAX_LOOK: usize = 1_000;

impl Parser<'_> {
    /// The index after the type at `at`, if one can stand there.
    pub(super) fn skip_type(&self, at: usize) -> Option<usize> {
        let at = self.skip_annotations(at);
        let mut end = match self.kind_of(at) {
            Kind::Primitive => at + 1,
            Kind::Ident => self.skip_named_type(at)?,
            _ => return None,
        };
        loop {
            let next = self.skip_annotations(end);
            if self.kind_of(next) != Kind::OpenBracket
                || self.kind_of(next + 1) != Kind::CloseBracket
            {
                return Some(end);
            }
            end = next + 2;
        }
    }

    /// The index after `a.B<C>.@D E` at `at`; `None` where a dot or a `<` leads nowhere.
    fn skip_named_type(&self, mut at: usize) -> Option<usize> {
        loop {
            at += 1;
            if self.kind_of(at) == Kind::Less {
                at = self.skip_type_arguments(at)?;
            }
            if self.kind_of(at) != Kind::Dot {
                return Some(at);
            }
            at = self.skip_annotations(at + 1);
            if self.kind_of(at) != Kind::Ident {
                return None;
            }
        }
    }

    /// The index after `@A(…) @B` at `at`.
    pub(super) fn skip_annotations(&self, mut at: usize) -> usize {
        while self.kind_of(at) == Kind::At && self.kind_of(at + 1) == Kind::Ident {
            at += 2;
            while self.kind_of(at) == Kind::Dot && self.kind_of(at + 1) == Kind::Ident {
                at += 2;
            }
            if self.kind_of(at) == Kind::OpenParen {
                at = self.after_match(at);
            }
        }
        at
    }

    /// The index after the type arguments that the `<` at `at` opens, if it does.
    ///
    /// `<A, ? extends B[]>` does, `< b && c` does not: any token that cannot stand in a type ends
    /// the look. The list is bounded, as every `<` of a file may ask.
    pub(super) fn skip_type_arguments(&self, at: usize) -> Option<usize> {
        let mut depth = 0_u32;
        let mut index = at;
        while index < at + MAX_LOOK {
            match self.kind_of(index) {
                Kind::Less => depth += 1,
                Kind::Greater => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(index + 1);
                    }
                }
                Kind::At => {
                    index = self.skip_annotations(index).max(index + 1);
                    continue;
                }
                Kind::Ident
                | Kind::Dot
                | Kind::Comma
                | Kind::Question
                | Kind::Extends
                | Kind::Super
                | Kind::Amp
                | Kind::OpenBracket
                | Kind::CloseBracket
                | Kind::Primitive => {}
                _ => return None,
            }
            index += 1;
        }
        None
    }

    /// Whether a local variable declaration starts at `at`.
    ///
    /// `A b =`, `A<B> c;`, `A[] b :` and `A b)` are declarations; `a < b;` and `a.b(c)` are not.
    /// Only a name right behind a complete type makes one.
    pub(super) fn is_declaration(&self, at: usize) -> bool {
        let Some(name) = self.skip_type(at) else {
            return false;
        };
        self.kind_of(name) == Kind::Ident
            && matches!(
                self.kind_of(name + 1),
                Kind::Assign
                    | Kind::Semicolon
                    | Kind::Comma
                    | Kind::Colon
                    | Kind::OpenBracket
                    | Kind::CloseParen
            )
    }

    /// Whether a pattern starts here, in a `case` label or after `instanceof`.
    ///
    /// `A a` and `A(var b)` are patterns, `A` alone is a constant, `A when x` a guarded constant.
    /// In `A when ->` the last word is a variable of that name.
    pub(super) fn is_pattern(&self) -> bool {
        if self.is(Kind::Modifier) {
            return true;
        }
        let Some(end) = self.skip_type(self.at) else {
            return false;
        };
        match self.kind_of(end) {
            Kind::Ident => self.name_of(end) != Some(WHEN) || self.kind_of(end + 1) == Kind::Arrow,
            Kind::OpenParen => self.is(Kind::Ident),
            _ => false,
        }
    }

    /// Whether the `(` here opens the parameters of a lambda.
    ///
    /// Its partner has an arrow behind it: `(a, b) ->`. In a `case` label that arrow is the
    /// label's.
    pub(super) fn is_lambda(&self) -> bool {
        !self.state.in_label && self.kind_of(self.after_match(self.at)) == Kind::Arrow
    }

    /// Whether the `(` here opens the type of a cast.
    ///
    /// `(A) x` is a cast, `(a) + x` a sum: a sign behind the bracket continues a cast only for
    /// primitive types, as in `(int) -x`. That is how the language itself tells them apart.
    pub(super) fn is_cast(&self) -> bool {
        let Some(mut end) = self.skip_type(self.at + 1) else {
            return false;
        };
        while self.kind_of(end) == Kind::Amp {
            match self.skip_type(end + 1) {
                Some(next) => end = next,
                None => return false,
            }
        }
        if self.kind_of(end) != Kind::CloseParen {
            return false;
        }
        let primitive = self.kind_of(end - 1) == Kind::Primitive;
        match self.kind_of(end + 1) {
            Kind::Ident
            | Kind::Literal
            | Kind::OpenParen
            | Kind::Not
            | Kind::This
            | Kind::Super
            | Kind::New
            | Kind::Switch
            | Kind::Primitive => true,
            Kind::Sign | Kind::Step => primitive,
            _ => false,
        }
    }

    /// Whether the `<` here opens type arguments of a type in an expression, and is no comparison.
    ///
    /// Such a type stands only before `::` and `[]`: `A<B>::new`, `A<B>[]::new`, `A<B>.C::d`.
    pub(super) fn is_generic_type(&self) -> bool {
        let Some(end) = self.skip_type_arguments(self.at) else {
            return false;
        };
        match self.kind_of(end) {
            Kind::DoubleColon => true,
            Kind::OpenBracket => self.kind_of(end + 1) == Kind::CloseBracket,
            Kind::Dot => self
                .skip_type(end + 1)
                .is_some_and(|end| self.kind_of(end) == Kind::DoubleColon),
            _ => false,
        }
    }

    /// Whether a class, interface, enum or record declaration starts here, after its modifiers.
    ///
    /// `record` is a plain name unless another name and `(` or `<` follow: `record = 1` is an
    /// assignment.
    pub(super) fn is_type_declaration(&self) -> bool {
        match self.kind() {
            Kind::Class | Kind::Interface | Kind::Enum => true,
            Kind::At => self.kind_at(1) == Kind::Interface,
            Kind::Ident => {
                self.is_word(RECORD)
                    && self.kind_at(1) == Kind::Ident
                    && matches!(self.kind_at(2), Kind::OpenParen | Kind::Less)
            }
            _ => false,
        }
    }

    /// Length of the contextual modifier here: `sealed`, `non-sealed`; 0 when it is none.
    ///
    /// `non-sealed` is three tokens. `sealed = true` and `sealed.x` use a variable of that name,
    /// and `sealed x` declares one of a type called so.
    pub(super) fn contextual_modifier(&self) -> usize {
        let is_head = |ahead: usize| {
            !matches!(
                self.kind_at(ahead),
                Kind::Assign
                    | Kind::Dot
                    | Kind::OpenParen
                    | Kind::Semicolon
                    | Kind::Comma
                    | Kind::CloseParen
            )
        };
        if self.is_word(SEALED) && is_head(1) && self.kind_at(1) != Kind::Ident {
            return 1;
        }
        let is_non_sealed = self.is_word(NON)
            && self.kind_at(1) == Kind::Sign
            && self.name_of(self.at + 2) == Some(SEALED);
        if is_non_sealed { 3 } else { 0 }
    }
}
