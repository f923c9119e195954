//! What the kinds of evidence find: drafts of links, and what speaks against some of them.
//!
//! In: nothing. Out: the records that every kind of evidence fills.
//! Invariant: a draft names two services by index, a file and a line.
//! Never: a judgement about several drafts.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{ChannelUse, EdgeKind, Grade, Location, Provenance, ServiceLink};

use super::address::Address;
use super::directory::Index;

/// What the kinds of evidence find.
#[derive(Default)]
pub(super) struct Found {
    pub(super) drafts: Vec<Draft>,
    /// Pairs whose client is built but never called.
    pub(super) unused: BTreeSet<(Index, Index)>,
    /// Settings of services whose value nothing uses.
    pub(super) configured: BTreeSet<(Index, Location)>,
    /// Links that need no further judgement.
    pub(super) links: Vec<ServiceLink>,
    /// Who sends to which channel and who takes from it.
    pub(super) channels: Vec<ChannelUse>,
    /// Which kinds of databases services talk to, whichever these are.
    pub(super) opened: BTreeMap<(Index, String), Opened>,
}

impl Found {
    /// Adds what another kind of evidence found.
    pub(super) fn join(&mut self, mut other: Self) {
        self.drafts.append(&mut other.drafts);
        self.unused.append(&mut other.unused);
        self.configured.append(&mut other.configured);
        self.links.append(&mut other.links);
        self.channels.append(&mut other.channels);
        self.opened.append(&mut other.opened);
    }

    /// How sure the link is that a draft becomes.
    pub(super) fn grade(&self, draft: &Draft) -> Grade {
        let place = (draft.from, draft.location.clone());
        let holds = matches!(draft.evidence, "manifest-address" | "url-literal");
        if holds && self.configured.contains(&place) {
            Grade::Configured
        } else {
            Grade::Called
        }
    }
}

/// Where a service says that it talks to a database of some kind.
pub(super) struct Opened {
    pub(super) at: Location,
    pub(super) provenance: Provenance,
    /// What the database is called, where that is told.
    pub(super) name: Option<String>,
    /// Whether a connection string tells, and not a driver alone.
    pub(super) connects: bool,
}

/// A text of a service that may be a connection string, with its place.
pub(super) type Text = (Index, String, Location);

/// How the two ends of a draft talk, as far as its evidence tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Protocol {
    Unknown,
    Http,
    Grpc,
    Rpc,
}

impl Protocol {
    /// The kind of links of that protocol; `None` where it is not known.
    pub(super) const fn kind(self) -> Option<EdgeKind> {
        match self {
            Self::Unknown => None,
            Self::Http => Some(EdgeKind::Http),
            Self::Grpc => Some(EdgeKind::Grpc),
            Self::Rpc => Some(EdgeKind::Rpc),
        }
    }

    /// The protocol that the scheme of an address tells.
    pub(super) fn of(address: &Address) -> Self {
        match address.scheme.as_str() {
            "http" | "https" | "http+https" | "https+http" | "ws" | "wss" | "lb" => Self::Http,
            "grpc" | "grpcs" | "dns" | "passthrough" | "consul" | "etcd" | "xds" => Self::Grpc,
            "thrift" => Self::Rpc,
            _ => Self::Unknown,
        }
    }
}

/// One piece of evidence that a service depends on another.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) from: Index,
    pub(super) to: Index,
    pub(super) protocol: Protocol,
    pub(super) provenance: Provenance,
    pub(super) evidence: &'static str,
    pub(super) location: Location,
}
