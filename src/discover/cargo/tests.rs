//! Manifests as text, packages as one line each.
//!
//! In: a fixture string of several files. Out: assertions.
//! Invariant: every package, target and dependency is compared.
//! Never: cargo.

use std::path::Path;

use super::*;
use crate::discover::{Options, discover};
use crate::model::LanguageId;
use crate::source::Limits;

/// Writes `--- path` sections below `root`.
fn write(root: &Path, fixture: &str) {
    for section in fixture.split("--- ").skip(1) {
        let (path, text) = section.split_once('\n').expect("a path line");
        let path = root.join(path.trim());
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
}

fn project(root: &Path) -> Project {
    let source = Source::open(&[root.to_path_buf()], Limits::default()).expect("a source");
    discover(&source, &Options::default(), |extension| {
        (extension == "rs").then_some(LanguageId("rust"))
    })
}

fn show(project: &Project) -> Vec<String> {
    let mut lines = Vec::new();
    for package in &project.packages {
        lines.push(format!("package {} in `{}`", package.name, package.dir));
        for target in &package.targets {
            let root = target.root.map_or("-", |root| &*project.source(root).path);
            lines.push(format!(
                "  {:?} {} {root} {}",
                target.kind, target.name, target.edition
            ));
        }
        for dependency in &package.dependencies {
            let target = dependency
                .target
                .and_then(|id| project.packages.get(id.index()));
            let target = target.map_or("extern", |package| &package.dir);
            let line = dependency.location.at.line;
            lines.push(format!(
                "  needs {} = {} {target} {:?} {line}",
                dependency.key, dependency.package, dependency.scope
            ));
        }
    }
    lines
}

fn shown(fixture: &str) -> Vec<String> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    write(dir.path(), fixture);
    show(&project(dir.path()))
}

#[test]
fn a_workspace_shares_editions_and_dependencies() {
    let lines = shown(
        "--- Cargo.toml
[workspace]
members = ['crates/*']
exclude = ['crates/alone']
[workspace.package]
edition = '2024'
[workspace.dependencies]
kernel = { path = 'crates/core-lib', package = 'core-lib' }
serde = '1'
[patch.crates-io]
patched = { path = 'crates/patched' }
--- crates/core-lib/Cargo.toml
[package]
name = 'core-lib'
edition.workspace = true
[lib]
path = 'source/boot.rs'
--- crates/core-lib/source/boot.rs
--- crates/app/Cargo.toml
[package]
name = 'app'
edition = '2021'
[dependencies]
kernel.workspace = true
serde = { workspace = true }
patched = '0.1'
[target.'cfg(unix)'.dev-dependencies]
core2 = { path = '../core-lib', package = 'core-lib' }
[build-dependencies]
escape = { path = '../../../../etc' }
--- crates/app/src/main.rs
--- crates/app/build.rs
--- crates/patched/Cargo.toml
[package]
name = 'patched'
[lib]
proc-macro = true
--- crates/patched/src/lib.rs
--- crates/alone/Cargo.toml
[package]
name = 'alone'
edition.workspace = true
",
    );
    let expected = "package alone in `crates/alone`
package app in `crates/app`
  Binary app crates/app/src/main.rs 2021
  BuildScript build-script-build crates/app/build.rs 2021
  needs kernel = core-lib crates/core-lib Normal 5
  needs patched = patched crates/patched Normal 7
  needs serde = serde extern Normal 6
  needs escape = escape extern Build 11
  needs core2 = core-lib crates/core-lib Dev 9
package core-lib in `crates/core-lib`
  Library core_lib crates/core-lib/source/boot.rs 2024
package patched in `crates/patched`
  ProcMacro patched crates/patched/src/lib.rs 2015";
    assert_eq!(lines.join("\n"), expected);
}

#[test]
fn finds_targets_by_their_place() {
    let lines = shown(
        "--- Cargo.toml
[package]
name = 'many'
edition = '2018'
autobenches = false
[[bin]]
name = 'tool'
path = 'src/tool.rs'
--- src/lib.rs
--- src/main.rs
--- src/tool.rs
--- src/bin/a.rs
--- src/bin/b/main.rs
--- src/bin/b/other.rs
--- tests/t.rs
--- tests/common/mod.rs
--- tests/big/main.rs
--- examples/e.rs
--- benches/x.rs
",
    );
    let expected = "package many in ``
  Library many src/lib.rs 2018
  Binary tool src/tool.rs 2018
  Binary many src/main.rs 2018
  Binary a src/bin/a.rs 2018
  Binary b src/bin/b/main.rs 2018
  Example e examples/e.rs 2018
  Test big tests/big/main.rs 2018
  Test t tests/t.rs 2018";
    assert_eq!(lines.join("\n"), expected);
}

#[test]
fn old_editions_stop_discovery_at_the_first_written_binary() {
    let lines = shown(
        "--- Cargo.toml
[package]
name = 'old'
[[bin]]
name = 'one'
--- src/bin/one.rs
--- src/bin/two.rs
",
    );
    assert_eq!(
        lines.join("\n"),
        "package old in ``\n  Binary one src/bin/one.rs 2015"
    );
}

#[test]
fn a_folder_inside_a_package_finds_its_manifest_above() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir(dir.path().join(".git")).expect("a folder");
    write(
        dir.path(),
        "--- Cargo.toml
[workspace]
[workspace.package]
edition = '2021'
--- crates/a/Cargo.toml
[package]
name = 'a'
edition.workspace = true
--- crates/a/src/lib.rs
",
    );
    let lines = show(&project(&dir.path().join("crates/a/src")));
    assert_eq!(lines.join("\n"), "package a in ``\n  Library a lib.rs 2021");
    let lines = show(&project(&dir.path().join("crates/a")));
    assert_eq!(
        lines.join("\n"),
        "package a in ``\n  Library a src/lib.rs 2021"
    );
}

#[test]
fn hostile_manifests_are_noted_and_cost_little() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let deep = format!("x = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    write(
        dir.path(),
        &format!(
            "--- a/Cargo.toml\n{deep}\n--- b/Cargo.toml\n[package]\nname = 3\n--- c/Cargo.toml\n[package\n"
        ),
    );
    let members: Vec<String> = (0..100_000).map(|i| format!("'m{i}'")).collect();
    let root = format!(
        "[workspace]\nmembers = [{}]\nexclude = ['x']\n[package]\nname = 'root'",
        members.join(",")
    );
    std::fs::write(dir.path().join("Cargo.toml"), root).expect("a file");
    let project = project(dir.path());
    assert_eq!(project.packages.len(), 1);
    let noted: Vec<_> = project
        .notifications
        .iter()
        .filter(|note| &*note.kind == "bad-manifest")
        .collect();
    assert_eq!(
        noted
            .iter()
            .filter_map(|note| note.path.as_deref())
            .collect::<Vec<_>>(),
        ["a/Cargo.toml", "c/Cargo.toml"]
    );
}
