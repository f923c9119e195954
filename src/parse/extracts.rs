//! What was read of the files of one language, and what becomes of it once their project is known.
//!
//! In: paths, [`Source`]. Out: extracts, then [`CodeFacts`].
//! Invariant: a panic costs its file, over all files their language; both are told.
//! Never: knows a language by name.

use std::cell::Cell;
use std::sync::Mutex;

use rayon::prelude::*;

use super::language::{Language, Listen, PIECE};
use super::nesting;
use super::tokens::{Lexemes, any};
use crate::knowledge::Files;
use crate::model::names::tail;
use crate::model::{CodeFacts, FileId, LanguageId, Notification, ParsedFile, Project};
use crate::source::Source;
use crate::source::generated::says_generated;

/// What another stage keeps of each text, so that nobody opens or tokenises a file twice.
pub(super) type Keep<'a> = dyn Fn(FileId, &str, &dyn Fn() -> Lexemes) + Sync + 'a;

/// The same for one file, if it is wanted.
pub(super) type Keeps<'a> = dyn Fn(FileId) -> Option<&'a Keep<'a>> + Sync + 'a;

/// A language as the registry knows it, whatever it keeps of a file.
pub(super) trait Readable: Sync {
    /// Its id.
    fn id(&self) -> LanguageId;

    /// Reads files; `keep` is told what each of them consists of.
    fn read(
        &'static self,
        listed: &Project,
        source: &Source,
        files: &[FileId],
        keep: &Keeps<'_>,
    ) -> Box<dyn Extracted>;

    /// Reads one text alone.
    fn probe(&self, path: &str, text: &str, listen: Listen<'_>);
}

/// What was read of the files of one language.
pub(super) trait Extracted: Send {
    /// The facts, once it is known what the files belong to.
    fn resolve(self: Box<Self>, project: &Project, source: &Source) -> CodeFacts;
}

/// The extracts of a language.
pub(super) struct Extracts<E: 'static, I: 'static> {
    /// Whose they are.
    pub(super) of: &'static Language<E, I>,
    /// One for each file that could be read.
    pub(super) extracts: Vec<(FileId, E)>,
    /// Whether each of them says that a program wrote it.
    pub(super) generated: Vec<bool>,
    /// What was wrong with the files.
    pub(super) notifications: Vec<Notification>,
}

impl<E: Send + Sync, I: Send + Sync> Readable for Language<E, I> {
    fn id(&self) -> LanguageId {
        self.id
    }

    fn read(
        &'static self,
        listed: &Project,
        source: &Source,
        files: &[FileId],
        keep: &Keeps<'_>,
    ) -> Box<dyn Extracted> {
        let read = |&file: &FileId| {
            let keep = keep(file);
            let keep = keep
                .as_ref()
                .map(|keep| |text: &str, lexemes: &dyn Fn() -> Lexemes| keep(file, text, lexemes));
            let path = &listed.source(file).path;
            (
                file,
                self.read_file(&listed.knowledge.files, source, path, keep),
            )
        };
        let outcomes: Vec<_> = files.par_iter().with_max_len(1).map(read).collect();
        let mut all = Extracts {
            of: self,
            extracts: Vec::with_capacity(outcomes.len()),
            generated: Vec::with_capacity(outcomes.len()),
            notifications: Vec::new(),
        };
        for (file, outcome) in outcomes {
            match outcome {
                Ok(read) => {
                    all.notifications.extend(read.problems);
                    all.generated.push(read.generated);
                    all.extracts.push((file, read.extract));
                }
                Err(problem) => all.notifications.push(problem),
            }
        }
        Box::new(all)
    }

