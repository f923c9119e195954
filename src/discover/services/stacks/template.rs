//! Templates of `CloudFormation` and SAM.
//!
//! In: the text of a file. Out: [`Stack`].
//! Invariant: a text without resources of the provider is no template.
//! Never: what the template means to another one.

use super::stack::{Function, Stack};
use crate::knowledge::Serverless;
use crate::source::{
    ReadText,
    yaml::{self, Item},
};

/// The template at `path`.
pub(super) fn read(known: &Serverless, path: &str, text: &ReadText<'_>) -> Option<Stack> {
    let ends = [".yaml", ".yml", ".json", ".template"];
    ends.iter().find(|end| path.ends_with(*end))?;
    let text = text(path);
    if !is_template(&text) {
        return None;
    }
    let root = yaml::read(&text).documents.into_iter().next()?;
    root.get("Resources")?;
    let mut stack = Stack::new(path, String::new());
    take(known, &root, &mut stack);
    let shared = root.path(&["Globals", "Function"]);
    for function in &mut stack.functions {
        let shared = shared.map(variables).unwrap_or_default();
        function.variables.extend(shared);
    }
    stack.root = Some(root);
    Some(stack)
}

/// Whether a text is a template: it says so, or types of the provider stand below its resources.
pub(super) fn is_template(text: &str) -> bool {
    text.contains("Resources") && text.contains("AWS::") && !text.contains("apiVersion:")
}

/// Takes the parameters, resources and outputs below an item.
pub(super) fn take(known: &Serverless, root: &Item, stack: &mut Stack) {
    let entries = |key: &str| {
        let entries = root.get(key).into_iter().flat_map(Item::entries);
        entries.map(|(name, item)| (name.to_owned(), item.clone()))
    };
    stack.parameters.extend(entries("Parameters"));
    stack.outputs.extend(entries("Outputs"));
    for (name, item) in entries("Resources") {
        let kind = item.text_of("Type").unwrap_or_default().to_owned();
        let Some(own) = item.get("Properties") else {
            stack.resources.insert(name, item);
            continue;
        };
        if known.functions.has(&kind) {
            stack.functions.extend(function(known, own));
        }
        listen(known, &kind, own, stack);
        let events = own.get("Events").into_iter().flat_map(Item::entries);
        for (_, event) in events {
            let kind = event.text_of("Type").unwrap_or_default();
            if let Some(own) = event.get("Properties") {
                listen(known, kind, own, stack);
            }
        }
        stack.resources.insert(name, item);
    }
}

/// A function, unless its code is written into the template.
fn function(known: &Serverless, own: &Item) -> Option<Function> {
    if own.get("InlineCode").is_some() || own.path(&["Code", "ZipFile"]).is_some() {
        return None;
    }
    let code = known.code.iter().find_map(|key| own.text_of(key));
    Some(Function {
        code: code.or(Some(".")).map(str::to_owned),
        variables: variables(own),
    })
}

/// The variables of a function with their items, which may be references.
fn variables(own: &Item) -> Vec<(String, Item)> {
    let own = own.path(&["Environment", "Variables"]);
    let own = own.into_iter().flat_map(Item::entries);
    own.map(|(key, item)| (key.to_owned(), item.clone()))
        .collect()
}

/// Takes what a resource or event of some type listens to.
pub(super) fn listen(known: &Serverless, kind: &str, own: &Item, stack: &mut Stack) {
    if let Some(keys) = known.listens.get(kind) {
        let named = keys.iter().find_map(|key| own.get(key));
        let plain = own.text().is_some().then_some(own);
        stack.listens.extend(named.or(plain).cloned());
    }
    if let Some(keys) = known.patterns.get(kind) {
        let pattern = keys.iter().find_map(|key| own.get(key));
        stack.patterns.extend(pattern.cloned());
    }
}
