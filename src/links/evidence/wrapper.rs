//! Functions of one's own that hand a topic or the name of an operation on to the client of a broker.
//!
//! In: uses of texts. Out: what a call of such a function does with a topic.
//! Invariant: a function of the service itself, or of shared code; a name that many have is one by what it is called on.
//! Never: how a function came to be known.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::links::signs::uses::Use;
use crate::links::signs::wrapped::Handed;
use crate::model::Location;
use crate::model::names::{folder, key, tail, words};

use super::code::CodeFile;
use super::directory::Index;
use super::effect::Effect;
use super::per_service::PerService;

/// A parameter of a function that reaches a client.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Wrapper {
    position: usize,
    /// The name under which a call may give it.
    name: Box<str>,
    /// The file that defines the function.
    path: Arc<str>,
    effect: Effect,
}

/// A message that a function of shared code sends, whoever calls it.
pub(super) struct Sent {
    pub(super) path: Arc<str>,
    /// What it names, of the wrappers or clients that it is handed to.
    pub(super) text: String,
    pub(super) effect: Effect,
    pub(super) at: Location,
}

type Known = FxHashMap<Box<str>, BTreeSet<Wrapper>>;

/// The functions of each service, with those of shared code, by their names.
#[derive(Default)]
pub(super) struct Wrappers {
    known: Option<PerService<Known>>,
    /// Names of all of them: what none has is not looked up.
    names: FxHashSet<Box<str>>,
    sent: FxHashMap<Box<str>, Vec<Sent>>,
    /// Functions that services define by the name of one that sends.
    own: BTreeSet<(Index, Box<str>)>,
}

impl Wrappers {
    /// None of so many services.
    pub(super) fn none_of(services: usize) -> Self {
        Self {
            known: Some(PerService::new(services)),
            ..Self::default()
        }
    }

    /// Whether it was not known yet.
    pub(super) fn add(&mut self, file: &CodeFile, handed: &Handed, effect: Effect) -> bool {
        let Some(known) = &mut self.known else {
            return false;
        };
        let wrapper = Wrapper {
            position: handed.position,
            name: handed.name.clone(),
            path: file.path.clone(),
            effect,
        };
        self.names.insert(handed.function.clone());
        let known = known[file.service].entry(handed.function.clone());
        known.or_default().insert(wrapper)
    }

    /// Tells what functions of shared code send, by their names, and which services define a function of such a name.
    pub(super) fn tell_sent(
        &mut self,
        sent: FxHashMap<Box<str>, Vec<Sent>>,
        own: BTreeSet<(Index, Box<str>)>,
    ) {
        self.sent = sent;
        self.own = own;
    }

    /// What a call makes a function of shared code send: its effect, what it names, and where.
    pub(super) fn sent(
        &self,
        service: Index,
        file: &CodeFile,
        u: &Use,
    ) -> impl Iterator<Item = (&Effect, &str, &Location)> {
        let (receiver, last) = called(u);
        let sent = self.sent.get(last).filter(|_| u.argument == 0);
        let own = sent.is_some() && self.own.contains(&(service, last.into()));
        let sent = sent.into_iter().flatten();
        let counts = move |sent: &&Sent| {
            let telling = words(last).len() > 1 && !own;
            let name = if telling { last } else { "" };
            (telling || !receiver.is_empty()) && belongs(receiver, name, file, &sent.path)
        };
        sent.filter(counts)
            .map(|sent| (&sent.effect, sent.text.as_str(), &sent.at))
    }

    /// What a call of a function of the service, or of shared code, does with a text.
    pub(super) fn effects(&self, service: Option<Index>, file: &CodeFile, u: &Use) -> Vec<Effect> {
        let (receiver, last) = called(u);
        let Some(known) = self.known.as_ref().filter(|_| self.names.contains(last)) else {
            return Vec::new();
        };
        let own = service.and_then(|service| known[Some(service)].get(last));
        let all = known[None].get(last).into_iter().chain(own).flatten();
        let takes = |wrapper: &&Wrapper| {
            let here = u.whole == wrapper.position;
            let given = match &*u.key {
                "" => here,
                key => *key == *wrapper.name || here && matches!(key, "cmd" | "pattern"),
            };
            given && belongs(receiver, last, file, &wrapper.path)
        };
        let effects: BTreeSet<&Effect> = all.filter(takes).map(|one| &one.effect).collect();
        effects.into_iter().cloned().collect()
    }
}

/// What a use is called on, and the last name of the call.
fn called(u: &Use) -> (&str, &str) {
    let chain = u.callee.split('<').next().unwrap_or(&u.callee);
    chain.rsplit_once('.').unwrap_or(("", chain))
}

/// Whether a call can be that of the function which the file at `path` defines: one of a telling name, or on something
/// that is called after the file or its folder, as `kafka.Publish` and `this.natsClient.send` are.
fn belongs(receiver: &str, last: &str, file: &CodeFile, path: &str) -> bool {
    if machine(&file.path) != machine(path) {
        return false;
    }
    let on = receiver.rsplit('.').next().unwrap_or(receiver);
    if words(last).len() > 1 || on.is_empty() {
        return true;
    }
    if matches!(on, "this" | "self" | "super") {
        return &*file.path == path;
    }
    let stem = tail(path).split('.').next().unwrap_or_default();
    let named = |name: &str| {
        let known = words(name);
        let mut on_words = words(on).into_iter();
        key(on) == key(name) || on_words.all(|word| known.contains(&word))
    };
    named(stem) || named(tail(folder(path)))
}

/// What runs the code of a file: languages that call each other's functions have the same.
fn machine(path: &str) -> &str {
    let (_, extension) = path.rsplit_once('.').unwrap_or_default();
    match extension {
        "cjs" | "js" | "jsx" | "mjs" | "mts" | "svelte" | "ts" | "tsx" | "vue" => "js",
        "groovy" | "kt" | "kts" | "scala" => "java",
        own => own,
    }
}

/// A use under another key.
pub(super) fn keyed<'u>(u: &'u Use, key: &str) -> Cow<'u, Use> {
    if key.is_empty() {
        return Cow::Borrowed(u);
    }
    let key = key.to_owned();
    Cow::Owned(Use { key, ..u.clone() })
}

/// The uses of a file, and those of local names with what they hold.
pub(super) fn uses(file: &CodeFile) -> impl Iterator<Item = Cow<'_, Use>> {
    let held = file.wrapped.held.iter().filter_map(|held| {
        let u = keyed(file.uses.get(held.of)?, &held.key).into_owned();
        let (text, name, owner) = (held.text.to_string(), held.name, String::new());
        Some(Cow::Owned(Use {
            text,
            name,
            owner,
            ..u
        }))
    });
    file.uses.iter().map(Cow::Borrowed).chain(held)
}
