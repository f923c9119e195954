//! How to untie a large cycle, one piece of work after the other.
//!
//! In: a component of a [`LevelGraph`]. Out: [`Step`]s.
//! Invariant: each step frees at least one member of the largest knot that is left.
//! Never: cuts the wiring of a composition root, a routing table, a re-export or what lies below.

use rayon::prelude::*;

use super::candidates::{self, EDGES};
use super::kind::Kind;
use super::knot::{Group, Knot};
use super::needs::Needs;
use super::record::{CutEdge, Step};
use super::split::{self, Split};
use super::{advice, breakers};
use crate::graph::{DependencyGraph, Digraph, LevelGraph, Vertex, scc};

/// Members of a knot that a person still sees through.
const SMALL: usize = 6;
/// Steps that anybody plans ahead.
const STEPS: usize = 8;
/// Visits of nodes and edges that the search for one step may take.
const WORK: usize = 10_000_000;
/// Groups that may be put together to one, the first included.
const ROUNDS: usize = EDGES;
/// What moving a file costs, in places.
const FILE: u64 = 3;
/// How much dearer a member may be that a group frees beside another one.
const FADED: u64 = 5;

/// The steps for the component of `members`.
pub(super) fn of(
    graph: &DependencyGraph,
    level: &LevelGraph,
    priced: &Digraph,
    members: &[Vertex],
) -> Vec<Step> {
    if members.len() <= SMALL {
        return Vec::new();
    }
    let mut knot = Knot::of(graph, level, priced, members);
    let ids: Vec<_> = members
        .iter()
        .map(|&at| graph.node(level.nodes[at]).id.clone())
        .collect();
    let kind = Kind::of(level.level, &ids);
    let mut splits = split::of(graph, level, members);
    let needs = Needs::of(graph, level, members);
    let mut steps = Vec::new();
    while steps.len() < STEPS && knot.largest.len() > SMALL {
        let (group, split) = match (best(&knot), best_split(&knot, &splits)) {
            (Some(group), Some((better, split))) if better.order(&group).is_lt() => {
                (better, Some(split.clone()))
            }
            (None, Some((group, split))) => (group, Some(split.clone())),
            (Some(group), _) => (group, None),
            (None, None) => break,
        };
        let of = knot.largest.len();
        let edge = |&(from, to): &(Vertex, Vertex)| {
            let (from, to) = (members[from.index()], members[to.index()]);
            breakers::edge(graph, level, (from, to))
        };
        let edges: Vec<CutEdge> = group.edges.iter().map(edge).collect();
        let tied = tied(&knot, &group.edges);
        let advice = if let Some(split) = &split {
            advice::of_split(&edges, split, kind)
        } else {
            advice::of(&edges, &knot, &group.edges, &needs, kind)
        };
        knot = match &split {
            Some(split) => knot.split(split.member, &group.edges),
            None => knot.without(&group.edges),
        };
        splits.retain(|known| {
            split
                .as_ref()
                .is_none_or(|done| done.member != known.member)
        });
        steps.push(Step {
            advice,
            edges,
            moves: split.map_or_else(Vec::new, |split| split.files),
            of,
            frees: group.frees - tied,
            tied,
            left: knot.largest.len(),
        });
    }
    steps
}

/// The split that frees most by the least number of files.
fn best_split<'a>(knot: &Knot<'_>, splits: &'a [Split]) -> Option<(Group, &'a Split)> {
    let part = knot.digraph.induced(&knot.largest);
    let affordable = WORK / (part.nodes() + part.edges());
    let weighed = splits.iter().take(affordable.max(1)).map(|split| {
        let left = |pair: &&(Vertex, Vertex)| knot.digraph.weight(pair.0, pair.1).is_some();
        let edges: Vec<(Vertex, Vertex)> = split.pairs.iter().filter(left).copied().collect();
        let group = Group {
            frees: freed(&part, &inside(knot, &edges)),
            cost: FILE * split.files.len() as u64,
            edges,
        };
        (group, split)
    });
    weighed
        .filter(|(group, _)| group.frees > 0)
        .min_by(|a, b| a.0.order(&b.0))
}

