//! What holds of every result, checked on the recorded systems through the real program.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const SYSTEMS: [&str; 3] = ["media", "media-monolith", "media-repaired"];
const LEVELS: [&str; 4] = ["service", "package", "module", "file"];

fn root(system: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/systems")
        .join(system)
}

fn seamline(system: &str, command: &[&str], more: &[&str]) -> Output {
    let root = root(system);
    let mut program = Command::new(env!("CARGO_BIN_EXE_seamline"));
    program.args(command).arg(&root).arg("-q");
    program.arg("--traces").arg(root.join("traces"));
    program.arg("--history").arg(root.join("history.log"));
    program.args(more).output().expect("the program runs")
}

fn json(system: &str, command: &[&str], more: &[&str]) -> Value {
    let output = seamline(system, command, &[&["--format", "json"], more].concat());
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().expect("a list")
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().expect("a text")
}

type Edges<'v> = BTreeSet<(&'v str, &'v str)>;

/// What each node reaches, itself included; naive on purpose.
fn reach<'v>(from: &'v str, edges: &Edges<'v>) -> BTreeSet<&'v str> {
    let mut found = BTreeSet::from([from]);
    loop {
        let next: Vec<&str> = edges
            .iter()
            .filter(|(a, b)| found.contains(a) && !found.contains(b))
            .map(|(_, b)| *b)
            .collect();
        if next.is_empty() {
            return found;
        }
        found.extend(next);
    }
}

#[test]
fn coupling_balances_and_shares_stay_between_zero_and_one() {
    for system in SYSTEMS {
        let analysis = json(system, &["analyze"], &[]);
        let mut sums: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        for node in list(&analysis, "nodes") {
            let metric = |name: &str| node["metrics"][name].as_f64();
            let sum = sums.entry(text(node, "level")).or_default();
            sum.0 += metric("ca").unwrap_or(0.0);
            sum.1 += metric("ce").unwrap_or(0.0);
            for name in [
                "instability",
                "abstractness",
                "distance",
                "change_share",
                "load_share",
            ] {
                let value = metric(name).unwrap_or(0.0);
                assert!(
                    (0.0..=1.0).contains(&value),
                    "{system} {} {name} {value}",
                    node["id"]
                );
            }
        }
        for (level, (afferent, efferent)) in sums {
            assert_eq!(afferent, efferent, "{system} {level}");
        }
    }
}

#[test]
fn cycles_are_disjoint_strongly_connected_and_open_where_they_are_cut() {
    for system in SYSTEMS {
        for level in LEVELS {
            let cycles = json(system, &["cycles", "--level", level], &[]);
            let mut seen = BTreeSet::new();
            for cycle in list(&cycles, "cycles") {
                let members: BTreeSet<&str> = list(cycle, "members")
                    .iter()
                    .filter_map(Value::as_str)
                    .collect();
                assert!(members.len() >= 2, "{system} {level}");
                assert!(
                    members
                        .iter()
                        .all(|member| seen.insert((*member).to_owned())),
                    "{members:?}"
                );
                let round: Vec<&str> = list(cycle, "shortest")
                    .iter()
                    .filter_map(Value::as_str)
                    .collect();
                assert!(
                    round.len() >= 2 && round.iter().all(|id| members.contains(id)),
                    "{round:?}"
                );
                assert!(
                    !list(cycle, "cut").is_empty(),
                    "{system} {level} {members:?}"
                );
            }
        }
    }
}

#[test]
fn what_is_cut_opens_every_cycle_of_modules() {
    let system = "media-monolith";
    let graph = json(system, &["graph", "--level", "module"], &[]);
    let cycles = json(system, &["cycles", "--level", "module"], &[]);
    let ends = |edge: &'_ Value| (text(edge, "from").to_owned(), text(edge, "to").to_owned());
    let all: Vec<(String, String)> = list(&graph, "edges").iter().map(ends).collect();
    let edges: Edges<'_> = all.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert!(!list(&cycles, "cycles").is_empty());
    for cycle in list(&cycles, "cycles") {
        let members: BTreeSet<&str> = list(cycle, "members")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let inside = |edge: &&(&str, &str)| members.contains(edge.0) && members.contains(edge.1);
        let own: Edges<'_> = edges.iter().filter(inside).copied().collect();
        for member in &members {
            assert!(
                reach(member, &own).is_superset(&members),
                "{member} does not reach all"
            );
        }
        let cut: Edges<'_> = list(cycle, "cut")
            .iter()
            .map(|edge| (text(edge, "from"), text(edge, "to")))
            .collect();
        let left: Edges<'_> = own.difference(&cut).copied().collect();
        for (from, to) in &left {
            assert!(
                from == to || !reach(to, &left).contains(from),
                "{from} -> {to} is still in a circle"
            );
        }
    }
}

