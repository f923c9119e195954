//! Attributes: conditions, derives, macros.
//!
//! In: attributes. Out: labels of what they stand on, paths of derives and attribute macros.
//! Invariant: an attribute's string never makes a path.
//! Never: evaluates a condition.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::{Attribute, Meta, Token};

use super::facts::Spaces;
use super::reader::Reader;
use crate::model::Labels;

/// Attributes of the language that name nothing.
const PLAIN: [&str; 15] = [
    "doc",
    "cfg",
    "allow",
    "inline",
    "must_use",
    "expect",
    "deny",
    "warn",
    "path",
    "macro_use",
    "macro_export",
    "deprecated",
    "repr",
    "non_exhaustive",
    "feature",
];

impl Reader {
    /// Notes what an attribute names.
    pub(super) fn attribute(&mut self, attribute: &Attribute) {
        self.meta(&attribute.meta);
    }

    /// Notes the path of an attribute, of a derive, or of what a `cfg_attr` adds.
    ///
    /// Arguments of other attributes are scanned for paths, as in `#[arg(value_parser = a::b)]`;
    /// their strings are not read.
    fn meta(&mut self, meta: &Meta) {
        if let Meta::NameValue(pair) = meta {
            self.visit_expr(&pair.value);
        }
        let path = meta.path();
        if path.segments.len() == 1 && PLAIN.iter().any(|plain| path.is_ident(plain)) {
            return;
        }
        match meta {
            Meta::List(list) if path.is_ident("derive") => self.derive(list.tokens.clone()),
            Meta::List(list) if path.is_ident("cfg_attr") => {
                for inner in conditional(list.tokens.clone()) {
                    self.labelled(Labels::CFG, |reader| reader.meta(&inner));
                }
            }
            _ => {
                self.macro_depth += 1;
                self.path(path, None, Spaces::MACROS);
                if let Meta::List(list) = meta {
                    self.scan(list.tokens.clone());
                }
                self.macro_depth -= 1;
            }
        }
    }

    /// Notes each path of `derive(A, b::C)`.
    fn derive(&mut self, tokens: TokenStream) {
        let parse = Punctuated::<syn::Path, Token![,]>::parse_terminated;
        self.macro_depth += 1;
        for path in parse.parse2(tokens).into_iter().flatten() {
            self.path(&path, None, Spaces::MACROS);
        }
        self.macro_depth -= 1;
    }
}

/// The attributes inside `cfg_attr(condition, …)`.
pub(super) fn conditional(tokens: TokenStream) -> Vec<Meta> {
    let mut inner = tokens.into_iter().skip_while(|token| !is_comma(token));
    inner.next();
    let parse = Punctuated::<Meta, Token![,]>::parse_terminated;
    parse
        .parse2(inner.collect())
        .map(|metas| metas.into_iter().collect())
        .unwrap_or_default()
}

/// Whether a token is `,`.
fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',')
}

/// What attributes say about when an item exists.
///
/// `#[cfg(test)]` gives `TEST`, `#[cfg(unix)]` gives `CFG`, `#[cfg(all(test, unix))]` both.
/// `#[tokio::test]` counts as a test, too.
pub(super) fn labels(attributes: &[Attribute]) -> Labels {
    let mut labels = Labels::NONE;
    for attribute in attributes {
        let path = attribute.path();
        if let Meta::List(list) = &attribute.meta
            && path.is_ident("cfg")
        {
            let test = requires_test(list.tokens.clone());
            let more = !test || list.tokens.clone().into_iter().count() > 1;
            labels = labels.with(Labels::TEST.when(test));
            labels = labels.with(Labels::CFG.when(more));
        } else if path
            .segments
            .last()
            .is_some_and(|last| last.ident == "test" || last.ident == "bench")
        {
            labels = labels.with(Labels::TEST);
        }
    }
    labels
}

/// Whether a condition can only hold in a test build.
///
/// `test` and `all(unix, test)` do, `any(test, unix)` and `not(test)` do not. `any` does when each
/// of its operands does.
fn requires_test(tokens: TokenStream) -> bool {
    let mut tokens = tokens.into_iter();
    let Some(TokenTree::Ident(word)) = tokens.next() else {
        return false;
    };
    let operands = |tree: Option<TokenTree>| match tree {
        Some(TokenTree::Group(group)) => split(group.stream()),
        _ => Vec::new(),
    };
    if word == "all" {
        operands(tokens.next()).into_iter().any(requires_test)
    } else if word == "any" {
        let operands = operands(tokens.next());
        !operands.is_empty() && operands.into_iter().all(requires_test)
    } else {
        word == "test" && tokens.next().is_none()
    }
}

/// The parts of a list between its commas, empty ones left out.
fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![Vec::new()];
    for token in tokens {
        if is_comma(&token) {
            parts.push(Vec::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(token);
        }
    }
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(TokenStream::from_iter)
        .collect()
}

/// Values of `#[path = "…"]`, and whether all of them are conditional.
pub(super) fn paths(attributes: &[Attribute]) -> (Vec<Box<str>>, bool) {
    let mut found = Vec::new();
    let mut conditional_only = true;
    for attribute in attributes {
        match &attribute.meta {
            Meta::NameValue(_) => {
                if let Some(path) = path_value(&attribute.meta) {
                    conditional_only = false;
                    found.push(path);
                }
            }
            Meta::List(list) if attribute.path().is_ident("cfg_attr") => {
                found.extend(
                    conditional(list.tokens.clone())
                        .iter()
                        .filter_map(path_value),
                );
            }
            _ => {}
        }
    }
    (found, conditional_only)
}

/// The string of `path = "…"`; `None` for any other attribute.
fn path_value(meta: &Meta) -> Option<Box<str>> {
    let Meta::NameValue(pair) = meta else {
        return None;
    };
    let syn::Expr::Lit(syn::ExprLit {
        lit: syn::Lit::Str(text),
        ..
    }) = &pair.value
    else {
        return None;
    };
    pair.path.is_ident("path").then(|| text.value().into())
}
