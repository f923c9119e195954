//! The history of a repository by what each change touched: a service, a library, or neither.
//!
//! In: a [`ChangeLog`] with today's files. Out: [`Changes`], and a log again.
//! Invariant: what later stages ask of a path – its service, its library, whether it is code, a manifest or
//! a lock file, of which kind – is the same of the path that stands for it.
//! Never: the name of a file of source, an author or a message.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::history::hashed;
use crate::metrics::{lockstep, noise};
use crate::model::names::tail;
use crate::model::{AuthorId, ChangeLog, Commit, HistoryCoverage, PathId, Project, is_within};

/// Folder of the paths that stand for code that is still there; no folder is called so.
pub(super) const CODE: &str = ":code";
/// Folder of the paths that stand for anything else.
const OTHER: &str = ":other";
/// The file that stands for all that are neither manifest nor lock file, and of no kind of their own.
pub(super) const ANY: &str = "~.~";

/// What changed together, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// What was read of the history.
    pub coverage: HistoryCoverage,
    /// Paths that stand for all that are alike: `cart/:code/~.~` for the code of the service in `cart`.
    pub paths: Vec<String>,
    /// Hashes of the authors' names.
    pub authors: Vec<String>,
    /// The authors that are programs, by their place in `authors`.
    pub programs: Vec<usize>,
    /// Change sets, newest first.
    pub sets: Vec<ChangeSet>,
}

/// What one commit touched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeSet {
    /// Id of the commit.
    pub id: String,
    /// Seconds since 1970.
    pub time: i64,
    /// Place in [`Changes::authors`].
    pub author: usize,
    /// Tickets that it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tickets: Vec<String>,
    /// Files that it changed.
    pub files: u32,
    /// Places in [`Changes::paths`].
    pub paths: Vec<usize>,
}

impl Changes {
    /// The history of a repository alone.
    pub(super) fn of(log: &ChangeLog, alone: &Project, libraries: &[String]) -> Self {
        let dirs = owned(alone, libraries);
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        let texts: Vec<String> = log
            .paths
            .iter()
            .map(|path| standing_for(path, alone, &dirs))
            .collect();
        for text in &texts {
            known.entry(text.clone()).or_default();
        }
        for (place, at) in known.values_mut().enumerate() {
            *at = place;
        }
        let place = |path: &PathId| known[&texts[path.index()]];
        let set = |commit: &Commit| {
            let mut paths: Vec<usize> = commit.files.iter().map(place).collect();
            paths.sort_unstable();
            paths.dedup();
            ChangeSet {
                id: commit.id.to_string(),
                time: commit.time,
                author: commit.author.index(),
                tickets: commit.tickets.iter().map(ToString::to_string).collect(),
                files: commit.touched,
                paths,
            }
        };
        Self {
            coverage: log.coverage.clone(),
            authors: log.authors.iter().map(|name| hashed(name)).collect(),
            programs: log.bots.iter().map(|author| author.index()).collect(),
            sets: log.commits.iter().map(set).collect(),
            paths: known.into_keys().collect(),
        }
    }

    /// The log that they stand for; places that lead nowhere are left out.
    pub(super) fn log(&self) -> ChangeLog {
        let path = |at: &usize| (*at < self.paths.len()).then(|| PathId::new(*at));
        let commit = |set: &ChangeSet| {
            (set.author < self.authors.len()).then(|| Commit {
                id: set.id.as_str().into(),
                time: set.time,
                author: AuthorId::new(set.author),
                files: set.paths.iter().filter_map(path).collect(),
                touched: set.files,
                repository: 0,
                tickets: set.tickets.iter().map(|it| it.as_str().into()).collect(),
            })
        };
        let programs = self.programs.iter().copied();
        let programs = programs.filter(|at| *at < self.authors.len());
        ChangeLog {
            paths: self.paths.iter().map(|path| path.as_str().into()).collect(),
            authors: self.authors.iter().map(|it| it.as_str().into()).collect(),
            bots: programs.map(AuthorId::new).collect(),
            commits: self.sets.iter().filter_map(commit).collect(),
            coverage: self.coverage.clone(),
            ..ChangeLog::default()
        }
    }
}

/// The folders of services and libraries, deepest first.
fn owned<'a>(alone: &'a Project, libraries: &'a [String]) -> Vec<&'a str> {
    let services = alone.services.iter().flat_map(|service| &service.dirs);
    let mut dirs: Vec<&str> = services.chain(libraries).map(String::as_str).collect();
    dirs.sort_unstable_by(|a, b| (b.len(), a).cmp(&(a.len(), b)));
    dirs.dedup();
    dirs
}

