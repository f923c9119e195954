//! May this user read this article?

use crate::{App, articles::Article};
use media_common::Failure;
use tracing::instrument;

/// Free articles need no question; for the others one is enough.
#[instrument(skip_all)]
pub async fn may_read(app: &App, user: i64, article: &Article) -> Result<bool, Failure> {
    if !article.premium {
        return Ok(true);
    }
    let path = format!("/entitlements/{user}?single=article-{}&plan=plus", article.id);
    Ok(app.entitlements.get(&path).await?.as_bool().unwrap_or_default())
}
