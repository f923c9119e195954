//! The front page: the newest articles, each with its number of comments.

use crate::App;
use axum::{Json, extract::State};
use media_common::Answer;
use serde_json::{Value, json};
use std::sync::Arc;
use tracing::instrument;

/// `GET /front-page`: one call for all articles on it.
#[instrument(skip_all)]
pub async fn front_page(State(app): State<Arc<App>>) -> Answer<Vec<Value>> {
    let sql = "SELECT id, title FROM articles ORDER BY id DESC LIMIT 12";
    let newest: Vec<(i64, String)> = app.db.query(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let ids: Vec<String> = newest.iter().map(|(id, _)| id.to_string()).collect();
    let counts = app.comments.get(&format!("/comments/count?articles={}", ids.join(","))).await?;
    let line = |(id, title): (i64, String)| json!({ "id": id, "title": title, "comments": counts[id.to_string()].as_i64().unwrap_or_default() });
    Ok(Json(newest.into_iter().map(line).collect()))
}
