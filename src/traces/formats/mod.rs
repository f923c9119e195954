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
pub(super) mod format;
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
pub(super) mod problems;
mod records;
mod rows;
mod skywalking;
pub(super) mod sniff;
mod stream;
mod xray;
mod zipkin;

use self::format::TraceFormat;

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
