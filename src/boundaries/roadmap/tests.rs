//! Roadmaps of a small shop whose domains, kernel and way in are known.
//!
//! In: files with references, tables, routes. Out: assertions.
//! Invariant: every fixture is written out below.
//! Never: disk.

use std::sync::Arc;

use super::ground::NOTHING;
use super::*;
use crate::boundaries::base::input::{Intent, Options};
use crate::boundaries::base::record::Plan;
use crate::boundaries::base::roadmap::Roadmap;
use crate::boundaries::tests::System;
use crate::model::{DeclaredRoute, Location, Position, TableUse};

const DOMAINS: [&str; 4] = ["customer", "order", "payment", "stock"];
const LAYERS: [&str; 4] = ["api", "data", "flow", "store"];

fn path(layer: &str, domain: &str) -> String {
    format!("src/{layer}/{domain}.rs")
}

/// Four domains in four layers, each reaching down; orders use all others, and payment one file of
/// order back. Beside them: a type that all use, a helper of orders, and what starts the program.
fn references() -> Vec<(String, String, usize)> {
    let mut all: Vec<(String, String, usize)> = Vec::new();
    for domain in DOMAINS {
        let inner = [
            ("api", "flow"),
            ("flow", "data"),
            ("flow", "store"),
            ("store", "data"),
            ("api", "data"),
        ];
        for (from, to) in inner {
            all.push((path(from, domain), path(to, domain), 2));
        }
        all.push((path("flow", domain), "src/amount.rs".to_owned(), 1));
        all.push(("src/main.rs".to_owned(), path("api", domain), 1));
    }
    for (other, times) in [("customer", 2), ("payment", 5), ("stock", 3)] {
        all.push((path("flow", "order"), path("flow", other), times));
    }
    all.push((path("flow", "payment"), path("data", "order"), 1));
    all.push((path("store", "order"), "src/rounding.rs".to_owned(), 1));
    all
}

fn system(references: &[(String, String, usize)]) -> System {
    let mut paths: Vec<&str> = references
        .iter()
        .flat_map(|(from, to, _)| [from.as_str(), to.as_str()])
        .collect();
    paths.sort_unstable();
    paths.dedup();
    let at = |path: &str| paths.binary_search(&path).expect("a listed path");
    let pairs: Vec<(usize, usize)> = references
        .iter()
        .flat_map(|(from, to, times)| std::iter::repeat_n((at(from), at(to)), *times))
        .collect();
    System::new(&paths, &pairs)
}

fn services() -> Options {
    Options {
        intent: Intent::Service,
        ..Options::default()
    }
}

/// Proposals of the domains called `names`, in this order.
fn proposals(names: &[&str]) -> Vec<Boundary> {
    let proposal = |(rank, name): (u32, &&str)| Boundary {
        rank,
        name: (*name).to_owned(),
        members: LAYERS
            .iter()
            .map(|layer| Arc::from(path(layer, name)))
            .collect(),
        plan: Plan {
            order: Some(rank),
            ..Plan::default()
        },
        ..Boundary::default()
    };
    (1..).zip(names).map(proposal).collect()
}

fn table(layer: &str, domain: &str, write: bool) -> TableUse {
    TableUse {
        service: None,
        datastore: None,
        table: "orders".to_owned(),
        write,
        location: Location::new(path(layer, domain), Position::new(1, 1)),
    }
}

#[test]
fn each_step_is_the_cheapest_left_and_says_what_it_frees() {
    let system = system(&references());
    let list = proposals(&["order", "payment", "stock"]);
    let Roadmap::Gradual(plan) = roadmap(&system.input(), &services(), RoadmapKind::Gradual, &list)
    else {
        panic!("another plan");
    };
    let order: Vec<&str> = plan.steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(order, ["stock", "payment", "order"]);
    assert_eq!(
        (plan.start.files_left, plan.start.dependencies_across),
        (19, 0)
    );
    // Used by order three times and by main once; uses the amount once.
    let stock = &plan.steps[0];
    assert_eq!(
        (
            stock.files,
            stock.call_sites,
            stock.to_break,
            stock.after.files_left
        ),
        (4, 5, 1, 15)
    );
    assert_eq!(stock.after.dependencies_across, 3);
    let freed = &stock.frees[0];
    assert_eq!(
        (freed.name.as_str(), freed.before, freed.after),
        ("order", 14, 11)
    );
    let last = &plan.steps[2];
    assert_eq!(
        (last.call_sites_at_first, last.call_sites, last.interfaces),
        (14, 5, 9)
    );
    assert!(last.frees.is_empty() && plan.remark.is_none());
}

#[test]
fn nothing_to_plan_is_one_sentence() {
    let system = system(&references());
    for kind in [RoadmapKind::Gradual, RoadmapKind::Additive] {
        let remark = match roadmap(&system.input(), &services(), kind, &[]) {
            Roadmap::Gradual(plan) => plan.remark,
            Roadmap::Additive(plan) => plan.remark,
            Roadmap::Complete(plan) => plan.remark,
        };
        assert_eq!(remark.as_deref(), Some(NOTHING));
    }
    let library = Options::default();
    let Roadmap::Complete(plan) = roadmap(&system.input(), &library, RoadmapKind::Complete, &[])
    else {
        panic!("another plan");
    };
    assert_eq!(plan.remark.as_deref(), Some(LIBRARIES));
}

