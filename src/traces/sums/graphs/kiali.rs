//! Graphs of Kiali, as its API and its page export them.
//!
//! In: `elements.nodes` and `elements.edges`. Out: flows: rates times the time that they were taken over.
//! Invariant: a node is called by its app, else its workload, else its service.
//! Never: TCP traffic, which has no calls.

use std::collections::BTreeMap;
use std::io::{self, Read};

use serde::Deserialize;

use crate::model::CallMode;
use crate::traces::formats::problems::Fault;
use crate::traces::formats::problems::Problems;
use crate::traces::sums::held::all::Sums;
use crate::traces::sums::held::flow::{Flow, add, key};
use crate::traces::sums::held::input::{Loose, each_document};
use crate::traces::sums::held::kind::SumKind;

/// Kiali's graph.
pub(in crate::traces::sums) const KIND: SumKind = SumKind {
    id: "kiali",
    about: "graphs of Kiali",
    sniff: |head| {
        let has = |word: &str| memchr::memmem::find(&head.bytes, word.as_bytes()).is_some();
        !head.array && head.holds(&["elements"]) && has("\"nodes\"") && has("\"nodeType\"")
    },
    read,
};

/// An export.
#[derive(Deserialize)]
struct File {
    /// Seconds that the rates are taken over; 0 where it is not told.
    #[serde(default)]
    duration: f64,
    /// Nodes and edges.
    elements: Elements,
}

#[derive(Deserialize)]
struct Elements {
    #[serde(default)]
    nodes: Vec<Loose<Holder<Node>>>,
    #[serde(default)]
    edges: Vec<Loose<Holder<Edge>>>,
}

/// How the graph's library wraps every element.
#[derive(Deserialize)]
struct Holder<T> {
    data: T,
}

/// A node of the graph.
#[derive(Deserialize)]
struct Node {
    /// By which edges name it.
    id: String,
    /// The label `app`.
    #[serde(default)]
    app: String,
    /// The workload that runs it.
    #[serde(default)]
    workload: String,
    /// The service in front of it.
    #[serde(default)]
    service: String,
}

/// An edge of the graph.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Edge {
    /// Id of the calling node.
    source: String,
    /// Id of the called node.
    target: String,
    /// Requests in a second, by kind.
    #[serde(default)]
    traffic: Traffic,
    /// A percentile of the time in milliseconds, as text.
    #[serde(default)]
    response_time: Option<String>,
}

/// What goes over an edge.
#[derive(Default, Deserialize)]
struct Traffic {
    /// `http`, `grpc` or `tcp`.
    #[serde(default)]
    protocol: String,
    /// Requests in a second, as text, by name of the rate.
    #[serde(default)]
    rates: BTreeMap<String, String>,
}

impl Traffic {
    /// Calls of a kind in `seconds`; a rate below one call is one.
    fn calls(&self, name: &str, seconds: f64) -> u64 {
        let rate: f64 = self
            .rates
            .get(name)
            .and_then(|rate| rate.parse().ok())
            .unwrap_or(0.0);
        let calls = rate * seconds;
        if calls.is_finite() && calls > 0.0 {
            (calls.round() as u64).max(1)
        } else {
            0
        }
    }

    /// The calls of `seconds`; none for TCP, which has bytes alone.
    fn flow(&self, seconds: f64) -> Flow {
        let of = |name: &str| self.calls(name, seconds);
        match self.protocol.as_str() {
            "http" => Flow {
                calls: of("http"),
                errors: of("http5xx") + of("httpNoResponse"),
                client_errors: of("http4xx"),
                ..Flow::default()
            },
            "grpc" => Flow {
                calls: of("grpc"),
                errors: of("grpcErr"),
                ..Flow::default()
            },
            _ => Flow::default(),
        }
    }
}

/// Seconds that rates are taken over where the graph does not tell: Kiali's default.
const SECONDS: f64 = 60.0;

/// Reads one graph after another.
///
/// The time of an edge is one number: it becomes one bucket, so that each percentile is that
/// number.
fn read(reader: &mut (dyn Read + Send), sums: &mut Sums) -> io::Result<Problems> {
    each_document(reader, |file: File, problems| {
        let seconds = if file.duration > 0.0 {
            file.duration
        } else {
            SECONDS
        };
        let nodes = file.elements.nodes.iter().filter_map(Loose::good);
        let names: BTreeMap<&str, &str> = nodes
            .map(|node| (&*node.data.id, name(&node.data)))
            .collect();
        for edge in &file.elements.edges {
            let Some(Holder { data: edge }) = edge.good() else {
                problems.add(Fault::Syntax {
                    what: "an edge without source and target",
                    byte: 0,
                });
                continue;
            };
            let named = |id: &str| names.get(id).copied().unwrap_or_default();
            let mut flow = edge.traffic.flow(seconds);
            let millis = edge
                .response_time
                .as_deref()
                .and_then(|text| text.parse::<f64>().ok());
            if let Some(millis) = millis.filter(|millis| millis.is_finite() && *millis > 0.0) {
                flow.buckets.insert((millis * 1e6) as u64, flow.calls);
            }
            let key = key(
                "kiali",
                named(&edge.source),
                named(&edge.target),
                CallMode::Sync,
            );
            add(&mut sums.flows, key, &flow);
        }
    })
}

/// What a node is called; nothing for nodes such as groups, whose edges are left out then.
fn name(node: &Node) -> &str {
    let names = [&node.app, &node.workload, &node.service];
    names
        .into_iter()
        .find(|name| !name.is_empty())
        .map_or("", |name| name)
}
