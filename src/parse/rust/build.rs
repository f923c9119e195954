//! From the extracts of all files to the index, step by step.
//!
//! In: all extracts. Out: [`Index`].
//! Invariant: in file order, by one thread: the order of the steps is the order of what they need.
//! Never: syntax, text.

use super::extracts::Extracts;
use super::index::Index;
use super::read::facts::Extract;
use super::{crates, extension, imports, tree};
use crate::model::{FileId, Project};

/// Learns from all files together.
pub(super) fn build(project: &Project, extracts: &[(FileId, Extract)]) -> Index {
    let mut index = Index::new(project);
    for (file, extract) in extracts {
        let id = index.learn(extract, |_| *file);
        index.extract_of[*file] = Some(id);
    }
    let mut all = Extracts::new(extracts);
    tree::grow(&mut index, project, &all);
    crates::fill_preludes(&mut index, project);
    imports::settle(&mut index, project, &mut all);
    imports::follow_aliases(&mut index, &all);
    imports::associate(&mut index, &all);
    extension::collect(&mut index, &all);
    tree::note_orphans(&mut index, project, extracts);
    index
}
