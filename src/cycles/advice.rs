//! How to remove the dependencies of a step, by the symbols that they use.
//!
//! In: the edges of a step, the roles of their ends. Out: a sentence for each dependency or group of them.
//! Invariant: names what is used, where the code tells; the same edges give the same text.
//! Never: advice that adds a dependency the other way round.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::knot::Knot;
use super::needs::Needs;
use super::split::Split;
use crate::cycles::kind::Kind;
use crate::cycles::record::CutEdge;
use crate::graph::Vertex;
use crate::model::Level;

/// Symbols that can be moved together without moving half of the code.
const FEW: usize = 3;

/// What stands at the ends of a dependency.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Case {
    /// It leads to what puts the program together.
    ToRoot,
    /// It leads from what many use.
    FromKernel,
    /// It uses a few symbols that need nothing of the cycle.
    Few,
    /// It uses a few symbols that need others of the cycle.
    Rooted,
    /// It uses many, or nobody knows which.
    Many,
}

/// `edges` beside their ends in the knot.
pub(super) fn of(
    edges: &[CutEdge],
    knot: &Knot<'_>,
    ends: &[(Vertex, Vertex)],
    needs: &Needs<'_>,
    kind: Kind,
) -> String {
    if kind.level == Level::Service {
        return "Pass the data with the first call, move it to the service that needs it, or publish an event instead of calling.".to_owned();
    }
    let mut groups: BTreeMap<(Case, &str), Vec<&CutEdge>> = BTreeMap::new();
    for (edge, &ends) in edges.iter().zip(ends) {
        let case = case(edge, knot, ends, needs);
        let by = match case {
            Case::FromKernel => &*edge.from.name,
            Case::ToRoot | Case::Few | Case::Rooted | Case::Many => &*edge.to.name,
        };
        groups.entry((case, by)).or_default().push(edge);
    }
    let sentences = groups
        .iter()
        .map(|((case, by), edges)| sentence(*case, by, edges, kind));
    sentences.collect::<Vec<_>>().join(" ")
}

/// Files to move out of the member that all `edges` leave.
pub(super) fn of_split(edges: &[CutEdge], split: &Split, kind: Kind) -> String {
    let from = edges.first().map_or("", |edge| &*edge.from.name);
    let files = joined(split.files.iter().map(|file| format!("`{file}`")));
    let one = kind.one();
    let (it, puts) = if split.files.len() == 1 {
        ("it uses", "its own")
    } else {
        ("they use", "their own")
    };
    let what = match edges {
        [edge] => edge.to.name.to_string(),
        several => format!("{} others", several.len()),
    };
    format!(
        "Move {files} out of {from} into a {one} of {puts} above it: {it} {what}, and no other {one} uses what is in there."
    )
}

/// What kind of dependency it is. The ends decide before the symbols: one that leaves the kernel is
/// wrong whatever it uses, and symbols that need others of the cycle cannot simply move.
fn case(edge: &CutEdge, knot: &Knot<'_>, (from, to): (Vertex, Vertex), needs: &Needs<'_>) -> Case {
    if knot.kernel[from] && !knot.root[to] {
        Case::FromKernel
    } else if needs.has((from, to)) && !edge.symbols.is_empty() {
        Case::Rooted
    } else if knot.root[to] {
        Case::ToRoot
    } else if (1..=FEW).contains(&edge.symbols.len()) {
        Case::Few
    } else {
        Case::Many
    }
}

/// The advice for some dependencies on, or of, one member `by`. What is named has to be moved,
/// injected or turned round, depending on the case; without known symbols only the members are
/// named.
fn sentence(case: Case, by: &str, edges: &[&CutEdge], kind: Kind) -> String {
    let one = kind.one();
    let symbols = listed(edges.iter().flat_map(|edge| &edge.symbols));
    let users = joined(edges.iter().map(|edge| edge.from.name.to_string()));
    let used = joined(edges.iter().map(|edge| edge.to.name.to_string()));
    let use_ = if edges.len() == 1 { "uses" } else { "use" };
    let several = edges
        .iter()
        .flat_map(|edge| &edge.symbols)
        .collect::<BTreeSet<_>>()
        .len()
        > 1;
    let it = if several { "them" } else { "it" };
    let need = if edges.len() == 1 {
        "it needs"
    } else {
        "they need"
    };
    let all = if edges.len() == 1 { "both" } else { "all" };
    match (case, symbols) {
        (Case::ToRoot | Case::Few, Some(symbols)) => format!(
            "{users} {use_} {symbols} of {by}: move {it} out of {by} into a {one} that {all} may use."
        ),
        (Case::Rooted, symbols) => {
            let symbols = symbols.unwrap_or_else(|| by.to_owned());
            format!(
                "{users} {use_} {symbols} of {by}, in a file that needs others of the cycle: let {users} declare what {need} as an interface that {by} implements, or move the code that uses {symbols} up to {by}."
            )
        }
        (Case::ToRoot | Case::Few, None) => format!(
            "{by} puts the others together: hand what {users} {} in as an argument.",
            if edges.len() == 1 { "needs" } else { "need" }
        ),
        (Case::FromKernel, Some(symbols)) => {
            format!("Many use {by}: move the code there that uses {symbols} up to {used}.")
        }
        (Case::FromKernel, None) => {
            format!("Many use {by}: move the code there that uses {used} up to it.")
        }
        (Case::Many, symbols) => {
            let of = symbols.map_or(String::new(), |symbols| format!(" ({symbols})"));
            format!(
                "{users} {use_} much of {by}{of}: let {users} declare the interface and {by} implement it, or move the code that needs {by} up to it."
            )
        }
    }
}

/// The first symbols, each once, and how many more there are.
fn listed<'a>(symbols: impl Iterator<Item = &'a Arc<str>>) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for symbol in symbols {
        let name = match &**symbol {
            "default" => "the default export".to_owned(),
            name => format!("`{name}`"),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(FEW);
    names.truncate(FEW);
    match (names.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(joined(names.into_iter())),
        (false, more) => Some(format!("{} and {more} more", names.join(", "))),
    }
}

/// `a, b and c`, each once.
fn joined(names: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = Vec::new();
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    let last = all.pop().unwrap_or_default();
    if all.is_empty() {
        last
    } else {
        format!("{} and {last}", all.join(", "))
    }
}
