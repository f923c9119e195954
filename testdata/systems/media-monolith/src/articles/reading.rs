//! Reading an article.

use super::{stats, table};
use crate::{entitlements::grants, rendering, store::Store};
use axum::{
    Json,
    extract::{Path, Query, State},
};
use media_common::{Answer, Failure};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tracing::instrument;

/// Who is reading.
#[derive(Deserialize)]
pub struct Reader {
    user: i64,
}

/// `GET /articles/{id}?user=42`: the page, or its summary for those who have not paid.
#[instrument(skip_all)]
pub async fn read(
    State(store): State<Arc<Store>>,
    Path(id): Path<i64>,
    Query(reader): Query<Reader>,
) -> Answer<Value> {
    let article = table::find(&store, id)?;
    let html = match may_read(&store, reader.user, &article)? {
        true => rendering::page(&store, &article.body)?,
        false => rendering::summary(&article.body),
    };
    stats::viewed(&store, id)?;
    Ok(Json(json!({ "id": id, "title": article.title, "html": html })))
}

/// Asks whether the user bought the article, although few articles are for sale and few are bought.
fn may_read(store: &Store, user: i64, article: &table::Article) -> Result<bool, Failure> {
    let bought = grants::holds(store, user, &format!("article-{}", article.id))?;
    Ok(bought || !article.premium || grants::holds(store, user, "plus")?)
}
