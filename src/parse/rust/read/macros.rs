//! Macro definitions and calls, read as far as that is honest.
//!
//! In: macro syntax. Out: what their tokens name, with the label `macro`.
//! Invariant: tokens that parse as items, expressions or statements are read as such.
//! Never: expands a macro; reads `stringify!` and its kin.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::Token;
use syn::parse::{Parse, ParseStream, Parser};
use syn::visit::Visit;

use super::facts::{Include, Item, ItemCall, ItemId, ItemKind, Spaces, Visibility};
use super::reader::{Reader, position};
use crate::model::{Labels, SymbolKind};
use crate::parse::rust::read::uses::visibility;

/// Macros whose tokens are text, or code that another crate is to hold.
pub(super) const TEXT: [&str; 17] = [
    "quote",
    "quote_spanned",
    "parse_quote",
    "parse_quote_spanned",
    "stringify",
    "concat",
    "concat_idents",
    "include_str",
    "include_bytes",
    "env",
    "option_env",
    "line",
    "column",
    "file",
    "module_path",
    "cfg",
    "compile_error",
];
/// Macros that choose between groups of items.
const CHOICES: [&str; 4] = ["cfg_if", "cfg_select", "match_cfg", "cfg_match"];
/// Calls nested deeper than this are only scanned, so that reading stays linear.
const MAX_NESTED: u32 = 8;
/// Most tokens (outside of brackets) of a call that is kept.
const MAX_KEPT: usize = 256;

impl Reader {
    /// `macro_rules! name { … }`, or a call of a macro where items stand.
    ///
    /// Of a definition are kept: its name, paths that start at the crate, names of items in its
    /// body, and its arms if they may declare modules or imports.
    pub(super) fn macro_item(&mut self, item: &syn::ItemMacro) {
        item.attrs
            .iter()
            .for_each(|attribute| self.attribute(attribute));
        let Some(ident) = &item.ident else {
            return self.item_call(&item.mac);
        };
        let exported = item
            .attrs
            .iter()
            .any(|attribute| attribute.path().is_ident("macro_export"));
        // A macro that wraps items may add the attribute to the macros that it is given.
        let exported = exported || (self.in_item_call && self.exports_macros);
        self.exports_macros |= mentions(item.mac.tokens.clone(), "macro_export");
        let kind = if exported {
            ItemKind::ExportedMacro
        } else {
            ItemKind::TextualMacro
        };
        let vis = if exported {
            syn::Visibility::Public(Token![pub](ident.span()))
        } else {
            syn::Visibility::Inherited
        };
        let added = self.add(
            ident,
            visibility(&vis),
            Spaces::MACROS,
            SymbolKind::Macro,
            kind,
        );
        self.macro_depth += 1;
        self.scan_body(item.mac.tokens.clone());
        self.macro_depth -= 1;
        let Some(number) = added else { return };
        self.made_items(item.mac.tokens.clone(), number);
        let wanted = |word: &&str| mentions(item.mac.tokens.clone(), word);
        if ["mod", "use"].iter().any(wanted) {
            let arms = item.mac.tokens.to_string().into();
            self.out.arms.push((number, arms));
        }
    }

