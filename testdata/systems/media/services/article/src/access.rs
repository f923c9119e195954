//! May this user read this article?

use crate::{App, articles::Article};
use media_common::Failure;
use tracing::instrument;

/// Asks whether the user bought the article, although few articles are for sale and few are bought.
#[instrument(skip_all)]
pub async fn may_read(app: &App, user: i64, article: &Article) -> Result<bool, Failure> {
    let bought = holds(app, user, &format!("article-{}", article.id)).await?;
    Ok(bought || !article.premium || holds(app, user, "plus").await?)
}

async fn holds(app: &App, user: i64, product: &str) -> Result<bool, Failure> {
    match app.entitlements.get(&format!("/entitlements/{user}/{product}")).await {
        Ok(_) => Ok(true),
        Err(Failure::Missing) => Ok(false),
        Err(failure) => Err(failure),
    }
}
