//! Files and folders beside each other that are named alike: `git_log.rs` and `git_diff.rs`.
//!
//! In: paths. Out: sets of files.
//! Invariant: names that a language prescribes say nothing.
//! Never: a folder as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::boundaries::base::paths::{parent, stands_for_folder, stem};
use crate::boundaries::base::sets::FileSet;
use crate::boundaries::base::words;
use crate::graph::Vertex;

/// First words that names may share.
const FIRST: usize = 3;
/// Fewest files of a set.
const FEWEST: usize = 3;

/// Files and folders in one folder whose names share their first words or the last one, each folder
/// with all files below it.
pub(crate) fn sets(paths: &[Arc<str>]) -> Vec<FileSet> {
    let entries = entries(paths);
    let mut files_of: BTreeMap<&str, usize> = BTreeMap::new();
    let mut groups: BTreeMap<(&str, Shared), (usize, Vec<Vertex>)> = BTreeMap::new();
    for (&(folder, name), files) in &entries {
        *files_of.entry(folder).or_default() += files.len();
        for shared in shared(name) {
            let (entries, members) = groups.entry((folder, shared)).or_default();
            *entries += 1;
            members.extend(files);
        }
    }
    let several = |((folder, _), (entries, members)): ((&str, Shared), (usize, Vec<Vertex>))| {
        let files = members.len();
        let tells = entries > 1 && files >= FEWEST && files < files_of[folder];
        tells.then(|| members.into_iter().collect::<FileSet>())
    };
    let groups: BTreeSet<FileSet> = groups.into_iter().filter_map(several).collect();
    groups.into_iter().collect()
}

/// What names share.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Shared {
    First(Vec<String>),
    Last(String),
}

/// What `git_log_view` may share with its neighbours: the first words `git`, `git log`, `git log
/// view`, and the last one, `view`.
fn shared(name: &str) -> Vec<Shared> {
    if stands_for_folder(name) {
        return Vec::new();
    }
    let words = words::in_order(name);
    let first = (1..=words.len().min(FIRST)).map(|count| Shared::First(words[..count].to_vec()));
    let last = words.last().cloned().map(Shared::Last);
    first.chain(last).collect()
}

/// The files of each entry of each folder; a file and the folder that it is the module of are one.
fn entries(paths: &[Arc<str>]) -> BTreeMap<(&str, &str), Vec<Vertex>> {
    let mut entries: BTreeMap<(&str, &str), Vec<Vertex>> = BTreeMap::new();
    for (at, path) in (0..).map(Vertex::new).zip(paths) {
        let mut entry = stem(path);
        while !entry.is_empty() {
            let folder = parent(entry);
            let name = entry.rsplit('/').next().unwrap_or(entry);
            entries.entry((folder, name)).or_default().push(at);
            entry = folder;
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(paths: &[&str]) -> Vec<FileSet> {
        sets(&paths.iter().copied().map(Arc::from).collect::<Vec<_>>())
    }

    #[test]
    fn names_in_one_folder_share_first_words_or_the_last_one() {
        let paths = [
            "a/git-log/view.ts",
            "a/git-log/model.ts",
            "a/gitDiff.ts",
            "a/index.ts",
            "a/old_diff.ts",
            "b/git.ts",
        ];
        assert_eq!(found(&paths), [FileSet::from_iter([0, 1, 2u32])]);
        let last = [
            "a/BarParser.java",
            "a/Foo.java",
            "a/FooParser.java",
            "a/XParser.java",
        ];
        assert_eq!(found(&last), [FileSet::from_iter([0, 2, 3u32])]);
    }

    #[test]
    fn what_all_of_a_folder_share_says_nothing() {
        assert_eq!(found(&["a/x_one.py", "a/x_two.py", "a/x_three.py"]), []);
    }

    #[test]
    fn a_module_file_and_its_folder_are_one_entry() {
        assert_eq!(
            found(&["a/net.rs", "a/net/tcp.rs", "a/net/udp.rs", "a/x.rs"]),
            []
        );
    }
}
