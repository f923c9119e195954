//! Which part of the system something is about.
//!
//! In: nothing, or the text of an id. Out: [`NodeId`], [`NodeKind`].
//! Invariant: ids sort as their texts do; a text is read here and nowhere else.
//! Never: the place of a node in a list; that is an index.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Level;

/// What kind of part a node is; sorted by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// A database, cache or other store.
    Datastore,
    /// One source file.
    File,
    /// A namespace of a language.
    Module,
    /// A unit of the build.
    Package,
    /// A deployable program.
    Service,
    /// Everything that was analysed.
    System,
    /// A topic, queue or exchange.
    Topic,
}

impl NodeKind {
    /// All kinds, sorted by name.
    pub const ALL: [Self; 7] = [
        Self::Datastore,
        Self::File,
        Self::Module,
        Self::Package,
        Self::Service,
        Self::System,
        Self::Topic,
    ];

    /// The word before the colon.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Datastore => "datastore",
            Self::File => "file",
            Self::Module => "module",
            Self::Package => "package",
            Self::Service => "service",
            Self::System => "system",
            Self::Topic => "topic",
        }
    }

    /// Where such nodes stand in the containment tree.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::System => Level::System,
            Self::Datastore | Self::Service | Self::Topic => Level::Service,
            Self::Package => Level::Package,
            Self::Module => Level::Module,
            Self::File => Level::File,
        }
    }
}

/// The id of a node, written `file:src/lib.rs`, `module:shop::cart`, `service:orders`.
///
/// The name tells nodes of one kind apart. It may hold more than what the node is called: two packages
/// of one name have the folder behind a `#`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// What stands before the colon.
    pub kind: NodeKind,
    /// What stands behind it.
    pub name: Arc<str>,
}

impl NodeId {
    /// The id of the node of that kind and name.
    pub fn new(kind: NodeKind, name: impl Into<Arc<str>>) -> Self {
        let name = name.into();
        Self { kind, name }
    }

    /// The id of the file at `path`.
    pub fn file(path: impl Into<Arc<str>>) -> Self {
        Self::new(NodeKind::File, path)
    }

    /// The id of the service called `name`.
    pub fn service(name: impl Into<Arc<str>>) -> Self {
        Self::new(NodeKind::Service, name)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.name(), self.name)
    }
}

/// A text that is the id of no node.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no id of a node: it takes a kind, a colon and a name, such as `service:orders`; kinds are {kinds}", kinds = kinds())]
pub struct BadNodeId(String);

/// The words that may stand before the colon, for messages.
fn kinds() -> String {
    NodeKind::ALL.map(NodeKind::name).join(", ")
}

impl FromStr for NodeId {
    type Err = BadNodeId;

    fn from_str(text: &str) -> Result<Self, BadNodeId> {
        let of_kind = |(word, name): (&str, &str)| {
            let kind = NodeKind::ALL.into_iter().find(|kind| kind.name() == word)?;
            Some(Self::new(kind, name))
        };
        let id = text.split_once(':').and_then(of_kind);
        id.ok_or_else(|| BadNodeId(text.to_owned()))
    }
}

impl Serialize for NodeId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for NodeId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_they_are_written() {
        for text in ["file:a:b.rs", "package:x#y/z", "topic:"] {
            let id: NodeId = text.parse().expect(text);
            assert_eq!(id.to_string(), text);
        }
        let bad = "queue:x".parse::<NodeId>().expect_err("no such kind");
        assert_eq!(
            bad.to_string(),
            "`queue:x` is no id of a node: it takes a kind, a colon and a name, such as `service:orders`; \
             kinds are datastore, file, module, package, service, system, topic"
        );
    }

    #[test]
    fn ids_sort_as_their_texts() {
        let ids = NodeKind::ALL.map(|kind| NodeId::new(kind, "a"));
        assert!(ids.is_sorted() && ids.map(|id| id.to_string()).is_sorted());
    }
}
