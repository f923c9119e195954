//! OTLP in protobuf, in the containers that the collector's file exporter writes.
//!
//! In: raw `TracesData`, or messages with a four-byte big-endian length, compressed one by one or not. Out: spans.
//! Invariant: one message, or one resource of a raw file, is held at a time.
//! Never: a message larger than [`LARGEST`].

use std::io::{self, Read};

use super::format::TraceFormat;
use super::open::ZSTD;
use super::otlp_json;
use super::problems::Fault;
use super::problems::Problems;
use super::sniff::Head;
use super::stream::Stream;
use crate::source::wire::{self, Broken, Value, fields};
use crate::traces::spans::collect::Collector;
use crate::traces::spans::ids;
use crate::traces::spans::intern::ResourceId;
use crate::traces::spans::scalar::Scalar;
use crate::traces::spans::slots::Slot;
use crate::traces::spans::span::{Draft, Kind, flags, push_text};

/// Largest message in bytes.
const LARGEST: u64 = 512 << 20;
/// Largest message once decompressed; collectors send batches of a few megabytes.
const INFLATED: u64 = 64 << 20;

/// `TracesData` as it is.
pub(super) const RAW: TraceFormat = TraceFormat {
    id: "otlp-proto",
    about: "OTLP in protobuf: one TracesData message",
    sniff: |head| is_raw(&head.bytes),
    read: read_raw,
};

/// Messages behind their lengths.
pub(super) const FRAMED: TraceFormat = TraceFormat {
    id: "otlp-proto-framed",
    about: "OTLP messages with a four-byte length each, zstd or not (the collector's file exporter)",
    sniff: is_framed,
    read: read_framed,
};

/// Field 1 (resource spans) whose message starts with field 1 or 2.
fn is_raw(bytes: &[u8]) -> bool {
    let Some((0x0A, mut rest)) = bytes.split_first() else {
        return false;
    };
    let length = wire::varint(&mut rest);
    length.is_some_and(|length| length > 1 && length < LARGEST)
        && matches!(rest.first(), Some(0x0A | 0x12))
}

/// Whether an input starts with a length below the limit, and behind it with a message in one
/// of three forms.
fn is_framed(head: &Head) -> bool {
    let Some((length, rest)) = head.bytes.split_first_chunk::<4>() else {
        return false;
    };
    let plausible = u64::from(u32::from_be_bytes(*length)) < LARGEST;
    plausible
        && (rest.starts_with(&ZSTD) || is_raw(rest) || rest.starts_with(b"{\"resourceSpans\""))
}

/// Reads a raw message field by field: each resource is a message of its own, so that the
/// whole need not be held.
fn read_raw(reader: &mut (dyn Read + Send), sinks: &mut [Collector]) -> Problems {
    read_all(
        reader,
        sinks,
        |input| input.field(),
        |message, start, sink| resource_spans(&message, sink).map_err(|Broken| broken(start)),
    )
}

/// Reads message after message, each behind its length.
fn read_framed(reader: &mut (dyn Read + Send), sinks: &mut [Collector]) -> Problems {
    read_all(reader, sinks, |input| input.frame(), frame)
}

