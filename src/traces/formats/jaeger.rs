//! Jaeger's UI and API export.
//!
//! In: `{"data":[{"spans":[…],"processes":{…}}]}`, or one such trace. Out: spans.
//! Invariant: one span's text is held at a time; nested copies of parents are skipped.
//! Never: a whole document or trace as text.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::format::TraceFormat;
use super::json::{Cursor, Stop, resolved};
use super::moment;
use super::otlp_json::{elements, members};
use super::problems::Fault;
use super::stream::{Stream, documents};
use crate::traces::spans::collect::{Collector, Pending};
use crate::traces::spans::ids;
use crate::traces::spans::intern::ResourceId;
use crate::traces::spans::scalar::Scalar;
use crate::traces::spans::slots::Slot;
use crate::traces::spans::span::{Draft, Kind, flags, push_text};

/// Members of a document or trace that matter.
enum Top {
    Data,
    Spans,
    Processes,
    Other,
}

/// The meaning of a member's name.
fn top(key: &[u8]) -> Top {
    match key {
        b"data" => Top::Data,
        b"spans" => Top::Spans,
        b"processes" => Top::Processes,
        _ => Top::Other,
    }
}

/// Reads one document.
pub(super) fn document(stream: &mut Stream<'_>, sink: &mut Collector) -> Result<(), Fault> {
    let mut single = Trace::default();
    let result = stream.object(top, |stream, key| match key {
        Top::Data if stream.peek()? == Some(b'{') => trace(stream, sink),
        Top::Data => stream.array(|stream| trace(stream, sink)),
        _ => single.member(stream, &key, sink),
    });
    single.settle(sink);
    result
}

/// Reads one trace of a list, or the only one.
///
/// Spans that wait for a process are handed over at its end, also where the trace is cut off.
fn trace(stream: &mut Stream<'_>, sink: &mut Collector) -> Result<(), Fault> {
    let mut trace = Trace::default();
    let result = stream.object(top, |stream, key| trace.member(stream, &key, sink));
    trace.settle(sink);
    result
}

/// Spans that wait for the list of processes behind them.
#[derive(Default)]
struct Trace {
    /// Services by process id, as far as they are known.
    processes: FxHashMap<Box<[u8]>, ResourceId>,
    /// Numbers of process ids, in the order in which spans name them.
    names: FxHashMap<Box<[u8]>, u32>,
    /// Spans that name a process, with its number.
    waiting: Vec<(Pending, u32)>,
}

impl Trace {
    /// Reads one member of a trace: spans, which may stand before the processes or behind, or the
    /// list of processes.
    fn member(
        &mut self,
        stream: &mut Stream<'_>,
        key: &Top,
        sink: &mut Collector,
    ) -> Result<(), Fault> {
        match *key {
            Top::Spans => stream.array(|stream| {
                let owner = stream.leaf(|cursor| {
                    jaeger_span(cursor, &mut sink.draft, |name| self.number(name))
                })?;
                match owner {
                    Owner::Inline(key) => {
                        let resource = sink.resource(&key);
                        sink.push(resource);
                    }
                    Owner::Process(number) => self
                        .waiting
                        .extend(sink.pend().map(|pending| (pending, number))),
                }
                Ok(())
            }),
            Top::Processes => {
                let mut found = Vec::new();
                stream.leaf(|cursor| {
                    found.clear();
                    members(cursor, |cursor, name| {
                        found.push((Box::<[u8]>::from(name), process(cursor)?));
                        Ok(())
                    })
                })?;
                for (name, key) in found {
                    self.processes.insert(name, sink.resource(&key));
                }
                Ok(())
            }
            _ => stream.skip(),
        }
    }

    /// The number of a process id, the same for equal ids.
    fn number(&mut self, name: &[u8]) -> u32 {
        if let Some(number) = self.names.get(name) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.insert(name.into(), number);
        number
    }

    /// Hands over all spans that wait; those of an unknown process have no service.
    fn settle(self, sink: &mut Collector) {
        let mut resources = vec![None; self.names.len()];
        self.names.iter().for_each(|(name, number)| {
            if let Some(slot) = resources.get_mut(*number as usize) {
                *slot = self.processes.get(name).copied();
            }
        });
        let unknown = sink.resource(b"");
        for (pending, number) in &self.waiting {
            let resource = resources
                .get(*number as usize)
                .copied()
                .flatten()
                .unwrap_or(unknown);
            sink.settle(pending, resource);
        }
    }
}

/// Where the service of a span is told.
pub(super) enum Owner {
    /// In the span itself.
    Inline(Vec<u8>),
    /// In the list of processes, by number of the process id.
    Process(u32),
}

