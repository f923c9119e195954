//! What a provider deploys in one piece: the templates of SAM, `CloudFormation`, the Serverless Framework and CDK.
//!
//! In: the files of the tree. Out: [`Stack`]s, and the [`World`] in which their references lead somewhere.
//! Invariant: a template knows the one that deploys it.
//! Never: which of them is a service.

mod cdk;
mod framework;
mod meaning;
mod stack;
mod template;

use std::collections::{BTreeMap, BTreeSet};

use crate::knowledge::Serverless;
use crate::model::names::folder;
use crate::source::{ReadText, settings, yaml::Item};
use stack::nested;

pub(super) use meaning::World;
pub(super) use stack::Stack;

/// All templates among `paths` (sorted).
pub(super) fn read(known: &Serverless, paths: &[&str], text: &ReadText<'_>) -> Vec<Stack> {
    let mut all: Vec<Stack> = Vec::new();
    for path in paths {
        let stack = template::read(known, path, text)
            .or_else(|| framework::read(known, path, text))
            .or_else(|| cdk::read(known, path, paths, text));
        all.extend(stack);
    }
    for stack in &mut all {
        stack.given = given(stack, paths, text);
    }
    nest(known, &mut all);
    all
}

/// The values that files beside a template hold for its parameters: `samconfig.toml`, `parameters.json`, lists of
/// keys and values.
fn given(stack: &Stack, paths: &[&str], text: &ReadText<'_>) -> BTreeMap<String, String> {
    let open = stack.parameters.iter().filter(|(_, item)| {
        let path = |text: &str| text.contains('/');
        !item.text_of("Default").is_some_and(path)
    });
    let open: BTreeSet<&str> = open.map(|(name, _)| name.as_str()).collect();
    let mut found = BTreeMap::new();
    if open.is_empty() {
        return found;
    }
    let ends = [".json", ".toml", ".yaml", ".yml"];
    let beside = paths.iter().filter(|path| {
        folder(path) == stack.dir()
            && **path != stack.path
            && ends.iter().any(|e| path.ends_with(e))
    });
    for path in beside {
        let text = text(path);
        for word in text.split(|c: char| c.is_whitespace() || "\"',".contains(c)) {
            if let Some((name, value)) =
                word.split_once('=').filter(|(name, _)| open.contains(name))
            {
                found.insert(name.to_owned(), value.to_owned());
            }
        }
        let mut key = String::new();
        for entry in settings::read(path, &text) {
            let last = entry.key.rsplit('.').next().unwrap_or_default();
            if open.contains(last) {
                found.insert(last.to_owned(), entry.value);
            } else if last == "ParameterKey" {
                key = entry.value;
            } else if last == "ParameterValue" && open.contains(key.as_str()) {
                found.insert(std::mem::take(&mut key), entry.value);
            }
        }
    }
    found
}

/// Tells every template that another one deploys what it is given.
fn nest(known: &Serverless, all: &mut [Stack]) {
    let mut inside = Vec::new();
    for (at, stack) in all.iter().enumerate() {
        for item in stack.resources.values() {
            let Some(child) = nested(known, all, at, item) else {
                continue;
            };
            let values = item.path(&["Properties", "Parameters"]);
            let values = values.into_iter().flat_map(Item::entries);
            let values = values.map(|(name, item)| (name.to_owned(), item.clone()));
            inside.push((child, at, values.collect()));
        }
    }
    for (child, at, values) in inside {
        all[child].around = Some((at, values));
    }
}
