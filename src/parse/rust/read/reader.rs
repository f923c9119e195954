//! What is known and kept while one Rust file is read.
//!
//! In: nodes of a syntax tree, in the sibling files. Out: [`Extract`].
//! Invariant: scopes and labels are those of the place that is being read.
//! Never: the tree itself.

use proc_macro2::{LineColumn, Span};
use rustc_hash::FxHashMap;

use super::bindings::Bindings;
use super::facts::{Extract, Name, PathId, Scope, ScopeId, ScopeKind};
use super::interner::Interner;
use crate::model::{Id, IndexVec, Labels, Position};
use crate::parse::tokens::lexemes::Class;

/// What the braces of a file open around, by their places.
pub(super) type Braces = FxHashMap<LineColumn, Class>;

/// State while walking one syntax tree.
pub(super) struct Reader {
    /// Names of the file.
    pub(super) names: Interner<Name>,
    /// What was read so far.
    pub(super) out: Extract,
    /// The scope around the current place.
    pub(super) scope: ScopeId,
    /// The conditions around it.
    pub(super) labels: Labels,
    /// The local names around it.
    pub(super) bindings: Bindings,
    /// Name of the type whose implementation is being read.
    pub(super) owner: Option<Box<str>>,
    /// The path of that type.
    pub(super) self_type: Option<PathId>,
    /// How many macro calls enclose this place.
    pub(super) macro_depth: u32,
    /// Whether the items being read are the tokens of a macro call.
    pub(super) in_item_call: bool,
    /// Whether the body of a macro above mentions `#[macro_export]`.
    pub(super) exports_macros: bool,
    /// What braces open around, for who wants to know what the text consists of.
    pub(super) braces: Option<Braces>,
}

impl Reader {
    /// At the start of a file.
    pub(super) fn new() -> Self {
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
        let bindings = Bindings::default();
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

    /// What was read of the file with this text.
    pub(super) fn finish(mut self, text: &str) -> Extract {
        self.out.own.lines = text.lines().count() as u32;
        for scope in &mut self.out.scopes {
            scope.macro_names.sort_unstable();
            scope.macro_names.dedup();
        }
        self.out.names = self.names.into_names();
        self.out
    }

    /// Notes what braces are around; what is noted of them first counts.
    pub(super) fn brace(&mut self, token: &syn::token::Brace, class: Class) {
        if let Some(braces) = &mut self.braces {
            braces.entry(token.span.open().start()).or_insert(class);
        }
    }

    /// Runs `read` in a new scope below the current one.
    pub(super) fn in_scope(&mut self, kind: ScopeKind, read: impl FnOnce(&mut Self)) -> ScopeId {
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
    pub(super) fn labelled(&mut self, labels: Labels, read: impl FnOnce(&mut Self)) {
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
