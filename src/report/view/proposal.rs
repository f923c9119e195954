//! What a proposal says of itself, in sentences that text and page share.
//!
//! In: [`Boundary`], [`Analysis`]. Out: sentences without markup.
//! Invariant: what is nothing is not said; counts agree with their nouns.
//! Never: line breaks or colours; those belong to the output.

use crate::analysis::{Analysis, Basis, Boundary};
use crate::model::names::{counted, thousands};

/// Which question the proposals answer and why, what they are ranked by, and why there are few.
pub(in crate::report) fn basis(analysis: &Analysis) -> Vec<String> {
    let Some(basis) = &analysis.basis else {
        return Vec::new();
    };
    let (what, other) = if basis.intent == "service" {
        ("services", "for packages instead: --intent library")
    } else {
        ("packages", "for services instead: --intent service")
    };
    let mut ranked = format!("Ranked by {}", joined(&basis.ranked_by));
    if !basis.not_by.is_empty() {
        ranked.push_str(&format!("; not by {}", basis.not_by.join(", not by ")));
    }
    let question = format!("Cut into {what}: {} ({other}).", basis.reason);
    let is_cut = |boundary: &&Boundary| boundary.merge.is_none() && boundary.doubts.is_empty();
    if analysis.boundaries.iter().filter(is_cut).count() == 0 {
        return [Some(question), few(basis)].into_iter().flatten().collect();
    }
    let few = basis.few.iter().map(|few| format!("{few}."));
    [question, format!("{ranked}.")]
        .into_iter()
        .chain(few)
        .collect()
}

/// Why there are few proposals, as a sentence.
fn few(basis: &Basis) -> Option<String> {
    basis.few.as_ref().map(|few| format!("{few}."))
}

/// Whether the history tells enough of changes to speak of shares.
pub(in crate::report) fn knows_change(analysis: &Analysis) -> bool {
    let unknown = |reason: &String| reason.starts_with("change");
    analysis
        .basis
        .as_ref()
        .is_none_or(|basis| !basis.not_by.iter().any(unknown))
}

/// `a, b and c`.
fn joined(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// What it holds, what crosses its border, and what it changes.
pub(in crate::report) fn facts(boundary: &Boundary) -> Vec<String> {
    let facts = [
        holds(boundary),
        Some(border(boundary)),
        across(boundary),
        before_after(boundary),
        people(boundary),
    ];
    facts.into_iter().flatten().collect()
}

/// Who owns it, and who changed it most.
fn people(boundary: &Boundary) -> Option<String> {
    let owners = boundary.owners.join(", ");
    let owned = (!owners.is_empty()).then(|| format!("owned by {owners}"));
    let authors = boundary.authors.iter().map(|(name, commits)| {
        let commits = counted(*commits, "commit", "commits");
        format!("{name} ({commits})")
    });
    let authors = authors.collect::<Vec<_>>().join(", ");
    let changed = (!authors.is_empty()).then(|| format!("changed most by {authors}"));
    let people: Vec<String> = owned.into_iter().chain(changed).collect();
    (!people.is_empty()).then(|| people.join("; "))
}

/// Its layers, screens, requests and tables.
fn holds(boundary: &Boundary) -> Option<String> {
    let takes = &boundary.takes;
    let layers = ["routes", "logic", "data", "types"];
    let parts: Vec<String> = layers
        .into_iter()
        .filter_map(|layer| {
            takes
                .layers
                .get(layer)
                .map(|files| format!("{layer} {files}"))
        })
        .collect();
    if boundary.intent != "service" || parts.is_empty() {
        return None;
    }
    let mut line = format!("files by layer: {}", parts.join(", "));
    let torn = takes
        .tables
        .iter()
        .filter(|table| !table.others.is_empty())
        .count() as u64;
    if !takes.tables.is_empty() {
        line.push_str(&format!(
            "; {}",
            counted(takes.tables.len() as u64, "table", "tables")
        ));
    }
    if torn > 0 {
        line.push_str(&format!(", {} also used outside", thousands(torn)));
    }
    if !takes.routes.is_empty() {
        line.push_str(&format!(
            "; {}",
            counted(takes.routes.len() as u64, "route", "routes")
        ));
    }
    if takes.screens > 0 {
        let screens = counted(takes.screens, "file bears", "files bear");
        line.push_str(&format!("; in the browser {screens} its name"));
    }
    Some(line)
}

/// `12 dependencies in, 3 out, 40 call sites`.
fn border(boundary: &Boundary) -> String {
    let cost = &boundary.cost;
    format!(
        "{} in, {} out, {}",
        counted(cost.crossing_in, "dependency", "dependencies"),
        thousands(cost.crossing_out),
        counted(cost.call_sites, "call site", "call sites")
    )
}

/// What crosses the border, by kind.
fn across(boundary: &Boundary) -> Option<String> {
    let groups = boundary.takes.crossing.iter().map(|group| {
        let what = match group.kind.as_str() {
            "types" => "to types and constants of both",
            "data" => "to the data layer",
            _ if group.edges == 1 => "other",
            _ => "others",
        };
        let more = if group.symbols as usize > group.names.len() {
            ", …"
        } else {
            ""
        };
        let names = if group.names.is_empty() {
            String::new()
        } else {
            format!(" ({}{more})", group.names.join(", "))
        };
        format!("{} {what}{names}", thousands(group.edges))
    });
    let groups: Vec<String> = groups.collect();
    (boundary.intent == "service" && !groups.is_empty())
        .then(|| format!("of these {}", groups.join("; ")))
}

/// What it changes, where that can be seen.
fn before_after(boundary: &Boundary) -> Option<String> {
    let gain = &boundary.benefit;
    let mut parts = Vec::new();
    if let (Some(before), Some(after)) = (gain.propagation_before, gain.propagation_after) {
        let (before, after) = (format!("{before:.3}"), format!("{after:.3}"));
        if before != after {
            parts.push(format!("propagation {before} → {after}"));
        }
    }
    if gain.cycles_broken > 0 {
        let cycles = counted(gain.cycles_broken, "cycle", "cycles");
        parts.push(format!("cuts through {cycles} of files"));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What a proposal is called in short among those that are shown: A, B, …; the number beyond Z.
/// Proposals with doubts are shown only where `all` are.
pub(in crate::report) fn letter(boundaries: &[Boundary], all: bool, rank: u32) -> String {
    let upto = boundaries.iter().filter(|other| other.rank <= rank);
    let place = upto.filter(|other| all || other.doubts.is_empty()).count();
    match u8::try_from(place) {
        Ok(place @ 1..=26) => char::from(b'A' + place - 1).to_string(),
        _ => place.to_string(),
    }
}
