//! Reads the history from a repository's objects.
//!
//! In: a [`Place`]. Out: [`ChangeLog`].
//! Invariant: one thread walks, all compare trees; results are put back into the order of the walk.
//! Never: reads the work tree, the user's configuration or the environment.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use gix::ThreadSafeRepository;
use rustc_hash::FxHashSet;

use super::commit::{Change, RawCommit, RawLog, What};
use super::locate::{Place, one_line, without};
use super::objects::{Broken, Objects};
use super::options::{Options, Renames};
use super::walk::{self, Step, Walked};
use super::{assemble, noise, rename, similar, tree};
use crate::model::{AuthorId, ChangeLog, HistoryCoverage, IndexVec, Notification, PathId, Texts};
use crate::source::{push_lossless, revision};

/// Commits that a thread takes at once: neighbours share most of their trees.
const CHUNK: usize = 256;
/// Most changed files that are kept over all commits.
const MOST_CHANGES: usize = 50_000_000;

/// Reads the history at `place`.
pub(super) fn read(place: &Place, options: &Options) -> ChangeLog {
    let attempt = catch_unwind(AssertUnwindSafe(|| try_read(place, options)));
    attempt
        .unwrap_or_else(|_| Err("its objects are damaged".to_owned()))
        .unwrap_or_else(|reason| {
            let message = format!(
                "the git repository cannot be read: {reason}; --no-git leaves the history out"
            );
            ChangeLog {
                notifications: vec![Notification::warning("unreadable-history", message)],
                ..ChangeLog::default()
            }
        })
}

/// Reads the history; the error says why the repository is of no use.
///
/// The commit graph is not used in a shallow clone, since it knows parents that are not
/// there.
fn try_read(place: &Place, options: &Options) -> Result<ChangeLog, String> {
    let repository = revision::open(&place.git_dir)?;
    let local = repository.to_thread_local();
    let Some(head) = newest(place, &local)? else {
        return Ok(without(
            "no-history",
            "the git repository has no commit yet: change history is unknown",
        ));
    };
    let shallow: FxHashSet<_> = local
        .shallow_commits()
        .ok()
        .flatten()
        .map(|list| list.iter().copied().collect())
        .unwrap_or_default();
    let graph = if shallow.is_empty() {
        local.commit_graph_if_enabled().ok().flatten()
    } else {
        None
    };
    let (walked, parts) = collect(&repository, options, |objects, each| {
        walk::walk(
            objects,
            graph.as_ref(),
            &shallow,
            head,
            options.window,
            each,
        )
    });
    let mut raw = join(parts);
    raw.mailmap = blob(&repository, head, b".mailmap").unwrap_or_default();
    raw.head_time = walked.head_time;
    raw.coverage = coverage(&walked, head.to_string(), !shallow.is_empty());
    raw.notifications
        .extend(notifications(&walked, !shallow.is_empty()));
    raw.notifications.extend(replaced(&local));
    let listed = blob(&repository, head, noise::LIST.as_bytes()).unwrap_or_default();
    let mut log = assemble::assemble(raw, &place.prefix, options.renames != Renames::Off);
    noise::leave_out(&mut log, &listed);
    Ok(log)
}

/// The commit to start from: the one that is analysed, else HEAD; `None` before the first commit.
fn newest(place: &Place, local: &gix::Repository) -> Result<Option<gix::ObjectId>, String> {
    if place.commit.is_some() {
        return Ok(place.commit);
    }
    let mut reference = local.head().map_err(|error| one_line(&error))?;
    if reference.is_unborn() {
        return Ok(None);
    }
    let found = reference.try_peel_to_id();
    let found = found.map_err(|error| format!("HEAD leads to no commit: {}", one_line(&error)))?;
    Ok(found.map(|id| id.detach()))
}

/// What one thread found: changes use the thread's own path and author tables.
#[derive(Default)]
struct Part {
    /// Commits of each chunk, by the number of the chunk.
    commits: Vec<(usize, Vec<RawCommit>)>,
    /// Paths, numbered by this thread.
    paths: Texts<PathId>,
    /// Signatures, likewise.
    authors: Texts<AuthorId>,
    /// Commits that could not be compared.
    broken: Vec<(gix::ObjectId, Broken)>,
    /// Changed files so far.
    changes: usize,
}

