//! Datadog: what tracers send to the agent, the download of a trace, and the answer of the Spans API.
//!
//! In: spans in arrays, chunks or by id; in nanoseconds, or seconds in a download. Out: spans.
//! Invariant: a store that a tracer names as a service of its own is called by the service above it.
//! Never: the upper half of a trace id, which only the first span of a chunk carries.

use std::io::{self, Read};

use rustc_hash::FxHashMap;

use super::fields::{self, Found, Span, Texts, attribute_of};
use super::format::TraceFormat;
use super::json::{Cursor, Stop};
use super::problems::Fault;
use super::problems::Problems;
use super::records::{Role, leaves, records};
use super::stream::{Stream, documents};
use super::{moment, msgpack};
use crate::traces::spans::collect::{Collector, Pending};
use crate::traces::spans::intern::ResourceId;
use crate::traces::spans::scalar::{Scalar, hex};
use crate::traces::spans::slots::Slot;
use crate::traces::spans::span::{Kind, TraceId};

/// Datadog.
pub(super) const FORMAT: TraceFormat = TraceFormat {
    id: "datadog",
    about: "Datadog: payloads of tracers (v0.4 and later, JSON or MessagePack), the download of a trace, the Spans API",
    sniff: |head| {
        let span = head.has(&["trace_id"]) && head.has(&["span_id"]);
        let own = head.has(&["resource", "resource_name", "meta", "metrics"]);
        let holders = [
            "trace.root_id",
            "chunks.spans",
            "traces.resource",
            "attributes.resource_name",
            "attributes.start_timestamp",
        ];
        (span && own) || head.reaches(&holders) || is_packed(&head.bytes)
    },
    read,
};

/// Whether a payload is `MessagePack`: a list of lists of maps, or a map, with the names of spans in it.
fn is_packed(bytes: &[u8]) -> bool {
    let start = bytes.get(..4096).unwrap_or(bytes);
    let opens = matches!(start.first(), Some(0x81..=0x9F | 0xDC..=0xDF));
    opens && memchr::memmem::find(start, b"span_id").is_some()
}

/// Reads an input; of a payload in `MessagePack`, which agents cap at 50 MB, up to 64 MiB.
fn read(reader: &mut (dyn Read + Send), sinks: &mut [Collector]) -> Problems {
    let mut text;
    let mut first = [0];
    let count = reader.read(&mut first).unwrap_or_default();
    let mut all = first[..count].chain(reader);
    let packed = first[0] >= 0x80 && first[0] != 0xEF;
    let reader: &mut (dyn Read + Send) = if packed {
        let mut bytes = Vec::new();
        let read = all.by_ref().take(64 << 20).read_to_end(&mut bytes);
        let Some(json) = read.ok().and_then(|_| msgpack::to_json(&bytes)) else {
            let mut problems = Problems::default();
            let what = "not MessagePack, cut, or larger than 64 MiB";
            problems.add(Fault::Syntax { what, byte: 0 });
            return problems;
        };
        text = io::Cursor::new(json);
        &mut text
    } else {
        &mut all
    };
    let mut list = Vec::new();
    let problems = documents(reader, sinks, |stream, sink| spans(stream, sink, &mut list));
    if let Some(sink) = sinks.first_mut() {
        settle(sink, &mut list);
    }
    problems
}

/// Where spans lie: below lists of traces, chunks and payloads, or by their ids in a
/// download.
fn role(key: &[u8]) -> Role {
    match key {
        b"trace_id" | b"span_id" | b"resource" | b"resource_name" | b"service" | b"attributes" => {
            Role::Record
        }
        b"trace" | b"traces" | b"spans" | b"chunks" | b"tracerPayloads" | b"data" => Role::Holder,
        // A download has its spans by id.
        _ if key.iter().all(u8::is_ascii_digit) => Role::Holder,
        _ => Role::Other,
    }
}

/// A span until all of its trace is known.
///
/// Whose span it is depends on those above it, which may follow later in the input.
struct Waiting {
    /// The span itself, without an owner yet.
    span: Pending,
    trace: TraceId,
    id: u64,
    parent: u64,
    /// The service that the span names.
    owner: ResourceId,
    /// Is work of a store, which has no spans of its own.
    stored: bool,
}

