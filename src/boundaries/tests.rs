//! Proposals on small systems whose best cut is known.
//!
//! In: files with references, commits, load. Out: assertions.
//! Invariant: every fixture is written out below.
//! Never: disk.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::base::groups::{SPLIT, worth_splitting};
use super::base::universe;
use super::ranking::shape;
use super::*;
use crate::graph::{self, DependencyGraph, NodeIndex};
use crate::metrics::{Attribution, Load};
use crate::model::{
    AuthorId, CallProfile, ChangeLog, CodeFacts, Commit, DeclaredRoute, EdgeKind, FileFacts,
    FileId, FileRole, Labels, LanguageId, Location, ParsedFile, PathId, Position, Project,
    Reference, SourceFile, StaticLinks, TableUse,
};
use crate::simulate::Assumptions;

pub(super) struct System {
    project: Project,
    graph: DependencyGraph,
    changes: ChangeLog,
    profile: CallProfile,
    attribution: Option<Attribution>,
    pub(super) tables: Vec<TableUse>,
    pub(super) routes: Vec<DeclaredRoute>,
    answering: Vec<(Arc<str>, String)>,
    named: Vec<(Arc<str>, String)>,
}

impl System {
    /// Files `a/0.rs` … with references (from, to) as indices into `paths`.
    pub(super) fn new(paths: &[&str], references: &[(usize, usize)]) -> Self {
        let (mut project, mut code) = (Project::default(), CodeFacts::default());
        for (at, path) in paths.iter().enumerate() {
            let language = LanguageId(if path.ends_with(".vue") {
                "vue"
            } else {
                "rust"
            });
            let role = FileRole::Source;
            project.files.push(SourceFile {
                path: (*path).into(),
                language: Some(language),
                role,
                bytes: 1,
                package: None,
                service: None,
            });
            let of_file = references.iter().filter(|reference| reference.0 == at);
            let line = |(line, to): (usize, usize)| Reference {
                to: crate::model::FileId::new(to),
                via: None,
                name: Some(0),
                kind: EdgeKind::Reference,
                labels: Labels::NONE,
                at: Position::new(line as u32 + 1, 1),
            };
            let references = of_file
                .map(|reference| reference.1)
                .enumerate()
                .map(line)
                .collect();
            let facts = FileFacts {
                module: "m".to_owned(),
                names: vec!["Thing".into()],
                references,
                ..FileFacts::default()
            };
            code.files.push(ParsedFile {
                file: crate::model::FileId::new(at),
                language,
                facts,
                generated: false,
            });
        }
        let links = StaticLinks::default();
        let graph = graph::build(graph::Parts {
            project: &project,
            code: &code,
            links: &links,
            calls: None,
        });
        Self {
            project,
            graph,
            changes: ChangeLog::default(),
            profile: CallProfile::default(),
            attribution: None,
            tables: Vec::new(),
            routes: Vec::new(),
            answering: Vec::new(),
            named: Vec::new(),
        }
    }

    fn with_commits(mut self, commits: &[&[usize]]) -> Self {
        self.changes.paths = self
            .project
            .files
            .iter()
            .map(|file| file.path.clone())
            .collect();
        self.changes.authors = vec!["a".into()].into();
        for (at, files) in commits.iter().enumerate() {
            let (id, touched) = (format!("{at:040x}").into(), files.len() as u32);
            self.changes.commits.push(Commit {
                id,
                time: at as i64 * 86_400,
                author: AuthorId::new(0),
                files: files.iter().map(|&file| PathId::new(file)).collect(),
                touched,
                repository: 0,
                tickets: Vec::new(),
            });
        }
        self
    }

    fn with_load(mut self, own_time: &[u64]) -> Self {
        let load = |&time: &u64| {
            Some(Load {
                calls: 1,
                weight: time,
                self_time_ns: time,
                critical_ns: time,
            })
        };
        self.attribution = Some(Attribution {
            source: None,
            files: own_time.iter().map(load).collect(),
            calls: vec![(FileId::new(0), FileId::new(4), 30)],
            // Nine requests wait for two such calls each, one for twelve, and one for none of them.
            samples: [2, 2, 2, 2, 2, 2, 2, 2, 2, 12, 0]
                .map(|calls| vec![(FileId::new(0), FileId::new(4), calls)])
                .to_vec(),
            share: Some(1.0),
            notifications: Vec::new(),
        });
        self.profile.coverage.traces = 10;
        self
    }

