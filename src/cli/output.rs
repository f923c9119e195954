//! Where results and messages go.
//!
//! In: results. Out: stdout, stderr, files.
//! Invariant: a file is either complete or untouched; a closed pipe ends quietly.
//! Never: writes through a symbolic link.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};

use super::input::Color;
use crate::report::shown;

/// Longest line of a message, in characters.
const LONGEST_LINE: usize = 1_000;

/// The file that is being written beside its place.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Ctrl-C ends the program at once with code 130, a termination signal with 143; nothing half-written stays.
pub(super) fn on_interrupt() {
    // A second handler in one process is refused; the first one stays in force.
    let _ = ctrlc::set_handler(|| end(130));
    #[cfg(unix)]
    on_termination();
}

/// Removes the file that is being written and ends the process at once.
fn end(code: i32) {
    let unfinished = UNFINISHED.lock();
    let unfinished = unfinished.unwrap_or_else(PoisonError::into_inner).take();
    if let Some(path) = unfinished {
        // It may have got its name meanwhile, and is complete then.
        let _ = std::fs::remove_file(path);
    }
    signal_hook::low_level::exit(code);
}

/// Ends on a termination signal; a file that grows beyond its limit is an error of the write, no end.
#[cfg(unix)]
fn on_termination() {
    use signal_hook::consts::{SIGTERM, SIGXFSZ};
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGTERM, SIGXFSZ]) else {
        return;
    };
    std::thread::spawn(move || {
        if signals.forever().any(|signal| signal == SIGTERM) {
            end(128 + SIGTERM);
        }
    });
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

/// Whether there is a folder for the file: asked before the work, which would be lost.
///
/// # Errors
/// There is none.
pub(super) fn can_hold(file: &Path) -> Result<()> {
    let dir = folder(file);
    if !dir.is_dir() {
        let (file, dir) = (file.display(), dir.display());
        bail!("cannot write `{file}`: there is no folder `{dir}`");
    }
    Ok(())
}

/// The folder of a file; the current one for a bare name.
fn folder(file: &Path) -> &Path {
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty());
    dir.unwrap_or(Path::new("."))
}

/// Writes beside the file and renames, so that the file is complete or untouched. A path that is no
/// regular file, such as a link, is refused.
fn write_file(path: &Path, render: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    if let Ok(meta) = path.symlink_metadata()
        && !meta.is_file()
    {
        bail!("it exists and is no regular file");
    }
    let dir = folder(path);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".seamline-");
    let mut temporary = with_mode(&mut builder, path).tempfile_in(dir)?;
    *UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner) =
        Some(temporary.path().to_path_buf());
    let written = fill(&mut temporary, render);
    let done = written.and_then(|()| Ok(temporary.persist(path).map(drop)?));
    *UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner) = None;
    Ok(done?)
}

/// Writes the content and syncs it to disk before the rename, or a crash could leave an empty file
/// under the final name.
fn fill(
    temporary: &mut tempfile::NamedTempFile,
    render: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    {
        let mut sink = io::BufWriter::new(temporary.as_file_mut());
        render(&mut sink)?;
        sink.flush()?;
    }
    temporary.as_file().sync_all()
}

/// The mode of the file that is replaced, else what the user's mask leaves.
#[cfg(unix)]
fn with_mode<'b>(
    builder: &'b mut tempfile::Builder<'static, 'static>,
    path: &Path,
) -> &'b mut tempfile::Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt;
    let known = path.metadata().map(|meta| meta.permissions());
    builder.permissions(known.unwrap_or_else(|_| std::fs::Permissions::from_mode(0o666)))
}

#[cfg(not(unix))]
fn with_mode<'b>(
    builder: &'b mut tempfile::Builder<'static, 'static>,
    _: &Path,
) -> &'b mut tempfile::Builder<'static, 'static> {
    builder
}
