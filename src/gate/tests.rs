//! A small system and its policies.
//!
//! In: hand-made analyses. Out: assertions.
//! Invariant: every rule has a case that fails and one that passes.
//! Never: a file.

use std::collections::BTreeMap;

use super::*;
use crate::analysis::{Analysis, EdgeRecord, Finding, NodeRecord};

use crate::model::{
    EdgeKind, Labels, Level, Location, NodeId, NodeKind, Notification, Position, Provenance, Role,
    RuleId, Severity, Tally,
};

fn node(id: &str, level: Level, parent: &str) -> NodeRecord {
    let id: NodeId = id.parse().expect("an id");
    let name = id.name.clone();
    NodeRecord {
        aliases: Vec::new(),
        instances: None,
        quiet: false,
        id,
        level,
        name: name.clone(),
        parent: parent.parse().ok(),
        path: (level == Level::File).then_some(name),
        language: None,
        role: Role::Business,
        metrics: BTreeMap::new(),
    }
}

fn edge(from: &str, to: &str, kind: EdgeKind) -> EdgeRecord {
    EdgeRecord {
        from: from.parse().expect("an id"),
        to: to.parse().expect("an id"),
        kind,
        labels: Labels::NONE,
        provenance: Provenance::Code,
        grade: None,
        weight: 1,
        symbols: Vec::new(),
        via: None,
        locations: vec![Location::new(
            from.trim_start_matches("file:"),
            Position::new(3, 1),
        )],
    }
}

/// Four files of one package in two modules; `low` imports `high`, and the modules form a cycle.
fn system() -> Analysis {
    let mut system = node("system:s", Level::System, "");
    system.parent = None;
    let mut analysis = Analysis {
        nodes: vec![
            system,
            node("package:app", Level::Package, "system:s"),
            node("module:high", Level::Module, "package:app"),
            node("module:low", Level::Module, "package:app"),
            node("file:src/high.rs", Level::File, "module:high"),
            node("file:src/high/a.rs", Level::File, "module:high"),
            node("file:src/low/b.rs", Level::File, "module:low"),
            node("file:src/low/c.rs", Level::File, "module:low"),
        ],
        edges: vec![
            edge("file:src/high/a.rs", "file:src/low/b.rs", EdgeKind::Import),
            edge("file:src/low/c.rs", "file:src/high.rs", EdgeKind::Import),
            edge(
                "file:src/low/b.rs",
                "file:src/high/a.rs",
                EdgeKind::Reference,
            ),
        ],
        ..Analysis::default()
    };
    let members = ["high", "low"].map(|name| NodeId::new(NodeKind::Module, name));
    analysis.findings.push(Finding::new(
        RuleId::ImportCycle,
        Severity::Error,
        members.to_vec(),
    ));
    analysis
}

fn select(text: &str, within: &str) -> Selector {
    Selector::new(text, within).expect("a selector")
}

fn policy() -> Policy {
    Policy {
        configured: true,
        ..Policy::default()
    }
}

/// Verdict and titles of `policy` on the small system.
fn judge(policy: &Policy, baseline: Option<&Baseline>) -> (Outcome, Vec<String>) {
    let verdict = check(&system(), policy, baseline);
    assert_eq!(verdict.problems, []);
    (
        verdict.verdict,
        verdict
            .violations
            .into_iter()
            .map(|violation| violation.title)
            .collect(),
    )
}

fn forbid(from: &str, to: &str) -> Policy {
    let (from, to) = (select(from, ""), select(to, ""));
    let entry = Forbid {
        from,
        to,
        except: Vec::new(),
        kinds: Vec::new(),
        reason: Some("so it is".to_owned()),
        line: 7,
    };
    Policy {
        forbid: vec![entry],
        ..policy()
    }
}

fn layers(order: &[&[&str]]) -> Layers {
    let rank = |names: &&[&str]| names.iter().map(|name| select(name, "src")).collect();
    Layers {
        order: order.iter().map(rank).collect(),
        within: Some("src".to_owned()),
        line: 9,
        ..Layers::default()
    }
}

