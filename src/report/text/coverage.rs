//! What was seen and what was not.
//!
//! In: [`View`]. Out: the head of the summary.
//! Invariant: one line per source, and a sentence where a source is missing.
//! Never: hides a skipped input.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use super::layout::{bold, counted, thousands, wrapped};
use super::links;
use crate::analysis::Analysis;
use crate::model::{Level, LoadKind, LoadSource, NodeKind, Notification, Role};
use crate::report::view::escape::shown;
use crate::report::view::reporter::View;

/// Notifications shown without `--show-skipped`.
const FIRST_NOTES: usize = 3;

/// Files whose load is told in the summary.
const HEAVIEST: usize = 3;

/// Kinds of notifications that say why a history was found and not read.
const HISTORY_LOST: [&str; 2] = ["refused-history", "unreadable-history"];

/// The head of the summary, one labelled line per source. Lists follow only where they were asked
/// for.
pub(super) fn write(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let analysis = view.analysis;
    writeln!(
        sink,
        "{}",
        bold(view.show.color, &wrapped(&head(analysis), 9))
    )?;
    writeln!(sink, "Parsed   {}", wrapped(&parsed(analysis), 9))?;
    let tests = analysis.coverage.files.tests;
    if tests > 0 {
        let tests = counted(tests, "file", "files");
        writeln!(sink, "Tests    {tests}, left out of the metrics")?;
    }
    writeln!(sink, "Skipped  {}", wrapped(&skipped(analysis), 9))?;
    writeln!(sink, "Services {}", wrapped(&services(analysis), 9))?;
    writeln!(sink, "Traces   {}", wrapped(&traces(analysis), 9))?;
    let load = analysis.coverage.load.as_ref();
    if let Some(load) = load.filter(|load| load.kind != LoadKind::Spans) {
        writeln!(sink, "Load     {}", wrapped(&measured(load), 9))?;
    }
    writeln!(sink, "Edges    {}", wrapped(&edges(analysis), 9))?;
    let dependencies = links::summary(analysis);
    if !dependencies.is_empty() {
        writeln!(sink, "Links    {}", wrapped(&dependencies, 9))?;
    }
    notes(view, sink)?;
    if view.show.links {
        links::list(analysis, sink)?;
    }
    if view.show.services {
        list_services(analysis, sink)?;
    }
    if view.show.unresolved {
        list_unresolved(analysis, sink)?;
    }
    writeln!(sink)
}

/// Tool, project, commit and window: `seamline 0.1.0  shop  git 1a2b3c4  12 months, 340 commits`. A
/// month is taken as 30 days.
fn head(analysis: &Analysis) -> String {
    let tool = &analysis.tool;
    let mut line = format!(
        "{} {}  {}",
        tool.name,
        tool.version,
        shown(&analysis.project.name)
    );
    match &analysis.project.commit {
        Some(commit) => {
            let short: String = commit.chars().take(7).collect();
            line.push_str(&format!("  git {}", shown(&short)));
        }
        None => line.push_str(without_history(analysis)),
    }
    let history = &analysis.coverage.history;
    let commits = thousands(history.commits);
    match history.window {
        Some((from, to)) => {
            let months = (to - from).max(0) / (30 * 24 * 3600);
            line.push_str(&format!("  {months} months, {commits} commits"));
        }
        None if history.commits > 0 => {
            line.push_str(&format!("  {commits} commits, all there are"));
        }
        None => {}
    }
    line
}

/// That there is no history; a note tells why, where something was found that could not be read.
fn without_history(analysis: &Analysis) -> &'static str {
    let mut notes = analysis.notifications.iter();
    if notes.any(|note| HISTORY_LOST.contains(&&*note.kind)) {
        "  git history not read: change is unknown (see the note)"
    } else if analysis.coverage.history.head.is_some() {
        "  no commit in the window: change is unknown (--since)"
    } else {
        "  no git history: change is unknown (--history FILE)"
    }
}

/// Parsed files by language, or which languages are supported where there is none.
fn parsed(analysis: &Analysis) -> String {
    let coverage = &analysis.coverage;
    if coverage.files.parsed == 0 {
        return "no file of a supported language (Rust, Java, Go, Python, TypeScript, JavaScript, \
                Vue, Svelte)"
            .to_owned();
    }
    let languages = most_first(&coverage.languages).into_iter();
    let languages: Vec<String> = languages
        .map(|(name, count)| format!("{name} {}", thousands(count)))
        .collect();
    format!(
        "{} {}  {}",
        thousands(coverage.files.parsed),
        if coverage.files.parsed == 1 {
            "file"
        } else {
            "files"
        },
        languages.join("  ")
    )
}

