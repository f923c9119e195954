//! Functions of one's own that hand a topic or the name of an operation on to the client of a broker.
//!
//! In: what functions hand on, uses of texts. Out: what a call of such a function does with a topic.
//! Invariant: a function of the service itself, or of shared code; a name that many have is one by what it is called on.
//! Never: more than [`MAX_HOPS`] functions between a text and the client.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::links::signs::families::fits;
use crate::links::signs::uses::Use;
use crate::links::signs::wrapped::Handed;
use crate::model::names::{folder, key, tail, words};

use super::channel::Side;
use super::directory::Index;
use super::material::{CodeFile, Material};
use super::per_service::PerService;
use super::topic;

/// Most functions through which a topic is followed.
const MAX_HOPS: usize = 3;

/// What a call does with a topic or the name of an operation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Effect<'k> {
    Topic(Side),
    /// It asks another program, or answers, through the client of this family.
    Asks(&'k str),
    Answers(&'k str),
}

/// A parameter of a function that reaches a client.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Wrapper<'m> {
    position: usize,
    /// The name under which a call may give it.
    name: &'m str,
    /// The file that defines the function.
    path: &'m str,
    effect: Effect<'m>,
}

/// The functions of each service, with those of shared code, by their names.
pub(super) struct Wrappers<'m> {
    known: PerService<FxHashMap<&'m str, BTreeSet<Wrapper<'m>>>>,
    /// Names of all of them: what none has is not looked up.
    names: FxHashSet<&'m str>,
}

impl<'m> Wrappers<'m> {
    /// Finds them in all code.
    pub(super) fn new(material: &'m Material<'_>) -> Self {
        let mut wrappers = Self {
            known: PerService::new(material.services),
            names: FxHashSet::default(),
        };
        for _ in 0..MAX_HOPS {
            let mut found = Vec::new();
            for file in &material.code {
                for handed in &file.wrapped.handed {
                    let effects = wrappers.effects_of(material, file, handed);
                    found.extend(effects.into_iter().map(|effect| (file, handed, effect)));
                }
            }
            let mut more = false;
            for (file, handed, effect) in found {
                let wrapper = Wrapper {
                    position: handed.position,
                    name: &handed.name,
                    path: &file.path,
                    effect,
                };
                let known = wrappers.known[file.service].entry(&*handed.function);
                more |= known.or_default().insert(wrapper);
                wrappers.names.insert(&*handed.function);
            }
            if !more {
                break;
            }
        }
        wrappers
    }

    /// What becomes of a parameter that a use in the body hands on.
    fn effects_of(&self, material: &'m Material<'_>, file: &'m CodeFile, handed: &Handed) -> Vec<Effect<'m>> {
        let Some(u) = file.uses.get(handed.of) else {
            return Vec::new();
        };
        let u = &with_key(u, &handed.key);
        let direct = topic::side_of(material, file, u).map(Effect::Topic);
        let asked = || operation(material, file, u);
        match direct.or_else(asked) {
            Some(effect) => vec![effect],
            None => self.effects(file.service, file, u),
        }
    }

    /// What a call of a function of the service, or of shared code, does with a text.
    pub(super) fn effects(&self, service: Option<Index>, file: &CodeFile, u: &Use) -> Vec<Effect<'m>> {
        let chain = u.callee.split('<').next().unwrap_or(&u.callee);
        let (receiver, last) = chain.rsplit_once('.').unwrap_or(("", chain));
        if !self.names.contains(last) {
            return Vec::new();
        }
        let mut scopes = vec![None];
        scopes.extend(service.map(Some));
        let known = scopes.into_iter().filter_map(|scope| self.known[scope].get(last));
        let takes = |wrapper: &&Wrapper<'_>| {
            let given = if u.key.is_empty() {
                u.argument == wrapper.position
            } else {
                u.key == wrapper.name || (u.argument == wrapper.position && matches!(&*u.key, "cmd" | "pattern"))
            };
            given && belongs(receiver, last, file, wrapper.path)
        };
        let mut effects: Vec<Effect<'m>> = known.flatten().filter(takes).map(|wrapper| wrapper.effect).collect();
        effects.sort_unstable();
        effects.dedup();
        effects
    }
}

/// Whether a call can be that of the function which the file at `path` defines: one of a telling name, or on something
/// that is called after the file or its folder, as `kafka.Publish` and `this.natsClient.send` are.
fn belongs(receiver: &str, last: &str, file: &CodeFile, path: &str) -> bool {
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
        let whole = key(on) == key(name);
        whole || words(on).iter().all(|word| known.contains(word))
    };
    named(stem) || named(tail(folder(path)))
}

/// Whether a use asks another program or answers, by the clients that its file imports.
fn operation<'k>(material: &'k Material<'_>, file: &'k CodeFile, u: &Use) -> Option<Effect<'k>> {
    let messaging = &material.knowledge.messaging;
    super::family::families(messaging, file).find_map(|(name, family)| {
        let asks = fits(&family.request, u).then_some(Effect::Asks(name));
        asks.or_else(|| fits(&family.reply, u).then_some(Effect::Answers(name)))
    })
}

fn with_key<'u>(u: &'u Use, key: &str) -> Cow<'u, Use> {
    if key.is_empty() {
        return Cow::Borrowed(u);
    }
    let key = key.to_owned();
    Cow::Owned(Use { key, ..u.clone() })
}

/// The uses of a file, and those of local names with what they hold.
pub(super) fn uses(file: &CodeFile) -> impl Iterator<Item = Cow<'_, Use>> {
    let held = file.wrapped.held.iter().filter_map(|held| {
        let u = with_key(file.uses.get(held.of)?, &held.key).into_owned();
        let (text, name) = (held.text.to_string(), held.name);
        Some(Cow::Owned(Use { text, name, owner: String::new(), ..u }))
    });
    file.uses.iter().map(Cow::Borrowed).chain(held)
}
