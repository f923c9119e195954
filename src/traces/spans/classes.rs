//! The classes of all spans, brought together over threads.
//!
//! In: interned keys of all collectors. Out: [`Classes`] with names by number.
//! Invariant: names and classes are numbered in sorted order, whatever thread saw them first.
//! Never: single spans.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::class::{Class, Name, shown};
use super::collect::{Caps, Collector};
use super::facts::{decode, weight_of};
use super::intern::{Keys, stable_hash};
use super::store::{ClassId, Record};
use crate::model::IndexVec;

/// All classes, sorted.
#[derive(Debug, Default)]
pub struct Classes {
    /// Names by number, sorted; the first is empty.
    pub names: Vec<Arc<str>>,
    /// A hash of each name that is the same on every run.
    pub hashes: Vec<u64>,
    /// Classes by number, sorted.
    pub list: IndexVec<ClassId, Class>,
    /// Whether a cap has dropped texts.
    pub rough: bool,
}

impl Classes {
    /// The name numbered `name`.
    pub fn name(&self, name: Name) -> Arc<str> {
        self.names.get(name as usize).cloned().unwrap_or_default()
    }

    /// The number of the name `name`, if there is such a one.
    pub fn number(&self, name: &str) -> Option<Name> {
        let found = self.names.binary_search_by(|known| (**known).cmp(name));
        found.ok().and_then(|at| Name::try_from(at).ok())
    }

    /// The class of a span.
    pub fn of(&self, span: &Record) -> &Class {
        &self.list[span.class()]
    }

    /// Brings the classes of all collectors together; also gives, for each collector, the new number of each old one.
    /// `sampling_ratio` is the share of requests that was recorded, for spans that do not tell it.
    ///
    /// Classes are sorted by what they mean. Numbering them in the order of reading would make
    /// sums depend on which thread read what.
    pub fn join(
        collectors: &[Collector],
        caps: Caps,
        sampling_ratio: Option<f64>,
    ) -> (Self, Vec<Vec<u32>>) {
        let kept = |keys: fn(&Collector) -> &Keys, cap| Kept::of(collectors.iter().map(keys), cap);
        let texts = Texts {
            resources: kept(|collector| &collector.resources, caps.services),
            facts: kept(|collector| &collector.facts, caps.facts),
            weight: sampling_ratio.and_then(weight_of),
        };
        let rough = texts.resources.keys.is_some() || texts.facts.keys.is_some();
        let texts: Vec<Vec<Class<Box<str>>>> = collectors
            .iter()
            .map(|collector| texts.classes(collector))
            .collect();
        let names: BTreeSet<&str> = texts
            .iter()
            .flatten()
            .flat_map(Class::texts)
            .chain([""])
            .collect();
        let names: Vec<Arc<str>> = names.into_iter().map(Arc::from).collect();
        let number = |name: &str| {
            names
                .binary_search_by(|known| (**known).cmp(name))
                .unwrap_or(0) as Name
        };
        let numbered: Vec<Vec<Class>> = texts
            .iter()
            .map(|list| list.iter().map(|class| class.number(&number)).collect())
            .collect();
        let sorted: BTreeSet<&Class> = numbered.iter().flatten().collect();
        let list: Vec<Class> = sorted.into_iter().cloned().collect();
        let place = |class: &Class| list.binary_search(class).unwrap_or(0) as u32;
        let maps = numbered
            .iter()
            .map(|classes| classes.iter().map(place).collect())
            .collect();
        let hashes = names
            .iter()
            .map(|name| stable_hash(shown(name).as_bytes()))
            .collect();
        (
            Self {
                names,
                hashes,
                list: list.into(),
                rough,
            },
            maps,
        )
    }
}

/// What it takes to tell the meaning of a collector's pairs of keys.
struct Texts {
    /// Resources that a cap leaves.
    resources: Kept,
    /// Texts of spans that a cap leaves.
    facts: Kept,
    /// Weight of spans that do not tell their own.
    weight: Option<u64>,
}

impl Texts {
    /// The meaning of each pair of keys of a collector, in its order.
    fn classes(&self, collector: &Collector) -> Vec<Class<Box<str>>> {
        let (resources, facts) = (collector.resources.list(), collector.facts.list());
        let key = |keys: &[Arc<[u8]>], id: u32| keys.get(id as usize).cloned().unwrap_or_default();
        let class = |(resource, fact): &(u32, u32)| {
            let (resource, fact) = (key(resources, *resource), key(facts, *fact));
            let (resource, fact) = (self.resources.keeps(&resource), self.facts.keeps(&fact));
            decode(resource, fact, self.weight)
        };
        collector.classes.list().iter().map(class).collect()
    }
}

/// The keys that the cap leaves, over all collectors.
struct Kept {
    /// The keys; `None` where the cap has dropped none.
    keys: Option<BTreeSet<Arc<[u8]>>>,
}

impl Kept {
    /// The keys of all collectors under one cap: as if one of them had read everything.
    fn of<'a>(parts: impl Iterator<Item = &'a Keys>, cap: usize) -> Self {
        let mut all = Keys::new(cap);
        let mut dropped = false;
        for keys in parts {
            dropped |= keys.pruned();
            keys.list()
                .iter()
                .filter(|key| !key.is_empty())
                .for_each(|key| {
                    all.id(key);
                });
        }
        all.prune();
        let keys = (dropped || all.pruned()).then(|| all.list().iter().cloned().collect());
        Self { keys }
    }

    /// The key, or nothing when the cap has dropped it.
    fn keeps<'k>(&self, key: &'k [u8]) -> Option<&'k [u8]> {
        match &self.keys {
            Some(kept) if key.is_empty() || !kept.contains(key) => None,
            _ => Some(key),
        }
    }
}
