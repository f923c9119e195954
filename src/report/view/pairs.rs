//! Dependencies between two nodes of one level, by how they are known.
//!
//! In: [`Analysis`], a level. Out: [`Pairs`].
//! Invariant: references of the symbol layer, or 1 where only an import is known; nothing counted twice.
//! Never: test, type-only, build or facade dependencies, co-change, shared libraries.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::{Analysis, EdgeRecord, at_level};
use crate::model::{EdgeKind, Grade, Labels, Level, Location, NodeId, Provenance, Role};

/// What is known of one node depending on another.
#[derive(Clone, Default)]
pub(in crate::report) struct Pair {
    /// Kinds, each once.
    pub(in crate::report) kinds: BTreeSet<&'static str>,
    /// Places in manifests and catalogues.
    pub(in crate::report) declared: u64,
    /// References in the code.
    pub(in crate::report) found: u64,
    /// Recorded calls.
    pub(in crate::report) observed: u64,
    /// Places to open.
    pub(in crate::report) places: Vec<Location>,
    imports: u64,
    /// Whether anything more than an address that nothing uses joins them.
    called: bool,
}

impl Pair {
    /// How strong the dependency is: references, else declarations, else recorded calls.
    pub(in crate::report) fn weight(&self) -> u64 {
        [
            self.found,
            self.imports.min(1),
            self.declared,
            self.observed,
        ]
        .into_iter()
        .find(|weight| *weight > 0)
        .unwrap_or_default()
    }

    /// References in the code, or 1 where only an import is known.
    pub(in crate::report) fn in_code(&self) -> u64 {
        self.found.max(self.imports.min(1))
    }

    /// Whether all that is known is an address that nothing was seen to use.
    pub(in crate::report) const fn only_configured(&self) -> bool {
        !self.called
    }

    /// Adds what is known of another pair, as of two nodes of one folder.
    pub(in crate::report) fn join(&mut self, other: &Self) {
        self.kinds.extend(&other.kinds);
        self.declared += other.declared;
        self.found += other.in_code();
        self.observed += other.observed;
        self.places.extend(other.places.iter().cloned());
        self.called |= other.called;
    }

    /// Adds an edge to the sum of its provenance. Imports are kept apart from references: an import
    /// and the use of what it brings in are one dependency, not two. History is no dependency.
    fn add(&mut self, edge: EdgeRecord) {
        self.called |= edge.grade != Some(Grade::Configured);
        self.kinds.insert(edge.kind.name());
        match edge.provenance {
            Provenance::Declared => self.declared += edge.weight,
            Provenance::Code if edge.kind == EdgeKind::Import => self.imports += edge.weight,
            Provenance::Code => self.found += edge.weight,
            Provenance::Trace => self.observed += edge.weight,
            Provenance::History => {}
        }
        self.places.extend(edge.locations);
    }
}

/// Dependencies of one level by dependent and dependency.
pub(in crate::report) type Pairs = BTreeMap<(NodeId, NodeId), Pair>;

/// The dependencies of `level` that count.
pub(in crate::report) fn pairs(analysis: &Analysis, level: Level) -> Pairs {
    let view = at_level(analysis, level);
    let of_role = |wanted: fn(Role) -> bool| -> BTreeSet<&NodeId> {
        let nodes = view.nodes.iter().filter(|node| wanted(node.role));
        nodes.map(|node| &node.id).collect()
    };
    let tests = of_role(|role| role == Role::Test);
    let counts = |edge: &EdgeRecord| {
        !edge.labels.any(Labels::UNCOUNTED)
            && !matches!(edge.kind, EdgeKind::CoChange | EdgeKind::SharedLibrary)
            && (level != Level::Service || !edge.kind.is_code())
            && !tests.contains(&edge.from)
            && !tests.contains(&edge.to)
    };
    let mut pairs = Pairs::new();
    for edge in view.edges.iter().filter(|edge| counts(edge)) {
        let key = (edge.from.clone(), edge.to.clone());
        pairs.entry(key).or_default().add(EdgeRecord::clone(edge));
    }
    for pair in pairs.values_mut() {
        pair.places.sort();
        pair.places
            .dedup_by(|a, b| a.path == b.path && a.at.line == b.at.line);
    }
    pairs
}
