//! Load without traces ranks the proposals of a small monolith, and every output says where it is from.

use std::path::{Path, PathBuf};

use seamline::analysis::Analysis;
use seamline::boundaries;
use seamline::history::{Options as History, Origin, Window};
use seamline::model::LoadKind;
use seamline::pipeline::{self, Options, Wanted};
use seamline::traces::Input;

fn analysis(inputs: &[(&str, &str)]) -> Analysis {
    let root: PathBuf =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/systems/media-monolith");
    let input =
        |(name, text): &(&str, &str)| Input::Bytes((*name).to_owned(), text.as_bytes().to_vec());
    let options = Options {
        traces: inputs.iter().map(input).collect(),
        history: History {
            origin: Origin::Recorded(root.join("history.log")),
            window: Window::All,
            ..History::default()
        },
        roots: vec![root],
        wanted: Wanted::Everything,
        boundaries: boundaries::Options {
            fit: true,
            by_change: false,
            ..boundaries::Options::default()
        },
        ..Options::default()
    };
    pipeline::analyze(&options).expect("an analysis")
}

/// Names of the proposals in their order, with the percentage of the load.
fn ranked(analysis: &Analysis) -> Vec<(String, u64)> {
    let shown = |share: Option<f64>| (share.unwrap_or_default() * 100.0).round() as u64;
    let list = analysis.boundaries.iter().filter(|it| it.merge.is_none());
    list.map(|it| (it.name.clone(), shown(it.benefit.load_share)))
        .collect()
}

/// Work in the payments, a little in the comments and outside of the repository.
const PAYMENTS: &str = "\
media_monolith;media_monolith::main::h0123456789abcdef;media_monolith::payments::invoices::invoice::h1111111111111111;core::fmt::write::h2222222222222222 80
media_monolith;media_monolith::main::h0123456789abcdef;media_monolith::comments::threads::open::h3333333333333333 10
[unknown];malloc 10
";
/// The same the other way round.
const COMMENTS: &str = "\
media_monolith;media_monolith::main::h0123456789abcdef;media_monolith::comments::threads::open::h3333333333333333;core::fmt::write::h2222222222222222 80
media_monolith;media_monolith::main::h0123456789abcdef;media_monolith::payments::invoices::invoice::h1111111111111111 10
[unknown];malloc 10
";

#[test]
fn a_profile_ranks_what_to_extract() {
    let (payments, comments) = ("payments", "comments");
    for (text, first, then) in [
        (PAYMENTS, payments, comments),
        (COMMENTS, comments, payments),
    ] {
        let analysis = analysis(&[("stacks.collapsed", text)]);
        let list = ranked(&analysis);
        let at = |wanted: &str| list.iter().position(|(name, _)| name == wanted);
        assert!(at(first).is_some() && at(first) < at(then), "{list:?}");
        assert!(
            list.contains(&(first.to_owned(), 89)) && list.contains(&(then.to_owned(), 11)),
            "{list:?}"
        );
        let basis = analysis.basis.as_ref().expect("a basis");
        let said = "load (CPU samples in stacks.collapsed, 90 % of them found their file)";
        assert_eq!(basis.ranked_by.first().map(String::as_str), Some(said));
        // A profile records no call between services or files: nothing rests on one.
        assert!(analysis.runtime.is_none() && analysis.coverage.spans.is_none());
        assert!(
            analysis
                .boundaries
                .iter()
                .all(|it| it.cost.network_calls.is_none())
        );
        let load = analysis.coverage.load.expect("a source");
        assert_eq!(
            (load.kind, load.weight, load.found),
            (LoadKind::Profile, 100, Some(0.9))
        );
        assert_eq!(
            load.missed.first().map(|missed| &*missed.name),
            Some("malloc")
        );
    }
}

#[test]
fn what_finds_no_file_ranks_nothing_and_says_so() {
    let analysis = analysis(&[(
        "other.collapsed",
        "java/lang/Thread.run;com/acme/Order.total 10\n",
    )]);
    let basis = analysis.basis.as_ref().expect("a basis");
    assert!(
        basis.ranked_by.iter().all(|by| !by.starts_with("load")),
        "{basis:?}"
    );
    let said = "load: CPU samples in other.collapsed, 0 % of them found their file";
    assert!(basis.not_by.iter().any(|by| by == said), "{basis:?}");
}

#[test]
fn requests_are_load_of_the_file_whose_handler_their_route_names() {
    let log = "\
1.1.1.1 - - [10/Oct/2025:13:55:36 +0000] \"GET /users/17/payments HTTP/1.1\" 200 5 \"-\" \"-\" 0.9
1.1.1.1 - - [10/Oct/2025:13:55:36 +0000] \"GET /favicon.ico HTTP/1.1\" 404 5 \"-\" \"-\" 0.1
";
    let load = analysis(&[("access.log", log)])
        .coverage
        .load
        .expect("a source");
    assert_eq!(
        load.phrase(),
        "request time in access.log, 90 % of it found its file (50 % of the requests)"
    );
    let parts: Vec<String> = load.parts.iter().map(|part| part.id.to_string()).collect();
    assert!(
        parts.contains(&"file:src/users/account.rs".to_owned()),
        "{parts:?}"
    );
    assert_eq!(
        load.missed.first().map(|missed| &*missed.name),
        Some("GET /favicon.ico")
    );
    let both = analysis(&[("access.log", log), ("stacks.collapsed", PAYMENTS)]);
    let load = both.coverage.load.expect("a source");
    assert_eq!(load.kind, LoadKind::Profile);
    let told = both
        .notifications
        .iter()
        .any(|note| note.message.contains("access.log is not added"));
    assert!(told, "{:?}", both.notifications);
}
