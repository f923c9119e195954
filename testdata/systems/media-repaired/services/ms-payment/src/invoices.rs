//! Invoices.

use crate::{App, partner, payments};
use axum::{
    Json,
    extract::{Path, State},
};
use media_common::Answer;
use serde_json::{Value, json};
use std::sync::Arc;
use tracing::instrument;

/// `GET /invoices/{user}`: what the user paid so far.
#[instrument(skip_all)]
pub async fn invoice(State(app): State<Arc<App>>, Path(user): Path<i64>) -> Answer<Value> {
    let cents: i64 = payments::of_user(&app, user)?.iter().map(|p| p.cents).sum();
    let partner = partner::of_user(&app, user)?;
    Ok(Json(json!({ "user": user, "cents": cents, "partner": partner })))
}