    fn probe(&self, path: &str, text: &str, listen: Listen<'_>) {
        drop((self.extract)(path, text, listen));
    }
}

/// Held while a large file is parsed: the tree of one may take half a gigabyte.
static ONE_LARGE: Mutex<()> = Mutex::new(());

/// One file, read.
struct Read<E> {
    /// What extraction keeps.
    extract: E,
    /// What is wrong with the file, though it could be read.
    problems: Vec<Notification>,
    /// Whether the file says that a program wrote it.
    generated: bool,
}

impl<E, I> Language<E, I> {
    /// Reads one file; an error if its text cannot be opened, is nested too deeply, or makes the
    /// parser panic.
    ///
    /// If the parser did not tell what the text consists of (it gave up), a general lexer does,
    /// so that `keep` hears of every file.
    fn read_file(
        &self,
        files: &Files,
        source: &Source,
        path: &str,
        keep: Option<impl Fn(&str, &dyn Fn() -> Lexemes)>,
    ) -> Result<Read<E>, Notification> {
        let text = source.text(path)?;
        let heard = Cell::new(false);
        let tell = |lexemes: &dyn Fn() -> Lexemes| {
            heard.set(true);
            if let Some(keep) = &keep {
                keep(&text, lexemes);
            }
        };
        let listen: Listen<'_> = if keep.is_some() { Some(&tell) } else { None };
        let alone = nesting::is_large(&text).then(|| ONE_LARGE.lock());
        let extracted = caught(|| (self.extract)(path, &text, listen));
        drop(alone);
        if let Some(keep) = keep.filter(|_| !heard.get()) {
            keep(&text, &|| any::lexemes(extension(path), &text));
        }
        let (extract, problems) = extracted.unwrap_or_else(|| Err(failed(path)))?;
        Ok(Read {
            extract,
            problems,
            generated: says_generated(files, &text),
        })
    }
}

impl<E: Send + Sync, I: Send + Sync> Extracts<E, I> {
    /// What names are looked up in, if no file stands in the way.
    fn index(&mut self, project: &Project, source: &Source) -> Option<I> {
        let language = self.of;
        let build = || {
            let index = (language.index)(project, source, &self.extracts);
            let seen = (language.notifications)(&index);
            (index, seen)
        };
        let built = caught(build);
        if built.is_none() {
            let problem = unindexed(language.id, self.extracts.len());
            self.notifications.push(problem);
        }
        let (index, seen) = built?;
        self.notifications.extend(seen);
        Some(index)
    }
}

impl<E: Send + Sync, I: Send + Sync> Extracted for Extracts<E, I> {
    fn resolve(mut self: Box<Self>, project: &Project, source: &Source) -> CodeFacts {
        let index = self.index(project, source);
        let mut notifications = std::mem::take(&mut self.notifications);
        let Some(index) = index else {
            let files = Vec::new();
            return CodeFacts {
                files,
                notifications,
            };
        };
        let language = self.of;
        let resolve = |((file, extract), generated): ((FileId, E), bool)| {
            let source = project.source(file);
            let facts = caught(|| (language.resolve)(&index, project, file, &extract));
            Ok(ParsedFile {
                file,
                language: source.language.unwrap_or(language.id),
                generated,
                facts: facts.ok_or_else(|| failed(&source.path))?,
            })
        };
        let extracts = self.extracts.into_par_iter().zip(self.generated);
        let outcomes: Vec<Result<ParsedFile, Notification>> =
            extracts.with_max_len(PIECE).map(resolve).collect();
        // Freed beside what follows.
        rayon::spawn(move || drop(index));
        let mut files = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            match outcome {
                Ok(file) => files.push(file),
                Err(problem) => notifications.push(problem),
            }
        }
        CodeFacts {
            files,
            notifications,
        }
    }
}

/// The result of `work`; `None` when it panics, which is a bug that must not cost more than its file.
fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).ok()
}

/// What a user is told of a file that makes the code of its language panic.
fn failed(path: &str) -> Notification {
    let message = "the parser failed on this file; please report it";
    Notification::error("parser-failure", message).in_file(path)
}

/// What a user is told of a language whose files cannot be looked at together.
fn unindexed(language: LanguageId, files: usize) -> Notification {
    let message = format!(
        "the parser failed on the {} files of the language {} taken together; please report it",
        files, language.0
    );
    Notification::error("parser-failure", message)
}

/// The extension of a file's name; empty without one.
pub(super) fn extension(path: &str) -> &str {
    let name = tail(path);
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}
