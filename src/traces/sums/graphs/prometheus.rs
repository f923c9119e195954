//! Answers of Prometheus for the metrics of service graphs: Tempo's and the Collector's, and Istio's.
//!
//! In: `data.result` of `/api/v1/query` or `query_range`, or the list that `promtool` prints. Out: flows.
//! Invariant: of a range, the increase counts, resets included; of one point, its value.
//! Never: a metric without two ends.

use std::collections::BTreeMap;
use std::io::{self, Read};

use serde::Deserialize;
use serde_json::Value;

use crate::model::CallMode;
use crate::traces::formats::problems::Fault;
use crate::traces::formats::problems::Problems;
use crate::traces::sums::held::all::Sums;
use crate::traces::sums::held::flow::{Flow, FlowKey, add, key};
use crate::traces::sums::held::input::{Loose, each_document};
use crate::traces::sums::held::kind::SumKind;

/// Answers of Prometheus.
pub(in crate::traces::sums) const KIND: SumKind = SumKind {
    id: "prometheus",
    about: "answers of Prometheus for `traces_service_graph_request_*` and `istio_requests_total`",
    sniff: |head| {
        let has = |word: &str| memchr::memmem::find(&head.bytes, word.as_bytes()).is_some();
        let answer = head.holds(&["data"]) && has("\"resultType\"");
        let list = head.array && head.holds(&["metric"]);
        (answer || list) && has("\"metric\"")
    },
    read,
};

/// The answer of the API.
#[derive(Deserialize)]
#[serde(untagged)]
enum File {
    /// The list that `promtool` prints.
    Answer { data: Data },
    /// A list of series.
    List(Vec<Loose<Series>>),
}

/// What the answer holds.
#[derive(Deserialize)]
struct Data {
    /// All series.
    result: Vec<Loose<Series>>,
}

/// A series: its labels and values.
#[derive(Deserialize)]
struct Series {
    /// Labels, the name of the metric among them.
    metric: BTreeMap<String, String>,
    /// Time and value of a point, of an instant query.
    #[serde(default)]
    value: Option<(Value, String)>,
    /// Times and values of several points, of a range query.
    #[serde(default)]
    values: Vec<(Value, String)>,
}

impl Series {
    /// The value of a label; empty where there is none.
    fn label(&self, name: &str) -> &str {
        self.metric.get(name).map_or("", String::as_str)
    }

    /// The first of the labels that has a value.
    fn first(&self, names: &[&str]) -> &str {
        let mut labels = names.iter().map(|name| self.label(name));
        let told = labels.find(|label| !label.is_empty() && *label != "unknown");
        told.unwrap_or("")
    }

    /// What was counted: the value of one point, or what a counter grew by.
    ///
    /// A counter that falls was reset: what it shows after is all growth.
    fn count(&self) -> f64 {
        let number =
            |(_, text): &(Value, String)| text.parse::<f64>().ok().filter(|it| it.is_finite());
        let points: Vec<f64> = self.values.iter().filter_map(number).collect();
        match (self.value.as_ref().and_then(number), points.as_slice()) {
            (Some(value), _) => value.max(0.0),
            (None, [value]) => value.max(0.0),
            (None, points) => points
                .windows(2)
                .map(|pair| match pair {
                    [before, after] if after >= before => after - before,
                    [_, after] => after.max(0.0),
                    _ => 0.0,
                })
                .sum(),
        }
    }
}

/// What a series counts.
#[derive(Clone, Copy)]
enum What {
    /// All calls of a pair.
    Calls,
    /// Failed ones.
    Failed,
    /// Calls within a bound; the unit of the bound in nanoseconds.
    Within(f64),
}

impl What {
    /// What a series counts, by its name; without a name, by its labels. `None` for other
    /// metrics.
    fn of(series: &Series) -> Option<Self> {
        let bound = !series.label("le").is_empty();
        Some(match series.label("__name__") {
            "traces_service_graph_request_total" | "istio_requests_total" => Self::Calls,
            "traces_service_graph_request_failed_total" => Self::Failed,
            "traces_service_graph_request_server_seconds_bucket" => Self::Within(1e9),
            "istio_request_duration_milliseconds_bucket" => Self::Within(1e6),
            // An aggregation drops the name: two ends of a service graph, or of Istio.
            "" if bound && !series.label("client").is_empty() => Self::Within(1e9),
            "" if bound => Self::Within(1e6),
            "" => Self::Calls,
            _ => return None,
        })
    }
}

