//! Histories of repositories that the tests write object by object.

use std::fs;
use std::path::{Path, PathBuf};

use gix::ObjectId;
use gix::objs::tree::{Entry, EntryKind};
use seamline::history::{self, Options, Origin, Renames, Window};
use seamline::model::{AuthorId, ChangeLog};
use seamline::source::{Limits, Source};

const DAY: i64 = 86_400;
/// 2025-06-01.
const START: i64 = 1_748_736_000;

/// A repository under construction: a bare object store below `.git`.
pub(crate) struct Repository {
    dir: tempfile::TempDir,
    pub(crate) git: gix::Repository,
}

impl Repository {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let git = gix::open::Options::isolated();
        let git = gix::ThreadSafeRepository::init_opts(
            dir.path(),
            gix::create::Kind::WithWorktree,
            gix::create::Options::default(),
            git,
        );
        let git = git.expect("a repository").to_thread_local();
        Self { dir, git }
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.dir.path().to_path_buf()
    }

    /// Writes a tree of `path=content` files.
    fn tree(&self, files: &[(&str, &str)]) -> ObjectId {
        let mut names: Vec<&str> = files
            .iter()
            .filter_map(|(path, _)| path.split('/').next())
            .collect();
        names.sort_unstable();
        names.dedup();
        let mut entries = Vec::new();
        for name in names {
            let folder = format!("{name}/");
            let below: Vec<_> = files
                .iter()
                .filter_map(|(path, text)| Some((path.strip_prefix(&folder)?, *text)))
                .collect();
            let direct = files.iter().find(|(path, _)| *path == name);
            let (mode, oid) = match direct {
                Some((_, text)) => (
                    EntryKind::Blob,
                    self.git
                        .write_blob(text.as_bytes())
                        .expect("a blob")
                        .detach(),
                ),
                None => (EntryKind::Tree, self.tree(&below)),
            };
            entries.push(Entry {
                mode: mode.into(),
                filename: name.into(),
                oid,
            });
        }
        entries.sort();
        self.git
            .write_object(&gix::objs::Tree { entries })
            .expect("a tree")
            .detach()
    }

    /// Writes a commit object with the given dates and makes it the newest.
    pub(crate) fn commit(
        &self,
        parents: &[ObjectId],
        files: &[(&str, &str)],
        author: &str,
        time: &str,
        subject: &str,
    ) -> ObjectId {
        let tree = self.tree(files);
        let mut text = format!("tree {tree}\n");
        for parent in parents {
            text.push_str(&format!("parent {parent}\n"));
        }
        text.push_str(&format!(
            "author {author} {time} +0000\ncommitter {author} {time} +0000\n\n{subject}\n"
        ));
        let id = self
            .git
            .objects
            .write_buf(gix::objs::Kind::Commit, text.as_bytes())
            .expect("a commit");
        self.point_head(id);
        id
    }

    fn point_head(&self, id: ObjectId) {
        let heads = self.git.git_dir().join("refs/heads");
        fs::create_dir_all(&heads).expect("a folder");
        fs::write(heads.join("main"), format!("{id}\n")).expect("a ref");
        fs::write(self.git.git_dir().join("HEAD"), "ref: refs/heads/main\n").expect("HEAD");
    }
}

use gix::objs::Write as _;

fn at(day: i64) -> String {
    (START + day * DAY).to_string()
}

fn options() -> Options {
    Options {
        window: Window::All,
        threads: 2,
        ..Options::default()
    }
}

fn read(root: &Path, options: &Options) -> ChangeLog {
    let source = Source::open(&[root.to_path_buf()], Limits::default()).expect("a source");
    history::read(&source, options)
}

/// The commits as `files` lines, newest first.
fn shown(log: &ChangeLog) -> Vec<String> {
    let files = |commit: &seamline::model::Commit| {
        let names: Vec<&str> = commit.files.iter().map(|&file| &*log.paths[file]).collect();
        names.join(" ")
    };
    log.commits.iter().map(files).collect()
}

fn kinds(log: &ChangeLog) -> Vec<&str> {
    log.notifications.iter().map(|note| &*note.kind).collect()
}

const ADA: &str = "Ada <ada@example.org>";