#[test]
fn without_a_policy_only_a_distributed_monolith_fails() {
    let verdict = check(&system(), &Policy::default(), None);
    assert_eq!((verdict.verdict, verdict.hints.len()), (Outcome::Pass, 1));
    let mut bad = system();
    bad.findings[0].rule = RuleId::DistributedMonolith;
    assert_eq!(check(&bad, &Policy::default(), None).verdict, Outcome::Fail);
}

#[test]
fn forbidden_edges_are_found_by_path_name_and_id() {
    let broken = vec!["src/low/c.rs depends on src/high.rs".to_owned()];
    for (from, to) in [
        ("src/low/**", "src/high*"),
        ("src/low", "src/high"),
        ("module:low", "module:hi*"),
        ("src/low/c.rs", "app"),
    ] {
        assert_eq!(
            judge(&forbid(from, to), None),
            (Outcome::Fail, broken.clone()),
            "{from} {to}"
        );
    }
    assert_eq!(
        judge(&forbid("src/*.rs", "src/low/**"), None).0,
        Outcome::Pass,
        "`*` stays in its folder"
    );
    let mut excepted = forbid("src/low/**", "src/high*");
    excepted.forbid[0].except = vec![select("src/low/c.rs", "")];
    assert_eq!(judge(&excepted, None).0, Outcome::Pass);
}

#[test]
fn an_entry_that_selects_nothing_is_a_problem_with_its_line() {
    let verdict = check(&system(), &forbid("src/nowhere/**", "src/low/**"), None);
    assert_eq!(
        verdict.problems,
        [Problem {
            line: 7,
            message: "`src/nowhere/**` selects nothing".to_owned()
        }]
    );
}

#[test]
fn layers_point_downwards_and_name_their_exceptions() {
    let with = |layers| Policy {
        layers: Some(layers),
        ..policy()
    };
    assert_eq!(
        judge(&with(layers(&[&["high"], &["low"]])), None).1,
        ["src/low/c.rs depends on src/high.rs"]
    );
    assert_eq!(
        judge(&with(layers(&[&["high", "low"]])), None).1.len(),
        2,
        "strangers"
    );
    let mut may = layers(&[&["low"], &["high"]]);
    assert_eq!(
        judge(&with(may.clone()), None).1,
        ["src/high/a.rs depends on src/low/b.rs"]
    );
    may.may.insert("low".to_owned(), Vec::new());
    assert_eq!(
        judge(&with(may), None).1.len(),
        2,
        "`low` may depend on nothing"
    );
}

#[test]
fn an_exhaustive_list_of_layers_finds_strays() {
    let mut exhaustive = Layers {
        exhaustive: true,
        ..layers(&[&["high"]])
    };
    let titles = |layers: &Layers| {
        judge(
            &Policy {
                layers: Some(layers.clone()),
                ..policy()
            },
            None,
        )
        .1
    };
    assert_eq!(
        titles(&exhaustive),
        [
            "src/low/b.rs belongs to no layer",
            "src/low/c.rs belongs to no layer"
        ]
    );
    exhaustive.within = Some("src/high".to_owned());
    assert!(titles(&exhaustive).is_empty());
    exhaustive.within = Some("lib".to_owned());
    let policy = Policy {
        layers: Some(exhaustive),
        ..policy()
    };
    let problems = check(&system(), &policy, None).problems;
    assert_eq!(problems[0].message, "`within`: no file lies in `lib`");
}

#[test]
fn limits_judge_nodes_and_whole_levels() {
    let limit = |metric: &str, level, max| Limit {
        metric: metric.to_owned(),
        level,
        within: None,
        max: Some(max),
        min: None,
        ratchet: false,
        reason: None,
        line: 4,
    };
    let mut analysis = system();
    analysis.nodes[4]
        .metrics
        .insert("churn".to_owned(), Some(12.0));
    analysis.nodes[5].metrics.insert("churn".to_owned(), None);
    analysis.nodes[0]
        .metrics
        .insert("ccd@module".to_owned(), Some(9.0));
    let judge = |limits: Vec<Limit>| check(&analysis, &Policy { limits, ..policy() }, None);
    assert_eq!(
        judge(vec![limit("churn", Level::File, 12.0)]).verdict,
        Outcome::Pass
    );
    let failed = judge(vec![
        limit("churn", Level::File, 11.5),
        limit("ccd", Level::Module, 8.0),
    ]);
    let titles: Vec<_> = failed
        .violations
        .iter()
        .map(|violation| &*violation.title)
        .collect();
    assert_eq!(
        titles,
        [
            "ccd of system:s is above 8",
            "churn of src/high.rs is above 11.5"
        ]
        .map(|title| title.replace("system:s", "s"))
    );
    assert_eq!(
        judge(vec![limit("churn", Level::Package, 1.0)])
            .problems
            .len(),
        1,
        "nothing to judge"
    );
}

