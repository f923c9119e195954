//! One thread per published article.

use crate::App;
use media_common::{Broker, Failure};
use serde_json::Value;
use std::sync::Arc;
use tracing::instrument;

/// Opens a thread under every new article.
pub fn listen(broker: &Broker, app: &Arc<App>) {
    let app = Arc::clone(app);
    broker.subscribe("article.published", "comment", move |event| open(Arc::clone(&app), event));
}

#[instrument(skip_all)]
async fn open(app: Arc<App>, event: Value) -> Result<(), Failure> {
    let sql = "INSERT INTO threads (article_id, title) VALUES (?1, ?2)";
    app.db.execute(sql, (event["id"].as_i64(), event["title"].as_str()))?;
    Ok(())
}
