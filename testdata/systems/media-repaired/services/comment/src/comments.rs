//! The comments table.

use crate::App;
use axum::{
    Json,
    extract::{Query, State},
};
use media_common::Answer;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};
use tracing::instrument;

/// Which article is meant.
#[derive(Deserialize)]
pub struct Filter {
    article: i64,
}

/// Which articles are meant, separated by commas.
#[derive(Deserialize)]
pub struct Batch {
    articles: String,
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

/// `GET /comments/count?articles=7,8,9`: the number of comments on each.
#[instrument(skip_all)]
pub async fn count(State(app): State<Arc<App>>, Query(batch): Query<Batch>) -> Answer<BTreeMap<i64, i64>> {
    let articles = format!("[{}]", batch.articles);
    let sql = "SELECT article_id, count(*) FROM comments WHERE article_id IN (SELECT value FROM json_each(?1)) GROUP BY article_id";
    let counts = app.db.query(sql, [articles], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Json(counts.into_iter().collect()))
}

/// `POST /comments`: asks for the author's name, stores the comment and says so.
#[instrument(skip_all)]
pub async fn write(State(app): State<Arc<App>>, Json(draft): Json<Draft>) -> Answer<Value> {
    let author = app.users.get(&format!("/users/{}", draft.user)).await?;
    let sql = "INSERT INTO comments (article_id, author, text) VALUES (?1, ?2, ?3)";
    app.db.execute(sql, (draft.article, author["name"].as_str(), &draft.text))?;
    let posted = json!({ "article": draft.article });
    app.broker.publish("comment.posted", posted.clone()).await?;
    Ok(Json(posted))
}
