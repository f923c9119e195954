//! The entitlements table.

use crate::store::Store;
use media_common::Failure;
use tracing::instrument;

/// Lets a user read a product.
#[instrument(skip_all)]
pub fn grant(store: &Store, user: i64, product: &str) -> Result<usize, Failure> {
    let sql = "INSERT OR REPLACE INTO entitlements (user_id, product) VALUES (?1, ?2)";
    store.execute(sql, (user, product))
}

/// Takes a grant back.
#[instrument(skip_all)]
pub fn revoke(store: &Store, user: i64, product: &str) -> Result<usize, Failure> {
    let sql = "DELETE FROM entitlements WHERE user_id = ?1 AND product = ?2";
    store.execute(sql, (user, product))
}

/// Has the user been granted this product?
#[instrument(skip_all)]
pub fn holds(store: &Store, user: i64, product: &str) -> Result<bool, Failure> {
    let sql = "SELECT user_id FROM entitlements WHERE user_id = ?1 AND product = ?2";
    let grants: Vec<i64> = store.query(sql, (user, product), |row| row.get(0))?;
    Ok(!grants.is_empty())
}
