//! `seamline check` and `seamline baseline`: the gate.
//!
//! In: the policy of the configuration, a baseline beside it. Out: a verdict and its exit code.
//! Invariant: exit 1 means the gate failed, 2 that it could not judge; a baseline is written only on request.
//! Never: a count as exit code.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};

use super::analyze;
use super::args::{BaselineAction, BaselineArgs, Check};
use super::flags::Sink;
use super::input::Input;
use super::{against, flags, output};
use crate::analysis::{Analysis, is_owner, narrow, only_of_own};
use crate::config::{FILE_NAME, Flags, Found, folder, parts_in};
use crate::gate::{self, Baseline, Homes, Outcome, Policy, Verdict};
use crate::model::names::counted;
use crate::report::{Page, Topic};
use crate::source::named;

/// Name of the baseline file.
const BASELINE: &str = "seamline-baseline.txt";

/// Judges and prints; exit code 1 where the gate fails, unless `--exit-zero` is given.
pub(super) fn check(check: &Check) -> Result<ExitCode> {
    let input = &check.input();
    let asked = Asked {
        baseline: check.baseline.as_deref(),
        against: check.against.as_deref(),
        with: &check.with,
        locked: check.locked,
        there: true,
    };
    let judged = judge(input, &asked)?;
    let (analysis, verdict) = (&judged.analysis, &judged.verdict);
    let sinks = &judged.sinks;
    analyze::write_all(
        input,
        sinks,
        (analysis, Some(verdict)),
        Topic::Check,
        Page::default(),
    )?;
    if !input.sources.quiet {
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

/// Writes the accepted findings: all of today, or those of the old file that still occur. What a
/// baseline cannot accept is counted in a note.
pub(super) fn baseline(arguments: &BaselineArgs) -> Result<ExitCode> {
    let there = matches!(arguments.action, BaselineAction::Prune);
    let asked = Asked {
        baseline: arguments.baseline.as_deref(),
        there,
        ..Asked::default()
    };
    let judged = judge(&Input::of(&arguments.sources), &asked)?;
    let new = match arguments.action {
        BaselineAction::Prune if arguments.per_owner => {
            bail!(
                "`prune` leaves each line where it stands; --per-owner belongs to `baseline create`"
            )
        }
        BaselineAction::Create if arguments.per_owner => {
            is_at_top(&judged.file, &arguments.sources.paths)?;
            let homes = Homes::of(&judged.analysis);
            Baseline::create(&judged.verdict).apart(|key| homes.home(key))
        }
        BaselineAction::Create => Baseline::create(&judged.verdict),
        BaselineAction::Prune => {
            let old = judged
                .baseline
                .ok_or_else(|| anyhow!("there is no `{}` to prune", judged.file.display()))?;
            old.followed(&judged.analysis.moved).prune(&judged.verdict)
        }
    };
    let texts = new.texts();
    for (folder, text) in &texts {
        let file = beside(&judged.file, folder);
        output::write(Some(&file), |sink| sink.write_all(text.as_bytes()))?;
    }
    let others = match texts.len() - 1 {
        0 => String::new(),
        count => format!(
            " and {}",
            counted(
                count as u64,
                "file beside the code",
                "files beside the code"
            )
        ),
    };
    output::say(&format!(
        "wrote {}{others}: {} accepted findings",
        judged.file.display(),
        new.keys().count()
    ));
    let all = judged.verdict.violations.iter();
    let strict = all.filter(|it| !it.acceptable).count();
    if strict > 0 {
        output::say(&format!(
            "note: {strict} more cannot be accepted and still fail: `deny` and `min-coverage` tolerate none; \
             `deny-new` tolerates what a baseline accepts"
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// A verdict with what it was made of.
struct Judged {
    sinks: Vec<Sink>,
    analysis: Analysis,
    verdict: Verdict,
    baseline: Option<Baseline>,
    file: PathBuf,
}

/// How to judge.
#[derive(Default)]
struct Asked<'a> {
    /// The accepted findings, if a file is named.
    baseline: Option<&'a Path>,
    /// What the system is compared with; all of it counts where it is `None`.
    against: Option<&'a str>,
    /// Parts of other repositories, or folders of them, that are analysed with it.
    with: &'a [PathBuf],
    /// Whether lines of the baseline that nothing needs are an error.
    locked: bool,
    /// Whether a baseline that is named must be there.
    there: bool,
}

/// Judges by the policy, by the baseline and by what was there before.
fn judge(input: &Input, asked: &Asked<'_>) -> Result<Judged> {
    let sinks = analyze::sinks(input, "text")?;
    let mut flags = flags::for_topic(input, Topic::Check, &sinks);
    for path in asked.with {
        flags.parts.extend(parts_in(path)?);
    }
    flags.beside = !asked.with.is_empty();
    if flags.beside && flags.roots.is_empty() {
        bail!("--with needs the folder of the repository that is judged");
    }
    let found = Found::by(&flags)?;
    let home = found
        .folder()
        .map(Path::to_path_buf)
        .or_else(|| {
            input
                .sources
                .paths
                .first()
                .filter(|path| path.is_dir())
                .cloned()
        })
        .unwrap_or_default();
    let file = asked
        .baseline
        .map_or_else(|| home.join(BASELINE), Path::to_path_buf);
    let known = read(&file, asked.baseline.is_some(), asked.there)?;
    let policy = Policy {
        locked: asked.locked,
        today: jiff::Timestamp::now()
            .to_string()
            .chars()
            .take(10)
            .collect(),
        ..found.config.policy.clone()
    };
    let shown = found.file.as_deref().unwrap_or(Path::new(FILE_NAME));
    let shown = shown.display().to_string();
    let (analysis, base) = sides(input, &flags, found, asked.against)?;
    if let Some(reason) = gate::unjudgeable(&analysis) {
        bail!("nothing to judge: {reason}");
    }
    let mut verdict = match base.as_ref().zip(asked.against) {
        Some((base, name)) => gate::check_change(base, &analysis, name, &policy, known.as_ref()),
        None => gate::check(&analysis, &policy, known.as_ref()),
    };
    if input.scope.within.is_some() {
        // A part of the system cannot tell what is gone from the whole.
        verdict.stale.clear();
    }
    if let Some(owner) = &input.scope.owner {
        let owner = analyze::known_owner(&analysis, owner)?;
        verdict.keep(|violation| violation.owners.iter().any(|name| is_owner(name, owner)));
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

/// The system as it is, and as it was.
fn sides(
    input: &Input,
    flags: &Flags,
    found: Found,
    against: Option<&str>,
) -> Result<(Analysis, Option<Analysis>)> {
    if let Some(name) = against {
        let change = against::change(input, flags, found, name)?;
        return Ok((change.head, Some(change.base)));
    }
    let mut analysis = analyze::analyze(input, flags, || Ok(found))?;
    if flags.beside {
        only_of_own(&mut analysis);
    }
    if let Some(within) = &input.scope.within {
        narrow(&mut analysis, &folder(within));
    }
    Ok((analysis, None))
}

/// # Errors
/// The baseline does not lie in the one folder that is analysed, from which the paths of its lines start.
fn is_at_top(file: &Path, paths: &[PathBuf]) -> Result<()> {
    let real = |path: &Path| path.canonicalize().ok();
    let home = file.parent().filter(|home| !home.as_os_str().is_empty());
    let home = real(home.unwrap_or(Path::new(".")));
    let at_top = matches!(paths, [path] if real(path) == home);
    if !at_top {
        bail!(
            "--per-owner needs one PATH, the folder that holds the baseline: the repository's top"
        );
    }
    Ok(())
}

/// The file of a baseline in a folder below that of `file`, under the same name.
fn beside(file: &Path, folder: &str) -> PathBuf {
    match (file.parent(), file.file_name()) {
        (Some(home), Some(name)) if !folder.is_empty() => home.join(folder).join(name),
        _ => file.to_path_buf(),
    }
}

/// The baseline with its files beside the code; one that is not there is none, unless it is `named` and must be `there`.
fn read(file: &Path, is_named: bool, there: bool) -> Result<Option<Baseline>> {
    if !(is_named && there) && file.symlink_metadata().is_err() {
        return Ok(None);
    }
    let mut whole = read_file(file, is_named)?;
    let folders: Vec<String> = whole.folders().map(str::to_owned).collect();
    for folder in folders {
        let beside = beside(file, &folder);
        let home = file.parent().unwrap_or(Path::new("")).join(".");
        named::inside(&home.canonicalize()?, &home, Path::new(&folder)).with_context(|| {
            let shown = file.display();
            format!("the baseline `{shown}` includes `{folder}`, which cannot be read")
        })?;
        whole.join(&folder, read_file(&beside, false)?);
    }
    Ok(Some(whole))
}

/// One file of a baseline. A file that the user names may be a link or a pipe; one that the
/// repository brings along must lie inside of it.
fn read_file(file: &Path, is_named: bool) -> Result<Baseline> {
    let shown = file.display();
    let text = if is_named {
        named::given_text(file)
    } else {
        named::brought_along(file, named::MAX_TEXT)
    };
    let text = text.with_context(|| format!("cannot read the baseline `{shown}`"))?;
    Baseline::parse(&text).with_context(|| format!("the baseline `{shown}` cannot be used"))
}
