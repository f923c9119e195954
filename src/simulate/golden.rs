//! The two golden cases of the specification, to the printed digit.
//!
//! In: nothing. Out: assertions.
//! Invariant: inputs are those of the specification.
//! Never: anything but tests.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::merge::MergeCase;
use super::*;
use crate::cycles::monolith::{Verdict, merge_index};
use crate::graph::{Parts, build};
use crate::model::{
    AuthorId, CallEdge, CallProfile, ChangeLog, CodeFacts, Commit, OperationCall, OperationLoad,
    PathId, Project, RequestShape, Role, Service, StaticLinks,
};

fn project(names: &[(&str, Role)]) -> Project {
    let service = |(name, role): &(&str, Role)| Service {
        name: (*name).to_owned(),
        role: *role,
        dirs: vec![(*name).to_owned()],
        ..Service::default()
    };
    Project {
        services: names.iter().map(service).collect(),
        ..Project::default()
    }
}

fn shape(path: &[&str], reentered: &[&str], count: u64) -> RequestShape {
    let all = |names: &[&str]| {
        names
            .iter()
            .map(|name| Arc::<str>::from(*name))
            .collect::<Vec<_>>()
    };
    let mut services = all(path);
    services.sort();
    services.dedup();
    let edges = path
        .windows(2)
        .map(|pair| (pair[0].into(), pair[1].into(), 1))
        .collect();
    RequestShape {
        path: all(path),
        services,
        edges,
        reentered: all(reentered),
        count,
        ..RequestShape::default()
    }
}

fn profile(requests: Vec<RequestShape>) -> CallProfile {
    let mut profile = CallProfile::default();
    for shape in &requests {
        for (caller, callee, calls) in &shape.edges {
            let same = |edge: &&mut CallEdge| edge.caller == *caller && edge.callee == *callee;
            match profile.edges.iter_mut().find(same) {
                Some(edge) => edge.calls += calls * shape.count,
                None => profile.edges.push(CallEdge {
                    caller: caller.clone(),
                    callee: callee.clone(),
                    calls: calls * shape.count,
                    ..CallEdge::default()
                }),
            }
        }
    }
    CallProfile {
        requests,
        ..profile
    }
}

/// Commits that touch the first, the second, and both of two services.
fn history(a: &str, b: &str, counts: [usize; 3]) -> ChangeLog {
    let files = [vec![0], vec![1], vec![0, 1]];
    let commits = files
        .iter()
        .zip(counts)
        .flat_map(|(files, count)| std::iter::repeat_n(files.clone(), count));
    ChangeLog {
        paths: vec![format!("{a}/x.rs").into(), format!("{b}/y.rs").into()].into(),
        authors: vec!["A".into()].into(),
        commits: commits
            .map(|files| Commit {
                id: "0".into(),
                time: 0,
                author: AuthorId::new(0),
                touched: u32::try_from(files.len()).unwrap_or(0),
                files: files.into_iter().map(PathId::new).collect(),
                repository: 0,
                tickets: Vec::new(),
            })
            .collect(),
        ..ChangeLog::default()
    }
}