/// The upward dependencies that free many at few places, widened as long as others free as much beside them.
fn best(knot: &Knot<'_>) -> Option<Group> {
    let part = knot.digraph.induced(&knot.largest);
    let scale = Scale { knot, part: &part };
    let found = candidates::of(knot, &part);
    let affordable = WORK / ROUNDS / (part.nodes() + part.edges());
    let weighed: Vec<Group> = found
        .into_par_iter()
        .take(affordable.max(1))
        .map(|edges| scale.weigh(edges))
        .collect();
    let freeing = weighed.iter().filter(|group| group.frees > 0);
    let first = freeing.min_by(|a, b| a.order(b))?;
    let mut chosen = scale.slim(first.clone());
    while let Some(wider) = scale.wider(&chosen, &weighed) {
        chosen = scale.slim(wider);
    }
    Some(knot.outside(chosen))
}

/// What groups of edges of the largest component are weighed on.
struct Scale<'a> {
    knot: &'a Knot<'a>,
    part: &'a Digraph,
}

impl Scale<'_> {
    /// A group with what it frees and what it costs.
    fn weigh(&self, edges: Vec<(Vertex, Vertex)>) -> Group {
        let outside = |node: Vertex| self.knot.largest[node.index()];
        let pairs = || edges.iter().map(|&(from, to)| (outside(from), outside(to)));
        Group {
            frees: freed(self.part, &edges),
            cost: pairs().map(|pair| self.knot.cost(pair)).sum(),
            edges,
        }
    }

    /// The group with another one that frees more beside it, at no much higher price a member.
    fn wider(&self, group: &Group, others: &[Group]) -> Option<Group> {
        let more = others.par_iter().filter_map(|other| {
            let mut edges = [&*group.edges, &*other.edges].concat();
            edges.sort_unstable();
            edges.dedup();
            (edges.len() > group.edges.len() && edges.len() <= EDGES).then(|| self.weigh(edges))
        });
        let added = more.filter_map(|wide| {
            let added = Group {
                frees: wide
                    .frees
                    .checked_sub(group.frees)
                    .filter(|more| *more > 0)?,
                cost: wide.cost - group.cost,
                ..wide.clone()
            };
            let worth = added.frees as u64 * group.cost * FADED >= group.frees as u64 * added.cost;
            worth.then_some((added, wide))
        });
        // Collected before the choice, so that of equals the first one wins.
        let added: Vec<(Group, Group)> = added.collect();
        let best = added.into_iter().min_by(|a, b| a.0.order(&b.0))?;
        Some(best.1)
    }

    /// Leaves out the edges without which the others free as many, the last first.
    fn slim(&self, mut group: Group) -> Group {
        for at in (0..group.edges.len()).rev() {
            let mut fewer = group.edges.clone();
            fewer.remove(at);
            let fewer = self.weigh(fewer);
            if fewer.frees >= group.frees {
                group = fewer;
            }
        }
        group
    }
}

/// The edges inside of the largest component, as positions in it.
fn inside(knot: &Knot<'_>, edges: &[(Vertex, Vertex)]) -> Vec<(Vertex, Vertex)> {
    let local = |node: Vertex| knot.largest.binary_search(&node).ok().map(Vertex::new);
    let inside = edges.iter();
    inside
        .filter_map(|&(from, to)| Some((local(from)?, local(to)?)))
        .collect()
}

/// Members of the largest component that leave it without `edges` and stay in another one.
fn tied(knot: &Knot<'_>, edges: &[(Vertex, Vertex)]) -> usize {
    let part = knot.digraph.induced(&knot.largest);
    let sizes = scc::components_without(&part, &inside(knot, edges)).sizes();
    let several = sizes.into_iter().filter(|size| *size > 1);
    let (sum, largest) = several.fold((0, 0), |(sum, largest), size| {
        (sum + size, largest.max(size))
    });
    (sum - largest) as usize
}

