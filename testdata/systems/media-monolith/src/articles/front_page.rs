//! The front page: the newest articles, each with its summary and number of comments.

use super::table;
use crate::{comments::counting, rendering, store::Store};
use axum::{Json, extract::State};
use media_common::Answer;
use serde_json::{Value, json};
use std::sync::Arc;
use tracing::instrument;

/// `GET /front-page`: one count for every article on it.
#[instrument(skip_all)]
pub async fn front_page(State(store): State<Arc<Store>>) -> Answer<Vec<Value>> {
    let mut page = Vec::new();
    for article in table::newest(&store, 12)? {
        let comments = counting::count(&store, article.id)?;
        let summary = rendering::summary(&article.body);
        page.push(
            json!({ "id": article.id, "title": article.title, "summary": summary, "comments": comments }),
        );
    }
    Ok(Json(page))
}
