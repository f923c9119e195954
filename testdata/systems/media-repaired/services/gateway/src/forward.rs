//! Passing a request on.

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{Method, Uri},
};
use media_common::{Answer, Api, Failure};
use serde_json::Value;
use tracing::instrument;

/// Sends the request to the service behind it and hands back what that says.
#[instrument(skip_all)]
pub async fn forward(State(upstream): State<Api>, method: Method, uri: Uri, body: Bytes) -> Answer<Value> {
    let path = uri.path_and_query().map_or("/", |p| p.as_str());
    let body = match body.is_empty() {
        true => None,
        false => Some(serde_json::from_slice(&body).map_err(|e| Failure::Broken(e.to_string()))?),
    };
    upstream.send(method, path, body.as_ref()).await.map(Json)
}
