//! Taking and cancelling a plan.

use crate::App;
use axum::{
    Json,
    extract::{Path, State},
};
use media_common::{Answer, Failure};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tracing::instrument;

/// The plan that a user wants.
#[derive(Deserialize)]
pub struct Order {
    user: i64,
    plan: String,
}

/// `POST /subscriptions`: charges the user and says what changed.
#[instrument(skip_all)]
pub async fn subscribe(State(app): State<Arc<App>>, Json(order): Json<Order>) -> Answer<Value> {
    let charge = json!({ "user": order.user, "cents": 999, "purpose": order.plan });
    app.payments.post("/payments", &charge).await?;
    let sql = "INSERT OR REPLACE INTO subscriptions (user_id, plan) VALUES (?1, ?2)";
    app.db.execute(sql, (order.user, &order.plan))?;
    changed(&app, order.user, &order.plan, true).await
}

/// `DELETE /subscriptions/{user}`: cancels the plan and says what changed.
#[instrument(skip_all)]
pub async fn cancel(State(app): State<Arc<App>>, Path(user): Path<i64>) -> Answer<Value> {
    let sql = "DELETE FROM subscriptions WHERE user_id = ?1 RETURNING plan";
    let plans: Vec<String> = app.db.query(sql, [user], |row| row.get(0))?;
    let plan = plans.first().ok_or(Failure::Missing)?;
    changed(&app, user, plan, false).await
}

async fn changed(app: &App, user: i64, product: &str, active: bool) -> Answer<Value> {
    let event = json!({ "user": user, "product": product, "active": active });
    app.broker.publish("subscription.changed", event.clone()).await?;
    Ok(Json(event))
}
