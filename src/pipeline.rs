//! The conductor: calls the stages top to bottom.
//!
//! In: [`Options`]. Out: [`Analysis`].
//! Invariant: every datum passes through here; no stage calls the next.
//! Never: logic of a stage.

use std::path::PathBuf;

use crate::analysis::{self, Analysis, Results};
use crate::model::{CallProfile, StaticLinks};
use crate::source::{self, Source, SourceError};
use crate::{discover, graph, history, parse};

/// What to analyse and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Folders to analyse together.
    pub roots: Vec<PathBuf>,
    /// Limits of reading.
    pub limits: source::Limits,
    /// Where discovery needs help.
    pub discover: discover::Options,
    /// What to read of the history.
    pub history: history::Options,
}

/// Analyses the folders of `options`.
///
/// # Errors
/// A folder is missing. Everything else that goes wrong is a notification.
pub fn analyze(options: &Options) -> Result<Analysis, SourceError> {
    let source = Source::open(&options.roots, options.limits)?;
    let project = discover::discover(&source, &options.discover, parse::language_of);
    let code = parse::parse(&project, &source);
    let links = StaticLinks::default();
    let changes = history::read(&source, &options.history);
    let calls: Option<CallProfile> = None;
    let graph = graph::build(graph::Parts {
        project: &project,
        code: &code,
        links: &links,
        calls: calls.as_ref(),
    });
    Ok(analysis::assemble(Results {
        project: &project,
        code: &code,
        changes: &changes,
        calls,
        graph: &graph,
        attributed_load: None,
    }))
}
