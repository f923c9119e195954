//! Facts of one source file, the same for every language.
//!
//! In: nothing. Out: [`FileFacts`].
//! Invariant: references point to files of the same [`Project`](super::Project).
//! Never: syntax trees or source text.

use serde::{Deserialize, Serialize};

use super::{EdgeKind, FileId, Labels, LanguageId, Notification, Position};

/// All that a language tells of one file, after resolution.
#[derive(Clone, Debug, Default)]
pub struct FileFacts {
    /// The namespace that holds the file, in the language's own notation
    /// (`tokio::sync`, `com.acme.billing`, `acme.billing`, `packages/ui/src`).
    pub module: String,
    /// Lines of the file.
    pub lines: u32,
    /// `McCabe`'s cyclomatic number summed over the file's functions; `None` where not given.
    pub complexity: Option<u32>,
    /// Abstract and concrete types declared here (for Martin's A).
    pub types: TypeCounts,
    /// Named things declared here that other files can refer to.
    pub declarations: Vec<Declaration>,
    /// Names used by `references`, each once.
    pub names: Vec<Box<str>>,
    /// Resolved references to other files, in source order; never to the file itself.
    pub references: Vec<Reference>,
    /// References that could not be resolved, in source order.
    pub unresolved: Vec<Unresolved>,
    /// How many references ended how.
    pub tally: Tally,
    /// Files that this file contains (`mod x;`); containment is no dependency.
    pub contains: Vec<FileId>,
    /// Functions with their line ranges, so that a span's code attributes find their file.
    pub functions: Vec<FunctionRange>,
}

/// A function or method and the lines that it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionRange {
    /// Name, qualified by the enclosing type where there is one (`Cart::total`).
    pub name: Box<str>,
    /// First line, from 1.
    pub first: u32,
    /// Last line, inclusive.
    pub last: u32,
}

/// Types of a file, told apart for abstractness.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeCounts {
    /// Traits, interfaces, abstract classes, protocols.
    pub abstract_types: u32,
    /// All other named types.
    pub concrete_types: u32,
}

/// What a declared name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SymbolKind {
    /// A function or method.
    Function,
    /// A class, struct, enum, record, alias.
    Type,
    /// A trait, interface, protocol, abstract class.
    AbstractType,
    /// A constant, static or module-level variable.
    Value,
    /// A macro.
    Macro,
    /// A namespace.
    Module,
}

/// A named thing that a file declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// The name, without its namespace.
    pub name: Box<str>,
    /// What it is.
    pub kind: SymbolKind,
    /// Whether code outside the namespace can use it.
    pub public: bool,
    /// Where it is declared.
    pub at: Position,
}

/// One use of a symbol or module of another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The file that is depended on.
    pub to: FileId,
    /// The re-exporting file that the written path goes through (symbol layer).
    pub via: Option<FileId>,
    /// Index into [`FileFacts::names`]; `None` when the module itself is meant.
    pub name: Option<u32>,
    /// `Import`, `Reference`, `Inherit` or `Reexport`.
    pub kind: EdgeKind,
    /// What tells this use apart from an ordinary one.
    pub labels: Labels,
    /// Where it is written.
    pub at: Position,
}

/// Why a reference could not be resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnresolvedReason {
    /// No declaration of that name in a place where it must be.
    NotFound,
    /// More than one declaration fits.
    Ambiguous,
    /// The name is computed at run time.
    Computed,
    /// Written by a build step that was not run.
    Generated,
    /// Inside a macro whose expansion is not known.
    MacroExpansion,
    /// The target lies outside the analysed folder.
    OutsideRoot,
    /// In a file of the tree whose language has no parser.
    Unread,
}

impl UnresolvedReason {
    /// The name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Ambiguous => "ambiguous",
            Self::Computed => "computed",
            Self::Generated => "generated",
            Self::MacroExpansion => "macro-expansion",
            Self::OutsideRoot => "outside-root",
            Self::Unread => "unread",
        }
    }
}

/// A reference that was seen but not resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The path as written.
    pub text: Box<str>,
    /// Why.
    pub reason: UnresolvedReason,
    /// Where.
    pub at: Position,
}

/// How the references of a file or a language ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// To a file of the tree, itself included.
    pub resolved: u64,
    /// To one of several, not decided.
    pub ambiguous: u64,
    /// To the standard library or a third party.
    pub external: u64,
    /// To nothing that is known.
    pub unresolved: u64,
}

impl Tally {
    /// Adds the counts of `other`.
    pub fn add(&mut self, other: Self) {
        self.resolved += other.resolved;
        self.ambiguous += other.ambiguous;
        self.external += other.external;
        self.unresolved += other.unresolved;
    }

    /// All but those that lead out of the tree.
    #[must_use]
    pub fn inside(self) -> u64 {
        self.resolved + self.ambiguous + self.unresolved
    }
}

/// The facts of all files of one language, and what could not be read.
#[derive(Clone, Debug, Default)]
pub struct CodeFacts {
    /// Per parsed file, sorted by file.
    pub files: Vec<ParsedFile>,
    /// Files that were skipped or degraded, and why.
    pub notifications: Vec<Notification>,
}

/// A parsed file.
#[derive(Clone, Debug)]
pub struct ParsedFile {
    /// Which file.
    pub file: FileId,
    /// Its language.
    pub language: LanguageId,
    /// Whether its first lines say that a program wrote it.
    pub generated: bool,
    /// What was found in it.
    pub facts: FileFacts,
}