/// Reads all spans of one document and hands them over as soon as their trace is complete.
///
/// A document holds whole traces as a rule. One that holds a single span (lines of the Spans
/// API) may continue the trace of the document before; it is kept until a span of another
/// trace follows.
fn spans(
    stream: &mut Stream<'_>,
    sink: &mut Collector,
    list: &mut Vec<Waiting>,
) -> Result<(), Fault> {
    let before = list.len();
    let result = records(stream, role, &mut |stream| one(stream, sink, list));
    // Spans that stand by themselves wait for the others of their trace, which are their neighbours.
    if list.len() != before + 1 {
        settle(sink, list);
    } else if let [.., above, last] = &**list
        && above.trace != last.trace
    {
        let last = list.pop();
        settle(sink, list);
        list.extend(last);
    }
    result
}

/// Hands over the spans in `list`, which are all of their traces.
///
/// Spans whose parent is not among them keep the service that they name.
fn settle(sink: &mut Collector, list: &mut Vec<Waiting>) {
    let places = list.iter().enumerate();
    let places: FxHashMap<u64, usize> = places.map(|(at, found)| (found.id, at)).collect();
    for waiting in &*list {
        sink.settle(&waiting.span, owner(waiting, list, &places));
    }
    list.clear();
}

/// Whose span it is: that of a store belongs to the first service above it.
///
/// A tracer calls the client library of a database a service, say `shop-postgres`; that is no
/// deployed one. Where all spans above are of stores, or there are none, the span keeps its
/// own service.
fn owner(waiting: &Waiting, list: &[Waiting], places: &FxHashMap<u64, usize>) -> ResourceId {
    /// Most calls within a client's libraries that lie above one another.
    const HIGHEST: usize = 16;
    let mut above = waiting;
    for _ in 0..HIGHEST {
        if !above.stored {
            return above.owner;
        }
        let Some(next) = places.get(&above.parent).and_then(|at| list.get(*at)) else {
            break;
        };
        above = next;
    }
    waiting.owner
}

/// Reads one span into the list of those that wait; a record that is no span is left out.
fn one(
    stream: &mut Stream<'_>,
    sink: &mut Collector,
    list: &mut Vec<Waiting>,
) -> Result<(), Fault> {
    stream.leaf(|cursor| cursor.peek())?;
    let byte = stream.offset();
    let mut stored = false;
    let found = stream.record(|cursor| {
        fields::span(cursor, &mut sink.draft, |cursor, span| {
            stored = described(cursor, span)?;
            Ok(())
        })
    })?;
    let Some(Found::Span(key)) = found else {
        return Ok(());
    };
    stream.refused(byte, sink);
    let (trace, id, parent) = (sink.draft.trace, sink.draft.id, sink.draft.parent);
    let owner = sink.resource(&key);
    list.extend(sink.pend().map(|span| Waiting {
        span,
        trace,
        id,
        parent,
        owner,
        stored,
    }));
    Ok(())
}

/// What tags are called elsewhere.
const TAGS: &[(&str, &str)] = &[
    ("db.row_count", ""),
    ("network.destination.name", "net.peer.name"),
    ("queuename", "messaging.destination.name"),
    ("tablename", "db.collection.name"),
    ("topicname", "messaging.destination.name"),
];

/// Fields and tags that say only together what a span means.
const FIELDS: &[&str] = &[
    "name",
    "operation_name",
    "resource",
    "resource_name",
    "type",
    "service",
    "start",
    "end",
    "duration",
    "custom.duration",
    "_dd.base_service",
    "db.system",
    "db.type",
    "span.kind",
    "messaging.system",
    "http.url",
    "http.method",
    "http.status_code",
    "_dd.top_level",
];

/// Reads a span; true for the work of a store that is told as a service of its own.
///
/// Fields may stand at the top of the span (agent), below `attributes` (Spans API) or in
/// `meta`, `metrics` and `custom`; tags among them become attributes.
fn described(cursor: &mut Cursor<'_>, span: &mut Span<'_>) -> Result<bool, Stop> {
    let mut told = Texts::of(FIELDS);
    leaves(cursor, |cursor, path| {
        let value = cursor.scalar()?;
        let path = path.strip_prefix(b"attributes.").unwrap_or(path);
        match path {
            // The API names the kind of its items, too.
            b"type" if matches!(value.bytes(), b"spans" | b"span") => {}
            b"trace_id" => span.draft.trace = [0, id(value.bytes())],
            b"span_id" => span.draft.id = id(value.bytes()),
            b"parent_id" => span.draft.parent = id(value.bytes()),
            b"error" => span.failed(value.uint().is_some_and(|count| count > 0)),
            b"status" => span.failed(value.bytes() == b"error"),
            b"start_timestamp" => span.start(moment::any(&value)),
            b"end_timestamp" => span.end(moment::any(&value)),
            b"env" | b"meta.env" => span.resource(Slot::Environment, &value),
            b"custom.duration" => span.lasts(value.scaled(0)),
            _ => {
                told.note(path, &value);
                let tag = ["meta.", "metrics.", "custom."];
                let Some(tag) = tag
                    .iter()
                    .find_map(|kind| path.strip_prefix(kind.as_bytes()))
                else {
                    return Ok(());
                };
                told.note(tag, &value);
                span.attribute(attribute_of(TAGS, tag).unwrap_or(tag), &value);
            }
        }
        Ok(())
    })?;
    times(span, &told);
    Ok(mean(span, &told))
}

