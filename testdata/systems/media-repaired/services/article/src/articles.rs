//! The articles table.

use crate::{App, access, stats};
use axum::{
    Json,
    extract::{Path, Query, State},
};
use media_common::{Answer, Failure};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tracing::instrument;

/// What a reader sees; the body of a premium article needs an entitlement.
#[derive(Serialize)]
pub struct Article {
    pub id: i64,
    pub title: String,
    pub body: String,
    pub premium: bool,
}

/// Who is reading.
#[derive(Deserialize)]
pub struct Reader {
    user: i64,
}

/// `GET /articles/{id}?user=42`
#[instrument(skip_all)]
pub async fn read(
    State(app): State<Arc<App>>,
    Path(id): Path<i64>,
    Query(reader): Query<Reader>,
) -> Answer<Article> {
    let mut article = find(&app, id)?;
    if !access::may_read(&app, reader.user, &article).await? {
        article.body.clear();
    }
    stats::viewed(&app, id)?;
    Ok(Json(article))
}

fn find(app: &App, id: i64) -> Result<Article, Failure> {
    let sql = "SELECT id, title, body, premium FROM articles WHERE id = ?1";
    let articles = app.db.query(sql, [id], |row| {
        Ok(Article { id: row.get(0)?, title: row.get(1)?, body: row.get(2)?, premium: row.get(3)? })
    })?;
    articles.into_iter().next().ok_or(Failure::Missing)
}