    /// Notes the items that a macro's body names literally (not `$name`).
    fn made_items(&mut self, tokens: TokenStream, number: ItemId) {
        let mut keyword: Option<Spaces> = None;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if let Some(spaces) = keyword.take() {
                        self.made_item(&ident, spaces, number);
                    }
                    keyword = keyword_spaces(&ident);
                }
                TokenTree::Group(group) => {
                    keyword = None;
                    self.made_items(group.stream(), number);
                }
                _ => keyword = None,
            }
        }
    }

    /// Notes one such item; two keywords in a row (`const fn`) name none.
    fn made_item(&mut self, ident: &proc_macro2::Ident, spaces: Spaces, number: ItemId) {
        if keyword_spaces(ident).is_some() {
            return;
        }
        let name = self.names.ident(ident);
        let (scope, labels, line) = (self.scope, self.labels, position(ident.span()).line);
        let (visibility, kind) = (Visibility::Public, ItemKind::Made);
        let made = self.out.items.push(Item {
            scope,
            name,
            spaces,
            visibility,
            labels,
            kind,
            variants: Vec::new(),
            line,
        });
        self.out.made.push((made, number));
    }

    /// A call where an item may stand.
    fn item_call(&mut self, call: &syn::Macro) {
        let path = self.out.paths.next_id();
        let Some(name) = self.call_name(call) else {
            return;
        };
        if self.out.paths.next_id() > path {
            let tokens = short_text(&call.tokens);
            self.out.item_calls.push(ItemCall { path, tokens });
        }
        self.folder_modules(call);
        let conditional = if name.starts_with("cfg") {
            Labels::CFG
        } else {
            Labels::NONE
        };
        let before = std::mem::replace(&mut self.in_item_call, true);
        self.labelled(conditional.with(Labels::MACRO), |reader| {
            reader.item_tokens(&name, call.tokens.clone());
        });
        self.in_item_call = before;
    }

    /// `automod::dir!("tests/suite")` declares a module for every file of a folder.
    fn folder_modules(&mut self, call: &syn::Macro) {
        let mut names = call.path.segments.iter().map(|segment| &segment.ident);
        if !(names.next().is_some_and(|name| name == "automod")
            && names.next().is_some_and(|name| name == "dir"))
        {
            return;
        }
        let literal = call.tokens.clone().into_iter().last();
        if let Some(TokenTree::Literal(literal)) = literal
            && let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string())
        {
            let (scope, labels) = (self.scope, self.labels);
            let at = position(literal.span());
            let path = Some(text.value().into());
            self.out.folders.push(Include {
                scope,
                path,
                labels,
                at,
            });
        }
    }

    /// Reads the tokens of a call where items stand.
    ///
    /// Tokens that parse as items are items. Those of `cfg_if!` and its kin are groups of items. Of
    /// others, groups with modules or imports are read, and the rest is scanned for paths and
    /// likely names.
    fn item_tokens(&mut self, name: &str, tokens: TokenStream) {
        if let Ok(file) = syn::parse2::<syn::File>(tokens.clone()) {
            return self.items(&file.items);
        }
        if CHOICES.contains(&name) {
            for token in tokens {
                if let TokenTree::Group(group) = token {
                    self.item_tokens("", group.stream());
                }
            }
            return;
        }
        let (groups, tokens) = groups_of_items(tokens);
        self.labelled(Labels::CFG, |reader| {
            groups.iter().for_each(|file| reader.items(&file.items));
        });
        self.macro_depth += 1;
        self.weak_items(tokens.clone());
        self.scan(tokens);
        self.macro_depth -= 1;
    }

    /// Notes the macro itself; gives its name when the tokens are to be read.
    fn call_name(&mut self, call: &syn::Macro) -> Option<String> {
        let last = call.path.segments.last()?.ident.to_string();
        if last == "include" {
            self.include(call);
            return None;
        }
        self.macro_depth += 1;
        self.path(&call.path, None, Spaces::MACROS);
        self.macro_depth -= 1;
        (!TEXT.contains(&&*last)).then_some(last)
    }

    /// `include!("path")`; a computed path is kept as unknown.
    fn include(&mut self, call: &syn::Macro) {
        let literal = syn::parse2::<syn::LitStr>(call.tokens.clone()).ok();
        let path = literal.map(|literal| literal.value().into());
        let at = call
            .path
            .segments
            .first()
            .map(|segment| position(segment.ident.span()))
            .unwrap_or_default();
        self.out.includes.push(Include {
            scope: self.scope,
            path,
            labels: self.labels,
            at,
        });
    }

    /// A call where an expression, statement, type or pattern may stand.
    ///
    /// As expressions between commas if they parse (`vec![a, b]`, `println!("{}", c::d)`), else as
    /// statements, else as plain tokens. What a pattern in an argument binds ends with the call.
    pub(super) fn macro_call(&mut self, call: &syn::Macro) {
        if self.call_name(call).is_none() {
            return;
        }
        self.macro_depth += 1;
        let tokens = call.tokens.clone();
        if self.macro_depth > MAX_NESTED {
            self.scan(tokens);
        } else if let Ok(arguments) = Arguments::parse.parse2(tokens.clone()) {
            self.framed(|reader| {
                arguments
                    .0
                    .iter()
                    .for_each(|argument| reader.visit_expr(argument));
            });
        } else if let Ok(statements) = syn::Block::parse_within.parse2(tokens.clone()) {
            statements
                .iter()
                .for_each(|statement| self.visit_stmt(statement));
        } else {
            self.scan(tokens);
        }
        self.macro_depth -= 1;
    }

    /// Declares what looks like an item in tokens that are none.
    ///
    /// After `struct` or `fn` stands the name of an item in most macros of this kind (`bitflags!`,
    /// `lazy_static!`). All other words are kept as names that the call may declare: a path that
    /// finds nothing else is then counted as made by a macro and not as an error.
    fn weak_items(&mut self, tokens: TokenStream) {
        let mut before: Option<String> = None;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    let word = ident.to_string();
                    let spaces = match before.as_deref() {
                        Some("struct" | "enum" | "union" | "trait" | "type") => {
                            Some(Spaces::TYPES_AND_VALUES)
                        }
                        Some("fn" | "const" | "static" | "ref") => Some(Spaces::VALUES),
                        _ => None,
                    };
                    if let Some(spaces) =
                        spaces.filter(|_| word != "ref" && word != "mut" && word != "fn")
                    {
                        let kind = if spaces == Spaces::VALUES {
                            SymbolKind::Value
                        } else {
                            SymbolKind::Type
                        };
                        let public = syn::Visibility::Public(Token![pub](ident.span()));
                        self.add(&ident, visibility(&public), spaces, kind, ItemKind::Weak);
                    }
                    let name = self.names.ident(&ident);
                    self.out.scopes[self.scope].macro_names.push(name);
                    before = Some(word);
                }
                TokenTree::Group(group) => {
                    before = None;
                    self.group_names(group.stream());
                }
                _ => before = None,
            }
        }
    }

    /// Keeps the words directly in a group as names that the call may declare.
    fn group_names(&mut self, tokens: TokenStream) {
        for token in tokens {
            if let TokenTree::Ident(ident) = token {
                let name = self.names.ident(&ident);
                self.out.scopes[self.scope].macro_names.push(name);
            }
        }
    }
}