#[test]
fn without_a_policy_a_change_adds_no_cycle_of_services() {
    let services = |finding: bool| {
        let mut system = system();
        system
            .nodes
            .push(node("service:orders", Level::Service, "system:s"));
        system
            .nodes
            .push(node("service:users", Level::Service, "system:s"));
        system
            .edges
            .push(edge("service:orders", "service:users", EdgeKind::Http));
        system
            .edges
            .push(edge("service:users", "service:orders", EdgeKind::Http));
        let mut found = system.findings[0].clone();
        found.rule = RuleId::ServiceCycle;
        found.subject = ["orders", "users"].map(NodeId::service).to_vec();
        system.findings = Vec::from_iter(finding.then_some(found));
        system
    };
    let none = Policy::default();
    let judge = |base: bool| check_change(&services(base), &services(true), "main", &none, None);
    assert_eq!(judge(false).verdict, Outcome::Fail);
    assert_eq!(judge(true).verdict, Outcome::Pass, "it was there");
    assert_eq!(
        check(&services(true), &none, None).verdict,
        Outcome::Pass,
        "nobody asked"
    );
    let asked = Policy {
        deny_by_default: false,
        deny: vec![RuleId::DistributedMonolith],
        ..Policy::default()
    };
    let change = check_change(&services(false), &services(true), "main", &asked, None);
    assert_eq!(change.verdict, Outcome::Pass, "a policy says what fails");
}

#[test]
fn an_accepted_cycle_may_shrink_but_not_grow() {
    let deny_new = Policy {
        deny_new: vec![RuleId::ImportCycle],
        ..policy()
    };
    let first = check(&system(), &deny_new, None);
    assert_eq!(first.verdict, Outcome::Fail);
    let baseline = Baseline::create(&first);
    assert_eq!(
        baseline.keys().count(),
        2,
        "one line per dependency of the cycle"
    );
    let again = check(&system(), &deny_new, Some(&baseline));
    assert_eq!(
        (again.verdict, again.known.len(), again.stale.len()),
        (Outcome::Pass, 1, 0)
    );

    let mut grown = system();
    grown
        .nodes
        .push(node("module:new", Level::Module, "package:app"));
    grown
        .nodes
        .push(node("file:src/new.rs", Level::File, "module:new"));
    grown.edges.push(edge(
        "file:src/new.rs",
        "file:src/high.rs",
        EdgeKind::Import,
    ));
    grown.findings[0]
        .subject
        .push(NodeId::new(NodeKind::Module, "new"));
    assert_eq!(
        check(&grown, &deny_new, Some(&baseline)).verdict,
        Outcome::Fail
    );

    let mut gone = system();
    gone.findings.clear();
    let verdict = check(&gone, &deny_new, Some(&baseline));
    assert_eq!((verdict.verdict, verdict.stale.len()), (Outcome::Pass, 2));
    assert_eq!(baseline.prune(&verdict).keys().count(), 0);
    let locked = Policy {
        locked: true,
        ..deny_new.clone()
    };
    assert_eq!(
        check(&gone, &locked, Some(&baseline)).verdict,
        Outcome::Fail
    );
    gone.notifications
        .push(Notification::error("unreadable", "x"));
    assert!(
        check(&gone, &deny_new, Some(&baseline)).stale.is_empty(),
        "a partial run cannot tell"
    );
}

#[test]
fn denied_rules_ignore_the_baseline_and_allowed_ones_never_fail() {
    let deny = Policy {
        deny: vec![RuleId::ImportCycle],
        deny_by_default: false,
        ..policy()
    };
    let baseline = Baseline::create(&check(
        &system(),
        &Policy {
            deny_new: deny.deny.clone(),
            deny: Vec::new(),
            ..policy()
        },
        None,
    ));
    assert_eq!(judge(&deny, Some(&baseline)).0, Outcome::Fail);
    assert_eq!(
        judge(
            &Policy {
                allow: deny.deny.clone(),
                ..deny
            },
            None
        )
        .0,
        Outcome::Pass
    );
}

