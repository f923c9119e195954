//! Lists a working tree the way a developer sees it.
//!
//! In: a folder, ignore globs. Out: [`Walked`], sorted by path.
//! Invariant: `.gitignore` rules hold; hidden files, caches, links and special files are left out.
//! Never: follows links, reads contents.

use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::overrides::{Override, OverrideBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};

use super::place::{Limits, Place};
use crate::model::Notification;

/// A regular file of the tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Path relative to the root, with `/`; bytes that are no UTF-8 are shown as `\xNN`.
    pub path: Arc<str>,
    /// Size in bytes.
    pub bytes: u64,
}

/// The result of a walk.
#[derive(Clone, Debug, Default)]
pub struct Walked {
    /// Files, sorted by path.
    pub entries: Vec<Entry>,
    /// Symbolic links that stay inside the tree: path, and the path that it stands for.
    pub links: Vec<(Arc<str>, Arc<str>)>,
    /// Links, unreadable folders and cut lists.
    pub notifications: Vec<Notification>,
}

/// Names that no analysis wants to enter, whatever the ignore files say.
const NEVER_ENTERED: [&str; 3] = ["node_modules", ".git", "__pycache__"];

/// Hidden folders of version control, environments and editors; caches end in `cache`.
const HIDDEN_LEFT_OUT: [&str; 42] = [
    ".angular",
    ".astro",
    ".aws-sam",
    ".bundle",
    ".bzr",
    ".cargo",
    ".dart_tool",
    ".devenv",
    ".direnv",
    ".docusaurus",
    ".eggs",
    ".expo",
    ".fleet",
    ".gradle",
    ".hg",
    ".history",
    ".hypothesis",
    ".idea",
    ".ipynb_checkpoints",
    ".jj",
    ".m2",
    ".metals",
    ".next",
    ".nox",
    ".nuxt",
    ".nx",
    ".nyc_output",
    ".output",
    ".parcel",
    ".pixi",
    ".pnpm-store",
    ".pytype",
    ".serverless",
    ".svelte-kit",
    ".svn",
    ".terraform",
    ".tox",
    ".turbo",
    ".venv",
    ".vercel",
    ".vs",
    ".yarn",
];

/// Ignore rules that the walk reads by itself, with a folder of their own.
pub(super) const RULES: [&str; 2] = [".gitignore", ".ignore"];
/// Largest file of ignore rules, in bytes: their compiled form takes up to 500 times as much memory.
pub(super) const MOST_RULES: u64 = 256 << 10;

/// Hidden folders and files that hold manifests or service descriptions.
const HIDDEN_WANTED: [&str; 1] = [".env"];

/// Lists the files below a folder. Threads collect on their own and join at the end; sorting makes
/// the result independent of them. Global ignore rules of the user do not count, as they differ
/// between machines.
pub(super) fn walk(from: Place<'_>, exclude: &[String], limits: Limits) -> Walked {
    let root = from.dir;
    let found = Arc::new(Mutex::new(Walked::default()));
    let mut builder = WalkBuilder::new(root);
    builder
        .hidden(false)
        .follow_links(false)
        .require_git(false)
        .threads(2)
        .git_global(false);
    leave_out_bad_rules(&mut builder, from, &found);
    filter(&mut builder, from, &found);
    add_excludes(&mut builder, root, exclude, &found);
    builder.build_parallel().run(|| {
        let mut part = Part {
            walked: Walked::default(),
            whole: &found,
        };
        Box::new(move |entry| {
            visit(root, entry, &mut part.walked);
            keep_first(&mut part.walked.entries, limits.files);
            WalkState::Continue
        })
    });
    let walked = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
    finish(walked, from, limits)
}

/// Drops what cannot be among the first `most` files: which ones a thread comes upon first is chance.
fn keep_first(entries: &mut Vec<Entry>, most: usize) {
    if entries.len() > most.saturating_mul(2) && most < entries.len() {
        if most > 0 {
            entries.select_nth_unstable(most - 1);
        }
        entries.truncate(most);
    }
}

