//! Entitlements: who may read what, as it follows from plans and purchases.

mod events;
mod grants;

use axum::{Router, routing::get};
use media_common::{Broker, Db};
use std::sync::Arc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    media_telemetry::serve("entitlement", routes).await;
}

fn routes() -> Router {
    let db = Arc::new(Db::open("DATABASE_URL", "sqlite:///data/entitlements.db", include_str!("schema.sql")));
    events::listen(&Broker::from_env("BROKER_URL", "http://broker:9092"), &db);
    Router::new().route("/entitlements/{user}", get(grants::check)).with_state(db)
}
