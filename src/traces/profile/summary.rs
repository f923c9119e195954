//! From mergeable sums to what other stages read.
//!
//! In: [`Profile`]. Out: [`CallProfile`].
//! Invariant: a pure function; lists sorted by key.
//! Never: the only copy of a sum.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::messages::KEPT;
use super::table::{MISSING, Profile};
use crate::model::{
    CallEdge, CallMode, CallProfile, CodeCall, CodeLoad, HopTime, Loop, Notification,
    OperationCall, OperationLoad, RepeatedCall, RequestShape, TableLoad, TopicFlow, TraceCoverage,
    is_unnamed,
};
use crate::traces::spans::class::{OTHER, UNIT};
use crate::traces::totals::{CallKey, Calls, Load, LongTraces, Messages, Place};

impl Profile {
    /// What other stages read.
    #[must_use]
    pub fn summary(&self) -> CallProfile {
        self.shown().summed_up()
    }

    /// The summary of a profile whose names are those to be shown.
    ///
    /// Messages whose other side never came are evaluated here, and not when they are merged:
    /// another part may still bring it. Calls of a service to itself are kept apart from edges
    /// between services.
    fn summed_up(&self) -> CallProfile {
        let mut messages = Profile {
            topics: self.topics.clone(),
            ..Profile::default()
        };
        self.halves
            .iter()
            .for_each(|(key, half)| messages.evaluate(key.trace(), half));
        let calls: Vec<(&CallKey, &Calls)> = self.calls.iter().chain(&messages.calls).collect();
        let topics = topic_flows(&calls, &messages.topics);
        let (self_calls, mut edges): (Vec<_>, Vec<_>) =
            edges(&calls, &topics).into_iter().partition(|edge| {
                edge.caller == edge.callee && !(edge.inferred && edge.mode.is_stored())
            });
        let mut operations = self.operation_loads();
        self.sums.complete(&mut edges, &mut operations);
        let (code, code_calls, samples) = self.code();
        CallProfile {
            edges,
            self_calls,
            operation_calls: operation_calls(&calls),
            topics,
            operations,
            loops: self.loop_list(),
            repeated: self.repeated(),
            code,
            code_calls,
            samples,
            tables: self.table_loads(),
            requests: self.requests(),
            hop: self.hop(),
            measured: self.sums.measured(),
            coverage: self.coverage(),
            notifications: self.notes(),
        }
    }

    /// Loads by service and operation, over all environments.
    fn operation_loads(&self) -> Vec<OperationLoad> {
        let mut list: Vec<OperationLoad> = Vec::new();
        let all: Vec<_> = self.operations.iter().collect();
        // Environments of one operation are neighbours: only one sum is held at a time.
        for same in all.chunk_by(|((a, b, _), _), ((c, d, _), _)| (a, b) == (c, d)) {
            let [((service, operation, _), _), ..] = same else {
                continue;
            };
            let mut sum = Load::default();
            same.iter().for_each(|(_, load)| sum.merge(load));
            list.push(operation_load(service, operation, &sum));
        }
        list
    }

    /// Loops, as other stages read them.
    fn loop_list(&self) -> Vec<Loop> {
        let list = self.loops.iter().map(|(path, counts)| Loop {
            path: path.clone(),
            count: counts.count,
            contained: counts.calls,
            example_trace: Arc::clone(&counts.example),
        });
        list.collect()
    }

    /// Repeated calls, as other stages read them.
    fn repeated(&self) -> Vec<RepeatedCall> {
        let list = self
            .repeats
            .iter()
            .map(|((caller, callee, operation), counts)| RepeatedCall {
                caller: Arc::clone(caller),
                callee: Arc::clone(callee),
                operation: Arc::clone(operation),
                visits: counts.count,
                calls: counts.calls,
                most: counts.most,
                retries: counts.retries,
                example_trace: Arc::clone(&counts.example),
            });
        list.collect()
    }

