//! Trace formats, each registered once: from the bytes of an input to spans.
//!
//! In: an input. Out: [`FORMATS`], of which one recognises its head and reads it.
//! Invariant: one file and one line for each format; the first that recognises the head wins.
//! Never: file names.

mod azure;
mod datadog;
mod elastic;
mod elastic_apm;
mod encoding;
mod fields;
pub(super) mod foreign;
mod gcloud;
mod jaeger;
mod json;
mod lines;
mod moment;
mod msgpack;
pub(super) mod open;
mod otlp_json;
mod otlp_proto;
#[cfg(feature = "parquet")]
mod parquet;
mod records;
mod rows;
mod skywalking;
pub(super) mod sniff;
pub(super) mod stream;
mod xray;
mod zipkin;

use std::io::Read;

use self::sniff::Head;
use self::stream::Fault;
use super::spans::collect::Collector;

/// A trace format.
#[derive(Clone, Copy, Debug)]
pub struct TraceFormat {
    /// Stable id.
    pub id: &'static str,
    /// One sentence for people.
    pub about: &'static str,
    /// Whether the head of an input has this format.
    pub sniff: fn(&Head) -> bool,
    /// Reads an input, with one thread for each collector at most; good records before and after a bad one are kept.
    pub read: fn(&mut (dyn Read + Send), &mut [Collector]) -> Problems,
}

/// All formats; those that are told by several fields together come first.
pub const FORMATS: &[TraceFormat] = &[
    xray::FORMAT,
    datadog::FORMAT,
    skywalking::FORMAT,
    elastic_apm::FORMAT,
    gcloud::FORMAT,
    azure::FORMAT,
    rows::FORMAT,
    otlp_json::FORMAT,
    zipkin::FORMAT_2,
    zipkin::FORMAT_1,
    elastic::FORMAT,
    jaeger::FORMAT,
    otlp_proto::RAW,
    otlp_proto::FRAMED,
    #[cfg(feature = "parquet")]
    parquet::FORMAT,
];

/// What went wrong in one input.
#[derive(Debug, Default)]
pub struct Problems {
    /// Documents or messages that could not be read to their end.
    pub count: u64,
    /// The first of them.
    pub first: Option<Fault>,
    /// The format has conventions of its own, of which the kinds and peers of spans were derived.
    pub derived: bool,
}

impl Problems {
    /// Notes a problem.
    pub fn add(&mut self, fault: Fault) {
        self.count += 1;
        if self
            .first
            .as_ref()
            .is_none_or(|first| fault.byte() < first.byte())
        {
            self.first = Some(fault);
        }
    }

    /// Adds those of another part of the same input.
    pub fn merge(&mut self, other: Self) {
        let count = self.count + other.count;
        self.derived |= other.derived;
        if let Some(fault) = other.first {
            self.add(fault);
        }
        self.count = count;
    }
}
