//! The settings of one service by their names, as written and as frameworks relax them.
//!
//! In: settings. Out: their positions.
//! Invariant: of two settings with one name the first one counts.
//! Never: a value.

use rustc_hash::FxHashMap;

use crate::model::Setting;
use crate::model::names::key;

/// Positions in the settings of one service.
#[derive(Default)]
pub(super) struct Lookup {
    exact: FxHashMap<String, usize>,
    relaxed: FxHashMap<String, usize>,
    /// The settings whose values take another, by its name.
    pub(super) takers: FxHashMap<String, Vec<usize>>,
}

impl Lookup {
    /// Indexes settings by name and by what their values take. Of equal names the first counts, as
    /// manifests come before files.
    pub(super) fn new(settings: &[Setting]) -> Self {
        let mut lookup = Self::default();
        for (at, setting) in settings.iter().enumerate() {
            lookup.exact.entry(setting.key.clone()).or_insert(at);
            lookup.relaxed.entry(key(&setting.key)).or_insert(at);
            for rest in setting.value.split("${").skip(1) {
                let name = rest.split([':', '}']).next().unwrap_or(rest);
                let takers = lookup.takers.entry(name.to_owned()).or_default();
                if takers.last() != Some(&at) {
                    takers.push(at);
                }
            }
        }
        lookup
    }

    /// The position of a setting, by its name as written, else as frameworks relax it.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let relaxed = || self.relaxed.get(&key(name));
        self.exact.get(name).or_else(relaxed).copied()
    }
}
