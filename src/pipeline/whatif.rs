//! Questions about a system that is not there yet: a change to its services, files cut out.
//!
//! In: [`Options`], the change or the files. Out: [`WhatIf`], [`Boundary`].
//! Invariant: the same graph as an analysis of the same folders.
//! Never: a number that rests on traces that hold nothing.

use std::sync::Arc;

use super::options::Options;
use super::organisation::service_streams;
use super::streams::{AnalyzeError, Streams, read};
use crate::analysis::Boundary;
use crate::boundaries;
use crate::model::CallProfile;
use crate::simulate::{self, Assumptions, Change, WhatIf};

/// Why a change cannot be simulated.
#[derive(Debug, thiserror::Error)]
pub enum WhatIfError {
    /// The folders cannot be read, or the parts do not go together.
    #[error(transparent)]
    Analyze(#[from] AnalyzeError),
    /// Traces were given that hold no call.
    #[error("no span was read; `seamline explain traces` lists the formats")]
    NoCalls,
    /// No such file.
    #[error("no source file of the analysed folder is `{0}` or lies below it")]
    NoFile(String),
    /// No such service.
    #[error("no service is called `{name}`; known services: {known}")]
    Unknown {
        /// The name as given.
        name: String,
        /// The names that would do.
        known: String,
    },
}

/// No number rests on traces that were given and hold nothing.
fn calls_read(options: &Options, streams: &Streams) -> Result<(), WhatIfError> {
    let empty = |calls: &CallProfile| !calls.tells_calls() && calls.measured.is_empty();
    let empty = streams.calls.as_ref().is_some_and(empty);
    if empty && !options.trace_limits.allow_empty {
        return Err(WhatIfError::NoCalls);
    }
    Ok(())
}

/// Simulates a change to the services of the folders of `options`.
///
/// # Errors
/// A folder is missing, or a service of the change is unknown.
pub fn what_if(options: &Options, change: &Change) -> Result<WhatIf, WhatIfError> {
    let streams = service_streams(options)?;
    calls_read(options, &streams)?;
    let graph = streams.graph();
    let system = streams.system(&graph);
    let resolve = |name: &str| {
        let known = streams.project.service_named(name);
        let named = known.map(|id| &*streams.project.services[id.index()].name);
        let name: Arc<str> = named.unwrap_or(name).into();
        system.services.contains_key(&name).then_some(name)
    };
    let unknown = |name: &str| WhatIfError::Unknown {
        name: name.to_owned(),
        known: system
            .services
            .keys()
            .map(|name| &**name)
            .collect::<Vec<_>>()
            .join(", "),
    };
    let (a, b) = change.services();
    let a = resolve(a).ok_or_else(|| unknown(a))?;
    let b = resolve(b).ok_or_else(|| unknown(b))?;
    Ok(simulate::what_if(
        &system,
        &change.between(a, b),
        &options.assumptions.measured(streams.calls.as_ref()),
    ))
}

/// Cost and gain of cutting out the files that a person names, and what the estimates assume.
///
/// # Errors
/// A folder is missing, or a path of `set` holds no source file.
pub fn extract(
    options: &Options,
    set: &boundaries::Named,
) -> Result<(Boundary, Assumptions), WhatIfError> {
    let streams = read(options).map_err(AnalyzeError::from)?;
    calls_read(options, &streams)?;
    let calls = streams.calls.as_ref();
    let attribution = streams.attribution(options);
    let graph = streams.graph();
    let assumptions = options.assumptions.measured(calls);
    let input = boundaries::Input {
        graph: &graph,
        project: &streams.project,
        changes: &streams.changes,
        calls: calls.zip(attribution.as_ref()),
        tables: &streams.links.tables,
        routes: &streams.links.routes,
        answering: &streams.links.answering,
        named: &streams.links.named,
        system: None,
        assumptions,
    };
    boundaries::assess(&input, &options.boundaries, set)
        .map(|boundary| (boundary, assumptions))
        .map_err(|path| WhatIfError::NoFile(path.to_owned()))
}