/// Five commits: an import, an edit, a move with an edit, a merge, and an edit after it.
fn small() -> Repository {
    let repository = Repository::new();
    let body = "one\ntwo\nthree\nfour\nfive\n";
    let edited = "one\ntwo\nthree\nfour\nsix\n";
    let first = repository.commit(
        &[],
        &[("src/a.rs", body), ("b.rs", "x\n")],
        ADA,
        &at(0),
        "PAY-1: import",
    );
    let second = repository.commit(
        &[first],
        &[("src/a.rs", body), ("b.rs", "y\n")],
        "Bob <bob@example.org>",
        &at(1),
        "edit",
    );
    let third = repository.commit(
        &[second],
        &[("lib/c.rs", edited), ("b.rs", "y\n")],
        ADA,
        &at(2),
        "move",
    );
    let side = repository.commit(
        &[second],
        &[("src/a.rs", "one\n"), ("b.rs", "y\n")],
        ADA,
        &at(3),
        "side work",
    );
    let merge = repository.commit(
        &[third, side],
        &[("lib/c.rs", "one\n"), ("b.rs", "y\n")],
        ADA,
        &at(4),
        "merge",
    );
    let map = "Ada Lovelace <ada@example.org>\n";
    repository.commit(
        &[merge],
        &[("lib/c.rs", "one\n"), ("b.rs", "z\n"), (".mailmap", map)],
        "renovate[bot] <r@example.org>",
        &at(5),
        "edit",
    );
    repository
}

#[test]
fn renames_are_followed_and_merges_skipped() {
    let repository = small();
    let log = read(&repository.root(), &options());
    assert_eq!(
        shown(&log),
        [
            ".mailmap b.rs",
            "lib/c.rs",
            "lib/c.rs",
            "b.rs",
            "b.rs lib/c.rs"
        ]
    );
    assert_eq!(log.coverage.dropped.get("merge"), Some(&1));
    assert_eq!(
        log.authors.iter().map(|name| &**name).collect::<Vec<_>>(),
        ["Ada Lovelace", "Bob", "renovate[bot]"]
    );
    assert_eq!(log.bots, [AuthorId::new(2)]);
    assert_eq!(kinds(&log), [""; 0]);
    let exact = read(
        &repository.root(),
        &Options {
            renames: Renames::Exact,
            ..options()
        },
    );
    assert_eq!(
        shown(&exact)[2],
        "lib/c.rs src/a.rs",
        "edited on the way: no equal content"
    );
}

#[test]
fn the_window_counts_from_the_newest_commit() {
    let repository = small();
    let log = read(
        &repository.root(),
        &Options {
            window: Window::Days(3),
            ..options()
        },
    );
    assert_eq!(shown(&log), [".mailmap b.rs", "lib/c.rs", "lib/c.rs"]);
    assert_eq!(
        log.coverage.window,
        Some((START + 2 * DAY, START + 5 * DAY))
    );
}

#[test]
fn a_subfolder_keeps_the_history_from_before_its_files_moved_in() {
    let repository = small();
    fs::create_dir_all(repository.root().join("lib")).expect("a folder");
    let log = read(&repository.root().join("lib"), &options());
    assert_eq!(shown(&log), ["c.rs", "c.rs", "c.rs"]);
    assert_eq!(log.commits[2].touched, 2);
}

#[test]
fn threads_do_not_change_the_result() {
    let repository = Repository::new();
    let mut parent = Vec::new();
    for day in 0..300 {
        let name = format!("f{}/g.rs", day % 7);
        let text = day.to_string();
        let files = [(name.as_str(), text.as_str()), ("same", "x")];
        parent = vec![repository.commit(&parent, &files, ADA, &at(day), "edit")];
    }
    let one = read(
        &repository.root(),
        &Options {
            threads: 1,
            ..options()
        },
    );
    assert_eq!(one.commits.len(), 300);
    for threads in [2, 3, 8] {
        let many = read(
            &repository.root(),
            &Options {
                threads,
                ..options()
            },
        );
        assert_eq!(
            (one.paths.clone(), one.commits.clone(), one.authors.clone()),
            (many.paths, many.commits, many.authors)
        );
    }
}

