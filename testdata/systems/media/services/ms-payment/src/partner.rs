//! The partner who brought a user and shares in the user's payments.

use crate::App;
use media_common::Failure;
use serde_json::Value;
use tracing::instrument;

/// Asks ms-user, who knows the partner.
#[instrument(skip_all)]
pub async fn of_user(app: &App, user: i64) -> Result<Value, Failure> {
    app.users.get(&format!("/users/{user}/partner")).await
}
