//! What others tell: plans taken and cancelled, single purchases.

use crate::grants;
use media_common::{Broker, Db, Failure};
use serde_json::Value;
use std::sync::Arc;
use tracing::instrument;

/// Follows both topics.
pub fn listen(broker: &Broker, db: &Arc<Db>) {
    let (plans, purchases) = (Arc::clone(db), Arc::clone(db));
    broker.subscribe("subscription.changed", "entitlement", move |event| changed(Arc::clone(&plans), event));
    broker.subscribe("purchase.made", "entitlement", move |event| bought(Arc::clone(&purchases), event));
}

#[instrument(skip_all)]
async fn changed(db: Arc<Db>, event: Value) -> Result<(), Failure> {
    let (user, product) = (event["user"].as_i64(), event["product"].as_str());
    match event["active"].as_bool() {
        Some(true) => grants::grant(&db, user, product),
        _ => grants::revoke(&db, user, product),
    }
}

#[instrument(skip_all)]
async fn bought(db: Arc<Db>, event: Value) -> Result<(), Failure> {
    grants::grant(&db, event["user"].as_i64(), event["product"].as_str())
}
