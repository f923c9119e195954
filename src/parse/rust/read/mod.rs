//! Reads one Rust file: syntax tree in, plain facts out.
//!
//! In: text. Out: [`Extract`].
//! Invariant: the tree is dropped before this returns; local names shadow items.
//! Never: another file.

mod attributes;
mod bindings;
mod items;
mod lexemes;
mod macros;
mod paths;
mod recover;
mod tokens;
mod uses;

use proc_macro2::{LineColumn, Span, TokenStream};
use rustc_hash::FxHashMap;

use super::facts::{Extract, Name, PathId, Scope, ScopeId, ScopeKind};
use super::interner::Interner;
use crate::model::{Id, IndexVec, Labels, Notification, Position};
use crate::parse::Listen;
use crate::parse::lexemes::Class;
use crate::parse::nesting::{self, Syntax};

/// Reads a file; a file that does not parse is read item by item, as far as its tokens go.
pub(super) fn read(
    path: &str,
    text: &str,
    listen: Listen<'_>,
) -> Result<(Extract, Vec<Notification>), Notification> {
    nesting::check(text, Syntax::Rust).map_err(|problem| problem.in_file(path))?;
    let read = tokens_of(text).map(|tokens| {
        let mut reader = Reader::new();
        reader.braces = listen.map(|_| Braces::default());
        let whole = if nesting::wants_items(text) {
            let message = format!("more than {} words and signs", nesting::WHOLE_RUST);
            Err(syn::Error::new(Span::call_site(), message))
        } else {
            syn::parse2(tokens.clone())
        };
        let problem = match whole {
            Ok(file) => {
                reader.file(&file);
                None
            }
            Err(error) => Some(recover::recover(&mut reader, tokens.clone(), &error)),
        };
        if let (Some(listen), Some(braces)) = (listen, reader.braces.take()) {
            listen(&|| lexemes::lexemes(text, &tokens, &braces));
        }
        (reader.finish(text), problem)
    });
    proc_macro2::extra::invalidate_current_thread_spans();
    let placed = |problem: Notification| problem.in_file(path);
    let (extract, problem) = read.map_err(placed)?;
    Ok((extract, problem.map(placed).into_iter().collect()))
}

/// The tokens of a file, without a first line that names an interpreter.
fn tokens_of(text: &str) -> Result<TokenStream, Notification> {
    code_of(text)
        .parse()
        .map_err(|error: proc_macro2::LexError| {
            let message = format!("not parsed: {error}");
            let line = error.span().start().line as u32;
            Notification::warning("unparsable", message).at_line(line)
        })
}

/// The code of a file: all but a mark of its encoding and a first line that names an interpreter.
fn code_of(text: &str) -> &str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let is_attribute = |rest: &str| rest.trim_start().starts_with('[');
    match text.strip_prefix("#!") {
        Some(rest) if !is_attribute(rest) => text.find('\n').map_or("", |end| &text[end..]),
        _ => text,
    }
}

/// What the braces of a file open around, by their places.
type Braces = FxHashMap<LineColumn, Class>;

/// State while walking one syntax tree.
pub(super) struct Reader {
    names: Interner<Name>,
    out: Extract,
    scope: ScopeId,
    labels: Labels,
    bindings: bindings::Bindings,
    /// Name of the type whose implementation is being read.
    owner: Option<Box<str>>,
    /// The path of that type.
    self_type: Option<PathId>,
    /// How many macro calls enclose this place.
    macro_depth: u32,
    /// Whether the items being read are the tokens of a macro call.
    in_item_call: bool,
    /// Whether the body of a macro above mentions `#[macro_export]`.
    exports_macros: bool,
    /// What braces open around, for who wants to know what the text consists of.
    braces: Option<Braces>,
}

impl Reader {
    fn new() -> Self {
        let names = Interner::new();
        let file = Scope {
            parent: ScopeId::FIRST,
            kind: ScopeKind::File,
            macro_names: Vec::new(),
        };
        let out = Extract {
            scopes: IndexVec::from(vec![file]),
            ..Extract::default()
        };
        let bindings = bindings::Bindings::default();
        Self {
            names,
            out,
            scope: ScopeId::FIRST,
            labels: Labels::NONE,
            bindings,
            owner: None,
            self_type: None,
            macro_depth: 0,
            in_item_call: false,
            exports_macros: false,
            braces: None,
        }
    }

    fn finish(mut self, text: &str) -> Extract {
        self.out.own.lines = text.lines().count() as u32;
        for scope in &mut self.out.scopes {
            scope.macro_names.sort_unstable();
            scope.macro_names.dedup();
        }
        self.out.names = self.names.into_names();
        self.out
    }

    /// Notes what braces are around; what is noted of them first counts.
    fn brace(&mut self, token: &syn::token::Brace, class: Class) {
        if let Some(braces) = &mut self.braces {
            braces.entry(token.span.open().start()).or_insert(class);
        }
    }

    /// Runs `read` in a new scope below the current one.
    fn in_scope(&mut self, kind: ScopeKind, read: impl FnOnce(&mut Self)) -> ScopeId {
        let parent = self.scope;
        let scope = self.out.scopes.push(Scope {
            parent,
            kind,
            macro_names: Vec::new(),
        });
        self.scope = scope;
        read(self);
        self.scope = parent;
        scope
    }

    /// Runs `read` with more labels.
    fn labelled(&mut self, labels: Labels, read: impl FnOnce(&mut Self)) {
        let before = self.labels;
        self.labels = before.with(labels);
        read(self);
        self.labels = before;
    }
}

/// The start of a span as shown to people.
pub(super) fn position(span: Span) -> Position {
    let start = span.start();
    Position::new(start.line as u32, start.column as u32 + 1)
}
