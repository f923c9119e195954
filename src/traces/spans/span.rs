//! A span while it is read: numbers in fields, texts in one key.
//!
//! In: fields and attributes from a format. Out: [`Draft`].
//! Invariant: equal texts in equal order give equal keys; no value of unbounded variety enters a key.
//! Never: whole attribute lists.

use super::host;
use super::operation;
use super::scalar::{Scalar, hex};
use super::slots::Slot;
use super::statement;

/// The role of a span in a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Not told.
    #[default]
    Unknown,
    /// Work inside one process.
    Internal,
    /// Answers a call.
    Server,
    /// Makes a call.
    Client,
    /// Hands a message to a broker.
    Producer,
    /// Takes a message from a broker.
    Consumer,
}

impl Kind {
    /// The kind numbered as in OTLP, 0 to 5.
    pub fn from_number(number: u64) -> Self {
        match number {
            1 => Self::Internal,
            2 => Self::Server,
            3 => Self::Client,
            4 => Self::Producer,
            5 => Self::Consumer,
            _ => Self::Unknown,
        }
    }

    /// The kind called `name`, with or without `SPAN_KIND_`, in any case.
    pub fn from_name(name: &[u8]) -> Self {
        let name = name.strip_prefix(b"SPAN_KIND_").unwrap_or(name);
        let is = |word: &str| name.eq_ignore_ascii_case(word.as_bytes());
        match () {
            () if is("internal") => Self::Internal,
            () if is("server") => Self::Server,
            () if is("client") => Self::Client,
            () if is("producer") => Self::Producer,
            () if is("consumer") => Self::Consumer,
            () => Self::Unknown,
        }
    }
}

/// Trace id: the higher and the lower half.
pub(in crate::traces) type TraceId = [u64; 2];

/// Facts about a span that are bits.
pub(in crate::traces) mod flags {
    /// The span failed.
    pub(crate) const ERROR: u16 = 1;
    /// Server half with the id of its client half.
    pub(crate) const SHARED: u16 = 2;
    /// To be linked by Zipkin's rules.
    pub(crate) const ZIPKIN: u16 = 4;
    /// Follows from its parent, which does not wait.
    pub(crate) const FOLLOWS: u16 = 8;
    /// Sent again after a failure.
    pub(crate) const RESEND: u16 = 16;
    /// Links to a span of another trace.
    pub(crate) const LINKED: u16 = 32;
    /// Has a time of its own (a piece of a span may have none).
    pub(crate) const TIMED: u16 = 64;
    /// Carries an error tag, as Zipkin counts it.
    pub(crate) const ERROR_TAG: u16 = 128;
    /// A hash of the network address of the host that recorded the span, as Zipkin tells it; 0 for none.
    pub(crate) const PLACE: u16 = 0x3F00;
}

/// A span being read.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Trace id; zero is invalid.
    pub trace: TraceId,
    /// Span id; zero is invalid.
    pub id: u64,
    /// Parent's span id; zero for none.
    pub parent: u64,
    /// Start in nanoseconds since 1970.
    pub start: u64,
    /// Duration in nanoseconds.
    pub duration: u64,
    /// Role in the call.
    pub kind: Kind,
    /// Status in HTTP's numbers; 0 for none.
    pub status: u16,
    /// See [`flags`].
    pub flags: u16,
    /// Sampling threshold of `tracestate`, 56 bits; 0 for none.
    pub threshold: u64,
    /// Texts: slot, length, bytes.
    pub key: Vec<u8>,
    /// Spans of other traces that this span links to.
    pub links: Vec<(TraceId, u64)>,
    /// Has to do with messages.
    pub messaging: bool,
    /// Host of the address that the request goes to, for spans that tell no host otherwise.
    pub host: Vec<u8>,
    /// Network address of the peer, in want of a host.
    pub address: Vec<u8>,
    /// Tells the host of its peer.
    pub addressed: bool,
    /// Why the record must be rejected.
    pub reject: Option<&'static str>,
}

impl Draft {
    /// Empties the draft and keeps its buffers.
    pub fn clear(&mut self) {
        let (mut key, mut links) = (
            std::mem::take(&mut self.key),
            std::mem::take(&mut self.links),
        );
        let [mut host, mut address] = [&mut self.host, &mut self.address].map(std::mem::take);
        host.clear();
        address.clear();
        key.clear();
        key.extend_from_slice(&[0; HEADER]);
        links.clear();
        *self = Self {
            key,
            links,
            host,
            address,
            ..Self::default()
        };
    }