/// What one thread found; it becomes a part of the whole when the thread ends.
struct Part<'f> {
    walked: Walked,
    whole: &'f Mutex<Walked>,
}

impl Drop for Part<'_> {
    fn drop(&mut self) {
        let mut whole = self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        whole.entries.append(&mut self.walked.entries);
        whole.links.append(&mut self.walked.links);
        whole.notifications.append(&mut self.walked.notifications);
    }
}

/// Does without the ignore rules of the root, or of the folders above it, that must not be read.
fn leave_out_bad_rules(builder: &mut WalkBuilder, from: Place<'_>, found: &Mutex<Walked>) {
    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(problem) = bad_rules(from.dir) {
        found.notifications.push(problem);
        builder.git_ignore(false).ignore(false);
    }
    builder.parents(!strange_rules(from));
    if above(from).any(|dir| bad_rules(dir).is_some()) {
        let message =
            "ignore rules above the analysed folder are no regular file, or too large: left out";
        found
            .notifications
            .push(Notification::warning("bad-rules", message));
        builder.parents(false);
    }
    let exclude = ".git/info/exclude";
    if let Some(problem) = bad_file(&from.top.join(exclude), exclude) {
        found.notifications.push(problem);
        builder.git_exclude(false);
    }
}

/// Enters only folders that are wanted and whose ignore rules can be read.
fn filter(builder: &mut WalkBuilder, from: Place<'_>, found: &Arc<Mutex<Walked>>) {
    let (root, found) = (from.dir.to_path_buf(), Arc::clone(found));
    let rules = rules_above(from);
    builder.filter_entry(move |entry| {
        let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
        let left_out = |rules: &Gitignore| rules.matched(entry.path(), is_dir).is_ignore();
        if entry.depth() > 0 && rules.iter().any(left_out) {
            return false;
        }
        let name = entry.file_name().to_string_lossy();
        if entry.depth() > 0 && !is_wanted(&name, is_dir) {
            if let Some(note) = hidden(&name).filter(|_| is_dir) {
                let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                found.notifications.push(note);
            }
            return false;
        }
        let inner = entry.depth() > 0 && entry.file_type().is_some_and(|kind| kind.is_dir());
        let Some(problem) = inner.then(|| bad_rules(entry.path())).flatten() else {
            return true;
        };
        let name = problem.path.clone().unwrap_or_default();
        let path = format!("{}/{name}", relative(&root, entry.path()));
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        found.notifications.push(problem.in_file(path));
        false
    });
}

