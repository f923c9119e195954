//! How many comments there are.

use crate::store::Store;
use media_common::Failure;
use tracing::instrument;

/// The number of comments on an article.
#[instrument(skip_all)]
pub fn count(store: &Store, article: i64) -> Result<i64, Failure> {
    let sql = "SELECT count(*) FROM comments WHERE article_id = ?1";
    let counts: Vec<i64> = store.query(sql, [article], |row| row.get(0))?;
    Ok(counts.into_iter().sum())
}

/// Counts a comment, in the articles module's own table.
#[instrument(skip_all)]
pub fn commented(store: &Store, article: i64) -> Result<usize, Failure> {
    let sql = "UPDATE article_stats SET comments = comments + 1 WHERE article_id = ?1";
    store.execute(sql, [article])
}