    pub(super) fn input(&self) -> Input<'_> {
        Input {
            graph: &self.graph,
            project: &self.project,
            changes: &self.changes,
            calls: self
                .attribution
                .as_ref()
                .map(|found| (&self.profile, found)),
            tables: &self.tables,
            routes: &self.routes,
            answering: &self.answering,
            named: &self.named,
            system: None,
            assumptions: Assumptions::default(),
        }
    }

    fn propose(&self, options: &Options) -> Vec<Boundary> {
        propose(&self.input(), options).list
    }
}

const PATHS: [&str; 12] = [
    "src/app/a.rs",
    "src/app/b.rs",
    "src/app/c.rs",
    "src/app/d.rs",
    "src/pay/a.rs",
    "src/pay/b.rs",
    "src/pay/c.rs",
    "src/pay/d.rs",
    "src/web/a.rs",
    "src/web/b.rs",
    "src/web/c.rs",
    "src/web/d.rs",
];

/// Three dense folders, app and web use pay, pay uses app once.
fn three_folders() -> System {
    System::new(&PATHS, &folder_references())
}

fn folder_references() -> Vec<(usize, usize)> {
    let dense = |first: usize| {
        (0..4).flat_map(move |a| {
            (0..4)
                .filter(move |&b| a < b)
                .map(move |b| (first + a, first + b))
        })
    };
    let mut references: Vec<(usize, usize)> = [0, 4, 8].into_iter().flat_map(dense).collect();
    references.extend([(0, 4), (0, 4), (8, 4), (9, 1), (7, 3)]);
    references
}

fn names(proposals: &[Boundary]) -> Vec<&str> {
    proposals
        .iter()
        .map(|boundary| boundary.name.as_str())
        .collect()
}

#[test]
fn dense_folders_are_proposed_with_the_edges_to_break() {
    let proposals = three_folders().propose(&Options::default());
    let pay = proposals
        .iter()
        .find(|boundary| boundary.name == "pay")
        .expect("pay is proposed");
    assert_eq!(
        pay.members.iter().map(|path| &**path).collect::<Vec<_>>(),
        &PATHS[4..8]
    );
    assert_eq!(
        (
            pay.cost.crossing_in,
            pay.cost.crossing_out,
            pay.cost.call_sites,
            pay.cost.back_edges
        ),
        (2, 1, 4, 1)
    );
    assert_eq!(
        (&*pay.breaks[0].from.name, &*pay.breaks[0].to.name),
        ("src/pay/d.rs", "src/app/d.rs")
    );
    assert_eq!(
        pay.breaks[0].locations,
        [Location::new("src/pay/d.rs", Position::new(1, 1))]
    );
    assert_eq!(pay.cost.interface, ["Thing".into()]);
    assert_eq!(
        (&*pay.plan.entry_points[0], pay.plan.test_readiness),
        ("src/pay/a.rs", Some(0.0))
    );
    assert!(
        pay.source.contains("directories")
            && pay.benefit.propagation_after < pay.benefit.propagation_before
    );
    assert_eq!(
        (pay.benefit.change_share, pay.cost.network_calls),
        (None, None)
    );
}

#[test]
fn uses_of_the_shared_kernel_are_no_dependencies_to_break() {
    let paths: Vec<&str> = PATHS.iter().copied().chain(["src/errors.rs"]).collect();
    let mut references = folder_references();
    references.extend((0..12).map(|file| (file, 12)));
    let system = System::new(&paths, &references);
    let set = Named {
        name: "pay".to_owned(),
        paths: vec!["src/pay".to_owned()],
        ..Named::default()
    };
    let pay = assess(&system.input(), &Options::default(), &set).expect("files match");
    assert_eq!(pay.shared_kernel, ["src/errors.rs".into()]);
    assert_eq!((pay.cost.crossing_out, pay.cost.back_edges), (5, 1));
    assert_eq!(&*pay.breaks[0].to.name, "src/app/d.rs");
}