/// An id in decimal digits, or in hexadecimal ones; of a long trace id the lower half.
///
/// Decimal is tried first, since agents write ids that way: `1234567890123456` is a decimal
/// number, though it could be read as 16 hexadecimal digits, too. A negative number is an id
/// written with a sign.
fn id(text: &[u8]) -> u64 {
    let digits = text.get(text.len().saturating_sub(16)..).and_then(hex);
    let signed = || std::str::from_utf8(text).ok()?.parse::<i64>().ok();
    let decimal = Scalar::Bare(text)
        .uint()
        .or_else(|| signed().map(i64::cast_unsigned));
    decimal.or(digits).unwrap_or_default()
}

/// Start and duration; a download tells them in seconds, which no number of nanoseconds is as small as.
///
/// `1700000000.5` are seconds, `1700000000500000000` nanoseconds. Below 10^11, nanoseconds
/// would be within two minutes of 1970.
fn times(span: &mut Span<'_>, told: &Texts) {
    let start = Scalar::Bare(told.text("start"));
    if start.bytes().is_empty() {
        return;
    }
    let digits = if start
        .scaled(0)
        .is_some_and(|number| number < 100_000_000_000)
    {
        9
    } else {
        0
    };
    let read = |name| Scalar::Bare(told.text(name)).scaled(digits);
    span.start(read("start"));
    match (told.text("end"), told.text("duration")) {
        (_, [_, ..]) => span.lasts(read("duration")),
        ([_, ..], _) => span.end(read("end")),
        _ => {}
    }
}

/// Says what a span means by its type and tags: kind, product, name and service.
///
/// The answer is true for work of a store without a `_dd.base_service`: then its `service` is
/// a name that the tracer made up, and the owner is searched above.
fn mean(span: &mut Span<'_>, told: &Texts) -> bool {
    let name = told.first(&["name", "operation_name"]);
    let library = name.split(|byte| *byte == b'.').next().unwrap_or_default();
    let stores = matches!(
        told.text("type"),
        b"sql"
            | b"db"
            | b"cache"
            | b"cassandra"
            | b"elasticsearch"
            | b"opensearch"
            | b"mongodb"
            | b"redis"
            | b"memcached"
            | b"dynamodb"
            | b"consul"
    );
    let entry = !told
        .first(&[
            "http.url",
            "http.method",
            "http.status_code",
            "_dd.top_level",
        ])
        .is_empty();
    if span.draft.kind == Kind::Unknown {
        span.draft.kind = match told.text("type") {
            _ if stores => Kind::Client,
            // What a framework does inside of a request has its type, and no address.
            b"web" | b"serverless" if span.draft.parent == 0 || entry => Kind::Server,
            b"http" => Kind::Client,
            b"queue" if name.ends_with(b"produce") || name.ends_with(b"send") => Kind::Producer,
            b"queue" | b"worker" if name.ends_with(b"consume") || name.ends_with(b"receive") => {
                Kind::Consumer
            }
            _ => Kind::Unknown,
        };
    }
    if stores && told.first(&["db.system", "db.type"]).is_empty() {
        span.told(b"db.system", library);
    }
    if matches!(span.draft.kind, Kind::Producer | Kind::Consumer)
        && told.text("messaging.system").is_empty()
    {
        span.told(b"messaging.system", library);
    }
    // A query's resource is its text, and that of a call is its route.
    let resource = told.first(&["resource", "resource_name"]);
    let routed = !stores && !resource.is_empty();
    span.draft
        .text(Slot::Name, if routed { resource } else { name });
    let (own, base) = (told.text("service"), told.text("_dd.base_service"));
    span.resource(
        Slot::Service,
        &Scalar::Text(if base.is_empty() { own } else { base }.into()),
    );
    stores && base.is_empty()
}
