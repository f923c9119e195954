//! The first sentence: what this system is, and how far the data carries.
//!
//! In: [`Analysis`]. Out: a tone and one or two sentences.
//! Invariant: a verdict that is not reached says what is known instead, of the code at least.
//! Never: a tick beside cycles, or where calls are unknown.

use super::names::{bounds, count};
use super::strip::owned_files;
use super::{monolith, words};
use crate::analysis::{Analysis, Answer, Cycle, NodeRecord, Verdict};
use crate::model::Level;
use crate::model::names::counted;

/// Cycles of services that wait for each other.
pub(in crate::report) fn waiting(analysis: &Analysis) -> Vec<&Cycle> {
    let cycles = analysis.cycles.iter();
    cycles
        .filter(|cycle| cycle.level == Level::Service && cycle.synchronous == Some(true))
        .collect()
}

/// Whether the analysis calls `cycle` a distributed monolith.
pub(in crate::report) fn is_proven(cycle: &Cycle) -> bool {
    cycle.verdict == Some(Verdict::DistributedMonolith)
}

/// How it stands (`bad`, `warn`, `good`, `unknown`), and the sentence.
#[must_use]
pub(in crate::report) fn verdict(analysis: &Analysis) -> (&'static str, String) {
    let services = analysis.verdict.answer != Answer::NotApplicable;
    if analysis.coverage.files.parsed == 0 && analysis.runtime.is_none() && !services {
        return (
            "unknown",
            "Nothing to judge: no file of a supported language and no traces were found."
                .to_owned(),
        );
    }
    let seen = monolith::answer(analysis.verdict);
    let waiting = waiting(analysis);
    match (analysis.verdict.answer, waiting.first()) {
        (Answer::NotApplicable, _) => program(analysis),
        (Answer::Yes, _) => ("bad", proven(&waiting)),
        (Answer::Suspected, Some(worst)) => {
            let rest = match waiting.len() - 1 {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            let text = format!(
                "A distributed monolith is suspected: {} wait for each other in a cycle{}{rest}.",
                round(worst),
                score(worst)
            );
            ("bad", text)
        }
        (Answer::NoneFound, _) => {
            let (tone, code) = parts(analysis);
            let tone = if is_mostly_unread(analysis) {
                "unknown"
            } else {
                tone
            };
            let code = of_the_code(analysis, &code);
            (tone, format!("Distributed monolith: {seen}. {code}"))
        }
        (Answer::Unknown | Answer::Suspected, _) => ("unknown", unknown(analysis, &seen)),
    }
}

/// What is known of the code, where the calls between services are not.
fn unknown(analysis: &Analysis, seen: &str) -> String {
    let (_, code) = parts(analysis);
    let (owned, all) = owned_files(analysis);
    let verdict = format!("Whether this is a distributed monolith is {seen}.");
    if all == 0 && analysis.coverage.unread() == 0 {
        return verdict;
    }
    if owned * 2 >= all {
        return format!("{verdict} {}", of_the_code(analysis, &code));
    }
    format!(
        "{verdict} The services hold {} of {} files; the code as a whole has {code}.",
        count(owned as u64),
        count(all as u64)
    )
}

/// What the proven cycle is.
fn proven(waiting: &[&Cycle]) -> String {
    let Some(worst) = waiting.iter().find(|cycle| is_proven(cycle)) else {
        return String::new();
    };
    format!(
        "This is a distributed monolith: {} cannot be changed and run apart{}.",
        round(worst),
        score(worst)
    )
}

/// The first four members: `a, b, c and d`, or `a, b, c, d and 3 more services`.
fn round(cycle: &Cycle) -> String {
    let names: Vec<&str> = cycle.members.iter().take(4).map(|id| &*id.name).collect();
    match cycle.members.len() - names.len() {
        0 => match names.split_last() {
            Some((last, [])) => (*last).to_owned(),
            Some((last, front)) => format!("{} and {last}", front.join(", ")),
            None => String::new(),
        },
        more => {
            let more = counted(more as u64, "more service", "more services");
            format!("{} and {more}", names.join(", "))
        }
    }
}

/// ` (score 33 to 43 of 100)`, with the blank before it; empty where there is none.
fn score(cycle: &Cycle) -> String {
    let Some(score) = &cycle.score else {
        return String::new();
    };
    let (floor, ceiling) = (
        format!("{:.0}", score.floor),
        format!("{:.0}", score.ceiling),
    );
    format!(" (score {} of 100)", bounds(&floor, &ceiling, " to "))
}

/// The sentence for what is not a system of services. The one service is named where it holds at
/// least half of the code; else a tool beside the program would stand for all of it.
fn program(analysis: &Analysis) -> (&'static str, String) {
    let is_own = |node: &&NodeRecord| node.level == Level::Service && node.role.is_business();
    let (owned, all) = owned_files(analysis);
    let what = match analysis.nodes.iter().find(is_own) {
        Some(service) if owned * 2 >= all => format!("One service, {}", service.name),
        _ => "One program or a set of libraries".to_owned(),
    };
    let (tone, code) = parts(analysis);
    if is_mostly_unread(analysis) {
        return ("unknown", of_the_code(analysis, &code));
    }
    (tone, format!("{what}: {code}."))
}

/// Whether more files have no parser than have one: cycles of the code are then not judged.
pub(crate) fn is_mostly_unread(analysis: &Analysis) -> bool {
    analysis.coverage.unread() > analysis.coverage.files.parsed
}

/// The sentence about cycles of the code: of all of it, or of what is read of it.
fn of_the_code(analysis: &Analysis, cycles: &str) -> String {
    let read = analysis.coverage.files.parsed;
    if read == 0 {
        return "No parser reads its code: only services and their calls are judged.".to_owned();
    }
    if !is_mostly_unread(analysis) {
        return format!("The code has {cycles}.");
    }
    format!(
        "What is read of the code ({} of {} files) has {cycles}.",
        count(read),
        count(read + analysis.coverage.unread())
    )
}

/// Cycles between the parts of the code, in words; those of a part and what lies in it do not count.
fn parts(analysis: &Analysis) -> (&'static str, String) {
    let of = |level: Level| {
        analysis.cycles.iter().filter(move |cycle| {
            cycle.level == level && cycle.is_counted() && !cycle.within_one_parent()
        })
    };
    let all: Vec<&Cycle> = of(Level::Package).chain(of(Level::Module)).collect();
    let size = |cycle: &&&Cycle| (cycle.members.len(), std::cmp::Reverse(cycle.id.clone()));
    match (all.iter().max_by_key(size), all.len()) {
        (None, _) => {
            let (part, parts) = words::words(analysis, Level::Module);
            let is_nested = |cycle: &Cycle| cycle.is_counted() && cycle.within_one_parent();
            let but = if analysis.cycles.iter().any(is_nested) {
                format!(", except between a {part} and what lies inside it")
            } else {
                String::new()
            };
            ("good", format!("no cycle between {parts}{but}"))
        }
        (Some(only), 1) => ("warn", format!("one cycle, of {}", members(only))),
        (Some(largest), number) => (
            "warn",
            format!(
                "{} cycles; the largest ties {} together",
                count(number as u64),
                members(largest)
            ),
        ),
    }
}

/// `76 packages`.
fn members(cycle: &Cycle) -> String {
    format!(
        "{} {}",
        count(cycle.members.len() as u64),
        cycle.kind().several()
    )
}

/// Cycles that count by level, such as `2 between packages`, coarse levels first.
pub(in crate::report) fn cycles(analysis: &Analysis) -> Vec<String> {
    let counted = || analysis.cycles.iter().filter(|cycle| cycle.is_counted());
    let mut found: Vec<(&'static str, u64)> = Vec::new();
    for level in [Level::Service, Level::Package, Level::Module, Level::File] {
        let number = counted().filter(|cycle| cycle.level == level).count() as u64;
        let (_, several) = words::words(analysis, level);
        match found.iter_mut().find(|(word, _)| *word == several) {
            Some((_, all)) => *all += number,
            None if number > 0 => found.push((several, number)),
            None => {}
        }
    }
    let by_messages = counted()
        .filter(|cycle| cycle.synchronous == Some(false))
        .count() as u64;
    let said = |(word, number): (&str, u64)| {
        let apart = if word == "services" && by_messages > 0 {
            format!(" ({} by messages only)", count(by_messages))
        } else {
            String::new()
        };
        format!("{} between {word}{apart}", count(number))
    };
    let mut parts: Vec<String> = found.into_iter().map(said).collect();
    let nested = counted().filter(|cycle| cycle.within_one_parent()).count() as u64;
    if nested > 0 {
        parts.push(format!(
            "{} of these between a part and what lies inside it",
            count(nested)
        ));
    }
    parts
}
