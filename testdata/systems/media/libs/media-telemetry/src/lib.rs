//! Tracing for every service of the platform: one call, [`serve`], runs a router with
//! server spans, W3C context propagation and a recording of its spans in OTLP JSON lines.

mod recorder;
mod server;

use opentelemetry::{Context, global, trace::TracerProvider};
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use std::collections::HashMap;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{filter::LevelFilter, layer::SubscriberExt};

pub use server::serve;

/// Sends the spans of this process to `$TRACES_DIR/<service>.jsonl`.
fn start(service: &'static str) -> SdkTracerProvider {
    let provider = SdkTracerProvider::builder()
        .with_resource(Resource::builder_empty().with_service_name(service).build())
        .with_batch_exporter(recorder::Recorder::create(service))
        .build();
    global::set_text_map_propagator(TraceContextPropagator::new());
    let spans = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("media-telemetry"))
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_level(false);
    let subscriber = tracing_subscriber::registry().with(LevelFilter::INFO).with(spans);
    tracing::subscriber::set_global_default(subscriber).expect("telemetry starts once");
    provider
}

/// The headers that carry `span` to another process.
#[must_use]
pub fn carry(span: &Span) -> HashMap<String, String> {
    let mut headers = HashMap::new();
    global::get_text_map_propagator(|p| p.inject_context(&span.context(), &mut headers));
    headers
}

/// The context that another process sent along.
#[must_use]
pub fn carried(headers: &HashMap<String, String>) -> Context {
    global::get_text_map_propagator(|p| p.extract(headers))
}
