//! `seamline init`: a policy to start from, and the step that judges by it.
//!
//! In: a folder. Out: `seamline.toml`, at most 30 lines, and a snippet for the continuous integration at hand.
//! Invariant: the folder passes `seamline check` right afterwards; what is written is read back unchanged.
//! Never: overwrites a file.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use super::args::Init;
use super::input::{Input, Sources};
use super::{analyze, flags, output};
use crate::analysis::Analysis;
use crate::config::{Config, FILE_NAME, Found};
use crate::gate::{self, Draft};
use crate::source;

/// The beginning of the file that `init` writes.
const TEXT: &str = include_str!("../../templates/seamline.toml");
/// A workflow of GitHub.
const GITHUB: &str = include_str!("../../templates/ci/github.yml");
/// A job of GitLab.
const GITLAB: &str = include_str!("../../templates/ci/gitlab.yml");

/// Drafts a policy that the folder keeps to and writes it. The configuration must not exist yet,
/// not even as a dangling link.
pub(super) fn run(init: &Init) -> Result<ExitCode> {
    let file = init.path.join(FILE_NAME);
    if file.symlink_metadata().is_ok() {
        bail!(
            "`{}` exists already; edit it, or remove it first",
            file.display()
        );
    }
    let input = Input::of(&Sources {
        paths: vec![init.path.clone()],
        ..Sources::default()
    });
    let mut flags = flags::of(&input);
    flags.boundaries.top = 0;
    let analysis = analyze::analyze(&input, &flags, || Ok(Found::default()))?;
    let text = match gate::unjudgeable(&analysis) {
        Some(reason) => {
            output::say(&format!("no policy drafted: {reason}"));
            TEXT.to_owned()
        }
        None => policy(&analysis)?,
    };
    output::write(Some(&file), |sink| sink.write_all(text.as_bytes()))?;
    output::say(&format!("wrote {}", file.display()));
    snippet(&init.path)?;
    Ok(ExitCode::SUCCESS)
}

/// The whole file; an order of layers that would fail, because names are ambiguous, is left out.
fn policy(analysis: &Analysis) -> Result<String> {
    let Draft {
        limits,
        layers,
        gate,
    } = gate::draft(analysis);
    for layers in [layers.as_str(), ""] {
        let parts = [limits.as_str(), layers, gate.as_str()];
        let mut text = TEXT.to_owned();
        for part in parts.iter().filter(|part| !part.is_empty()) {
            text.push_str(&format!("\n{part}"));
        }
        let config = Config::parse(&text, FILE_NAME)?;
        let verdict = gate::check(analysis, &config.policy, None);
        if verdict.violations.is_empty() && verdict.problems.is_empty() {
            return Ok(text);
        }
    }
    Ok(TEXT.to_owned())
}

/// Writes the step for the host that the repository is on, or prints it.
fn snippet(path: &Path) -> Result<()> {
    let here = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let top = source::repository(&here);
    let inside = here.strip_prefix(top).unwrap_or(Path::new(""));
    let inside = match inside.to_string_lossy() {
        text if text.is_empty() => ".".to_owned(),
        text => text.replace(['"', '\\', '$', '`', '\n'], "?"),
    };
    let is_folder = |name: &str| {
        let meta = top.join(name).symlink_metadata();
        meta.is_ok_and(|meta| meta.is_dir())
    };
    if is_folder(".github") {
        let folder = top.join(".github/workflows");
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make the folder `{}`", folder.display()))?;
        return write(
            &folder.join("seamline.yml"),
            &GITHUB.replace("PATH", &inside),
        );
    }
    let job = GITLAB.replace("PATH", &inside);
    if top.join(".gitlab-ci.yml").is_file() {
        let file: PathBuf = top.join("seamline.gitlab-ci.yml");
        write(&file, &job)?;
        output::say("add to .gitlab-ci.yml: include: [{ local: seamline.gitlab-ci.yml }]");
        return Ok(());
    }
    output::say("no .github folder and no .gitlab-ci.yml; the step for any other host:");
    let step = format!(
        "cargo install --locked --git \"$SEAMLINE_SOURCE\" seamline\nseamline check \"{inside}\"\n"
    );
    output::write(None, |sink| sink.write_all(step.as_bytes()))
}

/// Writes a file unless it is there already.
fn write(file: &Path, text: &str) -> Result<()> {
    if file.symlink_metadata().is_ok() {
        output::say(&format!("`{}` exists already and stays", file.display()));
        return Ok(());
    }
    output::write(Some(file), |sink| sink.write_all(text.as_bytes()))?;
    output::say(&format!("wrote {}", file.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Outcome;

    #[test]
    fn the_text_is_short_and_valid_also_with_its_comments_opened() {
        Config::parse(TEXT, "commented").expect("valid as written");
        let opened: Vec<&str> = TEXT
            .lines()
            .map(|line| line.strip_prefix("#: ").unwrap_or(line))
            .collect();
        Config::parse(&opened.join("\n"), "opened").expect("valid with every example opened");
    }

    /// Three folders of Python, each importing the next.
    fn tree() -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a folder");
        let files = [
            ("web/__init__.py", ""),
            ("web/page.py", "from shop.order import place\n"),
            ("shop/__init__.py", ""),
            (
                "shop/order.py",
                "from store.table import rows\n\ndef place():\n    return rows\n",
            ),
            ("store/__init__.py", ""),
            ("store/table.py", "rows = []\n"),
        ];
        for (name, text) in files {
            let file = dir.path().join(name);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
            std::fs::write(file, text).expect("written");
        }
        dir
    }

    fn analysis(path: &Path) -> Analysis {
        let input = Input::of(&Sources {
            paths: vec![path.to_path_buf()],
            no_git: true,
            quiet: true,
            ..Sources::default()
        });
        let flags = flags::of(&input);
        analyze::analyze(&input, &flags, || Ok(Found::default())).expect("an analysis")
    }

    #[test]
    fn the_policy_passes_today_and_fails_on_a_step_backwards() {
        let dir = tree();
        let text = policy(&analysis(dir.path())).expect("a policy");
        assert!(text.lines().count() <= 30, "{text}");
        assert!(
            text.contains("    [\"web\"],\n    [\"shop\"],\n    [\"store\"],"),
            "{text}"
        );
        assert!(text.contains("deny = [\"import-cycle\""), "{text}");
        let judge = || {
            let policy = Config::parse(&text, "x").expect("a configuration").policy;
            gate::check(&analysis(dir.path()), &policy, None)
        };
        assert_eq!(judge().verdict, Outcome::Pass);
        std::fs::write(
            dir.path().join("store/late.py"),
            "from web.page import place\n",
        )
        .expect("written");
        let verdict = judge();
        assert_eq!(verdict.verdict, Outcome::Fail);
        let layer = |it: &gate::Violation| it.rule.name() == "layer-violation";
        assert!(verdict.violations.iter().any(layer));
    }

    #[test]
    fn the_step_goes_where_the_host_looks() {
        let dir = tree();
        std::fs::create_dir_all(dir.path().join(".git")).expect("made");
        std::fs::create_dir_all(dir.path().join(".github")).expect("made");
        snippet(&dir.path().join("shop")).expect("written");
        let file = dir.path().join(".github/workflows/seamline.yml");
        let text = std::fs::read_to_string(&file).expect("a workflow");
        assert!(
            text.contains("seamline check \"shop\" --format github"),
            "{text}"
        );
        std::fs::write(&file, "mine").expect("written");
        snippet(dir.path()).expect("left alone");
        assert_eq!(std::fs::read_to_string(&file).expect("there"), "mine");
    }
}
