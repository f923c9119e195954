//! Which files of a commit a walk through its checkout would come to.
//!
//! In: [`Revision`]. Out: [`Walked`].
//! Invariant: the innermost rule that says something wins; nothing below a folder that is left out counts.
//! Never: rules from outside of the repository, but for those that its clone keeps for itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::overrides::Override;

use super::named;
use super::place::{Limits, Place};
use super::revision::{Blob, Revision, as_path, shown, slashed};
use super::walk::{self, Entry, Walked};
use crate::model::Notification;

/// Lists the files below the folder of `from` as a commit holds them, as [`walk::walk`] lists a checkout.
pub(super) fn list(
    revision: &Revision,
    from: Place<'_>,
    exclude: &[String],
    limits: Limits,
) -> Walked {
    let mut found = Walked::default();
    let inside = from.dir.strip_prefix(from.top).unwrap_or(Path::new(""));
    let mut way = Way::to(revision, from, inside, &mut found.notifications);
    way.overrides = walk::overrides(from.dir, exclude, &mut found.notifications);
    let start = slashed(inside);
    for (path, blob) in revision.below(&start) {
        if found.entries.len() >= limits.files {
            break;
        }
        if way.leads_to(path, &mut found.notifications) {
            visit(revision, &path[start.len()..], blob, &mut found);
        }
    }
    walk::finish(found, from, limits)
}

/// Enters a file or link of the commit, as a walk through a checkout would.
fn visit(revision: &Revision, path: &[u8], blob: Blob, found: &mut Walked) {
    let shown: Arc<str> = shown(path).into();
    let Some(text) = revision.link(blob) else {
        let bytes = revision.length(blob);
        return found.entries.push(Entry { path: shown, bytes });
    };
    if let Some(target) = walk::target(&as_path(path), &text) {
        found.links.push((Arc::clone(&shown), target));
    }
    let note = Notification::note("symlink", "symbolic links are not followed");
    found.notifications.push(note.in_file(shown));
}

/// The folders on the way from the top of the repository to a file, with their ignore rules.
struct Way<'r> {
    revision: &'r Revision,
    top: &'r Path,
    /// Length of the analysed folder in a path, with its slash.
    start: usize,
    /// Outermost first; those above the analysed folder stay.
    folders: Vec<Folder>,
    kept: usize,
    /// Rules that only this clone has.
    excluded: Gitignore,
    /// What the user leaves out.
    overrides: Override,
    /// Whether the rules of the analysed folder must not be read, so that none are.
    lawless: bool,
}

/// A folder on the way, with what its rules say.
struct Folder {
    /// From the top, with a slash at the end; empty for the top.
    path: Vec<u8>,
    /// Rules of `.ignore` win over those of `.gitignore`.
    rules: [Gitignore; 2],
    left_out: bool,
}

impl<'r> Way<'r> {
    /// The way to the analysed folder.
    fn to(
        revision: &'r Revision,
        from: Place<'r>,
        inside: &Path,
        notes: &mut Vec<Notification>,
    ) -> Self {
        let common = revision.git_dir();
        let mut way = Self {
            revision,
            top: from.top,
            start: 0,
            folders: Vec::new(),
            kept: 0,
            excluded: own_rules(from.top, &common),
            overrides: Override::empty(),
            lawless: false,
        };
        let mut path = PathBuf::new();
        let mut above = vec![path.clone()];
        for part in inside.components() {
            path.push(part);
            above.push(path.clone());
        }
        let (last, above) = above
            .split_last()
            .map_or((PathBuf::new(), Vec::new()), |(last, above)| {
                (last.clone(), above.to_vec())
            });
        if above.iter().any(|path| way.bad(path).is_some()) {
            let message = "ignore rules above the analysed folder are no regular file, or too large: left out";
            notes.push(Notification::warning("bad-rules", message));
        } else {
            let above = above.iter().map(|path| way.folder(slashed(path)));
            let above: Vec<Folder> = above.collect();
            way.folders = above;
        }
        if let Some(name) = way.bad(&last) {
            notes.push(too_many_rules().in_file(name));
            way.lawless = true;
        }
        let start = slashed(&last);
        way.start = start.len();
        let folder = way.folder(start);
        way.folders.push(folder);
        way.kept = way.folders.len();
        way
    }

