//! The vocabulary of nodes and edges, as the JSON contract names it.
//!
//! In: nothing. Out: [`Level`], [`Role`], [`EdgeKind`], [`Labels`], [`Provenance`].
//! Invariant: the serialised names are part of contract version 1.
//! Never: a meaning that depends on a language.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The levels of the containment tree, from the whole to the part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Everything that was analysed.
    System,
    /// A deployable program, or a datastore or topic beside it.
    Service,
    /// A unit of the build: a crate, a Maven module, a Go module, a distribution.
    Package,
    /// A namespace of a language: a Rust module folder, a Java or Go package.
    Module,
    /// One source file.
    File,
}

/// What a node is for; infrastructure never takes part in a cycle of services.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// First-party code with a purpose of its own.
    #[default]
    Business,
    /// Pages that run in a browser: nobody calls them, they call what their gateway or base URL names.
    Frontend,
    /// Routes requests to services (API gateway, reverse proxy).
    Gateway,
    /// Stores data.
    Datastore,
    /// Carries messages.
    Broker,
    /// Configuration server, registry, telemetry, scheduler and their kin.
    Infrastructure,
    /// Only makes load for tests or demos.
    LoadGenerator,
    /// Runs once and ends: tests, migrations, certificates, set-up.
    Job,
    /// Linked into other programs, not deployed by itself.
    Library,
    /// Test code.
    Test,
    /// Written by a program.
    Generated,
}

impl Role {
    /// The name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::Frontend => "frontend",
            Self::Gateway => "gateway",
            Self::Datastore => "datastore",
            Self::Broker => "broker",
            Self::Infrastructure => "infrastructure",
            Self::LoadGenerator => "load-generator",
            Self::Job => "job",
            Self::Library => "library",
            Self::Test => "test",
            Self::Generated => "generated",
        }
    }

    /// Whether a service of this role may be part of a distributed monolith.
    #[must_use]
    pub const fn is_business(self) -> bool {
        matches!(self, Self::Business)
    }
}

/// The kind of a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EdgeKind {
    /// Import layer: the file of the module that the written path names.
    Import,
    /// Symbol layer: the file that defines the symbol, after following re-exports.
    Reference,
    /// Symbol layer: a supertype, implemented trait or interface.
    Inherit,
    /// The file hands the symbol on under its own name.
    Reexport,
    /// Service to service over HTTP.
    Http,
    /// Service to service over gRPC.
    Grpc,
    /// Service to service over another remote procedure call.
    Rpc,
    /// Publisher to subscriber; asynchronous.
    Messaging,
    /// Service to a datastore.
    Datastore,
    /// Service to a first-party library that other services link, too.
    SharedLibrary,
    /// Service to service, seen in a trace, protocol unknown.
    Call,
    /// Changed together; no dependency in the code.
    CoChange,
}

impl EdgeKind {
    /// All kinds.
    pub const ALL: [Self; 12] = [
        Self::Import,
        Self::Reference,
        Self::Inherit,
        Self::Reexport,
        Self::Http,
        Self::Grpc,
        Self::Rpc,
        Self::Messaging,
        Self::Datastore,
        Self::SharedLibrary,
        Self::Call,
        Self::CoChange,
    ];

    /// The name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Reference => "reference",
            Self::Inherit => "inherit",
            Self::Reexport => "reexport",
            Self::Http => "http",
            Self::Grpc => "grpc",
            Self::Rpc => "rpc",
            Self::Messaging => "messaging",
            Self::Datastore => "datastore",
            Self::SharedLibrary => "shared-library",
            Self::Call => "call",
            Self::CoChange => "co-change",
        }
    }

    /// Whether a service edge of this kind makes its caller wait.
    #[must_use]
    pub const fn is_synchronous(self) -> bool {
        matches!(self, Self::Http | Self::Grpc | Self::Rpc | Self::Call)
    }

    /// Whether this is an edge between files found in source code.
    #[must_use]
    pub const fn is_code(self) -> bool {
        matches!(
            self,
            Self::Import | Self::Reference | Self::Inherit | Self::Reexport
        )
    }
}