/// The folders above the analysed one, up to the top of its repository.
fn above(from: Place<'_>) -> impl Iterator<Item = &'_ Path> {
    let above = from.dir.ancestors().skip(1);
    above.take_while(move |dir| dir.starts_with(from.top))
}

/// Whether there are ignore rules above the repository; they say nothing about it, but the walk would read them.
fn strange_rules(from: Place<'_>) -> bool {
    let mut strange = from.top.ancestors().skip(1);
    strange.any(|dir| {
        RULES
            .iter()
            .any(|name| dir.join(name).symlink_metadata().is_ok())
    })
}

/// The ignore rules of the folders above, where the walk must not look for them itself.
fn rules_above(from: Place<'_>) -> Vec<Gitignore> {
    let readable = above(from).filter(|dir| bad_rules(dir).is_none());
    let rules = |dir: &Path| {
        let mut builder = GitignoreBuilder::new(dir);
        for file in RULES.map(|name| dir.join(name)) {
            if file.exists() {
                // A line that is no glob is left out, as git does.
                let _ = builder.add(file);
            }
        }
        builder.build().ok()
    };
    readable
        .filter(|_| strange_rules(from))
        .filter_map(rules)
        .collect()
}

/// Why the ignore rules of a folder must not be read; the walk would hang on a pipe.
fn bad_rules(dir: &Path) -> Option<Notification> {
    RULES
        .iter()
        .find_map(|name| bad_file(&dir.join(name), name))
}

/// Why a file of rules must not be read; `None` where it may, or where there is none. A folder of
/// that name is no problem, since it holds no rules.
fn bad_file(path: &Path, name: &str) -> Option<Notification> {
    let meta = path.metadata().ok()?;
    if !meta.is_file() && !meta.is_dir() {
        let message = "ignore rules not read, what they rule is left out: no regular file";
        return Some(Notification::warning("not-a-file", message).in_file(name));
    }
    (meta.len() > MOST_RULES && meta.is_file()).then(|| {
        let message = format!("ignore rules not read: larger than {MOST_RULES} bytes");
        Notification::warning("too-large", message).in_file(name)
    })
}

/// Puts the paths below the prefix of the root, sorts and limits the list, and says so where it was
/// cut.
pub(super) fn finish(mut found: Walked, from: Place<'_>, limits: Limits) -> Walked {
    if !from.prefix.is_empty() {
        let placed = |path: &str| Arc::<str>::from(format!("{}{path}", from.prefix));
        found
            .entries
            .iter_mut()
            .for_each(|entry| entry.path = placed(&entry.path));
        for (link, target) in &mut found.links {
            (*link, *target) = (placed(link), placed(target));
        }
        found
            .notifications
            .iter_mut()
            .for_each(|note| note.path = note.path.as_deref().map(placed));
    }
    found.entries.sort_unstable();
    leave_out_twins(&mut found);
    found.entries.truncate(limits.files);
    found.notifications.sort();
    found.notifications.dedup();
    if found.entries.len() >= limits.files {
        let message = format!(
            "only the first {} files were listed (--max-files)",
            limits.files
        );
        found
            .notifications
            .push(Notification::error("too-many-files", message));
    }
    found
}

/// Of names that read the same, one written with the bytes that another shows as `\xNN`, only that other can be opened.
fn leave_out_twins(found: &mut Walked) {
    let notes = &mut found.notifications;
    found.entries.dedup_by(|second, first| {
        let same = second.path == first.path;
        if same {
            let message = "two names read the same where bytes that are no UTF-8 are shown as `\\xNN`: the one with such bytes is read";
            let note = Notification::warning("same-name", message);
            notes.push(note.in_file(&*first.path));
        }
        same
    });
}

/// Leaves out what the user excludes.
fn add_excludes(builder: &mut WalkBuilder, root: &Path, exclude: &[String], found: &Mutex<Walked>) {
    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
    builder.overrides(overrides(root, exclude, &mut found.notifications));
}

/// What a user leaves out, by globs from the analysed folder.
pub(super) fn overrides(
    root: &Path,
    exclude: &[String],
    problems: &mut Vec<Notification>,
) -> Override {
    let mut overrides = OverrideBuilder::new(root);
    for glob in exclude {
        if let Err(error) = overrides.add(&format!("!{glob}")) {
            let message = format!("exclude glob `{glob}`: {error}");
            problems.push(Notification::error("bad-glob", message));
        }
    }
    overrides.build().unwrap_or_else(|error| {
        problems.push(Notification::error("bad-glob", error.to_string()));
        Override::empty()
    })
}

/// Whether a file or folder of that name is looked at.
pub(super) fn is_wanted(name: &str, is_dir: bool) -> bool {
    let hidden = if is_dir {
        HIDDEN_LEFT_OUT.contains(&name) || name.starts_with('.') && name.ends_with("cache")
    } else {
        name.starts_with('.') && !HIDDEN_WANTED.iter().any(|wanted| name.starts_with(wanted))
    };
    !hidden && !NEVER_ENTERED.contains(&name)
}

/// Says that a hidden folder is left out.
pub(super) fn hidden(name: &str) -> Option<Notification> {
    let message = format!("folders called `{name}` are not read");
    (name.starts_with('.') && name != ".git").then(|| Notification::note("hidden-folder", message))
}

/// Enters what the walk came upon: a file with its size, a link with its target, or a note on
/// anything else.
fn visit(root: &Path, entry: Result<DirEntry, ignore::Error>, found: &mut Walked) {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => return found.notifications.push(unreadable(root, &error)),
    };
    let Some(kind) = entry.file_type() else {
        return;
    };
    if kind.is_dir() {
        return;
    }
    let path = relative(root, entry.path());
    if kind.is_symlink() {
        if let Some(target) = read_target(root, entry.path()) {
            found.links.push((Arc::clone(&path), target));
        }
        let note = Notification::note("symlink", "symbolic links are not followed");
        found.notifications.push(note.in_file(path));
    } else if !kind.is_file() {
        let note = Notification::note("not-a-file", "not read: no regular file");
        found.notifications.push(note.in_file(path));
    } else {
        match entry.metadata() {
            Ok(meta) => found.entries.push(Entry {
                path,
                bytes: meta.len(),
            }),
            Err(error) => found
                .notifications
                .push(unreadable(root, &error).in_file(path)),
        }
    }
}

