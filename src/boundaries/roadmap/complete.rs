//! All files at once: the services that would come out, judged by our own rules.
//!
//! In: [`Input`]. Out: [`Complete`].
//! Invariant: every file is in one service, in the kernel, or stays.
//! Never: a verdict that hides a cycle of services.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::loops::{self, Loop};
use super::place::{self, Place, Placed};
use crate::boundaries::base::input::{Input, Options};
use crate::boundaries::base::record::Boundary;
use crate::boundaries::base::roadmap::{
    Complete, NewService, ServiceCall, ServiceLoop, TableUser, TornTable, Turn,
};
use crate::graph::{Digraph, Vertex, WeightedEdge};
use crate::model::names::counted;
use crate::model::{EdgeKind, Location};

/// What the two groups beside the services are called.
const KERNEL: &str = "shared kernel";
const STAYS: &str = "what stays";

/// Places every file, then judges the result as a system of services would be: cycles between
/// services, calls across, uses by the kernel, shared tables.
pub(super) fn complete(input: &Input<'_>, options: &Options, list: &[Boundary]) -> Complete {
    let placed = place::place(input, options, list);
    if placed.names.is_empty() {
        return Complete {
            remark: Some(
                "Nothing to plan: no words that files share tell domains apart.".to_owned(),
            ),
            ..Complete::default()
        };
    }
    let system = System::of(&placed);
    let domains = placed.names.len() as u32;
    let loops = loops::loops(&system.services(domains));
    let mut calls: Vec<ServiceCall> = Vec::new();
    let mut kernel_uses: Vec<ServiceCall> = Vec::new();
    for &(from, to) in system.calls.keys() {
        if from < domains && to < domains {
            calls.push(system.call(&placed, from, to));
        } else if from == domains {
            kernel_uses.push(system.call(&placed, from, to));
        }
    }
    heaviest_first(&mut calls);
    heaviest_first(&mut kernel_uses);
    let torn_tables = torn(input, &placed, &system);
    Complete {
        remark: None,
        verdict: verdict(&placed, &loops),
        services: services(&placed, &system, list),
        kernel: files(&placed, &system, domains),
        stays: files(&placed, &system, domains + 1),
        calls,
        kernel_uses,
        cycles: loops
            .iter()
            .map(|found| cycle(input, &placed, &system, found))
            .collect(),
        torn_tables,
    }
}

/// Groups of files and what they use of each other.
struct System {
    /// The group of each file: a domain, then the kernel, then what stays.
    group: Vec<u32>,
    /// Pairs of files and references, by pair of groups.
    calls: BTreeMap<(u32, u32), (u64, u64)>,
    /// Recorded calls by pair of groups; `None` without traces.
    recorded: Option<BTreeMap<(u32, u32), u64>>,
}

impl System {
    /// Sums dependencies and calls between groups. The kernel has the number behind the last
    /// domain, what stays the one behind that.
    fn of(placed: &Placed) -> Self {
        let domains = placed.names.len() as u32;
        let group = placed.of.iter().map(|place| match *place {
            Place::Domain(domain) => domain,
            Place::Kernel => domains,
            Place::Stays => domains + 1,
        });
        let group: Vec<u32> = group.collect();
        let universe = &placed.universe;
        let pair = |from: Vertex, to: Vertex| (group[from.index()], group[to.index()]);
        let mut calls: BTreeMap<(u32, u32), (u64, u64)> = BTreeMap::new();
        for (from, to, sites) in universe.digraph.iter() {
            let call = calls.entry(pair(from, to)).or_default();
            call.0 += 1;
            call.1 += sites;
        }
        calls.retain(|(from, to), _| from != to);
        let recorded = universe.traced.then(|| {
            let mut recorded: BTreeMap<(u32, u32), u64> = BTreeMap::new();
            for &(from, to, calls) in &universe.call_pairs {
                *recorded.entry(pair(from, to)).or_default() += calls;
            }
            recorded
        });
        Self {
            group,
            calls,
            recorded,
        }
    }

    /// The dependencies between domains alone, weighed by call sites.
    fn services(&self, domains: u32) -> Digraph {
        let between = self.calls.iter();
        let between = between.filter(|((from, to), _)| *from < domains && *to < domains);
        Digraph::from_edges(
            domains as usize,
            between.map(|(&(from, to), &(_, sites))| (service(from), service(to), sites)),
        )
    }

