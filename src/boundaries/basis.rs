//! What the proposals of a run rest on, for the first lines of every output.
//!
//! In: [`Question`], [`Options`], the history and the load. Out: [`Basis`].
//! Invariant: an axis that was asked for and does not count says why.
//! Never: a number that the input does not hold.

use super::base::input::{Input, Intent, Options};
use super::base::record::{Basis, Boundary};
use super::base::serving::Question;
use crate::model::names::counted;
use crate::model::{LoadSource, PathId};

/// Fewest commits of which an order by change can be made.
const COMMITS: usize = 10;
/// Share of the files of a commit from which it is an import, a move or a format of all, no change.
const IMPORT: f64 = 0.5;
/// Files from which an application without at least three proposals gets a sentence why.
const LARGE: usize = 300;
/// Proposals that such an application gets.
const CHOICE: usize = 3;

/// The options with the axes that the input can tell of.
pub(super) fn ranked_by(input: &Input<'_>, options: Options) -> Options {
    let by_change = options.by_change && commits(input) >= COMMITS;
    let by_load = options.by_load && source(input).is_none_or(LoadSource::ranks);
    Options {
        by_change,
        by_load,
        ..options
    }
}

/// Where the load comes from.
fn source<'i>(input: &Input<'i>) -> Option<&'i LoadSource> {
    input.calls.and_then(|(_, found)| found.source.as_ref())
}

/// Commits of the window that change a part of the files, and code that is judged among them.
fn commits(input: &Input<'_>) -> usize {
    let files = input.project.files.len() as f64;
    let is_part = |touched: u32| f64::from(touched) < (IMPORT * files).max(2.0);
    let judged = |path: &PathId| {
        let file = input.project.file(&input.changes.paths[*path]);
        file.is_some_and(|file| input.graph.file(file).is_some())
    };
    let commits = input.changes.commits.iter();
    let commits = commits.filter(|commit| is_part(commit.touched));
    commits
        .filter(|commit| commit.files.iter().any(judged))
        .count()
}

/// The basis of a finished list.
pub(super) fn basis(
    input: &Input<'_>,
    options: &Options,
    question: &Question,
    list: &[Boundary],
) -> Basis {
    let reason = if options.intent == question.intent {
        question.reason.clone()
    } else {
        format!("asked for ({})", question.reason)
    };
    let mut ranked_by = vec!["cohesion".to_owned()];
    let mut not_by = Vec::new();
    if options.intent == Intent::Service {
        let commits = commits(input);
        if options.by_change {
            ranked_by.insert(
                0,
                format!(
                    "change ({} to the code)",
                    counted(commits as u64, "commit", "commits")
                ),
            );
        } else if commits < COMMITS {
            not_by.push(if input.changes.coverage.head.is_none() {
                "change: no git history".to_owned()
            } else {
                let commits = counted(commits as u64, "commit", "commits");
                format!("change: {commits} in the window")
            });
        }
        match source(input) {
            Some(source) if options.by_load => {
                ranked_by.insert(0, format!("load ({})", source.phrase()));
            }
            Some(source) if !source.ranks() => {
                not_by.push(format!("load: {}", source.phrase()));
            }
            Some(_) => {}
            None => not_by.push("load: no traces or profiles".to_owned()),
        }
    }
    let shown = list
        .iter()
        .filter(|it| it.merge.is_none() && it.doubts.is_empty())
        .count();
    let files = input.graph.nodes().iter();
    let files = files
        .filter(|node| node.level == crate::model::Level::File)
        .count();
    Basis {
        intent: options.intent.name().to_owned(),
        reason,
        ranked_by,
        not_by,
        few: (files > LARGE && shown < CHOICE.min(options.top)).then(|| few(list, shown)),
    }
}

/// Why a large program has hardly a proposal.
fn few(list: &[Boundary], shown: usize) -> String {
    let doubted = list.iter().filter(|it| !it.doubts.is_empty()).count();
    let found = match shown {
        0 => "No part",
        1 => "Only one part",
        _ => "Only two parts",
    };
    match doubted {
        0 if shown < 2 => {
            format!("{found} of this program holds together by name and by reference")
        }
        0 => format!("{found} of this program hold together by name and by reference"),
        doubted => {
            let more = if shown == 0 { "" } else { "more " };
            let were = if doubted == 1 { "was" } else { "were" };
            format!(
                "{found} can be cut out; {doubted} {more}{were} found that nobody would extract (--all)"
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_list_says_why_only_where_it_is_short() {
        let sound = Boundary::default();
        let doubted = Boundary {
            doubts: vec!["a layer".to_owned()],
            ..Boundary::default()
        };
        assert_eq!(
            few(&[sound.clone(), doubted], 1),
            "Only one part can be cut out; 1 more was found that nobody would extract (--all)"
        );
        assert!(few(&[sound.clone(), sound], 2).starts_with("Only two parts of this program"));
    }
}
