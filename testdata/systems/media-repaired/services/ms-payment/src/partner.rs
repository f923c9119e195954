//! The partners table: who brought a user and shares in the user's payments.

use crate::App;
use media_common::Failure;
use tracing::instrument;

/// The partner of a user; ms-payment owns this since nobody else needs it.
#[instrument(skip_all)]
pub fn of_user(app: &App, user: i64) -> Result<String, Failure> {
    let sql = "SELECT partner_id FROM partners WHERE user_id = ?1";
    let partners: Vec<String> = app.db.query(sql, [user], |row| row.get(0))?;
    partners.into_iter().next().ok_or(Failure::Missing)
}
