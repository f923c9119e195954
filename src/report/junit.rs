//! `JUnit` XML: one suite per rule, one case per subject.
//!
//! In: [`View`]. Out: XML.
//! Invariant: a violation is a failure, an accepted one is skipped, a warning passes with its text; without any, one case passes.
//! Never: a character that XML forbids.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::issues::{Issue, issues};
use super::view::escape::xml;
use super::view::reporter::{Reads, Reporter, View};
use crate::model::{NodeId, RuleId};

pub(super) const REPORTER: Reporter = Reporter {
    id: "junit",
    about: "JUnit XML, for test dashboards",
    reads: Reads::All,
    render,
};

/// Groups the issues into one suite per rule. Without any issue a single passing case is written,
/// because dashboards take an empty file for a broken run.
fn render(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let issues = issues(view);
    let mut suites: BTreeMap<RuleId, Vec<&Issue<'_>>> = BTreeMap::new();
    for issue in &issues {
        suites.entry(issue.rule).or_default().push(issue);
    }
    let failures = issues.iter().filter(|issue| issue.fails).count();
    let tests = issues.len().max(1);
    writeln!(sink, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        sink,
        "<testsuites name=\"seamline\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">"
    )?;
    if issues.is_empty() {
        writeln!(
            sink,
            "  <testsuite name=\"seamline\" tests=\"1\" failures=\"0\" errors=\"0\">"
        )?;
        writeln!(
            sink,
            "    <testcase classname=\"seamline\" name=\"policy\"/>\n  </testsuite>"
        )?;
    }
    for (rule, issues) in suites {
        suite(rule, &issues, sink)?;
    }
    writeln!(sink, "</testsuites>")
}

/// One rule with a case per issue. The name of a case is made of the ids of its subject, so that a
/// dashboard recognises it in the next run although numbers in the title change.
fn suite(rule: RuleId, issues: &[&Issue<'_>], sink: &mut dyn Write) -> io::Result<()> {
    let failures = issues.iter().filter(|issue| issue.fails).count();
    let (rule, tests) = (xml(rule.name()), issues.len());
    writeln!(
        sink,
        "  <testsuite name=\"{rule}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">"
    )?;
    for issue in issues {
        let name = if issue.subject.is_empty() {
            issue.title.to_owned()
        } else {
            let ids: Vec<String> = issue.subject.iter().map(NodeId::to_string).collect();
            ids.join(" -> ")
        };
        writeln!(
            sink,
            "    <testcase classname=\"{rule}\" name=\"{}\">",
            xml(&name)
        )?;
        if let Some(why) = issue.accepted {
            writeln!(sink, "      <skipped message=\"{}\"/>", xml(why))?;
        } else if !issue.fails {
            let told = xml(&issue.sentence());
            writeln!(sink, "      <system-out>{told}</system-out>")?;
        } else {
            let message = xml(&issue.sentence());
            writeln!(
                sink,
                "      <failure message=\"{message}\">{}",
                xml(issue.advice)
            )?;
            for at in issue.locations.iter().take(20) {
                writeln!(sink, "{}:{}", xml(&at.path), at.at.line)?;
            }
            writeln!(sink, "</failure>")?;
        }
        writeln!(sink, "    </testcase>")?;
    }
    writeln!(sink, "  </testsuite>")
}
