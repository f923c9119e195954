//! Entitlements: who may read what.

mod grants;

use axum::{
    Router,
    routing::{get, post},
};
use media_common::Db;
use std::sync::Arc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    media_telemetry::serve("entitlement", routes).await;
}

fn routes() -> Router {
    let db = Db::open("DATABASE_URL", "sqlite:///data/entitlements.db", include_str!("schema.sql"));
    Router::new()
        .route("/entitlements", post(grants::grant))
        .route("/entitlements/revoke", post(grants::revoke))
        .route("/entitlements/{user}/{product}", get(grants::check))
        .with_state(Arc::new(db))
}
