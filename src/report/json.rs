//! JSON contract version 1.
//!
//! In: [`View`]. Out: JSON.
//! Invariant: names and order as the contract says.
//! Never: a field that only one format has.

use std::io::{self, Write};

use serde_json::json;

use crate::analysis::{VERSION, at_level, to_json};

use super::view::reporter::{Reads, Reporter, Topic, View};

pub(super) const REPORTER: Reporter = Reporter {
    id: "json",
    about: "the versioned contract for scripts; also a saved analysis",
    reads: Reads::Metrics,
    render,
};

/// Writes what the topic asks for: the whole analysis, the graph of one level, the cycles, the
/// proposals or the verdict of the gate. After `check` without a verdict this is `null`.
fn render(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let analysis = view.analysis;
    match view.topic {
        Topic::Summary => to_json(analysis, sink),
        Topic::Graph(level) => to_json(&at_level(analysis, level), sink),
        Topic::Cycles(level) => {
            let of_level =
                |cycle: &&crate::analysis::Cycle| level.is_none_or(|level| cycle.level == level);
            let cycles: Vec<_> = analysis.cycles.iter().filter(of_level).collect();
            to_json(&json!({ "version": VERSION, "cycles": cycles }), sink)
        }
        Topic::Boundaries => {
            let mut value = json!({
                "version": VERSION,
                "boundaries": analysis.boundaries,
                "assumptions": analysis.assumptions,
            });
            if let Some(roadmap) = &analysis.roadmap {
                value["roadmap"] = json!(roadmap);
            }
            to_json(&value, sink)
        }
        Topic::Check => to_json(&view.verdict, sink),
    }
}
