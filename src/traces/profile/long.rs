//! Traces of more spans than memory shall hold.
//!
//! In: the records of one partition, as they come. Out: those of traces within the limit.
//! Invariant: a trace is kept whole or left out whole, whatever the order of its records.
//! Never: a trace left out that goes unmentioned.

use rustc_hash::FxHashMap;

use super::folder::Folder;
use crate::traces::spans::collect::LINK;
use crate::traces::spans::span::TraceId;
use crate::traces::spans::store::Record;
use crate::traces::totals::{LongTraces, hex};

/// Counts the records of each trace, as long as one may pass the limit.
pub(in crate::traces) struct Long {
    /// Most spans of a trace.
    limit: usize,
    /// Records of each trace; `None` where all of them together are within the limit.
    counts: Option<FxHashMap<TraceId, Counts>>,
}

/// Records of one trace.
#[derive(Clone, Copy, Default)]
struct Counts {
    /// Links of other traces to it.
    links: usize,
    /// Spans of its own.
    spans: usize,
}

impl Counts {
    /// Whether the trace goes. Links to it are no spans of it; only their memory is bounded.
    fn pass(self, limit: usize) -> bool {
        const LINKS: usize = 1 << 22;
        self.spans > limit || self.links > LINKS.max(limit)
    }
}

impl Long {
    /// For `count` records, with traces of at most `limit`.
    pub(in crate::traces) fn new(limit: usize, count: usize) -> Self {
        let counts = (count > limit).then(FxHashMap::default);
        Self { limit, counts }
    }

    /// Adds `record` to `kept` unless its trace is too long; then the whole trace goes.
    ///
    /// Spans that were kept before the limit was passed are taken out again, once.
    #[inline]
    pub(in crate::traces) fn take(&mut self, record: Record, kept: &mut Vec<Record>) {
        let Some(counts) = &mut self.counts else {
            return kept.push(record);
        };
        let sums = counts.entry(record.trace).or_default();
        let gone = sums.pass(self.limit);
        if record.flags & LINK == 0 {
            sums.spans += 1;
        } else {
            sums.links += 1;
        }
        if !sums.pass(self.limit) {
            kept.push(record);
        } else if !gone {
            kept.retain(|other| other.trace != record.trace);
        }
    }

    /// The traces that were left out, by id, with their spans.
    fn found(&self) -> Vec<(TraceId, u64)> {
        let counts = self.counts.iter().flatten();
        let mut found: Vec<_> = counts
            .filter(|(_, sums)| sums.pass(self.limit))
            .map(|(trace, sums)| (*trace, sums.spans as u64))
            .collect();
        found.sort_unstable();
        found
    }
}

impl Folder<'_> {
    /// Counts what `long` has left out.
    pub(in crate::traces) fn leave_out(&mut self, long: &Long) {
        for (trace, spans) in long.found() {
            self.tally.too_long += spans;
            self.messages.seen.long.merge(LongTraces {
                traces: 1,
                most: spans,
                example: hex(trace),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::traces::{Input, Options, read};

    /// A trace of `spans` calls below one root, as lines.
    fn lines(trace: u64, spans: u64) -> impl Iterator<Item = String> {
        (1..=spans).map(move |id| {
            let (parent, service) = (u64::from(id > 1), id % 2);
            format!(
                r#"{{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"s{service}"}}}}]}},"scopeSpans":[{{"spans":[{{"traceId":"{trace:x}","spanId":"{id:x}","parentSpanId":"{parent:x}","kind":2,"startTimeUnixNano":"{id}","endTimeUnixNano":"999"}}]}}]}}]}}"#
            )
        })
    }

    #[test]
    fn a_trace_past_the_limit_is_left_out_whole_and_told() {
        let mut mixed: Vec<String> = (1..=20).flat_map(|trace| lines(trace, 5)).collect();
        let short = mixed.clone();
        for (at, line) in lines(99, 60).enumerate() {
            mixed.insert(at * 2, line);
        }
        let of = |list: &[String], threads| {
            let options = Options {
                trace_spans: 50,
                buffered_spans: 10,
                threads,
                ..Options::default()
            };
            let bytes = list.join("\n").into_bytes();
            read(&[Input::Bytes("lines".into(), bytes)], &options)
        };
        let (without, found) = (of(&short, 1), of(&mixed, 1));
        assert_eq!((found.coverage.spans, found.edges.len()), (100, 1));
        assert_eq!(
            (&found.edges, &found.operations),
            (&without.edges, &without.operations)
        );
        assert_eq!(found.coverage.rejected.values().sum::<u64>(), 60);
        let note = &found.notifications[0];
        assert_eq!(&*note.kind, "trace-limit");
        assert!(
            note.message
                .starts_with("1 trace of more spans than the limit is left out; the longest, 0000000000000063, has 60")
        );
        mixed.reverse();
        assert_eq!(of(&mixed, 3), found);
    }
}