    /// The file of rules in a folder that must not be read.
    fn bad(&self, folder: &Path) -> Option<&'static str> {
        let is_bad =
            |name: &&&str| matches!(self.revision.rules(&folder.join(name)), Some(Err(())));
        walk::RULES.iter().find(is_bad).copied()
    }

    /// Reads the rules of a folder from the commit.
    fn folder(&self, path: Vec<u8>) -> Folder {
        let dir = self.top.join(as_path(&path));
        let rules = |name: &str| {
            let relative = as_path(&path).join(name);
            let text = self.revision.rules(&relative).and_then(Result::ok);
            text.filter(|_| !self.lawless)
                .map_or_else(Gitignore::empty, |text| compiled(&dir, &text))
        };
        let rules = [rules(".ignore"), rules(".gitignore")];
        Folder {
            path,
            rules,
            left_out: false,
        }
    }

    /// Whether a walk from the analysed folder comes to the file at `path`.
    fn leads_to(&mut self, path: &[u8], notes: &mut Vec<Notification>) -> bool {
        while self.folders.len() > self.kept
            && self
                .folders
                .last()
                .is_some_and(|folder| !path.starts_with(&folder.path))
        {
            self.folders.pop();
        }
        loop {
            let last = self.folders.last();
            let (known, left_out) =
                last.map_or((0, false), |folder| (folder.path.len(), folder.left_out));
            if left_out {
                return false;
            }
            let known = known.max(self.start);
            let Some(slash) = path[known..].iter().position(|&byte| byte == b'/') else {
                return self.is_wanted(path, known, false);
            };
            self.enter(&path[..=known + slash], known, notes);
        }
    }

    /// Opens the next folder; its name begins at `known`.
    fn enter(&mut self, path: &[u8], known: usize, notes: &mut Vec<Notification>) {
        let bare = &path[..path.len() - 1];
        let name = String::from_utf8_lossy(&bare[known..]).into_owned();
        let mut left_out = self.is_ignored(bare, true);
        if !left_out && !walk::is_wanted(&name, true) {
            left_out = true;
            notes.extend(walk::hidden(&name));
        }
        let bad = if left_out {
            None
        } else {
            self.bad(&as_path(bare))
        };
        if let Some(rules) = bad {
            left_out = true;
            let path = format!("{}/{rules}", shown(&bare[self.start..]));
            notes.push(too_many_rules().in_file(path));
        }
        let folder = if left_out {
            Folder {
                path: path.to_vec(),
                rules: [Gitignore::empty(), Gitignore::empty()],
                left_out,
            }
        } else {
            self.folder(path.to_vec())
        };
        self.folders.push(folder);
    }

    /// Whether a walk would enter a folder or list a file; its name begins at `known`.
    fn is_wanted(&self, path: &[u8], known: usize, is_dir: bool) -> bool {
        let name = String::from_utf8_lossy(&path[known..]);
        !self.is_ignored(path, is_dir) && walk::is_wanted(&name, is_dir)
    }

    /// Whether a rule leaves a path out. Globs of the user go first, then `.ignore`, then
    /// `.gitignore`, each from the innermost folder outwards; the first rule that matches decides,
    /// also if it lets the path in. The rules that only this clone has come last.
    fn is_ignored(&self, path: &[u8], is_dir: bool) -> bool {
        let full = self.top.join(as_path(path));
        let overridden = self.overrides.matched(&full, is_dir);
        if !overridden.is_none() {
            return overridden.is_ignore();
        }
        for kind in 0..2 {
            let rules = self.folders.iter().rev().map(|folder| &folder.rules[kind]);
            let mut matches = rules.map(|rules| rules.matched(&full, is_dir));
            if let Some(found) = matches.find(|found| !found.is_none()) {
                return found.is_ignore();
            }
        }
        self.excluded.matched(&full, is_dir).is_ignore()
    }
}

/// The rules of `.git/info/exclude`, which no commit holds.
fn own_rules(top: &Path, git_dir: &Path) -> Gitignore {
    let text = named::brought_along(&git_dir.join("info/exclude"), walk::MOST_RULES);
    text.map_or_else(|_| Gitignore::empty(), |text| compiled(top, &text))
}

/// The rules of a text that hold below `dir`.
fn compiled(dir: &Path, text: &str) -> Gitignore {
    let mut builder = GitignoreBuilder::new(dir);
    for line in text.trim_start_matches('\u{feff}').lines() {
        // A line that is no glob is left out, as git does.
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

/// That a file of rules is larger than what is read.
fn too_many_rules() -> Notification {
    let most = walk::MOST_RULES;
    let message = format!("ignore rules not read: larger than {most} bytes");
    Notification::warning("too-large", message)
}