/// What was not parsed or is not counted, by reason; `nothing` where all was read.
fn skipped(analysis: &Analysis) -> String {
    let files = &analysis.coverage.files;
    let mut parts = Vec::new();
    for (count, what) in [
        (files.skipped, "unreadable or unparsable"),
        (files.generated, "generated"),
        (files.vendored, "vendored"),
    ] {
        if count > 0 {
            parts.push(format!("{} {what}", thousands(count)));
        }
    }
    let unread = most_first(&analysis.coverage.unsupported).into_iter();
    let unread: Vec<String> = unread
        .map(|(name, count)| format!("{name} ({})", counted(count, "file", "files")))
        .collect();
    if !unread.is_empty() {
        parts.push(format!("no parser for {}", unread.join(", ")));
    }
    if parts.is_empty() {
        "nothing".to_owned()
    } else {
        parts.join(", ")
    }
}

/// Languages and their files, most first.
fn most_first(languages: &BTreeMap<String, u64>) -> Vec<(&str, u64)> {
    let languages = languages.iter();
    let mut languages: Vec<_> = languages.map(|(name, files)| (&**name, *files)).collect();
    languages.sort_by_key(|(_, files)| Reverse(*files));
    languages
}

/// How many services, front ends and pieces of infrastructure were found.
fn services(analysis: &Analysis) -> String {
    let all = analysis.nodes.iter();
    let roles: Vec<Role> = all
        .filter(|node| node.level == Level::Service)
        .map(|node| node.role)
        .collect();
    if roles.is_empty() {
        return "none found: one program, or libraries ([[services]] in seamline.toml)".to_owned();
    }
    let count = |wanted| roles.iter().filter(|role| **role == wanted).count();
    let (business, fronts) = (count(Role::Business), count(Role::Frontend));
    let other = roles.len() - business - fronts;
    let mut line = format!("{business} found");
    if fronts > 0 {
        line.push_str(&format!(
            ", {}",
            counted(fronts as u64, "front end", "front ends")
        ));
    }
    if other > 0 {
        line.push_str(&format!(", {other} more of infrastructure"));
    }
    line + " (--show-services)"
}

/// Spans and traces with what was lost of them. Without spans, service graphs may still tell calls
/// between services.
fn traces(analysis: &Analysis) -> String {
    let Some(spans) = &analysis.coverage.spans else {
        return "none: runtime coupling unknown (--traces FILE)".to_owned();
    };
    if spans.spans == 0 && !spans.graphs.is_empty() {
        let graphs: Vec<&str> = spans.graphs.iter().map(|name| &**name).collect();
        return format!(
            "none; calls between services are sums of {}",
            graphs.join(", ")
        );
    }
    let mut line = format!(
        "{} spans in {} traces",
        thousands(spans.spans),
        thousands(spans.traces)
    );
    let rejected: u64 = spans.rejected.values().sum();
    for (count, what) in [
        (spans.orphans, "orphans"),
        (spans.duplicates, "duplicates"),
        (rejected, "rejected"),
    ] {
        if count > 0 {
            line.push_str(&format!(", {} {what}", thousands(count)));
        }
    }
    if let Some(share) = analysis.coverage.attributed_load {
        line.push_str(&format!(
            ", {:.0} % of the load attributed to files",
            share * 100.0
        ));
    }
    line
}

/// Load of a profile or an access log: how much, where it found its file, and what found none.
fn measured(load: &LoadSource) -> String {
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let mut line = load.phrase();
    if load.ambiguous >= 0.005 {
        line.push_str(&format!(", {} fit several", percent(load.ambiguous)));
    }
    let files = load
        .parts
        .iter()
        .filter(|part| part.id.kind == NodeKind::File);
    let files = files.filter(|part| part.load >= 0.005).take(HEAVIEST);
    let files: Vec<String> = files
        .map(|part| {
            format!(
                "{} {} (own {}, total {})",
                shown(&part.id.name),
                percent(part.load),
                percent(part.own),
                percent(part.total)
            )
        })
        .collect();
    if !files.is_empty() {
        line.push_str(&format!("; most in {}", files.join(", ")));
    }
    let missed = load.missed.iter().filter(|missed| missed.share >= 0.005);
    let missed: Vec<String> = missed
        .map(|missed| format!("{} {}", shown(&missed.name), percent(missed.share)))
        .collect();
    if !missed.is_empty() {
        line.push_str(&format!("; without a file: {}", missed.join(", ")));
    }
    line
}

