//! What a change is compared with: a commit of the repository, or a saved analysis.
//!
//! In: arguments, a name. Out: the analyses of both sides.
//! Invariant: both sides are analysed in the same way.
//! Never: a comparison with what cannot be read.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, bail};

use super::input::Input;
use super::{analyze, output, progress};
use crate::analysis::{Analysis, narrow, only_of_own};
use crate::config::{Flags, Found, folder};
use crate::pipeline::{self, Sides};
use crate::traces;

/// The state before and after a change.
pub(super) fn change(input: &Input, flags: &Flags, found: Found, name: &str) -> Result<Sides> {
    let mut change = both(input, flags, found, name)?;
    if change.is_head && name != "HEAD" && !input.sources.quiet {
        output::say(&format!(
            "note: HEAD lies in `{name}`: only what is not committed differs"
        ));
    }
    if flags.beside {
        // A saved analysis does not tell whose services are whose; it may know more than is judged.
        if !is_saved(Path::new(name)) {
            only_of_own(&mut change.base);
        }
        only_of_own(&mut change.head);
    }
    if let Some(within) = &input.scope.within {
        let within = folder(within);
        narrow(&mut change.base, &within);
        narrow(&mut change.head, &within);
    }
    Ok(change)
}

/// Both sides: a saved analysis beside a fresh one, or two commits of the folder. Parts, saved
/// analyses and standard input cannot be analysed a second time and are refused.
fn both(input: &Input, flags: &Flags, found: Found, name: &str) -> Result<Sides> {
    let file = Path::new(name);
    if is_saved(file) {
        return Ok(Sides {
            base: analyze::base(file)?,
            head: analyze::analyze(input, flags, || Ok(found))?,
            is_head: false,
        });
    }
    if let [path] = input.sources.paths.as_slice()
        && path.is_file()
    {
        bail!("a saved analysis is compared with another saved one; `{name}` is no .json file");
    }
    if flags.roots.is_empty() {
        bail!("a part holds no commits; compare the folder that it was made of with `{name}`");
    }
    let options = analyze::settings(input, flags, &found)?;
    if options
        .traces
        .iter()
        .any(|it| matches!(it, traces::Input::Stdin))
    {
        bail!("standard input can be read only once; write the traces to a file");
    }
    let start = Instant::now();
    let change = progress::beside(&options.progress, input.sources.quiet, || {
        pipeline::analyze_change(&options, name)
    })?;
    analyze::all_read(&options, &change.head)?;
    if !input.sources.quiet {
        let (before, after) = (files(&change.base), files(&change.head));
        let seconds = start.elapsed().as_secs_f64();
        output::say(&format!(
            "analysed {before} and {after} files in {seconds:.1} s"
        ));
    }
    Ok(change)
}

/// Whether a name is that of a saved analysis, by its ending and by being there; otherwise it names
/// a commit.
fn is_saved(file: &Path) -> bool {
    file.extension().is_some_and(|end| end == "json") && file.is_file()
}

const fn files(analysis: &Analysis) -> u64 {
    analysis.coverage.files.parsed
}
