//! Runs every case under `testdata/lang/<language>/<case>/` against its `expected.txt`.
//!
//! A case folder holds a small tree; `expected.txt` beside it lists the exact set of edges between
//! its files, one per line (`#` starts a comment, order is free):
//!
//! ```text
//! import src/lib.rs -> src/a.rs
//! symbol src/lib.rs -> src/b.rs : Config, parse [test cfg]
//! ```
//!
//! * Layer `import` holds the kinds import and reexport, layer `symbol` the kinds reference and inherit.
//!   Instead of the layer a line may name the kind `reexport` or `inherit`: then at least one reference
//!   must be of that kind.
//! * `: A, B` are the names used over that edge, all of them; without it the names are free
//!   (`: -` means that only the module itself is named).
//! * `[labels]` are the labels that all references of the edge share, exactly; without brackets the
//!   edge must be an ordinary one: none of test, type-only, build, facade.
//! * Every edge that is found must be listed, and every listed one must be found.
//!
//! Checked only when at least one such line is present:
//! * `unresolved src/a.rs : text` – all unresolved references; `unresolved none` – there are none.
//! * `contains src/lib.rs -> src/a.rs` – all containments.
//! * `notify src/a.rs : kind` – all notifications of parsing.
//! * `module src/a.rs : crate::a` – the module of this file (others are free).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use seamline::discover;
use seamline::model::{CodeFacts, EdgeKind, FileId, Labels, Project};
use seamline::parse;
use seamline::source::{Limits, Source};

#[test]
fn every_language_case_has_exactly_the_expected_edges() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/lang");
    let only = std::env::var("LANG_CASE").unwrap_or_default();
    let cases: Vec<PathBuf> = folders(&root)
        .iter()
        .flat_map(|language| folders(language))
        .collect();
    let mut failures = String::new();
    for case in cases
        .iter()
        .filter(|case| case.to_string_lossy().contains(&only))
    {
        let name = case.strip_prefix(&root).unwrap_or(case).display();
        if let Err(problems) = run(case) {
            let _ = writeln!(failures, "== {name}\n{problems}");
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// What a folder holds, and the facts of its files.
fn parsed(dir: &Path) -> (Project, CodeFacts) {
    let source = Source::open(&[dir.to_path_buf()], Limits::default()).expect("a source");
    let project = discover::discover(&source, &discover::Options::default(), parse::language_of);
    let facts = parse::parse(&project, &source);
    (project, facts)
}

/// Writes a file, and the folders that it needs.
fn put(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    std::fs::write(path, text).expect("a file");
}

#[test]
#[cfg(unix)]
fn a_source_folder_behind_a_link_is_read_where_it_lies() {
    let dir = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| put(dir.path(), name, text);
    let manifest = |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\n");
    write("main/Cargo.toml", &manifest("main"));
    write("main/src/lib.rs", "mod parts;");
    write("main/src/parts/mod.rs", "mod one;\nmod two;");
    write("main/src/parts/one.rs", "pub struct One;");
    write(
        "main/src/parts/two.rs",
        "use super::one::One;\npub struct Two(One);",
    );
    write(
        "third/Cargo.toml",
        &format!("{}[lib]\npath = \"lib.rs\"\n", manifest("third")),
    );
    write(
        "third/lib.rs",
        "#[path = \"src/mod.rs\"]\nmod inner;\npub use inner::two::Two;",
    );
    std::os::unix::fs::symlink("../main/src/parts/", dir.path().join("third/src")).expect("a link");
    std::os::unix::fs::symlink("src", dir.path().join("third/src/circle")).expect("a link");
    let (project, facts) = parsed(dir.path());
    let found = edges(&project, &facts);
    let edge = |layer, from: &str, to: &str| (layer, from.to_owned(), to.to_owned());
    let two = edge("symbol", "third/lib.rs", "main/src/parts/two.rs");
    let one = edge("symbol", "main/src/parts/two.rs", "main/src/parts/one.rs");
    assert!(
        found.contains_key(&two) && found.contains_key(&one),
        "{found:?}"
    );
    assert!(project.file("third/src/mod.rs").is_none(), "counted once");
}

#[test]
#[cfg(unix)]
fn a_module_behind_a_link_is_the_file_that_it_stands_for() {
    let dir = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| put(dir.path(), name, text);
    write("pack/__init__.py", "");
    write("pack/release.py", "version = 1");
    write("pack/utils/__init__.py", "");
    write("pack/user.py", "from pack.utils.release import version");
    write("other/parts/__init__.py", "");
    write("other/parts/one.py", "ONE = 1");
    write("pack/more.py", "from .parts.one import ONE");
    write("web/lib/util.ts", "export const one = 1;");
    write("web/a.ts", "import { one } from './file';");
    write("web/b.ts", "import { one } from './folder/util';");
    let link = |to: &str, name: &str| {
        std::os::unix::fs::symlink(to, dir.path().join(name)).expect("a link");
    };
    link("../release.py", "pack/utils/release.py");
    link("../other/parts", "pack/parts");
    link("..", "pack/utils/circle");
    link("lib/util.ts", "web/file.ts");
    link("lib", "web/folder");
    let (project, facts) = parsed(dir.path());
    let found = edges(&project, &facts);
    for (from, to) in [
        ("pack/user.py", "pack/release.py"),
        ("pack/more.py", "other/parts/one.py"),
        ("web/a.ts", "web/lib/util.ts"),
        ("web/b.ts", "web/lib/util.ts"),
    ] {
        let edge = ("import", from.to_owned(), to.to_owned());
        assert!(found.contains_key(&edge), "{edge:?}: {found:?}");
    }
}

#[test]
fn a_barrel_of_any_width_leads_to_the_definition() {
    let dir = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        std::fs::write(dir.path().join(name), text).expect("a file");
    };
    let stars = |range: std::ops::Range<u32>| -> String {
        range
            .map(|part| format!("export * from './part{part}';\n"))
            .collect()
    };
    for part in 0..300 {
        write(
            &format!("part{part}.ts"),
            &format!("export const a{part} = 1;"),
        );
    }
    write("index.ts", &stars(0..300));
    write("main.ts", "import { a299 } from '.';\nconsole.log(a299);\n");
    let (project, facts) = parsed(dir.path());
    let found = edges(&project, &facts);
    let definition = ("symbol", "main.ts".to_owned(), "part299.ts".to_owned());
    assert!(found.contains_key(&definition), "{found:?}");
}

fn folders(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}

fn run(case: &Path) -> Result<(), String> {
    let expected = std::fs::read_to_string(case.join("expected.txt"))
        .map_err(|error| format!("expected.txt: {error}"))?;
    let expected = Expected::read(&expected)?;
    let (project, facts) = parsed(case);
    let mut problems = expected.compare_edges(&edges(&project, &facts));
    problems.extend(expected.compare_rest(&project, &facts));
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems.join("\n"))
    }
}

