//! Comments under articles.

mod comments;
mod stats;
mod threads;

use axum::{Router, routing::get};
use media_common::{Api, Broker, Db};
use std::sync::Arc;

/// What the handlers share.
pub struct App {
    db: Db,
    users: Api,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    media_telemetry::serve("comment", routes).await;
}

fn routes() -> Router {
    let app = Arc::new(App {
        db: Db::open("DATABASE_URL", "sqlite:///data/content.db", include_str!("schema.sql")),
        users: Api::from_env("USER_URL", "http://ms-user:8080"),
    });
    threads::listen(&Broker::from_env("BROKER_URL", "http://broker:9092"), &app);
    Router::new()
        .route("/comments", get(comments::list).post(comments::write))
        .route("/comments/count", get(comments::count))
        .with_state(app)
}