/// Members that leave the component without `edges`: all of them where no cycle is left.
fn freed(part: &Digraph, edges: &[(Vertex, Vertex)]) -> usize {
    let sizes = scc::components_without(part, edges).sizes();
    let largest = sizes.into_iter().max().unwrap_or_default() as usize;
    part.nodes() - if largest > 1 { largest } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cycles;
    use crate::cycles::record::Cycle;
    use crate::graph::{self, DependencyGraph};
    use crate::model::{
        CodeFacts, EdgeKind, FileFacts, FileRole, Labels, LanguageId, Level, ParsedFile, Position,
        Project, Reference, SourceFile, StaticLinks, names,
    };

    /// A reference from one file to another: how, and how often.
    type Use = (u32, u32, EdgeKind, u32);

    /// Files with references to each other.
    fn system(paths: &[String], uses: &[Use]) -> DependencyGraph {
        let (mut project, mut code) = (Project::default(), CodeFacts::default());
        for (at, path) in paths.iter().enumerate() {
            let language = LanguageId("rust");
            project.files.push(SourceFile {
                path: path.as_str().into(),
                language: Some(language),
                role: FileRole::Source,
                bytes: 1,
                package: None,
                service: None,
            });
            let of_file = uses.iter().filter(|(from, ..)| *from as usize == at);
            let references = of_file.flat_map(|&(_, to, kind, times)| {
                (0..times).map(move |line| Reference {
                    to: crate::model::FileId::new(to as usize),
                    via: None,
                    name: Some(to),
                    kind,
                    labels: Labels::NONE,
                    at: Position::new(to * 100 + line + 1, 1),
                })
            });
            let facts = FileFacts {
                module: names::folder(path).to_owned(),
                names: (0..paths.len())
                    .map(|to| format!("Thing{to}").into())
                    .collect(),
                references: references.collect(),
                ..FileFacts::default()
            };
            code.files.push(ParsedFile {
                file: crate::model::FileId::new(at),
                language,
                facts,
                generated: false,
            });
        }
        graph::build(graph::Parts {
            project: &project,
            code: &code,
            links: &StaticLinks::default(),
            calls: None,
        })
    }

    fn cycle(paths: &[String], uses: &[Use]) -> Cycle {
        let found = cycles::find_at(&system(paths, uses), Level::File);
        found.into_iter().next().expect("a cycle")
    }

    /// `f0.rs` … in folder `src`; two digits, so that order by name is order by number.
    fn files(count: usize) -> Vec<String> {
        (0..count).map(|at| format!("src/f{at:02}.rs")).collect()
    }

    fn once(from: u32, to: u32) -> Use {
        (from, to, EdgeKind::Reference, 1)
    }

    /// A ring both ways round, so that no single edge breaks it.
    fn ring(members: std::ops::Range<u32>) -> Vec<Use> {
        let last = members.end - 1;
        let next = |at| if at == last { members.start } else { at + 1 };
        members
            .clone()
            .flat_map(|at| [once(at, next(at)), once(next(at), at)])
            .collect()
    }

    /// Each uses all the others, those behind it more than those before it.
    fn web(members: std::ops::Range<u32>) -> Vec<Use> {
        let pairs = members
            .clone()
            .flat_map(|from| members.clone().map(move |to| (from, to)));
        let apart = pairs.filter(|(from, to)| from != to);
        apart
            .map(|(from, to)| (from, to, EdgeKind::Reference, if from < to { 5 } else { 1 }))
            .collect()
    }

    fn arrows(step: &Step) -> Vec<String> {
        let arrow = |edge: &CutEdge| format!("{} -> {}", edge.from.name, edge.to.name);
        step.edges.iter().map(arrow).collect()
    }

    #[test]
    fn a_small_cycle_needs_no_steps() {
        assert!(cycle(&files(6), &ring(0..6)).steps.is_empty());
        assert!(!cycle(&files(7), &ring(0..7)).steps.is_empty());
    }

    #[test]
    fn the_thread_between_two_knots_goes_first_where_it_is_thin() {
        let mut uses = [web(0..7), web(7..14)].concat();
        uses.extend([(0, 7), (3, 9), (5, 12)].map(|(from, to)| (from, to, EdgeKind::Reference, 9)));
        uses.push((13, 2, EdgeKind::Reference, 2));
        let found = cycle(&files(14), &uses);
        let first = &found.steps[0];
        assert_eq!(arrows(first), ["src/f13.rs -> src/f02.rs"]);
        assert_eq!(
            (first.of, first.frees, first.tied, first.left),
            (14, 0, 7, 7)
        );
        assert_eq!(first.outcome(), "splits the 14 into cycles of at most 7");
        assert_eq!(first.edges[0].locations.len(), 2);
        assert_eq!(&*first.edges[0].symbols[0], "Thing2");
        assert!(first.advice.contains("`Thing2`"), "{}", first.advice);
    }

    #[test]
    fn the_wiring_of_a_composition_root_stays() {
        // File 0 uses all the others once; three of them use something of it, twice each.
        let mut uses: Vec<Use> = (1..9).map(|to| once(0, to)).collect();
        uses.extend((1..8).map(|at| once(at, at + 1)));
        uses.extend([1, 4, 8].map(|from| (from, 0, EdgeKind::Reference, 2)));
        let found = cycle(&files(9), &uses);
        assert!(!found.steps.is_empty());
        for edge in found.steps.iter().flat_map(|step| &step.edges) {
            assert_ne!(&*edge.from.name, "src/f00.rs");
        }
        assert!(found.steps[0].advice.contains("out of src/f00.rs"));
    }

    #[test]
    fn the_wiring_moves_out_of_a_package_that_all_use() {
        // Each package uses `app/types.py`, `app/main.py` uses each package.
        let mut paths: Vec<String> = (2..11).map(|at| format!("p{at:02}/a.py")).collect();
        paths.splice(0..0, ["app/types.py".to_owned(), "app/main.py".to_owned()]);
        let mut uses: Vec<Use> = (2..11).map(|at| once(1, at)).collect();
        uses.extend((2..11).map(|at| (at, 0, EdgeKind::Reference, 4)));
        uses.push(once(1, 0));
        let found = cycles::find_at(&system(&paths, &uses), Level::Module);
        let [step] = &*found[0].steps else {
            panic!("{:?}", found[0].steps)
        };
        assert_eq!(step.moves, ["app/main.py".into()]);
        assert_eq!((step.frees, step.left, step.edges.len()), (10, 0, 9));
        assert_eq!(
            step.summary(),
            "moving app/main.py out of app: frees 10 of 10"
        );
    }

    #[test]
    fn the_kernel_is_freed_of_what_it_uses_not_of_its_users() {
        // File 0 is used by all and uses two of them.
        let mut uses: Vec<Use> = (1..12).map(|from| once(from, 0)).collect();
        uses.extend([3, 7].map(|to| (0, to, EdgeKind::Reference, 3)));
        uses.extend((1..11).map(|at| once(at, at + 1)));
        uses.push((11, 1, EdgeKind::Reference, 1));
        let found = cycle(&files(12), &uses);
        let cut: Vec<String> = found.steps.iter().flat_map(arrows).collect();
        assert!(
            cut.iter().all(|arrow| !arrow.ends_with("f00.rs")),
            "{cut:?}"
        );
    }

    #[test]
    fn what_a_barrel_hands_on_and_a_routing_table_stay() {
        let mut paths = files(10);
        paths[9] = "src/urls.py".to_owned();
        let mut uses = [ring(0..4), ring(4..8)].concat();
        uses.push((0, 4, EdgeKind::Reexport, 1));
        uses.extend([once(9, 1), once(9, 8), once(8, 9), once(8, 5)]);
        uses.push((5, 8, EdgeKind::Reference, 3));
        uses.push((6, 2, EdgeKind::Reference, 9));
        let found = cycle(&paths, &uses);
        for arrow in found.steps.iter().flat_map(arrows) {
            assert!(!arrow.starts_with("src/urls.py") && arrow != "src/f00.rs -> src/f04.rs");
        }
    }

    #[test]
    fn steps_end_where_little_is_left_and_numbers_add_up() {
        let mut uses: Vec<Use> = Vec::new();
        for block in 0..6 {
            uses.extend(ring(block * 5..block * 5 + 5));
            uses.push(once(block * 5, (block * 5 + 5) % 30));
        }
        let found = cycle(&files(30), &uses);
        assert_eq!(found.steps.len(), 1, "one thread holds the six together");
        assert_eq!(found.steps[0].left, 5);
        assert_eq!((found.steps[0].frees, found.steps[0].tied), (0, 25));
    }

    #[test]
    fn a_knot_of_thousands_is_done_in_bounded_work() {
        let nodes = 2_000u32;
        let mut state = 7u64;
        let mut next = |below: u32| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            ((state >> 33) % u64::from(below)) as u32
        };
        let mut uses: Vec<Use> = (0..nodes).map(|at| once(at, (at + 1) % nodes)).collect();
        uses.extend((0..18_000).map(|_| once(next(nodes), next(nodes))));
        let paths: Vec<String> = (0..nodes)
            .map(|at| format!("d{}/f{at}.rs", at / 40))
            .collect();
        let graph = system(&paths, &uses);
        let level = graph.level(Level::File);
        let members: Vec<_> = level.digraph.vertices().collect();
        let steps = of(&graph, &level, &level.digraph, &members);
        assert!(steps.len() <= STEPS);
    }
}