    /// Places in the code with their load, and the calls between them by position in the list of
    /// places.
    ///
    /// Places that only calls tell of are listed without load, so that every position is valid.
    fn code(&self) -> (Vec<CodeLoad>, Vec<CodeCall>, Vec<Vec<CodeCall>>) {
        let mut places: BTreeMap<&Place, CodeLoad> = BTreeMap::new();
        for (place, load) in &self.places {
            let row = CodeLoad {
                calls: load.calls,
                self_time_ns: narrow(load.own_ns),
                critical_ns: narrow(load.critical_ns),
                ..code_row(place)
            };
            places.insert(place, row);
        }
        let sampled = self.samples.values().flatten();
        let pairs = sampled.map(|(from, to, _)| (from, to));
        let pairs = pairs.chain(self.inner.keys().map(|(from, to)| (from, to)));
        for place in pairs.flat_map(|(from, to)| [from, to]) {
            places.entry(place).or_insert_with(|| code_row(place));
        }
        let order: BTreeMap<&Place, u32> = (0..)
            .zip(places.keys())
            .map(|(index, place)| (*place, index))
            .collect();
        let at = |place: &Place| order.get(place).copied().unwrap_or(u32::MAX);
        let call = |from: &Place, to: &Place, calls: u64| CodeCall {
            caller: at(from),
            callee: at(to),
            calls,
        };
        let calls = self.inner.iter();
        let calls = calls.map(|((from, to), calls)| call(from, to, *calls));
        let sample = |made: &Vec<(Place, Place, u64)>| {
            let made = made.iter();
            made.map(|(from, to, calls)| call(from, to, *calls))
                .collect()
        };
        let samples = self.samples.values().map(sample).collect();
        let calls = calls.collect();
        (places.into_values().collect(), calls, samples)
    }

    /// Use of tables, as other stages read it.
    fn table_loads(&self) -> Vec<TableLoad> {
        let list = self
            .tables
            .iter()
            .map(
                |((service, datastore, table, write), (calls, time))| TableLoad {
                    service: Arc::clone(service),
                    datastore: Arc::clone(datastore),
                    table: Arc::clone(table),
                    write: *write,
                    calls: *calls,
                    time_ns: narrow(*time),
                },
            );
        list.collect()
    }

    /// Shapes of requests, the most frequent ones first.
    fn requests(&self) -> Vec<RequestShape> {
        let mut shapes: Vec<_> = self.shapes.iter().collect();
        shapes.sort_by_key(|((_, shape), count)| (std::cmp::Reverse(**count), shape));
        let list = shapes.into_iter().map(|((_, shape), count)| RequestShape {
            path: shape.path.clone(),
            services: shape.services.clone(),
            edges: shape.edges.clone(),
            failed: shape.failed.clone(),
            root_failed: shape.root_failed,
            reentered: shape.reentered.clone(),
            count: *count,
        });
        list.collect()
    }

    /// What a call between two services costs beyond the work of the one that is called.
    fn hop(&self) -> Option<HopTime> {
        let at = |percent| self.gaps.percentile(percent);
        Some(HopTime {
            calls: self.gaps.count(),
            p50_ns: at(50)?,
            p95_ns: at(95)?,
        })
    }

    /// Spans at places that `is_other` tells.
    fn others(&self, is_other: impl Fn(&Place) -> bool) -> u64 {
        let others = self.places.iter().filter(|(place, _)| is_other(place));
        others.fold(0_u64, |sum, (_, load)| sum.saturating_add(load.calls))
    }