/// Reads one span into `draft`; `number` numbers process ids.
///
/// Understands the names of the UI export (`spanID`), of protobuf in JSON (`spanId`) and of
/// Elasticsearch documents (`tag`, `startTimeMillis` beside `startTime`). Where both a
/// process id and a service name are told, the first counts; a process in the span itself
/// counts more than either. The parent may be told directly or as a reference.
pub(super) fn jaeger_span(
    cursor: &mut Cursor<'_>,
    draft: &mut Draft,
    mut number: impl FnMut(&[u8]) -> u32,
) -> Result<Owner, Stop> {
    draft.clear();
    let (mut start, mut duration) = (Some(0), Some(0));
    let mut owner = None;
    members(cursor, |cursor, name| {
        match name {
            b"traceID" | b"traceId" => {
                draft.trace = ids::trace_of(&cursor.scalar()?).unwrap_or_default();
            }
            b"spanID" | b"spanId" => draft.id = ids::span_of(&cursor.scalar()?).unwrap_or_default(),
            b"parentSpanID" | b"parentSpanId" => {
                let parent = ids::span_of(&cursor.scalar()?).unwrap_or_default();
                draft.parent = if draft.parent == 0 {
                    parent
                } else {
                    draft.parent
                };
            }
            b"operationName" | b"name" => draft.text(Slot::Name, cursor.scalar()?.bytes()),
            b"references" => references(cursor, draft)?,
            b"startTime" => start = nanos(&cursor.scalar()?, moment::instant),
            b"duration" => duration = nanos(&cursor.scalar()?, moment::duration),
            b"tags" => tags(cursor, |name, value| draft.attribute(name, value))?,
            b"tag" => fields(cursor, |name, value| draft.attribute(name, value))?,
            b"processID" => {
                let process = number(cursor.scalar()?.bytes());
                owner.get_or_insert(Owner::Process(process));
            }
            b"serviceName" => {
                let mut key = Vec::new();
                push_text(&mut key, Slot::Service, cursor.scalar()?.bytes());
                owner.get_or_insert(Owner::Inline(key));
            }
            b"kind" => draft.kind = Kind::from_name(cursor.scalar()?.bytes()),
            b"durationInNanos" => {
                let nanos = cursor.scalar()?.time();
                duration = nanos.or(duration);
            }
            b"process" => owner = Some(Owner::Inline(process(cursor)?)),
            _ => match name.strip_prefix(b"span.attributes.") {
                Some(name) => draft.attribute(&dotted(name), &cursor.scalar()?),
                None => cursor.skip()?,
            },
        }
        Ok(())
    })?;
    match (start, duration) {
        (Some(start), Some(duration)) => draft.interval(start, start.saturating_add(duration)),
        _ => draft.reject = Some("time out of range"),
    }
    Ok(owner.unwrap_or_else(|| Owner::Inline(Vec::new())))
}

/// Microseconds as a number, or a text that `read` understands, in nanoseconds.
fn nanos(value: &Scalar<'_>, read: fn(&[u8]) -> Option<u64>) -> Option<u64> {
    match value.time() {
        Some(micros) => micros.checked_mul(1000),
        None => read(value.bytes()),
    }
}

/// Visits tags kept as the members of an object, with `@` for `.` in their names.
fn fields(cursor: &mut Cursor<'_>, mut visit: impl FnMut(&[u8], &Scalar<'_>)) -> Result<(), Stop> {
    members(cursor, |cursor, name| {
        visit(&dotted(name), &cursor.scalar()?);
        Ok(())
    })
}

/// The name of a tag with its dots back: `http@url` → `http.url`, as Elasticsearch needs it.
fn dotted(name: &[u8]) -> Vec<u8> {
    let dot = |byte: &u8| if *byte == b'@' { b'.' } else { *byte };
    name.iter().map(dot).collect()
}

/// Takes the first reference to the own trace that the span is a child of, else the first that it follows from.
///
/// References to other traces become links. A span that only follows from another is marked:
/// its caller did not wait for it.
fn references(cursor: &mut Cursor<'_>, draft: &mut Draft) -> Result<(), Stop> {
    let (mut child_of, mut follows) = (None, None);
    let mut others = Vec::new();
    elements(cursor, |cursor| {
        let (mut trace, mut id, mut child) = (None, None, true);
        members(cursor, |cursor, name| {
            match name {
                b"refType" => child = cursor.scalar()?.bytes() != b"FOLLOWS_FROM",
                b"traceID" | b"traceId" => trace = ids::trace_of(&cursor.scalar()?),
                b"spanID" | b"spanId" => id = ids::span_of(&cursor.scalar()?),
                _ => cursor.skip()?,
            }
            Ok(())
        })?;
        let Some(id) = id else { return Ok(()) };
        match trace {
            Some(trace) if trace != draft.trace && draft.trace != [0, 0] => {
                others.push((trace, id));
            }
            _ if child => child_of = child_of.or(Some(id)),
            _ => follows = follows.or(Some(id)),
        }
        Ok(())
    })?;
    draft.flag(flags::FOLLOWS, child_of.is_none() && follows.is_some());
    if let Some(parent) = child_of.or(follows) {
        draft.parent = parent;
    }
    others
        .into_iter()
        .for_each(|(trace, id)| draft.link(trace, id));
    Ok(())
}