#[test]
fn a_level_keeps_exactly_the_references_that_cross_it() {
    for system in ["media", "media-monolith"] {
        let analysis = json(system, &["analyze"], &[]);
        let nodes: BTreeMap<&str, &Value> = list(&analysis, "nodes")
            .iter()
            .map(|node| (text(node, "id"), node))
            .collect();
        for level in ["package", "module", "file"] {
            let holder = |id: &'_ str| {
                let mut at = nodes.get(id).copied();
                while let Some(node) = at.filter(|node| text(node, "level") != level) {
                    at = node["parent"]
                        .as_str()
                        .and_then(|id| nodes.get(id).copied());
                }
                at.map(|node| text(node, "id").to_owned())
            };
            let mut expected: BTreeMap<String, u64> = BTreeMap::new();
            for edge in list(&analysis, "edges") {
                let ends = (holder(text(edge, "from")), holder(text(edge, "to")));
                if let (Some(from), Some(to)) = ends
                    && from != to
                {
                    *expected.entry(pair(edge, &from, &to)).or_default() += weight(edge);
                }
            }
            let graph = json(system, &["graph", "--level", level], &[]);
            let mut found: BTreeMap<String, u64> = BTreeMap::new();
            for edge in list(&graph, "edges") {
                let key = pair(edge, text(edge, "from"), text(edge, "to"));
                *found.entry(key).or_default() += weight(edge);
            }
            assert_eq!(found, expected, "{system} {level}");
        }
    }
}

fn pair(edge: &Value, from: &str, to: &str) -> String {
    format!("{from} {to} {} {}", edge["kind"], edge["labels"])
}

fn weight(edge: &Value) -> u64 {
    edge["weight"].as_u64().expect("a count")
}

#[test]
fn the_order_of_what_was_recorded_changes_nothing() {
    for system in SYSTEMS {
        let mut lines = recorded_lines(&root(system).join("traces"));
        assert!(lines.len() > 10, "{system}: {} lines", lines.len());
        let dir = tempfile::tempdir().expect("a folder");
        let analysed = |lines: &[String]| {
            let file = dir.path().join("calls.jsonl");
            std::fs::write(&file, lines.join("\n")).expect("a file");
            let mut program = Command::new(env!("CARGO_BIN_EXE_seamline"));
            program.args(["analyze", "-q", "--no-git", "--format", "json"]);
            let output = program.arg(root(system)).arg("--traces").arg(file).output();
            let output = output.expect("the program runs");
            assert!(output.status.success(), "{output:?}");
            output.stdout
        };
        let ordered = analysed(&lines);
        for seed in 1..=3 {
            shuffle(&mut lines, seed);
            assert!(analysed(&lines) == ordered, "{system}, seed {seed}");
        }
    }
}

/// Every line of every recording in a folder, compressed ones too.
fn recorded_lines(dir: &Path) -> Vec<String> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(dir)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let bytes = std::fs::read(path).expect("a file");
        let mut all = String::new();
        if path.extension().is_some_and(|extension| extension == "gz") {
            let mut stream = flate2::read::MultiGzDecoder::new(bytes.as_slice());
            std::io::Read::read_to_string(&mut stream, &mut all).expect("a whole file");
        } else {
            all = String::from_utf8(bytes).expect("text");
        }
        all.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    paths.iter().flat_map(read).collect()
}

/// Fisher and Yates, with the numbers of a linear congruential generator.
fn shuffle(lines: &mut [String], mut state: u64) {
    for last in (1..lines.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        lines.swap(last, (state >> 33) as usize % (last + 1));
    }
}

#[test]
fn a_fresh_baseline_accepts_the_system_it_was_made_from() {
    for system in SYSTEMS {
        let dir = tempfile::tempdir().expect("a folder");
        let config = dir.path().join("seamline.toml");
        let policy = "[gate]\nallow = [\"distributed-monolith\"]\ndeny-new = [\"import-cycle\", \"service-cycle\", \"shared-table\", \"hub\"]\n";
        std::fs::write(&config, policy).expect("a policy");
        let config = config.display().to_string();
        let file = dir.path().join("known.txt").display().to_string();
        let files = ["--config", &config, "--baseline", &file];
        let made = seamline(system, &["baseline", "create"], &files);
        assert!(made.status.success(), "{made:?}");
        let judged = seamline(system, &["check"], &files);
        assert_eq!(judged.status.code(), Some(0), "{system}: {judged:?}");
    }
}
