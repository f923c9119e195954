//! How tests analyse systems of services: from their folders alone.
//!
//! In: folders. Out: options, and the links of an analysis.
//! Invariant: no history is read and nothing proposed, which none of these tests looks at.
//! Never: a system of its own.

use std::path::PathBuf;

use seamline::analysis::{Analysis, at_level};
use seamline::model::Level;
use seamline::pipeline::Options;
use seamline::{boundaries, history};

/// What analyses these folders.
pub(super) fn options(roots: Vec<PathBuf>) -> Options {
    Options {
        roots,
        history: history::Options {
            origin: history::Origin::Nowhere,
            ..history::Options::default()
        },
        boundaries: boundaries::Options {
            top: 0,
            ..boundaries::Options::default()
        },
        ..Options::default()
    }
}

/// The links between services and stores, each with its kind, sorted.
pub(super) fn links(analysis: &Analysis) -> Vec<String> {
    let view = at_level(analysis, Level::Service);
    let shown = view.edges.iter();
    let shown = shown.map(|edge| format!("{} -> {} {:?}", edge.from.name, edge.to.name, edge.kind));
    let mut shown: Vec<String> = shown.collect();
    shown.sort();
    shown.dedup();
    shown
}
