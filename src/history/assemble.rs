//! Turns a raw log into the change log of the analysed folder.
//!
//! In: [`RawLog`], the folder inside the repository. Out: [`ChangeLog`].
//! Invariant: paths and authors are sorted tables; commits keep their order.
//! Never: leaves a commit without a file of the folder.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::author;
use super::commit::{RawCommit, RawLog, below};
use super::follow::Renamed;
use super::window::believable;
use crate::model::{AuthorId, ChangeLog, Commit, IndexVec, Notification, PathId};

/// The rest of each path below the folder; `None` outside of it.
type Inside<'a> = IndexVec<PathId, Option<&'a str>>;

/// Follows renames (if asked), drops what lies outside of `prefix`, names people, clamps dates.
///
/// Only what is left of a commit inside of the folder counts, by the names that its files
/// have today; a commit without any is dropped.
pub(super) fn assemble(raw: RawLog, prefix: &str, follow: bool) -> ChangeLog {
    let renamed = if follow {
        Renamed::new(&raw.commits)
    } else {
        Renamed::default()
    };
    let inside: Inside<'_> = raw.paths.iter().map(|path| below(path, prefix)).collect();
    let mut commits = Vec::with_capacity(raw.commits.len());
    let mut odd_dates = 0;
    for (position, commit) in raw.commits.iter().enumerate() {
        let files = files(commit, position, &renamed, &inside);
        if !files.is_empty() {
            let time = clamp(commit.time, raw.head_time);
            odd_dates += u64::from(time != commit.time);
            commits.push(record(commit, files, time));
        }
    }
    let mut log = ChangeLog {
        coverage: raw.coverage,
        notifications: raw.notifications,
        ..ChangeLog::default()
    };
    if odd_dates > 0 {
        let message = format!(
            "{odd_dates} commits have dates before 1970 or after the newest commit; they were clamped"
        );
        log.notifications
            .push(Notification::note("odd-dates", message));
    }
    log.coverage.commits = commits.len() as u64;
    log.moved = moved(&renamed, &inside);
    log.paths = sorted_paths(&inside, &mut commits);
    name_people(&mut log, &raw.authors, &raw.mailmap, &mut commits);
    log.commits = commits;
    log
}

/// Former names of files, with their names of today, as far as both lie inside.
fn moved(renamed: &Renamed, inside: &Inside<'_>) -> BTreeMap<Arc<str>, Arc<str>> {
    let names = |(old, new): (PathId, PathId)| Some((inside[old]?.into(), inside[new]?.into()));
    renamed.ended().filter_map(names).collect()
}

/// The files of the folder that a commit changes, by today's names, each once.
fn files(
    commit: &RawCommit,
    position: usize,
    renamed: &Renamed,
    inside: &Inside<'_>,
) -> Vec<PathId> {
    let today = commit
        .changes
        .iter()
        .map(|change| renamed.today(change.path, position));
    let mut files: Vec<PathId> = today.filter(|&path| inside[path].is_some()).collect();
    files.sort_unstable();
    files.dedup();
    files
}

/// A commit with its files; `touched` counts those outside of the folder, too.
fn record(commit: &RawCommit, files: Vec<PathId>, time: i64) -> Commit {
    Commit {
        id: commit.id.clone(),
        time,
        author: commit.author,
        files,
        // More files than any commit may have that counts in change coupling.
        touched: if commit.reformats {
            u32::MAX
        } else {
            u32::try_from(commit.changes.len()).unwrap_or(u32::MAX)
        },
        repository: 0,
        tickets: commit.tickets.clone(),
    }
}

/// A date from 1970 to that of the newest commit.
fn clamp(time: i64, head: Option<i64>) -> i64 {
    time.clamp(0, head.filter(|&head| believable(head)).unwrap_or(i64::MAX))
}

/// Keeps the used paths, relative to the folder and sorted; renumbers the commits.
fn sorted_paths(inside: &Inside<'_>, commits: &mut [Commit]) -> IndexVec<PathId, Arc<str>> {
    let mut used: Vec<PathId> = commits
        .iter()
        .flat_map(|commit| commit.files.iter().copied())
        .collect();
    used.sort_unstable();
    used.dedup();
    used.sort_by_key(|&path| inside[path]);
    let mut place = IndexVec::of_size(inside, PathId::new(0));
    for (new, &old) in used.iter().enumerate() {
        place[old] = PathId::new(new);
    }
    for commit in commits {
        commit
            .files
            .iter_mut()
            .for_each(|file| *file = place[*file]);
        commit.files.sort_unstable();
    }
    used.iter()
        .filter_map(|&path| inside[path])
        .map(Into::into)
        .collect()
}

/// Gives each author one name, and numbers those that are left in alphabetical order.
///
/// The mail map comes first; who still signs one address with several names is then called by
/// the most frequent of them. A name of which any signature is a program's is a program.
fn name_people(
    log: &mut ChangeLog,
    signatures: &IndexVec<AuthorId, Arc<str>>,
    mailmap: &[u8],
    commits: &mut [Commit],
) {
    let mailmap = gix::mailmap::Snapshot::from_bytes(mailmap);
    let people: IndexVec<AuthorId, (String, bool)> = signatures
        .iter()
        .map(|text| author::resolve(text, &mailmap))
        .collect();
    let people = one_name_each(signatures, &people, commits);
    let mut used: Vec<&(String, bool)> = commits
        .iter()
        .filter_map(|commit| people.get(commit.author))
        .collect();
    used.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    used.dedup_by(|next, kept| next.0 == kept.0);
    for commit in commits {
        let name = people.get(commit.author).map(|(name, _)| name);
        let place = used.partition_point(|(known, _)| Some(known) < name);
        commit.author = AuthorId::new(place);
    }
    log.authors = used.iter().map(|(name, _)| name.as_str().into()).collect();
    let bots = used.iter().enumerate().filter(|(_, (_, bot))| *bot);
    log.bots = bots.map(|(at, _)| AuthorId::new(at)).collect();
}

