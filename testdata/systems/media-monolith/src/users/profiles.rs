//! The users table.

use crate::store::Store;
use axum::{
    Json,
    extract::{Path, State},
};
use media_common::{Answer, Failure};
use serde::Serialize;
use std::sync::Arc;
use tracing::instrument;

/// One reader of the platform.
#[derive(Serialize)]
pub struct User {
    pub id: i64,
    pub name: String,
    pub partner_id: String,
}

/// `GET /users/{id}`
#[instrument(skip_all)]
pub async fn profile(State(store): State<Arc<Store>>, Path(id): Path<i64>) -> Answer<User> {
    find(&store, id).map(Json)
}

/// The user with this id.
#[instrument(skip_all)]
pub fn find(store: &Store, id: i64) -> Result<User, Failure> {
    let sql = "SELECT id, name, partner_id FROM users WHERE id = ?1";
    let users = store
        .query(sql, [id], |row| Ok(User { id: row.get(0)?, name: row.get(1)?, partner_id: row.get(2)? }))?;
    users.into_iter().next().ok_or(Failure::Missing)
}
