//! Notices to subscribers.

use crate::store::Store;
use media_common::Failure;
use tracing::instrument;

/// Notes a new article.
#[instrument(skip_all)]
pub fn notice(store: &Store, article: i64, title: &str) -> Result<usize, Failure> {
    let sql = "INSERT INTO notices (article_id, title) VALUES (?1, ?2)";
    store.execute(sql, (article, title))
}
