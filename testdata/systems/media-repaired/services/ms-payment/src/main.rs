//! Payments: charges, purchases, invoices and the partners' share.

mod invoices;
mod partner;
mod payments;
mod purchases;

use axum::{
    Router,
    routing::{get, post},
};
use media_common::{Broker, Db};
use std::sync::Arc;

/// What the handlers share.
pub struct App {
    db: Db,
    broker: Broker,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    media_telemetry::serve("ms-payment", routes).await;
}

fn routes() -> Router {
    let app = App {
        db: Db::open("DATABASE_URL", "sqlite:///data/payments.db", include_str!("schema.sql")),
        broker: Broker::from_env("BROKER_URL", "http://broker:9092"),
    };
    Router::new()
        .route("/payments", get(payments::list).post(payments::charge))
        .route("/invoices/{user}", get(invoices::invoice))
        .route("/purchases", post(purchases::buy))
        .with_state(Arc::new(app))
}
