//! Declarations: what a file adds to its name spaces.
//!
//! In: items. Out: [`Item`]s, modules, implementations, functions of the extract.
//! Invariant: an item belongs to the innermost module or block that holds it.
//! Never: associated items as items of their own.

use proc_macro2::Span;
use syn::visit::{self, Visit};

use super::attributes;
use super::facts::{Impl, Item, ItemId, ItemKind, ModuleDecl, Name, ScopeKind, Spaces, Visibility};
use super::reader::{Reader, position};
use super::uses::visibility;
use crate::model::{Declaration, FunctionRange, SymbolKind};
use crate::parse::tokens::lexemes::Class;

impl Reader {
    /// Reads all items; conditions at the top of the file (`#![cfg(unix)]`) hold for each.
    pub(super) fn file(&mut self, file: &syn::File) {
        let labels = attributes::labels(&file.attrs);
        self.labelled(labels, |reader| reader.items(&file.items));
    }

    /// Reads the items in order.
    pub(super) fn items(&mut self, items: &[syn::Item]) {
        for item in items {
            self.item(item);
        }
    }

    /// Reads one item under its conditions; type parameters end with it.
    pub(super) fn item(&mut self, item: &syn::Item) {
        let labels = attributes::labels(attributes_of(item));
        self.labelled(labels, |reader| {
            reader.framed(|reader| reader.declare_and_walk(item));
        });
    }

    /// Declares an item, then notes the paths inside of it.
    ///
    /// A tuple or unit struct is a value, too: its constructor. Items that need an order of their
    /// own walk their parts themselves.
    fn declare_and_walk(&mut self, item: &syn::Item) {
        use syn::Item as I;
        match item {
            I::Use(item) => self.use_item(item),
            I::ExternCrate(item) => self.extern_crate(item),
            I::Mod(item) => return self.module(item),
            I::Macro(item) => return self.macro_item(item),
            I::Impl(item) => return self.implementation(item),
            I::ForeignMod(item) => self.foreign(item),
            I::Fn(item) => self.function_item(item),
            I::Struct(item) => {
                self.out.own.types.concrete_types += 1;
                let tuple = !matches!(item.fields, syn::Fields::Named(_));
                let spaces = if tuple {
                    Spaces::TYPES_AND_VALUES
                } else {
                    Spaces::TYPES
                };
                self.declare(&item.ident, &item.vis, spaces, SymbolKind::Type);
            }
            I::Enum(item) => self.enumeration(item),
            I::Union(item) => {
                self.out.own.types.concrete_types += 1;
                self.declare(&item.ident, &item.vis, Spaces::TYPES, SymbolKind::Type);
            }
            I::Trait(item) => return self.trait_item_whole(item),
            I::TraitAlias(item) => {
                let kind = SymbolKind::AbstractType;
                self.declare(&item.ident, &item.vis, Spaces::TYPES, kind);
            }
            I::Type(item) => return self.alias(item),
            I::Const(item) => {
                self.declare(&item.ident, &item.vis, Spaces::VALUES, SymbolKind::Value);
            }
            I::Static(item) => {
                self.declare(&item.ident, &item.vis, Spaces::VALUES, SymbolKind::Value);
            }
            I::Verbatim(tokens) => self.scan(tokens.clone()),
            _ => {}
        }
        self.walk(item);
    }

    /// Walks the parts of an item that its own arm has not walked.
    fn walk(&mut self, item: &syn::Item) {
        match item {
            syn::Item::Use(item) => item
                .attrs
                .iter()
                .for_each(|attribute| self.attribute(attribute)),
            syn::Item::ExternCrate(_) | syn::Item::Verbatim(_) => {}
            item => visit::visit_item(self, item),
        }
    }

    /// Declares an item with the visibility that is written.
    fn declare(
        &mut self,
        ident: &syn::Ident,
        vis: &syn::Visibility,
        spaces: Spaces,
        kind: SymbolKind,
    ) -> Option<ItemId> {
        self.add(ident, visibility(vis), spaces, kind, ItemKind::Plain)
    }

