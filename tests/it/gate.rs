//! The gate on a history of small commits, each with the verdict that a reviewer gave it before.
//!
//! In: `testdata/gate/history/steps.txt`. Out: assertions on verdicts.
//! Invariant: no innocent change fails, no guilty one passes; a commit reads as its checkout does.
//! Never: starts git.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use gix::ObjectId;
use seamline::analysis::{Analysis, to_json};
use seamline::config::Config;
use seamline::gate::{Outcome, Verdict, check_change};
use seamline::pipeline::{self, Options};
use seamline::source::{Limits, Source};
use seamline::{boundaries, history};

use crate::history::Repository;

type Files = BTreeMap<String, String>;

/// One commit of the history.
#[derive(Default)]
struct Step<'a> {
    title: &'a str,
    /// The rules that it must break; `None` for the first commit, which is compared with nothing.
    verdict: Option<BTreeSet<&'a str>>,
    on: Option<&'a str>,
    against: Option<&'a str>,
    branch: Option<&'a str>,
    uncommitted: bool,
    edits: Vec<Edit<'a>>,
}

enum Edit<'a> {
    Put(&'a str, String),
    Sub(&'a str, String, String),
    Add(&'a str, &'a str),
    Del(&'a str),
    Mv(&'a str, &'a str),
}

fn steps(text: &str) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        if word == "step" {
            steps.push(Step {
                title: rest,
                ..Step::default()
            });
        }
        let Some(step) = steps.last_mut() else {
            continue;
        };
        match word {
            "pass" => step.verdict = Some(BTreeSet::new()),
            "fail" => step.verdict = Some(rest.split(' ').collect()),
            "on" => step.on = Some(rest),
            "against" => step.against = Some(rest),
            "branch" => step.branch = Some(rest),
            "uncommitted" => step.uncommitted = true,
            "put" => {
                let text = lines.by_ref().take_while(|line| *line != ".");
                let text = text.map(|line| format!("{line}\n")).collect();
                step.edits.push(Edit::Put(rest, text));
            }
            "sub" => {
                let parts: Vec<&str> = line[4..].splitn(3, " | ").collect();
                let [path, old, new] = parts.as_slice() else {
                    let (path, old) = (parts[0], parts[1].trim_end_matches(" |"));
                    step.edits
                        .push(Edit::Sub(path, unescaped(old), String::new()));
                    continue;
                };
                step.edits
                    .push(Edit::Sub(path, unescaped(old), unescaped(new)));
            }
            "add" => {
                let (path, text) = rest.split_once(" | ").expect("a path and a line");
                step.edits.push(Edit::Add(path, text));
            }
            "del" => step.edits.push(Edit::Del(rest)),
            "mv" => {
                let (old, new) = rest.split_once(' ').expect("two paths");
                step.edits.push(Edit::Mv(old, new));
            }
            _ => {}
        }
    }
    steps
}

fn unescaped(text: &str) -> String {
    text.replace("\\n", "\n")
}

fn apply(files: &mut Files, edit: &Edit<'_>) {
    match edit {
        Edit::Put(path, text) => drop(files.insert((*path).to_owned(), text.clone())),
        Edit::Sub(path, old, new) => {
            let text = files.get_mut(*path).expect(path);
            assert!(text.contains(old.as_str()), "{path}: {old}");
            *text = text.replacen(old.as_str(), new, 1);
        }
        Edit::Add(path, line) => {
            let text = files.get_mut(*path).expect(path);
            text.push_str(&format!("{line}\n"));
        }
        Edit::Del(path) => files.retain(|name, _| below(name, path).is_none()),
        Edit::Mv(old, new) => {
            let moved = std::mem::take(files).into_iter();
            let name = |name: String| match below(&name, old) {
                Some(rest) => format!("{new}{rest}"),
                None => name,
            };
            *files = moved.map(|(path, text)| (name(path), text)).collect();
        }
    }
}

/// What follows `folder` in a path that is it, or lies in it.
fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(folder)?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

/// A repository with a checkout of its newest commit.
struct History {
    repository: Repository,
    files: Files,
    newest: Option<ObjectId>,
    branches: BTreeMap<String, (ObjectId, Files)>,
    day: i64,
}

impl History {
    /// Makes the commit; returns what it is compared with.
    fn take(&mut self, step: &Step<'_>) -> Option<ObjectId> {
        if let Some(name) = step.on {
            let (commit, files) = self.branches[name].clone();
            (self.newest, self.files) = (Some(commit), files);
        }
        let base = step
            .against
            .map(|name| self.branches[name].0)
            .or(self.newest);
        for edit in &step.edits {
            apply(&mut self.files, edit);
        }
        self.check_out();
        if !step.uncommitted {
            let files = self.files.iter();
            let files: Vec<_> = files.map(|(path, text)| (&**path, &**text)).collect();
            let parents: Vec<ObjectId> = self.newest.into_iter().collect();
            self.day += 1;
            let time = (1_748_736_000 + self.day * 86_400).to_string();
            let author = "A <a@b.c>";
            let commit = self
                .repository
                .commit(&parents, &files, author, &time, step.title);
            self.newest = Some(commit);
            if let Some(name) = step.branch.or(step.on) {
                self.branches
                    .insert(name.to_owned(), (commit, self.files.clone()));
            }
        }
        base
    }

