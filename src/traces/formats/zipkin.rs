//! Zipkin, second and first version.
//!
//! In: an array of spans, or of arrays of spans. Out: spans to be linked by Zipkin's rules.
//! Invariant: service names are lower case, as Zipkin stores them; a first-version span with both halves is split.
//! Never: a whole list.

use super::format::TraceFormat;
use super::json::{Cursor, Stop};
use super::otlp_json::{elements, members};
use super::problems::Fault;
use super::stream::{Stream, documents};
use crate::traces::spans::collect::Collector;
use crate::traces::spans::ids;
use crate::traces::spans::intern::stable_hash;
use crate::traces::spans::slots::Slot;
use crate::traces::spans::span::{Kind, TraceId, flags, push_text};

/// Zipkin's second version.
pub(super) const FORMAT_2: TraceFormat = TraceFormat {
    id: "zipkin-2",
    about: "Zipkin JSON, version 2",
    sniff: |head| {
        head.array
            && head.has(&["id"])
            && head.has(&["localEndpoint", "remoteEndpoint", "kind", "tags"])
    },
    read: |reader, sinks| documents(reader, sinks, document),
};

/// Zipkin's first version.
pub(super) const FORMAT_1: TraceFormat = TraceFormat {
    id: "zipkin-1",
    about: "Zipkin JSON, version 1",
    sniff: |head| {
        head.has(&["id"])
            && head.has(&["traceId"])
            && (head.array || head.has(&["binaryAnnotations", "localEndpoint"]))
    },
    read: |reader, sinks| documents(reader, sinks, document),
};

/// Reads one span or a list of spans.
fn document(stream: &mut Stream<'_>, sink: &mut Collector) -> Result<(), Fault> {
    if stream.peek()? == Some(b'[') {
        return stream.array(|stream| one(stream, sink));
    }
    one(stream, sink)
}

/// Reads one span and hands over its halves.
fn one(stream: &mut Stream<'_>, sink: &mut Collector) -> Result<(), Fault> {
    let span = stream.leaf(Span::read)?;
    for half in span.halves() {
        half.push(&span, sink);
    }
    Ok(())
}

/// A span as Zipkin writes it, of either version.
#[derive(Clone, Debug, Default)]
struct Span {
    trace: TraceId,
    id: u64,
    parent: u64,
    kind: Kind,
    name: Vec<u8>,
    start: Option<u64>,
    /// In microseconds, as the start.
    duration: Option<u64>,
    /// Whether a time was no number.
    bad_time: bool,
    /// Whether the server reports under the id of its client.
    shared: bool,
    /// Who reports it.
    local: Endpoint,
    /// The other side.
    remote: Endpoint,
    tags: Vec<(Vec<u8>, Vec<u8>)>,
    /// Events with their time in microseconds and who reports them.
    events: Vec<(Vec<u8>, u64, Endpoint)>,
    /// Addresses of the other side: key (`sa`, `ca`, `ma`) and endpoint.
    addresses: Vec<(Vec<u8>, Endpoint)>,
}

/// One side of a span.
#[derive(Clone, Debug, Default)]
struct Half {
    kind: Kind,
    local: Endpoint,
    remote: Endpoint,
    start: u64,
    duration: u64,
    shared: bool,
}

