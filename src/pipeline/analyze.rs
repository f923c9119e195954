//! One analysis, top to bottom.
//!
//! In: [`Options`]. Out: [`Analysis`].
//! Invariant: every datum passes through here; no stage calls the next.
//! Never: logic of a stage.

use super::options::{Options, Wanted};
use super::organisation::of_services;
use super::progress::Phase;
use super::results::results;
use super::streams::{AnalyzeError, read, recorded};
use crate::analysis::{self, Analysis};
use crate::model::Level;
use crate::part::{self, Part, PartError};

/// Analyses the folders and parts of `options`.
///
/// # Errors
/// A folder is missing, or a repository is given twice. Everything else that goes wrong is a notification.
pub fn analyze(options: &Options) -> Result<Analysis, AnalyzeError> {
    if options.roots.is_empty() {
        let parts = options.parts.clone();
        return Ok(of_services(options, parts, None, recorded(options))?);
    }
    let mut streams = read(options)?;
    let several = !options.parts.is_empty() || !streams.project.repositories.is_empty();
    if options.reduce && several {
        let given = options.parts.len() + streams.project.repositories.len().max(1);
        return Err(PartError::Several(given).into());
    }
    let part = options.reduce.then(|| streams.parts().pop()).flatten();
    let mut services = None;
    if several && options.wanted.services() {
        let own = streams.parts();
        let others = options.parts.iter();
        let newer = |part: &&Part| options.beside && own.iter().any(|own| part::is_same(own, part));
        let others: Vec<Part> = others.filter(|part| !newer(part)).cloned().collect();
        let all = own.into_iter().chain(others);
        // Folders alone are called as together; with parts beside them, all repositories are named.
        let name = streams.project.name.clone();
        let name = options.parts.is_empty().then_some(name);
        let found = of_services(options, all.collect(), name, streams.calls.clone())?;
        if matches!(
            options.wanted,
            Wanted::Edges(Level::Service) | Wanted::Nodes(Level::Service)
        ) {
            return Ok(found);
        }
        services = Some(found);
    }
    options.progress.enter(Phase::Judging);
    let attribution = streams.attribution(options);
    let graph = options.timed("build graph", || streams.graph());
    let offers = || analysis::surface(&streams.project, &streams.code, &streams.links);
    let surface = options.surface.then(offers);
    streams.release();
    let mut analysis = results(options, &streams, &graph, attribution.as_ref());
    if let Some(services) = services {
        analysis::with_services(&mut analysis, services);
    }
    analysis.surface = surface;
    analysis.part = part.map(Box::new);
    let owners = &streams.owners;
    if !owners.is_empty() {
        analysis::claim(&mut analysis, |path| owners.of(path));
    }
    // Freed beside what the caller does with the result.
    rayon::spawn(move || drop((streams, graph)));
    Ok(analysis)
}
