//! What the parts of a level are called in the language of the system.
//!
//! In: [`Analysis`], a level. Out: a noun for one and for several.
//! Invariant: the same word as in findings about cycles.
//! Never: "module" where the language means a file by it.

use super::groups::SEPARATORS;
use crate::analysis::{Analysis, Kind, NodeRecord};
use crate::model::{Level, Role};

/// Share of names that another word may fit: above, the parts are called parts.
const OTHERS: usize = 5;

/// One part of the level and several: `package` and `packages`; `part` where several languages have different words.
pub(in crate::report) fn words(analysis: &Analysis, level: Level) -> (&'static str, &'static str) {
    // A name of one word, as of a crate or a package at the top, fits every language.
    let tells = |node: &&NodeRecord| level != Level::Module || node.id.name.contains(SEPARATORS);
    let of_level = |node: &&NodeRecord| {
        node.level == level && !matches!(node.role, Role::Test | Role::Generated)
    };
    let mut found: Vec<(usize, Kind)> = Vec::new();
    let mut all = 0;
    for node in analysis.nodes.iter().filter(of_level).filter(tells) {
        let kind = Kind::of(level, std::slice::from_ref(&node.id));
        all += 1;
        match found.iter_mut().find(|(_, other)| *other == kind) {
            Some((number, _)) => *number += 1,
            None => found.push((1, kind)),
        }
    }
    let most = found.into_iter().max_by_key(|(number, _)| *number);
    match most {
        Some((number, kind)) if (all - number) * OTHERS <= all => (kind.one(), kind.several()),
        Some(_) => ("part", "parts"),
        None => {
            let kind = Kind::of(level, &[]);
            (kind.one(), kind.several())
        }
    }
}
