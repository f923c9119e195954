//! Dependencies as Jaeger and Zipkin answer them: `parent`, `child`, `callCount`.
//!
//! In: `{"data":[…]}` of Jaeger's `/api/dependencies`, `[…]` of Zipkin's `/api/v2/dependencies`. Out: flows.
//! Invariant: an entry that is none loses itself only.
//! Never: whether the caller waits, which neither of them tells.

use std::io::{self, Read};

use serde::Deserialize;

use crate::model::CallMode;
use crate::traces::formats::problems::Fault;
use crate::traces::formats::problems::Problems;
use crate::traces::formats::sniff::Head;
use crate::traces::sums::held::all::Sums;
use crate::traces::sums::held::flow::{Flow, add, key};
use crate::traces::sums::held::input::{Loose, each_document};
use crate::traces::sums::held::kind::SumKind;

/// Jaeger's answer.
pub(in crate::traces::sums) const JAEGER: SumKind = SumKind {
    id: "jaeger-dependencies",
    about: "dependencies of Jaeger (`/api/dependencies`)",
    sniff: |head| {
        let has = |word: &str| memchr::memmem::find(&head.bytes, word.as_bytes()).is_some();
        let entry = has("\"parent\":") && has("\"child\":") && has("\"callCount\":");
        !head.array && head.holds(&["data"]) && entry
    },
    read: |reader, sums| read(reader, sums, "jaeger"),
};

/// Zipkin's answer.
pub(in crate::traces::sums) const ZIPKIN: SumKind = SumKind {
    id: "zipkin-dependencies",
    about: "dependencies of Zipkin (`/api/v2/dependencies`)",
    sniff: is_entries,
    read: |reader, sums| read(reader, sums, "zipkin"),
};

/// Whether an array starts with an entry of Zipkin.
fn is_entries(head: &Head) -> bool {
    let all = ["parent", "child", "callCount"];
    head.array && all.iter().all(|name| head.has(&[name]))
}

/// An answer, with or without the object around it.
#[derive(Deserialize)]
#[serde(untagged)]
enum File {
    /// Jaeger's.
    Wrapped { data: Vec<Loose<Entry>> },
    /// Zipkin's.
    Bare(Vec<Loose<Entry>>),
}

/// One pair of services.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    /// Who calls.
    parent: String,
    /// Who is called.
    child: String,
    /// Calls in the time that was asked for.
    call_count: u64,
    /// Failed calls, which only Zipkin tells.
    #[serde(default)]
    error_count: u64,
}

/// Reads one answer after another; `source` says whose they are.
fn read(reader: &mut (dyn Read + Send), sums: &mut Sums, source: &str) -> io::Result<Problems> {
    each_document(reader, |file: File, problems| {
        let (File::Wrapped { data } | File::Bare(data)) = file;
        for entry in data {
            let Some(entry) = entry.good() else {
                problems.add(Fault::Syntax {
                    what: "an entry without parent, child and callCount",
                    byte: 0,
                });
                continue;
            };
            let flow = Flow {
                calls: entry.call_count,
                errors: entry.error_count,
                ..Flow::default()
            };
            let key = key(source, &entry.parent, &entry.child, CallMode::Sync);
            add(&mut sums.flows, key, &flow);
        }
    })
}
