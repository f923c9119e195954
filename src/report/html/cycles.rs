//! A card for each cycle.
//!
//! In: [`Analysis`]. Out: [`Card`]s, coarse levels first, then proven, then large ones.
//! Invariant: shortest way round, steps or cheapest cut with their places, score with its raw signals.
//! Never: hides that an evidence is missing.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::ring::{self, Ring};
use super::short::Short;
use crate::analysis::{self, Analysis, CutEdge, Cycle};
use crate::model::{Level, Location, NodeId};
use crate::report::view::knots::{self, Knot};
use crate::report::view::names::{UNKNOWN, count, counted, percent, place, sentence};
use crate::report::view::pairs::{Pair, Pairs, pairs};

/// Cards on the page.
const CARDS: usize = 12;
/// Members, cut edges and places listed per card.
const MEMBERS: usize = 20;
const CUTS: usize = 12;
const PLACES: usize = 8;

/// A cycle.
#[derive(Serialize)]
pub(super) struct Card {
    anchor: String,
    also: Option<String>,
    level: &'static str,
    title: String,
    kind: Option<String>,
    tone: &'static str,
    round: Vec<String>,
    ring: Option<Ring>,
    members: Short<String>,
    steps: Vec<Step>,
    untie: Vec<Untie>,
    cut: Short<Cut>,
    cut_weight: String,
    score: Option<Score>,
    loops: Vec<String>,
}

/// One step of the shortest way round, with its evidence.
#[derive(Serialize)]
struct Step {
    from: String,
    to: String,
    kinds: String,
    found: String,
    observed: String,
    places: Short<String>,
}

/// Dependencies to give up together.
#[derive(Serialize)]
struct Untie {
    title: String,
    cut: Vec<Cut>,
    advice: String,
}

/// A dependency to give up.
#[derive(Serialize)]
struct Cut {
    from: String,
    to: String,
    weight: String,
    calls: String,
    places: Short<String>,
}

/// The interval of the score with its signals.
#[derive(Serialize)]
struct Score {
    interval: String,
    signals: Vec<(String, &'static str, String)>,
}

/// The first cards. The pairs of a level are computed once, however many cycles it has.
pub(super) fn cards(analysis: &Analysis) -> Short<Card> {
    let mut known: BTreeMap<Level, Pairs> = BTreeMap::new();
    let knots = knots::knots(analysis);
    let more = knots.len().saturating_sub(CARDS);
    let mut items = Vec::new();
    for knot in knots.into_iter().take(CARDS) {
        let pairs = known
            .entry(knot.cycle.level)
            .or_insert_with(|| pairs(analysis, knot.cycle.level));
        items.push(Card {
            also: also(&knot),
            ..card(analysis, knot.cycle, pairs)
        });
    }
    Short { items, more }
}

/// `The same knot ties 34 modules and 80 files.`
fn also(knot: &Knot<'_>) -> Option<String> {
    let finer = knot
        .also
        .iter()
        .map(|(level, members)| format!("{} {}s", count(*members as u64), level.name()));
    let finer: Vec<String> = finer.take(3).collect();
    (!finer.is_empty()).then(|| format!("The same cycle at finer levels: {}.", finer.join(", ")))
}

/// The fragment of the page that shows `cycle`.
pub(super) fn anchor(cycle: &Cycle) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let id: String = cycle.id.chars().map(plain).collect();
    format!("{}-{id}", cycle.level.name())
}

/// The shortest way round, back to its beginning.
pub(super) fn round(cycle: &Cycle) -> Vec<&str> {
    let names = cycle.shortest.iter().chain(cycle.shortest.first());
    names.map(|id| &*id.name).collect()
}

/// One cycle. A loop that is closed by messages only warns; any other is bad.
fn card(analysis: &Analysis, cycle: &Cycle, pairs: &Pairs) -> Card {
    let weight: u64 = cycle.cut.iter().map(|edge| edge.weight).sum();
    let members = cycle.members.iter().map(|id| id.name.to_string());
    Card {
        anchor: anchor(cycle),
        also: None,
        level: cycle.level.name(),
        title: format!(
            "Dependency cycle of {} {}",
            cycle.members.len(),
            cycle.kind().several()
        ),
        kind: cycle
            .verdict
            .map(|it| it.name().to_owned())
            .or_else(|| kind(cycle)),
        tone: if cycle.synchronous == Some(false) {
            "warn"
        } else {
            "bad"
        },
        round: round(cycle).into_iter().map(str::to_owned).collect(),
        ring: ring::ring(cycle),
        members: Short::new(members, MEMBERS),
        steps: steps(cycle, pairs),
        untie: cycle.steps.iter().map(untie).collect(),
        cut: Short::new(cycle.cut.iter().map(cut), CUTS),
        cut_weight: counted(weight as usize, "reference or call", "references or calls"),
        score: score(cycle),
        loops: loops(analysis, cycle),
    }
}