#[test]
fn ranks_are_dense_scores_fall_and_no_two_are_the_same() {
    let proposals = three_folders().propose(&Options::default());
    for (at, boundary) in proposals.iter().enumerate() {
        assert_eq!(boundary.rank as usize, at + 1);
        assert!(at == 0 || boundary.score <= proposals[at - 1].score + 1e-9);
        assert!(
            boundary.members.len() >= 3 && boundary.members.len() <= 7,
            "{:?}",
            boundary.members
        );
    }
    assert_eq!(proposals, three_folders().propose(&Options::default()));
}

#[test]
fn a_service_is_what_changes_and_carries_load() {
    let commits: Vec<&[usize]> = vec![&[4, 5], &[5, 6], &[6, 7], &[4, 7], &[4, 5, 6], &[0, 1]];
    let mut own_time = vec![1; 12];
    own_time[4..8].fill(100);
    let system = three_folders().with_commits(&commits).with_load(&own_time);
    let proposals = system.propose(&Options {
        intent: Intent::Service,
        ..Options::default()
    });
    let first = &proposals[0];
    assert_eq!(
        (first.name.as_str(), first.pareto),
        ("pay", true),
        "{:?}",
        names(&proposals)
    );
    assert_eq!(
        (
            first.benefit.change_share,
            first.cost.network_calls,
            first.cost.added_ms_p95
        ),
        (Some(5.0 / 6.0), Some(30), Some(12.0))
    );
    assert!(first.benefit.load_share > Some(0.9) && first.benefit.load_asymmetry == Some(100.0));
}

#[test]
fn pins_lead_and_rejections_stay_away() {
    let set = |name: &str, path: &str| Named {
        name: name.to_owned(),
        paths: vec![path.to_owned()],
        ..Named::default()
    };
    let options = Options {
        pinned: vec![set("edge", "src/web/")],
        rejected: vec![set("no", "src/pay")],
        ..Options::default()
    };
    let proposals = three_folders().propose(&options);
    assert_eq!(
        (proposals[0].name.as_str(), proposals[0].source.as_str()),
        ("edge", "pinned")
    );
    assert!(!names(&proposals).contains(&"pay"));
}

#[test]
fn a_named_set_is_assessed_and_an_empty_one_is_not() {
    let system = three_folders();
    let named = |paths: &[&str]| Named {
        name: "mine".to_owned(),
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        ..Named::default()
    };
    let found = assess(
        &system.input(),
        &Options::default(),
        &named(&["src/pay", "src/app/a.rs"]),
    )
    .expect("files match");
    assert_eq!((found.members.len(), found.name.as_str()), (5, "mine"));
    let missing = named(&["src/pay", "lib"]);
    let found = assess(&system.input(), &Options::default(), &missing);
    assert_eq!(found.expect_err("nothing lies there"), "lib");
}

#[test]
fn tables_on_both_sides_are_named() {
    let mut system = three_folders();
    let table = |path: &str, write: bool| TableUse {
        service: None,
        datastore: None,
        table: "orders".to_owned(),
        write,
        location: Location::new(path, Position::new(1, 1)),
    };
    system.tables = vec![
        table("src/pay/a.rs", true),
        table("src/web/a.rs", true),
        table("src/web/b.rs", false),
    ];
    let options = Options {
        intent: Intent::Service,
        ..Options::default()
    };
    let pay = assess(
        &system.input(),
        &options,
        &Named {
            name: "pay".to_owned(),
            paths: vec!["src/pay".to_owned()],
            ..Named::default()
        },
    )
    .expect("files match");
    let shared = SharedTable {
        table: "orders".to_owned(),
        writes_inside: 1,
        writes_outside: 1,
        reads_inside: 0,
        reads_outside: 1,
    };
    assert_eq!(pay.cost.shared_tables, Some(vec![shared]));
    assert_eq!(pay.plan.written_from_both, ["orders"]);
}

