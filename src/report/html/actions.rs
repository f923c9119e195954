//! What to do first, as cards.
//!
//! In: [`Analysis`]. Out: at most three [`Action`]s.
//! Invariant: the same three things as in the terminal.
//! Never: more than [`PLACES`] places; the issue text has all of them.

use serde::Serialize;

use super::short::Short;
use super::{cycles, findings};
use crate::analysis::{Analysis, CutEdge};
use crate::report::view::names::{counted, place, sentence};
use crate::report::view::todo::{self, Todo};

/// Places named per dependency.
const PLACES: usize = 4;
/// Dependencies named per action.
const EDGES: usize = 5;

/// A thing to do.
#[derive(Serialize)]
pub(super) struct Action {
    key: usize,
    title: String,
    anchor: String,
    why: String,
    fix: String,
    edges: Short<Edge>,
    places: Short<String>,
    effort: String,
    before_after: Option<String>,
    doubt: &'static str,
    issue: String,
}

#[derive(Serialize)]
struct Edge {
    from: String,
    to: String,
    weight: String,
    places: Short<String>,
}

pub(super) fn three(analysis: &Analysis) -> Vec<Action> {
    let all = todo::three(analysis).into_iter().enumerate();
    all.map(|(key, todo)| action(analysis, key, &todo))
        .collect()
}

fn action(analysis: &Analysis, key: usize, todo: &Todo<'_>) -> Action {
    let (number, finding) = todo.finding;
    let step = todo.cycle.and_then(|cycle| cycle.steps.first());
    let own = if todo.cycle.is_none() {
        &finding.locations[..]
    } else {
        &[]
    };
    Action {
        key: key + 1,
        title: todo.title(),
        anchor: todo
            .cycle
            .map_or_else(|| findings::anchor(number), cycles::anchor),
        why: sentence(&finding.evidence),
        fix: match step {
            Some(step) => format!("Start with {}. {}", step.summary(), step.advice),
            None => sentence(&finding.advice),
        },
        edges: Short::new(todo.edges().iter().map(edge), EDGES),
        places: Short::new(own.iter().map(place), PLACES),
        effort: todo.effort(analysis),
        before_after: todo.before_after(),
        doubt: todo.doubt(analysis),
        issue: todo.issue(analysis),
    }
}

fn edge(edge: &CutEdge) -> Edge {
    Edge {
        from: edge.from.name.to_string(),
        to: edge.to.name.to_string(),
        weight: counted(
            edge.weight as usize,
            "reference or call",
            "references or calls",
        ),
        places: Short::new(edge.locations.iter().map(place), PLACES),
    }
}
