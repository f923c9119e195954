//! The account page.

use super::profiles;
use crate::{payments::ledger, store::Store};
use axum::{
    Json,
    extract::{Path, State},
};
use media_common::Answer;
use serde_json::{Value, json};
use std::sync::Arc;
use tracing::instrument;

/// `GET /users/{id}/payments`: asks payments, which ask users back for the partner.
#[instrument(skip_all)]
pub async fn payments(State(store): State<Arc<Store>>, Path(id): Path<i64>) -> Answer<Value> {
    let user = profiles::find(&store, id)?;
    let payments = ledger::shared(&store, id)?;
    Ok(Json(json!({ "user": user.name, "payments": payments })))
}
