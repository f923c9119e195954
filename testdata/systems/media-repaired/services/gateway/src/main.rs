//! The gateway: one public address, every path forwarded to the service that answers it.

mod forward;

use axum::{Router, routing::any};
use forward::forward;
use media_common::Api;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    media_telemetry::serve("gateway", routes).await;
}

fn routes() -> Router {
    let users = Api::from_env("USER_URL", "http://ms-user:8080");
    let payments = Api::from_env("PAYMENT_URL", "http://ms-payment:8080");
    let subscriptions = Api::from_env("SUBSCRIPTION_URL", "http://subscription:8080");
    let articles = Api::from_env("ARTICLE_URL", "http://article:8080");
    let comments = Api::from_env("COMMENT_URL", "http://comment:8080");
    Router::new()
        .route("/users/{*rest}", any(forward).with_state(users))
        .route("/invoices/{user}", any(forward).with_state(payments.clone()))
        .route("/purchases", any(forward).with_state(payments))
        .route("/subscriptions", any(forward).with_state(subscriptions.clone()))
        .route("/subscriptions/{user}", any(forward).with_state(subscriptions))
        .route("/front-page", any(forward).with_state(articles.clone()))
        .route("/articles", any(forward).with_state(articles.clone()))
        .route("/articles/{id}", any(forward).with_state(articles))
        .route("/comments", any(forward).with_state(comments))
}
