//! Rows of the tables that spans are kept in: `otel_traces` of `ClickHouse`, those of `SigNoz` and Jaeger, and their kin.
//!
//! In: one JSON object a row, also in an array or in `data`. Out: spans.
//! Invariant: columns are known by their name without case and underscores (`SpanId`, `span_id`, `spanID`);
//! attributes are objects, JSON text, lists of pairs, or lists of keys beside lists of values.
//! Never: more than one row as text.

use super::fields::{Span, link, plain};
use super::format::TraceFormat;
use super::json::{Cursor, Stop};
use super::otlp_json::elements;
use super::records::{Role, leaves, records};
use super::{lines, moment};
use crate::traces::spans::ids;
use crate::traces::spans::scalar::Scalar;
use crate::traces::spans::slots::Slot;
use crate::traces::spans::span::Kind;

/// Rows of tables.
pub(super) const FORMAT: TraceFormat = TraceFormat {
    id: "rows",
    about: "rows of a table of spans as JSON: ClickHouse (OpenTelemetry, SigNoz, Jaeger) and alike",
    sniff: |head| {
        let any = |names: &[&str]| {
            let below = |name: &&str| head.reaches(&[&format!("data.{name}")]);
            head.has(names) || names.iter().any(below)
        };
        let own = [
            "ServiceName",
            "service_name",
            "serviceName",
            "resource_string_service$$name",
            "SpanAttributes",
            "ResourceAttributes",
            "attributes_string",
            "resources_string",
        ];
        any(&["TraceId", "trace_id", "traceID", "traceId"])
            && any(&["SpanId", "span_id", "spanID", "spanId", "id"])
            && any(&["Duration", "duration_nano", "durationNano", "duration"])
            && any(&own)
            && !any(&["process", "tags", "durationInNanos", "localEndpoint"])
    },
    read: |reader, sinks| {
        lines::documents(reader, sinks, |stream, sink| {
            records(stream, role, &mut |stream| stream.span(sink, row))
        })
    },
};

/// Where rows lie: bare, or below `data` beside the statistics of an answer.
fn role(key: &[u8]) -> Role {
    match key {
        b"data" => Role::Holder,
        b"meta" | b"statistics" | b"totals" | b"extremes" => Role::Other,
        _ if key.starts_with(b"rows") => Role::Other,
        _ => Role::Record,
    }
}

/// Reads a row.
///
/// A path is a column and the rest behind the first dot, since columns of maps may be spread:
/// `SpanAttributes.http.route`, `Links.TraceId`.
pub(super) fn row(cursor: &mut Cursor<'_>, span: &mut Span<'_>) -> Result<(), Stop> {
    let mut lists = Lists::default();
    leaves(cursor, |cursor, path| {
        let end = memchr::memchr(b'.', path).unwrap_or(path.len());
        let (column, rest) = (plain(&path[..end]), path.get(end + 1..).unwrap_or_default());
        match &*column {
            b"spanattributes" | b"attributes" | b"attributesstring" | b"attributesnumber"
            | b"attributesbool" => {
                attributes(cursor, rest, &mut |name, value| span.attribute(name, value))
            }
            b"resourceattributes" | b"resourcesstring" | b"resource" => {
                attributes(cursor, rest, &mut |name, value| resource(span, name, value))
            }
            b"strattributes"
            | b"intattributes"
            | b"doubleattributes"
            | b"boolattributes"
            | b"resourcestrattributes"
            | b"links" => lists.note(&column, rest, cursor),
            b"events" => cursor.skip(),
            _ if end < path.len() => cursor.skip(),
            _ => cursor.scalar().map(|value| field(span, &column, &value)),
        }
    })?;
    lists.give(span)
}

/// Takes the value of a plain column, by its name without case and underscores.
///
/// A kind may be told twice, as a number and as text; an unknown one does not replace a known
/// one.
fn field(span: &mut Span<'_>, column: &[u8], value: &Scalar<'_>) {
    match column {
        b"traceid" => span.draft.trace = ids::trace_of(value).unwrap_or_default(),
        b"spanid" | b"id" => span.draft.id = ids::span_of(value).unwrap_or_default(),
        b"parentspanid" | b"parentid" => {
            span.draft.parent = ids::span_of(value).unwrap_or_default();
        }
        b"tracestate" => span.draft.trace_state(value.bytes()),
        b"spanname" | b"name" | b"operationname" => span.draft.text(Slot::Name, value.bytes()),
        b"spankind" | b"kind" | b"kindstring" => {
            let number = value.uint().map(Kind::from_number);
            let kind = number.unwrap_or_else(|| Kind::from_name(value.bytes()));
            span.draft.kind = if kind == Kind::Unknown {
                span.draft.kind
            } else {
                kind
            };
        }
        b"servicename" | b"resourcestringservice$$name" => span.resource(Slot::Service, value),
        b"timestamp" | b"starttime" | b"starttimeunixnano" => span.start(moment::any(value)),
        b"endtimeunixnano" | b"endtime" => span.end(moment::any(value)),
        b"duration" | b"durationnano" | b"durationns" => span.lasts(value.scaled(0)),
        b"statuscode" | b"statuscodestring" => {
            let code = value.bytes();
            let code = code.strip_prefix(b"STATUS_CODE_").unwrap_or(code);
            span.failed(code == b"2" || code.eq_ignore_ascii_case(b"error"));
        }
        b"haserror" => span.failed(value.is_true()),
        _ => {}
    }
}

