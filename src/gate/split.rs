//! A baseline in several files, each beside the code of its owners.
//!
//! In: [`Baseline`](super::Baseline), [`Analysis`] with owners. Out: the folder that each line belongs to.
//! Invariant: a folder is the topmost one whose files all have the same owners.
//! Never: a folder of what nobody owns; such lines stay in the file at the top.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::analysis::Analysis;
use crate::model::{Level, NodeId, names};

/// The owners of a folder, where all its files have the same.
type Owners<'a> = Option<&'a [Arc<str>]>;

/// Which folder each part of a system belongs to.
pub struct Homes<'a> {
    folders: BTreeMap<&'a str, Owners<'a>>,
    paths: BTreeMap<&'a NodeId, &'a str>,
}

impl<'a> Homes<'a> {
    /// By the owners of the files of `analysis`.
    #[must_use]
    pub fn of(analysis: &'a Analysis) -> Self {
        let mut folders: BTreeMap<&str, Owners<'_>> = BTreeMap::new();
        let files = analysis.nodes.iter();
        let files = files.filter(|node| node.level == Level::File);
        for (path, id) in files.filter_map(|node| Some((node.path.as_deref()?, &node.id))) {
            let owners = analysis.owners.get(id).map_or(&[][..], Vec::as_slice);
            for folder in names::folders(path) {
                let known = folders.entry(folder).or_insert(Some(owners));
                *known = known.filter(|known| *known == owners);
            }
        }
        let path = |node: &'a crate::analysis::NodeRecord| Some((&node.id, node.path.as_deref()?));
        Self {
            folders,
            paths: analysis.nodes.iter().filter_map(path).collect(),
        }
    }

    /// The folder of a line of a baseline, by the first part that it names; `None` for the top.
    #[must_use]
    pub fn home(&self, key: &str) -> Option<String> {
        let (_, subject) = key.split_once(' ')?;
        let first = subject.split(" -> ").next()?;
        let part = |text: &str| text.parse::<NodeId>().ok();
        let behind_metric = || part(first.split_once(' ')?.1);
        let id = part(first).or_else(behind_metric)?;
        let path = *self.paths.get(&id)?;
        let owned = |folder: &&str| {
            let owners = self.folders.get(folder).copied().flatten();
            owners.is_some_and(|owners| !owners.is_empty())
        };
        let start = std::iter::once(path).chain(names::folders(path));
        let topmost = start.filter(owned).last()?;
        Some(topmost.to_owned()).filter(|folder| !folder.is_empty())
    }
}
