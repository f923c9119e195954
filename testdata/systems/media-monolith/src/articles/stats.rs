//! How often articles are read.

use crate::store::Store;
use media_common::Failure;
use tracing::instrument;

/// Counts a view.
#[instrument(skip_all)]
pub fn viewed(store: &Store, article: i64) -> Result<usize, Failure> {
    let sql = "UPDATE article_stats SET views = views + 1 WHERE article_id = ?1";
    store.execute(sql, [article])
}