/// The path that stands for `path` and all that are like it.
fn standing_for(path: &str, alone: &Project, dirs: &[&str]) -> String {
    let dir = dirs.iter().find(|dir| is_within(path, dir)).copied();
    let dir = dir.unwrap_or_default();
    let code = alone.file(path).is_some_and(|file| {
        let file = alone.source(file);
        file.language.is_some()
    });
    let files = &alone.knowledge.files;
    let telling = noise::is_lock(files, path) || noise::is_manifest(files, path);
    let name = match lockstep::kind(files, path) {
        _ if telling => tail(path).to_owned(),
        None => ANY.to_owned(),
        Some(kind) if kind.starts_with('.') => format!("~{kind}"),
        Some(kind) if tail(path) == kind => kind.to_owned(),
        // A hidden file is one of settings, whatever it holds.
        Some(kind) => format!(".~.{kind}"),
    };
    placed(dir, if code { CODE } else { OTHER }, &name)
}

/// `dir/folder/name`; `dir` may be empty.
pub(super) fn placed(dir: &str, folder: &str, name: &str) -> String {
    let slash = if dir.is_empty() { "" } else { "/" };
    format!("{dir}{slash}{folder}/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;
    use crate::model::{LanguageId, Service, SourceFile};

    #[test]
    fn paths_stand_for_what_is_alike_and_authors_for_nobody() {
        let file = |path: &str| SourceFile {
            path: path.into(),
            language: Some(LanguageId("python")),
            role: crate::model::FileRole::Source,
            bytes: 1,
            package: None,
            service: None,
        };
        let alone = Project {
            files: ["cart/app.py", "cart/more.py", "money/lib.py"]
                .map(file)
                .to_vec(),
            services: vec![Service {
                dirs: vec!["cart".to_owned()],
                ..Service::default()
            }],
            ..Project::default()
        };
        let paths = [
            "cart/app.py",
            "cart/more.py",
            "cart/gone.py",
            "cart/requirements.txt",
            "money/lib.py",
            "README.md",
        ];
        let log = ChangeLog {
            paths: paths.map(Into::into).into_iter().collect(),
            authors: ["Ada", "Bot"].map(Into::into).into_iter().collect(),
            bots: vec![AuthorId::new(1)],
            commits: vec![Commit {
                id: "1".into(),
                time: 7,
                author: AuthorId::new(0),
                files: (0..paths.len()).map(PathId::new).collect(),
                touched: 9,
                repository: 0,
                tickets: vec!["PAY-1".into()],
            }],
            ..ChangeLog::default()
        };
        let changes = Changes::of(&log, &alone, &["money".to_owned()]);
        let expected = [
            ":other/.~.md",
            "cart/:code/~.~",
            "cart/:other/requirements.txt",
            "cart/:other/~.~",
            "money/:code/~.~",
        ];
        assert_eq!(changes.paths, expected);
        assert!(changes.authors.iter().all(|author| author.len() == 16));
        let again = changes.log();
        assert_eq!(again.bots, log.bots);
        let (set, commit) = (&again.commits[0], &log.commits[0]);
        assert_eq!((set.files.len(), set.touched, set.time), (5, 9, 7));
        assert_eq!(set.tickets, commit.tickets);
    }

    #[test]
    fn what_stands_for_a_file_is_of_its_kind() {
        let (alone, known) = (Project::default(), Knowledge::default());
        for path in [
            "a/app.yml",
            "b/.env.local",
            "LICENSE",
            "x/y.pb.go",
            "x/y.go",
            "b/page.html",
            "notes.md",
        ] {
            let stands = standing_for(path, &alone, &[]);
            let kind = |path| lockstep::kind(&known.files, path).map(str::to_owned);
            assert_eq!(kind(&stands), kind(path), "{path} {stands}");
        }
    }

    #[test]
    fn places_that_lead_nowhere_are_left_out() {
        let set = ChangeSet {
            paths: vec![0, 4],
            ..ChangeSet::default()
        };
        let changes = Changes {
            authors: vec!["a".to_owned()],
            paths: vec!["x/:code/~".to_owned()],
            programs: vec![7],
            sets: vec![set.clone(), ChangeSet { author: 3, ..set }],
            ..Changes::default()
        };
        let log = changes.log();
        assert_eq!((log.commits.len(), log.commits[0].files.len()), (1, 1));
        assert!(log.bots.is_empty());
    }
}
