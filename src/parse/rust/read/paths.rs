//! Walks types, expressions and patterns and notes every path.
//!
//! In: syntax. Out: [`PathUse`]s of the extract.
//! Invariant: a path whose first name is local is no path to an item.
//! Never: guesses a method's owner.

use proc_macro2::Span;
use syn::visit::{self, Visit};

use super::attributes;
use super::facts::{Name, PathId, PathUse, ScopeKind, Spaces};
use super::interner::Reserved;
use super::prelude::is_primitive;
use super::reader::{Reader, position};
use crate::model::{EdgeKind, Labels};
use crate::parse::tokens::lexemes::Class;

impl Reader {
    /// Notes a path with the given segments.
    ///
    /// `None` for a local name, which is no path to an item.
    pub(super) fn note(
        &mut self,
        names: &[Name],
        rooted: bool,
        spaces: Spaces,
        span: Span,
    ) -> Option<PathId> {
        let first = *names.first()?;
        if !rooted && self.is_local(names, first, spaces) {
            return None;
        }
        let path = self.path_use(names, rooted, spaces, span);
        Some(self.out.paths.push(path))
    }

    /// Notes `Self::item` in an implementation; the type itself was noted with its header.
    fn note_of_self(&mut self, names: &[Name], spaces: Spaces, span: Span) -> Option<PathId> {
        let of = self.out.paths[self.self_type?];
        let [_, item, ..] = names else { return None };
        let names = [self.out.segments(&of), &[*item]].concat();
        let path = self.path_use(&names, of.rooted, spaces, span);
        self.out.of_self.push(PathUse {
            scope: of.scope,
            ..path
        });
        None
    }

    /// Whether the first name hides an item: `Self`, a type parameter, a variable, a type of the
    /// language.
    ///
    /// Only a type parameter can stand before `::`, a variable cannot: `a::b` is a module `a` even
    /// where a variable `a` is in scope.
    fn is_local(&self, names: &[Name], first: Name, spaces: Spaces) -> bool {
        if first == Name::SELF_TYPE {
            return true;
        }
        if names.len() > 1 {
            return self.bindings.is_type(first);
        }
        let primitive = || is_primitive(self.names.name(first));
        match spaces {
            Spaces::VALUES => first == Name::SELF || self.bindings.is_value(first),
            Spaces::TYPES => self.bindings.is_type(first) || primitive(),
            _ => false,
        }
    }

    /// A path at this place, its names appended to the segments.
    ///
    /// In a macro call it is optional: what looks like a path may be anything there.
    pub(super) fn path_use(
        &mut self,
        names: &[Name],
        rooted: bool,
        spaces: Spaces,
        span: Span,
    ) -> PathUse {
        let first = self.out.segments.next_id();
        self.out.segments.extend(names.iter().copied());
        let labels = if self.macro_depth > 0 {
            self.labels.with(Labels::MACRO)
        } else {
            self.labels
        };
        PathUse {
            scope: self.scope,
            first,
            len: u16::try_from(names.len()).unwrap_or(u16::MAX),
            spaces,
            labels,
            kind: EdgeKind::Reference,
            rooted,
            optional: self.macro_depth > 0,
            at: position(span),
        }
    }

    /// Notes a path and reads its generic arguments.
    ///
    /// `<A as b::C>::d` is two paths: the type `A` and the trait `b::C`. `<A>::d` is only `A`.
    /// `Self::d` goes to a list of its own.
    pub(super) fn path(
        &mut self,
        path: &syn::Path,
        qself: Option<&syn::QSelf>,
        spaces: Spaces,
    ) -> Option<PathId> {
        let mut names = Vec::with_capacity(path.segments.len());
        for segment in &path.segments {
            names.push(self.names.ident(&segment.ident));
            self.visit_path_arguments(&segment.arguments);
        }
        let span = path
            .segments
            .first()
            .map_or_else(Span::call_site, |segment| segment.ident.span());
        let rooted = path.leading_colon.is_some();
        match qself {
            None if names.first() == Some(&Name::SELF_TYPE) => {
                self.note_of_self(&names, spaces, span)
            }
            None => self.note(&names, rooted, spaces, span),
            Some(qself) => {
                self.visit_type(&qself.ty);
                let of_trait = &names[..qself.position];
                self.note(of_trait, rooted, Spaces::TYPES, span)
            }
        }
    }

    /// Notes a path as a supertype of what is being declared.
    pub(super) fn inherited(&mut self, path: &syn::Path) -> Option<PathId> {
        let index = self.path(path, None, Spaces::TYPES)?;
        self.out.paths[index].kind = EdgeKind::Inherit;
        Some(index)
    }