impl Span {
    /// Reads a span; fields of either version may stand in it.
    fn read(cursor: &mut Cursor<'_>) -> Result<Self, Stop> {
        let mut span = Self::default();
        members(cursor, |cursor, name| {
            match name {
                b"traceId" => {
                    span.trace = ids::trace_of(&cursor.scalar()?).unwrap_or_default();
                }
                b"id" => span.id = ids::span_of(&cursor.scalar()?).unwrap_or_default(),
                b"parentId" => {
                    span.parent = ids::span_of(&cursor.scalar()?).unwrap_or_default();
                }
                b"kind" => span.kind = Kind::from_name(cursor.scalar()?.bytes()),
                b"name" => span.name = cursor.scalar()?.bytes().to_vec(),
                b"timestamp" => span.start = span.time(&cursor.scalar()?),
                b"duration" => span.duration = span.time(&cursor.scalar()?),
                b"shared" => span.shared = cursor.scalar()?.bytes() == b"true",
                b"localEndpoint" => span.local = endpoint(cursor)?,
                b"remoteEndpoint" => span.remote = endpoint(cursor)?,
                b"tags" => members(cursor, |cursor, key| {
                    span.tags
                        .push((key.to_vec(), cursor.scalar()?.bytes().to_vec()));
                    Ok(())
                })?,
                b"annotations" => span.read_events(cursor)?,
                b"binaryAnnotations" => span.read_addresses(cursor)?,
                _ => cursor.skip()?,
            }
            Ok(())
        })?;
        Ok(span)
    }

    /// A time in microseconds; a value that is none spoils the span, `null` does not.
    fn time(&mut self, value: &crate::traces::spans::scalar::Scalar<'_>) -> Option<u64> {
        let time = value.time();
        self.bad_time |= time.is_none() && !value.is_null();
        time
    }

