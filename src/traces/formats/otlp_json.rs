//! OTLP in JSON: one object, lines, and the answers of Tempo.
//!
//! In: JSON text with `resourceSpans` (old or new names, hex or base64 ids). Out: spans.
//! Invariant: one span is held at a time; key order does not matter.
//! Never: a whole document.

use super::format::TraceFormat;
use super::json::{Cursor, Stop, resolved};
use super::lines;
use super::problems::Fault;
use super::stream::Stream;
use crate::traces::spans::collect::{Collector, Pending};
use crate::traces::spans::ids;
use crate::traces::spans::intern::ResourceId;
use crate::traces::spans::scalar::Scalar;
use crate::traces::spans::slots::Slot;
use crate::traces::spans::span::{Draft, Kind, flags, push_text};

/// Members of a document that matter.
enum Top {
    Resources,
    Trace,
    Search,
    Other,
}

/// The meaning of a member's name; both spellings of protobuf in JSON are in use.
fn top(key: &[u8]) -> Top {
    match key {
        b"resourceSpans" | b"resource_spans" | b"batches" => Top::Resources,
        b"trace" | b"result" => Top::Trace,
        b"traces" => Top::Search,
        _ => Top::Other,
    }
}

/// Reads one document: a request, `TracesData`, or an answer of Tempo.
///
/// A document without any of the members is noted as another signal. The answer to a search
/// of Tempo is refused: it lists traces, and has none of their spans.
pub(super) fn document(stream: &mut Stream<'_>, sink: &mut Collector) -> Result<(), Fault> {
    let mut foreign = true;
    let result = stream.object(top, |stream, key| match key {
        Top::Resources => {
            foreign = false;
            stream.array(|stream| resource_spans(stream, sink))
        }
        Top::Trace => {
            foreign = false;
            stream.object(top, |stream, key| match key {
                Top::Resources => stream.array(|stream| resource_spans(stream, sink)),
                _ => stream.skip(),
            })
        }
        Top::Search => {
            let what = "the answer to a search in Tempo has no spans; export the traces themselves (/api/traces/<id>)";
            Err(Fault::Syntax { what, byte: stream.offset() })
        }
        Top::Other => stream.skip(),
    });
    if foreign && result.is_ok() {
        sink.reject("no trace (logs, metrics or another record)");
    }
    result
}

/// Members of resource spans and scope spans that matter.
enum Level {
    Resource,
    Scopes,
    Spans,
    Other,
}

/// The meaning of a member's name; old senders say `instrumentationLibrarySpans`.
fn level(key: &[u8]) -> Level {
    match key {
        b"resource" => Level::Resource,
        b"scopeSpans" | b"scope_spans" | b"instrumentationLibrarySpans" => Level::Scopes,
        b"spans" => Level::Spans,
        _ => Level::Other,
    }
}

/// Reads the spans of one resource.
///
/// Where the spans stand before the resource, they wait for it; without one they have no
/// service.
fn resource_spans(stream: &mut Stream<'_>, sink: &mut Collector) -> Result<(), Fault> {
    let mut resource: Option<ResourceId> = None;
    let mut waiting: Vec<Pending> = Vec::new();
    let result = stream.object(level, |stream, key| match key {
        Level::Resource => {
            let key = stream.leaf(resource_key)?;
            resource = Some(sink.resource(&key));
            Ok(())
        }
        Level::Scopes => stream.array(|stream| {
            stream.object(level, |stream, key| match key {
                Level::Spans => stream.array(|stream| {
                    stream.leaf(|cursor| span(cursor, &mut sink.draft))?;
                    match resource {
                        Some(resource) => sink.push(resource),
                        None => waiting.extend(sink.pend()),
                    }
                    Ok(())
                }),
                _ => stream.skip(),
            })
        }),
        _ => stream.skip(),
    });
    if !waiting.is_empty() {
        let resource = resource.unwrap_or_else(|| sink.resource(b""));
        waiting
            .iter()
            .for_each(|pending| sink.settle(pending, resource));
    }
    result
}

