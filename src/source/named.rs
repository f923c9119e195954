//! Files outside of the walk: what a repository names, and what a user names.
//!
//! In: a path. Out: its bytes, capped.
//! Invariant: what a repository names is a regular file inside of it, reached without a link; opening never waits.
//! Never: contents in a message; a file may hold what its reader must not show.
//!
//! A pull request may turn `seamline.toml` or a baseline into a link to `/proc/self/environ`, a pipe that
//! nobody writes to, or `/dev/zero`. The command line is the user's own, so that links and pipes count there.

use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use super::files::open_regular;

/// Largest file of that kind, in bytes.
const MAX_BYTES: u64 = 256 << 20;
/// Largest configuration or baseline, in bytes.
pub const MAX_TEXT: u64 = 16 << 20;

/// The text of a file that a repository brings along.
///
/// # Errors
/// It is no regular file, larger than `limit` bytes, or no text.
pub fn brought_along(path: &Path, limit: u64) -> io::Result<String> {
    let meta = path.symlink_metadata()?;
    if meta.file_type().is_symlink() {
        return Err(refused("it is a link, which is not followed"));
    }
    if !meta.is_file() {
        return Err(refused("it is no regular file"));
    }
    let file = open_regular(path)?;
    if !file.metadata()?.is_file() {
        return Err(refused("it is no regular file"));
    }
    text(capped(file, limit)?)
}

/// The bytes of a file that the user names: links and pipes count.
///
/// # Errors
/// It cannot be read, or is larger than 256 MiB.
pub fn given(path: &Path) -> io::Result<Vec<u8>> {
    capped(std::fs::File::open(path)?, MAX_BYTES)
}

/// The text of such a file.
///
/// # Errors
/// The same, or it is no text.
pub fn given_text(path: &Path) -> io::Result<String> {
    text(given(path)?)
}

/// The files of a folder whose names end in `.extension`, sorted.
///
/// # Errors
/// The folder cannot be read.
pub fn files_in(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)?.flatten();
    let paths = entries.map(|entry| entry.path());
    let fits = |path: &PathBuf| path.extension().is_some_and(|end| end == extension);
    let mut found: Vec<PathBuf> = paths.filter(|path| fits(path) && path.is_file()).collect();
    found.sort();
    Ok(found)
}

/// `base/relative`, if it is a file or folder inside of `top` that no link leads to.
///
/// # Errors
/// It is none.
pub fn inside(top: &Path, base: &Path, relative: &Path) -> io::Result<PathBuf> {
    let plain = |part: Component<'_>| {
        matches!(
            part,
            Component::Normal(_) | Component::CurDir | Component::ParentDir
        )
    };
    if !relative.components().all(plain) {
        return Err(refused(
            "a path that leads out of the repository belongs on the command line",
        ));
    }
    let mut path = base.canonicalize()?;
    for part in relative.components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::Normal(name) => path.push(name),
            _ => continue,
        }
        if !path.starts_with(top) {
            return Err(refused(
                "a path that leads out of the repository belongs on the command line",
            ));
        }
        if path.symlink_metadata()?.file_type().is_symlink() {
            return Err(refused("it is a link, which is not followed"));
        }
    }
    let kind = path.symlink_metadata()?.file_type();
    if kind.is_file() || kind.is_dir() {
        Ok(path)
    } else {
        Err(refused("it is no regular file"))
    }
}

/// An error that gives the reason and nothing of the file.
fn refused(reason: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, reason)
}

/// All bytes up to a limit; one more is read to tell a full file from a longer one. The size is not
/// asked for, as pipes and devices have none.
fn capped(file: std::fs::File, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("it is larger than {} MiB", limit >> 20),
        ));
    }
    Ok(bytes)
}

/// The bytes as text; an error that does not quote them.
fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is no text"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_repository_cannot_lead_out_of_itself() {
        let dir = tempfile::tempdir().expect("a folder");
        let top = dir.path().canonicalize().expect("a path");
        let file = |name: &str| top.join(name);
        std::fs::write(file("a"), "text").expect("a file");
        std::os::unix::fs::symlink("/etc/hostname", file("link")).expect("a link");
        std::os::unix::fs::symlink("/etc", file("etc")).expect("a link");
        std::fs::create_dir(file("folder")).expect("a folder");
        assert_eq!(brought_along(&file("a"), MAX_TEXT).expect("a text"), "text");
        for (name, reason) in [
            ("link", "a link"),
            ("folder", "no regular file"),
            ("etc", "a link"),
        ] {
            let error = brought_along(&file(name), MAX_TEXT).expect_err(name);
            assert!(error.to_string().contains(reason), "{name}: {error}");
        }
        assert!(brought_along(&file("a"), 3).is_err(), "the limit counts");
        let leads = |relative: &str| inside(&top, &top, Path::new(relative)).is_ok();
        assert!(leads("a") && leads("folder/../a") && leads("folder"));
        for outside in [
            "/etc/hostname",
            "../x",
            "etc/hostname",
            "link",
            "folder/../../x",
        ] {
            assert!(!leads(outside), "{outside}");
        }
        assert!(
            given(Path::new("/dev/zero")).is_err(),
            "a device has no end"
        );
        assert_eq!(
            given(&file("link")).ok(),
            std::fs::read("/etc/hostname").ok()
        );
    }
}
