//! Several repositories as one log; commits that belong together as one change set.
//!
//! In: [`ChangeLog`]s. Out: [`ChangeLog`].
//! Invariant: commits newest first; ties by repository, then by position.
//! Never: joins `#42` of one repository with `#42` of another.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::window::DAY;
use crate::model::{AuthorId, ChangeLog, Commit, IndexVec, PathId, Texts};

/// What makes one change set out of several commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinBy {
    /// Every commit stands alone.
    Commit,
    /// A common ticket id; commits without one: the same author within 24 hours.
    TicketOrAuthor,
}

/// One log out of several, each with the text before its paths (empty, or a folder and a slash).
///
/// A commit that two of the logs share (two folders of one repository) becomes one.
#[must_use]
pub fn merge(mut logs: Vec<(String, ChangeLog)>) -> ChangeLog {
    if let [(folder, log)] = logs.as_mut_slice()
        && folder.is_empty()
    {
        return std::mem::take(log);
    }
    let mut all = ChangeLog::default();
    let (mut paths, mut authors) = (Texts::default(), Texts::default());
    let mut bots = Vec::new();
    let mut known: FxHashMap<Box<str>, usize> = FxHashMap::default();
    for (repository, (folder, log)) in (0_u32..).zip(logs) {
        let path_ids: IndexVec<PathId, PathId> = log
            .paths
            .iter()
            .map(|path| paths.id(&placed(&folder, path)))
            .collect();
        let author_ids: IndexVec<AuthorId, AuthorId> =
            log.authors.iter().map(|name| authors.id(name)).collect();
        bots.extend(log.bots.iter().map(|&bot| author_ids[bot]));
        for mut commit in log.commits {
            commit
                .files
                .iter_mut()
                .for_each(|file| *file = path_ids[*file]);
            commit.author = author_ids[commit.author];
            commit.repository = repository;
            add(&mut all.commits, &mut known, commit);
        }
        all.notifications.extend(log.notifications);
        add_coverage(&mut all, &log.coverage);
    }
    bots.sort_unstable();
    bots.dedup();
    all.coverage.commits = all.commits.len() as u64;
    ChangeLog {
        bots,
        ..tidy(all, &paths.into_list(), authors.into_list())
    }
}

/// The part of a log that lies below `folder` (empty, or ending in a slash), with paths that start there.
#[must_use]
pub fn within(log: &ChangeLog, folder: &str) -> ChangeLog {
    let mut places: IndexVec<PathId, Option<PathId>> = IndexVec::of_size(&log.paths, None);
    let mut paths: IndexVec<PathId, Arc<str>> = IndexVec::default();
    for (id, path) in log.paths.pairs() {
        places[id] = path
            .strip_prefix(folder)
            .map(|inside| paths.push(inside.into()));
    }
    let own = |commit: &Commit| {
        let files = commit.files.iter().filter_map(|file| places[*file]);
        let files: Vec<PathId> = files.collect();
        (!files.is_empty()).then(|| Commit {
            files,
            ..commit.clone()
        })
    };
    ChangeLog {
        commits: log.commits.iter().filter_map(own).collect(),
        paths,
        ..log.clone()
    }
}

/// A hash of a text that says nothing of it, the same everywhere: 16 hexadecimal digits.
#[must_use]
pub fn hashed(text: &str) -> String {
    use sha2::{Digest as _, Sha256};
    let digest = Sha256::digest(text.as_bytes());
    let bytes = digest.iter().take(8);
    bytes.fold(String::new(), |digits, byte| format!("{digits}{byte:02x}"))
}

/// A path below its folder.
fn placed(folder: &str, path: &str) -> String {
    format!("{folder}{path}")
}

/// Adds a commit, or the files of one that another folder of the same repository has added
/// already.
fn add(commits: &mut Vec<Commit>, known: &mut FxHashMap<Box<str>, usize>, commit: Commit) {
    if let Some(twin) = known.get(&commit.id).and_then(|&at| commits.get_mut(at)) {
        twin.files.extend(commit.files);
        twin.touched = twin.touched.max(commit.touched);
    } else {
        known.insert(commit.id.clone(), commits.len());
        commits.push(commit);
    }
}