/// One edge as found or as listed.
#[derive(Debug)]
struct Edge {
    kinds: BTreeSet<EdgeKind>,
    names: Option<BTreeSet<String>>,
    labels: Option<Labels>,
}

/// Layer, from, to.
type Key = (&'static str, String, String);

fn layer(kind: EdgeKind) -> &'static str {
    if matches!(kind, EdgeKind::Import | EdgeKind::Reexport) {
        "import"
    } else {
        "symbol"
    }
}

fn edges(project: &Project, facts: &CodeFacts) -> BTreeMap<Key, Edge> {
    let path = |file: FileId| project.source(file).path.to_string();
    let mut found: BTreeMap<Key, Edge> = BTreeMap::new();
    for parsed in &facts.files {
        for reference in &parsed.facts.references {
            let key = (layer(reference.kind), path(parsed.file), path(reference.to));
            let fresh = || Edge {
                kinds: BTreeSet::new(),
                names: Some(BTreeSet::new()),
                labels: Some(reference.labels),
            };
            let edge = found.entry(key).or_insert_with(fresh);
            edge.kinds.insert(reference.kind);
            let name = reference
                .name
                .and_then(|name| parsed.facts.names.get(name as usize));
            edge.names
                .get_or_insert_default()
                .extend(name.map(ToString::to_string));
            edge.labels = edge.labels.map(|labels| common(labels, reference.labels));
        }
    }
    found
}

fn common(a: Labels, b: Labels) -> Labels {
    let names: BTreeSet<&str> = b.names().collect();
    labels_of(a.names().filter(|name| names.contains(name)))
}

fn labels_of<'n>(names: impl Iterator<Item = &'n str>) -> Labels {
    let json = serde_json::to_value(names.collect::<Vec<_>>()).unwrap_or_default();
    serde_json::from_value(json).unwrap_or_default()
}

fn show(labels: Labels) -> String {
    labels.names().collect::<Vec<_>>().join(" ")
}