#[test]
fn too_small_and_outside_is_not_proposed() {
    assert!(
        System::new(&["a.rs", "b.rs"], &[(0, 1)])
            .propose(&Options::default())
            .is_empty()
    );
    let within = Options {
        within: "src/pay".to_owned(),
        ..Options::default()
    };
    assert!(three_folders().propose(&within).is_empty());
}

#[test]
fn one_service_of_several_is_cut_apart_where_it_stands_out() {
    assert_eq!(worth_splitting(vec![5, 25, 24]), 48);
    assert_eq!(worth_splitting(vec![1_000, 20]), 40);
    assert_eq!(worth_splitting(vec![3, 4, 5]), SPLIT.0);
    assert_eq!(worth_splitting(vec![900, 1_000, 10]), SPLIT.1);
}

/// A flat package: its front file uses everything, two dense halves of six files each.
fn flat() -> System {
    let dense = |first: usize| {
        (first..first + 6).flat_map(move |a| (a + 1..first + 6).map(move |b| (a, b)))
    };
    let mut references: Vec<(usize, usize)> = dense(1).chain(dense(7)).collect();
    references.extend((1..13).map(|file| (0, file)));
    references.push((1, 7));
    System::new(&FLAT, &references)
}

const FLAT: [&str; 13] = [
    "py/x/__init__.py",
    "py/x/auth.py",
    "py/x/certs.py",
    "py/x/keys.py",
    "py/x/login.py",
    "py/x/roles.py",
    "py/x/token.py",
    "py/x/db.py",
    "py/x/model.py",
    "py/x/query.py",
    "py/x/row.py",
    "py/x/schema.py",
    "py/x/table.py",
];

#[test]
fn the_front_of_a_package_stays_with_it_and_files_name_a_set() {
    let options = Options {
        intent: Intent::Library,
        ..Options::default()
    };
    let proposals = flat().propose(&options);
    assert!(proposals.len() >= 2);
    for proposal in &proposals {
        let front = |path: &std::sync::Arc<str>| path.ends_with("__init__.py");
        assert!(!proposal.members.iter().any(front), "{}", proposal.name);
        assert!(!proposal.name.starts_with('x'), "{}", proposal.name);
    }
    let halves: Vec<usize> = proposals[..2].iter().map(|set| set.members.len()).collect();
    assert_eq!(halves, [6, 6]);
}

#[test]
fn what_excludes_an_earlier_proposal_says_so_and_scores_do_not_rise() {
    let folders = [("app", 4), ("app/inner", 4), ("pay", 4), ("web", 8)];
    let path = |(folder, files)| (0..files).map(move |file| format!("src/{folder}/f{file}.rs"));
    let paths: Vec<String> = folders.into_iter().flat_map(path).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let pairs = |first: usize, end: usize| {
        (first..end).flat_map(move |a| (a + 1..end).map(move |b| (a, b)))
    };
    let parts = [(0, 4), (4, 8), (8, 12), (12, 20)];
    let mut references: Vec<_> = parts.into_iter().flat_map(|(a, b)| pairs(a, b)).collect();
    references.extend([(0, 4), (1, 5), (0, 8), (12, 8)]);
    let proposals = System::new(&paths, &references).propose(&Options {
        top: 50,
        ..Options::default()
    });
    let share = |a: &Boundary, b: &Boundary| {
        let both = a.members.iter().filter(|path| b.members.contains(path));
        both.count() * 2 >= a.members.len().min(b.members.len())
    };
    for (at, proposal) in proposals.iter().enumerate() {
        let rival = proposals[..at].iter().find(|other| share(other, proposal));
        let rank = rival.map(|other| other.rank);
        assert_eq!(proposal.instead_of, rank, "{}", proposal.name);
    }
    let late = proposals.iter().find(|set| set.instead_of.is_some());
    assert!(late.is_some_and(|set| set.rank > 3));
    assert!(proposals.is_sorted_by(|a, b| a.score >= b.score));
}

#[test]
fn a_border_that_references_cross_one_way_counts_for_a_cut() {
    let direction = |references: Vec<(usize, usize)>| {
        let proposals = System::new(&PATHS, &references).propose(&Options::default());
        let pay = proposals.iter().find(|boundary| boundary.name == "pay");
        pay.expect("pay is proposed").parts["direction"]
    };
    let mut one_way = folder_references();
    one_way.retain(|&edge| edge != (7, 3));
    assert_eq!(direction(one_way), Some(1.0));
    assert_eq!(direction(folder_references()), Some(0.5));
}

