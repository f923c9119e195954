//! Comments under articles.

mod comments;
mod threads;

use axum::{Router, routing::get};
use media_common::{Api, Broker, Db};
use std::sync::Arc;

/// What the handlers share.
pub struct App {
    db: Db,
    users: Api,
    broker: Broker,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    media_telemetry::serve("comment", routes).await;
}

fn routes() -> Router {
    let broker = Broker::from_env("BROKER_URL", "http://broker:9092");
    let app = Arc::new(App {
        db: Db::open("DATABASE_URL", "sqlite:///data/comments.db", include_str!("schema.sql")),
        users: Api::from_env("USER_URL", "http://ms-user:8080"),
        broker: broker.clone(),
    });
    threads::listen(&broker, &app);
    Router::new()
        .route("/comments", get(comments::list).post(comments::write))
        .route("/comments/count", get(comments::count))
        .with_state(app)
}
