//! Records that tell one span in named fields, whatever the names: what such formats have in common.
//!
//! In: a record. Out: a span, of which each format says what its fields mean.
//! Invariant: a record that cannot be used loses itself only, and is noted with its offset.
//! Never: a record that changes the next one.

use super::json::{Cursor, Stop};
use super::problems::Fault;
use super::records::leaves;
use super::stream::Stream;
use crate::traces::spans::collect::Collector;
use crate::traces::spans::ids;
use crate::traces::spans::intern::stable_hash;
use crate::traces::spans::scalar::Scalar;
use crate::traces::spans::slots::Slot;
use crate::traces::spans::span::{Draft, TraceId, flags, push_text};

/// A span while the fields of its record are read.
pub(super) struct Span<'d> {
    /// What is known of it.
    pub(super) draft: &'d mut Draft,
    /// Texts of its resource.
    pub(super) resource: Vec<u8>,
    /// Why the record is left out on purpose.
    pub(super) left: Option<&'static str>,
    /// Start in nanoseconds since 1970; 0 until it is known.
    start: u64,
    /// End, likewise.
    end: u64,
    /// Duration in nanoseconds, if the record tells one.
    duration: Option<u64>,
}

impl Span<'_> {
    /// Notes what the resource has in `slot`; of several names the last one counts.
    pub(super) fn resource(&mut self, slot: Slot, value: &Scalar<'_>) {
        if !value.bytes().is_empty() && !value.is_null() {
            push_text(&mut self.resource, slot, value.bytes());
        }
    }

    /// Notes the attribute `name`; `null` is none.
    pub(super) fn attribute(&mut self, name: &[u8], value: &Scalar<'_>) {
        if !value.is_null() {
            self.draft.attribute(name, value);
        }
    }

    /// Notes the attribute `name` with a text of the format's own.
    pub(super) fn told(&mut self, name: &[u8], text: &[u8]) {
        self.draft.attribute(name, &Scalar::Text(text.into()));
    }

    /// Start in nanoseconds; `None` for one that is none.
    pub(super) fn start(&mut self, nanos: Option<u64>) {
        self.start = self.time(nanos);
    }

    /// Whether a start was noted.
    pub(super) fn is_started(&self) -> bool {
        self.start != 0
    }

    /// End in nanoseconds; `None` for one that is none.
    pub(super) fn end(&mut self, nanos: Option<u64>) {
        self.end = self.time(nanos);
    }

    /// Duration in nanoseconds, which counts more than the end.
    pub(super) fn lasts(&mut self, nanos: Option<u64>) {
        self.duration = Some(self.time(nanos));
    }

    /// Notes that the span failed, if it did.
    pub(super) fn failed(&mut self, failed: bool) {
        self.draft.flag(flags::ERROR, failed);
    }

    /// A time that is none makes the whole span unusable.
    fn time(&mut self, nanos: Option<u64>) -> u64 {
        if nanos.is_none() {
            self.draft.reject = Some("time out of range");
        }
        nanos.unwrap_or_default()
    }
}

/// A record that was read.
pub(super) enum Found {
    /// A span, with the texts of its resource; the rest is in the draft.
    Span(Vec<u8>),
    /// A record that is left out on purpose, with the reason.
    Left(&'static str),
}

/// Reads the record here into `draft`, as `read` understands it.
///
/// The duration counts more than the end, if both are told. The draft is cleared first, so
/// that nothing of the record before stays.
pub(super) fn span<'a>(
    cursor: &mut Cursor<'a>,
    draft: &mut Draft,
    read: impl FnOnce(&mut Cursor<'a>, &mut Span<'_>) -> Result<(), Stop>,
) -> Result<Found, Stop> {
    draft.clear();
    let mut span = Span {
        draft,
        resource: Vec::new(),
        left: None,
        start: 0,
        end: 0,
        duration: None,
    };
    read(cursor, &mut span)?;
    if let Some(reason) = span.left {
        return Ok(Found::Left(reason));
    }
    let lasts = span
        .duration
        .map(|duration| span.start.saturating_add(duration));
    span.draft.interval(span.start, lasts.unwrap_or(span.end));
    Ok(Found::Span(span.resource))
}

