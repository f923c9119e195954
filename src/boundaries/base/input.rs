//! What proposals are made from, and what is asked of them.
//!
//! In: nothing. Out: [`Input`], [`Options`].
//! Invariant: unless told otherwise, every view counts and both axes do.
//! Never: a judgement.

use std::sync::Arc;

use super::roadmap::RoadmapKind;
use super::view::View;
use crate::graph::DependencyGraph;
use crate::metrics::Attribution;
use crate::model::{CallProfile, ChangeLog, DeclaredRoute, Project, TableUse};
use crate::simulate::{Assumptions, System};

/// What proposals are made from.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The graph.
    pub graph: &'a DependencyGraph,
    /// The frame that paths refer to.
    pub project: &'a Project,
    /// The history; may be empty.
    pub changes: &'a ChangeLog,
    /// Recorded calls with the files that they belong to.
    pub calls: Option<(&'a CallProfile, &'a Attribution)>,
    /// Uses of tables found in the code.
    pub tables: &'a [TableUse],
    /// Routes declared in the code.
    pub routes: &'a [DeclaredRoute],
    /// Files that import a framework that answers requests, with the import.
    pub answering: &'a [(Arc<str>, String)],
    /// What files of Python name by text: models of foreign keys, classes that a loader finds.
    pub named: &'a [(Arc<str>, String)],
    /// The services and all that couples them; merges are proposed from it.
    pub system: Option<&'a System<'a>>,
    /// What estimates assume.
    pub assumptions: Assumptions,
}

/// What the cut is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Intent {
    /// A crate, package or module of its own: cohesive and stable first.
    #[default]
    Library,
    /// A deployable of its own: what changes and carries load more than the rest first.
    Service,
}

impl Intent {
    /// The name in options and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Library => "library",
            Self::Service => "service",
        }
    }
}

/// How to propose.
#[derive(Clone, Debug)]
pub struct Options {
    /// What the cuts are for.
    pub intent: Intent,
    /// Whether the intent follows from what is analysed instead.
    pub fit: bool,
    /// Proposals wanted of each kind: cuts and, for services, merges.
    pub top: usize,
    /// Folder (relative to the analysed one) outside of which nothing is proposed; empty for all.
    pub within: String,
    /// Views that make candidates.
    pub views: Vec<View>,
    /// Whether change frequency counts under intent *service*.
    pub by_change: bool,
    /// Whether load counts under intent *service*.
    pub by_load: bool,
    /// Cuts and merges to keep at the top.
    pub pinned: Vec<Named>,
    /// Cuts and merges never to propose again.
    pub rejected: Vec<Named>,
    /// Words that name a layer or a technique here, beside those of the table.
    pub layer_words: Vec<String>,
    /// The roadmap over all proposals, if one is wanted.
    pub roadmap: Option<RoadmapKind>,
}

/// A set of files, or two services to merge, that a person named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// What to call it.
    pub name: String,
    /// Files and folders, relative to the analysed folder.
    pub paths: Vec<String>,
    /// Two services to merge.
    pub services: Vec<String>,
}

impl Default for Options {
    /// Ten cuts into libraries, found by every view.
    fn default() -> Self {
        Self {
            intent: Intent::default(),
            fit: false,
            top: 10,
            within: String::new(),
            views: View::ALL.to_vec(),
            by_change: true,
            by_load: true,
            pinned: Vec::new(),
            rejected: Vec::new(),
            layer_words: Vec::new(),
            roadmap: None,
        }
    }
}