    /// Declares a name in the current scope; `None` for `_`.
    ///
    /// What stands in a block is declared for look-ups, but no declaration of the file: nobody
    /// outside can name it.
    pub(super) fn add(
        &mut self,
        ident: &syn::Ident,
        visibility: Visibility,
        spaces: Spaces,
        symbol: SymbolKind,
        kind: ItemKind,
    ) -> Option<ItemId> {
        let name = self.names.ident(ident);
        if self.names.name(name) == "_" {
            return None;
        }
        let at = position(ident.span());
        if self.out.scopes[self.scope].kind != ScopeKind::Block {
            let public = visibility != Visibility::Private;
            self.out.own.declarations.push(Declaration {
                name: self.names.name(name).into(),
                kind: symbol,
                public,
                at,
            });
        }
        let (scope, labels) = (self.scope, self.labels);
        let item = Item {
            scope,
            name,
            spaces,
            visibility,
            labels,
            kind,
            variants: Vec::new(),
            line: at.line,
        };
        Some(self.out.items.push(item))
    }

    /// `type A = b::C;`: remembers what `A` stands for, if that is a path.
    fn alias(&mut self, item: &syn::ItemType) {
        let declared = self.declare(&item.ident, &item.vis, Spaces::TYPES, SymbolKind::Type);
        item.attrs
            .iter()
            .for_each(|attribute| self.attribute(attribute));
        self.visit_generics(&item.generics);
        match &*item.ty {
            syn::Type::Path(path) => {
                let path = self.path(&path.path, path.qself.as_ref(), Spaces::TYPES);
                self.out.aliases.extend(declared.zip(path));
            }
            other => self.visit_type(other),
        }
    }

    /// An enum with the names of its variants, which paths reach through it.
    fn enumeration(&mut self, item: &syn::ItemEnum) {
        self.out.own.types.concrete_types += 1;
        let declared = self.declare(&item.ident, &item.vis, Spaces::TYPES, SymbolKind::Type);
        let variants: Vec<Name> = item
            .variants
            .iter()
            .map(|variant| self.names.ident(&variant.ident))
            .collect();
        if let Some(declared) = declared {
            self.out.items[declared].variants = variants;
        }
    }

    /// A function with its lines.
    fn function_item(&mut self, item: &syn::ItemFn) {
        self.declare(
            &item.sig.ident,
            &item.vis,
            Spaces::VALUES,
            SymbolKind::Function,
        );
        self.range(
            &item.sig.ident,
            item.sig.fn_token.span,
            item.block.brace_token.span.close(),
        );
        self.brace(&item.block.brace_token, Class::Body);
        self.procedural_macro(item);
    }

    /// Declares what `#[proc_macro]` and its kin make of a function, under a condition or not.
    fn procedural_macro(&mut self, item: &syn::ItemFn) {
        let mut made: Vec<syn::Ident> = Vec::new();
        for attribute in &item.attrs {
            let inner = match &attribute.meta {
                syn::Meta::List(list) if list.path.is_ident("cfg_attr") => {
                    attributes::conditional(list.tokens.clone())
                }
                _ => Vec::new(),
            };
            let metas = std::iter::once(&attribute.meta).chain(&inner);
            made.extend(metas.filter_map(|meta| macro_made(meta, &item.sig.ident)));
        }
        made.sort();
        made.dedup();
        for name in made {
            self.add(
                &name,
                Visibility::Public,
                Spaces::MACROS,
                SymbolKind::Macro,
                ItemKind::ProcMacro,
            );
        }
    }

    /// Notes the lines of a function or method, and the one path that each adds to the complexity.
    fn range(&mut self, ident: &syn::Ident, first: Span, last: Span) {
        self.out.own.complexity += 1;
        let name = match &self.owner {
            Some(owner) => format!("{owner}::{ident}"),
            None => ident.to_string(),
        };
        let (first, last) = (position(first).line, position(last).line);
        self.out.own.functions.push(FunctionRange {
            name: name.into(),
            first,
            last,
        });
    }

