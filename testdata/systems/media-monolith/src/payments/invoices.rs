//! Invoices.

use super::ledger;
use crate::{store::Store, users::partners};
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
pub async fn invoice(State(store): State<Arc<Store>>, Path(user): Path<i64>) -> Answer<Value> {
    let cents: i64 = ledger::of_user(&store, user)?.iter().map(|p| p.cents).sum();
    let partner = partners::partner_of(&store, user)?;
    Ok(Json(json!({ "user": user, "cents": cents, "partner": partner })))
}