#[derive(Default)]
struct Expected {
    edges: BTreeMap<Key, Edge>,
    rest: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Expected {
    fn read(text: &str) -> Result<Self, String> {
        let mut expected = Self::default();
        for line in text
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default().trim())
        {
            if line.is_empty() {
                continue;
            }
            let (word, rest) = line
                .split_once(' ')
                .ok_or_else(|| format!("no layer: {line}"))?;
            match ["unresolved", "contains", "notify", "module"]
                .into_iter()
                .find(|rest| *rest == word)
            {
                Some(word) => drop(
                    expected
                        .rest
                        .entry(word)
                        .or_default()
                        .insert(rest.trim().to_owned()),
                ),
                None => expected.edge(word, rest)?,
            }
        }
        Ok(expected)
    }

    fn edge(&mut self, word: &str, rest: &str) -> Result<(), String> {
        let (layer, kind) = match word {
            "import" => ("import", None),
            "reexport" => ("import", Some(EdgeKind::Reexport)),
            "symbol" => ("symbol", None),
            "inherit" => ("symbol", Some(EdgeKind::Inherit)),
            _ => return Err(format!("unknown layer: {word}")),
        };
        let (from, rest) = rest
            .split_once(" -> ")
            .ok_or_else(|| format!("no arrow: {rest}"))?;
        let (rest, labels) = match rest
            .trim_end()
            .strip_suffix(']')
            .and_then(|rest| rest.rsplit_once('['))
        {
            Some((rest, labels)) => (rest, Some(labels_of(labels.split_whitespace()))),
            None => (rest, None),
        };
        let (to, names) = match rest.split_once(" : ") {
            Some((to, names)) => (
                to,
                Some(names.split(',').map(str::trim).filter(|name| *name != "-")),
            ),
            None => (rest, None),
        };
        let names = names.map(|names| names.map(str::to_owned).collect());
        let edge = Edge {
            kinds: kind.into_iter().collect(),
            names,
            labels,
        };
        self.edges
            .insert((layer, from.trim().to_owned(), to.trim().to_owned()), edge);
        Ok(())
    }

    fn compare_edges(&self, found: &BTreeMap<Key, Edge>) -> Vec<String> {
        let mut problems = Vec::new();
        for (key @ (layer, from, to), edge) in found {
            let names = edge
                .names
                .iter()
                .flatten()
                .cloned()
                .collect::<Vec<_>>()
                .join(", ");
            let labels = edge.labels.unwrap_or_default();
            let line = format!(
                "{layer} {from} -> {to} : {names} [{}] {:?}",
                show(labels),
                edge.kinds
            );
            match self.edges.get(key) {
                None => problems.push(format!("extra    {line}")),
                Some(listed) if !listed.accepts(edge) => {
                    problems.push(format!("differs  {line}\n  listed {listed:?}"));
                }
                Some(_) => {}
            }
        }
        for (layer, from, to) in self.edges.keys().filter(|key| !found.contains_key(key)) {
            problems.push(format!("missing  {layer} {from} -> {to}"));
        }
        problems
    }

    fn compare_rest(&self, project: &Project, facts: &CodeFacts) -> Vec<String> {
        let mut found: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for parsed in &facts.files {
            let path = |file: FileId| &project.source(file).path;
            let of = path(parsed.file);
            let mut add = |word, line| {
                found.entry(word).or_default().insert(line);
            };
            parsed
                .facts
                .unresolved
                .iter()
                .for_each(|problem| add("unresolved", format!("{of} : {}", problem.text)));
            parsed
                .facts
                .contains
                .iter()
                .for_each(|child| add("contains", format!("{of} -> {}", path(*child))));
            add("module", format!("{of} : {}", parsed.facts.module));
        }
        let notes = facts.notifications.iter();
        let notes =
            notes.map(|note| format!("{} : {}", note.path.as_deref().unwrap_or("-"), note.kind));
        found.insert("notify", notes.collect());
        let mut problems = Vec::new();
        for (word, listed) in &self.rest {
            let found = found.remove(word).unwrap_or_default();
            let missing = listed.difference(&found).filter(|line| *line != "none");
            problems.extend(missing.map(|line| format!("missing  {word} {line}")));
            if *word != "module" {
                problems.extend(
                    found
                        .difference(listed)
                        .map(|line| format!("extra    {word} {line}")),
                );
            }
        }
        problems
    }
}

impl Edge {
    /// Whether `found` is what this line asks for.
    fn accepts(&self, found: &Self) -> bool {
        let labels = found.labels.unwrap_or_default();
        self.kinds.is_subset(&found.kinds)
            && self
                .names
                .as_ref()
                .is_none_or(|names| Some(names) == found.names.as_ref())
            && self
                .labels
                .map_or(!labels.any(Labels::UNCOUNTED), |listed| listed == labels)
    }
}
