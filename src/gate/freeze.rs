//! Frozen code: it may be mended, but must not grow.
//!
//! In: [`Analysis`] of the base and of the head, [`Policy`]. Out: [`Violation`]s, and how many parts still depend on it.
//! Invariant: new files, routes, public items, tables and dependencies on other parts fail; edits and removals pass.
//! Never: test code; what moves from one frozen place to another.

use std::collections::{BTreeMap, BTreeSet};

use super::edges;
use super::identity::Identity;
use super::policy::{Freeze, Policy};
use super::select::Nodes;
use super::verdict::{Problem, Violation};
use crate::analysis::{Analysis, NodeRecord, Offer, OfferKind};
use crate::model::names::counted;
use crate::model::{Level, Location, NodeId, Role, RuleId};

/// What a change does to frozen code.
#[derive(Default)]
pub(super) struct Frozen {
    /// What grew.
    pub violations: Vec<Violation>,
    /// How many parts depend on it, before and after.
    pub trend: Vec<String>,
    /// Entries that select nothing on either side.
    pub problems: Vec<Problem>,
}

/// Breaches of `[[freeze]]`.
pub(super) fn check(
    base: &Analysis,
    head: &Analysis,
    identity: &Identity,
    policy: &Policy,
) -> Frozen {
    let mut frozen = Frozen::default();
    for entry in &policy.freeze {
        let (before, after) = (Part::of(base, entry), Part::of(head, entry));
        if before.files.is_empty() && after.files.is_empty() {
            let message = format!("`{}` selects no file: nothing is frozen", entry.text());
            frozen.problems.push(Problem {
                line: entry.line,
                message,
            });
            continue;
        }
        frozen
            .violations
            .extend(grown(entry, &before, &after, identity));
        let (was, is) = (before.callers.len(), after.callers.len());
        frozen.trend.push(format!(
            "frozen `{}`: {} outside need it, {was} before",
            entry.text(),
            counted(is as u64, "file", "files"),
        ));
    }
    frozen
}

/// What one entry freezes on one side.
struct Part<'a> {
    files: BTreeMap<&'a NodeId, &'a NodeRecord>,
    offers: Vec<&'a Offer>,
    /// Whether offers were looked for; a saved analysis has none.
    is_known: bool,
    /// Parts outside that it depends on, with the dependent and the places.
    needs: BTreeMap<NodeId, (NodeId, Vec<Location>)>,
    /// Files outside that depend on it.
    callers: BTreeSet<&'a NodeId>,
}

impl<'a> Part<'a> {
    /// The frozen files of one side with what they offer, need, and who calls them.
    fn of(analysis: &'a Analysis, entry: &Freeze) -> Self {
        let nodes = Nodes::of(analysis);
        let is_frozen = |node: &NodeRecord| {
            node.level == Level::File
                && node.role != Role::Test
                && entry.paths.iter().any(|path| path.matches(node, &nodes))
        };
        let files = nodes.all.iter().filter(|node| is_frozen(node));
        let files: BTreeMap<&NodeId, &NodeRecord> = files.map(|node| (&node.id, node)).collect();
        let mut part = Self {
            offers: Vec::new(),
            is_known: analysis.surface.is_some(),
            needs: BTreeMap::new(),
            callers: BTreeSet::new(),
            files,
        };
        let offers = analysis.surface.iter().flatten();
        part.offers = offers
            .filter(|offer| part.files.contains_key(&NodeId::file(offer.path.clone())))
            .collect();
        for dependency in edges::judged(analysis, &nodes) {
            if dependency.is_ordinary() {
                part.add(&dependency, &nodes);
            }
        }
        part
    }

    /// Sorts a dependency that crosses the border. Needs are counted by the module of the target,
    /// so that the use of a second file of the same module is no growth.
    fn add(&mut self, dependency: &edges::Dependency<'a>, nodes: &Nodes<'a>) {
        let (from, to) = (dependency.from, dependency.to);
        let (inner, outer) = (
            self.files.contains_key(&from.id),
            self.files.contains_key(&to.id),
        );
        if outer && !inner {
            self.callers.insert(&from.id);
        } else if inner && !outer {
            let holder = to.parent.as_ref().and_then(|parent| nodes.get(parent));
            let part = holder.filter(|node| node.level == Level::Module);
            let part = part.map_or(&to.id, |node| &node.id).clone();
            let first = || (from.id.clone(), Vec::new());
            let places = &mut self.needs.entry(part).or_insert_with(first).1;
            places.extend(dependency.locations(edges::is_ordinary));
        }
    }
}

/// What the head has and the base had not: files, offers of old files, and needs. Everything in a
/// new file goes with the file and is not reported again. Without offers of the base none can be
/// called new.
fn grown(
    entry: &Freeze,
    before: &Part<'_>,
    after: &Part<'_>,
    identity: &Identity,
) -> Vec<Violation> {
    let old: BTreeSet<NodeId> = before.files.keys().map(|id| identity.name(id)).collect();
    let is_new = |id: &NodeId| !old.contains(id);
    let mut found = Vec::new();
    for id in after.files.keys().filter(|id| is_new(id)) {
        let title = format!("{} is a new file in frozen code", id.name);
        found.push(violation(entry, id, "file", &id.name, title, Vec::new()));
    }
    let key = |offer: &&&Offer| (offer.kind, offer.name.clone());
    let offered: BTreeSet<(OfferKind, String)> =
        before.offers.iter().map(|offer| key(&offer)).collect();
    let mut told = BTreeSet::new();
    for offer in &after.offers {
        let id = NodeId::file(offer.path.clone());
        let fresh = before.is_known && !offered.contains(&key(&offer)) && !is_new(&id);
        if fresh && told.insert(key(&offer)) {
            let kind = offer.kind.name();
            let title = format!("{kind} `{}` is new in frozen code", offer.name);
            let places = vec![offer.location.clone()];
            found.push(violation(entry, &id, kind, &offer.name, title, places));
        }
    }
    let needed: BTreeSet<NodeId> = before.needs.keys().map(|id| identity.name(id)).collect();
    for (part, (from, places)) in &after.needs {
        if !needed.contains(part) && !is_new(from) {
            let title = format!("frozen {} depends on {} now", from.name, part.name);
            let name = part.to_string();
            found.push(violation(
                entry,
                from,
                "dependency",
                &name,
                title,
                places.clone(),
            ));
        }
    }
    found
}

/// A breach by what grew; the name and kind of it make the fingerprint, no line does.
fn violation(
    entry: &Freeze,
    file: &NodeId,
    kind: &str,
    name: &str,
    title: String,
    locations: Vec<Location>,
) -> Violation {
    let fingerprint = format!("frozen-growth {kind} {name} {file}");
    Violation {
        title,
        reason: entry.reason.clone(),
        evidence: format!("`{}` is frozen: it may be mended, but must not grow", entry.text()),
        advice: "Put it into the part that takes over, and let the frozen code call that through what it has."
            .to_owned(),
        locations,
        keys: vec![fingerprint.clone()],
        fingerprint,
        ..Violation::new(RuleId::FrozenGrowth, vec![file.clone()])
    }
}
