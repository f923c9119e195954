//! Google Cloud Trace: traces of the first version of its API, and spans of the second.
//!
//! In: `traces[].spans[]` with decimal ids and labels, or `spans[]` with `displayName` and attributes. Out: spans.
//! Invariant: the service is what the labels of the resource say; a span without them has none.
//! Never: more than one trace of the first version as text (64 MiB at most).

use super::fields::{Span, Texts, attribute_of, link};
use super::format::TraceFormat;
use super::json::{Cursor, Stop};
use super::lines;
use super::moment;
use super::otlp_json::elements;
use super::problems::Fault;
use super::records::{Role, is_record, leaves, records};
use super::stream::Stream;
use crate::traces::spans::collect::Collector;
use crate::traces::spans::ids;
use crate::traces::spans::scalar::Scalar;
use crate::traces::spans::slots::Slot;
use crate::traces::spans::span::{Kind, TraceId};

/// Google Cloud Trace.
pub(super) const FORMAT: TraceFormat = TraceFormat {
    id: "google-cloud-trace",
    about: "Google Cloud Trace: traces of its first API, spans of its second",
    sniff: |head| {
        let first = head.reaches(&["projectId"]) && head.reaches(&["spans.spanId"]);
        let second = head.reaches(&["displayName.value"]) && head.reaches(&["spanId"]);
        first || second
    },
    read: |reader, sinks| lines::documents(reader, sinks, document),
};

/// Where spans and traces lie; a trace is a record, too, since its id stands outside of its
/// spans.
fn role(key: &[u8]) -> Role {
    match key {
        b"projectId" | b"traceId" | b"displayName" | b"spanId" => Role::Record,
        b"traces" | b"spans" => Role::Holder,
        _ => Role::Other,
    }
}

/// Reads spans of the second version, or traces of the first.
///
/// A trace is taken as a whole: its id may follow its spans, which do not tell it themselves.
fn document(stream: &mut Stream<'_>, sink: &mut Collector) -> Result<(), Fault> {
    records(stream, role, &mut |stream| {
        if !stream.leaf(|cursor| is_record(&mut cursor.clone(), trace))? {
            return stream.span(sink, |cursor, span| one(cursor, span, None));
        }
        let (text, base) = stream.whole()?;
        let mut trace = [0, 0];
        let mut cursor = Cursor::new(&text);
        let _ = leaves(&mut cursor, |cursor, path| {
            if path != b"traceId" {
                return cursor.skip();
            }
            cursor
                .scalar()
                .map(|value| trace = ids::trace_id(value.bytes()).unwrap_or_default())
        });
        stream.inside(text, base, |stream| {
            stream.object(
                |key| key == b"spans",
                |stream, spans| {
                    if !spans {
                        return stream.skip();
                    }
                    stream.array(|stream| {
                        stream.span(sink, |cursor, span| one(cursor, span, Some(trace)))
                    })
                },
            )
        });
        Ok(())
    })
}

/// Tells a trace of the first version from a span.
fn trace(key: &[u8]) -> Role {
    match key {
        b"projectId" | b"traceId" | b"spans" => Role::Record,
        b"displayName" | b"spanId" | b"startTime" => Role::Holder,
        _ => Role::Other,
    }
}

/// What labels are called elsewhere.
const LABELS: &[(&str, &str)] = &[
    ("/http/host", "http.host"),
    ("/http/method", "http.method"),
    ("/http/route", "http.route"),
    ("/http/status_code", "http.status_code"),
    ("/http/url", "http.url"),
    ("/error/name", "error.type"),
    ("g.co/status/code", "rpc.grpc.status_code"),
];

/// Labels that name the service, the best ones first.
const SERVICES: &[&str] = &[
    "service.name",
    "g.co/r/generic_task/job",
    "g.co/r/cloud_run_revision/service_name",
    "g.co/r/k8s_container/container_name",
    "g.co/r/gae_app/module_id",
    "g.co/gae/app/module",
    "istio.canonical_service",
    "/component",
    "/http/host",
];

/// Reads a span; one of the first version belongs to the trace `trace`.
///
/// The kind of ids tells the versions apart as well: decimal in the first, hexadecimal in the
/// second. Where `trace` is `None`, the span's own name holds the id of its trace.
fn one(cursor: &mut Cursor<'_>, span: &mut Span<'_>, trace: Option<TraceId>) -> Result<(), Stop> {
    span.draft.trace = trace.unwrap_or_default();
    let mut services = Texts::of(SERVICES);
    let id = |value: &Scalar<'_>| match trace {
        Some(_) => value.uint(),
        None => ids::span_id(value.bytes()),
    };
    leaves(cursor, |cursor, path| {
        if path == b"links.link" {
            return elements(cursor, |cursor| link(cursor, span.draft, ids::trace_of));
        }
        let value = cursor.scalar()?;
        match path {
            b"spanId" => span.draft.id = id(&value).unwrap_or_default(),
            b"parentSpanId" => span.draft.parent = id(&value).unwrap_or_default(),
            b"kind" | b"spanKind" => {
                let kind = value.bytes().strip_prefix(b"RPC_").unwrap_or(value.bytes());
                span.draft.kind = Kind::from_name(kind);
            }
            b"name" if trace.is_none() => {
                // projects/<project>/traces/<trace>/spans/<span>
                let mut parts = value.bytes().split(|byte| *byte == b'/').skip(3);
                let trace = parts.next().and_then(ids::trace_id);
                span.draft.trace = trace.unwrap_or_default();
            }
            b"name" | b"displayName.value" => span.draft.text(Slot::Name, name_of(value.bytes())),
            b"startTime" => span.start(moment::any(&value)),
            b"endTime" => span.end(moment::any(&value)),
            b"status.code" => span.failed(!matches!(value.bytes(), b"0" | b"1" | b"")),
            _ => {
                let Some(label) = label_of(path) else {
                    return Ok(());
                };
                services.note(label, &value);
                span.attribute(attribute_of(LABELS, label).unwrap_or(label), &value);
                if label == b"deployment.environment" || label == b"deployment.environment.name" {
                    span.resource(Slot::Environment, &value);
                }
            }
        }
        Ok(())
    })?;
    // What answers and has no name of its own is called like the host that it answers for.
    let answers = span.draft.kind == Kind::Server;
    let names = if answers {
        SERVICES
    } else {
        &SERVICES[..SERVICES.len() - 1]
    };
    span.resource(Slot::Service, &Scalar::Text(services.first(names).into()));
    Ok(())
}

/// The name of an operation without the mark of its direction that `OpenCensus` gives it.
fn name_of(name: &[u8]) -> &[u8] {
    let bare = name.strip_prefix(b"Recv.").or(name.strip_prefix(b"Sent."));
    bare.unwrap_or(name)
}

/// The label that stands at `path`, of either version.
fn label_of(path: &[u8]) -> Option<&[u8]> {
    if let Some(label) = path.strip_prefix(b"labels.") {
        return Some(label);
    }
    let rest = path.strip_prefix(b"attributes.attributeMap.")?;
    let kinds: [&[u8]; 3] = [b".stringValue.value", b".intValue", b".boolValue"];
    kinds.iter().find_map(|kind| rest.strip_suffix(*kind))
}
