//! Jaeger's documents in Elasticsearch, and Jaeger's protobuf messages in JSON.
//!
//! In: one span per line or object, bare or in `_source`, also in the answer of a search. Out: spans.
//! Invariant: each span tells its process itself.
//! Never: index settings or other documents.

use super::format::TraceFormat;
use super::jaeger::{Owner, jaeger_span};
use super::json::{Cursor, Stop};
use super::lines;
use super::problems::Fault;
use super::stream::Stream;
use crate::traces::spans::collect::Collector;

/// Jaeger's documents in Elasticsearch.
pub(super) const FORMAT: TraceFormat = TraceFormat {
    id: "jaeger-elasticsearch",
    about: "Jaeger spans one by one: Elasticsearch documents, protobuf messages in JSON",
    sniff: |head| {
        let span = head.has(&["spanID", "spanId"])
            && head.has(&["operationName", "startTimeMillis", "process", "serviceName"]);
        span || head.has(&["_source", "hits"])
    },
    read: |reader, sinks| lines::documents(reader, sinks, document),
};

/// Reads a span, or the answer of a search: `{"hits":{"hits":[…]}}`.
///
/// The first member that is no statistics of the search tells which; the cursor only looks
/// ahead for it.
fn document(stream: &mut Stream<'_>, sink: &mut Collector) -> Result<(), Fault> {
    let is_answer = stream.leaf(|cursor| {
        let mut ahead = cursor.clone();
        ahead.eat(b'{')?;
        let mut first = true;
        while let Some(key) = ahead.next_key(&mut first)? {
            match key {
                b"hits" => return Ok(true),
                b"took" | b"timed_out" | b"_shards" | b"_scroll_id" => ahead.skip()?,
                _ => return Ok(false),
            }
        }
        Ok(false)
    })?;
    if !is_answer {
        return one(stream, sink);
    }
    let is_hits = |key: &[u8]| key == b"hits";
    stream.object(is_hits, |stream, hits| {
        if !hits {
            return stream.skip();
        }
        stream.object(is_hits, |stream, hits| {
            if hits {
                stream.array(|stream| one(stream, sink))
            } else {
                stream.skip()
            }
        })
    })
}

/// Reads one span, bare or in `_source`, and hands it over with the service that it names.
fn one(stream: &mut Stream<'_>, sink: &mut Collector) -> Result<(), Fault> {
    let owner = stream.leaf(|cursor| {
        let mut ahead = cursor.clone();
        if source(&mut ahead)? {
            let owner = jaeger_span(&mut ahead, &mut sink.draft, |_| 0)?;
            cursor.skip()?;
            return Ok(owner);
        }
        jaeger_span(cursor, &mut sink.draft, |_| 0)
    })?;
    let key = if let Owner::Inline(key) = owner {
        key
    } else {
        Vec::new()
    };
    let resource = sink.resource(&key);
    sink.push(resource);
    Ok(())
}

/// Goes to the value of `_source`, if there is one.
///
/// After `true` the cursor stands at the value; after `false`, behind the object.
fn source(cursor: &mut Cursor<'_>) -> Result<bool, Stop> {
    cursor.eat(b'{')?;
    let mut first = true;
    while let Some(key) = cursor.next_key(&mut first)? {
        if key == b"_source" {
            return Ok(true);
        }
        cursor.skip()?;
    }
    Ok(false)
}
