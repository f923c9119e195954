//! The users table.

use crate::App;
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
}

/// `GET /users/{id}`
#[instrument(skip_all)]
pub async fn profile(State(app): State<Arc<App>>, Path(id): Path<i64>) -> Answer<User> {
    find(&app, id).map(Json)
}

/// The user with this id.
pub fn find(app: &App, id: i64) -> Result<User, Failure> {
    let sql = "SELECT id, name FROM users WHERE id = ?1";
    let users = app.db.query(sql, [id], |row| Ok(User { id: row.get(0)?, name: row.get(1)? }))?;
    users.into_iter().next().ok_or(Failure::Missing)
}
