//! What was found: health, the first findings, what to extract next.
//!
//! In: [`View`]. Out: the body of the summary.
//! Invariant: at most three findings and two proposals unless all are asked for.
//! Never: a number without a meaning.

use std::io::{self, Write};

use super::layout::{bold, counted, places, severity, wrapped, wrapped_after};
use crate::analysis::{Analysis, Assumptions, Finding};
use crate::model::Level;
use crate::report::view::escape::shown;
use crate::report::view::reporter::View;
use crate::report::view::{todo, verdict};

/// Proposals shown without `--all`.
const FIRST_PROPOSALS: usize = 2;

/// Verdict, health, findings, proposals and the next commands. Proposals are left out where no file
/// is known, as in an analysis made of parts of repositories.
pub(super) fn write(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let (_, verdict) = verdict::verdict(view.analysis);
    writeln!(sink, "Verdict  {}", wrapped(&shown(&verdict), 9))?;
    writeln!(sink, "Health   {}\n", wrapped(&health(view.analysis), 9))?;
    findings(view, sink)?;
    let count = if view.show.all {
        usize::MAX
    } else {
        FIRST_PROPOSALS
    };
    let mut nodes = view.analysis.nodes.iter();
    // Parts of repositories hold no code to cut.
    if nodes.any(|node| node.level == Level::File) {
        super::boundaries::write(view, count, sink)?;
        writeln!(sink)?;
    }
    next(view.analysis, sink)
}

/// Propagation cost and cycles: `propagation 0.12; cycles: 2 between packages`.
fn health(analysis: &Analysis) -> String {
    let system = analysis
        .nodes
        .iter()
        .find(|node| node.level == Level::System);
    let metric = |id: &str| system.and_then(|node| node.metrics.get(id).copied().flatten());
    let mut parts = Vec::new();
    if let Some(cost) = metric("propagation_cost@file") {
        parts.push(format!("propagation {cost:.2}"));
    }
    let cycles = verdict::cycles(analysis);
    parts.push(format!(
        "cycles: {}",
        if cycles.is_empty() && verdict::is_mostly_unread(analysis) {
            "none in what is read".to_owned()
        } else if cycles.is_empty() {
            "none".to_owned()
        } else {
            cycles.join(", ")
        }
    ));
    parts.join("; ")
}

/// The three things to do first, or all findings with `--all`, and the number of the others.
fn findings(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let all = &view.analysis.findings;
    let chosen: Vec<&Finding> = if view.show.all {
        all.iter().collect()
    } else {
        let first = todo::three(view.analysis).into_iter();
        first.map(|todo| todo.finding.1).collect()
    };
    for (index, &finding) in chosen.iter().enumerate() {
        one_finding(
            index + 1,
            finding,
            view.show.color,
            &view.analysis.assumptions,
            sink,
        )?;
    }
    if all.len() > chosen.len() {
        let more = counted(
            (all.len() - chosen.len()) as u64,
            "more finding",
            "more findings",
        );
        writeln!(sink, "   {more} (--all)")?;
    }
    if all.is_empty() {
        writeln!(sink, "   no findings")?;
    }
    writeln!(sink)
}

/// One finding with evidence, places, advice and remedies.
fn one_finding(
    number: usize,
    finding: &Finding,
    color: bool,
    assumptions: &Assumptions,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let title = wrapped(&shown(&finding.title), 3);
    writeln!(sink, "{number:2} {}", bold(color, &title))?;
    let rule = severity(color, finding.severity, finding.rule.name());
    writeln!(
        sink,
        "   {rule}: {}",
        wrapped_after(&shown(&finding.evidence), 3, finding.rule.name().len() + 2)
    )?;
    if !finding.locations.is_empty() {
        writeln!(sink, "   at {}", wrapped(&places(&finding.locations), 6))?;
    }
    if let Some(trace) = &finding.trace {
        writeln!(sink, "   trace {}", shown(trace))?;
    }
    writeln!(
        sink,
        "   to do: {}",
        wrapped_after(&shown(&finding.advice), 3, 7)
    )?;
    super::remedies::write(&finding.remedies, assumptions, sink)
}

/// The commands that lead on from here.
fn next(analysis: &Analysis, sink: &mut dyn Write) -> io::Result<()> {
    writeln!(
        sink,
        "Next: seamline report PATH -o review.html     write the full review"
    )?;
    if let Some(finding) = analysis.findings.first() {
        let command = format!("seamline explain {}", finding.rule);
        writeln!(sink, "      {command:39} what this rule means, how to fix")?;
    }
    writeln!(
        sink,
        "      seamline init                           write seamline.toml"
    )
}
