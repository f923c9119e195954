//! Source code to facts: extract in parallel, index, resolve in parallel.
//!
//! In: [`Project`], [`Source`]. Out: [`CodeFacts`].
//! Invariant: facts come in file order, whatever the number of threads.
//! Never: a syntax tree outlives the extraction of its file.

pub(crate) mod any;
mod cursor;
mod facts;
mod go;
mod java;
pub(crate) mod lexemes;
pub mod nesting;
mod python;
mod rust;
mod scan;
pub mod scip;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod trees;
pub mod typescript;

use std::cell::Cell;
#[cfg(test)]
use std::cell::OnceCell;
use std::sync::{Mutex, OnceLock};

use rayon::prelude::*;

use crate::knowledge::Files;
use crate::model::names::tail;
use crate::model::{
    CodeFacts, FileFacts, FileId, LanguageId, LanguageInfo, Notification, ParsedFile, Project,
    SourceFile,
};
use crate::source::Source;
use crate::source::generated::says_generated;

pub use lexemes::Lexemes;

/// A language: how to read one file, how to resolve all of them.
///
/// `extract` sees one file and nothing else; `index` sees the extracts of all files of the
/// language; `resolve` turns one file's extract into facts with the help of the index.
pub(crate) trait Language: 'static {
    /// Its id, as shown to users.
    const ID: LanguageId;
    /// What extraction keeps of a file; no syntax tree.
    type Extract: Send + Sync + 'static;
    /// What resolution looks names up in.
    type Index: Send + Sync + 'static;

    /// Reads one file; whoever listens is told what its text consists of.
    ///
    /// # Errors
    /// A notification when the file cannot be parsed at all. Partial extracts with problems
    /// return both in the `Ok` tuple.
    fn extract(
        path: &str,
        text: &str,
        listen: Listen<'_>,
    ) -> Result<(Self::Extract, Vec<Notification>), Notification>;

    /// Builds the look-up tables; reads manifests through `source` where it must.
    fn index(
        project: &Project,
        source: &Source,
        extracts: &[(FileId, Self::Extract)],
    ) -> Self::Index;

    /// Resolves the references of one file.
    fn resolve(
        index: &Self::Index,
        project: &Project,
        file: FileId,
        extract: &Self::Extract,
    ) -> FileFacts;

    /// What the look at all files together brought up, such as files that nothing reaches.
    fn notifications(_: &Self::Index) -> Vec<Notification> {
        Vec::new()
    }
}

/// Who wants to know what the text of a file consists of, told by the lexer of its language while
/// its tokens are at hand; `None` where nobody does.
pub(crate) type Listen<'a> = Option<&'a dyn Fn(&dyn Fn() -> Lexemes)>;

/// A language as the registry knows it.
pub struct Entry {
    /// Its id.
    pub id: LanguageId,
    extract: fn(&Project, &Source, &[FileId], &Keeps<'_>) -> Box<dyn Extracted>,
    probe: fn(&str, &str, Listen<'_>),
}

const fn entry<L: Language>() -> Entry {
    Entry {
        id: L::ID,
        extract: extract::<L>,
        probe: |path, text, listen| drop(L::extract(path, text, listen)),
    }
}

impl Entry {
    fn is_language(&self, id: LanguageId) -> bool {
        id.family() == self.id
    }
}

/// Every supported language.
pub const LANGUAGES: &[Entry] = &[
    entry::<go::Go>(),
    entry::<java::Java>(),
    entry::<python::Python>(),
    entry::<rust::Rust>(),
    entry::<typescript::TypeScript>(),
];

/// The language of a file name extension.
#[must_use]
pub fn language_of(extension: &str) -> Option<LanguageId> {
    LanguageInfo::of_extension(extension)?.id()
}

/// Stack of a worker in bytes: what the nesting check lets through fits into it, parsed and dropped.
const STACK: usize = 256 << 20;

/// The same where memory is limited: what the nesting check lets through needs a tenth of [`STACK`].
const SMALL_STACK: usize = 64 << 20;

/// Most files that one worker takes at once where a file may be long: nobody waits long for the last.
pub(crate) const PIECE: usize = 8;

/// [`probe`] on a stack as deep as that of a worker; for fuzzers.
///
/// # Panics
/// As the parser does.
pub fn probe_apart(extension: &str, text: &str) {
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(STACK);
        // Without a thread nothing was probed.
        let _ = worker.spawn_scoped(scope, || probe(extension, text));
    });
}

fn entry_of(extension: &str) -> Option<&'static Entry> {
    let language = language_of(extension)?;
    LANGUAGES.iter().find(|entry| entry.is_language(language))
}

/// Reads one text alone, as a file with that extension; for benchmarks.
pub fn probe(extension: &str, text: &str) {
    if let Some(entry) = entry_of(extension) {
        (entry.probe)(&format!("fuzz.{extension}"), text, None);
    }
}

/// What one text alone consists of, as a file with that extension.
#[cfg(test)]
pub(crate) fn lexemes(extension: &str, text: &str) -> Lexemes {
    let heard = OnceCell::new();
    let listen = |told: &dyn Fn() -> Lexemes| {
        heard.get_or_init(told);
    };
    if let Some(entry) = entry_of(extension) {
        (entry.probe)(&format!("x.{extension}"), text, Some(&listen));
    }
    heard
        .into_inner()
        .unwrap_or_else(|| any::lexemes(extension, text))
}

