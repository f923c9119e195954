//! Source code to facts: extract in parallel, index, resolve in parallel.
//!
//! In: [`Project`], [`Source`]. Out: [`CodeFacts`].
//! Invariant: facts come in file order, whatever the number of threads.
//! Never: a syntax tree outlives the extraction of its file.

mod extracts;
mod go;
mod java;
mod language;
pub mod nesting;
mod python;
mod registry;
mod rust;
pub mod scip;
#[cfg(test)]
mod tests;
pub(crate) mod tokens;
#[cfg(test)]
mod trees;
mod typescript;

use std::sync::OnceLock;

use rayon::prelude::*;

use self::extracts::{Extracted, Keep, Keeps, extension};
use self::language::PIECE;
use self::registry::LANGUAGES;
use self::tokens::any;
use crate::model::{CodeFacts, FileId, Notification, Project, SourceFile};
use crate::source::{Source, memory};

#[cfg(test)]
pub(crate) use self::registry::lexemes;
pub use self::registry::{language_of, probe};
pub use self::tokens::Lexemes;

/// [`probe`] on a stack as deep as that of a worker; for fuzzers.
///
/// # Panics
/// As the parser does.
pub fn probe_apart(extension: &str, text: &str) {
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(memory::STACK);
        // Without a thread nothing was probed.
        let _ = worker.spawn_scoped(scope, || probe(extension, text));
    });
}

/// Another stage that reads the same files: what it keeps of each text, and what it makes of all.
pub struct Reader<W, R> {
    /// Whether it wants files of no supported language, which would not be opened otherwise.
    pub wants: W,
    /// What it keeps of a file.
    pub read: R,
}

/// Whether another stage wants a file.
pub trait Wants: Fn(&SourceFile) -> bool + Sync {}

// Closures are their only implementations; the names keep signatures short.
impl<F: Fn(&SourceFile) -> bool + Sync> Wants for F {}

/// What another stage keeps of a text, which consists of what the last argument tells when asked.
pub trait Reads<S>: Fn(FileId, &str, &dyn Fn() -> Lexemes) -> Option<S> + Sync {}

impl<S, F: Fn(FileId, &str, &dyn Fn() -> Lexemes) -> Option<S> + Sync> Reads<S> for F {}

/// Parses and resolves every file of a supported language, on threads with large stacks.
#[must_use]
pub fn parse(project: &Project, source: &Source) -> CodeFacts {
    let nobody = Reader {
        wants: |_: &SourceFile| false,
        read: |_: FileId, _: &str, _: &dyn Fn() -> Lexemes| None::<()>,
    };
    parse_while(project, source, || project.clone(), &nobody, |_, _| ()).1
}

/// Parses the files of `listed` while `complete` finds out what they belong to, then resolves
/// them, with `beside` at work on what was found out and on what `reader` kept of each file.
///
/// `complete` keeps the files and their order.
#[must_use]
pub fn parse_while<S, T, C, B>(
    listed: &Project,
    source: &Source,
    complete: C,
    reader: &Reader<impl Wants, impl Reads<S>>,
    beside: B,
) -> (Project, CodeFacts, T)
where
    S: Send + Sync,
    T: Send,
    C: FnOnce() -> Project + Send,
    B: FnOnce(&Project, Vec<(FileId, S)>) -> T + Send,
{
    let work = |complete: C, beside: B| {
        let read = || read_all(listed, source, reader);
        let (project, (extracts, kept)) = rayon::join(complete, read);
        let resolve = || resolve_all(extracts, &project, source);
        let done: (CodeFacts, T) = rayon::join(resolve, || beside(&project, kept));
        (project, done.0, done.1)
    };
    if memory::room().is_some() {
        // The threads of the program have small stacks, which suffice, and there is no room for others.
        return work(complete, beside);
    }
    let pool = |threads| {
        let builder = rayon::ThreadPoolBuilder::new().num_threads(threads);
        builder.stack_size(memory::STACK).build()
    };
    match pool(rayon::current_num_threads()).or_else(|_| pool(1)) {
        Ok(pool) => pool.install(|| work(complete, beside)),
        Err(error) => {
            let project = complete();
            let other = beside(&project, Vec::new());
            (project, unread(&error), other)
        }
    }
}

/// Opens each file once: extracts, and what `reader` keeps, in file order.
///
/// Files of supported languages are tokenised by their parser, all others that `reader` wants
/// by a general lexer. A file of no language that cannot be read is left out without a word.
fn read_all<S: Send + Sync>(
    listed: &Project,
    source: &Source,
    reader: &Reader<impl Wants, impl Reads<S>>,
) -> (Vec<Box<dyn Extracted>>, Vec<(FileId, S)>) {
    let kept: Vec<OnceLock<S>> = listed.files.iter().map(|_| OnceLock::new()).collect();
    let keep = |file: FileId, text: &str, lexemes: &dyn Fn() -> Lexemes| {
        if let Some(found) = (reader.read)(file, text, lexemes) {
            // Each file is read once.
            let _ = kept[file.index()].set(found);
        }
    };
    let keep: &Keep<'_> = &keep;
    let wants = |id: FileId| (reader.wants)(listed.source(id)).then_some(keep);
    let extracts = extract_all(listed, source, &wants);
    let others =
        |(_, file): &(FileId, &SourceFile)| file.language.is_none() && (reader.wants)(file);
    let others: Vec<(FileId, &SourceFile)> = listed.iter().filter(others).collect();
    others
        .par_iter()
        .with_max_len(PIECE)
        .for_each(|(id, file)| {
            if let Ok(text) = source.text(&file.path) {
                keep(*id, &text, &|| any::lexemes(extension(&file.path), &text));
            }
        });
    let kept = kept.into_iter().enumerate();
    let kept =
        kept.filter_map(|(position, slot)| Some((FileId::new(position), slot.into_inner()?)));
    (extracts, kept.collect())
}

/// Kind of the notification that no source was read at all, for want of memory.
pub const NO_THREADS: &str = "no-threads";

/// What is known where no thread can be started.
fn unread(error: &rayon::ThreadPoolBuildError) -> CodeFacts {
    let message =
        format!("no source was parsed: the worker threads could not be started ({error})");
    CodeFacts {
        notifications: vec![Notification::error(NO_THREADS, message)],
        ..CodeFacts::default()
    }
}

/// Reads the files of each language, one language after the other, each on all threads.
fn extract_all(listed: &Project, source: &Source, keep: &Keeps<'_>) -> Vec<Box<dyn Extracted>> {
    let mut all = Vec::new();
    for language in LANGUAGES {
        let of_language = |(id, file): (FileId, &SourceFile)| {
            let family = file.language?.family();
            (family == language.id()).then_some(id)
        };
        let files: Vec<FileId> = listed.iter().filter_map(of_language).collect();
        if !files.is_empty() {
            all.push(language.read(listed, source, &files, keep));
        }
    }
    all
}

/// Resolves all languages beside each other, and puts their facts back into file order.
fn resolve_all(extracts: Vec<Box<dyn Extracted>>, project: &Project, source: &Source) -> CodeFacts {
    let resolve = |extracted: Box<dyn Extracted>| extracted.resolve(project, source);
    let of_languages: Vec<CodeFacts> = extracts.into_par_iter().map(resolve).collect();
    let mut all = CodeFacts::default();
    for found in of_languages {
        all.files.extend(found.files);
        all.notifications.extend(found.notifications);
    }
    all.files.sort_by_key(|parsed| parsed.file);
    all.notifications.sort();
    all
}
