//! The message broker: one append-only log per topic, read by offset, long polling.

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    env,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{net::TcpListener, sync::Notify, time::timeout};

#[derive(Default)]
struct Log {
    topics: Mutex<HashMap<String, Vec<Value>>>,
    grown: Notify,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let routes = Router::new()
        .route("/topics/{topic}", post(append))
        .route("/topics/{topic}/{offset}", get(read))
        .route("/health", get(|| async { "ok" }))
        .with_state(Arc::<Log>::default());
    let port = env::var("PORT").unwrap_or_else(|_| "9092".to_owned());
    let listener = TcpListener::bind(format!("0.0.0.0:{port}")).await.expect("the port is free");
    axum::serve(listener, routes).await.expect("the listener stays open");
}

async fn append(
    State(log): State<Arc<Log>>,
    Path(topic): Path<String>,
    Json(message): Json<Value>,
) -> Json<Value> {
    log.topics.lock().unwrap_or_else(PoisonError::into_inner).entry(topic).or_default().push(message);
    log.grown.notify_waiters();
    Json(json!({}))
}

/// The message at `offset`, or null when none has come within a second.
async fn read(
    State(log): State<Arc<Log>>,
    Path((topic, offset)): Path<(String, usize)>,
) -> Json<Option<Value>> {
    let found = timeout(Duration::from_secs(1), async {
        loop {
            let grown = log.grown.notified();
            if let Some(message) = log.at(&topic, offset) {
                return message;
            }
            grown.await;
        }
    });
    Json(found.await.ok())
}

impl Log {
    fn at(&self, topic: &str, offset: usize) -> Option<Value> {
        let topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        topics.get(topic)?.get(offset).cloned()
    }
}
