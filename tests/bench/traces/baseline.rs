//! Yardsticks: typed passes over the same files that keep the attributes a call graph needs.
//!
//! In: a file in memory. Out: numbers of spans and kept attributes, so that nothing is optimised away.
//! Invariant: every string that is kept is borrowed from the file.
//! Never: folding; these passes only parse.

use std::borrow::Cow;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

/// Attributes that are kept; others are skipped.
const NEEDED: [&str; 24] = [
    "service.name",
    "deployment.environment.name",
    "peer.service",
    "server.address",
    "net.peer.name",
    "db.system.name",
    "db.system",
    "db.namespace",
    "db.name",
    "db.query.text",
    "db.statement",
    "messaging.system",
    "messaging.destination.name",
    "messaging.operation.type",
    "rpc.method",
    "rpc.service",
    "http.request.method",
    "http.route",
    "http.response.status_code",
    "http.status_code",
    "error",
    "span.kind",
    "code.file.path",
    "code.function.name",
];

/// What a pass found.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Found {
    /// Spans.
    pub spans: u64,
    /// Attributes kept.
    pub kept: u64,
    /// A sum over ids, so that they are read.
    pub check: u64,
}

#[derive(serde::Deserialize)]
struct Request<'a> {
    #[serde(borrow, rename = "resourceSpans")]
    resources: Vec<ResourceSpans<'a>>,
}

#[derive(serde::Deserialize)]
struct ResourceSpans<'a> {
    #[serde(borrow)]
    resource: Resource<'a>,
    #[serde(borrow, rename = "scopeSpans")]
    scopes: Vec<ScopeSpans<'a>>,
}

#[derive(serde::Deserialize)]
struct Resource<'a> {
    #[serde(borrow)]
    attributes: Vec<Pair<'a>>,
}

#[derive(serde::Deserialize)]
struct ScopeSpans<'a> {
    #[serde(borrow)]
    spans: Vec<Span<'a>>,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Span<'a> {
    #[serde(borrow)]
    trace_id: Cow<'a, str>,
    #[serde(borrow)]
    span_id: Cow<'a, str>,
    #[serde(borrow, default)]
    parent_span_id: Cow<'a, str>,
    #[serde(borrow, default)]
    name: Cow<'a, str>,
    #[serde(default)]
    kind: u8,
    #[serde(borrow)]
    start_time_unix_nano: Cow<'a, str>,
    #[serde(borrow)]
    end_time_unix_nano: Cow<'a, str>,
    #[serde(borrow, default)]
    attributes: Vec<Pair<'a>>,
    #[serde(borrow, default)]
    trace_state: Cow<'a, str>,
}

#[derive(serde::Deserialize)]
struct Pair<'a> {
    #[serde(borrow)]
    key: Cow<'a, str>,
    #[serde(borrow)]
    value: Any<'a>,
}

#[derive(serde::Deserialize)]
struct Any<'a> {
    #[serde(borrow, default, rename = "stringValue")]
    text: Cow<'a, str>,
    #[serde(borrow, default, rename = "intValue")]
    number: Cow<'a, str>,
}

fn needed(name: &str) -> bool {
    NEEDED.contains(&name)
}

impl Found {
    fn request(&mut self, request: &Request<'_>) {
        for resource in &request.resources {
            self.kept += resource
                .resource
                .attributes
                .iter()
                .filter(|pair| needed(&pair.key))
                .count() as u64;
            for span in resource.scopes.iter().flat_map(|scope| &scope.spans) {
                self.spans += 1;
                let texts = [
                    &span.trace_id,
                    &span.span_id,
                    &span.parent_span_id,
                    &span.name,
                    &span.start_time_unix_nano,
                    &span.end_time_unix_nano,
                    &span.trace_state,
                ];
                self.check +=
                    texts.iter().map(|text| text.len() as u64).sum::<u64>() + u64::from(span.kind);
                for pair in span.attributes.iter().filter(|pair| needed(&pair.key)) {
                    self.kept += 1;
                    self.check += (pair.value.text.len() + pair.value.number.len()) as u64;
                }
            }
        }
    }

    fn add(&mut self, other: Self) {
        self.spans += other.spans;
        self.kept += other.kept;
        self.check += other.check;
    }
}

