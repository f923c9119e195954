//! A cycle as the JSON contract has it.
//!
//! In: nothing. Out: [`Cycle`] with its cut, its steps and its score.
//! Invariant: names are part of contract version 1.
//! Never: a search.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::kind::Kind;
use super::monolith::{Score, Verdict};
use crate::model::{Level, Location, NodeId, names};

/// A strongly connected component of at least two nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cycle {
    /// `cycle:` and the first member; stable while that member stays in the cycle.
    pub id: String,
    /// The level of its members.
    pub level: Level,
    /// Node ids, sorted.
    pub members: Vec<NodeId>,
    /// A shortest elementary cycle, beginning at its smallest member; the way back is left out.
    pub shortest: Vec<NodeId>,
    /// The cheapest dependencies whose removal leaves no cycle.
    pub cut: Vec<CutEdge>,
    /// How to untie a cycle of many members bit by bit; empty for small ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// At service level: whether every step makes its caller wait.
    pub synchronous: Option<bool>,
    /// What kind of cycle between services it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// How sure the verdict is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
    /// Why it is listed, but neither counted nor reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exempt: Option<Exempt>,
}

/// Why a circle is not for this team to cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exempt {
    /// All of it is a third party's code.
    Vendored,
    /// Files of one Go package, which are compiled as one and see each other without an import.
    OnePackage,
    /// A type and what implements it, in two files of one package, of which the first names the second.
    OwnImplementation,
}

impl Cycle {
    /// What to call its members.
    #[must_use]
    pub fn kind(&self) -> Kind {
        Kind::of(self.level, &self.members)
    }

    /// Whether the summary counts it and rules report it.
    #[must_use]
    pub const fn is_counted(&self) -> bool {
        self.exempt.is_none()
    }

    /// Whether the circle runs through one module and the modules nested in it, and nowhere beside that parent.
    ///
    /// A parent and its parts may see each other in Rust, and nearly every program uses that. The
    /// cut leaves no circle, so a circle among the parts alone would have to be cut between two parts.
    #[must_use]
    pub fn within_one_parent(&self) -> bool {
        let nested = |parent: &NodeId, id: &NodeId| {
            let rest = id.name.strip_prefix(&*parent.name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
        };
        let holds_all = |parent: &&NodeId| self.members.iter().all(|id| nested(parent, id));
        self.level == Level::Module
            && self.members.iter().find(holds_all).is_some_and(|parent| {
                let touches = |edge: &CutEdge| edge.from == *parent || edge.to == *parent;
                self.cut.iter().all(touches)
            })
    }
}

/// A dependency to give up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CutEdge {
    /// Node id of the dependent.
    pub from: NodeId,
    /// Node id of the dependency.
    pub to: NodeId,
    /// References or other places in the code; recorded calls where no place is known.
    pub weight: u64,
    /// Calls that traces recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls: Option<u64>,
    /// What is used, the most used first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub symbols: Vec<Arc<str>>,
    /// The call sites to change, sorted.
    pub locations: Vec<Location>,
}

/// A few dependencies whose removal frees many members of a large cycle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The dependencies to remove, sorted; at most five, or those that go with the files to move.
    pub edges: Vec<CutEdge>,
    /// Files to move out of a member that others use, because they put the others together.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<Arc<str>>,
    /// How to go about it.
    pub advice: String,
    /// Members of the largest knot before the step.
    pub of: usize,
    /// Members that are in no cycle any more.
    pub frees: usize,
    /// Members that leave it and stay in smaller cycles.
    #[serde(default)]
    pub tied: usize,
    /// Members of the largest knot after the step.
    pub left: usize,
}

impl Step {
    /// Places in the code to change: references, or calls where none is known.
    #[must_use]
    pub fn places(&self) -> u64 {
        self.edges.iter().map(|edge| edge.weight).sum()
    }

    /// `a → b and 2 more (3 references): frees 41 of 135`.
    #[must_use]
    pub fn summary(&self) -> String {
        format!("{}: {}", self.work(), self.outcome())
    }

    /// `frees 41 of 135`, and what it only cuts into smaller cycles.
    #[must_use]
    pub fn outcome(&self) -> String {
        let (frees, of, tied) = (self.frees, self.of, self.tied);
        match (frees, tied) {
            (_, 0) => format!("frees {frees} of {of}"),
            (0, _) => format!("splits the {of} into cycles of at most {}", self.left),
            _ => format!("frees {frees} of {of}; {tied} more stay in smaller cycles"),
        }
    }

    /// `a → b and 2 more (3 references)`, or `moving a/main.py out of a`.
    #[must_use]
    pub fn work(&self) -> String {
        let more = |all: usize| match all {
            0 | 1 => String::new(),
            several => format!(" and {} more", several - 1),
        };
        let Some(edge) = self.edges.first() else {
            return String::new();
        };
        let from = &edge.from.name;
        if let Some(file) = self.moves.first() {
            return format!("moving {file}{} out of {from}", more(self.moves.len()));
        }
        let places = self.places();
        let things = if places == 1 {
            "reference"
        } else {
            "references"
        };
        let places = names::thousands(places);
        let more = more(self.edges.len());
        format!("{from} → {}{more} ({places} {things})", edge.to.name)
    }
}
