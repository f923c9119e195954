//! The payments table.

use crate::{App, partner};
use axum::{
    Json,
    extract::{Query, State},
};
use media_common::{Answer, Failure};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;
use tracing::instrument;

/// Money that a user paid.
#[derive(Serialize, Deserialize)]
pub struct Payment {
    pub user: i64,
    pub cents: i64,
    pub purpose: String,
}

/// Whose payments are asked for.
#[derive(Deserialize)]
pub struct Filter {
    user: i64,
}

/// `GET /payments?user=42`: the payments, and the partner who shares in them.
#[instrument(skip_all)]
pub async fn list(State(app): State<Arc<App>>, Query(filter): Query<Filter>) -> Answer<Value> {
    let payments = of_user(&app, filter.user)?;
    let partner = partner::of_user(&app, filter.user)?;
    Ok(Json(json!({ "partner": partner, "payments": payments })))
}

/// `POST /payments`: charges a user.
#[instrument(skip_all)]
pub async fn charge(State(app): State<Arc<App>>, Json(payment): Json<Payment>) -> Answer<Value> {
    record(&app, &payment)?;
    Ok(Json(json!({ "charged": payment.cents })))
}

/// Every payment of a user.
pub fn of_user(app: &App, user: i64) -> Result<Vec<Payment>, Failure> {
    let sql = "SELECT user_id, cents, purpose FROM payments WHERE user_id = ?1 ORDER BY id";
    app.db
        .query(sql, [user], |row| Ok(Payment { user: row.get(0)?, cents: row.get(1)?, purpose: row.get(2)? }))
}

/// Adds a payment.
pub fn record(app: &App, payment: &Payment) -> Result<usize, Failure> {
    let sql = "INSERT INTO payments (user_id, cents, purpose) VALUES (?1, ?2, ?3)";
    app.db.execute(sql, (payment.user, payment.cents, &payment.purpose))
}
