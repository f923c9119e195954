//! One thread per published article.

use crate::store::Store;
use media_common::Failure;
use tracing::instrument;

/// Opens a thread under a new article.
#[instrument(skip_all)]
pub fn open(store: &Store, article: i64, title: &str) -> Result<usize, Failure> {
    let sql = "INSERT INTO threads (article_id, title) VALUES (?1, ?2)";
    store.execute(sql, (article, title))
}
