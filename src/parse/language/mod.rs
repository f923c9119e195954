//! What a language is to the registry, and what the languages hand in.
//!
//! In: nothing. Out: [`Language`], [`Listen`]; facts under construction in [`facts`].
//! Invariant: a language sees one file, then the extracts of all its files; it never opens one.
//! Never: knows a language by name.

pub(crate) mod facts;

use super::tokens::Lexemes;
use crate::model::{FileFacts, FileId, LanguageId, Notification, Project};
use crate::source::Source;

/// Who wants to know what the text of a file consists of, told by the lexer of its language while
/// its tokens are at hand; `None` where nobody does.
pub(crate) type Listen<'a> = Option<&'a dyn Fn(&dyn Fn() -> Lexemes)>;

/// An extract and what is wrong with its file; an error where the file cannot be parsed at all.
pub(crate) type Outcome<E> = Result<(E, Vec<Notification>), Notification>;

/// Most files that one worker takes at once where a file may be long: nobody waits long for the last.
pub(crate) const PIECE: usize = 8;

/// A language: how to read one file, how to resolve all of them.
///
/// `E` is what extraction keeps of a file (no syntax tree), `I` what resolution looks names up in.
/// A record of functions and no trait: each is written where its subject is, nothing forwards.
pub(crate) struct Language<E, I> {
    /// Its id, as shown to users.
    pub(crate) id: LanguageId,
    /// Reads the text of the file at a path; whoever listens is told what it consists of.
    pub(crate) extract: fn(&str, &str, Listen<'_>) -> Outcome<E>,
    /// Builds the look-up tables; reads manifests through the source where it must.
    pub(crate) index: fn(&Project, &Source, &[(FileId, E)]) -> I,
    /// Resolves the references of one file with the help of the index.
    pub(crate) resolve: fn(&I, &Project, FileId, &E) -> FileFacts,
    /// What the look at all files together brought up, such as files that nothing reaches.
    pub(crate) notifications: fn(&I) -> Vec<Notification>,
}