fn exception(subject: &[&str], expires: &str) -> Exception {
    Exception {
        rule: RuleId::ImportCycle,
        subject: subject.iter().map(|text| select(text, "")).collect(),
        reason: "the split is under way".to_owned(),
        ticket: Some("ARCH-12".to_owned()),
        expires: expires.to_owned(),
        line: 3,
    }
}

/// The verdict on the small system, its cycle denied, with one exception on the last day of June.
fn with_exception(subject: &[&str], expires: &str) -> Verdict {
    let policy = Policy {
        deny: vec![RuleId::ImportCycle],
        deny_by_default: false,
        exceptions: vec![exception(subject, expires)],
        today: "2026-06-30".to_owned(),
        ..policy()
    };
    check(&system(), &policy, None)
}

#[test]
fn an_exception_holds_through_its_last_day_and_for_what_it_names() {
    for subject in [&["module:high", "module:low"][..], &["app"], &[]] {
        let verdict = with_exception(subject, "2026-06-30");
        assert_eq!((verdict.verdict, verdict.known.len()), (Outcome::Pass, 1));
        let why = verdict.known[0].accepted.as_deref().expect("a reason");
        assert!(
            why.contains("(ARCH-12) in line 3 until 2026-06-30: the split"),
            "{why}"
        );
        assert_eq!(Baseline::create(&verdict).keys().count(), 0);
    }
    let part = with_exception(&["module:high"], "2026-06-30");
    assert_eq!(
        part.verdict,
        Outcome::Fail,
        "a part of the cycle is not named"
    );
    assert!(
        part.hints
            .iter()
            .any(|hint| hint.contains("covers nothing"))
    );
    let idle = with_exception(&["module:hihg"], "2026-06-30");
    assert_eq!(idle.problems[0].message, "`module:hihg` selects nothing");
}

#[test]
fn an_expired_exception_lets_the_finding_count_again_and_says_so() {
    let verdict = with_exception(&["app"], "2026-06-29");
    assert_eq!(verdict.verdict, Outcome::Fail);
    let evidence = &verdict.violations[0].evidence;
    assert!(evidence.ends_with("expired on 2026-06-29"), "{evidence}");
    let told = |hint: &String| hint.contains("1 finding counts again");
    assert!(verdict.hints.iter().any(told), "{:?}", verdict.hints);
}

#[test]
fn what_is_denied_is_an_error_and_what_is_milder_does_not_fail() {
    let mut mild = system();
    mild.findings[0].severity = Severity::Note;
    let deny = Policy {
        deny: vec![RuleId::ImportCycle],
        ..policy()
    };
    let denied = check(&mild, &deny, None);
    assert_eq!(denied.violations[0].severity, Severity::Error);
    let warn = Policy {
        severity: [(RuleId::ImportCycle, Severity::Warning)].into(),
        ..policy()
    };
    let warned = check(&mild, &warn, None);
    assert_eq!(
        (warned.verdict, warned.violations.len()),
        (Outcome::Pass, 0)
    );
    assert_eq!(warned.warnings[0].severity, Severity::Warning);
    let mut layered = forbid("src/low/**", "src/high*");
    layered.severity = [(RuleId::ForbiddenEdge, Severity::Note)].into();
    let noted = check(&system(), &layered, None);
    assert_eq!((noted.verdict, noted.warnings.len()), (Outcome::Pass, 1));
}

#[test]
fn a_denial_of_new_findings_wins_over_the_default_denial() {
    let mut bad = system();
    bad.findings[0].rule = RuleId::DistributedMonolith;
    let new = Policy {
        deny_new: vec![RuleId::DistributedMonolith],
        ..policy()
    };
    let baseline = Baseline::create(&check(&bad, &new, None));
    assert_eq!(baseline.keys().count(), 2);
    assert_eq!(check(&bad, &new, Some(&baseline)).verdict, Outcome::Pass);
    let asked = Policy {
        deny_by_default: false,
        ..new
    };
    assert_eq!(check(&bad, &asked, Some(&baseline)).verdict, Outcome::Fail);
}

