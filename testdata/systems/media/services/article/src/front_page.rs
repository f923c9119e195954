//! The front page: the newest articles, each with its number of comments.

use crate::App;
use axum::{Json, extract::State};
use media_common::Answer;
use serde_json::{Value, json};
use std::sync::Arc;
use tracing::instrument;

/// `GET /front-page`: one call for every article on it.
#[instrument(skip_all)]
pub async fn front_page(State(app): State<Arc<App>>) -> Answer<Vec<Value>> {
    let sql = "SELECT id, title FROM articles ORDER BY id DESC LIMIT 12";
    let newest: Vec<(i64, String)> = app.db.query(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut page = Vec::new();
    for (id, title) in newest {
        let comments = app.comments.get(&format!("/comments/count?article={id}")).await?;
        page.push(json!({ "id": id, "title": title, "comments": comments }));
    }
    Ok(Json(page))
}
