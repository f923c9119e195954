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

    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(path, None, Spaces::TYPES);
    }

    fn visit_type_path(&mut self, node: &'ast syn::TypePath) {
        self.path(&node.path, node.qself.as_ref(), Spaces::TYPES);
    }

    fn visit_expr_path(&mut self, node: &'ast syn::ExprPath) {
        node.attrs
            .iter()
            .for_each(|attribute| self.visit_attribute(attribute));
        self.path(&node.path, node.qself.as_ref(), Spaces::VALUES);
    }

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

    fn visit_pat_struct(&mut self, node: &'ast syn::PatStruct) {
        self.path(&node.path, node.qself.as_ref(), Spaces::TYPES);
        node.fields
            .iter()
            .for_each(|field| self.visit_field_pat(field));
    }

    fn visit_pat_tuple_struct(&mut self, node: &'ast syn::PatTupleStruct) {
        self.path(&node.path, node.qself.as_ref(), Spaces::VALUES);
        node.elems
            .iter()
            .for_each(|element| self.visit_pat(element));
    }

    fn visit_pat_ident(&mut self, node: &'ast syn::PatIdent) {
        self.pattern_name(node);
        if let Some((_, inner)) = &node.subpat {
            self.visit_pat(inner);
        }
    }

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

    fn visit_expr_let(&mut self, node: &'ast syn::ExprLet) {
        self.visit_expr(&node.expr);
        self.visit_pat(&node.pat);
    }

    fn visit_expr_closure(&mut self, node: &'ast syn::ExprClosure) {
        self.framed(|reader| visit::visit_expr_closure(reader, node));
    }

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

    fn visit_expr_match(&mut self, node: &'ast syn::ExprMatch) {
        self.out.own.complexity += node.arms.len().saturating_sub(1) as u32;
        self.brace(&node.brace_token, Class::Block);
        visit::visit_expr_match(self, node);
    }

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

    fn visit_expr_while(&mut self, node: &'ast syn::ExprWhile) {
        self.out.own.complexity += 1;
        self.framed(|reader| visit::visit_expr_while(reader, node));
    }

    fn visit_expr_for_loop(&mut self, node: &'ast syn::ExprForLoop) {
        self.out.own.complexity += 1;
        self.visit_expr(&node.expr);
        self.framed(|reader| {
            reader.visit_pat(&node.pat);
            reader.visit_block(&node.body);
        });
    }

    fn visit_expr_try(&mut self, node: &'ast syn::ExprTry) {
        self.out.own.complexity += 1;
        visit::visit_expr_try(self, node);
    }

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