#[test]
fn sets_grow_from_routes_tables_and_load_and_say_so() {
    let found = |system: &System, view: View, member: &str| {
        let proposals = system.propose(&Options {
            views: vec![view],
            ..Options::default()
        });
        let holds = |set: &&Boundary| set.members.iter().any(|path| &**path == member);
        proposals.iter().find(holds).map(|set| set.source.clone())
    };
    let at = |path: &str| Location::new(path, Position::new(1, 1));
    let mut routed = three_folders();
    routed.routes = vec![route(PATHS[1])];
    let source = found(&routed, View::Routes, PATHS[1]);
    assert_eq!(source.as_deref(), Some("routes"));
    let table = |path: &str| TableUse {
        service: None,
        datastore: None,
        table: "payments".to_owned(),
        write: true,
        location: at(path),
    };
    let mut stored = three_folders();
    stored.tables = vec![table(PATHS[5]), table(PATHS[6])];
    let source = found(&stored, View::Entities, PATHS[5]);
    assert_eq!(source.as_deref(), Some("entities"));
    let mut own_time = vec![0; 12];
    own_time[10] = 100;
    let loaded = three_folders().with_load(&own_time);
    let source = found(&loaded, View::Load, PATHS[10]);
    assert_eq!(source.as_deref(), Some("load"));
    assert_eq!(found(&routed, View::Load, PATHS[1]), None);
}

#[test]
fn layers_and_small_sets_are_doubted_as_services_but_stay_in_the_list() {
    let paths = PATHS.map(|path| path.replace("/pay/", "/model/"));
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let mut references = folder_references();
    let uses = [
        (0, 5),
        (0, 6),
        (1, 4),
        (1, 5),
        (2, 6),
        (3, 7),
        (8, 5),
        (9, 6),
        (10, 7),
        (11, 4),
    ];
    references.extend(uses);
    let system = System::new(&paths, &references);
    let proposals = system.propose(&Options {
        intent: Intent::Service,
        views: vec![View::Directories],
        ..Options::default()
    });
    let model = proposals.iter().find(|set| set.name == "model");
    let model = model.expect("model is in the list");
    assert!(
        model.concerns[0].starts_with("4 files: small"),
        "{:?}",
        model.concerns
    );
    assert!(
        model.doubts[0].starts_with("a layer (model)"),
        "{:?}",
        model.doubts
    );
    let library = system.propose(&Options::default());
    let first = &library[0];
    assert!(first.doubts.is_empty(), "{:?}", first.doubts);
    assert!(first.plan.order.is_some());
}

#[test]
fn what_is_used_goes_first_in_the_order() {
    let proposals = three_folders().propose(&Options {
        top: 3,
        ..Options::default()
    });
    let of = |name: &str| {
        let found = proposals.iter().find(|set| set.name == name);
        found.expect("it is proposed")
    };
    assert_eq!(of("pay").plan.order, Some(1), "{:?}", names(&proposals));
    assert!(of("web").plan.after.contains(&of("pay").rank));
}

/// Files that could become services.
fn served(system: &System) -> Vec<NodeIndex> {
    let input = system.input();
    let programs = serving::programs(&input, &files(&input, &Options::default()));
    programs.into_iter().flatten().collect()
}

fn route(path: &str) -> DeclaredRoute {
    DeclaredRoute {
        service: None,
        method: String::new(),
        path: "/".to_owned(),
        prefix: false,
        location: Location::new(path, Position::new(1, 1)),
        handler: None,
    }
}