#[test]
fn kinds_of_edges_are_forbidden_and_allowed() {
    let mut calls = system();
    for name in ["web", "shop"] {
        calls
            .nodes
            .push(node(&format!("service:{name}"), Level::Service, "system:s"));
    }
    calls
        .edges
        .push(edge("service:web", "service:shop", EdgeKind::Http));
    calls
        .edges
        .push(edge("service:web", "service:shop", EdgeKind::Messaging));
    let only = |kinds: &[EdgeKind]| {
        let mut policy = forbid("service:web", "service:shop");
        policy.forbid[0].kinds = kinds.to_vec();
        policy
    };
    let judge = |policy: &Policy| check(&calls, policy, None).violations.len();
    assert_eq!(judge(&only(&[EdgeKind::Http])), 1);
    assert_eq!(judge(&only(&[EdgeKind::Grpc])), 0);
    assert_eq!(judge(&only(&[])), 1);
    let mut may = only(&[]);
    may.may.push(Allow {
        from: select("service:web", ""),
        to: select("service:*", ""),
        kinds: vec![EdgeKind::Messaging],
        line: 1,
    });
    let broken = check(&calls, &may, None).violations;
    assert_eq!(broken.len(), 1, "the call is not allowed");
    may.may[0].kinds.push(EdgeKind::Http);
    assert_eq!(judge(&may), 0);
}

#[test]
fn coverage_counts_services_with_calls_and_unread_languages() {
    let least = |kind| Policy {
        min_coverage: [(kind, 0.6)].into(),
        ..policy()
    };
    let mut analysis = system();
    analysis.verdict.services = 4;
    analysis.verdict.known = 2;
    analysis.coverage.languages.insert("rust".to_owned(), 6);
    analysis.coverage.unsupported.insert("C".to_owned(), 4);
    let failed = |kind| check(&analysis, &least(kind), None).violations.len();
    assert_eq!(failed(Coverage::Calls), 1);
    assert_eq!(failed(Coverage::Languages), 0);
    analysis.coverage.unsupported.insert("C".to_owned(), 5);
    let failed = check(&analysis, &least(Coverage::Languages), None);
    assert_eq!(
        failed.violations[0].title,
        "coverage `languages` is 0.545, below 0.6"
    );
}

#[test]
fn coverage_is_a_share_of_what_there_was_to_see() {
    let resolved = |least| Policy {
        min_coverage: [(Coverage::Resolved, least)].into(),
        ..policy()
    };
    assert_eq!(
        judge(&resolved(1.0), None).0,
        Outcome::Pass,
        "nothing to see"
    );
    let mut analysis = system();
    let tally = Tally {
        resolved: 8,
        ambiguous: 1,
        external: 90,
        unresolved: 1,
    };
    analysis
        .coverage
        .references
        .insert("rust".to_owned(), tally);
    assert_eq!(
        check(&analysis, &resolved(0.8), None).verdict,
        Outcome::Pass
    );
    let low = check(&analysis, &resolved(0.81), None);
    assert_eq!(
        low.violations[0].title,
        "coverage `resolved` is 0.800, below 0.81"
    );
    assert_eq!(Baseline::create(&low).keys().count(), 0, "never accepted");
}

#[test]
fn a_renamed_file_keeps_what_was_accepted() {
    let text = "# seamline baseline 1\nforbidden-edge file:a/old.py -> file:b.py\n";
    let baseline = Baseline::parse(text).expect("a baseline");
    let moved = [("a/old.py".into(), "a/new.py".into())].into();
    let followed = baseline.followed(&moved);
    let keys: Vec<&str> = followed.keys().collect();
    assert_eq!(keys, ["forbidden-edge file:a/new.py -> file:b.py"]);
}

#[test]
fn a_fresh_baseline_accepts_everything_it_was_made_of() {
    let mut all = forbid("src/low/**", "src/high*");
    all.layers = Some(Layers {
        exhaustive: true,
        ..layers(&[&["high"]])
    });
    all.deny_new = vec![RuleId::ImportCycle];
    let first = check(&system(), &all, None);
    assert_eq!(first.violations.len(), 4);
    let baseline = Baseline::create(&first);
    assert_eq!(judge(&all, Some(&baseline)), (Outcome::Pass, vec![]));
}