    fn check_out(&self) {
        let root = self.repository.root();
        for entry in fs::read_dir(&root).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && !path.ends_with(".git") {
                fs::remove_dir_all(&path).expect("a folder");
            } else if path.is_file() {
                fs::remove_file(&path).expect("a file");
            }
        }
        for (path, text) in &self.files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
            fs::write(path, text).expect("a file");
        }
    }
}

fn options(root: &Path, config: &Config) -> Options {
    Options {
        roots: vec![root.to_path_buf()],
        boundaries: boundaries::Options {
            top: 0,
            ..boundaries::Options::default()
        },
        surface: !config.policy.freeze.is_empty(),
        ..Options::default()
    }
}

fn verdict(root: &Path, base: &str) -> Verdict {
    let text = fs::read_to_string(root.join("seamline.toml")).expect("a policy");
    let config = Config::parse(&text, "seamline.toml").expect("a policy");
    let sides = pipeline::analyze_change(&options(root, &config), base).expect("two sides");
    check_change(&sides.base, &sides.head, base, &config.policy, None)
}

fn json(analysis: &Analysis) -> String {
    let mut text = Vec::new();
    to_json(analysis, &mut text).expect("JSON");
    String::from_utf8(text).expect("a text")
}

/// The analysis of HEAD read from objects.
fn recorded(options: &Options) -> Analysis {
    let source = Source::open(&options.roots, Limits::default()).expect("a folder");
    let bases = history::bases(&source, "HEAD").expect("a commit");
    let revisions = bases.into_iter().map(|base| base.revision).collect();
    let options = Options {
        revisions,
        ..options.clone()
    };
    pipeline::analyze(&options).expect("an analysis")
}

#[test]
fn the_gate_judges_a_history_as_its_reviewer_did() {
    let text = include_str!("../../testdata/gate/history/steps.txt");
    let mut history = History {
        repository: Repository::new(),
        files: Files::new(),
        newest: None,
        branches: BTreeMap::new(),
        day: 0,
    };
    let mut wrong = Vec::new();
    for (number, step) in (1..).zip(steps(text)) {
        let base = history.take(&step);
        let root = history.repository.root();
        if number % 10 == 1 && !step.uncommitted {
            let options = options(&root, &Config::default());
            let here = pipeline::analyze(&options).expect("an analysis");
            assert_eq!(json(&here), json(&recorded(&options)), "{}", step.title);
        }
        let (Some(base), Some(expected)) = (base, &step.verdict) else {
            continue;
        };
        let verdict = verdict(&root, &base.to_string());
        let found: BTreeSet<&str> = verdict.violations.iter().map(|it| it.rule.name()).collect();
        assert_eq!(found.is_empty(), verdict.verdict == Outcome::Pass);
        if found != *expected {
            let titles = verdict.violations.iter();
            let titles: Vec<_> = titles.map(|it| (&it.title, &it.keys)).collect();
            wrong.push(format!(
                "{number} {}: {found:?}, not {expected:?}: {titles:?}",
                step.title
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_baseline_beside_the_code_of_its_owners_accepts_what_one_file_does() {
    let dir = tempfile::tempdir().expect("a folder");
    let root = dir.path();
    let put = |path: &str, text: &str| {
        let file = root.join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        fs::write(file, text).expect("written");
    };
    for part in ["orders", "billing", "common"] {
        put(&format!("{part}/__init__.py"), "");
        put(
            &format!("{part}/a.py"),
            &format!("from {part} import b\nb.f()\n"),
        );
        put(
            &format!("{part}/b.py"),
            &format!("from {part} import a\na.f()\n"),
        );
    }
    put("CODEOWNERS", "/orders/ @a\n/billing/ @b\n");
    put("seamline.toml", "[gate]\ndeny-new = [\"import-cycle\"]\n");
    let run = |arguments: &[&str]| {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_seamline"));
        program.current_dir(root).args(arguments).arg("--no-git");
        program.output().expect("it runs")
    };
    assert_eq!(run(&["check", "."]).status.code(), Some(1));
    let made = run(&["baseline", "create", ".", "--per-owner"]);
    assert!(made.status.success(), "{made:?}");
    let text = |path: &str| fs::read_to_string(root.join(path)).expect(path);
    let top = text("seamline-baseline.txt");
    assert!(top.contains("include billing\ninclude orders\n"), "{top}");
    assert!(
        top.contains("file:common/a.py") && !top.contains("orders/"),
        "{top}"
    );
    let own = text("orders/seamline-baseline.txt");
    assert!(
        own.contains("file:orders/a.py") && !own.contains("billing"),
        "{own}"
    );
    assert_eq!(run(&["check", "."]).status.code(), Some(0));

    put("orders/b.py", "");
    let pruned = run(&["baseline", "prune", "."]);
    assert!(pruned.status.success(), "{pruned:?}");
    assert!(!text("orders/seamline-baseline.txt").contains("orders/"));
    assert!(text("billing/seamline-baseline.txt").contains("billing/"));
    assert_eq!(run(&["check", "."]).status.code(), Some(0));

    fs::remove_file(root.join("billing/seamline-baseline.txt")).expect("removed");
    let lost = run(&["check", "."]);
    assert_eq!(lost.status.code(), Some(2), "{lost:?}");
}
