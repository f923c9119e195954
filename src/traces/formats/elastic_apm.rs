//! Elastic APM: what agents send (intake, version 2), and the documents of its indices.
//!
//! In: lines of `metadata`, `transaction` and `span`; documents with `processor.event`, also in the answer of a
//! search. Out: spans.
//! Invariant: the metadata of an intake holds for the lines below it, up to the next metadata.
//! Never: transactions that were not sampled; the sampled ones stand for them by their rate.

use std::io::Read;

use super::fields::{Span, Texts, link};
use super::format::TraceFormat;
use super::json::{Cursor, Stop};
use super::moment;
use super::otlp_json::elements;
use super::problems::Problems;
use super::records::{Role, leaves, records};
use super::stream::documents;
use crate::traces::spans::collect::Collector;
use crate::traces::spans::ids;
use crate::traces::spans::scalar::Scalar;
use crate::traces::spans::slots::Slot;
use crate::traces::spans::span::Kind;

/// Elastic APM.
pub(super) const FORMAT: TraceFormat = TraceFormat {
    id: "elastic-apm",
    about: "Elastic APM: what agents send (NDJSON), or documents of its indices",
    sniff: |head| {
        let intake = [
            "metadata.service.name",
            "transaction.trace_id",
            "span.transaction_id",
        ];
        head.reaches(&intake) || (head.reaches(&["processor.event"]) && head.reaches(&["trace.id"]))
    },
    read,
};

/// Reads lines or answers; metadata is kept for the events that follow it.
///
/// One thread reads the whole input: the metadata of a line may stand in any line above.
fn read(reader: &mut (dyn Read + Send), sinks: &mut [Collector]) -> Problems {
    let mut metadata = Vec::new();
    documents(reader, sinks, |stream, sink| {
        records(stream, role, &mut |stream| {
            let told = stream.leaf(|cursor| metadata_of(&mut cursor.clone()))?;
            match told {
                Some(texts) => {
                    metadata = texts;
                    stream.skip()
                }
                None => stream.span(sink, |cursor, span| one(cursor, span, &metadata)),
            }
        })
    })
}

/// Where documents lie in the answer of a search; any other object is a record.
fn role(key: &[u8]) -> Role {
    match key {
        b"hits" => Role::Holder,
        b"took" | b"timed_out" | b"_shards" | b"_scroll_id" | b"total" | b"max_score" => {
            Role::Other
        }
        _ => Role::Record,
    }
}

/// What metadata says of the service, by slot.
type Metadata = Vec<(Slot, Vec<u8>)>;

/// What the record here says as metadata; `None` if it is an event. The cursor is a copy.
///
/// Only the first member is looked at: a line of an intake is an object with one member.
fn metadata_of(ahead: &mut Cursor<'_>) -> Result<Option<Metadata>, Stop> {
    let start = ahead.position();
    ahead.eat(b'{')?;
    if ahead.next_key(&mut true)? != Some(b"metadata") {
        return Ok(None);
    }
    ahead.back_to(start);
    let mut found = Vec::new();
    leaves(ahead, |cursor, path| {
        let value = cursor.scalar()?;
        let slot = match path {
            b"metadata.service.name" => Slot::Service,
            b"metadata.service.environment" => Slot::Environment,
            _ => return Ok(()),
        };
        found.push((slot, value.bytes().to_vec()));
        Ok(())
    })?;
    Ok(Some(found))
}

/// Fields without the name of their event and without `context`, which documents of an index do not have.
const FIELDS: &[&str] = &[
    "id",
    "transaction.id",
    "span.id",
    "transaction_id",
    "processor.event",
    "parent_id",
    "timestamp",
    "@timestamp",
    "duration",
    "duration.us",
    "type",
    "subtype",
    "action",
    "name",
    "sample_rate",
    "representative_count",
    "otel.span_kind",
    "kind",
    "destination.service.resource",
    "destination.address",
    "service.target.name",
    "http.url",
    "http.url.original",
    "url.original",
    "db.instance",
    "message.queue.name",
    "service.name",
    "service.environment",
];