impl Stream<'_> {
    /// Reads the record here; one that is whole, but not what `read` takes, is noted and gives nothing.
    ///
    /// `read` may run twice on the same record, if the buffer ends inside of it the first time.
    /// The first run must leave nothing behind but what the second overwrites.
    pub(super) fn record<T>(
        &mut self,
        mut read: impl FnMut(&mut Cursor<'_>) -> Result<T, Stop>,
    ) -> Result<Option<T>, Fault> {
        self.leaf(|cursor| cursor.peek())?;
        let byte = self.offset();
        let found = self.leaf(|cursor| {
            let start = cursor.position();
            match read(cursor) {
                Ok(found) => Ok(Some(found)),
                Err(Stop::End) => Err(Stop::End),
                Err(Stop::Syntax) => {
                    cursor.back_to(start);
                    cursor.skip().map(|()| None)
                }
            }
        })?;
        if found.is_none() {
            let what = "a record whose fields are of another kind";
            self.odd.add(Fault::Syntax { what, byte });
        }
        Ok(found)
    }

    /// Reads the record here as a span and hands it over.
    pub(super) fn span(
        &mut self,
        sink: &mut Collector,
        read: impl Fn(&mut Cursor<'_>, &mut Span<'_>) -> Result<(), Stop>,
    ) -> Result<(), Fault> {
        self.leaf(|cursor| cursor.peek())?;
        let byte = self.offset();
        if let Some(found) = self.record(|cursor| span(cursor, &mut sink.draft, &read))? {
            self.hand_over(found, byte, sink);
        }
        Ok(())
    }

    /// Hands over a span that was read at `byte`; one that cannot be used is noted.
    pub(super) fn hand_over(&mut self, found: Found, byte: u64, sink: &mut Collector) {
        match found {
            Found::Left(reason) => sink.reject_of(sink.draft.trace, reason),
            Found::Span(key) => {
                self.refused(byte, sink);
                let resource = sink.resource(&key);
                sink.push(resource);
            }
        }
    }

    /// Notes the span in the draft if it cannot be used.
    pub(super) fn refused(&mut self, byte: u64, sink: &Collector) {
        if let Some(what) = sink.draft.refusal() {
            self.odd.add(Fault::Syntax { what, byte });
        }
    }

    /// The value here, whole.
    ///
    /// Its text, and its offset in the input.
    pub(super) fn whole(&mut self) -> Result<(Vec<u8>, u64), Fault> {
        self.leaf(|cursor| cursor.peek())?;
        let byte = self.offset();
        let text = self.leaf(|cursor| {
            let start = cursor.position();
            cursor.skip()?;
            Ok(cursor.since(start).to_vec())
        })?;
        Ok((text, byte))
    }

    /// Reads text that stands by itself, such as JSON in a string; where it goes wrong, it alone is lost.
    ///
    /// Its offsets are counted from `base`, the place of the text in the input.
    pub(super) fn inside(
        &mut self,
        text: Vec<u8>,
        base: u64,
        read: impl FnOnce(&mut Stream<'_>) -> Result<(), Fault>,
    ) {
        let mut inner = Stream::of(text, base);
        if let Err(fault) = read(&mut inner) {
            inner.odd.add(fault);
        }
        self.odd.merge(inner.odd);
    }
}

/// The trace id of a text that is none in hexadecimal.
///
/// Two hashes of the text, 128 bits together; equal texts give equal ids. The empty text
/// gives no id.
pub(super) fn named_trace(text: &[u8]) -> TraceId {
    if text.is_empty() {
        return [0, 0];
    }
    [stable_hash(text), stable_hash(&[text, b"\0"].concat())]
}

/// The span id of a text that is none in hexadecimal.
///
/// Never 0 for a text, since 0 stands for no span.
pub(super) fn named_span(text: &[u8]) -> u64 {
    if text.is_empty() {
        0
    } else {
        stable_hash(text).max(1)
    }
}

/// The attribute that a format calls `name`, by its table of names.
pub(super) fn attribute_of<'n>(names: &[(&str, &'n str)], name: &[u8]) -> Option<&'n [u8]> {
    let found = names.iter().find(|(own, _)| own.as_bytes() == name);
    found.map(|(_, attribute)| attribute.as_bytes())
}

/// What stands behind the last `separator`.
pub(super) fn last_part(text: &[u8], separator: u8) -> &[u8] {
    text.rsplit(|byte| *byte == separator)
        .next()
        .unwrap_or_default()
}

/// Texts of a record that say only together what it calls.
pub(super) struct Texts {
    /// Names that are kept; all others are dropped.
    names: &'static [&'static str],
    /// Texts by name, in the order of the record.
    found: Vec<(&'static str, Vec<u8>)>,
}

impl Texts {
    /// Texts to be noted under `names`.
    pub(super) fn of(names: &'static [&'static str]) -> Self {
        Self {
            names,
            found: Vec::new(),
        }
    }

    /// Notes what stands at `path`, if it is one of the names; `null` is nothing.
    pub(super) fn note(&mut self, path: &[u8], value: &Scalar<'_>) {
        let name = self.names.iter().find(|name| name.as_bytes() == path);
        if let Some(name) = name.filter(|_| !value.is_null()) {
            self.found.push((name, value.bytes().to_vec()));
        }
    }

    /// The text noted under `name`, or nothing.
    ///
    /// If the record has it more than once, the first one counts.
    pub(super) fn text(&self, name: &str) -> &[u8] {
        let found = self.found.iter().find(|(known, _)| *known == name);
        found.map(|(_, text)| text.as_slice()).unwrap_or_default()
    }

    /// The first text that there is under `names`.
    pub(super) fn first(&self, names: &[&str]) -> &[u8] {
        let texts = names.iter().map(|name| self.text(name));
        texts
            .into_iter()
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    }

    /// Whether the text under `name` is `word`, in any case.
    pub(super) fn is(&self, name: &str, word: &str) -> bool {
        self.text(name).eq_ignore_ascii_case(word.as_bytes())
    }
}

/// Reads a link to another span, whatever its fields are called (`traceId`, `trace_id`, `trace.id`); `trace_of` reads
/// the id of a trace.
pub(super) fn link(
    cursor: &mut Cursor<'_>,
    draft: &mut Draft,
    trace_of: fn(&Scalar<'_>) -> Option<TraceId>,
) -> Result<(), Stop> {
    let (mut trace, mut id) = (None, None);
    leaves(cursor, |cursor, path| {
        let value = cursor.scalar()?;
        match &*plain(path) {
            b"traceid" => trace = trace_of(&value),
            b"spanid" | b"id" => id = ids::span_of(&value),
            _ => {}
        }
        Ok(())
    })?;
    draft.link(trace.unwrap_or_default(), id.unwrap_or_default());
    Ok(())
}

/// A name without case, underscores and dots, by which fields of one meaning are one.
pub(super) fn plain(name: &[u8]) -> Vec<u8> {
    let letters = name.iter().filter(|byte| !matches!(byte, b'_' | b'.'));
    letters.map(u8::to_ascii_lowercase).collect()
}