    /// Runs `read` in a frame of local names.
    pub(super) fn framed(&mut self, read: impl FnOnce(&mut Self)) {
        let mark = self.bindings.mark();
        read(self);
        self.bindings.release(mark);
    }

    /// The statements of a block; with items among them it is a scope of its own.
    ///
    /// Items of a block are known in all of it, also before their line, so that the scope is opened
    /// first.
    pub(super) fn statements(&mut self, statements: &[syn::Stmt]) {
        let read = |reader: &mut Self| {
            statements
                .iter()
                .for_each(|statement| reader.visit_stmt(statement));
        };
        let has_items = statements
            .iter()
            .any(|statement| matches!(statement, syn::Stmt::Item(_)));
        let mark = self.bindings.mark();
        if has_items {
            self.in_scope(ScopeKind::Block, read);
        } else {
            read(self);
        }
        self.bindings.release(mark);
    }

    /// Reads a part that attributes may make conditional.
    fn conditional(&mut self, attributes: &[syn::Attribute], read: impl FnOnce(&mut Self)) {
        if attributes.is_empty() {
            return read(self);
        }
        self.labelled(attributes::labels(attributes), read);
    }

    /// A single name in a pattern: a constant or variant if it starts with a capital letter, else a
    /// new variable.
    ///
    /// The language decides by what is in scope, which one file does not tell; so a constant is
    /// optional.
    fn pattern_name(&mut self, pattern: &syn::PatIdent) {
        let name = self.names.ident(&pattern.ident);
        let plain =
            pattern.by_ref.is_none() && pattern.mutability.is_none() && pattern.subpat.is_none();
        let upper = self.names.name(name).starts_with(char::is_uppercase);
        if plain && upper {
            let index = self.note(&[name], false, Spaces::VALUES, pattern.ident.span());
            if let Some(index) = index {
                self.out.paths[index].optional = true;
            }
        } else {
            self.bindings.bind(name, false);
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        self.item(item);
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        self.impl_item(item);
    }

    fn visit_trait_item(&mut self, item: &'ast syn::TraitItem) {
        self.trait_item(item);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        self.attribute(attribute);
    }

    /// `pub(in a::b)` names a module above, to which no edge is wanted.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(path, None, Spaces::TYPES);
    }

    fn visit_type_path(&mut self, node: &'ast syn::TypePath) {
        self.path(&node.path, node.qself.as_ref(), Spaces::TYPES);
    }

    /// A path as a value; the default of the visitor would look it up as a type.
    fn visit_expr_path(&mut self, node: &'ast syn::ExprPath) {
        node.attrs
            .iter()
            .for_each(|attribute| self.visit_attribute(attribute));
        self.path(&node.path, node.qself.as_ref(), Spaces::VALUES);
    }

    /// `Cart { items, ..rest }`: the path is a type, the names of fields are no paths.
    fn visit_expr_struct(&mut self, node: &'ast syn::ExprStruct) {
        self.path(&node.path, node.qself.as_ref(), Spaces::TYPES);
        self.brace(&node.brace_token, Class::Value);
        node.fields
            .iter()
            .for_each(|field| self.visit_field_value(field));
        if let Some(rest) = &node.rest {
            self.visit_expr(rest);
        }
    }

    /// `Cart { items, .. }` as a pattern.
    fn visit_pat_struct(&mut self, node: &'ast syn::PatStruct) {
        self.path(&node.path, node.qself.as_ref(), Spaces::TYPES);
        node.fields
            .iter()
            .for_each(|field| self.visit_field_pat(field));
    }

    /// `Some(x)`: the path is a constructor, so a value.
    fn visit_pat_tuple_struct(&mut self, node: &'ast syn::PatTupleStruct) {
        self.path(&node.path, node.qself.as_ref(), Spaces::VALUES);
        node.elems
            .iter()
            .for_each(|element| self.visit_pat(element));
    }

    /// `x`, `mut x`, `x @ 1..`, or a constant.
    fn visit_pat_ident(&mut self, node: &'ast syn::PatIdent) {
        self.pattern_name(node);
        if let Some((_, inner)) = &node.subpat {
            self.visit_pat(inner);
        }
    }

    /// Binds all parameters before the bounds are read, as they may name each other.
    ///
    /// A constant parameter may stand as a type argument without braces, so it is bound as both.
    fn visit_generics(&mut self, generics: &'ast syn::Generics) {
        for parameter in &generics.params {
            match parameter {
                syn::GenericParam::Type(parameter) => {
                    let name = self.names.ident(&parameter.ident);
                    self.bindings.bind(name, true);
                }
                syn::GenericParam::Const(parameter) => {
                    let name = self.names.ident(&parameter.ident);
                    self.bindings.bind(name, false);
                    self.bindings.bind(name, true);
                }
                syn::GenericParam::Lifetime(_) => {}
            }
        }
        visit::visit_generics(self, generics);
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.brace(&block.brace_token, Class::Block);
        self.statements(&block.stmts);
    }

