//! The entitlements table, written here alone.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use media_common::{Answer, Db, Failure};
use serde::Deserialize;
use std::sync::Arc;
use tracing::instrument;

/// What opens an article: having bought it, or a plan.
#[derive(Deserialize)]
pub struct Keys {
    single: String,
    plan: String,
}

/// `GET /entitlements/{user}?single=article-6&plan=plus`: may the user read on?
#[instrument(skip_all)]
pub async fn check(
    State(db): State<Arc<Db>>,
    Path(user): Path<i64>,
    Query(keys): Query<Keys>,
) -> Answer<bool> {
    let sql = "SELECT count(*) FROM entitlements WHERE user_id = ?1 AND product IN (?2, ?3)";
    let grants: Vec<i64> = db.query(sql, (user, &keys.single, &keys.plan), |row| row.get(0))?;
    Ok(Json(grants.iter().any(|n| *n > 0)))
}

/// Lets a user read a product.
pub fn grant(db: &Db, user: Option<i64>, product: Option<&str>) -> Result<(), Failure> {
    let sql = "INSERT OR REPLACE INTO entitlements (user_id, product) VALUES (?1, ?2)";
    db.execute(sql, (user, product)).map(drop)
}

/// Takes a grant back.
pub fn revoke(db: &Db, user: Option<i64>, product: Option<&str>) -> Result<(), Failure> {
    let sql = "DELETE FROM entitlements WHERE user_id = ?1 AND product = ?2";
    db.execute(sql, (user, product)).map(drop)
}
