//! What a manifest of a Python distribution may say.
//!
//! In: text of requirements. Out: [`Manifest`], [`Need`], normalised names.
//! Invariant: names as PEP 503 compares them.
//! Never: a version.

use crate::model::DependencyScope;

/// What one manifest says.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    pub(super) name: Option<String>,
    /// Folders where names start, relative to the manifest.
    pub(super) roots: Vec<String>,
    /// Folders whose names one of the roots starts, relative to the manifest.
    pub(super) covered: Vec<String>,
    pub(super) dependencies: Vec<Need>,
}

/// A dependency as written: requirement text and scope.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) name: String,
    /// Folder of a path dependency, relative to the manifest.
    pub(super) path: Option<String>,
    pub(super) scope: DependencyScope,
}

/// The name at the start of a requirement (`Django[argon2] >= 4 ; …`), normalised (PEP 503).
pub(super) fn requirement_name(text: &str) -> String {
    let ends = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    normalized(text.trim().split(ends).next().unwrap_or_default())
}

/// `Zope.Interface_x` → `zope-interface-x`: runs of `-`, `_` and `.` become one hyphen.
pub(super) fn normalized(name: &str) -> String {
    let parts = name.split(['-', '_', '.']).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-").to_lowercase()
}
