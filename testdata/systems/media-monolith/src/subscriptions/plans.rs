//! Taking and cancelling a plan.

use crate::{
    entitlements::grants,
    payments::ledger::{self, Payment},
    store::Store,
};
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
pub async fn subscribe(State(store): State<Arc<Store>>, Json(order): Json<Order>) -> Answer<Value> {
    let charge = Payment { user: order.user, cents: 999, purpose: order.plan.clone() };
    ledger::record(&store, &charge)?;
    let sql = "INSERT OR REPLACE INTO subscriptions (user_id, plan) VALUES (?1, ?2)";
    store.execute(sql, (order.user, &order.plan))?;
    grants::grant(&store, order.user, &order.plan)?;
    Ok(Json(json!({ "plan": order.plan })))
}

/// `DELETE /subscriptions/{user}`: cancels the plan and takes the entitlement back.
#[instrument(skip_all)]
pub async fn cancel(State(store): State<Arc<Store>>, Path(user): Path<i64>) -> Answer<Value> {
    let sql = "DELETE FROM subscriptions WHERE user_id = ?1 RETURNING plan";
    let plans: Vec<String> = store.query(sql, [user], |row| row.get(0))?;
    let plan = plans.first().ok_or(Failure::Missing)?;
    grants::revoke(&store, user, plan)?;
    Ok(Json(json!({ "cancelled": plan })))
}