/// Groups in braces that hold modules or imports, which some macro chooses between, and all other tokens.
fn groups_of_items(tokens: TokenStream) -> (Vec<syn::File>, TokenStream) {
    let mut files = Vec::new();
    let mut rest = Vec::new();
    for token in tokens {
        let items = match &token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                let wanted = ["mod", "use"].iter().any(|word| stands_in(group, word));
                wanted
                    .then(|| syn::parse2::<syn::File>(group.stream()).ok())
                    .flatten()
            }
            _ => None,
        };
        match items {
            Some(file) => files.push(file),
            None => rest.push(token),
        }
    }
    (files, rest.into_iter().collect())
}

/// Whether a word stands directly in a group.
fn stands_in(group: &Group, word: &str) -> bool {
    let mut tokens = group.stream().into_iter();
    tokens.any(|token| matches!(token, TokenTree::Ident(ident) if ident == word))
}

/// The text of the tokens of a call, if that is no more than a screen or two.
fn short_text(tokens: &TokenStream) -> Option<Box<str>> {
    let few = tokens.clone().into_iter().nth(MAX_KEPT).is_none();
    let text = few.then(|| tokens.to_string());
    text.filter(|text| text.len() <= 16 * MAX_KEPT)
        .map(Into::into)
}

/// Whether a word stands anywhere in tokens.
fn mentions(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Group(group) => mentions(group.stream(), word),
        _ => false,
    })
}

/// The name spaces of what a keyword declares.
fn keyword_spaces(word: &proc_macro2::Ident) -> Option<Spaces> {
    let is = |words: &[&str]| words.iter().any(|known| word == known);
    if is(&["struct", "enum", "union", "trait", "type"]) {
        Some(Spaces::TYPES_AND_VALUES)
    } else if is(&["fn", "const", "static"]) {
        Some(Spaces::VALUES)
    } else {
        None
    }
}

/// Arguments in the usual shape: expressions between commas or semicolons.
struct Arguments(Vec<syn::Expr>);

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut arguments = Vec::new();
        while !input.is_empty() {
            arguments.push(input.parse()?);
            if input.is_empty() {
                break;
            }
            if input.peek(Token![;]) {
                input.parse::<Token![;]>()?;
            } else if input.peek(Token![=>]) {
                input.parse::<Token![=>]>()?;
            } else {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(Self(arguments))
    }
}
