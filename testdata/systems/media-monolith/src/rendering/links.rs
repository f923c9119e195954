//! Links between articles: `[[7]]` stands for article 7.

use crate::{articles::table, store::Store};
use media_common::Failure;
use std::collections::BTreeMap;
use tracing::instrument;

/// Puts each article's title where its number stood. The only thing that rendering asks of others.
#[instrument(skip_all)]
pub fn resolve(store: &Store, text: &str) -> Result<String, Failure> {
    let mut titles = BTreeMap::new();
    for id in numbers(text) {
        if !titles.contains_key(&id) {
            titles.insert(id, table::find(store, id)?.title);
        }
    }
    Ok(replace(text, |id| {
        titles.get(&id).map_or(String::new(), |title| format!("<a href=\"/articles/{id}\">{title}</a>"))
    }))
}

/// Takes the links out.
#[instrument(skip_all)]
pub fn strip(text: &str) -> String {
    replace(text, |_| "another article".to_owned())
}

fn numbers(text: &str) -> impl Iterator<Item = i64> {
    text.split("[[").skip(1).filter_map(|rest| rest.split_once("]]")?.0.parse().ok())
}

fn replace(text: &str, by: impl Fn(i64) -> String) -> String {
    let mut parts = text.split("[[");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once("]]") {
            Some((id, rest)) => out = out + &id.parse().map_or(String::new(), &by) + rest,
            None => out = out + "[[" + part,
        }
    }
    out
}
