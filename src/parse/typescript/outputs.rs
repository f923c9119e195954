//! Which folders TypeScript builds write, and from where.
//!
//! In: `tsconfig*.json` files. Out: [`Output`]s.
//! Invariant: paths lie inside the analysed folder.
//! Never: an output folder as a source of itself.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::files::{Output, clean};
use crate::model::FileId;
use crate::source::Source;

/// Reads `outDir`, `declarationDir` and `rootDir` of every configuration.
pub(super) fn find(
    files: &FxHashMap<Arc<str>, FileId>,
    source: &Source,
) -> (Vec<Output>, Vec<String>) {
    let is_config = |path: &&Arc<str>| {
        let name = path.rsplit('/').next().unwrap_or_default();
        path.ends_with(".json") && (name.starts_with("tsconfig") || name.starts_with("jsconfig"))
    };
    let mut configs: Vec<&Arc<str>> = files.keys().filter(is_config).collect();
    configs.sort();
    let (mut found, mut conditions) = (Vec::new(), Vec::new());
    for path in configs {
        let Ok(text) = source.text(path) else {
            continue;
        };
        found.extend(outputs(path, &text));
        for condition in custom_conditions(&text) {
            if !conditions.iter().any(|known| known == condition) {
                conditions.push(condition.to_owned());
            }
        }
    }
    (found, conditions)
}

/// The strings of `customConditions`.
fn custom_conditions(text: &str) -> impl Iterator<Item = &str> {
    let rest = text
        .split_once("\"customConditions\"")
        .map_or("", |(_, rest)| rest);
    let list = rest
        .split_once('[')
        .and_then(|(_, rest)| rest.split_once(']'))
        .map_or("", |(list, _)| list);
    list.split('"').skip(1).step_by(2)
}

fn outputs(path: &str, text: &str) -> Vec<Output> {
    let dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
    let below = |value: &str| {
        clean(&format!("{dir}/{value}")).map(|path| path.trim_start_matches('/').to_owned())
    };
    let outs = ["outDir", "declarationDir"]
        .into_iter()
        .filter_map(|key| below(setting(text, key)?));
    let root = setting(text, "rootDir").and_then(below);
    outs.filter(|out| !out.is_empty() && out.as_str() != dir)
        .map(|out| {
            let usual = [below(""), below("src")].into_iter().flatten();
            let sources = root
                .clone()
                .into_iter()
                .chain(usual)
                .filter(|source| *source != out)
                .collect();
            Output { out, sources }
        })
        .collect()
}

/// The string value of `key`; comments and trailing commas are no obstacle.
fn setting<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let quoted = format!("\"{key}\"");
    text.match_indices(&quoted).find_map(|(at, _)| {
        let line = text.get(..at)?.rsplit('\n').next().unwrap_or_default();
        let rest = text
            .get(at + quoted.len()..)?
            .trim_start()
            .strip_prefix(':')?
            .trim_start();
        let commented = line.trim_start().starts_with("//");
        if commented {
            None
        } else {
            rest.strip_prefix('"')?.split('"').next()
        }
    })
}
