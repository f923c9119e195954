//! Functions of one's own that hand a topic or the name of an operation on to the client of a broker.
//!
//! In: what functions hand on, uses of texts. Out: what a call of such a function does with a topic.
//! Invariant: a function of the service itself, or of shared code; a name that many have is one by what it is called on.
//! Never: more than [`MAX_HOPS`] functions between a text and the client.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::links::signs::families::fits;
use crate::links::signs::uses::Use;
use crate::links::signs::wrapped::Handed;
use crate::model::Location;
use crate::model::names::{folder, key, tail, words};

use super::channel::Side;
use super::directory::Index;
use super::material::{CodeFile, Material};
use super::per_service::PerService;
use super::{family, topic, value};

/// Most functions through which a topic is followed.
const MAX_HOPS: usize = 3;

/// What a call does with a topic or the name of an operation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Effect {
    Topic(Side),
    /// It asks another program, or answers, through the client of this family.
    Asks(Box<str>),
    Answers(Box<str>),
}

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
struct Sent {
    path: Arc<str>,
    /// What it names, of the wrappers or clients that it is handed to.
    text: String,
    effect: Effect,
    at: Location,
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
    /// Finds them in all code.
    pub(super) fn new(material: &Material<'_>) -> Self {
        let mut wrappers = Self {
            known: Some(PerService::new(material.services)),
            ..Self::default()
        };
        for hop in 0..MAX_HOPS {
            let mut found = Vec::new();
            for file in &material.code {
                for handed in &file.wrapped.handed {
                    let effects = wrappers.effects_of(material, file, handed, hop == 0);
                    found.extend(effects.into_iter().map(|effect| (file, handed, effect)));
                }
            }
            let mut more = false;
            for (file, handed, effect) in found {
                more |= wrappers.add(file, handed, effect);
            }
            if !more {
                break;
            }
        }
        wrappers.take_sent(material);
        wrappers
    }

    /// Whether it was not known yet.
    fn add(&mut self, file: &CodeFile, handed: &Handed, effect: Effect) -> bool {
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

    /// What becomes of a parameter that a use in the body hands on.
    fn effects_of(
        &self,
        material: &Material<'_>,
        file: &CodeFile,
        handed: &Handed,
        direct: bool,
    ) -> Vec<Effect> {
        let Some(u) = file.uses.get(handed.of) else {
            return Vec::new();
        };
        let u = &keyed(u, &handed.key);
        if !direct {
            return self.effects(file.service, file, u);
        }
        effects_of_client(material, file, u).into_iter().collect()
    }

    /// What shared code sends by itself.
    fn take_sent(&mut self, material: &Material<'_>) {
        let mut sent: FxHashMap<Box<str>, Vec<Sent>> = FxHashMap::default();
        for file in material.code.iter().filter(|file| file.service.is_none()) {
            for u in uses(file) {
                let known = self.effects(None, file, &u);
                let client = known
                    .is_empty()
                    .then(|| effects_of_client(material, file, &u));
                for effect in known.into_iter().chain(client.flatten()) {
                    let takes = matches!(effect, Effect::Topic(Side::Publish) | Effect::Asks(_));
                    let function = file.wrapped.around(u.at).filter(|_| takes);
                    let text = function.and_then(|_| value::shared(material, file, &u));
                    let Some((function, text)) = function.zip(text) else {
                        continue;
                    };
                    let at = Location::new(file.path.clone(), u.at);
                    let path = file.path.clone();
                    let one = Sent {
                        path,
                        text,
                        effect,
                        at,
                    };
                    sent.entry(function.into()).or_default().push(one);
                }
            }
        }
        if !sent.is_empty() {
            for (service, file) in material.callers() {
                let defined = file.wrapped.bodies.iter().map(|(name, ..)| name);
                let own = defined.filter(|name| sent.contains_key(*name));
                self.own.extend(own.map(|name| (service, name.clone())));
            }
        }
        self.sent = sent;
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

/// What the client of a broker does with a use.
fn effects_of_client(material: &Material<'_>, file: &CodeFile, u: &Use) -> Option<Effect> {
    operation(material, file, u).or_else(|| topic::side_of(material, file, u).map(Effect::Topic))
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

/// Whether a use asks another program or answers, by the clients that its file imports.
fn operation(material: &Material<'_>, file: &CodeFile, u: &Use) -> Option<Effect> {
    let messaging = &material.knowledge.messaging;
    family::families(messaging, file).find_map(|(name, family)| {
        let asks = || fits(&family.request, u).then(|| Effect::Asks(name.into()));
        asks().or_else(|| fits(&family.reply, u).then(|| Effect::Answers(name.into())))
    })
}

fn keyed<'u>(u: &'u Use, key: &str) -> Cow<'u, Use> {
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
