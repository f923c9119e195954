//! From mergeable sums to what other stages read.
//!
//! In: [`Sums`]. Out: [`MeasuredLoad`]s, those of profiles by unit.
//! Invariant: a pure function; weights as they were read.
//! Never: shares, which need the files.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::stacks::Stacks;
use super::{PROFILE, Sums, Unit};
use crate::model::{CodeLoad, LoadKind, MeasuredLoad, MeasuredStack};
use crate::traces::profile::Place;

impl Sums {
    /// Load by what measured it.
    pub(in crate::traces) fn measured(&self) -> Vec<MeasuredLoad> {
        let profiles = self.stacks.iter();
        profiles
            .map(|(unit, stacks)| self.profile(unit, stacks))
            .collect()
    }

    fn names(&self, family: &str) -> Vec<Arc<str>> {
        let names = self.inputs.get(family).into_iter().flatten();
        names.cloned().collect()
    }

    fn profile(&self, unit: &Unit, stacks: &Stacks) -> MeasuredLoad {
        let all = stacks.each().flat_map(|(places, _)| places);
        let mut numbers: BTreeMap<&Place, u32> = all.map(|place| (&**place, 0)).collect();
        for (number, at) in numbers.values_mut().zip(0..) {
            *number = at;
        }
        let number = |place: &Arc<Place>| numbers.get(&**place).copied().unwrap_or(u32::MAX);
        let stack = |(places, weight): (&[Arc<Place>], u128)| MeasuredStack {
            places: places.iter().map(number).collect(),
            weight: narrow(weight),
            calls: 0,
        };
        let sum = stacks
            .each()
            .fold(0_u128, |sum, (_, weight)| sum.saturating_add(weight));
        MeasuredLoad {
            kind: LoadKind::Profile,
            inputs: self.names(PROFILE),
            unit: unit.name(),
            nanoseconds: matches!(unit, Unit::Cpu | Unit::Wall),
            weight: narrow(sum),
            places: numbers.keys().map(|place| row(place)).collect(),
            stacks: stacks.each().map(stack).collect(),
        }
    }
}

impl Unit {
    fn name(&self) -> Arc<str> {
        match self {
            Self::Cpu => "CPU time".into(),
            Self::Samples => "CPU samples".into(),
            Self::Wall => "elapsed time".into(),
            Self::Other(name) => Arc::clone(name),
        }
    }
}

fn row(place: &Place) -> CodeLoad {
    let some = |text: &Arc<str>| (!text.is_empty()).then(|| Arc::clone(text));
    CodeLoad {
        service: Arc::clone(&place.service),
        file: some(&place.file),
        namespace: some(&place.namespace),
        function: some(&place.function),
        operation: some(&place.operation),
        ..CodeLoad::default()
    }
}

fn narrow(sum: u128) -> u64 {
    u64::try_from(sum).unwrap_or(u64::MAX)
}
