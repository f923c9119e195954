//! Names parts of a system in a policy.
//!
//! In: a text such as `domain/**`, `cli`, `service:billing`. Out: [`Selector`].
//! Invariant: a text with a level and a colon is matched against ids, any other against paths and names.
//! Never: regular expressions.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobMatcher};

use crate::analysis::{Analysis, NodeRecord};
use crate::model::{Level, NodeId, NodeKind};

/// Which nodes an entry of the policy is about.
#[derive(Clone, Debug)]
pub struct Selector {
    text: String,
    within: String,
    glob: GlobMatcher,
    by_id: bool,
}

/// A text that selects nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no glob: {reason}")]
pub struct BadSelector {
    text: String,
    reason: String,
}

impl Selector {
    /// A selector of `text`; paths count from the folder `within` (empty: the analysed folder).
    ///
    /// # Errors
    /// The text is no glob.
    pub fn new(text: &str, within: &str) -> Result<Self, BadSelector> {
        let bad = |reason: String| BadSelector {
            text: text.to_owned(),
            reason,
        };
        if text.trim().is_empty() {
            return Err(bad("it is empty".to_owned()));
        }
        let text = text.trim_start_matches("./").trim_end_matches('/');
        let by_id = text
            .parse::<NodeId>()
            .is_ok_and(|id| id.kind != NodeKind::System);
        let glob = GlobBuilder::new(text).literal_separator(!by_id).build();
        let glob = glob
            .map_err(|error| bad(error.kind().to_string()))?
            .compile_matcher();
        let within = within.trim_matches('/').to_owned();
        Ok(Self {
            text: text.to_owned(),
            within,
            glob,
            by_id,
        })
    }

    /// The text as given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it selects `node` itself or a part that contains it.
    pub(super) fn matches(&self, node: &NodeRecord, nodes: &Nodes<'_>) -> bool {
        if self.by_id {
            return nodes
                .chain(node)
                .any(|node| self.glob.is_match(node.id.to_string()));
        }
        if let Some(path) = node.path.as_deref()
            && let Some(path) = self.inside(path)
            && (self.glob.is_match(path) || self.holds(path))
        {
            return true;
        }
        if node.level == Level::Service && self.selects_code_of(node, nodes) {
            return true;
        }
        let named = |node: &NodeRecord| {
            matches!(node.level, Level::Package | Level::Service) && self.glob.is_match(&*node.name)
        };
        nodes.chain(node).any(named)
    }

    /// Whether all code of a service lies where the paths lead.
    fn selects_code_of(&self, service: &NodeRecord, nodes: &Nodes<'_>) -> bool {
        let mut files = nodes.code_of(service).peekable();
        files.peek().is_some()
            && files.all(|file| {
                let path = file.path.as_deref().and_then(|path| self.inside(path));
                path.is_some_and(|path| self.glob.is_match(path) || self.holds(path))
            })
    }

    /// A path below the folder of the selector; `None` outside of it.
    fn inside<'a>(&self, path: &'a str) -> Option<&'a str> {
        if self.within.is_empty() {
            return Some(path);
        }
        path.strip_prefix(self.within.as_str())?.strip_prefix('/')
    }

    /// Whether `path` lies in the folder of that name, or is the file of that name with an extension.
    fn holds(&self, path: &str) -> bool {
        let Some(rest) = path.strip_prefix(self.text.as_str()) else {
            return false;
        };
        rest.starts_with('/')
            || rest
                .strip_prefix('.')
                .is_some_and(|extension| !extension.contains(['/', '.']))
    }
}

/// The nodes of an analysis by id.
pub(super) struct Nodes<'a> {
    pub all: &'a [NodeRecord],
    by_id: BTreeMap<&'a NodeId, &'a NodeRecord>,
    /// The files of each service.
    code: BTreeMap<&'a NodeId, Vec<&'a NodeRecord>>,
}

impl<'a> Nodes<'a> {
    /// Indexes the nodes, and finds the service above each file.
    pub(super) fn of(analysis: &'a Analysis) -> Self {
        let by_id = analysis.nodes.iter().map(|node| (&node.id, node)).collect();
        let mut nodes = Self {
            all: &analysis.nodes,
            by_id,
            code: BTreeMap::new(),
        };
        for file in analysis
            .nodes
            .iter()
            .filter(|node| node.level == Level::File)
        {
            let parent = |node: &&'a NodeRecord| nodes.get(node.parent.as_ref()?);
            let mut above = std::iter::successors(Some(file), parent).take(Level::ALL.len());
            if let Some(service) = above.find(|node| node.level == Level::Service) {
                nodes.code.entry(&service.id).or_default().push(file);
            }
        }
        nodes
    }

    /// The files of a service.
    fn code_of(&self, service: &NodeRecord) -> impl Iterator<Item = &'a NodeRecord> {
        self.code.get(&service.id).into_iter().flatten().copied()
    }

    pub(super) fn get(&self, id: &NodeId) -> Option<&'a NodeRecord> {
        self.by_id.get(id).copied()
    }

    /// The node and what contains it, inside out.
    pub(super) fn chain<'b>(
        &'b self,
        node: &'b NodeRecord,
    ) -> impl Iterator<Item = &'b NodeRecord> {
        let parent = |node: &&'b NodeRecord| self.get(node.parent.as_ref()?);
        std::iter::successors(Some(node), parent).take(Level::ALL.len())
    }
}
