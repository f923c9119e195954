//! Apache `SkyWalking`: the answer of the GraphQL query `queryTrace`.
//!
//! In: `data.<name>.spans`, of one trace or many. Out: spans.
//! Invariant: a span is told by its segment and its number in it; a reference to another segment is its parent.
//! Never: the segments themselves, which the query does not give.

use super::fields::{Span, Texts, attribute_of, named_span, named_trace};
use super::format::TraceFormat;
use super::jaeger::tags;
use super::json::{Cursor, Stop};
use super::lines;
use super::otlp_json::elements;
use super::records::{Role, leaves, records};
use crate::traces::spans::slots::Slot;
use crate::traces::spans::span::Kind;

/// Apache `SkyWalking`.
pub(super) const FORMAT: TraceFormat = TraceFormat {
    id: "skywalking",
    about: "Apache SkyWalking: the answer of the GraphQL query queryTrace",
    sniff: |head| head.reaches(&["spans.segmentId", "spans.serviceCode", "spans.endpointName"]),
    read: |reader, sinks| {
        lines::documents(reader, sinks, |stream, sink| {
            records(stream, role, &mut |stream| stream.span(sink, span))
        })
    },
};

/// Fields of a span; an answer calls what it holds as the query has it (`trace: queryTrace(…)`).
const OWN: &[&str] = &[
    "attachedEvents",
    "component",
    "endTime",
    "endpointName",
    "isError",
    "layer",
    "logs",
    "parentSpanId",
    "peer",
    "refs",
    "segmentId",
    "serviceCode",
    "serviceInstanceName",
    "spanId",
    "startTime",
    "tags",
    "traceId",
    "type",
];

/// Where spans lie. The answer's own names are free, so everything that is no field of a span
/// is entered.
fn role(key: &[u8]) -> Role {
    match key {
        _ if OWN.iter().any(|own| own.as_bytes() == key) => Role::Record,
        b"errors" | b"extensions" | b"debuggingTrace" | b"retrievedTimeRange" => Role::Other,
        _ => Role::Holder,
    }
}

/// What `SkyWalking`'s own tags are called elsewhere.
const TAGS: &[(&str, &str)] = &[
    ("url", "http.url"),
    ("http.url", "http.url"),
    ("status_code", "http.status_code"),
    ("mq.queue", "messaging.destination.name"),
    ("mq.topic", "messaging.destination.name"),
];

/// Fields and tags that say what is called.
const FIELDS: &[&str] = &[
    "segmentId",
    "spanId",
    "parentSpanId",
    "type",
    "layer",
    "component",
    "peer",
    "db.type",
    "cache.type",
];

/// Reads one span.
///
/// A span that is the first of its segment has no parent in it; then the first reference
/// within the trace is its parent. References to other traces are links.
fn span(cursor: &mut Cursor<'_>, span: &mut Span<'_>) -> Result<(), Stop> {
    let (mut told, mut parents) = (Texts::of(FIELDS), Vec::new());
    leaves(cursor, |cursor, path| {
        match path {
            b"refs" => return references(cursor, &mut parents),
            b"tags" => {
                return tags(cursor, |name, value| {
                    told.note(name, value);
                    span.attribute(attribute_of(TAGS, name).unwrap_or(name), value);
                });
            }
            b"logs" | b"attachedEvents" => return cursor.skip(),
            _ => {}
        }
        let value = cursor.scalar()?;
        match path {
            b"traceId" => span.draft.trace = named_trace(value.bytes()),
            b"serviceCode" => span.resource(Slot::Service, &value),
            b"endpointName" => span.draft.text(Slot::Name, value.bytes()),
            b"startTime" => span.start(value.scaled(6)),
            b"endTime" => span.end(value.scaled(6)),
            b"isError" => span.failed(value.is_true()),
            _ => told.note(path, &value),
        }
        Ok(())
    })?;
    span.draft.id = id_of(told.text("segmentId"), told.text("spanId"));
    span.draft.parent = id_of(told.text("segmentId"), told.text("parentSpanId"));
    for (trace, id) in parents {
        match span.draft.parent {
            _ if trace != span.draft.trace => span.draft.link(trace, id),
            0 => span.draft.parent = id,
            _ => {}
        }
    }
    call(span, &told);
    Ok(())
}

/// The span `number` of a segment; 0 for none, which is written as -1.
fn id_of(segment: &[u8], number: &[u8]) -> u64 {
    if segment.is_empty() || number.is_empty() || number.starts_with(b"-") || number == b"null" {
        return 0;
    }
    named_span(&[segment, b"\0", number].concat())
}

/// The spans that called this segment: trace and span of each.
fn references(cursor: &mut Cursor<'_>, parents: &mut Vec<([u64; 2], u64)>) -> Result<(), Stop> {
    elements(cursor, |cursor| {
        let (mut trace, mut segment, mut number) = ([0, 0], Vec::new(), Vec::new());
        leaves(cursor, |cursor, path| {
            let value = cursor.scalar()?;
            match path {
                b"traceId" => trace = named_trace(value.bytes()),
                b"parentSegmentId" => segment = value.bytes().to_vec(),
                b"parentSpanId" => number = value.bytes().to_vec(),
                _ => {}
            }
            Ok(())
        })?;
        parents.push((trace, id_of(&segment, &number)));
        Ok(())
    })
}

/// What the span calls or answers, by its type and layer.
fn call(span: &mut Span<'_>, told: &Texts) {
    let message = told.is("layer", "MQ");
    span.draft.kind = match (told.text("type"), message) {
        (b"Entry", true) => Kind::Consumer,
        (b"Entry", false) => Kind::Server,
        (b"Exit", true) => Kind::Producer,
        (b"Exit", false) => Kind::Client,
        _ => Kind::Internal,
    };
    // Components are called after their library: `kafka-producer`, `mysql-connector-java`, `Lettuce`.
    let library = told.text("component").to_ascii_lowercase();
    let product = library
        .split(|byte| *byte == b'-')
        .next()
        .unwrap_or_default();
    if message {
        return span.told(b"messaging.system", product);
    }
    if span.draft.kind != Kind::Client {
        return;
    }
    span.told(b"server.address", told.text("peer"));
    if told.is("layer", "Database") || told.is("layer", "Cache") {
        let product: &[u8] = match product {
            b"jedis" | b"lettuce" | b"redisson" => b"redis",
            other => other,
        };
        let named = told.first(&["db.type", "cache.type"]).to_ascii_lowercase();
        // Drivers that do not know their database say `sql`.
        let known = !named.is_empty() && named != b"sql";
        span.told(b"db.system", if known { &named } else { product });
    }
}