/// Who signs with one address under several names is called by the name of most commits.
fn one_name_each(
    signatures: &IndexVec<AuthorId, Arc<str>>,
    people: &IndexVec<AuthorId, (String, bool)>,
    commits: &[Commit],
) -> IndexVec<AuthorId, (String, bool)> {
    let addresses: Vec<Option<String>> = signatures
        .iter()
        .map(|text| author::own_address(text))
        .collect();
    let mut names: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
    for commit in commits {
        let address = addresses.get(commit.author.index());
        let address = address.and_then(Option::as_deref);
        let named = people.get(commit.author).filter(|(_, bot)| !bot);
        if let Some((address, (name, _))) = address.zip(named) {
            *names.entry(address).or_default().entry(name).or_default() += 1;
        }
    }
    // Of equals the first by the alphabet.
    let most = |names: &BTreeMap<&str, u64>| {
        let mut names: Vec<(&str, u64)> =
            names.iter().map(|(name, count)| (*name, *count)).collect();
        names.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        names.first().map(|(name, _)| (*name).to_owned())
    };
    let called = people.iter().zip(&addresses).map(|((name, bot), address)| {
        let own = address.as_deref().and_then(|address| names.get(address));
        let own = own.filter(|_| !bot).and_then(most);
        (own.unwrap_or_else(|| name.clone()), *bot)
    });
    called.collect()
}

#[cfg(test)]
mod tests {
    use super::super::commit::{Change, What};
    use super::super::window::DAY;
    use super::*;

    fn numbers(files: &[PathId]) -> Vec<usize> {
        files.iter().map(|file| file.index()).collect()
    }

    fn raw() -> RawLog {
        let path = |at| PathId::new(at);
        let commit = |time, author, changes: &[(usize, What)]| RawCommit {
            id: format!("{time}").into(),
            time,
            author: AuthorId::new(author),
            tickets: Vec::new(),
            reformats: false,
            changes: changes
                .iter()
                .map(|&(at, what)| Change {
                    path: path(at),
                    what,
                })
                .collect(),
        };
        RawLog {
            paths: ["z.rs", "sub/b.rs", "sub/a.rs", "old/b.rs"]
                .map(Into::into)
                .into_iter()
                .collect(),
            authors: [
                "Eve <e@e>",
                "dependabot[bot] <d@d>",
                "Ada <a@a>",
                "Ada <a@home>",
            ]
            .map(Into::into)
            .into_iter()
            .collect(),
            head_time: Some(500 + DAY),
            commits: vec![
                commit(
                    900 + DAY,
                    0,
                    &[
                        (0, What::Modified),
                        (1, What::Modified),
                        (2, What::Modified),
                    ],
                ),
                commit(400, 2, &[(1, What::RenamedFrom(path(3)))]),
                commit(-5, 3, &[(3, What::Modified), (0, What::Modified)]),
                commit(100, 1, &[(0, What::Modified)]),
            ],
            ..RawLog::default()
        }
    }

    #[test]
    fn one_address_is_one_person() {
        let mut raw = raw();
        let signed = [
            "Eve <e@e>",
            "bot[bot] <b@b>",
            "Ada <a@a>",
            "A. Lovelace <A@a>",
        ];
        raw.authors = signed.map(Into::into).into_iter().collect();
        let log = assemble(raw, "", true);
        let names: Vec<&str> = log.authors.iter().map(|name| &**name).collect();
        assert_eq!(names, ["A. Lovelace", "Eve", "bot[bot]"]);
    }

    #[test]
    fn a_subfolder_sees_its_own_files_with_their_history() {
        let log = assemble(raw(), "sub", true);
        assert_eq!(
            log.paths.iter().map(|path| &**path).collect::<Vec<_>>(),
            ["a.rs", "b.rs"]
        );
        let seen: Vec<_> = log
            .commits
            .iter()
            .map(|commit| (numbers(&commit.files), commit.touched))
            .collect();
        assert_eq!(seen, [(vec![0, 1], 3), (vec![1], 1), (vec![1], 2)]);
        assert_eq!(log.coverage.commits, 3);
    }

    #[test]
    fn people_have_one_name_and_programs_are_known() {
        let log = assemble(raw(), "", true);
        assert_eq!(
            log.authors.iter().map(|name| &**name).collect::<Vec<_>>(),
            ["Ada", "Eve", "dependabot[bot]"]
        );
        assert_eq!(log.bots, [AuthorId::new(2)]);
        assert_eq!(
            log.commits
                .iter()
                .map(|commit| commit.author.index())
                .collect::<Vec<_>>(),
            [1, 0, 0, 2]
        );
    }

    #[test]
    fn odd_dates_are_clamped_and_counted() {
        let log = assemble(raw(), "", false);
        assert_eq!(
            log.commits
                .iter()
                .map(|commit| commit.time)
                .collect::<Vec<_>>(),
            [500 + DAY, 400, 0, 100]
        );
        assert_eq!(log.notifications.len(), 1);
        assert_eq!(clamp(i64::MAX, Some(500 + DAY)), 500 + DAY);
        assert_eq!(log.paths.len(), 4, "without following, the old name stays");
    }
}