/// Walks on this thread while the others compare trees, then helps them.
fn collect(
    repository: &ThreadSafeRepository,
    options: &Options,
    walk: impl FnOnce(&mut Objects, &mut dyn FnMut(Step)) -> Walked,
) -> (Walked, Vec<Part>) {
    let (sender, receiver) = channel();
    let receiver = Arc::new(Mutex::new(receiver));
    let work = || compare_all(repository, &receiver, options);
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..options.threads.max(1))
            .map(|_| scope.spawn(work))
            .collect();
        let walked = walk(&mut Objects::new(repository), &mut in_chunks(&sender));
        drop(sender);
        let mut parts = vec![work()];
        parts.extend(others.into_iter().filter_map(|other| other.join().ok()));
        (walked, parts)
    })
}

/// Steps, and the number of their chunk in the order of the walk.
type Chunk = (usize, Vec<Step>);

/// Sends the steps in chunks; the last, shorter one goes out when the closure is dropped.
fn in_chunks(sender: &Sender<Chunk>) -> impl FnMut(Step) {
    let mut open = Open {
        sender: sender.clone(),
        number: 0,
        steps: Vec::new(),
    };
    move |step| {
        open.steps.push(step);
        if open.steps.len() == CHUNK {
            open.send();
        }
    }
}

/// The chunk that is being filled.
struct Open {
    /// Where full chunks go.
    sender: Sender<Chunk>,
    /// How many were sent.
    number: usize,
    /// Steps in it.
    steps: Vec<Step>,
}

impl Open {
    /// Sends what is in it, and starts the next chunk.
    fn send(&mut self) {
        let steps = std::mem::take(&mut self.steps);
        // The receiver outlives all senders, so that nothing is lost here.
        let _ = self.sender.send((self.number, steps));
        self.number += 1;
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if !self.steps.is_empty() {
            self.send();
        }
    }
}

/// One thread: compares the trees of chunk after chunk until the walk has ended.
///
/// A commit that makes the reader panic is left out alone.
fn compare_all(
    repository: &ThreadSafeRepository,
    chunks: &Mutex<Receiver<Chunk>>,
    options: &Options,
) -> Part {
    let mut objects = Objects::new(repository);
    let mut part = Part::default();
    loop {
        let next = chunks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, steps)) = next else {
            return part;
        };
        let mut commits = Vec::with_capacity(steps.len());
        for step in steps {
            let id = step.id;
            let attempt = catch_unwind(AssertUnwindSafe(|| {
                compare(&mut objects, step, options, &mut part)
            }));
            match attempt.unwrap_or(Err(Broken::Malformed(id))) {
                Ok(commit) => commits.push(commit),
                Err(broken) => part.broken.push((id, broken)),
            }
        }
        part.commits.push((number, commits));
    }
}

/// Compares a commit with its parent.
fn compare(
    objects: &mut Objects,
    step: Step,
    options: &Options,
    part: &mut Part,
) -> Result<RawCommit, Broken> {
    let about = match step.about {
        Some(about) => about,
        None => objects.commit(step.id)?.about,
    };
    let mut deltas = tree::diff(objects, step.parent_tree, step.tree)?;
    part.changes += deltas.len();
    if part.changes > MOST_CHANGES {
        return Err(Broken::TooLarge(MOST_CHANGES));
    }
    deltas.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    let pairs = rename::find(objects, &deltas, options.renames);
    Ok(RawCommit {
        id: step.id.to_string().into(),
        time: about.authored,
        author: part.authors.id(&about.author),
        tickets: about.tickets,
        reformats: about.reformats,
        changes: changes(&deltas, &pairs, &mut part.paths),
    })
}

/// The changes of a commit; the deleted half of a rename is no change of its own.
fn changes(
    deltas: &[tree::Delta],
    pairs: &[similar::Pair],
    paths: &mut Texts<PathId>,
) -> Vec<Change> {
    let ids: Vec<PathId> = deltas
        .iter()
        .map(|delta| paths.id(&shown(&delta.path)))
        .collect();
    let mut what: Vec<Option<What>> = deltas
        .iter()
        .map(|delta| match (delta.old, delta.new) {
            (Some(_), None) => Some(What::Deleted),
            (None, _) => Some(What::Added),
            _ => Some(What::Modified),
        })
        .collect();
    for &(old, new) in pairs {
        what[new] = Some(What::RenamedFrom(ids[old]));
        what[old] = None;
    }
    ids.iter()
        .zip(what)
        .filter_map(|(&path, what)| Some(Change { path, what: what? }))
        .collect()
}

/// A path as text that keeps every byte apart.
fn shown(path: &[u8]) -> String {
    let mut text = String::with_capacity(path.len());
    push_lossless(&mut text, path);
    text
}