    /// Sets the flag `flag` if `on`.
    pub fn flag(&mut self, flag: u16, on: bool) {
        self.flags |= if on { flag } else { 0 };
    }

    /// Completes the key with kind, threshold and, of a calling span, the host that only its address tells.
    ///
    /// Hosts are noted only now, when it is known which of several attributes there are and what
    /// kind the span has: an answering span tells the address of its client, and those are
    /// without number.
    pub fn seal(&mut self) {
        let answers = matches!(self.kind, Kind::Server | Kind::Consumer | Kind::Internal);
        let told = [(Slot::Url, &self.host), (Slot::PeerAddress, &self.address)];
        let first = told.into_iter().find(|(_, text)| !text.is_empty());
        if let Some((slot, text)) = first.filter(|_| !self.addressed && !answers) {
            push_text(&mut self.key, slot, text);
        }
        if let Some(front) = self.key.first_chunk_mut::<HEADER>() {
            front[0] = self.kind as u8;
            front[1..].copy_from_slice(&self.threshold.to_le_bytes());
        }
    }

    /// Notes a text; names lose the values in them, so that keys stay few.
    #[inline]
    pub fn text(&mut self, slot: Slot, text: &[u8]) {
        if slot == Slot::Name && operation::has_values(text) {
            let name = operation::template(&String::from_utf8_lossy(text));
            push_text(&mut self.key, slot, name.as_bytes());
        } else {
            push_text(&mut self.key, slot, text);
        }
    }

    /// Notes the attribute `name`, if it matters.
    #[inline]
    pub fn attribute(&mut self, name: &[u8], value: &Scalar<'_>) {
        if let Some(slot) = Slot::of(name) {
            self.slot(slot, value);
        }
    }

    /// Notes the attribute of `slot`.
    ///
    /// Values without end (statements, URLs, addresses) are not kept as texts: of a statement its
    /// tables are, of a URL its host.
    pub fn slot(&mut self, slot: Slot, value: &Scalar<'_>) {
        let bytes = value.bytes();
        match slot {
            Slot::HttpStatus => {
                self.status = value
                    .uint()
                    .and_then(|code| u16::try_from(code).ok())
                    .unwrap_or(0);
            }
            Slot::RpcStatus => self.rpc_status(bytes),
            Slot::Resend => self.flag(flags::RESEND, value.uint().is_some_and(|count| count > 0)),
            Slot::Error => {
                self.flag(flags::ERROR_TAG, true);
                self.flag(flags::ERROR, !matches!(bytes, b"false" | b"" | b"0"));
            }
            Slot::ErrorType => self.flag(flags::ERROR, !bytes.is_empty()),
            Slot::StatusCode => self.flag(flags::ERROR, bytes.eq_ignore_ascii_case(b"error")),
            Slot::Kind => self.kind = Kind::from_name(bytes),
            Slot::Statement => statement::tables(bytes, |table, write| {
                push_text(
                    &mut self.key,
                    if write { Slot::Writes } else { Slot::Reads },
                    table,
                );
            }),
            _ if bytes.is_empty() => {}
            Slot::Url => {
                self.host.clear();
                self.host.extend_from_slice(&host::of(bytes));
            }
            Slot::ServerAddress | Slot::NetPeer | Slot::Cluster => {
                let host = host::of(bytes);
                self.addressed |= !host.is_empty();
                push_text(&mut self.key, slot, &host);
            }
            Slot::PeerSocket | Slot::PeerAddress => {
                // Of a span that answers it is the client's, of which there is no end.
                self.address.clear();
                self.address.extend_from_slice(&host::of(bytes));
            }
            Slot::Peer | Slot::OldPeer => push_text(&mut self.key, slot, host::portless(bytes)),
            Slot::MessagingSystem => {
                self.messaging = true;
                push_text(&mut self.key, slot, bytes);
            }
            _ => push_text(&mut self.key, slot, bytes),
        }
    }