/// Reads one event, of an intake (`{"span":{…}}`) or of an index
/// (`{"processor":{"event":"span"},…}`).
///
/// An index has both `transaction.id` and `span.id` in a span; which it is, `processor.event`
/// says. In an intake, the name of the member does. Without either, the record is left out.
fn one(cursor: &mut Cursor<'_>, span: &mut Span<'_>, metadata: &Metadata) -> Result<(), Stop> {
    let (mut told, mut event) = (Texts::of(FIELDS), None);
    leaves(cursor, |cursor, path| {
        let path = path.strip_prefix(b"_source.").unwrap_or(path);
        let of = |name: &[u8]| {
            path.strip_prefix(name)
                .and_then(|rest| rest.strip_prefix(b"."))
        };
        let (own, field) = match (of(b"transaction"), of(b"span")) {
            (Some(rest), _) => (Some(false), rest),
            (_, Some(rest)) => (Some(true), rest),
            _ => (None, path),
        };
        if field == b"links" {
            return elements(cursor, |cursor| link(cursor, span.draft, ids::trace_of));
        }
        let value = cursor.scalar()?;
        let field = field.strip_prefix(b"context.").unwrap_or(field);
        if matches!(field, b"trace_id" | b"transaction_id" | b"duration.us") {
            event = own.or(event);
        }
        match field {
            b"trace_id" | b"trace.id" => {
                span.draft.trace = ids::trace_id(value.bytes()).unwrap_or_default();
            }
            b"parent_id" | b"parent.id" => {
                span.draft.parent = ids::span_id(value.bytes()).unwrap_or_default();
            }
            b"timestamp.us" => span.start(value.scaled(3)),
            b"timestamp" if own.is_some() => span.start(value.scaled(3)),
            b"duration" => span.lasts(value.scaled(6)),
            b"duration.us" => span.lasts(value.scaled(3)),
            b"outcome" | b"event.outcome" => span.failed(value.bytes() == b"failure"),
            b"sampled" if value.bytes() == b"false" => {
                span.left = Some("transaction that was not sampled");
            }
            b"id" => told.note(
                if own == Some(true) {
                    b"span.id"
                } else {
                    b"transaction.id"
                },
                &value,
            ),
            b"db.statement" => span.attribute(b"db.statement", &value),
            b"response.status_code" | b"http.status_code" | b"http.response.status_code" => {
                span.attribute(b"http.status_code", &value);
            }
            b"request.method" | b"http.method" | b"http.request.method" => {
                span.attribute(b"http.method", &value);
            }
            _ => told.note(field, &value),
        }
        Ok(())
    })?;
    let is_span = match told.text("processor.event") {
        b"span" => true,
        b"transaction" => false,
        b"" => event.unwrap_or_default(),
        _ => {
            span.left = Some("no trace (logs, metrics or another record)");
            return Ok(());
        }
    };
    if event.is_none() && told.text("processor.event").is_empty() {
        span.left = Some("no trace (logs, metrics or another record)");
        return Ok(());
    }
    identify(span, &told, is_span);
    for (slot, text) in metadata {
        span.resource(*slot, &Scalar::Text(text.as_slice().into()));
    }
    for (slot, name) in [
        (Slot::Service, "service.name"),
        (Slot::Environment, "service.environment"),
    ] {
        span.resource(slot, &Scalar::Text(told.text(name).into()));
    }
    span.draft.text(Slot::Name, told.text("name"));
    mean(span, &told, is_span);
    Ok(())
}

/// Ids, times that are told otherwise, and the sampling rate.
///
/// A span without a `parent_id` is called by its transaction. `sample_rate` is a share;
/// `representative_count` is its inverse, and only counts from 1 up.
fn identify(span: &mut Span<'_>, told: &Texts, is_span: bool) {
    let id = |name| ids::span_id(told.text(name)).unwrap_or_default();
    let transaction = told.first(&["transaction.id", "transaction_id"]);
    let transaction = ids::span_id(transaction).unwrap_or_default();
    span.draft.id = if is_span { id("span.id") } else { transaction };
    if is_span && span.draft.parent == 0 {
        span.draft.parent = transaction;
    }
    if let text @ [_, ..] = told.text("@timestamp")
        && !span.is_started()
    {
        span.start(moment::any(&Scalar::Text(text.into())));
    }
    span.told(b"sampling.ratio", told.text("sample_rate"));
    let count = std::str::from_utf8(told.text("representative_count")).ok();
    if let Some(count) = count
        .and_then(|text| text.parse::<f64>().ok())
        .filter(|count| *count >= 1.0)
    {
        span.told(b"sampling.ratio", (1.0 / count).to_string().as_bytes());
    }
}

/// What the span calls or answers.
///
/// The kind of a transaction follows from its type alone; a span is a call if it says so, if
/// its type is one of those that always are, or if it has a target. A receiving span is a
/// client of the broker, and no consumer: the transaction that it starts is.
fn mean(span: &mut Span<'_>, told: &Texts, is_span: bool) {
    // Old agents write type, subtype and action in one: `db.postgresql.query`.
    let mut parts = told.text("type").splitn(3, |byte| *byte == b'.');
    let [kind, subtype, action] = [(); 3].map(|()| parts.next().unwrap_or_default());
    let subtype = if told.text("subtype").is_empty() {
        subtype
    } else {
        told.text("subtype")
    };
    let action = if told.text("action").is_empty() {
        action
    } else {
        told.text("action")
    };
    let target = told.first(&["destination.service.resource", "service.target.name"]);
    span.draft.kind = match (kind, is_span) {
        _ if !told.first(&["otel.span_kind", "kind"]).is_empty() => {
            Kind::from_name(told.first(&["otel.span_kind", "kind"]))
        }
        (b"messaging", false) => Kind::Consumer,
        (b"request", false) => Kind::Server,
        (_, false) => Kind::Internal,
        (b"messaging", true) if matches!(action, b"receive" | b"poll") => Kind::Client,
        (b"messaging", true) => Kind::Producer,
        (b"db" | b"cache" | b"external" | b"storage", true) => Kind::Client,
        _ if target.is_empty() => Kind::Internal,
        _ => Kind::Client,
    };
    if kind == b"messaging" {
        // A resource is called by its product and its queue: `kafka/orders`.
        let behind = target
            .strip_prefix(subtype)
            .and_then(|rest| rest.strip_prefix(b"/"));
        span.told(b"messaging.system", subtype);
        span.told(
            b"messaging.operation",
            if span.draft.kind == Kind::Client {
                b"receive"
            } else {
                b""
            },
        );
        span.told(b"messaging.destination.name", behind.unwrap_or_default());
        return span.told(
            b"messaging.destination.name",
            told.text("message.queue.name"),
        );
    }
    if span.draft.kind != Kind::Client {
        return;
    }
    span.told(
        b"http.url",
        told.first(&["http.url", "http.url.original", "url.original"]),
    );
    span.told(b"server.address", told.text("destination.address"));
    if kind == b"db" || kind == b"cache" {
        span.told(b"db.system", subtype);
        return span.told(b"db.name", told.text("db.instance"));
    }
    if told
        .first(&[
            "destination.address",
            "http.url",
            "http.url.original",
            "url.original",
        ])
        .is_empty()
    {
        span.told(b"server.address", target);
    }
}