/// An attribute of the resource; the service has a column of its own.
fn resource(span: &mut Span<'_>, name: &[u8], value: &Scalar<'_>) {
    if let Some(slot) = Slot::of(name).filter(|slot| *slot != Slot::Service) {
        span.resource(slot, value);
    }
}

/// Visits attributes: one whose name is `name`, or all that the value here holds.
fn attributes(
    cursor: &mut Cursor<'_>,
    name: &[u8],
    visit: &mut dyn FnMut(&[u8], &Scalar<'_>),
) -> Result<(), Stop> {
    if cursor.peek()? == b'[' {
        return elements(cursor, |cursor| pair(cursor, visit));
    }
    let value = cursor.scalar()?;
    if !name.is_empty() {
        visit(name, &value);
        return Ok(());
    }
    // JSON as text; a column that holds none has no attributes.
    let mut text = Cursor::new(value.bytes());
    let _ = match text.peek() {
        Ok(b'[') => elements(&mut text, |cursor| pair(cursor, visit)),
        _ => leaves(&mut text, |cursor, name| {
            cursor.scalar().map(|value| visit(name, &value))
        }),
    };
    Ok(())
}

/// A pair, as `["key","value"]` or `{"key":…,"value":…}`.
fn pair(cursor: &mut Cursor<'_>, visit: &mut dyn FnMut(&[u8], &Scalar<'_>)) -> Result<(), Stop> {
    let (mut name, mut found) = (None, None);
    if cursor.peek()? == b'[' {
        elements(cursor, |cursor| {
            let value = cursor.scalar()?;
            let place = if name.is_none() {
                &mut name
            } else {
                &mut found
            };
            *place = Some(value.bytes().to_vec());
            Ok(())
        })?;
    } else {
        leaves(cursor, |cursor, path| {
            let value = cursor.scalar()?;
            let first = path.split(|byte| *byte == b'.').next().unwrap_or_default();
            match first {
                b"key" | b"Key" => name = Some(value.bytes().to_vec()),
                b"value" | b"Value" => found = Some(value.bytes().to_vec()),
                _ => {}
            }
            Ok(())
        })?;
    }
    if let (Some(name), Some(value)) = (name, found) {
        visit(&name, &Scalar::Text(value.into()));
    }
    Ok(())
}

/// Lists that belong together, each at its place in the row.
#[derive(Default)]
struct Lists<'a> {
    /// Column, part of it (`key`, `value`, `traceid`; empty for a whole list), and where its
    /// value stands.
    found: Vec<(Vec<u8>, Vec<u8>, Cursor<'a>)>,
}

impl<'a> Lists<'a> {
    /// Remembers where a list stands, and skips it.
    fn note(&mut self, column: &[u8], rest: &[u8], cursor: &mut Cursor<'a>) -> Result<(), Stop> {
        self.found
            .push((column.to_vec(), plain(rest), cursor.clone()));
        cursor.skip()
    }

    /// Gives the span the attributes and links of all lists.
    ///
    /// Keys and values of one column are two lists of the same row (`strAttributes.key`,
    /// `strAttributes.value`), and may come in any order.
    fn give(&self, span: &mut Span<'_>) -> Result<(), Stop> {
        for (column, part, list) in &self.found {
            let other = |name: &[u8]| {
                self.found
                    .iter()
                    .find(|(known, part, _)| known == column && part == name)
            };
            match (&**column, &**part) {
                (b"links", b"") => links(&mut list.clone(), span)?,
                (b"links", b"traceid") => {
                    let Some((.., ids)) = other(b"spanid") else {
                        continue;
                    };
                    zip(list, ids, |trace, id| {
                        let (trace, id) = (ids::trace_of(trace), ids::span_of(id));
                        span.draft
                            .link(trace.unwrap_or_default(), id.unwrap_or_default());
                    })?;
                }
                (_, b"key") => {
                    let Some((.., values)) = other(b"value") else {
                        continue;
                    };
                    let of_resource = column.starts_with(b"resource");
                    zip(list, values, |name, value| {
                        if of_resource {
                            resource(span, name.bytes(), value);
                        } else {
                            span.attribute(name.bytes(), value);
                        }
                    })?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Visits the elements of two lists side by side.
///
/// It ends with the shorter of both.
fn zip(
    left: &Cursor<'_>,
    right: &Cursor<'_>,
    mut visit: impl FnMut(&Scalar<'_>, &Scalar<'_>),
) -> Result<(), Stop> {
    let mut all = Vec::new();
    elements(&mut right.clone(), |cursor| {
        all.push(cursor.scalar()?);
        Ok(())
    })?;
    let mut all = all.iter();
    elements(&mut left.clone(), |cursor| {
        let value = cursor.scalar()?;
        if let Some(other) = all.next() {
            visit(&value, other);
        }
        Ok(())
    })
}

/// Links as a list of objects, or as its text.
fn links(cursor: &mut Cursor<'_>, span: &mut Span<'_>) -> Result<(), Stop> {
    let each =
        |cursor: &mut Cursor<'_>, span: &mut Span<'_>| link(cursor, span.draft, ids::trace_of);
    if cursor.peek()? == b'[' {
        return elements(cursor, |cursor| each(cursor, span));
    }
    let value = cursor.scalar()?;
    let mut text = Cursor::new(value.bytes());
    // Text that is no list has no links.
    let _ = elements(&mut text, |cursor| each(cursor, span));
    Ok(())
}
