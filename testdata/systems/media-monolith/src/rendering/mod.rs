//! Rendering: from what the newsroom writes to what a browser shows.

mod glossary;
mod links;
mod markup;
mod typography;

use crate::store::Store;
use media_common::Failure;
use tracing::instrument;

/// The whole article as HTML.
#[instrument(skip_all)]
pub fn page(store: &Store, body: &str) -> Result<String, Failure> {
    let linked = links::resolve(store, body)?;
    Ok(glossary::explain(&markup::html(&typography::polish(&linked))))
}

/// The first paragraph, without links.
#[instrument(skip_all)]
pub fn summary(body: &str) -> String {
    let first = body.lines().next().unwrap_or_default();
    markup::html(&typography::polish(&links::strip(first)))
}
