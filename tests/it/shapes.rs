//! Systems by the way in which their services come about: what is one service, and who calls whom.

use std::path::Path;

use seamline::analysis::Analysis;
use seamline::model::{Level, Role};
use seamline::pipeline;

use crate::services::{links, options};

fn analysis(shape: &str) -> Analysis {
    let shapes = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/shapes");
    pipeline::analyze(&options(vec![shapes.join(shape)])).expect("an analysis")
}

/// The programs of the system, each with its role.
fn programs(analysis: &Analysis) -> Vec<String> {
    let services = analysis
        .nodes
        .iter()
        .filter(|node| node.level == Level::Service);
    let programs = services.filter(|node| node.role != Role::Datastore);
    programs
        .map(|node| format!("{} {}", node.name, node.role.name()))
        .collect()
}

#[test]
fn templates_of_functions_are_services_that_refer_to_each_other() {
    let analysis = analysis("functions");
    assert_eq!(
        programs(&analysis),
        [
            "billing business",
            "orders business",
            "shop-front gateway",
            "stock business"
        ]
    );
    assert_eq!(
        links(&analysis),
        [
            "billing -> orders Http",
            "billing -> orders Messaging",
            "orders -> billing Messaging",
            "orders -> orders-table Datastore",
            "orders -> stock Http",
            "shop-front -> orders Http",
            "shop-front -> orders-table Datastore",
            "stock -> stock-shelf Datastore",
        ]
    );
}

#[test]
fn programs_of_one_image_share_its_code_and_call_what_each_is_given() {
    let analysis = analysis("one-image");
    assert_eq!(
        programs(&analysis),
        ["prices business", "shop business", "stock business"]
    );
    assert_eq!(
        links(&analysis),
        [
            "shop -> prices Http",
            "shop -> stock Http",
            "stock -> prices Http"
        ]
    );
}

#[test]
fn workloads_of_one_name_are_told_apart_by_their_namespaces() {
    let analysis = analysis("alike");
    assert_eq!(programs(&analysis), ["billing business", "orders business"]);
    assert_eq!(links(&analysis), ["orders -> billing Http"]);
}

#[test]
fn servers_that_nothing_deploys_are_services() {
    let analysis = analysis("undeployed");
    assert_eq!(programs(&analysis), ["billing business", "orders business"]);
}

/// The line with the verdict, as the program prints it.
fn verdict(dir: &Path) -> String {
    let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_seamline"));
    let output = program
        .args(["analyze", "-q", "--no-git"])
        .arg(dir)
        .output();
    let text = String::from_utf8(output.expect("the program runs").stdout);
    let text = text.expect("text").replace("\n         ", " ");
    let verdict = text.lines().find(|line| line.starts_with("Verdict"));
    verdict.expect("a verdict").to_owned()
}

#[test]
fn silence_counts_only_in_a_language_whose_clients_are_seen() {
    let dir = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    let names = ["asking", "asked", "mesh-a", "mesh-b"];
    let entries: String = names
        .iter()
        .map(|n| format!("  {n}: {{build: {n}}}\n"))
        .collect();
    write("compose.yaml", &format!("services:\n{entries}"));
    for name in names {
        write(&format!("{name}/Dockerfile"), "FROM scratch\nCMD run\n");
    }
    let get = "http.Get(\"http://asked:80/a\")";
    for (name, body) in [("asking", get), ("asked", "println(1)")] {
        let text = format!(
            "package main\n\nimport \"net/http\"\n\nfunc main() {{ {body}; http.ListenAndServe(\":80\", nil) }}\n"
        );
        write(&format!("{name}/main.go"), &text);
    }
    for name in ["mesh-a", "mesh-b"] {
        write(
            &format!("{name}/index.js"),
            "require('oddmesh')().tell({ kind: 'entry' })\n",
        );
    }
    assert_eq!(
        verdict(dir.path()),
        "Verdict  Whether this is a distributed monolith is unknown; calls known for 2 of 4 services, no traces. \
         The code has no cycle between packages."
    );
}

#[test]
fn where_most_code_has_no_parser_only_what_is_read_has_no_cycle() {
    let dir = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text);
    write("a.py", "x = 1\n").expect("a file");
    assert!(verdict(dir.path()).starts_with("Verdict  One program"));
    for name in ["A.cs", "B.cs"] {
        write(name, "class A {}\n").expect("a file");
    }
    assert_eq!(
        verdict(dir.path()),
        "Verdict  What is read of the code (1 of 3 files) has no cycle between packages."
    );
    std::fs::remove_file(dir.path().join("a.py")).expect("a file less");
    write(
        "compose.yaml",
        "services:\n  a: {image: acme/a}\n  b: {image: acme/b}\n",
    )
    .expect("a file");
    assert_eq!(
        verdict(dir.path()),
        "Verdict  Whether this is a distributed monolith is unknown; calls known for 0 of 2 services, no traces. \
         No parser reads its code: only services and their calls are judged."
    );
}

#[test]
fn who_tells_who_somebody_is_is_asked_less_often_and_not_split() {
    for (hub, advice) in [
        ("identity", "check tokens by themselves"),
        ("users", "split it by"),
    ] {
        let dir = tempfile::tempdir().expect("a folder");
        let write = |path: String, text: String| {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        };
        let callers = ["a", "b", "c", "d", "e"].map(|name| format!("shop-{name}"));
        let names = callers.iter().map(String::as_str).chain([hub]);
        let entries: String = names
            .clone()
            .map(|name| format!("  {name}: {{build: {name}, ports: ['80:80']}}\n"))
            .collect();
        write("compose.yaml".into(), format!("services:\n{entries}"));
        for name in names {
            write(
                format!("{name}/Dockerfile"),
                "FROM python\nCMD run\n".into(),
            );
            let call = format!("import requests\nrequests.get('http://{hub}:80/keys')\n");
            let text = if name == hub { String::new() } else { call };
            write(format!("{name}/main.py"), text);
        }
        let analysis = pipeline::analyze(&options(vec![dir.path().to_owned()]));
        let analysis = analysis.expect("an analysis");
        let mut hubs = analysis.findings.iter();
        let found = hubs.find(|finding| finding.rule.name() == "hub");
        let said = &found.expect("a hub").advice;
        assert!(said.contains(advice), "{said}");
    }
}
