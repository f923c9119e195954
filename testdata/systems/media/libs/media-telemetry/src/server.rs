use crate::{carried, start};
use axum::{
    Router,
    extract::{MatchedPath, Request},
    middleware::{Next, from_fn},
    response::Response,
    routing::get,
};
use std::env;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tracing::{Instrument, field::Empty, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// Runs a service on `$PORT` (8080) until SIGTERM, then writes out its last spans.
/// `routes` is called when telemetry has started.
pub async fn serve(service: &'static str, routes: impl FnOnce() -> Router) {
    let provider = start(service);
    let routes = routes().layer(from_fn(trace)).route("/health", get(|| async { "ok" }));
    let port = env::var("PORT").unwrap_or_else(|_| "8080".to_owned());
    let listener = TcpListener::bind(format!("0.0.0.0:{port}")).await.expect("the port is free");
    let mut terminated = signal(SignalKind::terminate()).expect("signals can be heard");
    tokio::select! {
        served = axum::serve(listener, routes) => served.expect("the listener stays open"),
        _ = terminated.recv() => {}
    }
    provider.shutdown().expect("the last spans are written");
}

/// One server span per request, child of the caller's client span.
async fn trace(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let span = info_span!(
        "server",
        otel.kind = "server",
        otel.name = %format_args!("{} {route}", request.method()),
        otel.status_code = Empty,
        http.request.method = %request.method(),
        http.route = route,
        http.response.status_code = Empty,
        url.path = request.uri().path(),
    );
    let text = |v: &axum::http::HeaderValue| v.to_str().unwrap_or_default().to_owned();
    let headers = request.headers().iter().map(|(k, v)| (k.to_string(), text(v))).collect();
    span.set_parent(carried(&headers)).expect("the span has not started");
    let response = next.run(request).instrument(span.clone()).await;
    span.record("http.response.status_code", response.status().as_u16());
    if response.status().is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
    response
}