#[test]
fn every_file_has_a_place_and_a_cycle_of_services_is_named() {
    let mut system = system(&references());
    system.tables = vec![
        table("store", "order", true),
        table("store", "payment", true),
        table("data", "stock", false),
    ];
    let list = proposals(&["order"]);
    let Roadmap::Complete(plan) =
        roadmap(&system.input(), &services(), RoadmapKind::Complete, &list)
    else {
        panic!("another plan");
    };
    let found: Vec<(&str, usize, u64, Option<u32>)> = plan
        .services
        .iter()
        .map(|it| (it.name.as_str(), it.files.len(), it.named, it.rank))
        .collect();
    assert_eq!(
        found,
        [
            ("customer", 4, 4, None),
            ("order", 5, 4, Some(1)),
            ("payment", 4, 4, None),
            ("stock", 4, 4, None),
        ]
    );
    assert_eq!(plan.kernel, ["src/amount.rs".into()]);
    assert_eq!(plan.stays, ["src/main.rs".into()]);
    let [cycle] = plan.cycles.as_slice() else {
        panic!("{:?}", plan.cycles);
    };
    assert_eq!(cycle.services, ["order", "payment"]);
    assert_eq!(cycle.shortest, ["payment", "order", "payment"]);
    let turn = &cycle.turn_round[0];
    assert_eq!(
        (
            turn.call.from.as_str(),
            turn.call.call_sites,
            turn.locations.len()
        ),
        ("payment", 1, 1)
    );
    assert!(
        plan.verdict
            .starts_with("This would be a distributed monolith: 2 of 4 services"),
        "{}",
        plan.verdict
    );
    assert_eq!(
        (plan.calls[0].from.as_str(), plan.calls[0].to.as_str()),
        ("order", "payment")
    );
    let torn = &plan.torn_tables[0];
    let names = |users: &[crate::boundaries::TableUser]| {
        users
            .iter()
            .map(|user| user.service.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&torn.writers), ["order", "payment"]);
    assert_eq!(names(&torn.readers), ["stock"]);
}

#[test]
fn services_without_a_cycle_are_no_distributed_monolith() {
    let mut references = references();
    references
        .retain(|(from, to, _)| (from, to) != (&path("flow", "payment"), &path("data", "order")));
    let system = system(&references);
    let Roadmap::Complete(plan) = roadmap(&system.input(), &services(), RoadmapKind::Complete, &[])
    else {
        panic!("another plan");
    };
    assert!(
        plan.cycles.is_empty() && !plan.verdict.contains("distributed"),
        "{}",
        plan.verdict
    );
}

#[test]
fn shims_routes_tables_and_what_to_freeze() {
    let mut system = system(&references());
    let route = |path_of: &str, prefix: bool| DeclaredRoute {
        service: None,
        method: "GET".to_owned(),
        path: path_of.to_owned(),
        prefix,
        location: Location::new(path("api", "payment"), Position::new(1, 1)),
        handler: None,
    };
    system.routes = vec![route("/payments/", true), route("/{id}", false)];
    system.tables = vec![
        table("store", "order", true),
        table("store", "payment", false),
    ];
    let list = proposals(&["payment", "stock"]);
    let Roadmap::Additive(plan) =
        roadmap(&system.input(), &services(), RoadmapKind::Additive, &list)
    else {
        panic!("another plan");
    };
    let payment = &plan.services[0];
    let needs: Vec<(&str, u64)> = payment
        .needs
        .iter()
        .map(|need| (&*need.file, need.call_sites))
        .collect();
    assert_eq!(needs, [("src/amount.rs", 1), ("src/data/order.rs", 1)]);
    assert_eq!(payment.needs[0].symbols, ["Thing".into()]);
    assert_eq!(payment.routes[0].path, "/payments/{id}");
    assert_eq!(payment.tables, ["orders"]);
    assert_eq!(plan.common[0].services, ["payment", "stock"]);
    assert!(
        plan.freeze.contains("\"src/api/payment.rs\",\n"),
        "{}",
        plan.freeze
    );
    let parsed: toml::Table = plan.freeze.parse().expect("the policy is TOML");
    assert_eq!(parsed["freeze"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_folder_of_its_own_is_frozen_as_one() {
    let mut references = references();
    for (from, to, _) in &mut references {
        for end in [from, to] {
            if let Some(layer) = end.strip_suffix("/stock.rs") {
                *end = format!("src/stock/{}.rs", layer.trim_start_matches("src/"));
            }
        }
    }
    let mut list = proposals(&["stock"]);
    list[0].members = LAYERS
        .iter()
        .map(|layer| Arc::from(format!("src/stock/{layer}.rs")))
        .collect();
    let system = system(&references);
    let Roadmap::Additive(plan) =
        roadmap(&system.input(), &services(), RoadmapKind::Additive, &list)
    else {
        panic!("another plan");
    };
    assert_eq!(plan.services[0].frozen, ["src/stock/**"]);
}
