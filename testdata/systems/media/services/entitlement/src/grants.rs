//! The entitlements table.

use axum::{
    Json,
    extract::{Path, State},
};
use media_common::{Answer, Db, Failure};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tracing::instrument;

/// A product that a user may read.
#[derive(Serialize, Deserialize)]
pub struct Grant {
    user: i64,
    product: String,
}

/// `POST /entitlements`
#[instrument(skip_all)]
pub async fn grant(State(db): State<Arc<Db>>, Json(grant): Json<Grant>) -> Answer<Grant> {
    let sql = "INSERT OR REPLACE INTO entitlements (user_id, product) VALUES (?1, ?2)";
    db.execute(sql, (grant.user, &grant.product))?;
    Ok(Json(grant))
}

/// `POST /entitlements/revoke`
#[instrument(skip_all)]
pub async fn revoke(State(db): State<Arc<Db>>, Json(grant): Json<Grant>) -> Answer<Grant> {
    let sql = "DELETE FROM entitlements WHERE user_id = ?1 AND product = ?2";
    db.execute(sql, (grant.user, &grant.product))?;
    Ok(Json(grant))
}

/// `GET /entitlements/{user}/{product}`: 404 when the user has no such grant.
#[instrument(skip_all)]
pub async fn check(State(db): State<Arc<Db>>, Path((user, product)): Path<(i64, String)>) -> Answer<Grant> {
    let sql = "SELECT user_id, product FROM entitlements WHERE user_id = ?1 AND product = ?2";
    let grants =
        db.query(sql, (user, &product), |row| Ok(Grant { user: row.get(0)?, product: row.get(1)? }))?;
    grants.into_iter().next().map(Json).ok_or(Failure::Missing)
}
