//! Several repositories as one organisation: from folders, from parts, from both.
//!
//! In: `testdata/organisation`, three small repositories. Out: assertions on services and what links them.
//! Invariant: nothing outside of the checkout is read.
//! Never: a history; that of parts is tested beside their code.

use std::path::{Path, PathBuf};

use seamline::analysis::{Analysis, at_level};
use seamline::model::{Level, NodeId};
use seamline::part::{Part, PartError};
use seamline::pipeline::{self, AnalyzeError};
use serde_json::{Value, json};

use crate::services::{self, links};

const NAMES: [&str; 3] = ["storefront", "fulfilment", "platform"];

fn folder(name: &str) -> PathBuf {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/organisation");
    testdata.join(name)
}

fn options(folders: &[&str], parts: Vec<Part>) -> pipeline::Options {
    pipeline::Options {
        parts,
        ..services::options(folders.iter().map(|name| folder(name)).collect())
    }
}

fn analyze(folders: &[&str], parts: &[&str]) -> Analysis {
    let parts = parts.iter().map(|name| part(name)).collect();
    pipeline::analyze(&options(folders, parts)).expect("an analysis")
}

/// The part of a repository, as it is read from its file.
fn part(name: &str) -> Part {
    let options = pipeline::Options {
        reduce: true,
        ..options(&[name], Vec::new())
    };
    let analysis = pipeline::analyze(&options).expect("an analysis");
    let part = analysis.part.expect("a part");
    let bytes = serde_json::to_vec(&part).expect("bytes");
    assert!(bytes.len() < 16_000, "{} bytes", bytes.len());
    Part::read(&bytes, name).expect("the same part")
}

/// All that is said of services.
fn of_services(analysis: &Analysis) -> Value {
    let is_service = |id: &NodeId| id.kind.level() == Level::Service;
    let cycles = analysis.cycles.iter();
    let cycles = cycles.filter(|cycle| cycle.level == Level::Service);
    let findings = analysis.findings.iter();
    let findings = findings.filter(|finding| finding.subject.iter().any(is_service));
    json!({
        "graph": at_level(analysis, Level::Service),
        "cycles": cycles.collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
        "dependencies": analysis.dependencies,
        "verdict": analysis.verdict,
    })
}

#[test]
fn names_stay_in_their_repository_and_join_the_only_other_one() {
    let found = links(&analyze(&NAMES, &[]));
    assert_eq!(
        found,
        [
            "ledger -> accounts Http",
            "ledger -> orders Http",
            "orders -> fulfilment/api Http",
            "orders -> ledger Http",
            "orders -> postgres Datastore",
            "orders -> pricing Http",
            "orders -> pricing Messaging",
            "pricing -> accounts Http",
            "pricing -> orders Http",
            "pricing -> storefront/redis Datastore",
            "storefront/api -> orders Http",
            "storefront/api -> pricing Http",
            "web -> orders Http",
            "web -> pricing Http",
        ]
    );
}

#[test]
fn an_address_of_two_other_repositories_is_listed_and_joins_none() {
    let analysis = analyze(&NAMES, &[]);
    let ambiguous = analysis.notifications.iter();
    let ambiguous: Vec<_> = ambiguous
        .filter(|note| &*note.kind == "ambiguous-address")
        .map(|note| {
            note.message
                .split(':')
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    assert_eq!(
        ambiguous,
        ["`api` may be any of fulfilment/api, storefront/api"]
    );
}

#[test]
fn parts_tell_of_services_what_folders_tell_in_any_order() {
    let expected = of_services(&analyze(&NAMES, &[]));
    let [a, b, c] = NAMES;
    for (folders, parts) in [
        (vec![], vec![a, b, c]),
        (vec![], vec![c, a, b]),
        (vec![c, b, a], vec![]),
        (vec![b], vec![c, a]),
        (vec![a, c], vec![b]),
    ] {
        let found = of_services(&analyze(&folders, &parts));
        assert_eq!(
            serde_json::to_string_pretty(&found).expect("text"),
            serde_json::to_string_pretty(&expected).expect("text"),
            "folders {folders:?}, parts {parts:?}"
        );
    }
}

#[test]
fn a_repository_given_twice_is_an_error() {
    let parts = ["storefront", "fulfilment", "storefront"]
        .map(part)
        .to_vec();
    let error = pipeline::analyze(&options(&[], parts)).expect_err("twice");
    assert!(
        matches!(error, AnalyzeError::Part(PartError::Twice { .. })),
        "{error}"
    );
    let parts = vec![part("storefront")];
    let error = pipeline::analyze(&options(&["storefront"], parts)).expect_err("twice");
    assert!(error.to_string().contains("is given twice"), "{error}");
}

#[test]
fn a_part_beside_its_folder_gives_way_where_asked() {
    let beside = pipeline::Options {
        beside: true,
        ..options(
            &["storefront"],
            ["storefront", "fulfilment"].map(part).to_vec(),
        )
    };
    let analysis = pipeline::analyze(&beside).expect("an analysis");
    let repositories: Vec<&str> = analysis.own.values().map(String::as_str).collect();
    assert!(repositories.iter().all(|name| *name == "storefront"));
}

#[test]
fn a_part_holds_no_source_and_no_values_of_settings() {
    let text = serde_json::to_string(&part("storefront")).expect("text");
    for secret in ["axios.get", "http://pricing:8080", "ORDERS_URL", "quote("] {
        assert!(!text.contains(secret), "{secret}");
    }
}
