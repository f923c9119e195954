//! What to read of a history.
//!
//! In: nothing. Out: [`Options`].
//! Invariant: unless told otherwise a year is read and renames are followed as git does.
//! Never: opens anything.

use std::path::PathBuf;

use super::window::Window;

/// What to read of the history.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it is recorded.
    pub origin: Origin,
    /// How far back; counted from the date of the newest commit.
    pub window: Window,
    /// How renamed files are recognised.
    pub renames: Renames,
    /// Threads that compare trees, at least 1.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Self {
        let threads = std::thread::available_parallelism()
            .map_or(2, usize::from)
            .min(8);
        Self {
            origin: Origin::Repository,
            window: Window::default(),
            renames: Renames::Similar(50),
            threads,
        }
    }
}

/// Where the history is recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// In the git repositories of the analysed folders.
    #[default]
    Repository,
    /// In a file that holds a log, see [`parse`](super::parse).
    Recorded(PathBuf),
    /// Nowhere: the history is left out.
    Nowhere,
}

/// How a deleted and an added file of one commit are recognised as one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renames {
    /// Not at all: a renamed file starts anew.
    Off,
    /// By equal content, which costs next to nothing.
    Exact,
    /// By equal content, then by the share of equal lines, in percent of the larger file (git: 50).
    Similar(u8),
}
