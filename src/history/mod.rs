//! The change history: from a repository's objects, or from a recorded log.
//!
//! In: a [`Source`] or the text of a log. Out: [`ChangeLog`].
//! Invariant: read in process and read-only; the same log at any thread count.
//! Never: starts a process, opens the work tree, follows a link out of the repository.

mod assemble;
mod author;
mod base;
mod commit;
mod follow;
mod header;
mod join;
mod locate;
mod noise;
mod objects;
mod options;
mod quoted;
mod recorded;
mod recorded_entry;
mod remote;
mod rename;
mod repository;
mod similar;
mod tickets;
mod tree;
mod walk;
mod window;

pub use base::{Base, BaseError, bases};
pub use join::{JoinBy, across_repositories, change_sets, hashed, merge, within};
pub use options::{Options, Origin, Renames};
pub use rename::renamed;
pub use window::{BadWindow, Window};

use std::io::Read as _;
use std::path::Path;

use crate::model::{ChangeLog, Notification};
use crate::source::{Root, Source};

/// Largest recorded log, in bytes.
const LARGEST_LOG: u64 = 4 << 30;

/// Reads the history of the folders of `source`.
///
/// Whatever cannot be read leaves a notification in the log; the rest is kept.
///
/// Several folders of one repository get the number of the first of them, so that their
/// commits count as those of one.
#[must_use]
pub fn read(source: &Source, options: &Options) -> ChangeLog {
    match &options.origin {
        Origin::Nowhere => ChangeLog::default(),
        Origin::Recorded(path) => recorded_file(source, path, options),
        Origin::Repository => {
            let roots = source.repositories();
            let logs = roots.iter();
            let mut log = merge(
                logs.map(|root| (root.prefix.clone(), repository(root, options)))
                    .collect(),
            );
            let empty = outside_window(&log);
            log.notifications.extend(empty);
            for commit in &mut log.commits {
                let top = roots.get(commit.repository as usize).map(|root| &root.top);
                let first = (0..).zip(&roots).find(|(_, root)| Some(&root.top) == top);
                commit.repository = first.map_or(commit.repository, |(index, _)| index);
            }
            log
        }
    }
}

/// Where a repository was cloned from, hashed, and the analysed folder inside of it.
#[must_use]
pub fn origin(root: &Root) -> (Option<String>, String) {
    let place = locate::locate(root).ok().flatten();
    let origin = place.and_then(|place| locate::origin(&place));
    (origin, locate::prefix(root))
}

/// The history of one repository; without one, a note says so.
fn repository(root: &Root, options: &Options) -> ChangeLog {
    match locate::locate(root) {
        Ok(Some(place)) => ChangeLog {
            pages: locate::remote(&place).and_then(|url| remote::pages(&url, &place.prefix)),
            ..repository::read(&place, options)
        },
        Ok(None) => locate::without(
            "no-history",
            "no git repository found: change history is unknown (--history FILE)",
        ),
        Err(problem) => ChangeLog {
            notifications: vec![problem],
            ..ChangeLog::default()
        },
    }
}

/// The history in a file; commits that the list of the analysed folder leaves out do not
/// count for coupling.
fn recorded_file(source: &Source, path: &Path, options: &Options) -> ChangeLog {
    let mut text = Vec::new();
    let read =
        std::fs::File::open(path).and_then(|file| file.take(LARGEST_LOG).read_to_end(&mut text));
    if let Err(error) = read {
        let message = format!("recorded log `{}` not read: {error}", path.display());
        let notifications = vec![Notification::error("unreadable-history", message)];
        return ChangeLog {
            notifications,
            ..ChangeLog::default()
        };
    }
    let prefix = source
        .roots()
        .first()
        .map(locate::prefix)
        .unwrap_or_default();
    let mut log = parse(&text, &prefix, options);
    let listed = source.text(noise::LIST).unwrap_or_default();
    noise::leave_out(&mut log, listed.as_bytes());
    let empty = outside_window(&log);
    log.notifications.extend(empty);
    log
}

/// Reads a log that was recorded with
/// `git log --no-merges --raw --abbrev=40 --format='commit %H%nauthor %aN <%aE>%ndate %at%nsubject %s%n'`;
/// `-M`, `--name-only`, `--name-status` and `--numstat` are understood, too.
///
/// Paths are taken as relative to the analysed folder, unless some of them start with `prefix`
/// (the analysed folder inside its repository, such as `services/billing`): then all of them
/// are relative to the repository, and those outside the folder are left out.
#[must_use]
pub fn parse(text: &[u8], prefix: &str, options: &Options) -> ChangeLog {
    let raw = recorded::parse(text);
    let prefix = if raw.has_prefix(prefix) { prefix } else { "" };
    let raw = window::cut(raw, options.window);
    let mut log = assemble::assemble(raw, prefix, options.renames != Renames::Off);
    log.notifications.sort();
    log
}

/// What a user is told of a history that is older than the window.
fn outside_window(log: &ChangeLog) -> Option<Notification> {
    let (start, _) = log.coverage.window.filter(|_| log.commits.is_empty())?;
    let day = jiff::Timestamp::from_second(start).ok()?;
    let message = format!(
        "no commit changes a file of this folder after {}: change is unknown; take an earlier one with --since, \
         or all of them with `--since all`",
        day.strftime("%Y-%m-%d")
    );
    Some(Notification::note("empty-window", message))
}