    /// `let x = f(x);`: the value is read first, as it sees the outer `x`.
    fn visit_local(&mut self, local: &'ast syn::Local) {
        local
            .attrs
            .iter()
            .for_each(|attribute| self.visit_attribute(attribute));
        if let Some(init) = &local.init {
            self.visit_local_init(init);
        }
        self.visit_pat(&local.pat);
    }

    /// `if let Some(x) = x`: the value first, here too.
    fn visit_expr_let(&mut self, node: &'ast syn::ExprLet) {
        self.visit_expr(&node.expr);
        self.visit_pat(&node.pat);
    }

    /// Parameters are bound until the closure ends.
    fn visit_expr_closure(&mut self, node: &'ast syn::ExprClosure) {
        self.framed(|reader| visit::visit_expr_closure(reader, node));
    }

    /// What the pattern binds is seen by guard and body of this arm.
    fn visit_arm(&mut self, arm: &'ast syn::Arm) {
        self.conditional(&arm.attrs, |reader| {
            reader.framed(|reader| visit::visit_arm(reader, arm));
        });
    }

    fn visit_stmt(&mut self, statement: &'ast syn::Stmt) {
        self.conditional(statement_attributes(statement), |reader| {
            visit::visit_stmt(reader, statement);
        });
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        self.conditional(&variant.attrs, |reader| {
            visit::visit_variant(reader, variant);
        });
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        self.conditional(&field.attrs, |reader| visit::visit_field(reader, field));
    }

    fn visit_field_value(&mut self, field: &'ast syn::FieldValue) {
        self.conditional(&field.attrs, |reader| {
            visit::visit_field_value(reader, field);
        });
    }

    /// A match of `n` arms adds `n - 1` paths.
    fn visit_expr_match(&mut self, node: &'ast syn::ExprMatch) {
        self.out.own.complexity += node.arms.len().saturating_sub(1) as u32;
        self.brace(&node.brace_token, Class::Block);
        visit::visit_expr_match(self, node);
    }

    /// What the condition binds is seen in the first branch, not after `else`.
    fn visit_expr_if(&mut self, node: &'ast syn::ExprIf) {
        self.out.own.complexity += 1;
        self.framed(|reader| {
            reader.visit_expr(&node.cond);
            reader.visit_block(&node.then_branch);
        });
        if let Some((_, other)) = &node.else_branch {
            self.visit_expr(other);
        }
    }

    /// What `while let` binds is seen in the body.
    fn visit_expr_while(&mut self, node: &'ast syn::ExprWhile) {
        self.out.own.complexity += 1;
        self.framed(|reader| visit::visit_expr_while(reader, node));
    }

    /// The list is read outside of the frame that the pattern binds in.
    fn visit_expr_for_loop(&mut self, node: &'ast syn::ExprForLoop) {
        self.out.own.complexity += 1;
        self.visit_expr(&node.expr);
        self.framed(|reader| {
            reader.visit_pat(&node.pat);
            reader.visit_block(&node.body);
        });
    }

    /// A `?` may leave the function, so it adds a path.
    fn visit_expr_try(&mut self, node: &'ast syn::ExprTry) {
        self.out.own.complexity += 1;
        visit::visit_expr_try(self, node);
    }

    /// `&&` and `||` add a path.
    fn visit_expr_binary(&mut self, node: &'ast syn::ExprBinary) {
        if matches!(node.op, syn::BinOp::And(_) | syn::BinOp::Or(_)) {
            self.out.own.complexity += 1;
        }
        visit::visit_expr_binary(self, node);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.macro_call(call);
    }
}

/// Attributes of a statement that may carry a condition.
fn statement_attributes(statement: &syn::Stmt) -> &[syn::Attribute] {
    use syn::Expr as E;
    match statement {
        syn::Stmt::Local(local) => &local.attrs,
        syn::Stmt::Macro(call) => &call.attrs,
        syn::Stmt::Item(_) => &[],
        syn::Stmt::Expr(expression, _) => match expression {
            E::Assign(inner) => &inner.attrs,
            E::Block(inner) => &inner.attrs,
            E::Call(inner) => &inner.attrs,
            E::ForLoop(inner) => &inner.attrs,
            E::If(inner) => &inner.attrs,
            E::Macro(inner) => &inner.attrs,
            E::Match(inner) => &inner.attrs,
            E::MethodCall(inner) => &inner.attrs,
            E::Return(inner) => &inner.attrs,
            E::Unsafe(inner) => &inner.attrs,
            E::While(inner) => &inner.attrs,
            _ => &[],
        },
    }
}
