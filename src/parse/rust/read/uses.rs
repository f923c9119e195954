//! Flattens `use` trees and `extern crate` into imports.
//!
//! In: syntax. Out: [`Import`]s of the extract.
//! Invariant: one import per leaf, in source order.
//! Never: resolves a name.

use proc_macro2::Span;
use syn::UseTree;

use super::facts::{Import, ImportKind, Name, Spaces, Visibility};
use super::interner::Reserved;
use super::reader::Reader;
use crate::model::EdgeKind;

impl Reader {
    /// `use a::{b, c::*};`: an import for each leaf.
    pub(super) fn use_item(&mut self, item: &syn::ItemUse) {
        let visibility = visibility(&item.vis);
        let mut prefix = Vec::new();
        self.use_tree(
            &item.tree,
            &mut prefix,
            item.leading_colon.is_some(),
            visibility,
        );
    }

    /// Goes down one `use` tree with the names before it in `prefix`.
    fn use_tree(
        &mut self,
        tree: &UseTree,
        prefix: &mut Vec<Name>,
        rooted: bool,
        visibility: Visibility,
    ) {
        match tree {
            UseTree::Path(path) => {
                let name = self.names.ident(&path.ident);
                // `{self::a}` and `self::{…}` inside a tree add nothing after a prefix.
                prefix.push(name);
                self.use_tree(&path.tree, prefix, rooted, visibility);
                prefix.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, prefix, rooted, visibility);
                }
            }
            UseTree::Glob(glob) => {
                let kind = ImportKind::Glob;
                self.import(
                    prefix,
                    rooted,
                    Spaces::TYPES,
                    kind,
                    visibility,
                    glob.star_token.spans[0],
                );
            }
            UseTree::Name(leaf) => {
                let name = self.names.ident(&leaf.ident);
                self.leaf(prefix, rooted, name, None, visibility, leaf.ident.span());
            }
            UseTree::Rename(leaf) => {
                let name = self.names.ident(&leaf.ident);
                let alias = self.names.ident(&leaf.rename);
                self.leaf(
                    prefix,
                    rooted,
                    name,
                    Some(alias),
                    visibility,
                    leaf.ident.span(),
                );
            }
        }
    }

    /// A leaf that brings in one name; `{self}` brings in the last name before it, as a type only.
    fn leaf(
        &mut self,
        prefix: &mut Vec<Name>,
        rooted: bool,
        name: Name,
        alias: Option<Name>,
        visibility: Visibility,
        span: Span,
    ) {
        let itself = name == Name::SELF && !prefix.is_empty();
        let known_as = alias.or_else(|| {
            if itself {
                prefix.last().copied()
            } else {
                Some(name)
            }
        });
        let Some(known_as) = known_as else { return };
        let kind = if self.names.name(known_as) == "_" {
            ImportKind::Unnamed
        } else {
            ImportKind::Named(known_as)
        };
        if itself {
            self.import(prefix, rooted, Spaces::TYPES, kind, visibility, span);
        } else {
            prefix.push(name);
            self.import(prefix, rooted, Spaces::ALL, kind, visibility, span);
            prefix.pop();
        }
    }

    /// Adds an import; one with a visibility is a re-export.
    fn import(
        &mut self,
        names: &[Name],
        rooted: bool,
        spaces: Spaces,
        kind: ImportKind,
        visibility: Visibility,
        span: Span,
    ) {
        let mut path = self.path_use(names, rooted, spaces, span);
        path.kind = if visibility == Visibility::Private {
            EdgeKind::Import
        } else {
            EdgeKind::Reexport
        };
        path.optional = false;
        self.out.imports.push(Import {
            path,
            kind,
            visibility,
        });
    }

    /// `extern crate a as b;`; `extern crate self;` and `as _` bring in no name.
    pub(super) fn extern_crate(&mut self, item: &syn::ItemExternCrate) {
        let name = self.names.ident(&item.ident);
        let known_as = item
            .rename
            .as_ref()
            .map_or(name, |(_, alias)| self.names.ident(alias));
        let hidden =
            self.names.name(known_as) == "_" || (name == Name::SELF && item.rename.is_none());
        let macro_use = item
            .attrs
            .iter()
            .any(|attribute| attribute.path().is_ident("macro_use"));
        let kind = ImportKind::ExternCrate {
            name: (!hidden).then_some(known_as),
            macro_use,
        };
        let visibility = visibility(&item.vis);
        self.import(
            &[name],
            true,
            Spaces::TYPES,
            kind,
            visibility,
            item.ident.span(),
        );
    }
}

/// The visibility that is written.
pub(super) fn visibility(visibility: &syn::Visibility) -> Visibility {
    match visibility {
        syn::Visibility::Public(_) => Visibility::Public,
        syn::Visibility::Inherited => Visibility::Private,
        syn::Visibility::Restricted(restricted) if restricted.path.is_ident("self") => {
            Visibility::Private
        }
        syn::Visibility::Restricted(restricted) if restricted.path.is_ident("super") => {
            Visibility::Parent
        }
        // `pub(in path)` reaches at most the crate.
        syn::Visibility::Restricted(_) => Visibility::Crate,
    }
}
