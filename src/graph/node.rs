//! What the graph is made of.
//!
//! In: nothing. Out: [`Node`], [`Edge`].
//! Invariant: an edge between files keeps positions, one between services keeps locations.
//! Never: results of a later stage.

use std::sync::Arc;

use crate::model::{
    EdgeKind, Grade, Labels, LanguageId, Level, Location, NodeId, Position, Provenance, Role,
    TypeCounts, id,
};

id!(
    /// Index into [`DependencyGraph::nodes`](super::DependencyGraph::nodes).
    pub NodeIndex
);
id!(
    /// Index into [`DependencyGraph::edges`](super::DependencyGraph::edges).
    pub EdgeIndex
);

/// A part of the system at one level of containment.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its id, such as `file:src/lib.rs`.
    pub id: NodeId,
    /// Where it stands in the containment tree.
    pub level: Level,
    /// What to call it.
    pub name: Arc<str>,
    /// The node that contains it; `None` for the system only.
    pub parent: Option<NodeIndex>,
    /// Path of a file, folder of a package.
    pub path: Option<Arc<str>>,
    /// Language of a file.
    pub language: Option<LanguageId>,
    /// What it is for.
    pub role: Role,
    /// Whether a file below it, or it itself, is no vendored copy of a third party's code.
    pub is_own: bool,
    /// Lines of source below it.
    pub lines: u64,
    /// `McCabe`'s cyclomatic number of the functions below it; `None` where no file tells.
    pub complexity: Option<u64>,
    /// Types declared below it.
    pub types: TypeCounts,
}

/// A symbol that an edge uses, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SymbolUse {
    /// Name of the symbol.
    pub name: Arc<str>,
    /// Number of references.
    pub count: u32,
}

/// A dependency of one node on another, of one kind.
#[derive(Clone, Debug)]
pub struct Edge {
    /// The dependent.
    pub from: NodeIndex,
    /// The dependency.
    pub to: NodeIndex,
    /// What kind of dependency.
    pub kind: EdgeKind,
    /// What tells it apart from an ordinary one.
    pub labels: Labels,
    /// How it became known.
    pub provenance: Provenance,
    /// How sure it is; of links between services that were found without running anything.
    pub grade: Option<Grade>,
    /// Number of references, or of recorded calls.
    pub weight: u64,
    /// Symbols used, sorted by name.
    pub symbols: Vec<SymbolUse>,
    /// Re-exporting file, topic or library that it goes through.
    pub via: Option<Arc<str>>,
    /// Places in the file that `from` is.
    pub positions: Vec<Position>,
    /// Places elsewhere.
    pub locations: Vec<Location>,
}

impl Edge {
    /// An edge with nothing but its ends, kind and provenance.
    pub(super) const fn new(
        from: NodeIndex,
        to: NodeIndex,
        kind: EdgeKind,
        provenance: Provenance,
    ) -> Self {
        Self {
            from,
            to,
            kind,
            labels: Labels::NONE,
            provenance,
            grade: None,
            weight: 0,
            symbols: Vec::new(),
            via: None,
            positions: Vec::new(),
            locations: Vec::new(),
        }
    }

    /// What edges are sorted by, so that their order does not depend on that of the input.
    pub(super) fn sort_key(&self) -> impl Ord + '_ {
        (
            self.from,
            self.to,
            self.kind,
            self.labels,
            self.provenance,
            &self.via,
            self.weight,
            &self.locations,
        )
    }

    /// Whether the edge counts in metrics, cycles and boundaries by default.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        self.grade != Some(Grade::Configured) && !self.labels.any(Labels::UNCOUNTED)
    }
}
