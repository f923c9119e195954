//! Finds the git directory of a folder, and refuses one that leads elsewhere.
//!
//! In: an analysed folder. Out: [`Place`].
//! Invariant: a git directory outside of the folder's repository must point back to it.
//! Never: opens a repository, reads its configuration beyond one key.

use std::fs;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use gix::sec::Trust;

use crate::model::{ChangeLog, Notification};
use crate::source::Root;

/// Most entries below `objects` and `refs` that are looked at.
const MOST_ENTRIES: usize = 500_000;
/// Files at the top of a git directory that a reader opens, with the most bytes that each may have: they are
/// read whole, and take several times as much memory.
const READ_AT_TOP: [(&str, u64); 8] = [
    ("HEAD", SHORT),
    ("config", 4 << 20),
    ("config.worktree", 4 << 20),
    ("packed-refs", 128 << 20),
    ("shallow", 64 << 20),
    ("commondir", SHORT),
    ("gitdir", SHORT),
    ("objects", u64::MAX),
];
/// Most bytes of a file that holds one line.
const SHORT: u64 = 64 << 10;

/// Why a clone made with `--shared` or `--reference` is not read: whoever wrote the list could have
/// named any repository of the machine.
const BORROWED: &str = "it borrows its objects from a repository outside of the folder \
(`objects/info/alternates`, as `git clone --shared` makes it); `git repack -a -d && rm .git/objects/info/alternates` makes it whole";

/// Why a repository in the new format of references is not read.
const REFTABLE: &str = "its references are kept as `reftable`, which is not read yet; \
`git refs migrate --ref-format=files` turns them into files";

/// Where to read the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The git directory.
    pub git_dir: PathBuf,
    /// The analysed folder, relative to the top of the work tree.
    pub prefix: String,
    /// The commit that is analysed, where it is not the working tree.
    pub commit: Option<gix::ObjectId>,
}

/// The git directory of the folder `root`, `None` if there is none.
///
/// # Errors
/// A notification that says why it was refused.
///
/// `.git` may be a folder, a file that names one (worktrees, submodules), a link, or missing
/// around a bare repository. What leads out of the repository must point back: otherwise a
/// checked-out file could make the history of any repository of the machine readable.
pub(super) fn locate(root: &Root) -> Result<Option<Place>, Notification> {
    let top = root.top.as_path();
    let dot = top.join(".git");
    let Ok(meta) = dot.symlink_metadata() else {
        return bare(&root.dir);
    };
    let (git_dir, home) = if meta.is_dir() {
        (dot, top.to_path_buf())
    } else if meta.is_file() {
        follow(top, &dot)?
    } else {
        let real = dot
            .canonicalize()
            .map_err(|error| refused(&format!("`.git` leads nowhere: {error}")))?;
        (
            inside(real, top, "`.git` is a link that leaves the repository")?,
            top.to_path_buf(),
        )
    };
    let place = Place {
        git_dir,
        prefix: prefix(root),
        commit: root.revision.as_ref().map(|revision| revision.id()),
    };
    check(&place.git_dir, &home).map(|()| Some(place))
}

/// Where the repository was cloned from, hashed: without user, protocol and ending, as people write it differently.
///
/// `https://user@host/a/b.git` and `git@host:a/b` have the same hash.
pub(super) fn origin(place: &Place) -> Option<String> {
    let url = remote(place)?;
    let host = url
        .rsplit_once("://")
        .map_or(url.as_str(), |(_, host)| host);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let plain = host.trim_end_matches('/').trim_end_matches(".git");
    Some(super::hashed(&plain.replace(':', "/").to_lowercase()))
}

/// Where the repository was cloned from, as it is written: it may hold a password.
pub(super) fn remote(place: &Place) -> Option<String> {
    let common = short_text(&place.git_dir.join("commondir"));
    let home = common.map_or_else(
        || place.git_dir.clone(),
        |dir| place.git_dir.join(dir.trim()),
    );
    let text = short_text(&home.join("config"))?;
    let config = gix::config::File::try_from(text.as_str()).ok()?;
    Some(config.string("remote.origin.url")?.to_string())
}

