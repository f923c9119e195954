//! What is deployed in one piece, as its template or its code says.
//!
//! In: nothing. Out: [`Stack`], [`Function`], and the settings that are made of them.
//! Invariant: the host of a template is its own in the whole tree.
//! Never: what an expression of a template means.

use std::collections::BTreeMap;

use crate::knowledge::Serverless;
use crate::model::names::{self, folder};
use crate::model::{Location, Position, Setting, stacks};
use crate::source::yaml::Item;

/// What a reference leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::discover::services) enum Meaning {
    /// What the template at this position runs.
    Service(usize),
    /// The same of the template that says so itself.
    Own,
    Table(String),
    /// A queue, topic or stream.
    Channel(String),
    /// Any other text, with `*` for what is not known.
    Text(String),
}

/// What is deployed in one piece.
#[derive(Debug, Default)]
pub(in crate::discover::services) struct Stack {
    pub(in crate::discover::services) path: String,
    pub(in crate::discover::services) name: String,
    /// What variables of the template lead into.
    pub(in crate::discover::services) root: Option<Item>,
    pub(in crate::discover::services) parameters: BTreeMap<String, Item>,
    /// Values of parameters that files beside the template hold.
    pub(in crate::discover::services) given: BTreeMap<String, String>,
    /// The template around, with the values that it gives.
    pub(in crate::discover::services) around: Option<(usize, BTreeMap<String, Item>)>,
    pub(in crate::discover::services) resources: BTreeMap<String, Item>,
    pub(in crate::discover::services) outputs: BTreeMap<String, Item>,
    pub(in crate::discover::services) functions: Vec<Function>,
    /// Where messages come from.
    pub(in crate::discover::services) listens: Vec<Item>,
    /// Patterns of events that it takes from a bus.
    pub(in crate::discover::services) patterns: Vec<Item>,
    /// What the code of a deployment publishes: paths of parameters.
    pub(in crate::discover::services) published: Vec<(String, Meaning)>,
    /// What it gives its functions, as far as no template says so.
    pub(in crate::discover::services) settings: Vec<Setting>,
}

/// A function of a template.
#[derive(Debug, Default)]
pub(in crate::discover::services) struct Function {
    /// The folder or file of its code, where the template names one.
    pub(in crate::discover::services) code: Option<String>,
    pub(in crate::discover::services) variables: Vec<(String, Item)>,
}

impl Stack {
    pub(in crate::discover::services) fn new(path: &str, name: String) -> Self {
        Self {
            path: path.to_owned(),
            name,
            ..Self::default()
        }
    }

    pub(in crate::discover::services) fn dir(&self) -> &str {
        folder(&self.path)
    }

    /// The host that stands for it in settings.
    pub(in crate::discover::services) fn host(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let slug: String = self.path.chars().map(plain).collect();
        format!("{}{}", slug.trim_matches('-'), stacks::HOST)
    }
}

/// The template that a resource of another one stands for.
pub(in crate::discover::services) fn nested(
    known: &Serverless,
    all: &[Stack],
    at: usize,
    item: &Item,
) -> Option<usize> {
    let keys = known.nested.get(item.text_of("Type")?)?;
    let own = item.get("Properties")?;
    let place = keys.iter().find_map(|key| own.text_of(key))?;
    let path = names::join(all[at].dir(), place)?;
    all.iter().position(|stack| stack.path == path)
}

/// The setting that a template makes of what one of its items means.
pub(in crate::discover::services) fn setting(
    key: &str,
    value: String,
    path: &str,
    at: Position,
) -> Setting {
    Setting {
        key: key.to_owned(),
        value,
        location: Location::new(path, at),
    }
}
