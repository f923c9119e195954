//! Templates of the Serverless Framework.
//!
//! In: the text of a `serverless.yml`. Out: [`Stack`].
//! Invariant: its functions and events read as those of a template of the provider.
//! Never: a file of settings in code (`serverless.ts`).

use super::stack::{Function, Stack};
use super::template;
use crate::knowledge::Serverless;
use crate::model::names::{folder, tail};
use crate::source::{
    ReadText,
    yaml::{self, Item},
};

/// The template at `path`.
pub(super) fn read(known: &Serverless, path: &str, text: &ReadText<'_>) -> Option<Stack> {
    let file = path.rsplit('/').next()?;
    let named = file.starts_with("serverless") || tail(path).starts_with("serverless");
    let data = [".yml", ".yaml", ".json"]
        .iter()
        .any(|end| file.ends_with(end));
    if !named || !data {
        return None;
    }
    let root = yaml::read(&text(path)).documents.into_iter().next()?;
    let functions = root.get("functions")?;
    root.get("provider")?;
    let service = root.get("service");
    let name = service.and_then(|item| item.text().or_else(|| item.text_of("name")));
    let name = name.filter(|name| !name.contains('$')).unwrap_or_default();
    let mut stack = Stack::new(path, name.to_owned());
    let shared = root.path(&["provider", "environment"]);
    let listed = functions.items().flat_map(Item::entries);
    for (_, own) in functions.entries().chain(listed) {
        let handler = own.text_of("handler").or_else(|| own.text_of("image"));
        let given = own.get("environment").into_iter().chain(shared);
        stack.functions.push(Function {
            code: handler.map(|handler| folder(handler).to_owned()),
            variables: given
                .flat_map(Item::entries)
                .map(|(key, item)| (key.to_owned(), item.clone()))
                .collect(),
        });
        let events = own.get("events").into_iter().flat_map(Item::items);
        for (kind, event) in events.flat_map(Item::entries) {
            template::listen(known, kind, event, &mut stack);
        }
    }
    let resources = root.get("resources").into_iter();
    for resources in resources.flat_map(|item| item.items().chain([item])) {
        template::take(known, resources, &mut stack);
    }
    stack.root = Some(root);
    Some(stack)
}