    /// gRPC's status, by name or number, in HTTP's numbers.
    ///
    /// `NOT_FOUND` is 404, other errors of the caller are 400, all else is 500. A status of HTTP
    /// itself counts more.
    fn rpc_status(&mut self, code: &[u8]) {
        let status = match code {
            b"0" | b"OK" | b"" => return,
            b"5" | b"NOT_FOUND" => 404,
            b"3" | b"6" | b"7" | b"9" | b"11" | b"16" => 400,
            b"INVALID_ARGUMENT" | b"ALREADY_EXISTS" | b"PERMISSION_DENIED" | b"UNAUTHENTICATED" => {
                400
            }
            b"FAILED_PRECONDITION" | b"OUT_OF_RANGE" | b"1" | b"CANCELLED" => 400,
            _ => 500,
        };
        self.status = if self.status == 0 {
            status
        } else {
            self.status
        };
    }

    /// Start and end in nanoseconds; an end before the start is clamped to it.
    pub fn interval(&mut self, start: u64, end: u64) {
        self.start = start;
        self.duration = end.saturating_sub(start);
        self.flag(flags::TIMED, start != 0);
    }

    /// Start and duration in microseconds; rejects what does not fit 64 bits of nanoseconds.
    pub fn interval_micros(&mut self, start: u64, duration: u64) {
        match (start.checked_mul(1000), duration.checked_mul(1000)) {
            (Some(start), Some(duration)) => self.interval(start, start.saturating_add(duration)),
            _ => self.reject = Some("time out of range"),
        }
    }

    /// The threshold `ot=th:` of a `tracestate` header, padded to 56 bits.
    ///
    /// `ot=th:c` is the threshold `c0000000000000`: trailing zeros are left out.
    pub fn trace_state(&mut self, state: &[u8]) {
        let mut members = state.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        let Some(member) = members.find_map(|member| member.strip_prefix(b"ot=")) else {
            return;
        };
        let threshold = member
            .split(|byte| *byte == b';')
            .find_map(|part| part.strip_prefix(b"th:"));
        let Some(digits) = threshold.filter(|digits| !digits.is_empty() && digits.len() <= 14)
        else {
            return;
        };
        if let Some(value) = hex(digits) {
            self.threshold = value << (4 * (14 - digits.len()));
        }
    }
}

/// Bytes before the first text of a key: kind and sampling threshold.
pub(super) const HEADER: usize = 9;

/// Appends a text to a key.
///
/// The slot in one byte, the length in two, then the text. Longer texts are cut.
#[inline]
pub(in crate::traces) fn push_text(key: &mut Vec<u8>, slot: Slot, text: &[u8]) {
    /// Longest text that is kept, in bytes.
    const LONGEST: usize = 512;
    let text = text.get(..LONGEST).unwrap_or(text);
    key.push(slot as u8);
    key.extend_from_slice(&u16::try_from(text.len()).unwrap_or(0).to_le_bytes());
    key.extend_from_slice(text);
}

/// The texts of a key, in order.
///
/// Ends at the first text that is not whole.
pub(in crate::traces) fn texts(key: &[u8]) -> impl Iterator<Item = (Slot, &[u8])> {
    let mut rest = key;
    std::iter::from_fn(move || {
        let (&slot, tail) = rest.split_first()?;
        let (length, tail) = tail.split_first_chunk::<2>()?;
        let (text, tail) = tail.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
        rest = tail;
        Some((*Slot::ALL.get(usize::from(slot))?, text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_pad_to_the_right() {
        let threshold = |state: &str| {
            let mut draft = Draft::default();
            draft.clear();
            draft.trace_state(state.as_bytes());
            draft.threshold
        };
        assert_eq!(threshold("vendor=1,ot=th:c"), 0xC0_0000_0000_0000);
        assert_eq!(threshold("ot=rv:1;th:fd70a4"), 0xFD_70A4_0000_0000);
        assert_eq!(threshold("robot=th:1, ot=th:c"), 0xC0_0000_0000_0000);
        assert_eq!(
            [threshold("ot=th:"), threshold("ot=th:xyz"), threshold("")],
            [0; 3]
        );
    }

    #[test]
    fn keys_give_their_texts_back() {
        let mut draft = Draft::default();
        draft.clear();
        draft.attribute(b"peer.service", &Scalar::Text(b"billing"[..].into()));
        draft.attribute(b"unknown", &Scalar::Text(b"x"[..].into()));
        draft.text(Slot::Name, b"GET");
        let found: Vec<_> = texts(&draft.key[HEADER..]).collect();
        assert_eq!(
            found,
            [(Slot::OldPeer, &b"billing"[..]), (Slot::Name, &b"GET"[..])]
        );
    }
}
