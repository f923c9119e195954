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

/// `POST /subscriptions`: charges the user, then writes the entitlement.
#[instrument(skip_all)]
pub async fn subscribe(State(app): State<Arc<App>>, Json(order): Json<Order>) -> Answer<Value> {
    let charge = json!({ "user": order.user, "cents": 999, "purpose": order.plan });
    app.payments.post("/payments", &charge).await?;
    let sql = "INSERT OR REPLACE INTO subscriptions (user_id, plan) VALUES (?1, ?2)";
    app.db.execute(sql, (order.user, &order.plan))?;
    write(&app, "/entitlements", order.user, &order.plan).await
}

/// `DELETE /subscriptions/{user}`: cancels the plan and takes the entitlement back.
#[instrument(skip_all)]
pub async fn cancel(State(app): State<Arc<App>>, Path(user): Path<i64>) -> Answer<Value> {
    let sql = "DELETE FROM subscriptions WHERE user_id = ?1 RETURNING plan";
    let plans: Vec<String> = app.db.query(sql, [user], |row| row.get(0))?;
    let plan = plans.first().ok_or(Failure::Missing)?;
    write(&app, "/entitlements/revoke", user, plan).await
}

async fn write(app: &App, path: &str, user: i64, product: &str) -> Answer<Value> {
    let grant = json!({ "user": user, "product": product });
    app.entitlements.post(path, &grant).await.map(Json)
}