/// Puts the parts back into the order of the walk, with one table of paths and authors.
///
/// Chunks are numbered in the order of the walk, so the result is the same for any number of
/// threads.
fn join(parts: Vec<Part>) -> RawLog {
    let (mut paths, mut authors) = (Texts::default(), Texts::default());
    let mut numbered = Vec::new();
    let mut broken = Vec::new();
    for part in parts {
        let (own_paths, own_authors) = (part.paths.into_list(), part.authors.into_list());
        let path_ids = own_paths.iter().map(|name| paths.id(name)).collect();
        let author_ids = own_authors.iter().map(|name| authors.id(name)).collect();
        for (number, mut commits) in part.commits {
            commits
                .iter_mut()
                .for_each(|commit| renumber(commit, &path_ids, &author_ids));
            numbered.push((number, commits));
        }
        broken.extend(part.broken);
    }
    numbered.sort_unstable_by_key(|(number, _)| *number);
    broken.sort_unstable_by_key(|(id, _)| *id);
    RawLog {
        paths: paths.into_list(),
        authors: authors.into_list(),
        commits: numbered
            .into_iter()
            .flat_map(|(_, commits)| commits)
            .collect(),
        notifications: broken_commits(&broken).into_iter().collect(),
        ..RawLog::default()
    }
}

/// Puts the numbers of the common tables in place of a thread's own.
fn renumber(
    commit: &mut RawCommit,
    paths: &IndexVec<PathId, PathId>,
    authors: &IndexVec<AuthorId, AuthorId>,
) {
    commit.author = authors[commit.author];
    for change in &mut commit.changes {
        change.path = paths[change.path];
        if let What::RenamedFrom(old) = &mut change.what {
            *old = paths[*old];
        }
    }
}

/// What is told of commits that could not be read.
fn broken_commits(broken: &[(gix::ObjectId, Broken)]) -> Option<Notification> {
    let (id, reason) = broken.first()?;
    let message = format!(
        "{} commits left out; the first is {id}: {reason}",
        broken.len()
    );
    Some(Notification::warning("broken-commit", message))
}

/// The text of a file at the top of the repository, as the newest commit has it.
fn blob(repository: &ThreadSafeRepository, head: gix::ObjectId, name: &[u8]) -> Option<Vec<u8>> {
    let mut objects = Objects::new(repository);
    let tree = objects.commit(head).ok()?.tree;
    let blob = tree::child(&mut objects, tree, name).ok()??;
    objects.blob(blob).ok().map(<[u8]>::to_vec)
}

/// Says that the history is not the one that was committed.
fn replaced(repository: &gix::Repository) -> Option<Notification> {
    let common = repository.common_dir();
    let filled = |path: &str| {
        let entries = std::fs::read_dir(common.join(path)).ok();
        entries.is_some_and(|mut entries| entries.next().is_some())
    };
    let packed = std::fs::read(common.join("packed-refs")).unwrap_or_default();
    let names = memchr::memmem::find(&packed, b" refs/replace/").is_some();
    let message = if filled("refs/replace") || names {
        "replace refs stand in for some commits: the history is as `git log` shows it, not as it was committed"
    } else if common.join("info/grafts").is_file() {
        "`info/grafts` is not followed: the history is as it was committed, which may be less than `git log` shows"
    } else {
        return None;
    };
    Some(Notification::note("replaced-history", message))
}

/// What the walk covered, as later stages read it.
fn coverage(walked: &Walked, head: String, shallow: bool) -> HistoryCoverage {
    let mut coverage = HistoryCoverage {
        head: Some(head),
        shallow,
        ..HistoryCoverage::default()
    };
    coverage.window = walked.start.zip(walked.head_time);
    if walked.merges > 0 {
        coverage.dropped.insert("merge".to_owned(), walked.merges);
    }
    if walked.boundary > 0 {
        coverage
            .dropped
            .insert("shallow-boundary".to_owned(), walked.boundary);
    }
    coverage
}

/// What the walk met that a user should know.
fn notifications(walked: &Walked, shallow: bool) -> Vec<Notification> {
    let mut list = Vec::new();
    if shallow {
        let message =
            "the clone is shallow: older changes are unknown; `git fetch --unshallow` gets them";
        list.push(Notification::warning("shallow-history", message));
    }
    if let Some(first) = walked.broken.first() {
        let message = format!(
            "the history is cut short at {} places: {first}",
            walked.broken.len()
        );
        list.push(Notification::warning("broken-history", message));
    }
    if walked.head_time.is_none() {
        let message = "the newest commit has no believable date: the whole history counts";
        list.push(Notification::warning("odd-dates", message));
    }
    if walked.alone {
        let message = "the newest commit is dated later than all before it by more than the window: nothing else is in it (`--since all` reads more)";
        list.push(Notification::note("lone-commit", message));
    }
    if walked.cut {
        list.push(Notification::warning(
            "too-many-commits",
            "only the newest three million commits were read",
        ));
    }
    list
}