/// Adds what one log covers: the window spans all, dropped commits are summed up.
fn add_coverage(all: &mut ChangeLog, part: &crate::model::HistoryCoverage) {
    let whole = &mut all.coverage;
    whole.head = whole.head.take().or_else(|| part.head.clone());
    whole.shallow |= part.shallow;
    whole.window = match (whole.window, part.window) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (one, other) => one.or(other),
    };
    for (reason, count) in &part.dropped {
        *whole.dropped.entry(reason.clone()).or_default() += count;
    }
}

/// Sorts the path table and the commits.
fn tidy(
    mut log: ChangeLog,
    paths: &IndexVec<PathId, Arc<str>>,
    authors: IndexVec<AuthorId, Arc<str>>,
) -> ChangeLog {
    let mut order: Vec<PathId> = paths.ids().collect();
    order.sort_unstable_by(|&a, &b| paths[a].cmp(&paths[b]));
    let mut place = IndexVec::of_size(paths, PathId::new(0));
    for (new, &old) in order.iter().enumerate() {
        place[old] = PathId::new(new);
    }
    for commit in &mut log.commits {
        commit
            .files
            .iter_mut()
            .for_each(|file| *file = place[*file]);
        commit.files.sort_unstable();
        commit.files.dedup();
    }
    log.commits
        .sort_by_key(|commit| (std::cmp::Reverse(commit.time), commit.repository));
    log.notifications.sort();
    log.paths = order.into_iter().map(|old| paths[old].clone()).collect();
    log.authors = authors;
    log
}

/// The log by change set: commits of several repositories that belong together become one; those of a
/// single repository stay as they are.
#[must_use]
pub fn across_repositories(log: &ChangeLog) -> ChangeLog {
    let first = log.commits.first().map(|commit| commit.repository);
    let several = log
        .commits
        .iter()
        .any(|commit| Some(commit.repository) != first);
    let by = if several {
        JoinBy::TicketOrAuthor
    } else {
        JoinBy::Commit
    };
    change_sets(log, by)
}

/// The log with commits joined to change sets; each keeps the id and date of its newest commit.
///
/// A ticket joins commits at any distance; without one, an author's commits within a day of
/// the newest are one set. Sets are as few as the first common ticket makes them: a commit
/// with tickets of two sets goes to the first, and does not join them.
#[must_use]
pub fn change_sets(log: &ChangeLog, by: JoinBy) -> ChangeLog {
    if by == JoinBy::Commit {
        return log.clone();
    }
    let mut sets: Vec<Commit> = Vec::new();
    let mut by_ticket: FxHashMap<(Option<u32>, &str), usize> = FxHashMap::default();
    let mut by_author: FxHashMap<AuthorId, (usize, i64)> = FxHashMap::default();
    for commit in &log.commits {
        let keys = || {
            commit
                .tickets
                .iter()
                .map(|ticket| (scope(ticket, commit.repository), &**ticket))
        };
        let found = if commit.tickets.is_empty() {
            let set = by_author
                .get(&commit.author)
                .filter(|(_, newest)| newest - commit.time <= DAY);
            set.map(|(set, _)| *set)
        } else {
            keys().find_map(|key| by_ticket.get(&key).copied())
        };
        let set = found.unwrap_or(sets.len());
        match sets.get_mut(set) {
            Some(open) => absorb(open, commit),
            None => sets.push(commit.clone()),
        }
        for key in keys() {
            by_ticket.entry(key).or_insert(set);
        }
        if commit.tickets.is_empty() && found.is_none() {
            by_author.insert(commit.author, (set, commit.time));
        }
    }
    let mut joined = ChangeLog {
        commits: Vec::new(),
        ..log.clone()
    };
    sets.iter_mut().for_each(|set| {
        set.files.sort_unstable();
        set.files.dedup();
    });
    joined.commits = sets;
    joined
}

