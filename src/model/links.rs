//! Service-to-service links found without running anything.
//!
//! In: nothing. Out: [`StaticLinks`].
//! Invariant: every link keeps at least one place.
//! Never: a link without evidence.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{EdgeKind, Location, Provenance};

/// What a link points to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkEnd {
    /// A service of the system.
    Service(String),
    /// A database, cache or other store.
    Datastore(String),
    /// A topic, queue or exchange.
    Topic(String),
}

/// How sure a link is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// What sends there was seen, or nothing tells otherwise.
    #[default]
    Called,
    /// The address is set and read, but what was read of it is never used.
    Configured,
}

/// One kind of evidence for a dependency of a service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ServiceLink {
    /// Name of the service that depends.
    pub from: String,
    /// What it depends on.
    pub to: LinkEnd,
    /// Http, Grpc, Rpc, Messaging, Datastore or `SharedLibrary`.
    pub kind: EdgeKind,
    /// Declared in a manifest, or found in code.
    pub provenance: Provenance,
    /// How sure it is.
    pub grade: Grade,
    /// Topic of a messaging link, library of a shared-library link.
    pub via: Option<String>,
    /// Which kind of evidence (`manifest-address`, `url-literal`, `client-declaration`, …).
    pub evidence: Cow<'static, str>,
    /// Where it stands, sorted.
    pub locations: Vec<Location>,
}

/// A use of a table or collection by a service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TableUse {
    /// Name of the service, if known.
    pub service: Option<String>,
    /// Name of the datastore, if known.
    pub datastore: Option<String>,
    /// Table or collection, lower case.
    pub table: String,
    /// Whether it is written there (else read).
    pub write: bool,
    /// The statement or entity.
    pub location: Location,
}

/// A route that code declares: requests to it are answered there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DeclaredRoute {
    /// Name of the service, if known.
    pub service: Option<String>,
    /// Method in upper case; empty for any.
    pub method: String,
    /// Path with its parameters, behind that of the only controller or router of its file.
    pub path: String,
    /// Stands before the other routes of its file.
    pub prefix: bool,
    /// Where it is declared.
    pub location: Location,
    /// What answers, where the declaration names it: `views.cart`, `list`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
}

/// What a repository tells that only another one can complete; all lists sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenEnds {
    /// Addresses and names of services that it does not hold.
    pub wanted: Vec<Wanted>,
    /// Topics, types of events and operations of brokers, with the services that send and take them.
    pub channels: Vec<ChannelUse>,
    /// Contracts that services answer for, as keys.
    pub served: Vec<(String, String)>,
}

/// A dependency on a service that the repository does not hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Wanted {
    /// Name of the service that depends.
    pub from: String,
    /// What it asks for.
    pub sought: Sought,
    /// How the two talk, as far as it tells: Http, Grpc or Rpc.
    pub kind: Option<EdgeKind>,
    /// Declared in a manifest, or found in code.
    pub provenance: Provenance,
    /// How sure it is.
    pub grade: Grade,
    /// Which kind of evidence.
    pub evidence: Cow<'static, str>,
    /// Where it stands.
    pub location: Location,
}

/// What a dependency on another repository asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sought {
    /// A host, in small letters: `orders`, `orders.shop.svc.cluster.local`, `orders.shop.example`.
    Host {
        /// All of it.
        host: String,
        /// Whether only all of it may tell: that of a host in the world, not inside of a cluster.
        public: bool,
    },
    /// The name of a service, where nothing but such a name can stand.
    Name(String),
    /// A contract, as `Checkout` of gRPC.
    Contract {
        /// Its name.
        name: String,
        /// Whether only a service that is known to answer for it may be meant.
        served: bool,
    },
}

/// What a service does with a channel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ChannelUse {
    /// What sort of channel: `topic`, `event` (a type), or `operation` with the client's name.
    pub sort: String,
    /// Its name.
    pub channel: String,
    /// Whether the service sends there, or asks; else it takes, or answers.
    pub sends: bool,
    /// Name of the service.
    pub service: String,
    /// Where, sorted.
    pub locations: Vec<Location>,
}

/// A file through which those who use it reach a service or a database: the client that a service offers to others,
/// shared code that opens a database or holds an address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conduit {
    /// The file.
    pub path: Arc<str>,
    /// The only function or constant of the file that leads there; any use of the file does without.
    pub symbol: Option<String>,
    /// What is reached.
    pub to: LinkEnd,
    /// How.
    pub kind: EdgeKind,
    /// How sure it is.
    pub grade: Grade,
    /// The kind of evidence.
    pub evidence: &'static str,
    /// Databases that stand for it: who is linked to one of them reaches that one.
    pub others: Vec<String>,
}

/// A class of a library that a container of beans makes, as Spring does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bean {
    /// The file that declares it.
    pub path: Arc<str>,
    /// Whether it acts without being called, as a filter of requests does.
    pub acts: bool,
    /// The services on whose class path it lies.
    pub users: Vec<String>,
}

/// All static links of a system.
#[derive(Clone, Debug, Default)]
pub struct StaticLinks {
    /// Links, sorted.
    pub links: Vec<ServiceLink>,
    /// Uses of tables, sorted.
    pub tables: Vec<TableUse>,
    /// Addresses that look like a service of the system but join none: text and place.
    pub unjoined: Vec<(String, Location)>,
    /// Addresses that services of several other repositories answer to: text, these services, place; sorted.
    pub ambiguous: Vec<(String, Vec<String>, Location)>,
    /// What only another repository can complete.
    pub open: OpenEnds,
    /// Routes that code declares, sorted.
    pub routes: Vec<DeclaredRoute>,
    /// Files that answer requests by the framework that they import, with that import; in path order.
    pub answering: Vec<(Arc<str>, String)>,
    /// What files of Python name by text, such as `order.Order` in a foreign key; in path order.
    pub named: Vec<(Arc<str>, String)>,
    /// Files through which services and databases are reached, sorted.
    pub conduits: Vec<Conduit>,
    /// Beans of libraries, in path order.
    pub beans: Vec<Bean>,
    /// Services whose code holds nothing that could call or send, sorted.
    pub quiet: Vec<String>,
}
