//! `seamline check` and `seamline baseline`: the gate.
//!
//! In: the policy of the configuration, a baseline beside it. Out: a verdict and its exit code.
//! Invariant: exit 1 means the gate failed, 2 that it could not judge; a baseline is written only on request.
//! Never: a count as exit code.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};

use super::analyze::{self, Sink};
use super::args::{BaselineAction, BaselineArgs, Check, Input};
use super::{flags, output};
use crate::analysis::{Analysis, narrow};
use crate::config::{FILE_NAME, Found, folder};
use crate::gate::{self, Baseline, Outcome, Policy, Verdict};
use crate::report::{Page, Topic};
use crate::source::named;

/// Name of the baseline file.
const BASELINE: &str = "seamline-baseline.txt";

pub(super) fn check(check: &Check) -> Result<ExitCode> {
    let judged = judge(&check.input, check.baseline.as_deref(), check.locked, true)?;
    let (analysis, verdict) = (&judged.analysis, &judged.verdict);
    let (input, sinks) = (&check.input, &judged.sinks);
    analyze::write_all(
        input,
        sinks,
        (analysis, Some(verdict)),
        Topic::Check,
        Page::default(),
    )?;
    if !check.input.quiet {
        judged
            .verdict
            .hints
            .iter()
            .for_each(|hint| output::say(&format!("hint: {hint}")));
    }
    let failed = judged.verdict.verdict == Outcome::Fail && !check.exit_zero;
    Ok(if failed {
        ExitCode::from(1)
    } else {
        ExitCode::SUCCESS
    })
}

pub(super) fn baseline(arguments: &BaselineArgs) -> Result<ExitCode> {
    if arguments.input.within.is_some() {
        bail!("a baseline is of the whole system; leave --within out");
    }
    let there = matches!(arguments.action, BaselineAction::Prune);
    let judged = judge(
        &arguments.input,
        arguments.baseline.as_deref(),
        false,
        there,
    )?;
    let new = match arguments.action {
        BaselineAction::Create => Baseline::create(&judged.verdict),
        BaselineAction::Prune => {
            let old = judged
                .baseline
                .ok_or_else(|| anyhow!("there is no `{}` to prune", judged.file.display()))?;
            old.followed(&judged.analysis.moved).prune(&judged.verdict)
        }
    };
    let text = new.text();
    output::write(Some(&judged.file), |sink| sink.write_all(text.as_bytes()))?;
    output::say(&format!(
        "wrote {}: {} accepted findings",
        judged.file.display(),
        new.keys().count()
    ));
    Ok(ExitCode::SUCCESS)
}

struct Judged {
    sinks: Vec<Sink>,
    analysis: Analysis,
    verdict: Verdict,
    baseline: Option<Baseline>,
    file: PathBuf,
}

/// Judges by the policy and by the baseline, which must be there if one is named and `there` asks so.
fn judge(input: &Input, baseline: Option<&Path>, locked: bool, there: bool) -> Result<Judged> {
    let sinks = analyze::sinks(input, "text")?;
    let flags = flags::for_topic(input, Topic::Check, &sinks);
    let found = Found::by(&flags)?;
    let home = found
        .folder()
        .map(Path::to_path_buf)
        .or_else(|| input.paths.first().filter(|path| path.is_dir()).cloned())
        .unwrap_or_default();
    let file = baseline.map_or_else(|| home.join(BASELINE), Path::to_path_buf);
    let known = read(&file, baseline.is_some(), there)?;
    let policy = Policy {
        locked: locked && input.within.is_none(),
        ..found.config.policy.clone()
    };
    let shown = found.file.as_deref().unwrap_or(Path::new(FILE_NAME));
    let shown = shown.display().to_string();
    let mut analysis = analyze::analyze(input, &flags, || Ok(found))?;
    if let Some(within) = &input.within {
        narrow(&mut analysis, &folder(within));
    }
    if let Some(reason) = gate::unjudgeable(&analysis) {
        bail!("nothing to judge: {reason}");
    }
    let mut verdict = gate::check(&analysis, &policy, known.as_ref());
    if input.within.is_some() {
        // A part of the system cannot tell what is gone from the whole.
        verdict.stale.clear();
    }
    if let Some(problem) = verdict.problems.first() {
        bail!("{shown}:{}: {}", problem.line, problem.message);
    }
    Ok(Judged {
        sinks,
        analysis,
        verdict,
        baseline: known,
        file,
    })
}

/// The baseline; one that is not there is none, unless it is `named` and must be `there`.
fn read(file: &Path, is_named: bool, there: bool) -> Result<Option<Baseline>> {
    if !(is_named && there) && file.symlink_metadata().is_err() {
        return Ok(None);
    }
    let shown = file.display();
    let text = if is_named {
        named::given_text(file)
    } else {
        named::brought_along(file, named::MAX_TEXT)
    };
    let text = text.with_context(|| format!("cannot read the baseline `{shown}`"))?;
    Baseline::parse(&text)
        .map(Some)
        .with_context(|| format!("the baseline `{shown}` cannot be used"))
}