/// How an edge came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provenance {
    /// Written in a manifest or catalogue.
    Declared,
    /// Found in source code.
    Code,
    /// Observed in a recorded trace.
    Trace,
    /// Inferred from the git history.
    History,
}

impl Provenance {
    /// The name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Code => "code",
            Self::Trace => "trace",
            Self::History => "history",
        }
    }
}

impl Level {
    /// All levels, from the whole to the part.
    pub const ALL: [Self; 5] = [
        Self::System,
        Self::Service,
        Self::Package,
        Self::Module,
        Self::File,
    ];

    /// The name in the contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Service => "service",
            Self::Package => "package",
            Self::Module => "module",
            Self::File => "file",
        }
    }
}

/// A set of labels of an edge; empty means an ordinary dependency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Labels(u16);

impl Labels {
    /// No label.
    pub const NONE: Self = Self(0);
    /// Only in test code.
    pub const TEST: Self = Self(1);
    /// Vanishes at run time (TypeScript `import type`, Python `TYPE_CHECKING`).
    pub const TYPE_ONLY: Self = Self(2);
    /// Only while building (build scripts).
    pub const BUILD: Self = Self(4);
    /// Resolved at run time from a literal (`import("x")`, `META-INF/services`).
    pub const DYNAMIC: Self = Self(8);
    /// Through a macro.
    pub const MACRO: Self = Self(16);
    /// Not written out: same package, same namespace.
    pub const IMPLICIT: Self = Self(32);
    /// Known only through type inference.
    pub const INFERRED: Self = Self(64);
    /// The target merely re-exports the symbol.
    pub const FACADE: Self = Self(128);
    /// Under a build condition (`cfg`, build tags, `try`/`except` imports).
    pub const CFG: Self = Self(256);

    /// Joined by the name of a package alone; nobody says that this version is meant.
    pub const BY_NAME: Self = Self(512);
    /// Only in documentation, which a compiler does not read.
    pub const DOC: Self = Self(1024);

    /// Runs only when a function is called, not when the file is loaded; noted of facades only, whose
    /// circles it breaks.
    pub const LAZY: Self = Self(2048);

    const NAMES: [(Self, &'static str); 12] = [
        (Self::TEST, "test"),
        (Self::TYPE_ONLY, "type-only"),
        (Self::BUILD, "build"),
        (Self::DYNAMIC, "dynamic"),
        (Self::MACRO, "macro"),
        (Self::IMPLICIT, "implicit"),
        (Self::INFERRED, "inferred"),
        (Self::FACADE, "facade"),
        (Self::CFG, "cfg"),
        (Self::BY_NAME, "by-name"),
        (Self::DOC, "doc"),
        (Self::LAZY, "lazy"),
    ];

    /// Labels that keep an edge out of metrics, cycles and boundaries by default.
    pub const UNCOUNTED: Self = Self(1 | 2 | 4 | 128 | 1024);

    /// Both sets together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The labels in both sets.
    #[must_use]
    pub const fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The labels if they are wanted, else none.
    #[must_use]
    pub const fn when(self, wanted: bool) -> Self {
        if wanted { self } else { Self::NONE }
    }

    /// Whether the two sets share a label.
    #[must_use]
    pub const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The names of the labels, in a fixed order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES
            .into_iter()
            .filter(move |(label, _)| self.any(*label))
            .map(|(_, name)| name)
    }
}

impl Serialize for Labels {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.names())
    }
}

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        let known = |name: &String| Self::NAMES.iter().find(|(_, known)| known == name);
        Ok(names
            .iter()
            .filter_map(known)
            .fold(Self::NONE, |set, (label, _)| set.with(*label)))
    }
}