/// One step of the way out: its work, its outcome, and how large the largest knot is that it
/// leaves. A step that moves code lists no dependencies, because moving replaces cutting them.
fn untie(step: &analysis::Step) -> Untie {
    let work = if step.moves.is_empty() {
        counted(step.places() as usize, "reference", "references")
    } else {
        sentence(&step.work()).trim_end_matches('.').to_owned()
    };
    let listed = step.edges.iter().filter(|_| step.moves.is_empty());
    Untie {
        title: format!("{work}: {}, leaves {}", step.outcome(), step.left),
        cut: listed.map(cut).collect(),
        advice: step.advice.clone(),
    }
}

/// A dependency to give up. Recorded calls are named only beside places in the code: without these
/// the weight already is the number of calls.
fn cut(edge: &CutEdge) -> Cut {
    let calls = edge.calls.filter(|_| !edge.locations.is_empty());
    let calls = calls.map(|calls| counted(calls as usize, "recorded call", "recorded calls"));
    Cut {
        from: edge.from.name.to_string(),
        to: edge.to.name.to_string(),
        weight: count(edge.weight),
        calls: calls.unwrap_or_default(),
        places: places(&edge.locations),
    }
}

/// Whether callers wait for the loop; `None` for a cycle of code, where the question does not
/// arise.
fn kind(cycle: &Cycle) -> Option<String> {
    let text = if cycle.synchronous? {
        "each waits for the next"
    } else {
        "partly by messages: no caller waits for the whole loop"
    };
    Some(text.to_owned())
}

/// The first places, with neighbouring duplicates joined.
fn places(locations: &[Location]) -> Short<String> {
    let mut lines: Vec<String> = locations.iter().map(place).collect();
    lines.dedup();
    Short::new(lines, PLACES)
}

/// The evidence for each dependency on the shortest way round, the closing one included.
fn steps(cycle: &Cycle, pairs: &Pairs) -> Vec<Step> {
    let round: Vec<&NodeId> = cycle
        .shortest
        .iter()
        .chain(cycle.shortest.first())
        .collect();
    round
        .windows(2)
        .filter_map(|ends| step(ends, pairs))
        .collect()
}

/// The evidence for one dependency; a dependency without a known pair gets dashes.
fn step(ends: &[&NodeId], pairs: &Pairs) -> Option<Step> {
    let [from, to] = ends else { return None };
    let nothing = Pair::default();
    let pair = pairs
        .get(&((*from).clone(), (*to).clone()))
        .unwrap_or(&nothing);
    let kinds: Vec<&str> = pair.kinds.iter().copied().collect();
    Some(Step {
        from: from.name.to_string(),
        to: to.name.to_string(),
        kinds: kinds.join(", "),
        found: number(pair.in_code() + pair.declared),
        observed: number(pair.observed),
        places: Short::new(pair.places.iter().map(place), 3),
    })
}

/// A dash for 0: nothing of the kind was found.
fn number(value: u64) -> String {
    if value == 0 {
        UNKNOWN.to_owned()
    } else {
        count(value)
    }
}

/// What each signal says, in one line.
const SIGNALS: [(&str, &str); 7] = [
    (
        "cycle",
        "they wait for each other in a cycle; above 0.5 the traces show re-entrant requests",
    ),
    (
        "lockstep",
        "share of the change sets that touch two or more of them",
    ),
    ("data", "share of their tables that two or more write"),
    (
        "depth",
        "length of the synchronous paths of requests (95th percentile)",
    ),
    (
        "chat",
        "calls among them for each request that crosses them",
    ),
    ("fail", "failures inside that fail the whole request"),
    ("lib", "own libraries that are always bumped together"),
];

/// The interval with its signals in the order of `SIGNALS`; `None` for a cycle without a score. A
/// signal that was not measured reads as unknown instead of 0.
fn score(cycle: &Cycle) -> Option<Score> {
    let score = cycle.score.as_ref()?;
    let meaning = |id: &str| {
        SIGNALS
            .iter()
            .find(|(name, _)| *name == id)
            .map_or("", |(_, text)| text)
    };
    let order = |id: &str| {
        SIGNALS
            .iter()
            .position(|(name, _)| *name == id)
            .unwrap_or(SIGNALS.len())
    };
    let mut signals: Vec<(String, &'static str, String)> = score
        .signals
        .iter()
        .map(|(id, value)| {
            (
                id.clone(),
                meaning(id),
                value.map_or_else(|| "unknown".to_owned(), |value| format!("{value:.2}")),
            )
        })
        .collect();
    signals.sort_by_key(|(id, ..)| order(id));
    Some(Score {
        interval: score.interval(),
        signals,
    })
}

/// Requests of the traces that come back within this cycle.
fn loops(analysis: &Analysis, cycle: &Cycle) -> Vec<String> {
    let Some(runtime) = analysis
        .runtime
        .as_ref()
        .filter(|_| cycle.level == Level::Service)
    else {
        return Vec::new();
    };
    let inside = |service: &Arc<str>| cycle.members.iter().any(|id| id.name == *service);
    let own = runtime
        .loops
        .iter()
        .filter(|found| found.path.iter().all(inside));
    own.take(3)
        .map(|found| {
            let share = percent(found.contained as f64 / found.count.max(1) as f64);
            let times = count(found.count);
            format!("{}: {times} times, in {share} of them the first call was still waiting; for example trace {}", found.path.join(" → "), found.example_trace)
        })
        .collect()
}
