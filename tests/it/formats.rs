//! What the gate prints for other programs has the shape that they read.
//!
//! In: a tree with thirty circles, some of whose names no format takes as they are. Out: assertions on three formats.
//! Invariant: elements and attributes are those that Jenkins' own schema of `JUnit` files knows (junit-10.xsd).
//! Never: a schema that is fetched.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use roxmltree::{Document, Node};
use serde_json::Value;

/// Circles of two files each; TypeScript imports a path whatever letters it has.
fn tree() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let names = (0..28).map(|at| (format!("a{at}"), format!("b{at}")));
    let odd = [("x<y>&\"z\"", "50%,q:r"), ("ü ä", "n'm")].map(|(a, b)| (a.into(), b.into()));
    for (one, other) in names.chain(odd) {
        let file = |name: &str, to: &str| {
            let text = format!("import {{ v as w }} from './{to}'\nexport const v = () => w()\n");
            let text = if name.contains('\'') || to.contains('\'') {
                text.replace(&format!("'./{to}'"), &format!("\"./{to}\""))
            } else {
                text
            };
            fs::write(dir.path().join(format!("{name}.ts")), text).expect("written");
        };
        file(&one, &other);
        file(&other, &one);
    }
    let policy = "[gate]\ndeny = [\"import-cycle\"]\n[[exceptions]]\nrule = \"import-cycle\"\nsubject = [\"a1.ts\", \"b1.ts\"]\n\
                  reason = \"a < b & c\"\nexpires = \"2999-12-31\"\n";
    fs::write(dir.path().join("seamline.toml"), policy).expect("written");
    dir
}

fn check(folder: &Path, format: &str) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_seamline"))
        .args(["check", ".", "--no-git", "--format", format])
        .current_dir(folder)
        .output()
        .expect("a run");
    assert_eq!(
        done.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).expect("text")
}

/// The attributes that an element must have, those that it may have, and the elements in it.
fn known(
    element: &str,
) -> (
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
) {
    match element {
        "testsuites" => (
            &[],
            &["name", "tests", "failures", "errors", "time"],
            &["testsuite"],
        ),
        "testsuite" => (
            &["name", "tests", "failures", "errors"],
            &[
                "time",
                "skipped",
                "timestamp",
                "hostname",
                "id",
                "package",
                "file",
            ],
            &["testcase", "properties", "system-out", "system-err"],
        ),
        "testcase" => (
            &["name"],
            &["time", "classname", "group"],
            &["skipped", "error", "failure", "system-out", "system-err"],
        ),
        "failure" | "skipped" => (&[], &["type", "message"], &[]),
        "system-out" => (&[], &[], &[]),
        other => panic!("no element of JUnit: {other}"),
    }
}

#[test]
fn junit_has_the_shape_of_the_schema_and_counts_that_agree() {
    let tree = tree();
    let text = check(tree.path(), "junit");
    let document = Document::parse(&text).expect("XML");
    for node in document.descendants().filter(Node::is_element) {
        let (must, may, inside) = known(node.tag_name().name());
        let given: Vec<&str> = node.attributes().map(|it| it.name()).collect();
        assert!(must.iter().all(|name| given.contains(name)), "{node:?}");
        let is_known = |name: &&str| must.contains(name) || may.contains(name);
        assert!(given.iter().all(is_known), "{node:?}");
        let mut children = node.children().filter(Node::is_element);
        assert!(
            children.all(|child| inside.contains(&child.tag_name().name())),
            "{node:?}"
        );
    }
    let count = |node: Node<'_, '_>, name: &str| {
        node.descendants()
            .filter(|it| it.has_tag_name(name))
            .count()
            .to_string()
    };
    for suite in document.root_element().children().filter(Node::is_element) {
        assert_eq!(suite.attribute("tests"), Some(&*count(suite, "testcase")));
        assert_eq!(suite.attribute("failures"), Some(&*count(suite, "failure")));
    }
    assert_eq!(count(document.root(), "failure"), "29");
    let skipped = document.descendants().find(|it| it.has_tag_name("skipped"));
    assert!(
        skipped
            .and_then(|it| it.attribute("message"))
            .is_some_and(|why| why.contains("a < b & c"))
    );
    let names: BTreeSet<&str> = document
        .descendants()
        .filter(|it| it.has_tag_name("testcase"))
        .filter_map(|it| it.attribute("name"))
        .collect();
    assert_eq!(names.len(), 30);
    assert!(
        names.iter().any(|name| name.contains("x<y>&\"z\".ts")),
        "{names:?}"
    );
}

#[test]
fn gitlab_gets_one_fingerprint_an_issue() {
    let tree = tree();
    let issues: Vec<Value> = serde_json::from_str(&check(tree.path(), "gitlab")).expect("JSON");
    let prints: BTreeSet<&str> = issues
        .iter()
        .filter_map(|it| it["fingerprint"].as_str())
        .collect();
    assert_eq!((issues.len(), prints.len()), (29, 29));
    for issue in &issues {
        let path = issue["location"]["path"].as_str().expect("a path");
        assert!(tree.path().join(path).is_file(), "{path}");
        assert!(issue["location"]["lines"]["begin"].as_u64() >= Some(1));
        assert!(issue["description"].is_string() && issue["check_name"] == "import-cycle");
        assert!(
            ["info", "minor", "major", "critical", "blocker"]
                .contains(&issue["severity"].as_str().expect("one"))
        );
    }
}

#[test]
fn github_gets_ten_annotations_a_kind_each_in_one_line() {
    let tree = tree();
    let text = check(tree.path(), "github");
    let annotations: Vec<&str> = text.lines().filter(|line| line.starts_with("::")).collect();
    let errors = annotations
        .iter()
        .filter(|line| line.starts_with("::error "));
    assert_eq!(errors.count(), 10, "{text}");
    for line in annotations {
        let (head, message) = line[2..].split_once("::").expect("a message");
        assert!(!message.is_empty());
        let (_, properties) = head.split_once(' ').unwrap_or((head, ""));
        for property in properties.split(',').filter(|it| !it.is_empty()) {
            let (name, value) = property.split_once('=').expect("a value");
            assert!(
                ["file", "line", "col", "endLine", "title"].contains(&name),
                "{line}"
            );
            assert!(!value.contains(':'), "{line}");
        }
    }
}
