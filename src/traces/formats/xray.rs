//! AWS X-Ray: segment documents one a line, and the answer of `batch-get-traces`.
//!
//! In: documents bare, or as JSON text in `Traces[].Segments[].Document`. Out: spans.
//! Invariant: a segment answers, a subsegment for AWS or a remote host calls, any other one works inside.
//! Never: inferred segments, which X-Ray makes up of what the caller told; documents still in progress.

use rustc_hash::FxHashMap;

use super::fields::{self, Found, Span, Texts, last_part, link};
use super::format::TraceFormat;
use super::json::{Cursor, Stop};
use super::otlp_json::{elements, members};
use super::problems::Fault;
use super::problems::Problems;
use super::records::{Role, leaves, records};
use super::stream::{Stream, documents};
use crate::traces::spans::collect::{Collector, Pending};
use crate::traces::spans::ids;
use crate::traces::spans::intern::ResourceId;
use crate::traces::spans::scalar::Scalar;
use crate::traces::spans::slots::Slot;
use crate::traces::spans::span::{Kind, TraceId};

/// AWS X-Ray.
pub(super) const FORMAT: TraceFormat = TraceFormat {
    id: "aws-xray",
    about: "AWS X-Ray: segment documents one a line, or the answer of batch-get-traces",
    sniff: |head| {
        let segment = head.has(&["trace_id"]) && head.has(&["id"]) && head.has(&["start_time"]);
        head.reaches(&["Segments.Document"])
            || head.has(&["TraceSegmentDocuments"])
            || (segment && !head.has(&["duration", "span_id"]))
    },
    read,
};

/// Reads all documents; spans that were sent apart from their segment wait until the end.
fn read(reader: &mut (dyn std::io::Read + Send), sinks: &mut [Collector]) -> Problems {
    let mut owners = Owners::default();
    let problems = documents(reader, sinks, |stream, sink| {
        records(stream, role, &mut |stream| {
            document(stream, sink, &mut owners)
        })
    });
    if let Some(sink) = sinks.first_mut() {
        owners.settle(sink);
    }
    problems
}

/// Where documents lie in an answer; a bare one is told by its own fields.
fn role(key: &[u8]) -> Role {
    match key {
        b"Document" | b"trace_id" | b"start_time" | b"TraceSegmentDocuments" => Role::Record,
        b"Traces" | b"Segments" => Role::Holder,
        _ => Role::Other,
    }
}

/// Whose subsegments are that were sent apart from their segment: only the segment names the service.
#[derive(Default)]
struct Owners {
    /// Services of segments and subsegments, by their ids.
    known: FxHashMap<u64, ResourceId>,
    /// Subsegments without a known service: the span, its id and that of its parent.
    waiting: Vec<(Pending, u64, u64)>,
}

impl Owners {
    /// Hands over what waits, round by round: each subsegment that is settled may be the parent
    /// of others.
    ///
    /// Those whose segment is not in the input are left out and counted, since no service can be
    /// told for them.
    fn settle(mut self, sink: &mut Collector) {
        loop {
            let before = self.waiting.len();
            let mut found = Vec::new();
            self.waiting.retain(|(pending, id, parent)| {
                let Some(owner) = self.known.get(parent) else {
                    return true;
                };
                sink.settle(pending, *owner);
                found.push((*id, *owner));
                false
            });
            self.known.extend(found);
            if self.waiting.len() == before {
                break;
            }
        }
        self.waiting
            .iter()
            .for_each(|_| sink.reject("subsegment without its segment"));
    }
}

/// Reads what stands here: a bare document, or the texts of documents in a member.
fn document(
    stream: &mut Stream<'_>,
    sink: &mut Collector,
    owners: &mut Owners,
) -> Result<(), Fault> {
    let (text, base) = stream.whole()?;
    let mut texts = Vec::new();
    let mut cursor = Cursor::new(&text);
    let found = members(&mut cursor, |cursor, name| match name {
        b"Document" if cursor.peek()? == b'{' => {
            let start = cursor.position();
            cursor.skip()?;
            texts.push(cursor.since(start).to_vec());
            Ok(())
        }
        b"Document" => cursor.text().map(|text| texts.push(text.into_owned())),
        b"TraceSegmentDocuments" => elements(cursor, |cursor| {
            cursor.text().map(|text| texts.push(text.into_owned()))
        }),
        _ => cursor.skip(),
    });
    if found.is_err() || texts.is_empty() {
        texts = vec![text];
    }
    for text in texts {
        segment(stream, &text, base, sink, owners);
    }
    Ok(())
}

