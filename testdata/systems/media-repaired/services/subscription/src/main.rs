//! Subscriptions: plans that users take and cancel, and notices of what is new.

mod notices;
mod subscriptions;

use axum::{
    Router,
    routing::{delete, post},
};
use media_common::{Api, Broker, Db};
use std::sync::Arc;

/// What the handlers share.
pub struct App {
    db: Db,
    payments: Api,
    broker: Broker,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    media_telemetry::serve("subscription", routes).await;
}

fn routes() -> Router {
    let broker = Broker::from_env("BROKER_URL", "http://broker:9092");
    let app = Arc::new(App {
        db: Db::open("DATABASE_URL", "sqlite:///data/subscriptions.db", include_str!("schema.sql")),
        payments: Api::from_env("PAYMENT_URL", "http://ms-payment:8080"),
        broker: broker.clone(),
    });
    notices::listen(&broker, &app);
    Router::new()
        .route("/subscriptions", post(subscriptions::subscribe))
        .route("/subscriptions/{user}", delete(subscriptions::cancel))
        .with_state(app)
}