/// What another stage keeps of each text, so that nobody opens or tokenises a file twice.
type Keep<'a> = dyn Fn(FileId, &str, &dyn Fn() -> Lexemes) + Sync + 'a;

/// The same for one file, if it is wanted.
type Keeps<'a> = dyn Fn(FileId) -> Option<&'a Keep<'a>> + Sync + 'a;

/// Another stage that reads the same files: what it keeps of each text, and what it makes of all.
pub struct Reader<W, R> {
    /// Whether it wants files of no supported language, which would not be opened otherwise.
    pub wants: W,
    /// What it keeps of a file.
    pub read: R,
}

/// Whether another stage wants a file.
pub trait Wants: Fn(&SourceFile) -> bool + Sync {}

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
pub fn parse_while<S: Send + Sync, T: Send>(
    listed: &Project,
    source: &Source,
    complete: impl FnOnce() -> Project + Send,
    reader: &Reader<impl Wants, impl Reads<S>>,
    beside: impl FnOnce(&Project, Vec<(FileId, S)>) -> T + Send,
) -> (Project, CodeFacts, T) {
    let threads = rayon::current_num_threads();
    let pool = |threads, stack| {
        let builder = rayon::ThreadPoolBuilder::new().num_threads(threads);
        builder.stack_size(stack).build()
    };
    // Where memory is scarce, one stack may fit, or a smaller one.
    let pool = pool(threads, STACK)
        .or_else(|_| pool(1, STACK))
        .or_else(|_| pool(1, SMALL_STACK));
    match pool {
        Ok(pool) => pool.install(|| {
            let read = || read_all(listed, source, reader);
            let (project, (extracts, kept)) = rayon::join(complete, read);
            let resolve = || resolve_all(extracts, &project, source);
            let (facts, other) = rayon::join(resolve, || beside(&project, kept));
            (project, facts, other)
        }),
        Err(error) => {
            let project = complete();
            let other = beside(&project, Vec::new());
            (project, unread(&error), other)
        }
    }
}

/// Opens each file once: extracts, and what `reader` keeps, in file order.
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

fn extract_all(listed: &Project, source: &Source, keep: &Keeps<'_>) -> Vec<Box<dyn Extracted>> {
    let mut all = Vec::new();
    for entry in LANGUAGES {
        let of_language = |(id, file): (FileId, &crate::model::SourceFile)| {
            file.language
                .filter(|language| entry.is_language(*language))
                .map(|_| id)
        };
        let files: Vec<FileId> = listed.iter().filter_map(of_language).collect();
        if !files.is_empty() {
            all.push((entry.extract)(listed, source, &files, keep));
        }
    }
    all
}

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

/// What was read of the files of one language.
trait Extracted: Send {
    /// The facts, once it is known what the files belong to.
    fn resolve(self: Box<Self>, project: &Project, source: &Source) -> CodeFacts;
}

struct Extracts<L: Language> {
    extracts: Vec<(FileId, L::Extract)>,
    /// Whether each of them says that a program wrote it.
    generated: Vec<bool>,
    notifications: Vec<Notification>,
}

fn extract<L: Language>(
    listed: &Project,
    source: &Source,
    files: &[FileId],
    keep: &Keeps<'_>,
) -> Box<dyn Extracted> {
    let known = &listed.knowledge.files;
    let read = |&file: &FileId| {
        let keep = keep(file);
        let keep = keep
            .as_ref()
            .map(|keep| |text: &str, lexemes: &dyn Fn() -> Lexemes| keep(file, text, lexemes));
        let path = &listed.source(file).path;
        (file, read::<L>(known, source, path, keep))
    };
    let outcomes: Vec<_> = files.par_iter().with_max_len(1).map(read).collect();
    let mut all = Extracts::<L> {
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

impl<L: Language> Extracted for Extracts<L> {
    fn resolve(self: Box<Self>, project: &Project, source: &Source) -> CodeFacts {
        let mut notifications = self.notifications;
        let build = || {
            let index = L::index(project, source, &self.extracts);
            let seen = L::notifications(&index);
            (index, seen)
        };
        let Some((index, seen)) = caught(build) else {
            notifications.push(unindexed(L::ID, self.extracts.len()));
            return CodeFacts {
                notifications,
                ..CodeFacts::default()
            };
        };
        notifications.extend(seen);
        let resolve = |((file, extract), generated): ((FileId, L::Extract), bool)| {
            let source = project.source(file);
            let facts = caught(|| L::resolve(&index, project, file, &extract));
            Ok(ParsedFile {
                file,
                language: source.language.unwrap_or(L::ID),
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

/// Held while a large file is parsed: the tree of one may take half a gigabyte.
static ONE_LARGE: Mutex<()> = Mutex::new(());

struct Read<L: Language> {
    extract: L::Extract,
    problems: Vec<Notification>,
    generated: bool,
}

fn read<L: Language>(
    files: &Files,
    source: &Source,
    path: &str,
    keep: Option<impl Fn(&str, &dyn Fn() -> Lexemes)>,
) -> Result<Read<L>, Notification> {
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
    let extracted = caught(|| L::extract(path, &text, listen));
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

fn extension(path: &str) -> &str {
    let name = tail(path);
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}
