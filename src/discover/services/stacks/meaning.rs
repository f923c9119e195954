//! What the references of templates lead to: another template, a table, a queue, a text.
//!
//! In: [`Stack`]s. Out: [`Meaning`]s, settings.
//! Invariant: bounded depth, whatever refers to itself.
//! Never: a value that is known only when the template is deployed.

use std::collections::BTreeMap;

use super::stack::{Meaning, Stack, nested, setting};
use crate::knowledge::Serverless;
use crate::model::names::{key, words};
use crate::model::{Setting, stacks};
use crate::source::yaml::{Item, Node};

/// How many references are followed one after another.
const MAX_HOPS: usize = 12;

/// All templates, and what they publish for each other.
pub(in crate::discover::services) struct World<'s> {
    known: &'s Serverless,
    pub(in crate::discover::services) stacks: &'s [Stack],
    /// Paths of parameters, with `*` for parts that are not known.
    paths: Vec<(String, Published<'s>)>,
    exports: BTreeMap<String, (usize, &'s Item)>,
}

/// What stands behind a path: an item that is read when asked for, or a meaning that is known.
#[derive(Clone)]
enum Published<'s> {
    Item(usize, &'s Item),
    Meaning(Meaning),
}

impl<'s> World<'s> {
    pub(in crate::discover::services) fn new(known: &'s Serverless, stacks: &'s [Stack]) -> Self {
        let bare = Self {
            known,
            stacks,
            paths: Vec::new(),
            exports: BTreeMap::new(),
        };
        // Names are read before anything has one, so that none is taken for what it leads to.
        let all = || stacks.iter().enumerate();
        let paths = all()
            .flat_map(|(at, stack)| bare.parameters(at, stack))
            .collect();
        let exports = all()
            .flat_map(|(at, stack)| bare.exported(at, stack))
            .collect();
        Self {
            paths,
            exports,
            ..bare
        }
    }

    /// The paths of parameters that a template publishes.
    fn parameters(&self, at: usize, stack: &'s Stack) -> Vec<(String, Published<'s>)> {
        let written = stack.resources.values().filter_map(|item| {
            let parameter = item.text_of("Type") == Some("AWS::SSM::Parameter");
            let own = item.get("Properties").filter(|_| parameter)?;
            let path = self.text(at, own.get("Name")?);
            Some((path, Published::Item(at, own.get("Value")?)))
        });
        let made = stack.published.iter().map(|(path, meaning)| {
            let meaning = match meaning {
                Meaning::Own => Meaning::Service(at),
                other => other.clone(),
            };
            (plain(path), Published::Meaning(meaning))
        });
        written.chain(made).collect()
    }

    /// The names under which a template exports what it puts out.
    fn exported(&self, at: usize, stack: &'s Stack) -> Vec<(String, (usize, &'s Item))> {
        let outputs = stack.outputs.values().filter_map(|output| {
            let name = self.text(at, output.path(&["Export", "Name"])?);
            Some((name, (at, output.get("Value")?)))
        });
        outputs.collect()
    }

    /// All that the template at a position says of what it runs.
    pub(in crate::discover::services) fn settings(&self, at: usize) -> Vec<Setting> {
        let stack = &self.stacks[at];
        let mut found = stack.settings.clone();
        for (name, item) in stack.functions.iter().flat_map(|f| &f.variables) {
            found.extend(self.setting(at, name, item));
        }
        for (name, item) in &stack.resources {
            if self
                .known
                .callers
                .has(item.text_of("Type").unwrap_or_default())
            {
                let own = item.get("Properties");
                self.leaves(at, &format!("Resources.{name}"), own, &mut found);
            }
        }
        for item in &stack.listens {
            let from = match self.of(at, item, 0) {
                Meaning::Channel(name) | Meaning::Text(name) => name,
                Meaning::Table(name) => stacks::stream(&name),
                Meaning::Service(_) | Meaning::Own => continue,
            };
            let from = from.rsplit([':', '/']).next().unwrap_or_default();
            found.push(setting(
                stacks::LISTENS,
                from.to_owned(),
                &stack.path,
                item.at,
            ));
        }
        for pattern in &stack.patterns {
            found.extend(self.pattern(at, pattern));
        }
        if let Some(root) = &stack.root {
            self.sources(at, root, 0, &mut found);
        }
        found.sort_by(|a, b| (&a.location, &a.key, &a.value).cmp(&(&b.location, &b.key, &b.value)));
        found.dedup();
        found
    }

    /// A variable with what it leads to; `None` where that is the template itself. Another template
    /// becomes an address and a table a URL of its own scheme, so that later stages treat them like
    /// any setting.
    fn setting(&self, at: usize, name: &str, item: &Item) -> Option<Setting> {
        let value = match self.of(at, item, 0) {
            Meaning::Service(other) if other == at => return None,
            Meaning::Service(other) => format!("https://{}/", self.stacks[other].host()),
            Meaning::Own => return None,
            Meaning::Table(name) => format!("{}://{name}", stacks::TABLE),
            Meaning::Channel(name) | Meaning::Text(name) => name,
        };
        Some(setting(name, value, &self.stacks[at].path, item.at))
    }

    /// What any value below an item leads to in another template, or of a table.
    fn leaves(&self, at: usize, name: &str, item: Option<&Item>, found: &mut Vec<Setting>) {
        let Some(item) = item else { return };
        if let Node::Text(_) = item.node {
            let setting = self.setting(at, name, item);
            let telling = |setting: &Setting| setting.value.contains("://");
            found.extend(setting.filter(telling));
            return;
        }
        let listed = item.items();
        for inner in listed.chain(item.entries().map(|(_, inner)| inner)) {
            self.leaves(at, name, Some(inner), found);
        }
    }

    /// Sources and kinds of the events that a pattern lets through.
    fn pattern(&self, at: usize, pattern: &Item) -> Option<Setting> {
        let listed = |name: &str| -> Vec<String> {
            let item = pattern.get(name).into_iter();
            let items = item.flat_map(|item| item.items().chain([item]));
            let texts = items.filter(|item| item.text().is_some());
            texts.map(|item| self.text(at, item)).collect()
        };
        let (sources, kinds) = (listed("source"), listed("detail-type"));
        let named = !sources.is_empty() || !kinds.is_empty();
        let own = |source: &String| !source.starts_with("aws.");
        (named && sources.iter().all(own)).then(|| {
            let value = stacks::pattern(&sources, &kinds);
            setting(stacks::TAKES, value, &self.stacks[at].path, pattern.at)
        })
    }

    /// Sources under which a permission lets the template put events on a bus.
    fn sources(&self, at: usize, item: &Item, depth: usize, found: &mut Vec<Setting>) {
        if depth > MAX_HOPS * 2 {
            return;
        }
        for (name, inner) in item.entries() {
            if name == "events:source" {
                for text in inner.items().chain([inner]).filter(|i| i.text().is_some()) {
                    let source = self.text(at, text);
                    let path = &self.stacks[at].path;
                    found.push(setting(stacks::EMITS, source, path, text.at));
                }
            }
            self.sources(at, inner, depth + 1, found);
        }
        for inner in item.items() {
            self.sources(at, inner, depth + 1, found);
        }
    }

    /// The text of an item, with `*` for what is not known.
    fn text(&self, at: usize, item: &Item) -> String {
        match self.of(at, item, 0) {
            Meaning::Text(text) => text,
            _ => "*".to_owned(),
        }
    }

    /// What an item of a template means.
    fn of(&self, at: usize, item: &Item, hops: usize) -> Meaning {
        if hops > MAX_HOPS {
            return Meaning::Text("*".to_owned());
        }
        if let Some(text) = item.text() {
            return self.of_text(at, text, hops);
        }
        if let Some((function, inner)) = item.entries().next() {
            if function == "Fn::GetAtt" {
                let parts: Vec<&str> = inner.items().filter_map(Item::text).collect();
                let text = inner.text().map_or_else(|| parts.join("."), str::to_owned);
                return self
                    .named(at, &text, hops)
                    .unwrap_or(Meaning::Text("*".to_owned()));
            }
            if function == "Fn::Join" {
                let parts = inner.items().nth(1).into_iter().flat_map(Item::items);
                return self.joined(parts.map(|part| self.of(at, part, hops + 1)));
            }
        }
        // `!Sub ["…${A}…", {A: …}]`, `!If [c, a, b]`: the first part that leads anywhere.
        let inner = item.items().chain(item.entries().map(|(_, inner)| inner));
        let all: Vec<Meaning> = inner.map(|inner| self.of(at, inner, hops + 1)).collect();
        let telling = all
            .iter()
            .find(|meaning| !matches!(meaning, Meaning::Text(_)));
        let first = telling.or(all.first()).cloned();
        first.unwrap_or(Meaning::Text("*".to_owned()))
    }

    /// Parts of a text: the first that leads somewhere, else all of them.
    fn joined(&self, parts: impl Iterator<Item = Meaning>) -> Meaning {
        let mut text = String::new();
        for part in parts {
            match part {
                Meaning::Text(part) => text.push_str(&part),
                other => return other,
            }
        }
        self.published(&text, 0).unwrap_or(Meaning::Text(text))
    }

    /// What a text means: a name of the template, a path that another one publishes, or itself.
    /// With variables in it, the first that leads somewhere decides; the others are filled in,
    /// unknown ones as `*`.
    fn of_text(&self, at: usize, text: &str, hops: usize) -> Meaning {
        if !text.contains("${") {
            let named = self.named(at, text, hops);
            let published = || self.published(text, hops);
            return named
                .or_else(published)
                .unwrap_or_else(|| Meaning::Text(plain(text)));
        }
        let mut filled = String::new();
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            filled.push_str(&rest[..start]);
            let (inside, behind) = inside(&rest[start + 2..]);
            match self.variable(at, inside, hops + 1) {
                Some(Meaning::Text(text)) => filled.push_str(&text),
                Some(other) => return other,
                None => filled.push('*'),
            }
            rest = behind;
        }
        filled.push_str(rest);
        let filled = plain(&filled);
        self.published(&filled, hops)
            .unwrap_or(Meaning::Text(filled))
    }

    /// What stands for `${…}`.
    fn variable(&self, at: usize, inside: &str, hops: usize) -> Option<Meaning> {
        if hops > MAX_HOPS {
            return None;
        }
        let name = inside.split(',').next().unwrap_or(inside).trim();
        if let Some(path) = name.strip_prefix("self:") {
            let parts: Vec<&str> = path.split('.').collect();
            let item = self.stacks[at].root.as_ref()?.path(&parts)?;
            return Some(self.of(at, item, hops + 1));
        }
        if let Some((_, path)) = name
            .split_once(':')
            .filter(|(kind, _)| kind.starts_with("ssm"))
        {
            // A text that is left names a parameter that no template here publishes.
            let found = self.of_text(at, path, hops + 1);
            return Some(found).filter(|found| !matches!(found, Meaning::Text(_)));
        }
        if let Some((_, output)) = name
            .split_once(':')
            .filter(|(kind, _)| kind.starts_with("cf"))
        {
            return self.output(output, hops);
        }
        self.named(at, name, hops)
    }

    /// `orders-dev.ApiUrl`: an output of the template that is called so.
    fn output(&self, name: &str, hops: usize) -> Option<Meaning> {
        let (stack, output) = name.rsplit_once('.')?;
        let called = stack.split("-${").next().unwrap_or(stack);
        let fits = |at: &usize| {
            let stack = &self.stacks[*at];
            let own = [stack.name.as_str(), crate::model::names::tail(stack.dir())];
            let named = own
                .iter()
                .any(|own| !own.is_empty() && key(called).starts_with(&key(own)));
            named && stack.outputs.contains_key(output)
        };
        let longest = |at: &usize| self.stacks[*at].name.len();
        let at = (0..self.stacks.len()).filter(fits).max_by_key(longest)?;
        let value = self.stacks[at].outputs.get(output)?.get("Value")?;
        Some(self.of(at, value, hops + 1))
    }

    /// What a name of a template stands for: a parameter, a resource, an attribute of one.
    fn named(&self, at: usize, name: &str, hops: usize) -> Option<Meaning> {
        let stack = &self.stacks[at];
        let (id, attribute) = name.split_once('.').unwrap_or((name, ""));
        if let Some(parameter) = stack.parameters.get(id) {
            return Some(self.parameter(at, id, parameter, hops + 1));
        }
        let item = stack.resources.get(id)?;
        let kind = item.text_of("Type").unwrap_or_default();
        if let Some(child) = nested(self.known, self.stacks, at, item) {
            let output = attribute.strip_prefix("Outputs.")?;
            let value = self.stacks[child].outputs.get(output)?.get("Value")?;
            return Some(self.of(child, value, hops + 1));
        }
        if self.known.functions.has(kind) || self.known.apis.has(kind) {
            return Some(Meaning::Service(at));
        }
        if self.known.tables.has(kind) {
            return Some(Meaning::Table(self.called(at, id, item, hops)));
        }
        if self.known.channels.has(kind) {
            return Some(Meaning::Channel(self.called(at, id, item, hops)));
        }
        let value = item.path(&["Properties", "Value"]);
        let value = value.filter(|_| kind == "AWS::SSM::Parameter");
        value.map(|value| self.of(at, value, hops + 1))
    }

    /// What a parameter stands for: the value that the template around passes, else the given or
    /// default one, as far as another template publishes it. An unknown value is `*`, as is one
    /// more than `MAX_HOPS` references away.
    fn parameter(&self, at: usize, id: &str, item: &Item, hops: usize) -> Meaning {
        let stack = &self.stacks[at];
        let unknown = || Meaning::Text("*".to_owned());
        if hops > MAX_HOPS {
            return unknown();
        }
        let passed = stack.around.as_ref();
        let passed = passed.and_then(|(around, values)| Some((*around, values.get(id)?)));
        if let Some((around, value)) = passed {
            return self.of(around, value, hops + 1);
        }
        let given = stack.given.get(id).map(String::as_str);
        let path = given.or_else(|| item.text_of("Default")).map(plain);
        match path {
            Some(path) => self.published(&path, hops).unwrap_or_else(unknown),
            None => unknown(),
        }
    }

    /// What another template publishes under a path or name.
    fn published(&self, text: &str, hops: usize) -> Option<Meaning> {
        if hops > MAX_HOPS {
            return None;
        }
        if let Some((at, item)) = self.exports.get(text) {
            return Some(self.of(*at, item, hops + 1));
        }
        let text = match text.split_once("resolve:ssm:") {
            Some((_, path)) => path.split(['}', ':']).next().unwrap_or_default(),
            None => text,
        };
        if !text.starts_with('/') {
            return of_arn(text);
        }
        let mut fitting = self.paths.iter().filter(|(path, _)| same_path(path, text));
        let (_, published) = fitting.next().filter(|_| fitting.next().is_none())?;
        Some(match published.clone() {
            Published::Item(at, item) => self.of(at, item, hops + 1),
            Published::Meaning(meaning) => meaning,
        })
    }

    /// What a resource is called: by its own name, as far as that is written down; else by its template and id.
    fn called(&self, at: usize, id: &str, item: &Item, hops: usize) -> String {
        let own = item.get("Properties");
        let named = self.known.names.iter().find_map(|name| own?.get(name));
        if let Some(Meaning::Text(text)) = named.map(|item| self.of(at, item, hops + 1)) {
            let text = text.replace('*', "");
            let text = text.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            if text.len() > 1 {
                return text.to_owned();
            }
        }
        let stack = &self.stacks[at];
        let dir = crate::model::names::tail(stack.dir());
        let name = if stack.name.is_empty() {
            dir
        } else {
            &stack.name
        };
        called(name, id)
    }
}

