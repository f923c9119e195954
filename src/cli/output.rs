//! Where results and messages go.
//!
//! In: results. Out: stdout, stderr, files.
//! Invariant: a file is either complete or untouched; a closed pipe ends quietly.
//! Never: writes through a symbolic link.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};

use super::args::Color;
use crate::report::shown;

/// Longest line of a message, in characters.
const LONGEST_LINE: usize = 1_000;

/// Ctrl-C ends the program at once with code 130; a termination signal ends it by itself, which a shell shows as 143.
///
/// Files are written beside their place and renamed, so nothing half-written stays.
pub(super) fn on_interrupt() {
    // A second handler in one process is refused; the first one stays in force.
    let _ = ctrlc::set_handler(|| signal_hook::low_level::exit(130));
}

/// One sentence on standard error.
pub(super) fn error(message: &str) {
    say(&format!("error: {message}"));
}

/// A line on standard error; a closed stream is no reason to fail.
pub(super) fn say(message: &str) {
    let lines: Vec<String> = message
        .lines()
        .map(|line| shortened(&shown(line)))
        .collect();
    let _ = writeln!(io::stderr(), "{}", lines.join("\n"));
}

/// A line that a person can read: what an input makes longer is cut.
fn shortened(line: &str) -> String {
    match line.char_indices().nth(LONGEST_LINE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// Whether results go to a terminal that takes colours.
pub(super) fn colored(color: Color) -> bool {
    let set =
        |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => set("CLICOLOR_FORCE") || (!set("NO_COLOR") && io::stdout().is_terminal()),
    }
}

/// Writes what `render` makes to `file`, or to standard output.
///
/// # Errors
/// The sink cannot be written. A closed pipe is no error.
pub(super) fn write(
    file: Option<&Path>,
    render: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<()> {
    if let Some(path) = file {
        write_file(path, render).with_context(|| format!("cannot write `{}`", path.display()))
    } else {
        let mut sink = io::BufWriter::new(io::stdout().lock());
        match render(&mut sink).and_then(|()| sink.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other.context("cannot write to standard output"),
        }
    }
}

fn write_file(path: &Path, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    if let Ok(meta) = path.symlink_metadata()
        && !meta.is_file()
    {
        bail!("it exists and is no regular file");
    }
    let dir = path
        .parent()
        .filter(|dir| !dir.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new()
        .prefix(".seamline-")
        .tempfile_in(dir)?;
    {
        let mut sink = io::BufWriter::new(temporary.as_file_mut());
        render(&mut sink)?;
        sink.flush()?;
    }
    temporary.as_file().sync_all()?;
    readable(temporary.as_file())?;
    temporary.persist(path)?;
    Ok(())
}

/// Temporary files are private; a report is as readable as any new file.
#[cfg(unix)]
fn readable(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &std::fs::File) -> io::Result<()> {
    Ok(())
}
