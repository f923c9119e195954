//! Load that comes as sums: profiles of the CPU, access logs, service graphs.
//!
//! In: an input without spans. Out: [`Sums`], which a profile keeps beside what traces tell.
//! Invariant: one file and one line for each kind; told by content; merging is exact in any order.
//! Never: traces, loops or repeated calls, which sums do not hold; file names, but to say where load is from.

mod access;
mod collapsed;
mod frames;
mod graphs;
mod pprof;
mod speedscope;
pub(super) mod stacks;
mod summary;
mod v8;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use self::access::Route;
use self::graphs::{Flow, FlowKey, Flows};
use self::stacks::{Reader, Stacks};
use super::formats::Problems;
use super::formats::sniff::Head;
use super::formats::stream::Fault;
use super::profile::Calls;
use super::spans::intern::stable_hash;

/// A kind of sums.
#[derive(Clone, Copy, Debug)]
pub struct SumKind {
    /// Stable id.
    pub id: &'static str,
    /// One sentence for people.
    pub about: &'static str,
    /// Whether the head of an input is of this kind.
    pub(super) sniff: fn(&Head) -> bool,
    /// Reads an input; a record that is none is a problem, and the rest is kept.
    pub(super) read: fn(&mut (dyn Read + Send), &mut Sums) -> io::Result<Problems>,
}

/// All kinds; the first that recognises the head of an input reads it.
pub const SUM_KINDS: &[SumKind] = &[
    speedscope::KIND,
    v8::KIND,
    pprof::KIND,
    access::combined::KIND,
    access::envoy::KIND,
    access::alb::KIND,
    graphs::dependencies::JAEGER,
    graphs::dependencies::ZIPKIN,
    graphs::kiali::KIND,
    graphs::prometheus::KIND,
    collapsed::KIND,
];

/// What inputs without spans tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Sums {
    /// Names of the inputs, by what they tell: a unit of profiles, `log`, `graph`.
    pub(super) inputs: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// Stacks of profiles by unit.
    pub(super) stacks: BTreeMap<Unit, Stacks>,
    /// Requests of access logs.
    pub(super) requests: BTreeMap<Route, Calls>,
    /// Calls between services of service graphs.
    pub(super) flows: Flows,
}

/// Sums as they are stored: JSON has texts only as keys.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Stored {
    inputs: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    stacks: Vec<(Unit, Stacks)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    requests: Vec<(Route, Calls)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flows: Vec<(FlowKey, Flow)>,
}

impl From<Sums> for Stored {
    fn from(sums: Sums) -> Self {
        Self {
            inputs: sums.inputs,
            stacks: sums.stacks.into_iter().collect(),
            requests: sums.requests.into_iter().collect(),
            flows: sums.flows.into_iter().collect(),
        }
    }
}

impl From<Stored> for Sums {
    fn from(stored: Stored) -> Self {
        Self {
            inputs: stored.inputs,
            stacks: stored.stacks.into_iter().collect(),
            requests: stored.requests.into_iter().collect(),
            flows: stored.flows.into_iter().collect(),
        }
    }
}

/// What the weights of a profile count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Unit {
    /// Nanoseconds on a processor.
    Cpu,
    /// Samples taken while a processor was busy.
    Samples,
    /// Nanoseconds that passed, waiting included.
    Wall,
    /// Anything else by its name, such as `bytes allocated (alloc_space)`.
    Other(Arc<str>),
}

impl Unit {
    /// The unit of a sample type of pprof or of a speedscope profile.
    pub(super) fn named(what: &str, unit: &str) -> Self {
        match (what, unit) {
            ("cpu" | "itimer" | "", "nanoseconds") => Self::Cpu,
            ("wall" | "time" | "delay", "nanoseconds") => Self::Wall,
            ("samples" | "sample" | "cpu" | "", "count" | "samples" | "none" | "") => Self::Samples,
            ("", "bytes") => Self::Other("bytes allocated".into()),
            (what, "bytes") => Self::Other(format!("bytes ({what})").into()),
            (what, unit) => Self::Other(format!("{unit} ({what})").into()),
        }
    }
}

/// The family of access logs.
const LOG: &str = "log";
/// The family of service graphs.
const GRAPH: &str = "graph";
/// Most names of inputs that are kept.
const NAMES: usize = 64;

impl Sums {
    /// Whether nothing was read.
    pub(super) fn is_empty(&self) -> bool {
        self.families().is_empty()
    }

