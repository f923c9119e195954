//! The media platform as one program: a module for each part of the business, one database.

mod articles;
mod comments;
mod entitlements;
mod payments;
mod rendering;
mod store;
mod subscriptions;
mod users;

use axum::{
    Router,
    routing::{delete, get, post},
};
use std::sync::Arc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    media_telemetry::serve("media-monolith", routes).await;
}

fn routes() -> Router {
    Router::new()
        .route("/users/{id}", get(users::profiles::profile))
        .route("/users/{id}/payments", get(users::account::payments))
        .route("/invoices/{user}", get(payments::invoices::invoice))
        .route("/purchases", post(payments::purchases::buy))
        .route("/subscriptions", post(subscriptions::plans::subscribe))
        .route("/subscriptions/{user}", delete(subscriptions::plans::cancel))
        .route("/front-page", get(articles::front_page::front_page))
        .route("/articles", post(articles::publishing::publish))
        .route("/articles/{id}", get(articles::reading::read))
        .route("/comments", get(comments::writing::list).post(comments::writing::write))
        .with_state(Arc::new(store::open()))
}
