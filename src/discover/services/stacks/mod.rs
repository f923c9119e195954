//! Services that a provider runs function by function: the templates of SAM, `CloudFormation`, the Serverless Framework
//! and CDK, each of which is deployed in one piece.
//!
//! In: the files of the tree. Out: candidates, one per template, with what its functions are given and listen to.
//! Invariant: what a template refers to in another one stands in its settings as the address of that one.
//! Never: who may call whom; the permissions of a template are no calls.

mod cdk;
mod framework;
mod meaning;
mod template;

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{Candidate, Origin};
use super::dirs::Folders;
use crate::knowledge::Serverless;
use crate::model::names::{self, folder, tail, within};
use crate::model::{Location, Position, Setting, stacks};
use crate::source::{settings, yaml::Item};
use meaning::{Meaning, World};

/// Looks a file of the tree up: its text, empty when unreadable.
type Read<'a> = dyn Fn(&str) -> String + Sync + 'a;

/// What is deployed in one piece.
#[derive(Debug, Default)]
struct Stack {
    path: String,
    name: String,
    /// What variables of the template lead into.
    root: Option<Item>,
    parameters: BTreeMap<String, Item>,
    /// Values of parameters that files beside the template hold.
    given: BTreeMap<String, String>,
    /// The template around, with the values that it gives.
    around: Option<(usize, BTreeMap<String, Item>)>,
    resources: BTreeMap<String, Item>,
    outputs: BTreeMap<String, Item>,
    functions: Vec<Function>,
    /// Where messages come from.
    listens: Vec<Item>,
    /// Patterns of events that it takes from a bus.
    patterns: Vec<Item>,
    /// What the code of a deployment publishes: paths of parameters.
    published: Vec<(String, Meaning)>,
    /// What it gives its functions, as far as no template says so.
    settings: Vec<Setting>,
}

/// A function of a template.
#[derive(Debug, Default)]
struct Function {
    /// The folder or file of its code, where the template names one.
    code: Option<String>,
    variables: Vec<(String, Item)>,
}

impl Stack {
    fn new(path: &str, name: String) -> Self {
        Self {
            path: path.to_owned(),
            name,
            ..Self::default()
        }
    }

    fn dir(&self) -> &str {
        folder(&self.path)
    }

    /// The host that stands for it in settings.
    fn host(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let slug: String = self.path.chars().map(plain).collect();
        format!("{}{}", slug.trim_matches('-'), stacks::HOST)
    }
}

/// The services of all templates among `paths` (sorted).
pub(super) fn read(
    known: &Serverless,
    paths: &[&str],
    folders: &Folders,
    text: &Read<'_>,
) -> Vec<Candidate> {
    let own: Vec<&str> = paths
        .iter()
        .copied()
        .filter(|path| !folders.is_auxiliary(path))
        .collect();
    let mut all: Vec<Stack> = Vec::new();
    for path in &own {
        let stack = template::read(known, path, text)
            .or_else(|| framework::read(known, path, text))
            .or_else(|| cdk::read(known, path, &own, text));
        all.extend(stack);
    }
    for stack in &mut all {
        stack.given = given(stack, &own, text);
    }
    nest(known, &mut all);
    let world = World::new(known, &all);
    let names = names_of(&all, folders);
    let candidates = (0..all.len()).filter(|at| is_service(known, &all[*at]));
    candidates
        .flat_map(|at| candidate(&world, at, &names[at], folders))
        .collect()
}

fn is_service(known: &Serverless, stack: &Stack) -> bool {
    let fronts = |item: &Item| known.fronts.has(item.text_of("Type").unwrap_or_default());
    !stack.functions.is_empty() || stack.resources.values().any(fronts)
}