/// The repository in which a ticket counts: `#42` in its own, `PAY-7` everywhere.
fn scope(ticket: &str, repository: u32) -> Option<u32> {
    ticket.starts_with('#').then_some(repository)
}

/// Adds a commit to a set: files and tickets, and the number of files touched.
fn absorb(set: &mut Commit, commit: &Commit) {
    set.files.extend_from_slice(&commit.files);
    set.touched = set.touched.saturating_add(commit.touched);
    set.tickets.extend(commit.tickets.iter().cloned());
    set.tickets.sort_unstable();
    set.tickets.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(files: &[PathId]) -> Vec<usize> {
        files.iter().map(|file| file.index()).collect()
    }

    fn log(commits: &[(&str, i64, usize, &[usize], &[&str])]) -> ChangeLog {
        let commit =
            |&(id, time, author, files, tickets): &(&str, i64, usize, &[usize], &[&str])| Commit {
                id: id.into(),
                time,
                author: AuthorId::new(author),
                files: files.iter().map(|&file| PathId::new(file)).collect(),
                touched: u32::try_from(files.len()).expect("few"),
                repository: 0,
                tickets: tickets.iter().map(|&ticket| ticket.into()).collect(),
            };
        ChangeLog {
            paths: ["a", "b"].map(Into::into).into_iter().collect(),
            authors: ["Ada", "Bob"].map(Into::into).into_iter().collect(),
            commits: commits.iter().map(commit).collect(),
            ..ChangeLog::default()
        }
    }

    #[test]
    fn repositories_join_by_ticket_or_author() {
        let one = log(&[
            ("1", 10 * DAY, 0, &[0], &["PAY-1"]),
            ("2", 9 * DAY, 0, &[1], &[]),
            ("3", 8 * DAY, 1, &[1], &["#4"]),
        ]);
        let two = log(&[
            ("4", 10 * DAY - 9, 1, &[0], &["PAY-1"]),
            ("5", 9 * DAY - 60, 0, &[0], &[]),
            ("6", 5 * DAY, 1, &[1], &["#4"]),
        ]);
        let all = merge(vec![("x/".to_owned(), one), ("y/".to_owned(), two)]);
        assert_eq!(
            all.paths.iter().map(|path| &**path).collect::<Vec<_>>(),
            ["x/a", "x/b", "y/a", "y/b"]
        );
        let sets = change_sets(&all, JoinBy::TicketOrAuthor);
        let files: Vec<_> = sets.commits.iter().map(|set| numbers(&set.files)).collect();
        assert_eq!(files, [vec![0, 2], vec![1, 2], vec![1], vec![3]]);
    }

    #[test]
    fn commits_of_a_single_repository_stay_apart() {
        let one = log(&[
            ("1", 60, 0, &[0], &["PAY-1"]),
            ("2", 9, 0, &[1], &["PAY-1"]),
        ]);
        assert_eq!(across_repositories(&one).commits.len(), 2);
        let two = log(&[("3", 5, 0, &[1], &["PAY-1"])]);
        let all = merge(vec![("x/".to_owned(), one), ("y/".to_owned(), two)]);
        assert_eq!(across_repositories(&all).commits.len(), 1);
    }

    #[test]
    fn an_author_is_joined_within_a_day_of_the_newest_commit_only() {
        let log = log(&[
            ("1", 30 * DAY, 0, &[0], &[]),
            ("2", 29 * DAY, 0, &[1], &[]),
            ("3", 28 * DAY, 0, &[1], &[]),
        ]);
        let sets = change_sets(&log, JoinBy::TicketOrAuthor);
        assert_eq!(
            sets.commits
                .iter()
                .map(|set| set.files.len())
                .collect::<Vec<_>>(),
            [2, 1]
        );
    }

    #[test]
    fn two_folders_of_one_repository_share_their_commits() {
        let log = log(&[("1", 5, 0, &[0], &[])]);
        let all = merge(vec![("x/".to_owned(), log.clone()), ("y/".to_owned(), log)]);
        assert_eq!(all.commits.len(), 1);
        assert_eq!(numbers(&all.commits[0].files), [0, 2], "x/a and y/a");
    }
}
