//! The three things to do first, the same in the terminal and on the page.
//!
//! In: [`Analysis`]. Out: [`Todo`]s, the most urgent first.
//! Invariant: the worst finding of each rule before a second one of the same rule; no subject twice.
//! Never: a size of the work that counts what happens to be printed: it counts all edges and places.

use std::collections::BTreeSet;

use super::groups;
use super::names::sentence;
use crate::analysis::{Analysis, CutEdge, Cycle, Finding};
use crate::model::names::{counted, thousands};
use crate::model::{Level, Location, NodeId, RuleId};

/// Things to do.
const FIRST: usize = 3;

/// A thing to do.
pub(in crate::report) struct Todo<'a> {
    /// The finding, with its number in the list.
    pub(in crate::report) finding: (usize, &'a Finding),
    /// The cycle that the finding is about, if it is about one.
    pub(in crate::report) cycle: Option<&'a Cycle>,
}

/// What to do first; at most three.
pub(in crate::report) fn three(analysis: &Analysis) -> Vec<Todo<'_>> {
    let all: Vec<(usize, &Finding)> = analysis.findings.iter().enumerate().collect();
    let mut rules: BTreeSet<RuleId> = BTreeSet::new();
    let (first, others): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|(_, finding)| rules.insert(finding.rule));
    let mut subjects: Vec<BTreeSet<&NodeId>> = Vec::new();
    let mut chosen = Vec::new();
    for (number, finding) in first.into_iter().chain(others) {
        let subject: BTreeSet<&NodeId> = finding.subject.iter().collect();
        if chosen.len() < FIRST && !subjects.contains(&subject) {
            let cycle = cycle_of(analysis, &subject);
            subjects.push(subject);
            chosen.push(Todo {
                finding: (number, finding),
                cycle,
            });
        }
    }
    chosen.sort_by_key(|todo| todo.finding.0);
    chosen
}

/// The counted cycle of exactly these members.
fn cycle_of<'a>(analysis: &'a Analysis, members: &BTreeSet<&NodeId>) -> Option<&'a Cycle> {
    let mut cycles = analysis.cycles.iter().filter(|cycle| cycle.is_counted());
    cycles.find(|cycle| cycle.members.iter().collect::<BTreeSet<_>>() == *members)
}