/// Caller, callee and what couples them.
///
/// Istio's labels first name what the mesh calls canonical. What `source` says keeps the two
/// reports of a call apart, which the caller's and the callee's proxy both send.
fn ends(series: &Series) -> Option<FlowKey> {
    let client = series.label("client");
    if client.is_empty() {
        let caller = series.first(&["source_canonical_service", "source_app", "source_workload"]);
        let callee = series.first(&[
            "destination_canonical_service",
            "destination_app",
            "destination_workload",
            "destination_service_name",
        ]);
        let source = format!("istio {}", series.label("reporter"));
        return key(source.trim(), caller, callee, CallMode::Sync);
    }
    let (mode, outside) = match series.label("connection_type") {
        "messaging_system" => (CallMode::Messaging, false),
        "database" => (CallMode::Datastore, true),
        "virtual_node" => (CallMode::Sync, true),
        _ => (CallMode::Sync, false),
    };
    let key = key("service-graph", client, series.label("server"), mode)?;
    // `user` is who calls from outside: no part of the system.
    (!(outside && client == "user")).then_some(FlowKey {
        inferred: outside,
        ..key
    })
}

/// Cumulative counts of buckets while they are gathered, by pair and bound.
type Buckets = BTreeMap<FlowKey, BTreeMap<u64, f64>>;

/// Reads one answer after another; buckets are put together once all of them are known.
fn read(reader: &mut (dyn Read + Send), sums: &mut Sums) -> io::Result<Problems> {
    let mut buckets = Buckets::new();
    let problems = each_document(reader, |file: File, problems| {
        let (File::Answer {
            data: Data { result: list },
        }
        | File::List(list)) = file;
        for series in &list {
            match series.good() {
                Some(series) => take(series, sums, &mut buckets),
                None => problems.add(Fault::Syntax {
                    what: "a series without metric and value",
                    byte: 0,
                }),
            }
        }
    })?;
    for (key, bounds) in buckets {
        let flow = Flow {
            buckets: apart(&bounds),
            ..Flow::default()
        };
        add(&mut sums.flows, Some(key), &flow);
    }
    Ok(problems)
}

/// Takes one series into the flows, or into the buckets that wait.
fn take(series: &Series, sums: &mut Sums, buckets: &mut Buckets) {
    let (Some(what), Some(key)) = (What::of(series), ends(series)) else {
        return;
    };
    let calls = series.count().round() as u64;
    let flow = match what {
        What::Calls => Flow {
            calls,
            ..answered(series, calls)
        },
        What::Failed => Flow {
            errors: calls,
            ..Flow::default()
        },
        What::Within(unit) => {
            let bound = match series.label("le") {
                "+Inf" => u64::MAX,
                le => (le.parse::<f64>().unwrap_or(f64::NAN) * unit) as u64,
            };
            *buckets.entry(key).or_default().entry(bound).or_default() += series.count();
            return;
        }
    };
    add(&mut sums.flows, Some(key), &flow);
}

/// Failures by the status that a series is of; Istio writes 0 where no answer came.
fn answered(series: &Series, calls: u64) -> Flow {
    let code = series.label("response_code");
    let status: u16 = code.parse().unwrap_or(200);
    let failed_rpc = !matches!(series.label("grpc_response_status"), "" | "0");
    let count = |counts: bool| if counts { calls } else { 0 };
    Flow {
        errors: count(status >= 500 || status == 0 || failed_rpc),
        client_errors: count((400..500).contains(&status)),
        not_found: count(status == 404),
        ..Flow::default()
    }
}

/// Buckets of Prometheus hold what smaller ones hold, too.
///
/// Counts of 5 up to 0.1 s and 8 up to 0.5 s are 5 and 3 calls.
fn apart(bounds: &BTreeMap<u64, f64>) -> BTreeMap<u64, u64> {
    let mut before = 0.0;
    let mut own = |(bound, count): (&u64, &f64)| {
        let calls = (count - before).max(0.0).round() as u64;
        before = count.max(before);
        (*bound, calls)
    };
    bounds
        .iter()
        .map(&mut own)
        .filter(|(_, calls)| *calls > 0)
        .collect()
}
