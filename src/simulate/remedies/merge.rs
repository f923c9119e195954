//! Two services become one.
//!
//! In: a [`Group`], or a [`MergeCase`]. Out: [`Remedy`] records.
//! Invariant: a case is made only where the two change in lockstep and are tied otherwise, too.
//! Never: more than two at once.

use std::collections::BTreeSet;

use super::group::{Group, Kind, Remedy};
use crate::simulate::change::Change;
use crate::simulate::merge::{MergeCase, case};
use crate::simulate::state::Assumptions;
use crate::simulate::system::System;

pub(super) const KIND: Kind = Kind {
    id: "merge",
    for_cycle,
};

/// A cycle of two that changes in lockstep and is tied otherwise, too, is one service.
fn for_cycle(group: &Group<'_>) -> Vec<Remedy> {
    let mut names = group.members.iter();
    let (Some(a), Some(b), None) = (names.next(), names.next(), names.next()) else {
        return Vec::new();
    };
    let case = Some(case(group.system, a, b)).filter(MergeCase::is_called_for);
    let remedy = case.map(|case| merge(group.system, &case, group.assumptions));
    remedy.into_iter().collect()
}

/// The merge of two services as a proposal.
#[must_use]
pub fn merge(system: &System<'_>, case: &MergeCase, assumptions: &Assumptions) -> Remedy {
    let (a, b) = (case.a.clone(), case.b.clone());
    let group = Group {
        system,
        members: &BTreeSet::from([a.clone(), b.clone()]),
        assumptions,
        pairs: Vec::new(),
    };
    let action = format!("make {a} and {b} modules of one deployable");
    Remedy {
        warning: case.warning(),
        ..group.propose(KIND.id, action, case.reason(), &Change::Merge { a, b })
    }
}