/// `orders-table` of `Table` in `orders`, and of `OrdersTable` there.
pub(in crate::discover::services) fn called(stack: &str, id: &str) -> String {
    let (front, own) = (words(stack), words(id));
    let told = own.starts_with(&front);
    let all = front.into_iter().filter(|_| !told).chain(own);
    all.collect::<Vec<_>>().join("-")
}

/// The text up to the bracket that closes `${`, and what stands behind it.
fn inside(text: &str) -> (&str, &str) {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (&text[..at], &text[at + 1..]);
        }
    }
    (text, "")
}

/// A text with `*` for every `{…}` and `<…>`.
fn plain(text: &str) -> String {
    let mut found = String::new();
    let mut depth = 0_u32;
    for c in text.chars() {
        match c {
            '{' | '<' => depth += 1,
            '}' | '>' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    found.push('*');
                }
            }
            '$' => {}
            c if depth == 0 => found.push(c),
            _ => {}
        }
    }
    found
}

/// Whether two paths may be the same: `*` stands for any part.
fn same_path(a: &str, b: &str) -> bool {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split('/').collect(), b.split('/').collect());
    let same = |(a, b): (&&str, &&str)| a == b || a.contains('*') || b.contains('*');
    let literal = |part: &&&str| !part.is_empty() && !part.contains('*');
    a.len() == b.len()
        && a.iter().zip(&b).all(same)
        && a.iter().filter(literal).count() > 1
        && b.iter().filter(literal).count() > 1
}

/// A queue, topic or table by its whole name: `arn:aws:sqs:eu-west-1:1:orders`.
fn of_arn(text: &str) -> Option<Meaning> {
    let rest = text.strip_prefix("arn:")?;
    let parts: Vec<&str> = rest.splitn(5, ':').collect();
    let name = parts.last()?.rsplit(['/', ':']).next()?.replace('*', "");
    let name = name.trim_matches('-').to_owned();
    match *parts.get(1)? {
        "sqs" | "sns" | "kinesis" if !name.is_empty() => Some(Meaning::Channel(name)),
        "dynamodb" if !name.is_empty() => Some(Meaning::Table(name)),
        _ => None,
    }
}
