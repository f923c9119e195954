//! CPU profiles of V8 (`node --cpu-prof`, the developer tools of browsers).
//!
//! In: JSON with `nodes` and `samples`. Out: stacks in nanoseconds, in hits where times are missing or cut off.
//! Invariant: a sample lasts until the next one, the last one as long as the mean; idle time is no load.
//! Never: recursion over the tree.

use std::io::{self, Read};

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::held::all::Sums;
use super::held::input::{Loose, each_document};
use super::held::kind::SumKind;
use super::held::stacks::{FrameId, Reader};
use super::held::unit::Unit;
use crate::traces::formats::problems::Fault;
use crate::traces::formats::problems::Problems;
use crate::traces::formats::sniff::Head;

/// V8.
pub(super) const KIND: SumKind = SumKind {
    id: "cpuprofile",
    about: "CPU profiles of V8 (`node --cpu-prof`, Chrome)",
    sniff,
    read,
};

/// Whether an object has the nodes of such a profile.
fn sniff(head: &Head) -> bool {
    let frames = memchr::memmem::find(&head.bytes, b"\"callFrame\"").is_some();
    !head.array && head.holds(&["nodes"]) && frames
}

/// A profile.
#[derive(Deserialize)]
struct File {
    /// Nodes of the tree of calls.
    nodes: Vec<Loose<Node>>,
    /// Ids of the nodes that were running, one for each sample.
    #[serde(default)]
    samples: Vec<i64>,
    /// Microseconds before each sample.
    #[serde(default, rename = "timeDeltas")]
    deltas: Vec<i64>,
}

/// A node: a function as it was called from one place.
#[derive(Deserialize)]
struct Node {
    /// By which samples and other nodes name it.
    id: i64,
    /// The function.
    #[serde(rename = "callFrame")]
    frame: CallFrame,
    /// Samples in it, not counting those in its children.
    #[serde(default, rename = "hitCount")]
    hits: u64,
    /// Ids of what it calls.
    #[serde(default)]
    children: Vec<i64>,
    /// Id of its caller, in the older form.
    #[serde(default)]
    parent: Option<i64>,
}

/// A function.
#[derive(Deserialize)]
struct CallFrame {
    /// Its name; empty for one without.
    #[serde(default, rename = "functionName")]
    function: String,
    /// The file that it is in.
    #[serde(default)]
    url: String,
}

/// Frames that V8 makes up and that hold no work.
const IDLE: [&str; 2] = ["(idle)", "(root)"];

/// Reads one profile after another.
fn read(reader: &mut (dyn Read + Send), sums: &mut Sums) -> io::Result<Problems> {
    each_document(reader, |file: File, problems| {
        take(&file, sums, problems);
    })
}

/// Takes one profile: time where it is told for all samples, else hits, else the number of
/// samples.
fn take(file: &File, sums: &mut Sums, problems: &mut Problems) {
    let nodes: Vec<&Node> = file.nodes.iter().filter_map(Loose::good).collect();
    for _ in nodes.len()..file.nodes.len() {
        problems.add(Fault::Syntax {
            what: "a node has another shape",
            byte: 0,
        });
    }
    let mut weights = timed(file);
    let unit = if weights.is_empty() {
        weights = nodes
            .iter()
            .map(|node| (node.id, u128::from(node.hits)))
            .collect();
        if weights.values().all(|hits| *hits == 0) {
            file.samples
                .iter()
                .for_each(|node| *weights.entry(*node).or_default() += 1);
        }
        Unit::Samples
    } else {
        Unit::Cpu
    };
    let stacks = stacks(&nodes, &weights);
    let told = format!("{} nodes with samples were kept", stacks.added);
    problems.told.push(told);
    sums.take(unit, stacks);
}

/// Nanoseconds by node; empty without times. A sample lasts until the next one.
fn timed(file: &File) -> FxHashMap<i64, u128> {
    let passed = |at: usize| {
        u128::from(
            file.deltas
                .get(at)
                .map_or(0, |delta| (*delta).max(0))
                .unsigned_abs(),
        )
    };
    let mut weights = FxHashMap::default();
    if file.samples.is_empty() || file.deltas.len() < file.samples.len() {
        return weights;
    }
    let count = file.samples.len();
    let all: u128 = (1..count).map(passed).sum();
    let mean = match count {
        1 => passed(0),
        _ => all / (count as u128 - 1),
    };
    for (at, node) in file.samples.iter().enumerate() {
        let micros = if at + 1 < count { passed(at + 1) } else { mean };
        *weights.entry(*node).or_default() += micros * 1000;
    }
    weights.retain(|_, weight| *weight > 0);
    weights
}

/// The stacks of all nodes with a weight, from the leaf to the root by way of their parents.
fn stacks(nodes: &[&Node], weights: &FxHashMap<i64, u128>) -> Reader {
    let mut reader = Reader::default();
    let mut parents: FxHashMap<i64, i64> = FxHashMap::default();
    let mut frames: FxHashMap<i64, FrameId> = FxHashMap::default();
    for node in nodes {
        parents.extend(node.children.iter().map(|child| (*child, node.id)));
        parents.extend(node.parent.map(|parent| (node.id, parent)));
        if node.frame.function == "(root)" {
            continue;
        }
        let (name, url) = (node.frame.function.as_bytes(), node.frame.url.as_bytes());
        frames.insert(node.id, reader.frame(name, url));
    }
    for node in nodes {
        let weight = weights.get(&node.id).copied().unwrap_or_default();
        if weight == 0 || IDLE.contains(&&*node.frame.function) {
            continue;
        }
        // A damaged tree may hold a circle: no path is longer than all nodes.
        let path = std::iter::successors(Some(node.id), |id| parents.get(id).copied());
        let path = path
            .take(nodes.len())
            .filter_map(|id| frames.get(&id).copied());
        reader.add(path, weight);
    }
    reader
}