/// The path inside the tree that a link stands for; `None` where it leads out.
fn read_target(root: &Path, link: &Path) -> Option<Arc<str>> {
    target(
        link.strip_prefix(root).ok()?,
        &std::fs::read_link(link).ok()?,
    )
}

/// What the symbolic link at `link` stands for, by its text alone; `None` when that is not inside the tree.
pub(super) fn target(link: &Path, text: &Path) -> Option<Arc<str>> {
    let mut parts: Vec<Component<'_>> = link.parent()?.components().collect();
    for part in text.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(parts.pop()?),
            Component::Normal(_) => parts.push(part),
            Component::Prefix(_) | Component::RootDir => return None,
        }
    }
    let target: PathBuf = parts.into_iter().collect();
    Some(relative(Path::new(""), &target))
}

/// That something could not be read, with paths relative to the root.
fn unreadable(root: &Path, error: &ignore::Error) -> Notification {
    let message = error.to_string().replace(&*root.to_string_lossy(), ".");
    Notification::warning("unreadable", message)
}

/// The path below the root with `/`, whatever the system uses; bytes that are no UTF-8 are escaped.
fn relative(root: &Path, path: &Path) -> Arc<str> {
    let inside = path.strip_prefix(root).unwrap_or(path);
    if let Some(text) = inside.to_str().filter(|_| cfg!(unix)) {
        return text.into();
    }
    let mut text = String::new();
    for (index, part) in inside.components().enumerate() {
        if index > 0 {
            text.push('/');
        }
        push_lossless(&mut text, part.as_os_str().as_encoded_bytes());
    }
    text.into()
}

/// Appends a path of any bytes so that no two paths look alike: invalid UTF-8 becomes `\xNN`.
pub fn push_lossless(text: &mut String, bytes: &[u8]) {
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02X}"));
        }
    }
}

/// The path on disk behind a path of the tree: undoes the escapes of bytes that are no UTF-8.
pub(super) fn os_path(path: &str) -> PathBuf {
    #[cfg(unix)]
    if path.contains("\\x") {
        use std::os::unix::ffi::OsStringExt;
        return std::ffi::OsString::from_vec(unescape(path)).into();
    }
    PathBuf::from(path)
}

/// Undoes `push_lossless`: `\xE9` becomes the byte. Only bytes from 0x80 on are written so; a file
/// name may hold the text `\x41` itself.
#[cfg(unix)]
fn unescape(path: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find("\\x") {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let hex = rest
            .get(at + 2..at + 4)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex {
            Some(byte) if byte >= 0x80 => {
                bytes.push(byte);
                rest = &rest[at + 4..];
            }
            _ => {
                bytes.extend_from_slice(b"\\x");
                rest = &rest[at + 2..];
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}
