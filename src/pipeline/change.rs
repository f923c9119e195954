//! The same system twice: as it lies in the folder, and at the commit where a change began.
//!
//! In: [`Options`], the name of a branch, tag or commit. Out: [`Sides`].
//! Invariant: both sides are analysed alike; what was renamed since is known by its name of today.
//! Never: a checkout; the older side is read from git's objects.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::analyze::analyze;
use super::options::Options;
use super::streams::AnalyzeError;
use crate::analysis::Analysis;
use crate::history;
use crate::model::Level;
use crate::source::{Source, SourceError};

/// A system before and after a change.
pub struct Sides {
    /// At the commit where the change began.
    pub base: Analysis,
    /// As it lies in the folder now; it knows which files were renamed since.
    pub head: Analysis,
    /// Whether the change began at HEAD, so that only what is not committed yet differs.
    pub is_head: bool,
}

/// Why a change cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The folders cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// They cannot be analysed.
    #[error(transparent)]
    Analyze(#[from] AnalyzeError),
    /// There is no state to compare with.
    #[error(transparent)]
    Base(#[from] history::BaseError),
}

/// Analyses the folders of `options` twice: as they are, and at the commit that HEAD and `name` have in common.
///
/// # Errors
/// A folder is missing, or the commit.
pub fn analyze_change(options: &Options, name: &str) -> Result<Sides, ChangeError> {
    let source = Source::open(&options.roots, options.limits)?;
    let bases = history::bases(&source, name)?;
    let mut options = options.clone();
    let held = bases.iter().flat_map(|base| base.revision.submodules());
    // A commit does not hold its submodules, so that they count on neither side.
    options
        .discover
        .exclude
        .extend(held.map(|path| format!("/{path}/**")));
    let head = analyze(&options)?;
    options.revisions = bases
        .iter()
        .map(|base| Arc::clone(&base.revision))
        .collect();
    // Nobody reads what could have been cut out then.
    options.boundaries.top = 0;
    let mut base = analyze(&options)?;
    // Known without a history, too.
    let commit = options.revisions.first().map(|revision| revision.commit());
    base.project.commit = base.project.commit.or(commit);
    let before = source.clone().at(&options.revisions);
    Ok(Sides {
        head: with_renames(head, (&base, &before), &source),
        base,
        is_head: bases.iter().all(|base| base.is_head),
    })
}

/// Adds what the history did not tell: renames that are not committed, or lie outside of its window.
fn with_renames(
    mut head: Analysis,
    (base, before): (&Analysis, &Source),
    after: &Source,
) -> Analysis {
    let paths = |analysis: &Analysis| {
        let files = analysis
            .nodes
            .iter()
            .filter(|node| node.level == Level::File);
        files
            .map(|node| Arc::clone(&node.id.name))
            .collect::<BTreeSet<_>>()
    };
    let (old, new) = (paths(base), paths(&head));
    // A name that was given again says nothing.
    head.moved
        .retain(|from, to| !new.contains(from) && !old.contains(to));
    let known: BTreeSet<&Arc<str>> = head.moved.values().collect();
    let gone = old
        .difference(&new)
        .filter(|path| !head.moved.contains_key(*path));
    let come = new.difference(&old).filter(|path| !known.contains(path));
    let gone: Vec<&str> = gone.map(|path| &**path).collect();
    let come: Vec<&str> = come.map(|path| &**path).collect();
    let found = history::renamed((before, &gone), (after, &come));
    head.moved.extend(found);
    head
}