#[test]
fn no_repository_and_an_empty_one_are_notes() {
    let dir = tempfile::tempdir().expect("a folder");
    let log = read(dir.path(), &options());
    // A temporary folder may itself lie inside a repository of the machine.
    assert!(log.commits.is_empty() || dir.path().ancestors().any(|dir| dir.join(".git").exists()));
    let empty = read(&Repository::new().root(), &options());
    assert_eq!(kinds(&empty), ["no-history"]);
    let left_out = read(
        &small().root(),
        &Options {
            origin: Origin::Nowhere,
            ..options()
        },
    );
    assert!(left_out.commits.is_empty() && left_out.notifications.is_empty());
}

#[test]
fn bare_and_detached_repositories_are_read() {
    let repository = small();
    let git_dir = repository.git.git_dir().to_path_buf();
    let whole = shown(&read(&repository.root(), &options()));
    let id = fs::read_to_string(git_dir.join("refs/heads/main")).expect("a ref");
    fs::write(git_dir.join("HEAD"), id).expect("HEAD");
    assert_eq!(shown(&read(&repository.root(), &options())), whole);
    let bare = tempfile::tempdir().expect("a folder");
    let moved = bare.path().join("bare");
    fs::rename(&git_dir, &moved).expect("a move");
    assert_eq!(shown(&read(&moved, &options())), whole);
}

#[test]
fn a_shallow_clone_is_partial_and_says_so() {
    let repository = small();
    let log = read(&repository.root(), &options());
    let boundary = &log.commits[3].id;
    fs::write(
        repository.git.git_dir().join("shallow"),
        format!("{boundary}\n"),
    )
    .expect("a file");
    let log = read(&repository.root(), &options());
    assert_eq!(log.commits.len(), 3);
    assert!(log.coverage.shallow);
    assert_eq!(log.coverage.dropped.get("shallow-boundary"), Some(&1));
    assert_eq!(kinds(&log), ["shallow-history"]);
}

#[test]
fn missing_and_broken_objects_cost_only_their_commits() {
    let repository = small();
    let log = read(&repository.root(), &options());
    let tree = repository
        .git
        .find_commit(log.commits[3].id.parse::<ObjectId>().expect("an id"))
        .expect("a commit")
        .tree_id()
        .expect("a tree");
    let hex = tree.to_string();
    let path = repository
        .git
        .git_dir()
        .join("objects")
        .join(&hex[..2])
        .join(&hex[2..]);
    let intact = fs::read(&path).expect("a loose object");
    fs::remove_file(&path).expect("removed");
    for bytes in [
        None,
        Some(vec![0; 9]),
        Some([&intact[..intact.len() / 2], b"garbage"].concat()),
    ] {
        if let Some(bytes) = bytes {
            fs::write(&path, bytes).expect("a file");
        }
        let log = read(&repository.root(), &options());
        assert!((2..5).contains(&log.commits.len()), "{:?}", shown(&log));
        assert_eq!(kinds(&log), ["broken-commit"], "{:?}", log.notifications);
    }
    let commit = log.commits[3].id.to_string();
    fs::remove_file(
        repository
            .git
            .git_dir()
            .join("objects")
            .join(&commit[..2])
            .join(&commit[2..]),
    )
    .expect("removed");
    let log = read(&repository.root(), &options());
    assert!(kinds(&log).contains(&"broken-history"));
    assert!(!log.commits.is_empty());
}

#[test]
fn absurd_dates_are_clamped() {
    let repository = Repository::new();
    let first = repository.commit(&[], &[("a", "1")], ADA, "0", "x");
    let second = repository.commit(&[first], &[("a", "2")], ADA, "9223372036854775808", "x");
    let third = repository.commit(&[second], &[("a", "3")], ADA, "-77", "x");
    repository.commit(&[third], &[("a", "4")], ADA, &at(0), "x");
    let log = read(&repository.root(), &options());
    assert_eq!(
        log.commits
            .iter()
            .map(|commit| commit.time)
            .collect::<Vec<_>>(),
        [START, 0, 0, 0]
    );
    assert_eq!(kinds(&log), ["odd-dates"]);
}

