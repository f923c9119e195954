//! The page as a browser would get it.
//!
//! In: small analyses made by hand. Out: assertions on the text of the page.
//! Invariant: hostile names stay text.
//! Never: a look at the layout; that is for eyes.

use std::collections::BTreeMap;

use super::*;
use crate::analysis::{
    Addition, Additive, Analysis, Complete, CutEdge, Cycle, EdgeRecord, Finding, NewService,
    NodeRecord, Roadmap, Shim,
};
use crate::model::{
    CallEdge, CallProfile, EdgeKind, Labels, Level, Location, NodeId, Notification, Position,
    Provenance, Role, RuleId, Severity,
};
use crate::report::view::reporter::{Show, Topic};

const HOSTILE: &str =
    "</style><script>alert('x')</script>\" onload=\"y\u{2028}\u{202e}<img src=x>{{ style }}";

fn node(name: &str) -> NodeRecord {
    NodeRecord {
        aliases: Vec::new(),
        instances: None,
        quiet: false,
        id: NodeId::service(name),
        level: Level::Service,
        name: name.into(),
        parent: None,
        path: Some(name.into()),
        language: None,
        role: Role::Business,
        metrics: BTreeMap::new(),
    }
}

fn hostile() -> Analysis {
    let (id, other) = (NodeId::service(HOSTILE), NodeId::service("b"));
    let at = Location::new(HOSTILE, Position::new(1, 1));
    let edge = |from: &NodeId, to: &NodeId| EdgeRecord {
        from: from.clone(),
        to: to.clone(),
        kind: EdgeKind::Http,
        labels: Labels::NONE,
        provenance: Provenance::Code,
        grade: None,
        weight: 3,
        symbols: Vec::new(),
        via: None,
        locations: vec![at.clone()],
    };
    let mut finding = Finding::new(RuleId::Hub, Severity::Error, vec![id.clone()]);
    (finding.title, finding.evidence, finding.advice) =
        (HOSTILE.into(), HOSTILE.into(), HOSTILE.into());
    finding.locations = vec![at.clone()];
    finding.trace = Some(HOSTILE.into());
    let cut = CutEdge {
        from: id.clone(),
        to: other.clone(),
        weight: 1,
        calls: None,
        symbols: Vec::new(),
        locations: vec![at.clone()],
    };
    let cycle = Cycle {
        id: format!("cycle:{id}"),
        level: Level::Service,
        members: vec![id.clone(), other.clone()],
        shortest: vec![id.clone(), other.clone()],
        cut: vec![cut],
        steps: Vec::new(),
        synchronous: Some(true),
        verdict: Some(crate::analysis::Verdict::Suspect),
        score: None,
        exempt: None,
    };
    let mut analysis = Analysis {
        nodes: vec![node(HOSTILE), node("b")],
        edges: vec![edge(&id, &other), edge(&other, &id)],
        cycles: vec![cycle],
        findings: vec![finding],
        notifications: vec![Notification::error("x", HOSTILE).in_file(HOSTILE)],
        runtime: Some(CallProfile {
            edges: vec![CallEdge {
                caller: HOSTILE.into(),
                callee: HOSTILE.into(),
                calls: 1,
                example_trace: Some(HOSTILE.into()),
                ..CallEdge::default()
            }],
            ..CallProfile::default()
        }),
        roadmap: Some(Roadmap::Additive(Additive {
            services: vec![Addition {
                rank: 1,
                name: HOSTILE.into(),
                needs: vec![Shim {
                    file: HOSTILE.into(),
                    symbols: vec![HOSTILE.into()],
                    ..Shim::default()
                }],
                ..Addition::default()
            }],
            freeze: format!("[[freeze]]\n# {HOSTILE}"),
            ..Additive::default()
        })),
        ..Analysis::default()
    };
    analysis.project.name = HOSTILE.into();
    analysis.coverage.languages.insert(HOSTILE.into(), 1);
    analysis
}

fn html(analysis: &Analysis) -> String {
    let view = View {
        analysis,
        topic: Topic::Summary,
        show: Show::default(),
        verdict: None,
        page: crate::report::Page::default(),
    };
    let mut bytes = Vec::new();
    render(&view, &mut bytes).expect("a page");
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn hostile_names_are_inert() {
    let page = html(&hostile());
    assert!(
        page.matches("&lt;script&gt;").count() >= 10,
        "the name is shown, escaped"
    );
    assert_eq!(page.matches("<script").count(), 1, "our own, at the end");
    for bad in [
        "<script>alert",
        "<img",
        "onload=\"y",
        "\u{2028}",
        "\u{202e}",
    ] {
        assert!(!page.contains(bad), "{bad:?} survived");
    }
    assert_eq!(page.matches("</style>").count(), 1);
    assert!(page.contains("{{ style }}"), "a name is no template");
}

#[test]
fn the_policy_allows_the_two_blocks_of_the_page_and_nothing_else() {
    // The arrow heads of the drawings are parts of the page itself.
    let page = html(&hostile()).replace("url(#", "(");
    let (_, rest) = page.split_once("<style>").expect("a style block");
    let (style, rest) = rest.split_once("</style>").expect("its end");
    assert!(!rest.contains("<style"), "one style block");
    let (rest, script) = rest.split_once("<script>").expect("a script");
    let (script, end) = script.split_once("</script>").expect("its end");
    assert!(
        !rest.contains("<script") && !end.contains("<script"),
        "one script"
    );
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'",
        hash(style),
        hash(script)
    );
    assert!(page.contains(&policy), "the hashes are those of the blocks");
    assert!(script.len() <= 30 << 10);
    for forbidden in [
        " style=",
        "eval(",
        "<link",
        "<iframe",
        "@import",
        "url(",
        "http-equiv=\"refresh\"",
    ] {
        assert!(!page.contains(forbidden), "{forbidden} in the page");
    }
}

#[test]
fn an_empty_analysis_gives_a_page_that_says_so() {
    let page = html(&Analysis::default());
    assert!(page.contains("Nothing to judge"), "{page}");
    assert!(page.contains("No traces were given"));
    assert!(page.contains("No git history was found"));
}

#[test]
fn the_roadmap_has_a_section_where_one_was_asked_for() {
    assert!(!html(&Analysis::default()).contains("id=\"roadmap\""));
    assert!(html(&hostile()).contains("<pre>[[freeze]]\n#"));
    let plan = Complete {
        verdict: "Each can be deployed alone.".to_owned(),
        services: vec![NewService {
            name: "order".to_owned(),
            files: vec!["a.rs".into(), "b.rs".into()],
            ..NewService::default()
        }],
        ..Complete::default()
    };
    let page = html(&Analysis {
        roadmap: Some(Roadmap::Complete(plan)),
        ..Analysis::default()
    });
    assert!(page.contains("<h2>Roadmap: all at once</h2>"));
    assert!(page.contains("Each can be deployed alone."));
    assert!(
        page.contains("<td>order</td><td class=\"n\">2</td>"),
        "{page}"
    );
}

#[test]
fn long_lists_say_what_they_leave_out() {
    let short = Short::new(0..5, 3);
    assert_eq!((short.items.len(), short.more), (3, 2));
    let mut analysis = Analysis::default();
    for index in 0..250 {
        let mut finding = Finding::new(
            RuleId::Hub,
            Severity::Note,
            vec![NodeId::file(index.to_string())],
        );
        finding.title = format!("finding number {index}");
        analysis.findings.push(finding);
    }
    let page = html(&analysis);
    assert!(page.contains("finding number 199") && !page.contains("finding number 200"));
    assert!(page.contains("50 more"));
}
