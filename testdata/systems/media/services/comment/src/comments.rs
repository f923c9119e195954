//! The comments table.

use crate::{App, stats};
use axum::{
    Json,
    extract::{Query, State},
};
use media_common::Answer;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tracing::instrument;

/// Which article is meant.
#[derive(Deserialize)]
pub struct Filter {
    article: i64,
}

/// What a user writes.
#[derive(Deserialize)]
pub struct Draft {
    article: i64,
    user: i64,
    text: String,
}

/// `GET /comments?article=7`
#[instrument(skip_all)]
pub async fn list(State(app): State<Arc<App>>, Query(filter): Query<Filter>) -> Answer<Vec<Value>> {
    let sql = "SELECT author, text FROM comments WHERE article_id = ?1 ORDER BY id";
    let comments = app.db.query(sql, [filter.article], |row| {
        Ok(json!({ "author": row.get::<_, String>(0)?, "text": row.get::<_, String>(1)? }))
    })?;
    Ok(Json(comments))
}

/// `GET /comments/count?article=7`
#[instrument(skip_all)]
pub async fn count(State(app): State<Arc<App>>, Query(filter): Query<Filter>) -> Answer<i64> {
    let sql = "SELECT count(*) FROM comments WHERE article_id = ?1";
    let counts: Vec<i64> = app.db.query(sql, [filter.article], |row| row.get(0))?;
    Ok(Json(counts.into_iter().sum()))
}

/// `POST /comments`: asks for the author's name, stores the comment and counts it.
#[instrument(skip_all)]
pub async fn write(State(app): State<Arc<App>>, Json(draft): Json<Draft>) -> Answer<Value> {
    let author = app.users.get(&format!("/users/{}", draft.user)).await?;
    let sql = "INSERT INTO comments (article_id, author, text) VALUES (?1, ?2, ?3)";
    app.db.execute(sql, (draft.article, author["name"].as_str(), &draft.text))?;
    stats::commented(&app, draft.article)?;
    Ok(Json(json!({ "article": draft.article })))
}
