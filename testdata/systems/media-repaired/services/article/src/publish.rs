//! Publishing an article.

use crate::App;
use axum::{Json, extract::State};
use media_common::Answer;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tracing::instrument;

/// What the newsroom sends.
#[derive(Deserialize)]
pub struct Draft {
    title: String,
    body: String,
    premium: bool,
}

/// `POST /articles`: stores the article and tells whom it may concern.
#[instrument(skip_all)]
pub async fn publish(State(app): State<Arc<App>>, Json(draft): Json<Draft>) -> Answer<Value> {
    let sql = "INSERT INTO articles (title, body, premium) VALUES (?1, ?2, ?3) RETURNING id";
    let ids: Vec<i64> = app.db.query(sql, (&draft.title, &draft.body, draft.premium), |row| row.get(0))?;
    let event = json!({ "id": ids.first(), "title": draft.title });
    app.broker.publish("article.published", event.clone()).await?;
    Ok(Json(event))
}