/// Reads message after message; a broken one is a problem, a cut one ends the input.
///
/// `next` gives a message, or `None` at the end; `take` puts its spans into the first
/// collector. One thread reads all, since lengths only tell where the next message starts.
fn read_all(
    reader: &mut (dyn Read + Send),
    sinks: &mut [Collector],
    next: fn(&mut Counted<'_>) -> Result<Option<Vec<u8>>, Fault>,
    take: fn(Vec<u8>, u64, &mut Collector) -> Result<(), Fault>,
) -> Problems {
    let mut problems = Problems::default();
    let Some(sink) = sinks.first_mut() else {
        return problems;
    };
    let mut input = Counted { reader, byte: 0 };
    loop {
        let start = input.byte;
        match next(&mut input) {
            Ok(Some(message)) => {
                if let Err(fault) = take(message, start, sink) {
                    problems.add(fault);
                }
            }
            Ok(None) => return problems,
            Err(fault) => {
                problems.add(fault);
                return problems;
            }
        }
    }
}

/// The spans of one message of the collector's file exporter: protobuf or JSON, compressed or not.
fn frame(message: Vec<u8>, start: u64, sink: &mut Collector) -> Result<(), Fault> {
    let message = if message.starts_with(&ZSTD) {
        inflate(&message).map_err(|error| Fault::Io { error, byte: start })?
    } else {
        message
    };
    if message.first() == Some(&b'{') {
        otlp_json::document(&mut Stream::of(message, start), sink)
    } else {
        traces_data(&message, sink).map_err(|Broken| broken(start))
    }
}

/// The problem of a message that cannot be decoded.
fn broken(byte: u64) -> Fault {
    Fault::Syntax {
        what: "a message that is no OTLP protobuf",
        byte,
    }
}

/// Decompresses one message, up to `INFLATED` bytes.
fn inflate(message: &[u8]) -> io::Result<Vec<u8>> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(message)?;
    decoder.window_log_max(27)?;
    let mut bytes = Vec::new();
    decoder.take(INFLATED + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > INFLATED {
        return Err(io::Error::other(
            "a message decompresses to more than 64 MiB",
        ));
    }
    Ok(bytes)
}

/// A reader that knows how far it is.
struct Counted<'r> {
    /// Where the bytes come from.
    reader: &'r mut dyn Read,
    /// How many were read.
    byte: u64,
}

impl Counted<'_> {
    /// The next byte, or `None` at the end.
    fn next(&mut self) -> Result<Option<u8>, Fault> {
        let mut byte = [0];
        loop {
            match self.reader.read(&mut byte) {
                Ok(0) => return Ok(None),
                Ok(_) => {
                    self.byte += 1;
                    return Ok(Some(byte[0]));
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(Fault::Io {
                        error,
                        byte: self.byte,
                    });
                }
            }
        }
    }

    /// The next byte, which must not be missing.
    fn must(&mut self) -> Result<u8, Fault> {
        self.next()?.ok_or(Fault::Truncated { byte: self.byte })
    }

    /// The next resource spans of a raw message.
    ///
    /// The key byte `0x0A`, a length of at most ten bytes, and the message. Any other key ends
    /// the reading: without its type, nothing tells where the next field starts.
    fn field(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        let start = self.byte;
        match self.next()? {
            None => return Ok(None),
            Some(0x0A) => {}
            Some(_) => return Err(broken(start)),
        }
        let mut length = Vec::new();
        while length.last().is_none_or(|last| *last >= 0x80) && length.len() < 10 {
            length.push(self.must()?);
        }
        let length = wire::varint(&mut length.as_slice())
            .filter(|length| *length <= LARGEST)
            .ok_or_else(|| broken(start))?;
        self.take(length).map(Some)
    }

    /// The next message behind its length.
    fn frame(&mut self) -> Result<Option<Vec<u8>>, Fault> {
        let start = self.byte;
        let Some(first) = self.next()? else {
            return Ok(None);
        };
        let length = u32::from_be_bytes([first, self.must()?, self.must()?, self.must()?]);
        if u64::from(length) > LARGEST {
            return Err(broken(start));
        }
        self.take(u64::from(length)).map(Some)
    }

    /// The next `length` bytes; no room is set aside before they are there, since a length may
    /// lie.
    fn take(&mut self, length: u64) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        let read = self.reader.take(length).read_to_end(&mut bytes);
        self.byte += bytes.len() as u64;
        match read {
            Ok(_) if (bytes.len() as u64) < length => Err(Fault::Truncated { byte: self.byte }),
            Ok(_) => Ok(bytes),
            Err(error) => Err(Fault::Io {
                error,
                byte: self.byte,
            }),
        }
    }
}

/// The spans of a whole `TracesData` message.
fn traces_data(message: &[u8], sink: &mut Collector) -> Result<(), Broken> {
    for field in fields(message) {
        if let (1, Value::Bytes(spans)) = field? {
            resource_spans(spans, sink)?;
        }
    }
    Ok(())
}

