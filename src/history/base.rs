//! The commit that a change is compared with: where it left the branch that it goes to.
//!
//! In: the analysed folders, a name such as `origin/main`. Out: one [`Base`] per folder.
//! Invariant: what is missing in a shallow clone is told with the command that gets it.
//! Never: fetches, reads the working tree.

use std::sync::Arc;

use gix::ObjectId;

use super::locate::{self, one_line};
use crate::source::{Revision, Root, Source, revision};

/// The commit that a folder is compared with.
#[derive(Clone, Debug)]
pub struct Base {
    /// Its files.
    pub revision: Arc<Revision>,
    /// Whether it is HEAD itself, so that only uncommitted work differs.
    pub is_head: bool,
}

/// Why there is nothing to compare with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaseError {
    /// No git, or a folder of several repositories.
    #[error(
        "`{0}` lies in no git repository, so that no earlier state is known; compare with a saved analysis (a .json file) instead"
    )]
    NoRepository(String),
    /// A repository that cannot be trusted or read.
    #[error("{0}")]
    Unreadable(String),
    /// No such name.
    #[error("git knows no commit called `{name}` here; {mend}")]
    Unknown {
        /// As given.
        name: String,
        /// What may be meant, or how to get it.
        mend: String,
    },
    /// The clone ends before the commit in question.
    #[error(
        "the clone is shallow and ends before the commit that `{0}` and HEAD have in common: `git fetch --unshallow` \
         gets the rest; in CI ask for it at once (GitHub: `fetch-depth: 0` of actions/checkout, GitLab: `GIT_DEPTH: 0`)"
    )]
    Shallow(String),
    /// Two histories.
    #[error("`{0}` and HEAD have no commit in common; name a commit that HEAD comes from")]
    Unrelated(String),
}

/// The merge base of `name` and HEAD, for each folder of `source`.
///
/// # Errors
/// There is none, or it cannot be read.
pub fn bases(source: &Source, name: &str) -> Result<Vec<Base>, BaseError> {
    source.roots().iter().map(|root| base(root, name)).collect()
}

/// The base of one folder: the commit that HEAD and `name` have in common last.
fn base(root: &Root, name: &str) -> Result<Base, BaseError> {
    let place =
        locate::locate(root).map_err(|note| BaseError::Unreadable(reason(&note.message)))?;
    let place = place.ok_or_else(|| BaseError::NoRepository(root.dir.display().to_string()))?;
    let unreadable = |error: String| {
        BaseError::Unreadable(format!("the git repository cannot be read: {error}"))
    };
    let shared = revision::open(&place.git_dir).map_err(unreadable)?;
    let repository = shared.to_thread_local();
    let head = repository.head_id();
    let head = head.map_err(|error| unreadable(one_line(&error)))?.detach();
    let other = commit(&repository, name).ok_or_else(|| unknown(&repository, name))?;
    let common = common(&repository, head, other, name)?;
    let revision = Revision::new(shared, common).map_err(unreadable)?;
    Ok(Base {
        revision: Arc::new(revision),
        is_head: common == head,
    })
}

/// Why a repository is refused, without the ways out that a history has: there is none for a comparison.
fn reason(message: &str) -> String {
    let message = message.split("; --no-git").next().unwrap_or(message);
    let why = message
        .strip_prefix("history not read: ")
        .unwrap_or(message);
    format!("the base cannot be read: {why}")
}

/// The commit that a name stands for: a branch, a tag, an id, `HEAD~3`.
fn commit(repository: &gix::Repository, name: &str) -> Option<ObjectId> {
    let id = repository.rev_parse_single(name).ok()?;
    let commit = id.object().ok()?.peel_to_commit().ok()?;
    Some(commit.id)
}

/// Why a name is not known, with the command that may help: a branch of `origin`, a deeper
/// clone, or a fetch.
fn unknown(repository: &gix::Repository, name: &str) -> BaseError {
    let remote = format!("origin/{name}");
    let branch = name.strip_prefix("origin/").unwrap_or(name);
    let branch = branch.split(['~', '^', '@', ':']).next().unwrap_or(branch);
    let mend = if commit(repository, &remote).is_some() {
        format!("did you mean `{remote}`?")
    } else if is_shallow(repository) {
        format!(
            "the clone is shallow: `git fetch --unshallow origin` and `git fetch origin {branch}:refs/remotes/origin/{branch}` \
             get it (GitHub: `fetch-depth: 0` of actions/checkout, GitLab: `GIT_DEPTH: 0`)"
        )
    } else {
        format!(
            "`git fetch origin {branch}` gets a branch of the host, `git branch -a` lists those that are here"
        )
    };
    BaseError::Unknown {
        name: name.to_owned(),
        mend,
    }
}

/// The merge base of two commits; in a shallow clone, its absence is blamed on that.
fn common(
    repository: &gix::Repository,
    head: ObjectId,
    other: ObjectId,
    name: &str,
) -> Result<ObjectId, BaseError> {
    // A commit graph knows parents that a shallow clone does not hold.
    let mut graph = repository.revision_graph(None);
    let found = repository.merge_base_with_graph(head, other, &mut graph);
    match found {
        Ok(Some(id)) => Ok(id.detach()),
        _ if is_shallow(repository) => Err(BaseError::Shallow(name.to_owned())),
        Ok(None) => Err(BaseError::Unrelated(name.to_owned())),
        Err(error) => Err(BaseError::Unreadable(format!(
            "the history between `{name}` and HEAD cannot be read: {}",
            one_line(&error)
        ))),
    }
}

/// Whether the clone lacks older commits; unknown counts as no.
fn is_shallow(repository: &gix::Repository) -> bool {
    repository.is_shallow().unwrap_or(false)
}
