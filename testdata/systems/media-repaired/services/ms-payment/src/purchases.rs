//! Single purchases: pay once, read for ever.

use crate::{
    App,
    payments::{self, Payment},
};
use axum::{Json, extract::State};
use media_common::Answer;
use serde_json::{Value, json};
use std::sync::Arc;
use tracing::instrument;

/// `POST /purchases`: takes the money and says so.
#[instrument(skip_all)]
pub async fn buy(State(app): State<Arc<App>>, Json(payment): Json<Payment>) -> Answer<Value> {
    payments::record(&app, &payment)?;
    let bought = json!({ "user": payment.user, "product": payment.purpose });
    app.broker.publish("purchase.made", bought.clone()).await?;
    Ok(Json(bought))
}
