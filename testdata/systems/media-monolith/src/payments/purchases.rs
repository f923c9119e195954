//! Single purchases: pay once, read for ever.

use super::ledger::{self, Payment};
use crate::{entitlements::grants, store::Store};
use axum::{Json, extract::State};
use media_common::Answer;
use serde_json::{Value, json};
use std::sync::Arc;
use tracing::instrument;

/// `POST /purchases`: takes the money and grants the product.
#[instrument(skip_all)]
pub async fn buy(State(store): State<Arc<Store>>, Json(payment): Json<Payment>) -> Answer<Value> {
    ledger::record(&store, &payment)?;
    grants::grant(&store, payment.user, &payment.purpose)?;
    Ok(Json(json!({ "bought": payment.purpose })))
}