/// The values that files beside a template hold for its parameters: `samconfig.toml`, `parameters.json`, lists of
/// keys and values.
fn given(stack: &Stack, paths: &[&str], text: &Read<'_>) -> BTreeMap<String, String> {
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

/// The template that a resource of another one stands for.
fn nested(known: &Serverless, all: &[Stack], at: usize, item: &Item) -> Option<usize> {
    let keys = known.nested.get(item.text_of("Type")?)?;
    let own = item.get("Properties")?;
    let place = keys.iter().find_map(|key| own.text_of(key))?;
    let path = names::join(all[at].dir(), place)?;
    all.iter().position(|stack| stack.path == path)
}

/// What every template is called: its folder, where it is the only one there; else the only folder of its code, or its
/// file.
fn names_of(all: &[Stack], folders: &Folders) -> Vec<String> {
    let name = |stack: &Stack| {
        let dir = stack.dir();
        let alone = all.iter().filter(|other| other.dir() == dir).count() == 1;
        let telling = !dir.is_empty() && !names::is_generic(tail(dir));
        let coded = code(stack, folders).into_iter();
        let coded: Vec<String> = coded.filter(|dir| !names::is_generic(tail(dir))).collect();
        let file = stack.path.rsplit('/').next().unwrap_or_default();
        let file = file.split('.').next().unwrap_or_default();
        let file = file
            .trim_end_matches("-template")
            .trim_end_matches("-stack");
        match () {
            () if !stack.name.is_empty() => stack.name.clone(),
            () if coded.len() == 1 && coded[0] != dir => tail(&coded[0]).to_owned(),
            () if alone && telling => tail(dir).to_owned(),
            () if matches!(file, "template" | "serverless" | "cdk") => tail(folder(dir)).to_owned(),
            () => file.to_owned(),
        }
    };
    all.iter().map(name).collect()
}

/// The mentions of one template: the first with everything that it says, one more per further folder of code.
fn candidate(world: &World<'_>, at: usize, name: &str, folders: &Folders) -> Vec<Candidate> {
    let stack = &world.stacks[at];
    let place = Location::new(stack.path.as_str(), Position::new(1, 1));
    let mut found = Candidate::new(Origin::Stack, name, place);
    found.hosts.insert(stack.host());
    let folder_name = tail(stack.dir());
    if !folder_name.is_empty() && !names::is_generic(folder_name) {
        found.aliases.insert(folder_name.to_owned());
    }
    if stack.functions.is_empty() {
        found.hints.insert("function-front".to_owned());
    }
    found.settings = world.settings(at);
    let mut dirs = code(stack, folders).into_iter();
    found.dir = dirs.next().or_else(|| Some(stack.dir().to_owned()));
    let more = |dir: String| {
        let further = Candidate::new(Origin::Stack, name, found.location.clone());
        further.in_dir(dir)
    };
    let rest: Vec<Candidate> = dirs.map(more).collect();
    std::iter::once(found).chain(rest).collect()
}

/// The folders of the code of a template: its own where all of it lies there.
fn code(stack: &Stack, folders: &Folders) -> BTreeSet<String> {
    let named = stack.functions.iter().filter_map(|f| f.code.as_deref());
    let inside = named.filter_map(|code| names::join(stack.dir(), code));
    let dirs = inside.filter_map(|path| {
        let around = [path.clone(), folder(&path).to_owned()];
        around.into_iter().find(|dir| folders.has_code(dir))
    });
    let dirs: BTreeSet<String> = dirs.collect();
    let own = stack.dir();
    if dirs.iter().all(|dir| within(dir, own)) {
        return BTreeSet::from([own.to_owned()]);
    }
    let outer = |dir: &&String| !dirs.iter().any(|other| other != *dir && within(dir, other));
    let found: BTreeSet<String> = dirs.iter().filter(outer).cloned().collect();
    if found.contains("") {
        let inner = dirs.into_iter().filter(|dir| !dir.is_empty()).collect();
        return inner;
    }
    found
}

/// The setting that a template makes of what one of its items means.
fn setting(key: &str, value: String, path: &str, at: Position) -> Setting {
    Setting {
        key: key.to_owned(),
        value,
        location: Location::new(path, at),
    }
}

#[cfg(test)]
mod tests;
