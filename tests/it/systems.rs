//! The systems that really run: what was planted is found, what was repaired is not.

use std::path::{Path, PathBuf};

use seamline::analysis::Analysis;
use seamline::history::{Options as History, Origin, Window};
use seamline::model::{NodeId, NodeKind};
use seamline::pipeline::{self, Options};
use seamline::simulate::Change;
use seamline::traces::Input;

fn options(system: &str) -> Options {
    let root: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/systems")
        .join(system);
    Options {
        traces: vec![Input::Path(root.join("traces"))],
        history: History {
            origin: Origin::Recorded(root.join("history.log")),
            window: Window::All,
            ..History::default()
        },
        roots: vec![root],
        ..Options::default()
    }
}

fn analysis(system: &str) -> Analysis {
    pipeline::analyze(&options(system)).expect("an analysis")
}

fn rules(analysis: &Analysis, services: &[&str]) -> Vec<String> {
    let about = |subject: &[NodeId]| {
        services
            .iter()
            .all(|name| subject.iter().any(|id| *id == NodeId::service(*name)))
    };
    let found = analysis
        .findings
        .iter()
        .filter(|finding| about(&finding.subject));
    let mut rules: Vec<String> = found.map(|finding| finding.rule.to_string()).collect();
    rules.dedup();
    rules
}

#[test]
fn every_planted_fault_is_flagged_at_a_place_or_a_trace() {
    let analysis = analysis("media");
    let has = |services: &[&str], rule: &str| {
        let found = rules(&analysis, services);
        assert!(
            found.iter().any(|known| known == rule),
            "{services:?}: {found:?} lack {rule}"
        );
    };
    has(&["ms-user", "ms-payment"], "distributed-monolith");
    has(&["subscription", "entitlement"], "lockstep-change");
    has(&["article", "comment"], "shared-table");
    has(&["article", "comment"], "foreign-write");
    has(&["article", "entitlement"], "wasteful-edge");
    has(&["article", "comment"], "repeated-call");
    has(&["article", "comment"], "shared-datastore-load");
    for finding in &analysis.findings {
        let opens = !finding.locations.is_empty() || finding.trace.is_some();
        assert!(opens, "{}: nothing to open", finding.title);
    }
}

/// Kinds of the remedies of the findings of `rule` about `services`.
fn remedies(analysis: &Analysis, rule: &str, services: &[&str]) -> Vec<String> {
    let about = |finding: &&seamline::analysis::Finding| {
        let names = |name: &&str| {
            finding
                .subject
                .iter()
                .any(|id| *id == NodeId::service(*name))
        };
        finding.rule.name() == rule && services.iter().all(names)
    };
    let found = analysis.findings.iter().filter(about);
    found
        .flat_map(|finding| finding.remedies.iter().map(|remedy| remedy.kind.clone()))
        .collect()
}

#[test]
fn remedies_fit_the_fault_and_were_simulated() {
    let analysis = analysis("media");
    let has = |rule: &str, services: &[&str], kind: &str| {
        let found = remedies(&analysis, rule, services);
        assert!(
            found.iter().any(|known| known == kind),
            "{rule} {services:?}: {found:?} lack {kind}"
        );
    };
    has(
        "distributed-monolith",
        &["ms-user", "ms-payment"],
        "move-ownership",
    );
    has(
        "distributed-monolith",
        &["ms-user", "ms-payment"],
        "pass-data",
    );
    has("lockstep-change", &["subscription", "entitlement"], "merge");
    has("wasteful-edge", &["article", "entitlement"], "stop-waste");
    has("repeated-call", &["article", "comment"], "stop-waste");
    let better = |state: &seamline::simulate::State| state.hops_per_request;
    for remedy in analysis
        .findings
        .iter()
        .flat_map(|finding| &finding.remedies)
    {
        assert!(
            better(&remedy.after) <= better(&remedy.before),
            "{}: more calls",
            remedy.action
        );
        assert!(
            remedy.before.availability.is_some(),
            "{}: not simulated",
            remedy.action
        );
    }
}

