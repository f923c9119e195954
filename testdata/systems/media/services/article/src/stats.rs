//! How often articles are read.

use crate::App;
use media_common::Failure;

/// Counts a view.
pub fn viewed(app: &App, article: i64) -> Result<usize, Failure> {
    let sql = "UPDATE article_stats SET views = views + 1 WHERE article_id = ?1";
    app.db.execute(sql, [article])
}
