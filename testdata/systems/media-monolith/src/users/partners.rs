//! The partner who brought a user.

use super::profiles;
use crate::store::Store;
use media_common::Failure;
use tracing::instrument;

/// Payments ask for it, since the partner shares in them.
#[instrument(skip_all)]
pub fn partner_of(store: &Store, user: i64) -> Result<String, Failure> {
    profiles::find(store, user).map(|user| user.partner_id)
}
