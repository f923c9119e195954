//! The ways to see which files belong together, by name.
//!
//! In: nothing. Out: [`View`].
//! Invariant: every view has one name, in options and output.
//! Never: looks; each view has a file of its own.

use serde::{Deserialize, Serialize};

/// A way to see which files belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum View {
    /// Folders, and the module file beside a folder.
    Directories,
    /// Folders as wholes, joined by communities.
    Folders,
    /// Communities of files by references.
    References,
    /// Communities of files by common changes.
    Changes,
    /// Communities of files by recorded calls.
    Calls,
    /// Communities of files by common tables.
    Tables,
    /// Communities of files by words in their paths.
    Words,
    /// Communities of files by references, changes, calls and tables together.
    Mixed,
    /// Sets grown from the files with the most ties as long as less crosses the border.
    Closures,
    /// Sets grown from files that declare routes.
    Routes,
    /// Sets grown from the users of a table, and minimum cuts around them.
    Entities,
    /// Sets grown from the files that the most time is spent in.
    Load,
    /// Minimum cuts around a folder.
    Cuts,
    /// Slices through all layers, by the words of names (services only).
    Domains,
}

impl View {
    /// Every view.
    pub const ALL: [Self; 14] = [
        Self::Directories,
        Self::Folders,
        Self::References,
        Self::Changes,
        Self::Calls,
        Self::Tables,
        Self::Words,
        Self::Mixed,
        Self::Closures,
        Self::Routes,
        Self::Entities,
        Self::Load,
        Self::Cuts,
        Self::Domains,
    ];

    /// The name in options and output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Directories => "directories",
            Self::Folders => "folders",
            Self::References => "references",
            Self::Changes => "changes",
            Self::Calls => "calls",
            Self::Tables => "tables",
            Self::Words => "words",
            Self::Mixed => "mixed",
            Self::Closures => "closures",
            Self::Routes => "routes",
            Self::Entities => "entities",
            Self::Load => "load",
            Self::Cuts => "cuts",
            Self::Domains => "domains",
        }
    }

    /// The view that it votes with: sets grown over the mixed graph are no opinion of their own.
    pub(crate) const fn ballot(self) -> Self {
        match self {
            Self::Closures | Self::Routes | Self::Entities | Self::Load => Self::Mixed,
            own => own,
        }
    }

    /// The view with the given name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.name() == name)
    }
}
