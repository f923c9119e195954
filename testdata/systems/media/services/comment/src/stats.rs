//! How often articles are commented, kept in the article service's own table.

use crate::App;
use media_common::Failure;

/// Counts a comment.
pub fn commented(app: &App, article: i64) -> Result<usize, Failure> {
    let sql = "UPDATE article_stats SET comments = comments + 1 WHERE article_id = ?1";
    app.db.execute(sql, [article])
}
