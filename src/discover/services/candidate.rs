//! One mention of a possible service in one manifest.
//!
//! In: nothing. Out: [`Candidate`].
//! Invariant: every candidate has a name and a place.
//! Never: a decision about what it is.

use std::collections::BTreeSet;

use crate::model::{Location, Setting, stacks};

/// The kind of manifest, strongest claim to a name first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    Compose,
    Kubernetes,
    /// A template of functions that a provider runs.
    Stack,
    Build,
    Procfile,
    Catalog,
    Skaffold,
    Dockerfile,
    /// A shell script that builds or starts containers: it adds to what other manifests make known.
    Script,
}

impl Origin {
    /// Whether the manifest says that the thing runs, rather than how it is built.
    pub(super) const fn deploys(self) -> bool {
        matches!(
            self,
            Self::Compose | Self::Kubernetes | Self::Stack | Self::Procfile
        )
    }
}

/// A mention of a possible service.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) origin: Origin,
    pub(super) name: String,
    pub(super) aliases: BTreeSet<String>,
    /// Whole hosts that lead to it: `orders.shop` of a namespace, `orders.shop.example` of an ingress.
    pub(super) hosts: BTreeSet<String>,
    pub(super) image: Option<String>,
    /// Folder that is known to hold the code.
    pub(super) dir: Option<String>,
    /// Folder in which the code lies somewhere, shared with others.
    pub(super) context: Option<String>,
    /// Files and folders of the tree that are mounted into it.
    pub(super) mounts: Vec<String>,
    /// The whole start command, as far as the manifest overrides that of the image.
    pub(super) command: Vec<String>,
    /// Where the Dockerfile lies and which of its stages is built.
    pub(super) dockerfile: Option<(String, Option<String>)>,
    /// Arguments of the build with their values.
    pub(super) arguments: Vec<(String, String)>,
    /// What a Dockerfile puts into its last stage.
    pub(super) copies: Vec<String>,
    /// Folder of the container in which the program starts.
    pub(super) working_dir: Option<String>,
    /// Folders of the tree by the folder of the container in which they are mounted.
    pub(super) volumes: Vec<(String, String)>,
    /// Profiles in which alone it is started.
    pub(super) profiles: Vec<String>,
    /// Whether it runs once and ends.
    pub(super) job: bool,
    /// How many instances of it run.
    pub(super) instances: usize,
    /// Programs and paths that the start command and build arguments name.
    pub(super) programs: Vec<String>,
    pub(super) settings: Vec<Setting>,
    /// Labels of the container.
    pub(super) labels: Vec<Setting>,
    /// Files of the tree with more of them.
    pub(super) env_files: Vec<String>,
    pub(super) ports: Vec<u16>,
    /// Ports of the host under which it is reached from outside.
    pub(super) published: Vec<u16>,
    /// Words that tell the role: dependencies, annotations, base image, label values.
    pub(super) hints: BTreeSet<String>,
    pub(super) location: Location,
}

impl Candidate {
    /// A mention with nothing but its name and place.
    pub(super) fn new(origin: Origin, name: impl Into<String>, location: Location) -> Self {
        Self {
            origin,
            name: name.into(),
            aliases: BTreeSet::new(),
            hosts: BTreeSet::new(),
            image: None,
            dir: None,
            context: None,
            mounts: Vec::new(),
            command: Vec::new(),
            dockerfile: None,
            arguments: Vec::new(),
            copies: Vec::new(),
            working_dir: None,
            volumes: Vec::new(),
            profiles: Vec::new(),
            job: false,
            instances: 1,
            programs: Vec::new(),
            settings: Vec::new(),
            labels: Vec::new(),
            env_files: Vec::new(),
            ports: Vec::new(),
            published: Vec::new(),
            hints: BTreeSet::new(),
            location,
        }
    }

    /// The same mention with the folder of its code.
    pub(super) fn in_dir(self, dir: impl Into<String>) -> Self {
        Self {
            dir: Some(dir.into()),
            ..self
        }
    }

    /// Whether its command works off tasks, or queues them by a timetable.
    pub(super) fn works_off(&self) -> bool {
        let told = |key: &str| self.settings.iter().any(|setting| setting.key == key);
        told(stacks::WORKS) || told(stacks::SCHEDULES)
    }

    /// Whether both start the same script, such as `lib/main.rb`, in different ways.
    pub(super) fn starts_as(&self, other: &Self) -> bool {
        let is_script = |name: &&String| name.contains('/') && name.contains('.');
        let mut scripts = self.programs.iter().filter(is_script);
        self.command != other.command && scripts.any(|name| other.programs.contains(name))
    }
}
