//! What to do first, as cards.
//!
//! In: [`Analysis`]. Out: at most three [`Action`]s.
//! Invariant: the same three things as in the terminal.
//! Never: more than [`PLACES`] places; the issue text has all of them.

use serde::Serialize;

use super::short::Short;
use super::{cycles, findings};
use crate::analysis::{Analysis, CutEdge};
use crate::report::view::names::{place, sentence};
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
    /// What they are, owners or authors, and their names.
    owners: Option<(&'static str, String)>,
    before_after: Option<String>,
    doubt: &'static str,
    /// Line by line: a line break within a text would be shown as what it is, a control character.
    issue: Vec<String>,
}

/// A dependency to give up, with the places that make it.
#[derive(Serialize)]
struct Edge {
    from: String,
    to: String,
    weight: String,
    places: Short<String>,
}

/// The cards, numbered from 1.
pub(super) fn three(analysis: &Analysis) -> Vec<Action> {
    let all = todo::three(analysis).into_iter().enumerate();
    all.map(|(key, todo)| action(analysis, key, &todo))
        .collect()
}

/// One card. An action about a cycle lists the dependencies to cut and starts with the first step;
/// any other lists the places of its finding.
fn action(analysis: &Analysis, key: usize, todo: &Todo<'_>) -> Action {
    let finding = todo.finding.1;
    let step = todo.cycle.and_then(|cycle| cycle.steps.first());
    let own = if todo.cycle.is_none() {
        &finding.locations[..]
    } else {
        &[]
    };
    let title = todo.title();
    Action {
        key: key + 1,
        title: title.clone(),
        anchor: todo
            .cycle
            .map_or_else(|| findings::anchor(finding), cycles::anchor),
        why: todo.why(),
        fix: match step {
            Some(step) => format!("Start with {}. {}", step.summary(), step.advice),
            // What the title says needs no second time.
            None => Some(sentence(&finding.advice))
                .filter(|advice| advice.trim_end_matches('.') != title)
                .unwrap_or_default(),
        },
        edges: Short::new(todo.edges().iter().map(|edge| one(todo, edge)), EDGES),
        places: Short::new(own.iter().map(place), PLACES),
        effort: todo.effort(analysis),
        owners: todo.owners(),
        before_after: todo.before_after(),
        doubt: todo.doubt(analysis),
        issue: todo.issue(analysis).lines().map(str::to_owned).collect(),
    }
}

/// A dependency to give up as a row.
fn one(todo: &Todo<'_>, edge: &CutEdge) -> Edge {
    Edge {
        from: edge.from.name.to_string(),
        to: edge.to.name.to_string(),
        weight: todo.weighed(edge.weight),
        places: Short::new(edge.locations.iter().map(place), PLACES),
    }
}