    /// What is told of: a unit of profiles, requests, calls.
    pub(super) fn families(&self) -> Vec<Arc<str>> {
        let log = (!self.requests.is_empty()).then(|| LOG.into());
        let graph = (!self.flows.is_empty()).then(|| GRAPH.into());
        let profiles = self.stacks.keys().map(Unit::name);
        profiles.chain(log).chain(graph).collect()
    }

    /// Notes the name of an input of a family.
    pub(super) fn name(&mut self, family: Arc<str>, name: &str) {
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
        self.inputs.entry(family).or_default().insert(file.into());
    }

    /// Adds all of `other`.
    pub(super) fn merge(&mut self, other: Self) {
        for (family, names) in other.inputs {
            self.inputs.entry(family).or_default().extend(names);
        }
        for (unit, stacks) in other.stacks {
            self.stacks.entry(unit).or_default().merge(stacks);
        }
        self.add_requests(other.requests);
        for (key, flow) in other.flows {
            self.flows.entry(key).or_default().merge(&flow);
        }
        for names in self.inputs.values_mut() {
            while names.len() > NAMES {
                names.pop_last();
            }
        }
    }

    /// Adds requests of a log.
    fn add_requests(&mut self, requests: BTreeMap<Route, Calls>) {
        for (route, calls) in requests {
            let sum = self.requests.entry(route).or_default();
            sum.merge(&calls);
            sum.sketch.settle();
        }
    }

    /// Adds the stacks that a reader has put together.
    fn take(&mut self, unit: Unit, reader: Reader) {
        let stacks = reader.stacks();
        if !stacks.is_empty() {
            self.stacks.entry(unit).or_default().merge(stacks);
        }
    }
}

/// Largest input that is read as a whole, in bytes.
const LARGEST: u64 = 1 << 30;

/// The mark of UTF-8 that some editors write first.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// All bytes of an input that must be held at once.
fn whole(reader: &mut (dyn Read + Send)) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other("is larger than 1 GiB"));
    }
    if bytes.starts_with(MARK) {
        bytes.drain(..MARK.len());
    }
    Ok(bytes)
}

/// The documents of JSON that stand one after another; what is none of the kind is a problem, and ends the reading.
fn each_document<T: for<'de> Deserialize<'de>>(
    reader: &mut (dyn Read + Send),
    mut take: impl FnMut(T, &mut Problems),
) -> io::Result<Problems> {
    let bytes = whole(reader)?;
    let mut problems = Problems::default();
    let mut documents = serde_json::Deserializer::from_slice(&bytes).into_iter::<T>();
    while let Some(document) = documents.next() {
        let byte = documents.byte_offset() as u64;
        match document {
            Ok(document) => take(document, &mut problems),
            Err(error) if error.is_eof() => problems.add(Fault::Truncated { byte }),
            Err(_) => problems.add(Fault::Syntax {
                what: "not the JSON of this kind",
                byte,
            }),
        }
    }
    Ok(problems)
}

/// The kind of an input, if it holds sums.
pub(super) fn recognised(head: &Head) -> Option<&'static SumKind> {
    SUM_KINDS.iter().find(|kind| (kind.sniff)(head))
}

/// The lines of a text, each without its end; one longer than `LONGEST` is cut. What stands before the place where
/// reading fails is kept, and the fault is given back.
fn lines(
    reader: &mut (dyn Read + Send),
    mut line: impl FnMut(u64, &[u8]),
) -> io::Result<Option<Fault>> {
    /// Longest line in bytes.
    const LONGEST: u64 = 4 << 20;
    let mut reader = io::BufReader::with_capacity(1 << 16, reader);
    let (mut text, mut byte) = (Vec::new(), 0_u64);
    loop {
        text.clear();
        let mut next = (&mut reader).take(LONGEST);
        let read = match io::BufRead::read_until(&mut next, b'\n', &mut text) {
            Ok(0) => return Ok(None),
            Ok(read) => read,
            Err(error) if byte == 0 => return Err(error),
            Err(error) => return Ok(Some(Fault::Io { error, byte })),
        };
        let plain = text.strip_prefix(MARK).filter(|_| byte == 0);
        line(byte, plain.unwrap_or(&text).trim_ascii_end());
        byte += read as u64;
    }
}

/// A reader that tells the same bytes again.
pub(super) struct Hashed<'r> {
    pub(super) reader: &'r mut (dyn Read + Send),
    /// Of what was read so far.
    pub(super) hash: u64,
}

impl Read for Hashed<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        let bytes = into.get(..read).unwrap_or_default();
        self.hash = stable_hash(&[&self.hash.to_le_bytes(), bytes].concat());
        Ok(read)
    }
}