    /// `mod x;`, or `mod x { … }` with its items in a scope of their own.
    fn module(&mut self, item: &syn::ItemMod) {
        item.attrs
            .iter()
            .for_each(|attribute| self.attribute(attribute));
        let name = self.names.ident(&item.ident);
        let (paths, paths_conditional) = attributes::paths(&item.attrs);
        let macro_use = item
            .attrs
            .iter()
            .any(|attribute| attribute.path().is_ident("macro_use"));
        let (scope, labels) = (self.scope, self.labels);
        let at = position(item.ident.span());
        let owner = self.owner.take();
        let content = item.content.as_ref().map(|(_, items)| items);
        let inline =
            content.map(|items| self.in_scope(ScopeKind::Module, |reader| reader.items(items)));
        self.owner = owner;
        let visibility = visibility(&item.vis);
        let module = ModuleDecl {
            scope,
            name,
            visibility,
            labels,
            inline,
            paths,
            paths_conditional,
            macro_use,
            at,
        };
        self.out.modules.push(module);
    }

    /// `impl Trait for Type { … }`: an inheritance, and names that can be reached through the type.
    ///
    /// While its items are read, `Self` stands for the type, and methods are called `Type::method`.
    fn implementation(&mut self, item: &syn::ItemImpl) {
        item.attrs
            .iter()
            .for_each(|attribute| self.attribute(attribute));
        self.visit_generics(&item.generics);
        let of = item.trait_.as_ref();
        let of = of.and_then(|(path, _)| self.inherited(path));
        let index = match &*item.self_ty {
            syn::Type::Path(path) => self.path(&path.path, path.qself.as_ref(), Spaces::TYPES),
            other => {
                self.visit_type(other);
                None
            }
        };
        let names = item
            .items
            .iter()
            .filter_map(associated)
            .map(|ident| self.names.ident(ident))
            .collect();
        let called = item.items.iter().filter_map(call_tokens).flatten();
        let called = called.filter_map(|token| match token {
            proc_macro2::TokenTree::Ident(ident) => Some(self.names.ident(&ident)),
            _ => None,
        });
        let called = called.collect();
        if let Some(path) = index {
            self.out.impls.push(Impl {
                path,
                of,
                names,
                called,
            });
        }
        let owner = type_name(&item.self_ty);
        let owner = std::mem::replace(&mut self.owner, owner);
        let self_type = std::mem::replace(&mut self.self_type, index);
        item.items.iter().for_each(|item| self.impl_item(item));
        (self.owner, self.self_type) = (owner, self_type);
    }

    /// A trait: its supertraits are inherited, its functions belong to it.
    ///
    /// `Self` is not the path of a type in it.
    fn trait_item_whole(&mut self, item: &syn::ItemTrait) {
        self.out.own.types.abstract_types += 1;
        self.declare(
            &item.ident,
            &item.vis,
            Spaces::TYPES,
            SymbolKind::AbstractType,
        );
        item.attrs
            .iter()
            .for_each(|attribute| self.attribute(attribute));
        self.visit_generics(&item.generics);
        for bound in &item.supertraits {
            match bound {
                syn::TypeParamBound::Trait(bound) => {
                    self.inherited(&bound.path);
                }
                other => self.visit_type_param_bound(other),
            }
        }
        let owner = self.owner.replace(item.ident.to_string().into());
        let self_type = self.self_type.take();
        item.items.iter().for_each(|item| self.trait_item(item));
        (self.owner, self.self_type) = (owner, self_type);
    }

    /// An item of an implementation, under its conditions.
    pub(super) fn impl_item(&mut self, item: &syn::ImplItem) {
        let (attributes, function) = match item {
            syn::ImplItem::Const(item) => (&item.attrs, None),
            syn::ImplItem::Fn(item) => (&item.attrs, Some(item)),
            syn::ImplItem::Type(item) => (&item.attrs, None),
            syn::ImplItem::Macro(item) => (&item.attrs, None),
            _ => return,
        };
        if let Some(function) = function {
            let end = function.block.brace_token.span.close();
            self.range(&function.sig.ident, function.sig.fn_token.span, end);
            self.brace(&function.block.brace_token, Class::Body);
        }
        let labels = attributes::labels(attributes);
        self.labelled(labels, |reader| {
            reader.framed(|reader| visit::visit_impl_item(reader, item));
        });
    }

