use crate::Failure;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::Value;
use std::env;
use tracing::{Instrument, Span, field::Empty, info_span};

/// Another service, called over HTTP with one client span per call.
#[derive(Clone)]
pub struct Api {
    base: String,
    http: Client,
}

impl Api {
    /// The service whose address is in `variable`, by default `address`.
    #[must_use]
    pub fn from_env(variable: &str, address: &str) -> Self {
        let base = env::var(variable).unwrap_or_else(|_| address.to_owned());
        Self { base, http: Client::new() }
    }

    /// Reads `path`.
    pub async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.send(Method::GET, path, None).await
    }

    /// Sends `body` to `path`.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Any call; what the other side refuses is a failure here, too.
    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let url = format!("{}{path}", self.base);
        let span = info_span!(
            "client",
            otel.kind = "client",
            otel.name = method.as_str(),
            otel.status_code = Empty,
            http.request.method = method.as_str(),
            http.response.status_code = Empty,
            url.full = url,
        );
        let mut request = self.http.request(method, url);
        for (name, value) in media_telemetry::carry(&span) {
            request = request.header(name, value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        answer(request, &span).instrument(span.clone()).await
    }
}

async fn answer(request: RequestBuilder, span: &Span) -> Result<Value, Failure> {
    let response = request.send().await?;
    let status = response.status();
    span.record("http.response.status_code", status.as_u16());
    if status.is_success() {
        return Ok(response.json().await?);
    }
    span.record("otel.status_code", "ERROR");
    Err(match status {
        StatusCode::NOT_FOUND => Failure::Missing,
        StatusCode::FORBIDDEN => Failure::Forbidden,
        _ => Failure::Broken(response.text().await?),
    })
}