    /// Reads the annotations, which tell the sides of a first-version span by `cs`, `sr` and
    /// their like.
    fn read_events(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Stop> {
        elements(cursor, |cursor| {
            let (mut value, mut time, mut owner) = (Vec::new(), 0, Endpoint::default());
            members(cursor, |cursor, name| {
                match name {
                    b"value" => value = cursor.scalar()?.bytes().to_vec(),
                    b"timestamp" => time = cursor.scalar()?.time().unwrap_or_default(),
                    b"endpoint" => owner = endpoint(cursor)?,
                    _ => cursor.skip()?,
                }
                Ok(())
            })?;
            self.events.push((value, time, owner));
            Ok(())
        })
    }

    /// Reads the binary annotations: addresses of the other side, and tags.
    ///
    /// The endpoint of the first tag stands for the span's own, if nothing else tells it.
    fn read_addresses(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Stop> {
        elements(cursor, |cursor| {
            let (mut key, mut value, mut owner) = (Vec::new(), Vec::new(), Endpoint::default());
            members(cursor, |cursor, name| {
                match name {
                    b"key" => key = cursor.scalar()?.bytes().to_vec(),
                    b"value" => value = cursor.scalar()?.bytes().to_vec(),
                    b"endpoint" => owner = endpoint(cursor)?,
                    _ => cursor.skip()?,
                }
                Ok(())
            })?;
            if matches!(key.as_slice(), b"sa" | b"ca" | b"ma") {
                self.addresses.push((key, owner));
            } else {
                if self.local.name.is_empty() {
                    self.local = owner;
                }
                self.tags.push((key, value));
            }
            Ok(())
        })
    }

    /// The sides of the span: one in the second version, one or two in the first.
    ///
    /// In the first version, a client and a server may share a span: `cs` and `cr` are told by
    /// the one, `sr` and `ss` by the other. The span's own time is that of the first side, unless
    /// that is a server whose client reports elsewhere.
    fn halves(&self) -> Vec<Half> {
        const SIDES: [(Kind, &[u8], &[u8], &[u8]); 4] = [
            (Kind::Client, b"cs", b"cr", b"sa"),
            (Kind::Server, b"sr", b"ss", b"ca"),
            (Kind::Producer, b"ms", b"ms", b"ma"),
            (Kind::Consumer, b"mr", b"mr", b"ma"),
        ];
        let event = |name: &[u8]| self.events.iter().find(|(value, ..)| value == name);
        let mut halves = Vec::new();
        for (kind, begin, end, address) in SIDES {
            let (begin, end) = (event(begin), event(end));
            let Some((.., owner)) = begin.or(end).filter(|(.., owner)| !owner.name.is_empty())
            else {
                continue;
            };
            let start = begin.map_or(0, |(_, time, _)| *time);
            let remote = self.addresses.iter().find(|(key, _)| key == address);
            halves.push(Half {
                kind,
                local: owner.clone(),
                remote: remote.map(|(_, owner)| owner.clone()).unwrap_or_default(),
                start,
                duration: end.map_or(0, |(_, time, _)| time.saturating_sub(start)),
                shared: kind == Kind::Server && (!halves.is_empty() || self.start.is_none()),
            });
        }
        match halves.as_mut_slice() {
            [] => vec![self.whole()],
            [first, ..] => {
                let own = !first.shared;
                first.start = self.start.filter(|_| own).unwrap_or(first.start);
                first.duration = self.duration.filter(|_| own).unwrap_or(first.duration);
                halves
            }
        }
    }

    /// The span as one side, with the address of what it calls from either version.
    fn whole(&self) -> Half {
        let remote = self
            .addresses
            .iter()
            .find(|(key, _)| key == b"sa")
            .map(|(_, owner)| owner.clone());
        let local = match (self.local.name.is_empty(), self.events.first()) {
            (true, Some((.., owner))) => owner.clone(),
            _ => self.local.clone(),
        };
        Half {
            kind: self.kind,
            local,
            remote: remote.unwrap_or_else(|| self.remote.clone()),
            start: self.start.unwrap_or(0),
            duration: self.duration.unwrap_or(0),
            shared: self.shared,
        }
    }
}

impl Half {
    /// Hands one half over as a span.
    fn push(&self, span: &Span, sink: &mut Collector) {
        let draft = &mut sink.draft;
        draft.clear();
        (draft.trace, draft.id, draft.parent, draft.kind) =
            (span.trace, span.id, span.parent, self.kind);
        draft.interval_micros(self.start, self.duration);
        if span.bad_time {
            draft.reject = Some("time out of range");
        }
        draft.flag(flags::ZIPKIN, true);
        draft.flag(flags::SHARED, self.shared);
        draft.text(Slot::Name, &span.name);
        draft.flag(self.local.place, true);
        if !self.remote.name.is_empty() {
            draft.text(Slot::Remote, &self.remote.name);
        }
        for (name, value) in &span.tags {
            draft.attribute(
                name,
                &crate::traces::spans::scalar::Scalar::Text(value.as_slice().into()),
            );
        }
        draft.kind = self.kind;
        let mut key = Vec::new();
        if !self.local.name.is_empty() {
            push_text(&mut key, Slot::Service, &self.local.name);
        }
        let resource = sink.resource(&key);
        sink.push(resource);
    }
}

/// Whose span it is.
#[derive(Clone, Debug, Default)]
struct Endpoint {
    /// The service, in lower case.
    name: Vec<u8>,
    /// A hash of its network address within [`flags::PLACE`]; 0 for none.
    place: u16,
}

/// Reads who a side is: its name in lower case, and a mark of its address.
fn endpoint(cursor: &mut Cursor<'_>) -> Result<Endpoint, Stop> {
    let mut found = Endpoint::default();
    members(cursor, |cursor, name| match name {
        b"serviceName" => {
            let text = cursor.scalar()?;
            if !text.is_null() {
                found.name = String::from_utf8_lossy(text.bytes())
                    .to_lowercase()
                    .into_bytes();
            }
            Ok(())
        }
        b"ipv4" | b"ipv6" => {
            let text = cursor.scalar()?;
            if !text.is_null() && !text.bytes().is_empty() {
                found.place = place(text.bytes());
            }
            Ok(())
        }
        _ => cursor.skip(),
    })?;
    Ok(found)
}

/// One of 63 numbers in the bits of [`flags::PLACE`].
fn place(address: &[u8]) -> u16 {
    let number = stable_hash(address) % 63 + 1;
    u16::try_from(number << flags::PLACE.trailing_zeros()).unwrap_or(0)
}