#[test]
fn without_an_intent_what_answers_requests_is_cut_into_services() {
    let mut system = three_folders();
    let question = |system: &System| {
        let question = serving::question(&system.input());
        (question.intent, question.reason)
    };
    let intent = |system: &System| question(system).0;
    assert_eq!(
        question(&system),
        (
            Intent::Library,
            "nothing that is read here answers requests".to_owned()
        )
    );
    let import = |path: &str| (Arc::from(path), "axum".to_owned());
    system.answering = PATHS[8..11].iter().map(|path| import(path)).collect();
    assert_eq!(
        intent(&system),
        Intent::Library,
        "a library of handlers without a start"
    );
    system.project.files[0].path = "src/app/main.rs".into();
    assert_eq!(
        question(&system),
        (
            Intent::Service,
            "3 of 12 files use a framework that answers requests".to_owned()
        )
    );
    system.project.packages.push(crate::model::Package {
        name: "axum".to_owned(),
        ..crate::model::Package::default()
    });
    assert_eq!(intent(&system), Intent::Library, "the framework itself");
    system.project.packages.clear();
    system.answering.clear();
    system.routes = PATHS[8..11].iter().map(|path| route(path)).collect();
    assert_eq!(intent(&system), Intent::Service, "routes tell, too");
    system.routes.clear();
    system.project.services = vec![crate::model::Service::default(); 2];
    system.project.files[7].service = Some(crate::model::ServiceId::new(0));
    assert_eq!(
        intent(&system),
        Intent::Library,
        "one service that answers nothing"
    );
    system.project.files[8].service = Some(crate::model::ServiceId::new(1));
    assert_eq!(intent(&system), Intent::Service, "two services");
    system.project.files[8].path = "demo/web/a.rs".into();
    assert_eq!(intent(&system), Intent::Library, "one of them is a demo");
}

#[test]
fn domains_are_cut_through_the_layers_that_they_lie_in() {
    let layers = ["api", "service", "model"];
    let domains = ["order", "payment", "customer", "invoice"];
    let mut paths: Vec<String> = Vec::new();
    for domain in domains {
        for layer in layers {
            paths.push(format!("src/{layer}/{domain}_{layer}.rs"));
        }
    }
    paths.extend((0..6).map(|at| format!("src/util/tool{at}.rs")));
    paths.sort();
    let index = |path: String| paths.binary_search(&path).expect("a file");
    let at = |layer: &str, domain: &str| index(format!("src/{layer}/{domain}_{layer}.rs"));
    let mut references = Vec::new();
    for domain in domains {
        references.push((at("api", domain), at("service", domain)));
        references.push((at("service", domain), at("model", domain)));
        references.push((at("api", domain), at("model", domain)));
    }
    references.push((at("service", "order"), at("service", "payment")));
    references.push((at("service", "invoice"), at("model", "order")));
    references.push((at("service", "payment"), at("model", "customer")));
    let names_of_paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let mut system = System::new(&names_of_paths, &references);
    system.routes = domains
        .iter()
        .map(|domain| route(&paths[at("api", domain)]))
        .collect();
    let proposals = system.propose(&Options {
        intent: Intent::Service,
        ..Options::default()
    });
    let shown: Vec<&Boundary> = proposals.iter().filter(|it| it.doubts.is_empty()).collect();
    let found: BTreeSet<&str> = shown.iter().map(|it| it.name.as_str()).collect();
    assert!(
        ["order", "payment", "invoice"]
            .iter()
            .all(|name| found.contains(name)),
        "{found:?}"
    );
    let told = system.propose(&Options {
        intent: Intent::Service,
        layer_words: vec!["Orders".to_owned()],
        ..Options::default()
    });
    let is_order = |it: &&Boundary| it.source == "domains" && it.name == "order";
    assert_eq!(
        told.iter().filter(is_order).count(),
        0,
        "a layer of this system"
    );
    for proposal in shown.iter().filter(|it| it.source == "domains") {
        assert_eq!(proposal.members.len(), 3, "{:?}", proposal.members);
        assert!(
            proposal
                .members
                .iter()
                .all(|path| path.contains(&proposal.name))
        );
    }
    // Where each domain is a service, none is left to cut out.
    for (id, domain) in domains.iter().enumerate() {
        let name = (*domain).to_owned();
        system.project.services.push(crate::model::Service {
            name,
            ..crate::model::Service::default()
        });
        let mut files = system.project.files.iter_mut();
        while let Some(file) = files.find(|file| file.path.contains(domain)) {
            file.service = Some(crate::model::ServiceId::new(id));
        }
    }
    let split = system.propose(&Options {
        intent: Intent::Service,
        ..Options::default()
    });
    let order = split.iter().find(|it| it.name == "order");
    let doubts = order.map(|it| it.doubts.join("; ")).unwrap_or_default();
    assert!(
        doubts.contains("it is a service already: order"),
        "{doubts}"
    );
}

