//! Users: who they are.

mod payments;
mod users;

use axum::{Router, routing::get};
use media_common::{Api, Db};
use std::sync::Arc;

/// What the handlers share.
pub struct App {
    db: Db,
    payments: Api,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    media_telemetry::serve("ms-user", routes).await;
}

fn routes() -> Router {
    let app = App {
        db: Db::open("DATABASE_URL", "sqlite:///data/users.db", include_str!("schema.sql")),
        payments: Api::from_env("PAYMENT_URL", "http://ms-payment:8080"),
    };
    Router::new()
        .route("/users/{id}", get(users::profile))
        .route("/users/{id}/payments", get(payments::of_user))
        .with_state(Arc::new(app))
}