/// sonic-rs, typed and borrowing, line by line on `threads` threads.
pub(crate) fn sonic_lines(bytes: &[u8], threads: usize) -> Found {
    let mut parts = Vec::new();
    let mut rest = bytes;
    for left in (1..=threads).rev() {
        let want = rest.len() / left;
        let end = rest[want..]
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(rest.len(), |end| want + end + 1);
        let end = if left == 1 { rest.len() } else { end };
        let (part, tail) = rest.split_at(end);
        parts.push(part);
        rest = tail;
    }
    let work = |part: &[u8]| {
        let mut found = Found::default();
        for line in part
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
        {
            let request: Request<'_> = sonic_rs::from_slice(line).expect("a generated line");
            found.request(&request);
        }
        found
    };
    let mut sum = Found::default();
    std::thread::scope(|scope| {
        let handles: Vec<_> = parts
            .into_iter()
            .map(|part| scope.spawn(move || work(part)))
            .collect();
        handles
            .into_iter()
            .for_each(|handle| sum.add(handle.join().expect("a worker")));
    });
    sum
}

#[derive(serde::Deserialize)]
struct JaegerTrace<'a> {
    #[serde(borrow)]
    spans: Vec<JaegerSpan<'a>>,
    #[serde(borrow)]
    processes: std::collections::HashMap<Cow<'a, str>, Process<'a>>,
}

#[derive(serde::Deserialize)]
struct Process<'a> {
    #[serde(borrow, rename = "serviceName")]
    service: Cow<'a, str>,
}

#[derive(serde::Deserialize)]
struct JaegerSpan<'a> {
    #[serde(borrow, rename = "traceID")]
    trace: Cow<'a, str>,
    #[serde(borrow, rename = "spanID")]
    id: Cow<'a, str>,
    #[serde(borrow, rename = "operationName")]
    name: Cow<'a, str>,
    #[serde(borrow)]
    references: Vec<JaegerReference<'a>>,
    #[serde(rename = "startTime")]
    start: u64,
    duration: u64,
    #[serde(borrow)]
    tags: Vec<JaegerTag<'a>>,
    #[serde(borrow, rename = "processID")]
    process: Cow<'a, str>,
}

#[derive(serde::Deserialize)]
struct JaegerReference<'a> {
    #[serde(borrow, rename = "spanID")]
    id: Cow<'a, str>,
}

#[derive(serde::Deserialize)]
struct JaegerTag<'a> {
    #[serde(borrow)]
    key: Cow<'a, str>,
    #[serde(borrow)]
    value: Tag<'a>,
}

/// A tag's value; only texts and whole numbers are kept.
enum Tag<'a> {
    Text(Cow<'a, str>),
    Number(u64),
}

impl<'de: 'a, 'a> Deserialize<'de> for Tag<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Tag<'de>;
            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a scalar")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Tag::Text(text.into()))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Tag::Text(text.to_owned().into()))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Tag::Number(number))
            }
            fn visit_bool<E>(self, on: bool) -> Result<Self::Value, E> {
                Ok(Tag::Number(u64::from(on)))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// `serde_json`'s streaming visitor, one trace at a time, on one thread.
pub(crate) fn serde_jaeger(bytes: &[u8]) -> Found {
    let mut found = Found::default();
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    Document(&mut found)
        .deserialize(&mut deserializer)
        .expect("a generated document");
    found
}

struct Document<'f>(&'f mut Found);

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = ();
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a Jaeger document")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            if key == "data" {
                map.next_value_seed(Traces(self.0))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Traces<'f>(&'f mut Found);

impl<'de> DeserializeSeed<'de> for Traces<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Traces<'_> {
    type Value = ();
    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("traces")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(trace) = list.next_element::<JaegerTrace<'de>>()? {
            self.0.check += trace
                .processes
                .values()
                .map(|process| process.service.len() as u64)
                .sum::<u64>();
            for span in &trace.spans {
                self.0.spans += 1;
                let references: usize = span
                    .references
                    .iter()
                    .map(|reference| reference.id.len())
                    .sum();
                let texts = span.trace.len()
                    + span.id.len()
                    + span.name.len()
                    + span.process.len()
                    + references;
                self.0.check = self
                    .0
                    .check
                    .wrapping_add(texts as u64 + span.start + span.duration);
                for tag in span.tags.iter().filter(|tag| needed(&tag.key)) {
                    self.0.kept += 1;
                    self.0.check = self.0.check.wrapping_add(match &tag.value {
                        Tag::Text(text) => text.len() as u64,
                        Tag::Number(number) => *number,
                    });
                }
            }
        }
        Ok(())
    }
}
