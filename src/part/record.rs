//! The file that a repository is reduced to.
//!
//! In: bytes. Out: [`Part`].
//! Invariant: a part of another version is refused.
//! Never: a name of a repository that looks like a path.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{DeclaredRoute, Location, OpenEnds, Service, ServiceLink, TableUse, Tally};

use super::changes::Changes;

/// The version of the format; a part of another version is refused.
pub const VERSION: u32 = 1;

/// One repository, reduced to what others can see of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Version of the format, [`VERSION`].
    pub part: u32,
    /// Version of the program that wrote it.
    pub tool: String,
    /// Which repository it is of.
    pub repository: Identity,
    /// Its services, with paths that start in the repository.
    pub services: Vec<Service>,
    /// How much code belongs to each service, and to none.
    pub sizes: Vec<Size>,
    /// Links inside of the repository, uses of another service's code among them.
    pub links: Vec<ServiceLink>,
    /// What only another repository can complete.
    pub open: OpenEnds,
    /// Uses of tables by services.
    pub tables: Vec<TableUse>,
    /// Routes that services declare.
    pub routes: Vec<DeclaredRoute>,
    /// Addresses that look like a service but join none of the repository.
    pub unjoined: Vec<(String, Location)>,
    /// Packages that it provides, with those that they require.
    pub packages: Vec<PackageRecord>,
    /// What changed together.
    pub changes: Changes,
    /// How much of the code was read.
    pub seen: Seen,
    /// Where it appears, if that is known: of a folder that is analysed beside others.
    #[serde(skip)]
    pub prefix: Option<String>,
}

/// Which repository, and which state of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Name of the analysed folder.
    pub name: String,
    /// The analysed folder inside of the repository; empty for all of it.
    #[serde(default)]
    pub folder: String,
    /// The newest commit, if there is a history.
    #[serde(default)]
    pub commit: Option<String>,
    /// A hash of where the repository was cloned from, if that is known.
    #[serde(default)]
    pub origin: Option<String>,
}

/// How much code belongs to a service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Name of the service; `None` for code of no service.
    pub service: Option<String>,
    /// Its files, tests included.
    pub files: u64,
    /// Lines of its source files.
    pub lines: u64,
    /// Cyclomatic complexity, where the language gives it.
    pub complexity: Option<u64>,
    /// Abstract types that it declares.
    pub abstract_types: u32,
    /// Other types that it declares.
    pub concrete_types: u32,
}

/// A unit of the build.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageRecord {
    /// Its name.
    pub name: String,
    /// `cargo`, `maven`, `gradle`, `go`, `npm`, `python`.
    pub ecosystem: String,
    /// Its folder.
    pub dir: String,
    /// Path of its manifest.
    pub manifest: String,
    /// What it requires at run time.
    pub requires: Vec<Requirement>,
}

/// A package that another one requires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    /// Its name.
    pub package: String,
    /// Its folder, where it lies in the same repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dir: Option<String>,
    /// Where it is required.
    pub location: Location,
}

/// How much of the code was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Files by language.
    pub languages: BTreeMap<String, u64>,
    /// How the references of each language ended.
    pub references: BTreeMap<String, Tally>,
    /// Files of source that belong to a service.
    pub owned: u64,
    /// Files of source that belong to none.
    pub unowned: u64,
    /// Test files among them.
    pub tests: u64,
    /// Generated files among them.
    pub generated: u64,
    /// Copies of a third party's code among them.
    pub vendored: u64,
}

/// Why a file is no part, or parts do not go together.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// Other content.
    #[error(
        "`{0}` is no part: {1}; give a folder, or a file of `seamline analyze REPO --format part=FILE`"
    )]
    Malformed(String, String),
    /// Written by another version of the program.
    #[error("`{0}` is a part of version {1}, this program reads {VERSION}; write it anew")]
    Version(String, u32),
    /// One repository given twice.
    #[error(
        "the repository `{name}` is given twice: at {first} and at {second}; give each repository once"
    )]
    Twice {
        /// Its name.
        name: String,
        /// The state of the first.
        first: String,
        /// The state of the second.
        second: String,
    },
    /// Not one repository.
    #[error("a part is of one repository, and {0} are given; write one part for each")]
    Several(usize),
}

/// Whether a file looks like a part, and not like a saved analysis.
#[must_use]
pub fn is_part(bytes: &[u8]) -> bool {
    bytes.get(..64).unwrap_or(bytes).starts_with(b"{\"part\":")
}

impl Part {
    /// Reads a part; `name` is for messages.
    ///
    /// # Errors
    /// The bytes are no part, or one of another version.
    pub fn read(bytes: &[u8], name: &str) -> Result<Self, PartError> {
        let malformed = |error: &dyn std::fmt::Display| {
            PartError::Malformed(name.to_owned(), error.to_string())
        };
        if !is_part(bytes) {
            return Err(malformed(&"it does not begin with `{\"part\":`"));
        }
        let part: Self = serde_json::from_slice(bytes).map_err(|error| malformed(&error))?;
        if part.part != VERSION {
            return Err(PartError::Version(name.to_owned(), part.part));
        }
        let unplain = part.repository.name.is_empty() || part.repository.name.contains('/');
        if unplain {
            return Err(malformed(&"the repository has no plain name"));
        }
        Ok(part)
    }
}