/// Edges, and how many references into the project were resolved. Without any reference only the
/// number of edges is known.
fn edges(analysis: &Analysis) -> String {
    let sum = analysis.coverage.tally();
    let inside = sum.inside();
    if inside == 0 {
        return thousands(analysis.edges.len() as u64).clone();
    }
    format!(
        "{}  references resolved {}, ambiguous {}, unresolved {}; {} external",
        thousands(analysis.edges.len() as u64),
        percent(sum.resolved, inside),
        percent(sum.ambiguous, inside),
        percent(sum.unresolved, inside),
        thousands(sum.external),
    )
}

/// The notifications. Without `--show-skipped` one line per kind is shown for the first kinds, and
/// the others are counted: a thousand files of one kind must not hide another.
fn notes(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let mut notes: Vec<&Notification> = view.analysis.notifications.iter().collect();
    // The worst first, what concerns the whole analysis before single files, settings of tools (`.github`) last.
    notes.sort_by_key(|note| {
        let of_tools = note.path.as_ref().map(|path| path.starts_with('.'));
        (note.severity, of_tools, note.after)
    });
    if view.show.skipped {
        return notes
            .into_iter()
            .try_for_each(|note| writeln!(sink, "Note     {}", wrapped(&line(note), 9)));
    }
    let mut kinds: Vec<(&Notification, u64)> = Vec::new();
    for note in notes {
        match kinds.iter_mut().find(|(first, _)| first.kind == note.kind) {
            Some((_, more)) => *more += 1,
            None => kinds.push((note, 0)),
        }
    }
    for (note, more) in kinds.iter().take(FIRST_NOTES) {
        let such = if *more > 0 {
            format!("; {} more such (--show-skipped)", thousands(*more))
        } else {
            String::new()
        };
        let text = format!("{}{such}", line(note));
        writeln!(sink, "Note     {}", wrapped(&text, 9))?;
    }
    let rest = kinds.iter().skip(FIRST_NOTES);
    match rest.map(|(_, more)| more + 1).sum::<u64>() {
        0 => Ok(()),
        more => {
            let more = counted(more, "more note", "more notes");
            writeln!(sink, "         {more} (--show-skipped)")
        }
    }
}

/// `path:line at byte n: message`, as far as the place is known.
fn line(note: &Notification) -> String {
    let mut place = note.path.as_deref().map(shown).unwrap_or_default();
    if let Some(line) = note.line {
        place.push_str(&format!(":{line}"));
    }
    if let Some(byte) = note.byte {
        place.push_str(&format!(" at byte {byte}"));
    }
    let separator = if place.is_empty() { "" } else { ": " };
    format!("{place}{separator}{}", shown(&note.message))
}

/// Name, role, folder and number of instances of each service.
fn list_services(analysis: &Analysis, sink: &mut dyn Write) -> io::Result<()> {
    for node in analysis
        .nodes
        .iter()
        .filter(|node| node.level == Level::Service)
    {
        let role = if node.role == Role::Business {
            "service"
        } else {
            node.role.name()
        };
        let place = node.path.as_deref().map(shown).unwrap_or_default();
        let instances = node.instances.map(|count| format!(" ({count} instances)"));
        let instances = instances.unwrap_or_default();
        writeln!(
            sink,
            "  {:28} {role:14} {place}{instances}",
            shown(&node.name)
        )?;
    }
    Ok(())
}

/// Every reference without a target, with its place and the reason.
fn list_unresolved(analysis: &Analysis, sink: &mut dyn Write) -> io::Result<()> {
    let none = if analysis.unresolved.is_empty() {
        ": none"
    } else {
        ""
    };
    writeln!(sink, "Unresolved references{none}")?;
    for found in &analysis.unresolved {
        let at = &found.location;
        let (path, text) = (shown(&at.path), shown(&found.text));
        writeln!(
            sink,
            "  {path}:{}:{} {text} ({})",
            at.at.line,
            at.at.column,
            found.reason.name()
        )?;
    }
    Ok(())
}

/// `part` of `whole` in percent, never rounded up to 100 or down to 0.
fn percent(part: u64, whole: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with two digits")]
    let share = 100.0 * part as f64 / whole as f64;
    match share {
        s if s > 99.0 && part < whole => format!("{:.1}%", (s * 10.0).floor() / 10.0),
        s if s < 1.0 && part > 0 => "<1%".to_owned(),
        s => format!("{s:.0}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_stay_honest() {
        assert_eq!(
            (percent(999, 1000), percent(1, 1000), percent(1, 2)),
            ("99.9%".into(), "<1%".into(), "50%".into())
        );
    }
}
