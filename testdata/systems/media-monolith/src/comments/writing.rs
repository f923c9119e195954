//! The comments table.

use super::counting;
use crate::{store::Store, users::profiles};
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
pub async fn list(State(store): State<Arc<Store>>, Query(filter): Query<Filter>) -> Answer<Vec<Value>> {
    let sql = "SELECT author, text FROM comments WHERE article_id = ?1 ORDER BY id";
    let comments = store.query(sql, [filter.article], |row| {
        Ok(json!({ "author": row.get::<_, String>(0)?, "text": row.get::<_, String>(1)? }))
    })?;
    Ok(Json(comments))
}

/// `POST /comments`: looks the author up, stores the comment and counts it.
#[instrument(skip_all)]
pub async fn write(State(store): State<Arc<Store>>, Json(draft): Json<Draft>) -> Answer<Value> {
    let author = profiles::find(&store, draft.user)?;
    let sql = "INSERT INTO comments (article_id, author, text) VALUES (?1, ?2, ?3)";
    store.execute(sql, (draft.article, &author.name, &draft.text))?;
    counting::commented(&store, draft.article)?;
    Ok(Json(json!({ "article": draft.article })))
}