/// Visits `[{"key":…,"value":…}]`.
///
/// The usual form is tried first, without a look at each member's name; it covers nearly
/// every tag of an export, and those are most of its bytes.
pub(super) fn tags(
    cursor: &mut Cursor<'_>,
    mut visit: impl FnMut(&[u8], &Scalar<'_>),
) -> Result<(), Stop> {
    elements(cursor, |cursor| {
        let start = cursor.position();
        if let Some((name, value)) = usual_tag(cursor)? {
            visit(&name, &value);
            return Ok(());
        }
        cursor.back_to(start);
        let (mut name, mut value) = (None, None);
        members(cursor, |cursor, member| {
            match member {
                b"key" => name = Some(cursor.text()?),
                b"value" | b"vStr" | b"vInt64" | b"vBool" | b"vFloat64" | b"v_str" => {
                    value = Some(cursor.scalar()?);
                }
                _ => cursor.skip()?,
            }
            Ok(())
        })?;
        if let (Some(name), Some(value)) = (name, value) {
            visit(&name, &value);
        }
        Ok(())
    })
}

/// A tag as Jaeger writes it, without white space; `None` when it is written otherwise.
///
/// Such a tag is `{"key":"http.method","type":"string","value":"GET"}`. On `None` the cursor
/// is anywhere inside of the tag, and the caller goes back.
#[inline]
fn usual_tag<'a>(cursor: &mut Cursor<'a>) -> Result<Option<(Cow<'a, [u8]>, Scalar<'a>)>, Stop> {
    if !cursor.literal(br#"{"key":""#) {
        return Ok(None);
    }
    let (name, odd) = cursor.rest_of_string()?;
    if !cursor.literal(br#","type":""#) {
        return Ok(None);
    }
    cursor.rest_of_string()?;
    let value = match () {
        () if cursor.literal(br#","value":""#) => {
            let (text, escaped) = cursor.rest_of_string()?;
            Scalar::Text(resolved(text, escaped))
        }
        () if cursor.literal(br#","value":"#) && cursor.first().is_some_and(starts_bare) => {
            Scalar::Bare(cursor.bare()?)
        }
        () => return Ok(None),
    };
    let name = resolved(name, odd);
    Ok(cursor.literal(b"}").then_some((name, value)))
}

/// Whether a number or literal starts with `byte`.
fn starts_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// The key of a process: service name and the tags that matter.
///
/// Two processes with equal keys are one resource, whatever their ids are.
fn process(cursor: &mut Cursor<'_>) -> Result<Vec<u8>, Stop> {
    let mut key = Vec::new();
    members(cursor, |cursor, name| match name {
        b"serviceName" => {
            push_text(&mut key, Slot::Service, cursor.scalar()?.bytes());
            Ok(())
        }
        b"tag" => fields(cursor, |name, value| {
            if let Some(slot) = Slot::of(name).filter(|slot| *slot != Slot::Service) {
                push_text(&mut key, slot, value.bytes());
            }
        }),
        b"tags" => tags(cursor, |name, value| {
            if let Some(slot) = Slot::of(name).filter(|slot| *slot != Slot::Service) {
                push_text(&mut key, slot, value.bytes());
            }
        }),
        _ => cursor.skip(),
    })?;
    Ok(key)
}

/// Jaeger's UI and API export.
pub(super) const FORMAT: TraceFormat = TraceFormat {
    id: "jaeger",
    about: "Jaeger's UI and API export",
    sniff: |head| head.has(&["data", "spans", "processes"]),
    read: |reader, sinks| documents(reader, sinks, document),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_read_alike_however_they_are_written() {
        let read = |text: &str| {
            let (mut cursor, mut seen) = (Cursor::new(text.as_bytes()), Vec::new());
            tags(&mut cursor, |name, value| {
                seen.push((name.to_vec(), value.bytes().to_vec()));
            })
            .map(|()| seen)
        };
        let usual = r#"[{"key":"a\u0062","type":"string","value":"x\"y"},{"key":"n","type":"int64","value":-12},{"key":"t","type":"bool","value":true},{"key":"l","type":"x","value":[1]}]"#;
        let expected: Vec<(Vec<u8>, Vec<u8>)> =
            [("ab", "x\"y"), ("n", "-12"), ("t", "true"), ("l", "")]
                .map(|(name, value)| (name.into(), value.into()))
                .to_vec();
        assert_eq!(read(usual), Ok(expected.clone()));
        let spaced = usual.replace(',', " , ").replace("\":", "\" : ");
        assert_eq!(read(&spaced), Ok(expected.clone()));
        let turned = usual.replace(
            "\"type\":\"int64\",\"value\":-12",
            "\"value\": -12 ,\"type\":\"int64\"",
        );
        assert_eq!(read(&turned), Ok(expected));
        assert_eq!(
            read(r#"[{"key":"a","type":"x","value":}]"#),
            Err(Stop::Syntax)
        );
        assert_eq!(read(r#"[{"key":"a","type":"x","value":1"#), Err(Stop::End));
    }
}