/// The key of a resource: those of its attributes that matter. Equal keys are one resource.
fn resource_key(cursor: &mut Cursor<'_>) -> Result<Vec<u8>, Stop> {
    let mut key = Vec::new();
    members(cursor, |cursor, name| match name {
        b"attributes" => attributes(cursor, |slot, value| {
            if !value.bytes().is_empty() {
                push_text(&mut key, slot, value.bytes());
            }
        }),
        _ => cursor.skip(),
    })?;
    Ok(key)
}

/// Reads one span into `draft`.
///
/// A time that is no number makes the span unusable; a missing one counts as 0.
fn span(cursor: &mut Cursor<'_>, draft: &mut Draft) -> Result<(), Stop> {
    draft.clear();
    let (mut start, mut end) = (Some(0), Some(0));
    members(cursor, |cursor, name| {
        match name {
            b"traceId" | b"trace_id" => {
                draft.trace = ids::trace_of(&cursor.scalar()?).unwrap_or_default();
            }
            b"spanId" | b"span_id" => {
                draft.id = ids::span_of(&cursor.scalar()?).unwrap_or_default();
            }
            b"parentSpanId" | b"parent_span_id" => {
                draft.parent = ids::span_of(&cursor.scalar()?).unwrap_or_default();
            }
            b"name" => draft.text(Slot::Name, cursor.scalar()?.bytes()),
            b"kind" => draft.kind = kind(&cursor.scalar()?),
            b"startTimeUnixNano" | b"start_time_unix_nano" => start = cursor.scalar()?.time(),
            b"endTimeUnixNano" | b"end_time_unix_nano" => end = cursor.scalar()?.time(),
            b"attributes" => attributes(cursor, |slot, value| draft.slot(slot, value))?,
            b"status" => status(cursor, draft)?,
            b"links" => links(cursor, draft)?,
            b"traceState" | b"trace_state" => draft.trace_state(cursor.scalar()?.bytes()),
            _ => cursor.skip()?,
        }
        Ok(())
    })?;
    match (start, end) {
        (Some(start), Some(end)) => draft.interval(start, end),
        _ => draft.reject = Some("time out of range"),
    }
    Ok(())
}

/// The kind, by number (`3`) or by name (`SPAN_KIND_CLIENT`).
fn kind(value: &Scalar<'_>) -> Kind {
    value
        .uint()
        .map_or_else(|| Kind::from_name(value.bytes()), Kind::from_number)
}

/// Reads the status, of which only the code for an error matters.
fn status(cursor: &mut Cursor<'_>, draft: &mut Draft) -> Result<(), Stop> {
    members(cursor, |cursor, name| match name {
        b"code" => {
            let code = cursor.scalar()?;
            draft.flag(
                flags::ERROR,
                matches!(code.bytes(), b"2" | b"STATUS_CODE_ERROR"),
            );
            Ok(())
        }
        _ => cursor.skip(),
    })
}

/// Reads the links to other spans; one without a valid id of a trace and of a span is
/// dropped.
fn links(cursor: &mut Cursor<'_>, draft: &mut Draft) -> Result<(), Stop> {
    elements(cursor, |cursor| {
        let (mut trace, mut id) = (None, None);
        members(cursor, |cursor, name| {
            match name {
                b"traceId" | b"trace_id" => trace = ids::trace_of(&cursor.scalar()?),
                b"spanId" | b"span_id" => id = ids::span_of(&cursor.scalar()?),
                _ => cursor.skip()?,
            }
            Ok(())
        })?;
        if let (Some(trace), Some(id)) = (trace, id) {
            draft.link(trace, id);
        }
        Ok(())
    })
}