/// What a subsegment has from the segment that it stands in.
struct Part<'a> {
    /// What it says as JSON.
    text: &'a [u8],
    /// The span above it; 0 for a segment.
    parent: u64,
    /// Its trace; zeros if the document tells it.
    trace: TraceId,
    /// Its service; `None` for one that was sent apart, and for what stands in that.
    owner: Option<ResourceId>,
    /// How many subsegments are around it.
    level: usize,
}

/// Most levels of subsegments that are entered.
const DEEPEST: usize = 64;

/// Reads a segment and all subsegments in it.
///
/// Nested subsegments are read with a stack instead of recursion. One that is in progress is
/// left out, yet its service is remembered: those below it may have been sent apart.
fn segment(
    stream: &mut Stream<'_>,
    text: &[u8],
    base: u64,
    sink: &mut Collector,
    owners: &mut Owners,
) {
    let mut open = vec![Part {
        text,
        parent: 0,
        trace: [0, 0],
        owner: None,
        level: 0,
    }];
    while let Some(part) = open.pop() {
        if part.level > DEEPEST {
            sink.reject("subsegment nested too deep");
            continue;
        }
        let mut inner = Vec::new();
        let (mut apart, mut begun) = (false, false);
        let found = fields::span(
            &mut Cursor::new(part.text),
            &mut sink.draft,
            |cursor, span| {
                (apart, begun) = one(cursor, span, &part, &mut inner)?;
                Ok(())
            },
        );
        match found {
            Err(_) => {
                let what = "not a segment document";
                stream.odd.add(Fault::Syntax { what, byte: base });
            }
            Ok(Found::Left(reason)) => sink.reject(reason),
            Ok(Found::Span(key)) => {
                let (trace, id, parent) = (sink.draft.trace, sink.draft.id, sink.draft.parent);
                let owner = part.owner.or_else(|| (!apart).then(|| sink.resource(&key)));
                if let Some(owner) = owner {
                    owners.known.entry(id).or_insert(owner);
                }
                if begun {
                    sink.reject("still in progress");
                    continue;
                }
                stream.refused(base, sink);
                match owner {
                    Some(owner) => sink.push(owner),
                    None => owners
                        .waiting
                        .extend(sink.pend().map(|span| (span, id, parent))),
                }
                open.extend(inner.into_iter().map(|text| Part {
                    text,
                    parent: id,
                    trace,
                    owner,
                    level: part.level + 1,
                }));
            }
        }
    }
}

/// Reads one segment or subsegment; says whether its service is not told, and whether it has only begun.
///
/// Subsegments go to `inner`, as text.
fn one<'a>(
    cursor: &mut Cursor<'a>,
    span: &mut Span<'_>,
    part: &Part<'_>,
    inner: &mut Vec<&'a [u8]>,
) -> Result<(bool, bool), Stop> {
    let (mut told, mut begun) = (Texts::of(FIELDS), false);
    (span.draft.trace, span.draft.parent) = (part.trace, part.parent);
    let mut apart = part.trace != [0, 0] && part.owner.is_none();
    leaves(cursor, |cursor, path| {
        match path {
            b"subsegments" => {
                return elements(cursor, |cursor| {
                    let start = cursor.position();
                    cursor.skip()?;
                    inner.push(cursor.since(start));
                    Ok(())
                });
            }
            b"links" => {
                return elements(cursor, |cursor| {
                    link(cursor, span.draft, |id| Some(trace_id(id.bytes())))
                });
            }
            _ => {}
        }
        let value = cursor.scalar()?;
        match path {
            b"id" => span.draft.id = ids::span_id(value.bytes()).unwrap_or_default(),
            b"trace_id" => span.draft.trace = trace_id(value.bytes()),
            b"parent_id" if part.parent == 0 => {
                span.draft.parent = ids::span_id(value.bytes()).unwrap_or_default();
            }
            b"type" => apart |= part.owner.is_none() && value.bytes() == b"subsegment",
            b"start_time" => span.start(value.scaled(9)),
            b"end_time" => span.end(value.scaled(9)),
            b"in_progress" => begun = value.is_true(),
            b"inferred" if value.is_true() => span.left = Some("segment that X-Ray has inferred"),
            _ => told.note(path, &value),
        }
        Ok(())
    })?;
    mean(span, &told, part.owner.is_some() || apart);
    Ok((apart, begun))
}

/// The parts of a trace id `1-581cf771-a006649127e371903a2de979` are one number.
fn trace_id(text: &[u8]) -> TraceId {
    let digits: Vec<u8> = match text.strip_prefix(b"1-") {
        Some(rest) => rest.iter().copied().filter(|byte| *byte != b'-').collect(),
        None => text.to_vec(),
    };
    ids::trace_id(&digits).unwrap_or_default()
}

