//! Articles: reading, publishing and the front page.

mod access;
mod articles;
mod front_page;
mod publish;
mod stats;

use axum::{
    Router,
    routing::{get, post},
};
use media_common::{Api, Broker, Db};
use std::sync::Arc;

/// What the handlers share.
pub struct App {
    db: Db,
    entitlements: Api,
    comments: Api,
    broker: Broker,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    media_telemetry::serve("article", routes).await;
}

fn routes() -> Router {
    let broker = Broker::from_env("BROKER_URL", "http://broker:9092");
    let app = Arc::new(App {
        db: Db::open("DATABASE_URL", "sqlite:///data/articles.db", include_str!("schema.sql")),
        entitlements: Api::from_env("ENTITLEMENT_URL", "http://entitlement:8080"),
        comments: Api::from_env("COMMENT_URL", "http://comment:8080"),
        broker: broker.clone(),
    });
    stats::listen(&broker, &app);
    Router::new()
        .route("/articles", post(publish::publish))
        .route("/articles/{id}", get(articles::read))
        .route("/front-page", get(front_page::front_page))
        .with_state(app)
}
