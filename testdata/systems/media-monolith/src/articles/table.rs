//! The articles table.

use crate::store::Store;
use media_common::Failure;
use tracing::instrument;

/// One article as the newsroom wrote it.
pub struct Article {
    pub id: i64,
    pub title: String,
    pub body: String,
    pub premium: bool,
}

/// The article with this id.
#[instrument(skip_all)]
pub fn find(store: &Store, id: i64) -> Result<Article, Failure> {
    let articles =
        store.query("SELECT id, title, body, premium FROM articles WHERE id = ?1", [id], |row| {
            Ok(Article { id: row.get(0)?, title: row.get(1)?, body: row.get(2)?, premium: row.get(3)? })
        })?;
    articles.into_iter().next().ok_or(Failure::Missing)
}

/// The newest articles, newest first.
#[instrument(skip_all)]
pub fn newest(store: &Store, limit: i64) -> Result<Vec<Article>, Failure> {
    store.query("SELECT id, title, body, premium FROM articles ORDER BY id DESC LIMIT ?1", [limit], |row| {
        Ok(Article { id: row.get(0)?, title: row.get(1)?, body: row.get(2)?, premium: row.get(3)? })
    })
}
