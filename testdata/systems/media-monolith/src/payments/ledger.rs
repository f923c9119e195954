//! The payments table.

use crate::{store::Store, users::partners};
use media_common::Failure;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tracing::instrument;

/// Money that a user paid.
#[derive(Serialize, Deserialize)]
pub struct Payment {
    pub user: i64,
    pub cents: i64,
    pub purpose: String,
}

/// A user's payments, and the partner who shares in them.
#[instrument(skip_all)]
pub fn shared(store: &Store, user: i64) -> Result<Value, Failure> {
    let partner = partners::partner_of(store, user)?;
    Ok(json!({ "partner": partner, "payments": of_user(store, user)? }))
}

/// Every payment of a user.
#[instrument(skip_all)]
pub fn of_user(store: &Store, user: i64) -> Result<Vec<Payment>, Failure> {
    let sql = "SELECT user_id, cents, purpose FROM payments WHERE user_id = ?1 ORDER BY id";
    store
        .query(sql, [user], |row| Ok(Payment { user: row.get(0)?, cents: row.get(1)?, purpose: row.get(2)? }))
}

/// Adds a payment.
#[instrument(skip_all)]
pub fn record(store: &Store, payment: &Payment) -> Result<usize, Failure> {
    let sql = "INSERT INTO payments (user_id, cents, purpose) VALUES (?1, ?2, ?3)";
    store.execute(sql, (payment.user, payment.cents, &payment.purpose))
}