    /// Call sites of one group on another.
    fn sites(&self, from: u32, to: u32) -> u64 {
        self.calls.get(&(from, to)).map_or(0, |call| call.1)
    }

    /// What one group uses of another, with the names that output shows.
    fn call(&self, placed: &Placed, from: u32, to: u32) -> ServiceCall {
        let (dependencies, call_sites) = self.calls.get(&(from, to)).copied().unwrap_or_default();
        let recorded = self.recorded.as_ref();
        ServiceCall {
            from: name(placed, from),
            to: name(placed, to),
            dependencies,
            call_sites,
            recorded: recorded.map(|calls| calls.get(&(from, to)).copied().unwrap_or(0)),
        }
    }
}

/// The vertex of a domain in the graph of services.
fn service(domain: u32) -> Vertex {
    Vertex::new(domain as usize)
}

/// The domain of a vertex of the graph of services.
fn domain(service: Vertex) -> u32 {
    service.index() as u32
}

/// The name of a domain, of the kernel, or of what stays.
fn name(placed: &Placed, group: u32) -> String {
    let beside = || {
        if group as usize == placed.names.len() {
            KERNEL
        } else {
            STAYS
        }
    };
    let domain = placed.names.get(group as usize).cloned();
    domain.unwrap_or_else(|| beside().to_owned())
}

/// By call sites, then dependencies, both falling; ties by name.
fn heaviest_first(calls: &mut [ServiceCall]) {
    calls.sort_by(|a, b| {
        let key = |it: &ServiceCall| (Reverse(it.call_sites), Reverse(it.dependencies));
        key(a)
            .cmp(&key(b))
            .then_with(|| (&a.from, &a.to).cmp(&(&b.from, &b.to)))
    });
}

/// The paths of one group, sorted.
fn files(placed: &Placed, system: &System, group: u32) -> Vec<Arc<str>> {
    let paths = placed.universe.paths.iter().zip(&system.group);
    let own = paths.filter(|(_, of)| **of == group);
    own.map(|(path, _)| path.clone()).collect()
}

/// The services that would come out, each with its call sites to the kernel and to what stays.
fn services(placed: &Placed, system: &System, list: &[Boundary]) -> Vec<NewService> {
    let domains = placed.names.len() as u32;
    let service = |domain: u32| {
        let files = files(placed, system, domain);
        NewService {
            name: name(placed, domain),
            rank: proposal(list, &files),
            named: placed.named[domain as usize] as u64,
            kernel_sites: system.sites(domain, domains),
            stays_sites: system.sites(domain, domains + 1),
            files,
        }
    };
    (0..domains).map(service).collect()
}

/// The proposal that makes most of these files.
fn proposal(list: &[Boundary], files: &[Arc<str>]) -> Option<u32> {
    let is_same = |it: &&Boundary| {
        let own = it.members.iter();
        let common = own.filter(|path| files.binary_search(path).is_ok()).count();
        common * 2 > files.len().max(it.members.len())
    };
    super::ground::planned(list).find(is_same).map(|it| it.rank)
}

/// What the plan amounts to: nothing to judge, services that can be deployed one by one, or a
/// distributed monolith with the dependencies to invert first.
fn verdict(placed: &Placed, loops: &[Loop]) -> String {
    let all = placed.names.len();
    if all == 1 {
        return "Only one service would come out; nothing to judge between services.".to_owned();
    }
    let Some(largest) = loops.first() else {
        return format!(
            "The {all} services would not need each other in a circle: each can be deployed alone, what others use first."
        );
    };
    let within: usize = loops.iter().map(|found| found.members.len()).sum();
    let turns: Vec<u64> = loops
        .iter()
        .flat_map(|found| found.turn_round.iter().map(|turn| turn.2))
        .collect();
    let circles = match loops.len() {
        1 => "one cycle".to_owned(),
        more => format!("{more} cycles, the largest of {}", largest.members.len()),
    };
    format!(
        "This would be a distributed monolith: {within} of {all} services need each other ({circles}). {} ({}) would have to be inverted first.",
        counted(
            turns.len() as u64,
            "dependency of services",
            "dependencies of services"
        ),
        counted(turns.iter().sum(), "call site", "call sites"),
    )
}