#[test]
fn a_cycle_is_found_once_and_events_make_none() {
    let analysis = analysis("media");
    let cycles: Vec<_> = analysis
        .cycles
        .iter()
        .filter(|cycle| cycle.synchronous.is_some())
        .map(|cycle| {
            cycle
                .members
                .iter()
                .map(|id| id.to_string())
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(cycles, [["service:ms-payment", "service:ms-user"]]);
    let about = rules(&analysis, &["ms-user", "ms-payment"]);
    let circular = |rule: &&String| {
        ["service-cycle", "distributed-monolith", "async-cycle"].contains(&rule.as_str())
    };
    assert_eq!(
        about.iter().filter(circular).collect::<Vec<_>>(),
        ["distributed-monolith"]
    );
    let article = rules(&analysis, &["article", "comment"]);
    assert!(
        !article.iter().any(|rule| rule.ends_with("-cycle")),
        "{article:?}"
    );
}

#[test]
fn a_datastore_goes_by_one_name_in_code_and_traces() {
    let analysis = analysis("media");
    let stores: Vec<&str> = analysis
        .nodes
        .iter()
        .filter(|node| node.id.kind == NodeKind::Datastore)
        .map(|node| &*node.name)
        .collect();
    let files = [
        "content.db",
        "entitlements.db",
        "payments.db",
        "subscriptions.db",
        "users.db",
    ];
    assert_eq!(stores, files);
    let row = analysis
        .dependencies
        .iter()
        .find(|row| (row.from.as_str(), row.to.as_str()) == ("article", "content.db"))
        .expect("a dependency");
    assert_eq!(
        (row.found, row.calls),
        (true, 425),
        "found and observed side by side"
    );
    let users =
        |edge: &&seamline::analysis::EdgeRecord| edge.to.to_string() == "package:media-common";
    let linked = analysis
        .edges
        .iter()
        .filter(users)
        .filter(|edge| edge.kind.name() == "shared-library");
    assert_eq!(linked.count(), 7, "services that link the library");
}

#[test]
fn the_repaired_copy_shows_none_of_the_faults() {
    let analysis = analysis("media-repaired");
    let planted = [
        "service-cycle",
        "distributed-monolith",
        "lockstep-change",
        "shared-table",
        "foreign-write",
        "wasteful-edge",
        "repeated-call",
        "chatty-pair",
        "hidden-coupling",
        "shared-datastore-load",
        "lockstep-library",
        "undeclared-edge",
        "unused-edge",
        "bypassed-contract",
        "layer-cut",
        "deep-chain",
        "hub",
    ];
    let left: Vec<_> = analysis
        .findings
        .iter()
        .filter(|finding| planted.contains(&finding.rule.name()))
        .map(|finding| format!("{} {}", finding.title, finding.evidence))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn dropping_the_calls_back_ends_the_cycle() {
    let change = Change::Drop {
        caller: "ms-payment".into(),
        callee: "ms_user".into(),
    };
    let result = pipeline::what_if(&options("media"), &change).expect("a simulation");
    assert_eq!(
        (result.before.cycles.len(), result.after.cycles.len()),
        (1, 0)
    );
    let floor =
        |state: &seamline::simulate::State| state.group.as_ref().map(|group| group.score.floor);
    assert!(floor(&result.before) > floor(&result.after));
    let unknown = Change::Drop {
        caller: "ms-payment".into(),
        callee: "nobody".into(),
    };
    assert!(pipeline::what_if(&options("media"), &unknown).is_err());
}

/// The analysis with proposals of services.
fn for_services(system: &str) -> Analysis {
    let mut options = options(system);
    options.boundaries.intent = seamline::boundaries::Intent::Service;
    pipeline::analyze(&options).expect("an analysis")
}

#[test]
fn the_busy_part_of_the_monolith_is_proposed_first_with_the_one_edge_to_break() {
    let proposals = for_services("media-monolith").boundaries;
    let first = &proposals[0];
    assert_eq!(
        (first.name.as_str(), first.intent.as_str()),
        ("rendering", "service")
    );
    assert!(
        first
            .members
            .iter()
            .all(|path| path.starts_with("src/rendering/"))
    );
    assert_eq!((first.members.len(), first.pareto), (5, true));
    let gain = &first.benefit;
    assert!(gain.load_share > Some(0.5), "load {:?}", gain.load_share);
    assert!(
        gain.load_asymmetry > Some(2.0),
        "asymmetry {:?}",
        gain.load_asymmetry
    );
    assert!(
        gain.change_share > Some(0.3),
        "change {:?}",
        gain.change_share
    );
    let [broken] = &first.breaks[..] else {
        panic!("one edge to break, not {:?}", first.breaks);
    };
    assert_eq!(
        (&*broken.from.name, &*broken.to.name),
        ("src/rendering/links.rs", "src/articles/table.rs")
    );
    assert_eq!(first.shared_kernel, ["src/store.rs".into()]);
}

#[test]
fn no_service_is_proposed_that_is_there_already() {
    let analysis = for_services("media");
    let service = |path: &str| {
        let below = path.strip_prefix("services/")?;
        let source = below.ends_with(".rs");
        source.then(|| below.split('/').next().map(str::to_owned))?
    };
    let mut files = std::collections::BTreeMap::<String, usize>::new();
    for path in analysis
        .nodes
        .iter()
        .filter_map(|node| node.path.as_deref())
    {
        if let Some(service) = service(path) {
            *files.entry(service).or_default() += 1;
        }
    }
    assert!(files.len() >= 6, "services of media: {files:?}");
    let cuts = analysis.boundaries.iter().filter(|it| it.merge.is_none());
    for proposal in cuts {
        for (name, &all) in &files {
            let members = proposal.members.iter();
            let inside = members.filter(|path| service(path).as_ref() == Some(name));
            assert!(
                inside.count() < all,
                "{} holds the service {name}",
                proposal.name
            );
        }
    }
}

#[test]
fn services_split_too_far_are_proposed_to_be_merged() {
    let analysis = for_services("media");
    let merges = || {
        analysis
            .boundaries
            .iter()
            .filter_map(|it| it.merge.as_ref())
    };
    let split =
        merges().find(|merge| merge.services == ["subscription".into(), "entitlement".into()]);
    let split = split.expect("subscription writes what belongs to entitlement");
    assert_eq!(
        (split.change_sets, split.lockstep),
        (Some((18, 30)), Some(0.6))
    );
    assert!(split.write_dominance >= Some(0.9), "{:?}", split.writes);
    assert!(split.calls_in_process > Some(0) && split.saved_ms_per_request > Some(0.0));
    let finding = |it: &&seamline::analysis::Finding| it.rule.name() == "lockstep-change";
    let mut remedies = analysis
        .findings
        .iter()
        .filter(finding)
        .flat_map(|it| &it.remedies);
    assert!(
        remedies.any(|remedy| remedy.reason == split.reason),
        "{}",
        split.reason
    );

    let pair = |name: &str| seamline::boundaries::Named {
        name: name.to_owned(),
        services: vec!["entitlement".to_owned(), "subscription".to_owned()],
        ..seamline::boundaries::Named::default()
    };
    let mut options = options("media");
    options.boundaries.intent = seamline::boundaries::Intent::Service;
    options.boundaries.pinned = vec![pair("billing")];
    let named = |options: &Options| {
        let found = pipeline::analyze(options).expect("an analysis").boundaries;
        let merge = found.into_iter().find(|it| it.merge.is_some());
        merge.map(|it| (it.name, it.source, it.intent))
    };
    let pinned = ("billing", "pinned", "merge");
    let pinned = (
        pinned.0.to_owned(),
        pinned.1.to_owned(),
        pinned.2.to_owned(),
    );
    assert_eq!(named(&options), Some(pinned));
    options.boundaries.pinned.clear();
    options.boundaries.rejected = vec![pair("no")];
    assert!(named(&options).is_none_or(|(name, ..)| !name.contains("entitlement")));
}

#[test]
fn what_a_call_costs_is_measured_on_the_traces() {
    let assumptions = analysis("media").assumptions;
    let source = assumptions.hop_source;
    assert!(
        matches!(source, seamline::simulate::HopSource::Measured { calls } if calls > 100),
        "{source:?}"
    );
    assert!(
        assumptions.hop_ms > 0.0 && assumptions.hop_ms < 50.0,
        "{assumptions:?}"
    );
}

#[test]
fn a_named_set_has_the_numbers_of_the_proposal() {
    let named = |path: &str| seamline::boundaries::Named {
        name: "mine".to_owned(),
        paths: vec![path.to_owned()],
        ..seamline::boundaries::Named::default()
    };
    let mut options = options("media-monolith");
    options.boundaries.intent = seamline::boundaries::Intent::Service;
    let (found, _) = pipeline::extract(&options, &named("src/rendering")).expect("files");
    let first = for_services("media-monolith").boundaries.swap_remove(0);
    assert_eq!(
        (&found.cost, &found.benefit, &found.breaks),
        (&first.cost, &first.benefit, &first.breaks)
    );
    let error = pipeline::extract(&options, &named("src/nowhere")).expect_err("no such folder");
    assert!(error.to_string().contains("`src/nowhere`"), "{error}");
}

/// Writes one file of a system that is made for one test.
fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
    std::fs::write(path, text).expect("a file");
}

#[test]
fn metrics_leave_copies_of_third_parties_code_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = [
        ("go.mod", "module shop\n"),
        ("a/a.go", "package a\nimport \"shop/b\"\nvar A = b.B\n"),
        (
            "b/b.go",
            "package b\nimport \"example.org/v\"\nvar B = v.V\n",
        ),
        ("vendor/example.org/v/v.go", "package v\nvar V = 1\n"),
        (
            "vendor/modules.txt",
            "# example.org/v v1.0.0\n## explicit\nexample.org/v\n",
        ),
    ];
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    let options = Options {
        roots: vec![folder.path().to_owned()],
        ..Options::default()
    };
    let analysis = pipeline::analyze(&options).expect("an analysis");
    let node = |id: &str| analysis.nodes.iter().find(|node| node.id.to_string() == id);
    let lines = |id: &str| node(id).expect("a node").metrics.get("lines").copied();
    assert_eq!(lines("file:a/a.go"), Some(Some(3.0)));
    assert_eq!(lines("file:vendor/example.org/v/v.go"), None);
    let system = analysis.nodes.iter().find(|node| node.parent.is_none());
    let propagation = &system.expect("a system").metrics["propagation_cost@file"];
    assert_eq!(*propagation, Some(0.75), "two files, one dependency");
}

#[test]
fn a_proposal_that_is_a_package_already_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| write(folder.path(), path, text);
    write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"ledger\", \"mail\", \"shop\"]\n",
    );
    for name in ["ledger", "mail", "shop"] {
        let needs = "[dependencies]\nledger = { path = \"../ledger\" }\n";
        let needs = if name == "ledger" { "" } else { needs };
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\n{needs}");
        write(&format!("{name}/Cargo.toml"), &manifest);
        let mut modules: String = (0..7).map(|at| format!("pub mod m{at};\n")).collect();
        if name != "ledger" {
            modules.push_str("pub fn pay(_: ledger::m0::T0) {}\n");
        }
        write(&format!("{name}/src/lib.rs"), &modules);
        for at in 0..7 {
            let next = (at + 1) % 7;
            let text = format!("pub struct T{at};\npub fn f(_: crate::m{next}::T{next}) {{}}\n");
            write(&format!("{name}/src/m{at}.rs"), &text);
        }
    }
    let mut options = Options {
        roots: vec![folder.path().to_owned()],
        ..Options::default()
    };
    options.boundaries.intent = seamline::boundaries::Intent::Service;
    let found = pipeline::analyze(&options).expect("an analysis").boundaries;
    let packages: Vec<Option<&str>> = found.iter().map(|it| it.package.as_deref()).collect();
    assert!(packages.contains(&Some("ledger")), "{packages:?}");
    let part = found.iter().find(|it| it.members.len() < 5);
    assert!(part.is_none_or(|it| it.package.is_none()), "{packages:?}");
}
