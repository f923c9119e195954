//! The systems that really run: what was planted is found, what was repaired is not.

use std::path::{Path, PathBuf};

use seamline::analysis::Analysis;
use seamline::history::{Options as History, Origin, Window};
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
    let about = |subject: &[std::sync::Arc<str>]| {
        services
            .iter()
            .all(|name| subject.iter().any(|id| **id == format!("service:{name}")))
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
    has(&["ms-user", "ms-payment"], "service-cycle");
    has(&["ms-user", "ms-payment"], "distributed-monolith");
    has(&["subscription", "entitlement"], "lockstep-change");
    has(&["article", "comment"], "shared-table");
    has(&["article", "comment"], "foreign-write");
    has(&["article", "entitlement"], "wasteful-edge");
    has(&["article", "comment"], "repeated-call");
    for finding in &analysis.findings {
        let opens = !finding.locations.is_empty() || finding.trace.is_some();
        assert!(opens, "{}: nothing to open", finding.title);
    }
    let merge = analysis
        .findings
        .iter()
        .flat_map(|finding| &finding.remedies);
    assert!(
        merge.into_iter().any(|remedy| remedy.kind == "merge"),
        "no merge is proposed"
    );
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
    ];
    let left: Vec<_> = analysis
        .findings
        .iter()
        .filter(|finding| planted.contains(&&*finding.rule))
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