/// The analysed folder, relative to the top of its repository.
pub(super) fn prefix(root: &Root) -> String {
    let inside = root.dir.strip_prefix(&root.top).unwrap_or(Path::new(""));
    let parts = inside.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_string_lossy()),
        _ => None,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A folder that is a git directory itself; `None` if it does not look like one.
fn bare(root: &Path) -> Result<Option<Place>, Notification> {
    let looks_bare =
        root.join("HEAD").is_file() && root.join("objects").is_dir() && root.join("refs").is_dir();
    if !looks_bare {
        return Ok(None);
    }
    let place = Place {
        git_dir: root.to_path_buf(),
        prefix: String::new(),
        commit: None,
    };
    check(root, root).map(|()| Some(place))
}

/// Follows a `.git` file. Returns the git directory and the folder that its parts must stay in.
fn follow(top: &Path, dot: &Path) -> Result<(PathBuf, PathBuf), Notification> {
    let text = short_text(dot).ok_or_else(|| refused("`.git` is a file that cannot be read"))?;
    let target = text
        .strip_prefix("gitdir:")
        .ok_or_else(|| refused("`.git` is a file without `gitdir:`"))?;
    let target = top.join(target.trim());
    let git_dir = target
        .canonicalize()
        .map_err(|error| refused(&format!("`.git` leads nowhere: {error}")))?;
    if git_dir.starts_with(top) {
        return Ok((git_dir, top.to_path_buf()));
    }
    if let Some(common) = worktree_of(&git_dir, dot) {
        let home = common.parent().unwrap_or(&common).to_path_buf();
        return Ok((git_dir, home));
    }
    if let Some(home) = submodule_of(&git_dir, top) {
        return Ok((git_dir, home));
    }
    Err(refused(
        "`.git` leads to a repository elsewhere that does not point back",
    ))
}

/// `<main>/.git/worktrees/<name>` whose `gitdir` names our `.git` file: returns `<main>/.git`.
fn worktree_of(git_dir: &Path, dot: &Path) -> Option<PathBuf> {
    let worktrees = git_dir.parent()?;
    let common = worktrees.parent()?;
    let back = short_text(&git_dir.join("gitdir"))?;
    let shared = short_text(&git_dir.join("commondir"))?;
    let points_back = git_dir.join(back.trim()).canonicalize().ok()? == dot.canonicalize().ok()?;
    let stays = git_dir.join(shared.trim()).canonicalize().ok()? == common;
    (worktrees.ends_with("worktrees") && points_back && stays).then(|| common.to_path_buf())
}

/// `<outer>/.git/modules/<name>` for a folder inside `<outer>`, whose `core.worktree` names it.
fn submodule_of(git_dir: &Path, top: &Path) -> Option<PathBuf> {
    let home = top
        .ancestors()
        .skip(1)
        .find(|outer| git_dir.starts_with(outer.join(".git/modules")))?;
    let text = short_text(&git_dir.join("config"))?;
    let config = gix::config::File::try_from(text.as_str()).ok()?;
    let back = config.string("core.worktree")?;
    let back = git_dir.join(back.to_string()).canonicalize().ok()?;
    (back == top).then(|| home.to_path_buf())
}

/// The text of a small regular file.
fn short_text(path: &Path) -> Option<String> {
    if !path.symlink_metadata().ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    fs::File::open(path)
        .ok()?
        .take(SHORT)
        .read_to_string(&mut text)
        .ok()?;
    Some(text)
}

/// Refuses a git directory that belongs to someone else, holds special files or leads out of `home`.
fn check(git_dir: &Path, home: &Path) -> Result<(), Notification> {
    let mut common = git_dir.to_path_buf();
    if let Some(shared) = short_text(&git_dir.join("commondir")) {
        let real = git_dir
            .join(shared.trim())
            .canonicalize()
            .map_err(|_| refused("its `commondir` leads nowhere"))?;
        common = inside(real, home, "its `commondir` leaves the repository")?;
    }
    if common.join("reftable").is_dir() {
        return Err(refused(REFTABLE));
    }
    for dir in [git_dir, &common] {
        check_owner(dir)?;
        for (name, most) in READ_AT_TOP {
            check_entry(&dir.join(name), home)?;
            check_size(&dir.join(name), most)?;
        }
    }
    for part in ["objects", "refs"] {
        check_tree(&common.join(part), home)?;
    }
    check_tree(&git_dir.join("refs"), home)?;
    if let Some(name) = short_text(&git_dir.join("HEAD")) {
        let name = name.trim_start_matches("ref:").trim();
        check_size(&common.join(name), SHORT)?;
    }
    check_alternates(&common.join("objects"), home)
}

