//! How often articles are read and commented: a table written here alone.

use crate::App;
use media_common::{Broker, Failure};
use serde_json::Value;
use std::sync::Arc;
use tracing::instrument;

/// Counts a view.
pub fn viewed(app: &App, article: i64) -> Result<usize, Failure> {
    let sql = "UPDATE article_stats SET views = views + 1 WHERE article_id = ?1";
    app.db.execute(sql, [article])
}

/// Counts every comment that is posted.
pub fn listen(broker: &Broker, app: &Arc<App>) {
    let app = Arc::clone(app);
    broker.subscribe("comment.posted", "article", move |event| commented(Arc::clone(&app), event));
}

#[instrument(skip_all)]
async fn commented(app: Arc<App>, event: Value) -> Result<(), Failure> {
    let sql = "UPDATE article_stats SET comments = comments + 1 WHERE article_id = ?1";
    app.db.execute(sql, [event["article"].as_i64()]).map(drop)
}