#[test]
fn files_of_one_folder_that_are_named_alike_have_a_place() {
    let paths = [
        "src/git_blame.rs",
        "src/git_diff.rs",
        "src/git_log.rs",
        "src/http.rs",
        "src/tcp.rs",
    ];
    let system = System::new(&paths, &[]);
    let input = system.input();
    let universe = universe::Universe::of(&input, files(&input, &Options::default()));
    let shaper = shape::Shaper::new(&universe);
    let place = |files: &[u32]| shaper.shape(&files.iter().copied().collect()).place;
    assert!((place(&[0, 1, 2]) - 0.8).abs() < 1e-9);
    assert!(place(&[0, 1, 3]) < 0.5);
}

#[test]
fn pages_beside_a_server_in_another_language_are_no_service() {
    let names = |kind: &str| {
        (10..22)
            .map(|at| format!("{kind}/{at}.{kind}"))
            .collect::<Vec<_>>()
    };
    let paths = [names("rs"), names("vue")].concat();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let mut system = System::new(&paths, &[]);
    let kept = |system: &System| served(system).len();
    assert_eq!(kept(&system), 12);
    system.routes = vec![route(paths[3])];
    assert_eq!(kept(&system), 12);
}

#[test]
fn a_set_across_folders_is_called_by_the_word_that_its_files_share() {
    let paths = [
        "core/loan_terms.rs",
        "core/money.rs",
        "core/users.rs",
        "jobs/close_loan.rs",
        "jobs/mail.rs",
        "web/loan/api.rs",
        "web/login.rs",
    ];
    let system = System::new(&paths, &[]);
    let input = system.input();
    let universe = universe::Universe::of(&input, files(&input, &Options::default()));
    let named = |set: &[u32]| {
        let cut = rank::Ranked {
            name: None,
            ..rank::Ranked::named(&universe, String::new(), set.iter().copied().collect())
        };
        let names = name::names([(&universe, &cut)].into_iter());
        names.into_iter().map(|name| (name.text, name.tells)).next()
    };
    assert_eq!(named(&[0, 3, 5]), Some(("loan".to_owned(), true)));
    assert_eq!(named(&[1, 4, 6]).map(|name| name.1), Some(false));
}

#[test]
fn a_foreign_key_by_name_ties_two_applications() {
    let paths = [
        "shop/basket/forms.py",
        "shop/basket/models.py",
        "shop/catalogue/abstract_models.py",
        "shop/catalogue/views.py",
    ];
    let mut system = System::new(&paths, &[]);
    let name = |path: &str, label: &str| (Arc::from(path), label.to_owned());
    system.named = vec![
        name(paths[0], "catalogue.views"),
        name(paths[1], "catalogue.Product"),
        name(paths[1], "basket.Line"),
        name(paths[3], "unknown.Thing"),
    ];
    let input = system.input();
    let universe = universe::Universe::of(&input, files(&input, &Options::default()));
    let ties = crate::graph::numbers(universe.ties.iter());
    assert_eq!(ties, [(0, 3, 1), (1, 2, 1)]);
}

#[test]
fn a_part_of_an_earlier_proposal_is_withheld() {
    let system = three_folders();
    let first = system.propose(&Options::default())[0].clone();
    let with = |members: &[Arc<str>]| Boundary {
        members: members.to_vec(),
        ..first.clone()
    };
    let other: Vec<Arc<str>> = vec!["x.rs".into(), "y.rs".into()];
    let mut all = vec![
        with(&first.members),
        with(&first.members[1..]),
        with(&other),
    ];
    doubt::inside(&mut all);
    let doubted: Vec<bool> = all.iter().map(|it| !it.doubts.is_empty()).collect();
    assert_eq!(doubted, [false, true, false]);
}