/// Fields that say what is called.
const FIELDS: &[&str] = &[
    "name",
    "namespace",
    "fault",
    "error",
    "throttle",
    "http.request.url",
    "http.request.method",
    "http.response.status",
    "sql.url",
    "sql.database_type",
    "sql.sanitized_query",
    "aws.operation",
    "aws.table_name",
    "aws.queue_url",
    "aws.topic_arn",
    "aws.function_name",
];

/// What the document says, as a span; `inside` for a subsegment.
///
/// Errors and throttling (status 400 and up) fail a call, but not the segment that answers:
/// the caller was at fault. A fault always counts.
fn mean(span: &mut Span<'_>, told: &Texts, inside: bool) {
    let [name, url, method] =
        ["name", "http.request.url", "http.request.method"].map(|field| told.text(field));
    span.told(b"http.method", method);
    span.told(
        b"http.response.status_code",
        told.text("http.response.status"),
    );
    let route = [method, b" ", path_of(url)].concat();
    let routed = !url.is_empty() && !told.is("namespace", "aws");
    span.draft
        .text(Slot::Name, if routed { route.trim_ascii() } else { name });
    if !inside {
        span.draft.kind = Kind::Server;
        span.resource(Slot::Service, &Scalar::Text(name.into()));
    } else if told
        .first(&["namespace", "sql.url", "sql.database_type"])
        .is_empty()
    {
        span.draft.kind = Kind::Internal;
    } else {
        span.draft.kind = Kind::Client;
        call(span, told);
    }
    let [fault, error, throttle] =
        ["fault", "error", "throttle"].map(|field| told.is(field, "true"));
    let calls = matches!(span.draft.kind, Kind::Client | Kind::Producer);
    span.failed(fault || (calls && (error || throttle)));
    if span.draft.status == 0 && !fault {
        span.draft.status = if throttle {
            429
        } else {
            400 * u16::from(error)
        };
    }
}

/// What a subsegment calls.
///
/// Calls of AWS are told apart by the service's name: tables, queues and topics, all else as
/// a remote call. `Receive` of a queue is a client that polls; what is received is answered
/// elsewhere.
fn call(span: &mut Span<'_>, told: &Texts) {
    let [name, operation] = ["name", "aws.operation"].map(|field| told.text(field));
    if !told.is("namespace", "aws") {
        let database = told.text("sql.database_type").to_ascii_lowercase();
        if !told.first(&["sql.url", "sql.database_type"]).is_empty() {
            // Such a call is named `database@host`.
            let place = name.strip_suffix(last_part(name, b'@')).unwrap_or_default();
            span.told(
                b"db.system",
                if database.is_empty() {
                    b"sql"
                } else {
                    &database
                },
            );
            span.told(b"db.statement", told.text("sql.sanitized_query"));
            span.told(b"db.name", place.strip_suffix(b"@").unwrap_or_default());
        }
        span.told(b"server.address", last_part(name, b'@'));
        return;
    }
    span.draft
        .text(Slot::Name, &[name, b"/", operation].concat());
    let lower = name.to_ascii_lowercase();
    if memchr::memmem::find(&lower, b"dynamo").is_some() {
        span.told(b"db.system", b"dynamodb");
        span.told(b"db.operation", operation);
        span.told(b"db.collection.name", told.text("aws.table_name"));
        return;
    }
    if lower.ends_with(b"sqs") || lower.ends_with(b"sns") {
        let sends = operation.starts_with(b"Send") || operation.starts_with(b"Publish");
        let takes = operation.starts_with(b"Receive");
        span.draft.kind = if sends { Kind::Producer } else { Kind::Client };
        let product: &[u8] = if lower.ends_with(b"sqs") {
            b"aws_sqs"
        } else {
            b"aws_sns"
        };
        let action: &[u8] = if takes { b"receive" } else { b"settle" };
        span.told(b"messaging.system", product);
        span.told(
            b"messaging.operation",
            if sends { b"publish" } else { action },
        );
        span.told(
            b"messaging.destination.name",
            last_part(told.text("aws.queue_url"), b'/'),
        );
        span.told(
            b"messaging.destination.name",
            last_part(told.text("aws.topic_arn"), b':'),
        );
        return;
    }
    span.told(b"rpc.system", b"aws-api");
    span.told(b"rpc.service", name);
    span.told(b"rpc.method", operation);
    span.told(
        b"peer.service",
        last_part(told.text("aws.function_name"), b':'),
    );
}

/// The path of a URL, without host and query.
fn path_of(url: &[u8]) -> &[u8] {
    let rest = memchr::memmem::find(url, b"://").map_or(url, |at| &url[at + 3..]);
    let path = memchr::memchr(b'/', rest).map_or(&b"/"[..], |at| &rest[at..]);
    path.split(|byte| matches!(byte, b'?' | b'#'))
        .next()
        .unwrap_or_default()
}