fn with_system(
    project: &Project,
    calls: &CallProfile,
    log: &ChangeLog,
    check: impl Fn(&System<'_>),
) {
    let links = StaticLinks::default();
    let graph = build(Parts {
        project,
        code: &CodeFacts::default(),
        links: &links,
        calls: Some(calls),
    });
    check(&System::of(Inputs {
        project,
        graph: &graph,
        links: &links,
        calls: Some(calls),
        changes: Some(log),
    }));
}

fn members(names: &[&str]) -> BTreeSet<Arc<str>> {
    names.iter().map(|name| Arc::<str>::from(*name)).collect()
}

fn interval(group: Option<&GroupState>) -> String {
    group.map_or(String::new(), |group| {
        format!("{:.1}-{:.1}", group.score.floor, group.score.ceiling)
    })
}

#[test]
fn golden_case_1_ms_user_and_ms_payment() {
    let project = project(&[
        ("gateway", Role::Gateway),
        ("ms-payment", Role::Business),
        ("ms-user", Role::Business),
    ]);
    let calls = profile(vec![
        shape(
            &["gateway", "ms-user", "ms-payment", "ms-user"],
            &["ms-user"],
            4,
        ),
        shape(&["gateway", "ms-user"], &[], 4),
        shape(&["gateway", "ms-payment", "ms-user"], &[], 2),
    ]);
    let log = history("ms-user", "ms-payment", [8, 6, 6]);
    with_system(&project, &calls, &log, |system| {
        let group = members(&["ms-user", "ms-payment"]);
        let assumptions = Assumptions::default();
        let before = state(system, &group, &assumptions);
        let found = before.group.as_ref().expect("a group");
        assert_eq!(interval(Some(found)), "33.3-43.3");
        assert_eq!(found.verdict, Some(Verdict::DistributedMonolith));
        let shown = |name: &str| {
            found
                .score
                .signals
                .get(name)
                .copied()
                .flatten()
                .map(|value| format!("{value:.4}"))
        };
        let signals = ["cycle", "lockstep", "data", "depth", "chat", "fail", "lib"]
            .map(|name| shown(name).unwrap_or_else(|| "unknown".to_owned()));
        assert_eq!(
            signals,
            [
                "0.8333", "0.3000", "0.0000", "0.2500", "0.4000", "unknown", "0.0000"
            ]
        );
        assert_eq!(found.traffic_share, Some(0.6));
        assert_eq!(
            found
                .priority
                .map(|priority| format!("{priority:.1}"))
                .as_deref(),
            Some("20.0")
        );

        let (user, payment): (Arc<str>, Arc<str>) = ("ms-user".into(), "ms-payment".into());
        let drop = what_if(
            system,
            &Change::Drop {
                caller: payment.clone(),
                callee: user.clone(),
            },
            &assumptions,
        );
        assert_eq!(interval(drop.after.group.as_ref()), "6.0-16.0");
        assert!(drop.after.cycles.is_empty());
        let pass = what_if(
            system,
            &Change::PassData {
                caller: user,
                callee: payment,
            },
            &assumptions,
        );
        assert_eq!(interval(pass.after.group.as_ref()), "18.5-28.5");
        assert_eq!(
            pass.after.group.and_then(|group| group.verdict),
            Some(Verdict::DistributedMonolith)
        );

        let remedies =
            remedies::for_cycle(system, &members(&["ms-user", "ms-payment"]), &assumptions);
        let kinds: Vec<&str> = remedies.iter().map(|remedy| remedy.kind.as_str()).collect();
        assert!(
            kinds.contains(&"pass-data") && kinds.contains(&"move-ownership"),
            "{kinds:?}"
        );
    });
}

#[test]
fn golden_case_2_subscription_and_entitlements() {
    let project = project(&[
        ("account", Role::Business),
        ("entitlements", Role::Business),
        ("subscription", Role::Business),
    ]);
    let mut calls = profile(vec![
        shape(&["subscription", "entitlements"], &[], 90),
        shape(&["account", "entitlements"], &[], 10),
    ]);
    let writes = |caller: &str, calls: u64| OperationCall {
        caller: caller.into(),
        callee: "entitlements".into(),
        operation: "POST /entitlements".into(),
        calls,
        ..OperationCall::default()
    };
    calls.operation_calls = vec![writes("account", 10), writes("subscription", 90)];
    let load = |service: &str, calls: u64| OperationLoad {
        service: service.into(),
        calls,
        ..OperationLoad::default()
    };
    calls.operations = vec![load("entitlements", 10_100), load("subscription", 100)];
    let log = history("subscription", "entitlements", [4, 4, 12]);
    assert_eq!(
        format!("{:.3}", merge_index(0.9, 0.6, 10_100.0 / 100.0)),
        "0.583"
    );
    with_system(&project, &calls, &log, |system| {
        let pair = members(&["entitlements", "subscription"]);
        let found = state(system, &pair, &Assumptions::default());
        assert_eq!(interval(found.group.as_ref()), "12.0-22.0");
        assert_eq!(found.group.and_then(|group| group.verdict), None);
        let cases = merge::cases(system);
        let [case] = cases.as_slice() else {
            panic!("one merge, not {cases:?}");
        };
        assert_eq!((&*case.a, &*case.b), ("subscription", "entitlements"));
        assert_eq!(
            case.reason(),
            "12 of 20 change sets touch both; subscription makes 90 of 100 writes to entitlements \
             (merge index 0.583)"
        );
        let remedy = remedies::merge(system, case, &Assumptions::default());
        assert_eq!(
            remedy.warning.as_deref(),
            Some("one of them carries 101 times the load of the other; scaling them apart is lost")
        );
        let calls = |state: &State| state.hops_per_request.map(|calls| format!("{calls:.2}"));
        assert_eq!(calls(&remedy.before).as_deref(), Some("1.00"));
        assert_eq!(calls(&remedy.after).as_deref(), Some("0.10"));
    });
}

#[test]
fn much_talk_asks_for_a_merge_as_well_and_lockstep_alone_does_not() {
    let project = project(&[("a", Role::Business), ("b", Role::Business)]);
    let log = history("a", "b", [4, 4, 12]);
    let talk = |calls: u64| {
        let mut request = shape(&["a", "b"], &[], 10);
        request.edges = vec![("a".into(), "b".into(), calls)];
        profile(vec![request])
    };
    let pairs = |calls: u64, log: &ChangeLog| {
        let found = std::cell::RefCell::new(Vec::new());
        with_system(&project, &talk(calls), log, |system| {
            found.replace(merge::cases(system).iter().map(MergeCase::reason).collect());
        });
        found.into_inner()
    };
    assert_eq!(
        pairs(4, &log),
        [
            "12 of 20 change sets touch both; a request that needs both makes 4.0 calls between them \
          (merge index 0.300)"
        ]
    );
    assert!(pairs(1, &log).is_empty());
    assert!(pairs(4, &history("a", "b", [10, 10, 8])).is_empty());
}

#[test]
fn a_merge_leaves_no_calls_inside_and_keeps_those_outside() {
    let project = project(&[
        ("a", Role::Business),
        ("b", Role::Business),
        ("c", Role::Business),
    ]);
    let calls = profile(vec![shape(&["a", "b", "c"], &[], 5)]);
    let log = history("a", "b", [1, 1, 3]);
    with_system(&project, &calls, &log, |system| {
        let after = system.apply(&Change::Merge {
            a: "a".into(),
            b: "b".into(),
        });
        let pairs: Vec<_> = after
            .synchronous
            .keys()
            .map(|(a, b)| format!("{a} {b}"))
            .collect();
        assert_eq!(pairs, ["a+b c"]);
        assert_eq!(after.change_sets(&members(&["a+b", "c"])), Some((0, 5)));
        assert_eq!(system.change_sets(&members(&["a", "b"])), Some((3, 5)));
    });
}

#[test]
fn a_client_that_could_ask_both_is_told_to_compose_the_answers() {
    let project = project(&[
        ("gateway", Role::Gateway),
        ("orders", Role::Business),
        ("prices", Role::Business),
    ]);
    let read = |caller: &str, callee: &str, operation: &str| OperationCall {
        caller: caller.into(),
        callee: callee.into(),
        operation: operation.into(),
        calls: 5,
        ..OperationCall::default()
    };
    let mut calls = profile(vec![
        shape(&["gateway", "orders", "prices"], &[], 5),
        shape(&["gateway", "prices", "orders"], &[], 5),
    ]);
    calls.operation_calls = vec![
        read("orders", "prices", "GET /prices"),
        read("prices", "orders", "POST /orders"),
    ];
    let log = history("orders", "prices", [5, 5, 0]);
    with_system(&project, &calls, &log, |system| {
        let group = members(&["orders", "prices"]);
        let remedies = remedies::for_cycle(system, &group, &Assumptions::default());
        let composed: Vec<&super::remedies::Remedy> = remedies
            .iter()
            .filter(|remedy| remedy.kind == "aggregator")
            .collect();
        let [remedy] = composed.as_slice() else {
            panic!("one aggregator, not {composed:?}");
        };
        assert_eq!(
            remedy.action,
            "let the client of orders ask prices itself and compose both answers"
        );
        assert_eq!(remedy.before.cycles.len(), 1);
        assert!(remedy.after.cycles.is_empty());
    });
}