    /// An item of a trait, under its conditions; a method without a body ends with its parameters.
    pub(super) fn trait_item(&mut self, item: &syn::TraitItem) {
        let attributes = match item {
            syn::TraitItem::Const(item) => &item.attrs,
            syn::TraitItem::Fn(item) => {
                let end =
                    item.default
                        .as_ref()
                        .map_or(item.sig.paren_token.span.close(), |block| {
                            self.brace(&block.brace_token, Class::Body);
                            block.brace_token.span.close()
                        });
                self.range(&item.sig.ident, item.sig.fn_token.span, end);
                &item.attrs
            }
            syn::TraitItem::Type(item) => &item.attrs,
            syn::TraitItem::Macro(item) => &item.attrs,
            _ => return,
        };
        let labels = attributes::labels(attributes);
        self.labelled(labels, |reader| {
            reader.framed(|reader| visit::visit_trait_item(reader, item));
        });
    }

    /// `extern "C" { … }`: functions, statics and types of other languages are items of the scope.
    fn foreign(&mut self, item: &syn::ItemForeignMod) {
        for item in &item.items {
            match item {
                syn::ForeignItem::Fn(item) => {
                    self.declare(
                        &item.sig.ident,
                        &item.vis,
                        Spaces::VALUES,
                        SymbolKind::Function,
                    );
                }
                syn::ForeignItem::Static(item) => {
                    self.declare(&item.ident, &item.vis, Spaces::VALUES, SymbolKind::Value);
                }
                syn::ForeignItem::Type(item) => {
                    self.declare(&item.ident, &item.vis, Spaces::TYPES, SymbolKind::Type);
                }
                _ => {}
            }
        }
    }
}

/// The name of a constant, function or type of an implementation.
fn associated(item: &syn::ImplItem) -> Option<&syn::Ident> {
    match item {
        syn::ImplItem::Const(item) => Some(&item.ident),
        syn::ImplItem::Fn(item) => Some(&item.sig.ident),
        syn::ImplItem::Type(item) => Some(&item.ident),
        _ => None,
    }
}

/// What a macro is called with in place of an associated item.
fn call_tokens(item: &syn::ImplItem) -> Option<proc_macro2::TokenStream> {
    match item {
        syn::ImplItem::Macro(call) => Some(call.mac.tokens.clone()),
        _ => None,
    }
}

/// The last name of a type's path, through references: `&a::B<C>` gives `B`.
fn type_name(ty: &syn::Type) -> Option<Box<str>> {
    match ty {
        syn::Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string().into()),
        syn::Type::Reference(reference) => type_name(&reference.elem),
        _ => None,
    }
}

/// The attributes of an item.
fn attributes_of(item: &syn::Item) -> &[syn::Attribute] {
    use syn::Item as I;
    match item {
        I::Const(item) => &item.attrs,
        I::Enum(item) => &item.attrs,
        I::ExternCrate(item) => &item.attrs,
        I::Fn(item) => &item.attrs,
        I::ForeignMod(item) => &item.attrs,
        I::Impl(item) => &item.attrs,
        I::Macro(item) => &item.attrs,
        I::Mod(item) => &item.attrs,
        I::Static(item) => &item.attrs,
        I::Struct(item) => &item.attrs,
        I::Trait(item) => &item.attrs,
        I::TraitAlias(item) => &item.attrs,
        I::Type(item) => &item.attrs,
        I::Union(item) => &item.attrs,
        I::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// The macro that an attribute makes of the function `of`.
///
/// `#[proc_macro]` and `#[proc_macro_attribute]` keep the name of the function,
/// `#[proc_macro_derive(Shout)]` makes `Shout`.
fn macro_made(meta: &syn::Meta, of: &syn::Ident) -> Option<syn::Ident> {
    let path = meta.path();
    if path.is_ident("proc_macro") || path.is_ident("proc_macro_attribute") {
        return Some(of.clone());
    }
    match meta {
        syn::Meta::List(list) if path.is_ident("proc_macro_derive") => {
            match list.tokens.clone().into_iter().next()? {
                proc_macro2::TokenTree::Ident(name) => Some(name),
                _ => None,
            }
        }
        _ => None,
    }
}
