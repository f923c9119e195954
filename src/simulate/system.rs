//! The services of a system and what couples them, on one page.
//!
//! In: graph, links, calls, history. Out: [`System`].
//! Invariant: names are those of the graph's service nodes; aliases are resolved.
//! Never: files or symbols.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::library::Library;
use crate::knowledge::{Files, Knowledge};
use crate::metrics::lockstep::Lockstep;
use crate::model::{ChangeLog, IndexVec, OperationCall, PathId, RequestShape, Role};

/// Services and all that couples them.
#[derive(Clone)]
pub struct System<'a> {
    /// Services by name.
    pub services: BTreeMap<Arc<str>, Role>,
    /// Pairs of which the first waits for the second, with recorded calls (0 when only found in code).
    pub synchronous: BTreeMap<(Arc<str>, Arc<str>), u64>,
    /// Those of them of which only a service graph tells that does not say whether the caller waits.
    pub doubtful: BTreeSet<(Arc<str>, Arc<str>)>,
    /// Requests by shape; `None` without traces, and where calls are sums only.
    pub requests: Option<Vec<RequestShape>>,
    /// Recorded calls by operation.
    pub operations: Vec<OperationCall>,
    /// Times each service was entered.
    pub load: BTreeMap<Arc<str>, u64>,
    /// Tables as code shows them, then as traces show them.
    pub tables: [Vec<TableUsers>; 2],
    /// First-party libraries.
    pub libraries: Vec<Library>,
    /// Which files and operations mean what.
    pub(super) knowledge: &'a Knowledge,
    /// The history by service; `None` without one.
    pub(super) changes: Option<Changes<'a>>,
}

impl System<'_> {
    /// Whether a service may be part of a distributed monolith.
    #[must_use]
    pub fn is_business(&self, name: &str) -> bool {
        self.services
            .get(name)
            .is_some_and(|role| role.is_business())
    }
}

/// Who uses a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableUsers {
    /// Database and table, or only the table where the database is not known.
    pub name: String,
    /// Services that write it.
    pub writers: BTreeSet<Arc<str>>,
    /// Services that use it in any way.
    pub users: BTreeSet<Arc<str>>,
}

/// The history by service.
#[derive(Clone)]
pub(super) struct Changes<'a> {
    pub(super) log: &'a ChangeLog,
    /// Which of them say nothing about the design.
    pub(super) files: &'a Files,
    /// The number of the service of each path.
    pub(super) groups: IndexVec<PathId, Option<u32>>,
    /// The number of each service.
    pub(super) group_of: BTreeMap<Arc<str>, u32>,
    pub(super) lockstep: Lockstep,
}
