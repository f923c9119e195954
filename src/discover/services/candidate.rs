//! One mention of a possible service in one manifest.
//!
//! In: nothing. Out: [`Candidate`].
//! Invariant: every candidate has a name and a place.
//! Never: a decision about what it is.

use std::collections::BTreeSet;

use crate::model::{Location, Setting};

/// The kind of manifest, strongest claim to a name first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    Compose,
    Kubernetes,
    Build,
    Procfile,
    Catalog,
    Skaffold,
    Dockerfile,
}

impl Origin {
    /// Whether the manifest says that the thing runs, rather than how it is built.
    pub(super) const fn deploys(self) -> bool {
        matches!(self, Self::Compose | Self::Kubernetes | Self::Procfile)
    }
}

/// A mention of a possible service.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) origin: Origin,
    pub(super) name: String,
    pub(super) aliases: BTreeSet<String>,
    pub(super) image: Option<String>,
    /// Folder that is known to hold the code.
    pub(super) dir: Option<String>,
    /// Folder in which the code lies somewhere, shared with others.
    pub(super) context: Option<String>,
    /// Files and folders of the tree that are mounted into it.
    pub(super) mounts: Vec<String>,
    /// Programs and paths that the start command and build arguments name.
    pub(super) programs: Vec<String>,
    pub(super) settings: Vec<Setting>,
    pub(super) ports: Vec<u16>,
    /// Ports of the host under which it is reached from outside.
    pub(super) published: Vec<u16>,
    /// Words that tell the role: dependencies, annotations, base image, label values.
    pub(super) hints: BTreeSet<String>,
    pub(super) location: Location,
}

impl Candidate {
    pub(super) fn new(origin: Origin, name: impl Into<String>, location: Location) -> Self {
        Self {
            origin,
            name: name.into(),
            aliases: BTreeSet::new(),
            image: None,
            dir: None,
            context: None,
            mounts: Vec::new(),
            programs: Vec::new(),
            settings: Vec::new(),
            ports: Vec::new(),
            published: Vec::new(),
            hints: BTreeSet::new(),
            location,
        }
    }

    pub(super) fn in_dir(self, dir: impl Into<String>) -> Self {
        Self {
            dir: Some(dir.into()),
            ..self
        }
    }
}