impl Todo<'_> {
    /// What to do, as an order.
    pub(in crate::report) fn title(&self) -> String {
        let finding = self.finding.1;
        let subject = |at: usize| finding.subject.get(at).map_or("", |id| &*id.name);
        match (self.cycle, finding.rule) {
            (Some(cycle), _) => break_cycle(cycle),
            (None, RuleId::Hotspot) => format!("Split {}", subject(0)),
            (None, RuleId::UnstableDependency) => {
                format!("Invert the dependency {} → {}", subject(0), subject(1))
            }
            (None, RuleId::HiddenCoupling) => {
                format!("Find out what ties {} to {}", subject(0), subject(1))
            }
            (None, RuleId::Hub) => format!("Split {} by what its callers need", subject(0)),
            (None, RuleId::BypassedContract) => {
                format!(
                    "Let {} call {} instead of using its code",
                    subject(0),
                    subject(1)
                )
            }
            (None, _) => sentence(&finding.advice).trim_end_matches('.').to_owned(),
        }
    }

    /// Why, in a sentence or two.
    pub(in crate::report) fn why(&self) -> String {
        let finding = self.finding.1;
        match self.cycle {
            Some(cycle) if cycle.level != Level::Service => format!(
                "Each of the {} {} depends on every other, directly or through others: none can be changed, tested or moved alone.",
                thousands(cycle.members.len() as u64),
                cycle.kind().several()
            ),
            Some(_) => sentence(&finding.evidence),
            None => format!(
                "{} {}",
                sentence(&finding.title),
                sentence(&finding.evidence)
            ),
        }
    }

    /// A weight of its dependencies in words: `3 references`.
    pub(in crate::report) fn weighed(&self, weight: u64) -> String {
        let (one, many) = match self.cycle.map(|cycle| cycle.level) {
            Some(Level::Service) => ("reference or call", "references or calls"),
            _ => ("reference", "references"),
        };
        counted(weight, one, many)
    }

    /// The dependencies to remove: the first step of a large cycle, the cheapest cut of a small one.
    pub(in crate::report) fn edges(&self) -> &[CutEdge] {
        match self.cycle {
            Some(cycle) => cycle.steps.first().map_or(&cycle.cut, |step| &step.edges),
            None => &[],
        }
    }

    /// Every place to change.
    pub(in crate::report) fn places(&self) -> Vec<&Location> {
        if self.cycle.is_none() {
            return self.finding.1.locations.iter().collect();
        }
        self.edges()
            .iter()
            .flat_map(|edge| &edge.locations)
            .collect()
    }

    /// The size of the work in dependencies, references, files and services, such as
    /// `1 dependency, 2 references in 1 file of 1 service`.
    pub(in crate::report) fn effort(&self, analysis: &Analysis) -> String {
        let places = self.places();
        let files: BTreeSet<&str> = places.iter().map(|place| &*place.path).collect();
        let teams = owners(analysis, &files);
        let mut parts = Vec::new();
        if self.cycle.is_some() {
            let weight: u64 = self.edges().iter().map(|edge| edge.weight).sum();
            parts.push(counted(
                self.edges().len() as u64,
                "dependency",
                "dependencies",
            ));
            parts.push(self.weighed(weight));
        }
        let files = match files.len() {
            0 => {
                return "unknown: it is known from traces only, without a place in the code"
                    .to_owned();
            }
            files => counted(files as u64, "file", "files"),
        };
        let within = if teams > 1 {
            format!(
                "{files} of {}",
                counted(teams as u64, "service", "services")
            )
        } else {
            files
        };
        if parts.is_empty() {
            within
        } else {
            format!("{} in {within}", parts.join(", "))
        }
    }

    /// Who owns it as `CODEOWNERS` says, else who changed it most, under what they are called.
    pub(in crate::report) fn owners(&self) -> Option<(&'static str, String)> {
        let finding = self.finding.1;
        if !finding.owners.is_empty() {
            return Some(("Owners", finding.owners.join(", ")));
        }
        let authors = finding
            .authors
            .iter()
            .map(|(name, commits)| format!("{name} ({})", counted(*commits, "commit", "commits")));
        let authors: Vec<String> = authors.collect();
        (!authors.is_empty()).then(|| ("Most commits", authors.join(", ")))
    }

    /// What it changes, in two numbers; `None` where nothing was simulated.
    pub(in crate::report) fn before_after(&self) -> Option<String> {
        if let Some(remedy) = self.finding.1.remedies.first() {
            let (before, after) = (remedy.before.cycles.len(), remedy.after.cycles.len());
            let mut said = format!("service cycles {before} → {after}");
            let hops = remedy
                .before
                .hops_per_request
                .zip(remedy.after.hops_per_request);
            if let Some((before, after)) =
                hops.filter(|(before, after)| (before - after).abs() >= 0.005)
            {
                said.push_str(&format!("; calls per request {before:.2} → {after:.2}"));
            }
            return Some(said);
        }
        let cycle = self.cycle?;
        let members = cycle.members.len();
        let left = cycle.steps.first().map_or(0, |step| step.left);
        Some(format!(
            "largest cycle: {} → {}",
            thousands(members as u64),
            thousands(left as u64)
        ))
    }

    /// What would make the advice wrong.
    pub(in crate::report) fn doubt(&self, analysis: &Analysis) -> &'static str {
        let traced = analysis.runtime.is_some();
        match self.cycle {
            Some(cycle) if cycle.level == Level::Service && !traced => {
                "One of these calls is never made in production: no traces say that it is."
            }
            Some(cycle) if cycle.level == Level::Service => {
                "The recorded time is not typical, or one of the calls is about to go anyway."
            }
            Some(_) => "The parts are meant to be one: then merge them.",
            None if self.finding.1.trace.is_some() => "The recorded time is not typical.",
            None => {
                "The code is about to be replaced, or the places listed are not what they look like."
            }
        }
    }

    /// Text to paste into an issue.
    pub(in crate::report) fn issue(&self, analysis: &Analysis) -> String {
        let mut text = format!(
            "{}\n\n{}\n\nTo do: {}\n",
            self.title(),
            self.why(),
            self.finding.1.advice
        );
        for edge in self.edges() {
            text.push_str(&format!("- {} → {}", edge.from.name, edge.to.name));
            for place in &edge.locations {
                text.push_str(&format!("\n  - {}:{}", place.path, place.at.line));
            }
            text.push('\n');
        }
        text.push_str(&format!("\nEffort: {}\n", self.effort(analysis)));
        if let Some((label, names)) = self.owners() {
            text.push_str(&format!("{label}: {names}\n"));
        }
        if let Some(change) = self.before_after() {
            text.push_str(&format!("Before and after: {change}\n"));
        }
        text
    }
}

/// `Break the cycle of 6 packages in org.shop: order → cart → order`.
fn break_cycle(cycle: &Cycle) -> String {
    let names: Vec<&str> = cycle.shortest.iter().map(|id| &*id.name).collect();
    let head = groups::shared(&names, groups::SEPARATORS);
    let round = names.iter().chain(names.first()).map(|name| &name[head..]);
    let round: Vec<&str> = round.collect();
    let within = names
        .first()
        .map_or("", |name| name[..head].trim_end_matches([':', '/', '.']));
    let within = if within.is_empty() {
        String::new()
    } else {
        format!(" in {within}")
    };
    format!(
        "Break the cycle of {} {}{within}: {}",
        thousands(cycle.members.len() as u64),
        cycle.kind().several(),
        round.join(" → ")
    )
}

/// Services that own one of the files.
fn owners(analysis: &Analysis, files: &BTreeSet<&str>) -> usize {
    let services = analysis
        .nodes
        .iter()
        .filter(|node| node.level == Level::Service);
    let folders = services.filter_map(|node| node.path.as_deref());
    let owns = |folder: &&str| {
        files
            .iter()
            .any(|file| crate::model::names::within(file, folder))
    };
    folders.filter(owns).count()
}
