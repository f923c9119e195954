//! A user's payments, as the account page shows them.

use crate::{App, users};
use axum::{
    Json,
    extract::{Path, State},
};
use media_common::Answer;
use serde_json::{Value, json};
use std::sync::Arc;
use tracing::instrument;

/// `GET /users/{id}/payments`: asks ms-payment, which knows the partner, too.
#[instrument(skip_all)]
pub async fn of_user(State(app): State<Arc<App>>, Path(id): Path<i64>) -> Answer<Value> {
    let user = users::find(&app, id)?;
    let payments = app.payments.get(&format!("/payments?user={id}")).await?;
    Ok(Json(json!({ "user": user.name, "payments": payments })))
}