    /// The problems met, and the limits that were reached.
    fn notes(&self) -> Vec<Notification> {
        let coverage = self.coverage();
        let limits = [
            (coverage.other_services, "services", "--max-trace-services"),
            (
                coverage.other_operations,
                "operations",
                "--max-trace-operations",
            ),
        ];
        let mut notes = self.notifications.clone();
        for (spans, what, flag) in limits.into_iter().filter(|(spans, ..)| *spans > 0) {
            let message = format!(
                "{spans} spans of {what} past the limit are counted under `{OTHER}`; raise {flag}"
            );
            notes.push(Notification::warning("trace-limit", message));
        }
        notes.extend(self.long());
        notes.extend(self.missing_shards());
        notes.extend(self.unnamed());
        notes.extend(self.sums.notes());
        notes.extend(self.environments());
        if self.seen.apart > 0 {
            let message = format!(
                "{} linked messages past the limit of {KEPT} are joined by their topic only",
                self.seen.apart
            );
            notes.push(Notification::note("trace-limit", message));
        }
        notes.sort();
        notes
    }

    /// Traces that the limit has left out.
    fn long(&self) -> Option<Notification> {
        let LongTraces {
            traces,
            most,
            example,
        } = &self.seen.long;
        let what = match traces {
            0 => return None,
            1 => "1 trace of more spans than the limit is".to_owned(),
            _ => format!("{traces} traces of more spans than the limit are"),
        };
        let message = format!(
            "{what} left out; the longest, {example}, has {most}; raise --max-spans-per-trace"
        );
        Some(Notification::warning("trace-limit", message))
    }

    /// Shards that nobody has merged yet.
    fn missing_shards(&self) -> impl Iterator<Item = Notification> {
        self.shards.iter().map(|(count, there)| {
            let missing = (0..*count).filter(|index| !there.contains(index));
            let (first, missing): (Vec<String>, usize) = (
                missing
                    .clone()
                    .take(8)
                    .map(|index| index.to_string())
                    .collect(),
                missing.count(),
            );
            let more = if missing > first.len() { ", …" } else { "" };
            let message = format!(
                "{missing} of {count} shards are missing, and what they hold: {}{more}",
                first.join(", ")
            );
            Notification::warning(MISSING, message)
        })
    }

    /// Services without a name: each may be several.
    fn unnamed(&self) -> Option<Notification> {
        let services = self.operations.keys().map(|(service, ..)| &**service);
        let names: BTreeSet<&str> = services.filter(|name| is_unnamed(name)).collect();
        if names.is_empty() {
            return None;
        }
        let names: Vec<&str> = names.into_iter().collect();
        let message = format!(
            "spans of unnamed services (`{}`) may be of several; no verdict rests on them; set `service.name` (OTEL_SERVICE_NAME)",
            names.join("`, `")
        );
        Some(Notification::note("unnamed-service", message))
    }

    /// Recordings of several environments in one: together they may show a system that runs nowhere.
    fn environments(&self) -> Option<Notification> {
        let told = self
            .operations
            .keys()
            .map(|(.., environment)| &**environment);
        let told: BTreeSet<&str> = told.filter(|name| !name.is_empty()).collect();
        if told.len() < 2 {
            return None;
        }
        let names: Vec<&str> = told.into_iter().collect();
        let message = format!(
            "recorded in several environments (`{}`) that are put together here; --environment NAME takes one alone",
            names.join("`, `")
        );
        Some(Notification::note("several-environments", message))
    }

    /// What was read, and what could not be used of it.
    fn coverage(&self) -> TraceCoverage {
        let seen = &self.seen;
        TraceCoverage {
            other_services: self.others(|place| &*place.service == OTHER),
            other_operations: self.others(|place| &*place.operation == OTHER),
            spans: seen.spans,
            traces: seen.traces,
            orphans: seen.orphans,
            duplicates: seen.duplicates,
            merged: seen.merged,
            cycles: seen.cycles,
            skewed: seen.skewed,
            unadjusted: seen.unadjusted,
            nameless_calls: seen.nameless,
            other_requests: seen.shapeless,
            depths: seen.depths.clone(),
            fan_outs: seen.fan_outs.clone(),
            graphs: self.sums.graphs(),
            rejected: seen.rejected.clone(),
        }
    }
}