/// A cycle of services with the calls to turn round and their places.
fn cycle(input: &Input<'_>, placed: &Placed, system: &System, found: &Loop) -> ServiceLoop {
    let names = |services: &[Vertex]| {
        services
            .iter()
            .map(|&it| name(placed, domain(it)))
            .collect()
    };
    let pairs = found.turn_round.iter();
    let pairs = pairs.map(|turn| (domain(turn.0), domain(turn.1)));
    let mut places = places(input, placed, system, pairs);
    let turn = |&(from, to, _): &WeightedEdge| {
        let (from, to) = (domain(from), domain(to));
        Turn {
            call: system.call(placed, from, to),
            locations: places.remove(&(from, to)).unwrap_or_default(),
        }
    };
    ServiceLoop {
        services: names(&found.members),
        shortest: names(&found.shortest),
        turn_round: found.turn_round.iter().map(turn).collect(),
    }
}

/// The call sites behind pairs of groups, imports where a pair of files has nothing else.
fn places(
    input: &Input<'_>,
    placed: &Placed,
    system: &System,
    pairs: impl Iterator<Item = (u32, u32)>,
) -> BTreeMap<(u32, u32), Vec<Location>> {
    let mut found: BTreeMap<(u32, u32), BTreeMap<(Vertex, Vertex), [Vec<Location>; 2]>> =
        pairs.map(|pair| (pair, BTreeMap::new())).collect();
    let edges = input.graph.edges().iter();
    for edge in edges.filter(|edge| edge.kind.is_code() && edge.is_counted()) {
        let (from, to) = (
            placed.universe.position(edge.from),
            placed.universe.position(edge.to),
        );
        let (Some(from), Some(to)) = (from, to) else {
            continue;
        };
        let pair = (system.group[from.index()], system.group[to.index()]);
        if let Some(files) = found.get_mut(&pair) {
            let import = matches!(edge.kind, EdgeKind::Import | EdgeKind::Reexport);
            let layers = files.entry((from, to)).or_default();
            layers[usize::from(import)].extend(input.graph.places(edge));
        }
    }
    let best =
        |[symbols, imports]: [Vec<Location>; 2]| if symbols.is_empty() { imports } else { symbols };
    let sorted = found.into_iter().map(|(pair, files)| {
        let mut all: Vec<Location> = files.into_values().flat_map(best).collect();
        all.sort_unstable();
        all.dedup();
        (pair, all)
    });
    sorted.collect()
}

/// Tables that more than one group uses, one of them a service.
fn torn(input: &Input<'_>, placed: &Placed, system: &System) -> Vec<TornTable> {
    let mut users: BTreeMap<&str, BTreeMap<u32, (u64, u64)>> = BTreeMap::new();
    for table in input.tables {
        let paths = &placed.universe.paths;
        if let Ok(at) = paths.binary_search(&table.location.path) {
            let of_table = users.entry(&table.table).or_default();
            let user = of_table.entry(system.group[at]).or_default();
            *(if table.write {
                &mut user.0
            } else {
                &mut user.1
            }) += 1;
        }
    }
    let domains = placed.names.len() as u32;
    let is_torn = |users: &BTreeMap<u32, (u64, u64)>| {
        users.len() > 1 && users.keys().any(|&group| group < domains)
    };
    let list = |users: &BTreeMap<u32, (u64, u64)>, places: fn(&(u64, u64)) -> u64| {
        let with = users.iter().filter(|(_, user)| places(user) > 0);
        with.map(|(&group, user)| TableUser {
            service: name(placed, group),
            places: places(user),
        })
        .collect::<Vec<TableUser>>()
    };
    let torn = users.into_iter().filter(|(_, users)| is_torn(users));
    let mut tables: Vec<TornTable> = torn
        .map(|(table, users)| TornTable {
            table: table.to_owned(),
            writers: list(&users, |user| user.0),
            readers: list(&users, |user| user.1),
        })
        .collect();
    tables.sort_by_key(|it| (Reverse(it.writers.len()), Reverse(it.readers.len())));
    tables
}