#[test]
fn a_program_without_a_route_beside_one_with_routes_is_no_service() {
    let of = |folder: &str| {
        (10..22)
            .map(|at| format!("{folder}/{at}.rs"))
            .collect::<Vec<_>>()
    };
    let paths = [of("client"), of("lib"), of("server")].concat();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let uses = |from: usize, to: usize| (0..12).map(move |at| (from + at, to + at));
    let mut references: Vec<(usize, usize)> = uses(0, 12).chain(uses(24, 12)).collect();
    references.extend((1..12).map(|at| (24, 24 + at)));
    let mut system = System::new(&paths, &references);
    system.routes = vec![route(paths[25])];
    let kept = served(&system);
    let client = |file: &NodeIndex| system.graph.node(*file).name.starts_with("client/");
    assert_eq!(
        (kept.len(), kept.iter().filter(|file| client(file)).count()),
        (24, 0)
    );
}

/// What speaks against a set that the folders propose as a service, the absurd first.
fn doubts_of_a_service(system: &System, set: &[u32]) -> Vec<String> {
    let input = system.input();
    let universe = universe::Universe::of(&input, files(&input, &Options::default()));
    let set = set.iter().copied().collect();
    let found = rank::Ranked {
        source: "folders".to_owned(),
        ..rank::Ranked::named(&universe, "orders".to_owned(), set)
    };
    let options = Options {
        intent: Intent::Service,
        ..Options::default()
    };
    let against = doubt::objections(&input, &universe, &found, 1, None, &options);
    against.absurd.into_iter().chain(against.concerns).collect()
}

#[test]
fn a_service_that_answers_all_or_nothing_is_doubted() {
    let mut system = three_folders();
    system.routes = PATHS.iter().take(4).map(|path| route(path)).collect();
    let doubts = |set: &[u32]| doubts_of_a_service(&system, set);
    let all: Vec<u32> = (0..8).collect();
    let says = |set: &[u32], text: &str| doubts(set).iter().any(|doubt| doubt.contains(text));
    assert!(says(&all, "nearly all requests"), "{:?}", doubts(&all));
    assert!(!says(&all[..2], "request"));
    let rest: Vec<u32> = (8..12).collect();
    assert!(says(&rest, "answers no request"), "{:?}", doubts(&rest));
}

#[test]
fn a_package_for_a_browser_is_no_service() {
    let names = |folder: &str, extension: &str| {
        (10..22)
            .map(|at| format!("{folder}/{at}.{extension}"))
            .collect::<Vec<_>>()
    };
    let paths = [names("server", "rs"), names("ui", "vue")].concat();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let mut system = System::new(&paths, &[]);
    let vue = crate::model::PackageDependency {
        key: "vue".to_owned(),
        package: "vue".to_owned(),
        path: None,
        target: None,
        by_name: false,
        scope: crate::model::DependencyScope::default(),
        location: Location::new("ui/package.json", Position::new(1, 1)),
    };
    system.project.packages.push(crate::model::Package {
        ecosystem: "npm",
        dir: "ui".to_owned(),
        dependencies: vec![vue],
        ..crate::model::Package::default()
    });
    for file in &mut system.project.files[12..] {
        file.package = Some(crate::model::PackageId::new(0));
    }
    let kept = served(&system);
    let ui = |file: &&NodeIndex| system.graph.node(**file).name.starts_with("ui/");
    assert_eq!((kept.len(), kept.iter().filter(ui).count()), (12, 0));
}

#[test]
fn commands_that_nothing_uses_are_no_service() {
    let paths = [
        "app/a.rs",
        "app/b.rs",
        "cmd/x/a.rs",
        "cmd/x/b.rs",
        "cmd/x/c.rs",
    ];
    let doubted = |references: &[(usize, usize)]| {
        let system = System::new(&paths, references);
        let doubts = doubts_of_a_service(&system, &[2, 3, 4]);
        doubts.iter().any(|doubt| doubt.contains("commands"))
    };
    assert!(doubted(&[(2, 0), (3, 2)]));
    assert!(!doubted(&[(2, 0), (1, 2)]));
}