/// The load of one operation, with percentiles in nanoseconds.
fn operation_load(service: &Arc<str>, operation: &Arc<str>, load: &Load) -> OperationLoad {
    let calls = &load.entries;
    OperationLoad {
        service: Arc::clone(service),
        operation: Arc::clone(operation),
        calls: calls.calls,
        estimated_calls: estimate(calls.weight),
        errors: calls.errors,
        not_found: calls.not_found,
        self_time_ns: narrow(load.own_ns),
        critical_ns: narrow(load.critical_ns),
        p50_ns: calls.sketch.percentile(50),
        p95_ns: calls.sketch.percentile(95),
        p99_ns: calls.sketch.percentile(99),
    }
}

/// An edge between two services. It has a topic if all its calls have the same.
fn call_edge(
    edge: (Arc<str>, Arc<str>, bool, CallMode),
    calls: &Calls,
    via: &[Arc<str>],
) -> CallEdge {
    let (caller, callee, inferred, mode) = edge;
    CallEdge {
        caller,
        callee,
        inferred,
        mode,
        calls: calls.calls,
        estimated_calls: estimate(calls.weight),
        errors: calls.errors,
        client_errors: calls.client_errors,
        not_found: calls.not_found,
        time_ns: narrow(calls.time_ns),
        p50_ns: calls.sketch.percentile(50),
        p95_ns: calls.sketch.percentile(95),
        p99_ns: calls.sketch.percentile(99),
        via: if let [topic] = via {
            Some(Arc::clone(topic))
        } else {
            None
        },
        example_trace: some(&calls.example),
        sums: false,
        unknown_wait: false,
    }
}

/// A place of the code without load.
fn code_row(place: &Place) -> CodeLoad {
    CodeLoad {
        service: Arc::clone(&place.service),
        file: some(&place.file),
        namespace: some(&place.namespace),
        function: some(&place.function),
        operation: some(&place.operation),
        ..CodeLoad::default()
    }
}

/// The text, if it is not empty.
fn some(text: &Arc<str>) -> Option<Arc<str>> {
    (!text.is_empty()).then(|| Arc::clone(text))
}

/// A sum in 64 bits; the largest number where it does not fit.
fn narrow(sum: u128) -> u64 {
    u64::try_from(sum).unwrap_or(u64::MAX)
}

/// Weights in units of 2^-16 as a number of calls.
#[expect(
    clippy::cast_precision_loss,
    reason = "an estimate, shown with six digits"
)]
fn estimate(weight: u128) -> f64 {
    weight as f64 / UNIT as f64
}

/// One edge for each caller, callee and mode, over operations, environments and topics.
///
/// A call that a sender makes to its broker is left out where the same messages are an
/// inferred flow from sender to taker: they would count twice. Inferred flows are edges of
/// their own.
fn edges(all: &[(&CallKey, &Calls)], topics: &[TopicFlow]) -> Vec<CallEdge> {
    let joined = |key: &CallKey| {
        key.inferred
            && key.mode == CallMode::Messaging
            && key.callee == key.topic
            && topics.iter().any(|flow| {
                flow.inferred && flow.publisher == key.caller && flow.topic == key.topic
            })
    };
    let mut sums: BTreeMap<(Arc<str>, Arc<str>, bool, CallMode), (Calls, Vec<Arc<str>>)> =
        BTreeMap::new();
    for (key, calls) in all.iter().filter(|(key, _)| !joined(key)) {
        let edge = (
            Arc::clone(&key.caller),
            Arc::clone(&key.callee),
            key.inferred,
            key.mode,
        );
        let (sum, via) = sums.entry(edge).or_default();
        sum.merge(calls);
        if !key.topic.is_empty() && !via.contains(&key.topic) {
            via.push(Arc::clone(&key.topic));
        }
    }
    for flow in topics.iter().filter(|flow| flow.inferred) {
        let edge = (
            Arc::clone(&flow.publisher),
            Arc::clone(&flow.subscriber),
            true,
            CallMode::Messaging,
        );
        let (sum, via) = sums.entry(edge).or_default();
        sum.calls = sum.calls.saturating_add(flow.calls);
        sum.weight = sum
            .weight
            .saturating_add(u128::from(flow.calls) * u128::from(UNIT));
        via.push(Arc::clone(&flow.topic));
    }
    sums.into_iter()
        .map(|(edge, (calls, via))| call_edge(edge, &calls, &via))
        .collect()
}