/// Visits the attributes that matter in a list of `{"key":…,"value":{…}}`.
///
/// As in Jaeger's tags, the usual form is tried first, member by member only where it does
/// not fit.
fn attributes(
    cursor: &mut Cursor<'_>,
    mut visit: impl FnMut(Slot, &Scalar<'_>),
) -> Result<(), Stop> {
    elements(cursor, |cursor| {
        let start = cursor.position();
        if let Some((slot, value)) = usual_attribute(cursor)? {
            if let Some(slot) = slot {
                visit(slot, &value);
            }
            return Ok(());
        }
        cursor.back_to(start);
        let (mut name, mut value) = (None, None);
        members(cursor, |cursor, member| {
            match member {
                b"key" => name = Some(cursor.text()?),
                b"value" => value = Some(any_value(cursor)?),
                _ => cursor.skip()?,
            }
            Ok(())
        })?;
        if let (Some(slot), Some(value)) = (name.and_then(|name| Slot::of(&name)), value) {
            visit(slot, &value);
        }
        Ok(())
    })
}

/// An attribute as most senders write it, without white space; `None` when it is written otherwise.
///
/// Such an attribute is `{"key":"db.system","value":{"stringValue":"redis"}}`. The slot is
/// `None` for names that do not matter; their values are not even unescaped.
#[inline]
fn usual_attribute<'a>(
    cursor: &mut Cursor<'a>,
) -> Result<Option<(Option<Slot>, Scalar<'a>)>, Stop> {
    if !cursor.literal(br#"{"key":""#) {
        return Ok(None);
    }
    let (name, odd) = cursor.rest_of_string()?;
    let quoted = cursor.literal(br#","value":{"stringValue":""#)
        || cursor.literal(br#","value":{"intValue":""#);
    if !quoted || odd {
        return Ok(None);
    }
    let (text, escaped) = cursor.rest_of_string()?;
    if !cursor.literal(b"}}") {
        return Ok(None);
    }
    let slot = Slot::of(name);
    let value = if slot.is_some() {
        Scalar::Text(resolved(text, escaped))
    } else {
        Scalar::Other
    };
    Ok(Some((slot, value)))
}

/// The scalar in `{"stringValue":…}`, `{"intValue":…}` and their kin.
fn any_value<'a>(cursor: &mut Cursor<'a>) -> Result<Scalar<'a>, Stop> {
    let mut value = Scalar::Other;
    members(cursor, |cursor, name| match name {
        b"stringValue" | b"string_value" | b"intValue" | b"int_value" | b"boolValue"
        | b"bool_value" | b"doubleValue" | b"double_value" => {
            value = cursor.scalar()?;
            Ok(())
        }
        _ => cursor.skip(),
    })?;
    Ok(value)
}

/// Visits the members of an object; `null` counts as an empty one.
pub(super) fn members<'a>(
    cursor: &mut Cursor<'a>,
    mut visit: impl FnMut(&mut Cursor<'a>, &'a [u8]) -> Result<(), Stop>,
) -> Result<(), Stop> {
    if cursor.peek()? == b'n' {
        return cursor.skip();
    }
    cursor.eat(b'{')?;
    let mut first = true;
    while let Some(name) = cursor.next_key(&mut first)? {
        visit(cursor, name)?;
    }
    Ok(())
}

/// Visits the elements of an array; `null` counts as an empty one.
pub(super) fn elements<'a>(
    cursor: &mut Cursor<'a>,
    mut visit: impl FnMut(&mut Cursor<'a>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    if cursor.peek()? == b'n' {
        return cursor.skip();
    }
    cursor.eat(b'[')?;
    let mut first = true;
    while cursor.next_item(&mut first, b']')? {
        visit(cursor)?;
    }
    Ok(())
}

/// OTLP JSON and Tempo's answers.
pub(super) const FORMAT: TraceFormat = TraceFormat {
    id: "otlp-json",
    about: "OTLP in JSON: one object, lines, or an answer of Tempo",
    sniff: |head| {
        head.has(&["resourceSpans", "resource_spans"])
            || head.holds(&["batches", "trace", "result", "traces"])
    },
    read: |reader, sinks| lines::documents(reader, sinks, document),
};
