//! Commits that only change the form of code: they say nothing of what belongs together.
//!
//! In: subjects; the list that `git blame` leaves out. Out: commits that count in no change coupling.
//! Invariant: churn and authors keep them.
//! Never: judges a commit by the number of its files.

use rustc_hash::FxHashSet;

use crate::model::ChangeLog;

/// The list of commits that git, GitHub and GitLab leave out of blame.
pub(super) const LIST: &str = ".git-blame-ignore-revs";

/// Words by which a subject says that a tool or a hand only laid out the code, or wrote the same line into all of it.
const WORDS: [&str; 26] = [
    "reformat",
    "formatting",
    "autoformat",
    "auto-format",
    "run format",
    "apply format",
    "code format",
    "format code",
    "prettier",
    "gofmt",
    "gofumpt",
    "goimports",
    "rustfmt",
    "cargo fmt",
    "clang-format",
    "google-java-format",
    "spotless",
    "ruff format",
    "whitespace",
    "line endings",
    "license header",
    "licence header",
    "copyright header",
    "copyright year",
    "version bump",
    "bump version",
];

/// Whether a commit says of itself that it only lays out code.
pub(super) fn reformats(subject: &str) -> bool {
    let subject = subject.to_lowercase();
    WORDS.iter().any(|word| subject.contains(word))
}

/// Leaves the commits of `list`, one id a line, out of change coupling.
///
/// Comments (`# …`) may follow an id. Marked commits keep their files: only the number of
/// files that they touch becomes too large for change coupling.
pub(super) fn leave_out(log: &mut ChangeLog, list: &[u8]) {
    let text = String::from_utf8_lossy(list);
    let lines = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or(""));
    let ids: FxHashSet<&str> = lines.map(str::trim).filter(|id| !id.is_empty()).collect();
    let mut found = 0;
    for commit in &mut log.commits {
        if ids.contains(&*commit.id) || commit.touched == u32::MAX {
            // More files than any commit may have that counts.
            commit.touched = u32::MAX;
            found += 1;
        }
    }
    if found > 0 {
        log.coverage.dropped.insert("reformat".to_owned(), found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AuthorId, Commit, Id, PathId};

    #[test]
    fn a_subject_says_that_code_is_only_laid_out() {
        for subject in [
            "style: reformat all",
            "chore: run Prettier",
            "Fix whitespace",
            "chore: bump version to 1.2",
            "Add licence headers",
        ] {
            assert!(reformats(subject), "{subject}");
        }
        for subject in [
            "feat: support the csv format",
            "style of the cart page",
            "inform users",
        ] {
            assert!(!reformats(subject), "{subject}");
        }
    }

    #[test]
    fn listed_commits_keep_their_files_and_lose_their_say() {
        let commit = |id: &str| Commit {
            id: id.into(),
            time: 1,
            author: AuthorId::new(0),
            files: vec![PathId::FIRST],
            touched: 2,
            repository: 0,
            tickets: Vec::new(),
        };
        let mut log = ChangeLog {
            commits: vec![commit("aa"), commit("bb")],
            ..ChangeLog::default()
        };
        leave_out(&mut log, b"# reformat\naa # all\n\n");
        let touched: Vec<u32> = log.commits.iter().map(|one| one.touched).collect();
        assert_eq!(touched, [u32::MAX, 2]);
        assert_eq!(log.coverage.dropped.get("reformat"), Some(&1));
    }
}
