//! First-party dependencies between crates against those of `cargo metadata`, on any checkout.

#![expect(clippy::print_stdout, reason = "figures are what it is for")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use seamline::source::{Limits, Source};
use seamline::{discover, parse};

/// (dependent's manifest, dependency's manifest, kind) of path dependencies.
type Edges = BTreeSet<(String, String, String)>;

#[test]
#[ignore = "needs cargo and a checkout in ORACLE_CHECKOUT"]
fn crates_equal_cargo_metadata() {
    let checkout =
        PathBuf::from(std::env::var("ORACLE_CHECKOUT").expect("ORACLE_CHECKOUT names a folder"));
    let checkout = checkout.canonicalize().expect("a folder");
    let (members, theirs) = cargo(&checkout);
    let ours: Edges = seamline(&checkout)
        .into_iter()
        .filter(|edge| members.contains(&edge.0))
        .collect();
    let both = ours.intersection(&theirs).count();
    println!(
        "crates {} both {both} only ours {:?}",
        members.len(),
        ours.difference(&theirs).collect::<Vec<_>>()
    );
    println!(
        "only theirs {:?}",
        theirs.difference(&ours).collect::<Vec<_>>()
    );
    assert_eq!(ours, theirs);
}

fn seamline(checkout: &Path) -> Edges {
    let source = Source::open(&[checkout.to_path_buf()], Limits::default()).expect("a source");
    let project = discover::discover(&source, &discover::Options::default(), parse::language_of);
    let mut edges = Edges::new();
    for package in project
        .packages
        .iter()
        .filter(|package| package.ecosystem == "cargo")
    {
        for dependency in &package.dependencies {
            if let Some(target) = dependency
                .target
                .and_then(|id| project.packages.get(id.index()))
            {
                let kind = format!("{:?}", dependency.scope).to_lowercase();
                edges.insert((
                    package.manifest.to_string(),
                    target.manifest.to_string(),
                    kind,
                ));
            }
        }
    }
    edges
}

fn cargo(checkout: &Path) -> (BTreeSet<String>, Edges) {
    let output = Command::new("cargo")
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(checkout)
        .output()
        .expect("cargo runs");
    let data: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("JSON of cargo metadata");
    let shown = |path: &str| {
        Path::new(path)
            .strip_prefix(checkout)
            .map(|path| path.display().to_string())
            .ok()
    };
    let packages = data["packages"].as_array().expect("packages");
    let manifest = |package: &serde_json::Value| package["manifest_path"].as_str().and_then(shown);
    let members: BTreeMap<String, &serde_json::Value> = packages
        .iter()
        .filter_map(|package| Some((manifest(package)?, package)))
        .collect();
    let mut edges = Edges::new();
    for (path, package) in &members {
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let target = dependency["path"]
                .as_str()
                .and_then(|dir| shown(&format!("{dir}/Cargo.toml")));
            if let Some(target) = target.filter(|target| checkout.join(target).exists()) {
                let kind = dependency["kind"].as_str().unwrap_or("normal").to_owned();
                edges.insert((path.clone(), target, kind));
            }
        }
    }
    edges.extend(patched(checkout, &shown));
    (members.into_keys().collect(), edges)
}

/// What `[patch]` sections lead to shows only when cargo resolves (which needs the registry).
fn patched(checkout: &Path, shown: &impl Fn(&str) -> Option<String>) -> Edges {
    let mut edges = Edges::new();
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--all-features"])
        .current_dir(checkout)
        .output()
        .expect("cargo runs");
    let Ok(data) = serde_json::from_slice::<serde_json::Value>(&output.stdout) else {
        return edges;
    };
    let packages = data["packages"].as_array().into_iter().flatten();
    let manifests: BTreeMap<&str, String> = packages
        .filter_map(|package| {
            Some((
                package["id"].as_str()?,
                shown(package["manifest_path"].as_str()?)?,
            ))
        })
        .collect();
    for node in data["resolve"]["nodes"].as_array().into_iter().flatten() {
        let from = node["id"].as_str().and_then(|id| manifests.get(id));
        for dependency in node["deps"].as_array().into_iter().flatten() {
            let to = dependency["pkg"].as_str().and_then(|id| manifests.get(id));
            let (Some(from), Some(to)) = (from, to) else {
                continue;
            };
            for kind in dependency["dep_kinds"].as_array().into_iter().flatten() {
                let kind = kind["kind"].as_str().unwrap_or("normal");
                edges.insert((from.clone(), to.clone(), kind.to_owned()));
            }
        }
    }
    edges
}