/// The spans of one resource.
///
/// The resource is read first, wherever it stands. Field 1000 is that of old senders
/// (`instrumentation_library_spans`).
fn resource_spans(message: &[u8], sink: &mut Collector) -> Result<(), Broken> {
    let mut key = Vec::new();
    for field in fields(message).map_while(Result::ok) {
        if let (1, Value::Bytes(resource)) = field {
            resource_key(resource, &mut key)?;
        }
    }
    let resource = sink.resource(&key);
    for field in fields(message) {
        if let (2 | 1000, Value::Bytes(scope)) = field? {
            scope_spans(scope, resource, sink)?;
        }
    }
    Ok(())
}

/// Adds the attributes of a resource that matter to its key.
fn resource_key(message: &[u8], key: &mut Vec<u8>) -> Result<(), Broken> {
    for field in fields(message) {
        if let (1, Value::Bytes(pair)) = field? {
            attribute(pair, |name, value| {
                if let Some(slot) = Slot::of(name).filter(|_| !value.bytes().is_empty()) {
                    push_text(key, slot, value.bytes());
                }
            })?;
        }
    }
    Ok(())
}

/// The spans of one instrumentation scope.
fn scope_spans(message: &[u8], resource: ResourceId, sink: &mut Collector) -> Result<(), Broken> {
    for field in fields(message) {
        if let (2, Value::Bytes(bytes)) = field? {
            read_span(bytes, &mut sink.draft)?;
            sink.push(resource);
        }
    }
    Ok(())
}

/// Reads one span into `draft`; the numbers are those of the fields in `trace.proto`.
fn read_span(message: &[u8], draft: &mut Draft) -> Result<(), Broken> {
    draft.clear();
    let (mut start, mut end) = (0, 0);
    for field in fields(message) {
        let (number, value) = field?;
        match number {
            1 => draft.trace = ids::bytes_16(value.bytes()).unwrap_or_default(),
            2 => draft.id = id(value.bytes()),
            3 => draft.trace_state(value.bytes()),
            4 => draft.parent = id(value.bytes()),
            5 => draft.text(Slot::Name, value.bytes()),
            6 => draft.kind = Kind::from_number(value.number()),
            7 => start = value.number(),
            8 => end = value.number(),
            9 => attribute(value.bytes(), |name, value| draft.attribute(name, value))?,
            13 => link(value.bytes(), draft)?,
            15 => {
                for field in fields(value.bytes()) {
                    let (number, value) = field?;
                    draft.flag(flags::ERROR, number == 3 && value.number() == 2);
                }
            }
            _ => {}
        }
    }
    draft.interval(start, end);
    Ok(())
}

/// A span id; 0 for none, and for one that has not eight bytes.
fn id(bytes: &[u8]) -> u64 {
    bytes
        .first_chunk::<8>()
        .filter(|_| bytes.len() == 8)
        .map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

/// Reads a link; one without a valid trace id is dropped.
fn link(message: &[u8], draft: &mut Draft) -> Result<(), Broken> {
    let (mut trace, mut span) = (None, 0);
    for field in fields(message) {
        match field? {
            (1, value) => trace = ids::bytes_16(value.bytes()),
            (2, value) => span = id(value.bytes()),
            _ => {}
        }
    }
    if let Some(trace) = trace {
        draft.link(trace, span);
    }
    Ok(())
}

/// Gives name and value of a `KeyValue`.
///
/// Values of names that do not matter are not decoded. Lists and maps give `Scalar::Other`.
fn attribute(message: &[u8], visit: impl FnOnce(&[u8], &Scalar<'_>)) -> Result<(), Broken> {
    let (mut name, mut value) = (&b""[..], &b""[..]);
    for field in fields(message) {
        match field? {
            (1, text) => name = text.bytes(),
            (2, any) => value = any.bytes(),
            _ => {}
        }
    }
    if Slot::of(name).is_none() {
        return Ok(());
    }
    let mut scalar = Scalar::Other;
    for field in fields(value) {
        let (number, value) = field?;
        scalar = match number {
            1 => Scalar::Text(value.bytes().into()),
            2 => Scalar::Bare(if value.number() == 0 {
                b"false"
            } else {
                b"true"
            }),
            3 => Scalar::Text((value.number() as i64).to_string().into_bytes().into()),
            4 => Scalar::Text(
                f64::from_bits(value.number())
                    .to_string()
                    .into_bytes()
                    .into(),
            ),
            _ => continue,
        };
    }
    visit(name, &scalar);
    Ok(())
}