/// Refuses a git directory that belongs to another user, whose configuration could not be
/// trusted.
fn check_owner(dir: &Path) -> Result<(), Notification> {
    match Trust::from_path_ownership(dir) {
        Ok(Trust::Full) => Ok(()),
        Ok(Trust::Reduced) => Err(refused("its git directory belongs to another user")),
        Err(error) => Err(refused(&format!(
            "the owner of its git directory is unknown: {error}"
        ))),
    }
}

/// Refuses a link that leaves `home`, and special files; what is missing is no problem.
fn check_entry(path: &Path, home: &Path) -> Result<(), Notification> {
    let Ok(meta) = path.symlink_metadata() else {
        return Ok(());
    };
    if meta.is_symlink() {
        let real = path
            .canonicalize()
            .map_err(|_| refused("a link in its git directory leads nowhere"))?;
        inside(
            real,
            home,
            "a link in its git directory leaves the repository",
        )
        .map(drop)
    } else if meta.is_file() || meta.is_dir() {
        Ok(())
    } else {
        Err(refused("its git directory holds a special file"))
    }
}

/// Refuses a file that is too large for what it is.
fn check_size(path: &Path, most: u64) -> Result<(), Notification> {
    match path.metadata() {
        Ok(meta) if meta.is_file() && meta.len() > most => {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let reason = format!("`{name}` of its git directory is larger than {most} bytes");
            Err(refused(&reason))
        }
        _ => Ok(()),
    }
}

/// Checks the links below a folder; plain files and folders need no look.
fn check_tree(dir: &Path, home: &Path) -> Result<(), Notification> {
    let entries = walkdir::WalkDir::new(dir).max_depth(64).into_iter();
    for (number, entry) in entries.flatten().enumerate() {
        if number == MOST_ENTRIES {
            return Err(refused(
                "its folders hold too many entries to check for links",
            ));
        }
        if !entry.file_type().is_dir() && !entry.file_type().is_file() {
            check_entry(entry.path(), home)?;
        }
    }
    Ok(())
}

/// Refuses a list of other object stores that leads out of `home`.
fn check_alternates(objects: &Path, home: &Path) -> Result<(), Notification> {
    let list = objects.join("info/alternates");
    if !list.exists() {
        return Ok(());
    }
    check_size(&list, SHORT)?;
    let others = gix::odb::alternate::resolve(objects.to_path_buf(), home)
        .map_err(|_| refused("its `objects/info/alternates` cannot be followed"))?;
    for other in others {
        let real = other
            .canonicalize()
            .map_err(|_| refused("its `objects/info/alternates` leads nowhere"))?;
        inside(real, home, BORROWED)?;
    }
    Ok(())
}

/// The path, if it lies in `home`; else the refusal `otherwise`.
fn inside(path: PathBuf, home: &Path, otherwise: &str) -> Result<PathBuf, Notification> {
    let home = home.canonicalize().unwrap_or_else(|_| home.to_path_buf());
    if path.starts_with(home) {
        Ok(path)
    } else {
        Err(refused(otherwise))
    }
}

/// The notification of a refusal, with the ways out.
fn refused(reason: &str) -> Notification {
    let message = format!(
        "history not read: {reason}; --no-git leaves it out, --history FILE takes a recorded log"
    );
    Notification::warning("refused-history", message)
}

/// An empty log with a note that says why.
pub(super) fn without(kind: &str, message: &str) -> ChangeLog {
    ChangeLog {
        notifications: vec![Notification::note(kind, message)],
        ..ChangeLog::default()
    }
}

/// The first line of an error's text.
pub(super) fn one_line(error: &gix::Error) -> String {
    error
        .to_string()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}
