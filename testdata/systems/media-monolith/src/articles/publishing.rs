//! Publishing an article.

use crate::{comments::threads, store::Store, subscriptions::notices};
use axum::{Json, extract::State};
use media_common::{Answer, Failure};
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

/// `POST /articles`: stores the article, opens its thread and tells the subscribers.
#[instrument(skip_all)]
pub async fn publish(State(store): State<Arc<Store>>, Json(draft): Json<Draft>) -> Answer<Value> {
    let sql = "INSERT INTO articles (title, body, premium) VALUES (?1, ?2, ?3) RETURNING id";
    let ids: Vec<i64> = store.query(sql, (&draft.title, &draft.body, draft.premium), |row| row.get(0))?;
    let id = ids.into_iter().next().ok_or(Failure::Missing)?;
    threads::open(&store, id, &draft.title)?;
    notices::notice(&store, id, &draft.title)?;
    Ok(Json(json!({ "id": id })))
}