#[test]
fn a_merge_of_many_parents_is_one_merge() {
    let repository = Repository::new();
    let root = repository.commit(&[], &[("a", "1")], ADA, &at(0), "x");
    let parents: Vec<_> = (500..1_000)
        .map(|index| repository.commit(&[root], &[("a", &index.to_string())], ADA, &at(1), "x"))
        .collect();
    repository.commit(&parents, &[("a", "1")], ADA, &at(2), "octopus");
    let log = read(&repository.root(), &options());
    assert_eq!(log.commits.len(), 501);
    assert_eq!(log.coverage.dropped.get("merge"), Some(&1));
}

#[test]
fn nothing_that_the_configuration_names_is_run() {
    let repository = small();
    let payload = repository.root().join("payload");
    let run = format!("touch {}", payload.display());
    let config = format!(
        "[core]\n\trepositoryformatversion = 1\n\tfsmonitor = {run}\n\thooksPath = {0}/hooks\n\tsshCommand = {run}\n\tpager = {run}\n\
         [gpg]\n\tprogram = {run}\n[log]\n\tshowSignature = true\n[diff]\n\texternal = {run}\n\
         [diff \"x\"]\n\ttextconv = {run}\n\tcommand = {run}\n[filter \"x\"]\n\tclean = {run}\n\tsmudge = {run}\n\tprocess = {run}\n\
         [extensions]\n\tpartialClone = evil\n[remote \"evil\"]\n\turl = ext::sh -c '{run}'\n\tpromisor = true\n\tuploadpack = {run}\n\
         [include]\n\tpath = {0}/other\n[mailmap]\n\tfile = /dev/zero\n[alias]\n\tlog = !{run}\n",
        repository.root().display()
    );
    fs::write(repository.git.git_dir().join("config"), config).expect("a configuration");
    fs::write(
        repository.root().join(".gitattributes"),
        "* diff=x filter=x\n",
    )
    .expect("a file");
    let hooks = repository.root().join("hooks");
    fs::create_dir_all(&hooks).expect("a folder");
    fs::write(
        hooks.join("post-index-change"),
        format!("#!/bin/sh\n{run}\n"),
    )
    .expect("a hook");
    let log = read(&repository.root(), &options());
    assert_eq!(log.commits.len(), 5, "{:?}", log.notifications);
    assert!(!payload.exists());
}

#[test]
fn alternates_outside_of_the_repository_are_refused() {
    let repository = small();
    let other = small();
    let info = repository.git.git_dir().join("objects/info");
    fs::create_dir_all(&info).expect("a folder");
    let outside = other
        .git
        .git_dir()
        .join("objects")
        .canonicalize()
        .expect("a path");
    fs::write(info.join("alternates"), format!("{}\n", outside.display())).expect("a file");
    let log = read(&repository.root(), &options());
    assert_eq!(
        (log.commits.len(), kinds(&log)),
        (0, vec!["refused-history"])
    );
}

#[test]
fn a_git_file_must_point_to_a_directory_that_points_back() {
    let main = small();
    let common = main.git.git_dir().canonicalize().expect("a path");
    let tree = tempfile::tempdir().expect("a folder");
    let dot = tree.path().join(".git");
    fs::write(&dot, format!("gitdir: {}\n", common.display())).expect("a file");
    let log = read(tree.path(), &options());
    assert_eq!(
        (log.commits.len(), kinds(&log)),
        (0, vec!["refused-history"]),
        "someone else's repository"
    );

    let link = common.join("worktrees/x");
    fs::create_dir_all(&link).expect("a folder");
    fs::write(link.join("HEAD"), "ref: refs/heads/main\n").expect("HEAD");
    fs::write(link.join("commondir"), "../..\n").expect("a file");
    fs::write(&dot, format!("gitdir: {}\n", link.display())).expect("a file");
    fs::write(link.join("gitdir"), "/somewhere/else/.git\n").expect("a file");
    assert_eq!(
        kinds(&read(tree.path(), &options())),
        ["refused-history"],
        "it does not point back"
    );

    let back = dot.canonicalize().expect("a path");
    fs::write(link.join("gitdir"), format!("{}\n", back.display())).expect("a file");
    let log = read(tree.path(), &options());
    assert_eq!(
        (log.commits.len(), kinds(&log)),
        (5, vec![]),
        "a worktree of git"
    );
}