/// Calls by operation; an edge of `calls` and of messages under one key is summed up.
fn operation_calls(all: &[(&CallKey, &Calls)]) -> Vec<OperationCall> {
    let mut sums: BTreeMap<&CallKey, OperationCall> = BTreeMap::new();
    for (key, calls) in all {
        let sum = sums.entry(key).or_insert_with(|| operation_call(key));
        sum.calls = sum.calls.saturating_add(calls.calls);
        sum.errors = sum.errors.saturating_add(calls.errors);
        sum.client_errors = sum.client_errors.saturating_add(calls.client_errors);
        sum.not_found = sum.not_found.saturating_add(calls.not_found);
        sum.time_ns = sum.time_ns.saturating_add(narrow(calls.time_ns));
    }
    sums.into_values().collect()
}

/// The key of a call without any count.
fn operation_call(key: &CallKey) -> OperationCall {
    OperationCall {
        caller: Arc::clone(&key.caller),
        caller_operation: Arc::clone(&key.caller_operation),
        callee: Arc::clone(&key.callee),
        operation: Arc::clone(&key.operation),
        inferred: key.inferred,
        mode: key.mode,
        environment: some(&key.environment),
        calls: 0,
        errors: 0,
        client_errors: 0,
        not_found: 0,
        time_ns: 0,
    }
}

/// Who publishes to whom by topic: seen as parent and child or by a link, else joined by the topic's name.
///
/// Flows that are joined by name are inferred: as many messages as one side sent and the
/// other took, of those that were not matched by a parent or link. With several takers, each
/// gets all: a topic hands every message to every subscriber.
fn topic_flows(
    all: &[(&CallKey, &Calls)],
    messages: &BTreeMap<(Arc<str>, Arc<str>, Arc<str>), Messages>,
) -> Vec<TopicFlow> {
    let mut flows: BTreeMap<(Arc<str>, Arc<str>, Arc<str>, bool), u64> = BTreeMap::new();
    for (key, calls) in all {
        if key.mode == CallMode::Messaging && !key.inferred && !key.topic.is_empty() {
            let flow = (
                Arc::clone(&key.caller),
                Arc::clone(&key.callee),
                Arc::clone(&key.topic),
                false,
            );
            let sum = flows.entry(flow).or_default();
            *sum = sum.saturating_add(calls.calls);
        }
    }
    let mut topics: BTreeMap<(&str, &Arc<str>), Vec<(&Arc<str>, &Messages)>> = BTreeMap::new();
    for ((owner, product, topic), messages) in messages {
        topics
            .entry((product, topic))
            .or_default()
            .push((owner, messages));
    }
    for ((_, topic), sides) in topics {
        for (publisher, sent) in sides.iter().filter(|(_, messages)| messages.sent > 0) {
            for (subscriber, taken) in sides.iter().filter(|(owner, _)| owner != publisher) {
                let calls = taken.taken.saturating_sub(taken.matched).min(sent.sent);
                if calls > 0 {
                    let flow = (
                        Arc::clone(publisher),
                        Arc::clone(subscriber),
                        Arc::clone(topic),
                        true,
                    );
                    let sum = flows.entry(flow).or_default();
                    *sum = sum.saturating_add(calls);
                }
            }
        }
    }
    let flow = |((publisher, subscriber, topic, inferred), calls)| TopicFlow {
        publisher,
        subscriber,
        topic,
        inferred,
        calls,
    };
    flows.into_iter().map(flow).collect()
}