#[test]
fn a_submodule_is_read_when_it_points_back() {
    let outer = Repository::new();
    let inner = small();
    let modules = outer.root().join(".git/modules");
    fs::create_dir_all(&modules).expect("a folder");
    fs::rename(inner.git.git_dir(), modules.join("sub")).expect("a move");
    let top = outer.root().join("sub");
    fs::create_dir_all(&top).expect("a folder");
    fs::write(top.join(".git"), "gitdir: ../.git/modules/sub\n").expect("a file");
    let config = modules.join("sub/config");
    fs::write(
        &config,
        "[core]\n\trepositoryformatversion = 0\n\tworktree = ../../../sub\n",
    )
    .expect("a file");
    assert_eq!(read(&top, &options()).commits.len(), 5);
    fs::write(
        &config,
        "[core]\n\trepositoryformatversion = 0\n\tworktree = ../../../other\n",
    )
    .expect("a file");
    assert_eq!(kinds(&read(&top, &options())), ["refused-history"]);
}

#[test]
#[cfg(unix)]
fn special_files_and_links_that_leave_are_refused() {
    let repository = small();
    let elsewhere = tempfile::tempdir().expect("a folder");
    let objects = repository.git.git_dir().join("objects");
    let moved = elsewhere.path().join("objects");
    fs::rename(&objects, &moved).expect("a move");
    std::os::unix::fs::symlink(&moved, &objects).expect("a link");
    assert_eq!(
        kinds(&read(&repository.root(), &options())),
        ["refused-history"]
    );
}

#[test]
fn a_recorded_log_is_read_from_a_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("log.txt");
    let id = "1".repeat(40);
    let text = format!("commit {id}\nauthor {ADA}\ndate {START}\nsubject x\n\nM\ta.rs\n");
    fs::write(&path, text).expect("a log");
    let recorded = Options {
        origin: Origin::Recorded(path),
        ..options()
    };
    assert_eq!(shown(&read(dir.path(), &recorded)), ["a.rs"]);
    let gone = Options {
        origin: Origin::Recorded(dir.path().join("gone")),
        ..options()
    };
    assert_eq!(kinds(&read(dir.path(), &gone)), ["unreadable-history"]);
}

/// A service that calls another, and six commits that change it.
fn service(repository: &Repository, name: &str, other: &str) {
    let folder = repository.root().join(name);
    fs::create_dir_all(&folder).expect("a folder");
    let dockerfile = "FROM python:3.13-slim\nCMD [\"python\", \"app.py\"]\n";
    fs::write(folder.join("Dockerfile"), dockerfile).expect("a file");
    let code = format!("import requests\n\nrequests.get(\"http://{other}:8080/x\")\n");
    fs::write(folder.join("app.py"), code).expect("a file");
    let (path, author) = (
        format!("{name}/app.py"),
        format!("{name} <{name}@shop.example>"),
    );
    let mut parents = Vec::new();
    for day in 1..=6 {
        let (text, subject) = (format!("# {day}\n"), format!("PAY-{day} change"));
        let files = [(path.as_str(), text.as_str())];
        parents = vec![repository.commit(&parents, &files, &author, &at(day), &subject)];
    }
}

#[test]
fn change_sets_of_two_repositories_are_joined_by_ticket() {
    let (one, two) = (Repository::new(), Repository::new());
    service(&one, "orders", "users");
    service(&two, "users", "orders");
    let analysis = seamline::pipeline::analyze(&seamline::pipeline::Options {
        roots: vec![one.root(), two.root()],
        history: options(),
        ..seamline::pipeline::Options::default()
    });
    let analysis = analysis.expect("an analysis");
    let cycle = analysis
        .cycles
        .iter()
        .find(|cycle| cycle.synchronous == Some(true));
    let cycle = cycle.expect("a cycle of services");
    assert_eq!(
        cycle.verdict,
        Some(seamline::analysis::Verdict::DistributedMonolith)
    );
    let lockstep = cycle
        .score
        .as_ref()
        .and_then(|score| score.signals["lockstep"]);
    assert_eq!(lockstep, Some(1.0), "every ticket changes both");
}
