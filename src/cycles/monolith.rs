//! The distributed-monolith score of a group of services, and the verdict.
//!
//! In: signals as plain numbers. Out: [`Score`], [`Verdict`].
//! Invariant: an unknown signal widens the interval; it is never renormalised away.
//! Never: a verdict from the score alone; the verdict is a rule.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One signal in 0 to 1: the part that is known, and how much more it could be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Signal {
    /// What is known.
    pub known: f64,
    /// What it could be more.
    pub unknown: f64,
}

impl Signal {
    /// Nothing was looked for.
    pub const UNKNOWN: Self = Self {
        known: 0.0,
        unknown: 1.0,
    };

    /// A known value.
    #[must_use]
    pub const fn known(value: f64) -> Self {
        Self {
            known: value,
            unknown: 0.0,
        }
    }

    /// `part` ÷ `whole`, and 0 where there is nothing to divide.
    #[must_use]
    pub fn share(part: u64, whole: u64) -> Self {
        Self::known(ratio(part, whole))
    }

    /// What is known; `None` where nothing was looked for.
    fn shown(self) -> Option<f64> {
        (self.unknown < 1.0).then_some(self.known)
    }
}

/// `part` ÷ `whole`; 0 when `whole` is 0.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts below 2^53")]
pub fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

/// The seven signals of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Signals {
    /// 0 without a synchronous cycle; else 0.5 + 0.5 · re-entrant ÷ crossing requests.
    pub cycle: Signal,
    /// Change sets that touch two or more ÷ those that touch any.
    pub lockstep: Signal,
    /// Tables written by two or more ÷ tables used.
    pub data: Signal,
    /// clamp((95th percentile of visits to business services − 2) ÷ 4, 0, 1).
    pub depth: Signal,
    /// 1 − requests that cross the group ÷ calls inside it.
    pub chat: Signal,
    /// Failed root requests ÷ requests with a failed span in the group.
    pub fail: Signal,
    /// First-party libraries always bumped together ÷ all that two or more use: bumped together are those of which
    /// every change set that touches a member touches two or more, at least twice. A library that changes
    /// without its users is shared, but in nobody's way.
    pub lib: Signal,
}

/// How much each signal counts; the weights of the default add up to 0.9 + 0.1 for `fail`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// Weight of [`Signals::cycle`].
    pub cycle: f64,
    /// Weight of [`Signals::lockstep`].
    pub lockstep: f64,
    /// Weight of [`Signals::data`].
    pub data: f64,
    /// Weight of [`Signals::depth`].
    pub depth: f64,
    /// Weight of [`Signals::chat`].
    pub chat: f64,
    /// Weight of [`Signals::fail`].
    pub fail: f64,
    /// Weight of [`Signals::lib`].
    pub lib: f64,
}

impl Weights {
    /// Every weight with the name of its signal.
    #[must_use]
    pub const fn all(&self) -> [(&'static str, f64); 7] {
        [
            ("cycle", self.cycle),
            ("lockstep", self.lockstep),
            ("data", self.data),
            ("depth", self.depth),
            ("chat", self.chat),
            ("fail", self.fail),
            ("lib", self.lib),
        ]
    }
}

impl Default for Weights {
    /// The weights of the specification.
    fn default() -> Self {
        Self {
            cycle: 0.25,
            lockstep: 0.20,
            data: 0.20,
            depth: 0.10,
            chat: 0.10,
            fail: 0.10,
            lib: 0.05,
        }
    }
}

/// The interval of the score, 0 to 100, with the raw signals.
#[must_use]
pub fn score(signals: &Signals, weights: &Weights) -> Score {
    let known = [
        signals.cycle,
        signals.lockstep,
        signals.data,
        signals.depth,
        signals.chat,
        signals.fail,
        signals.lib,
    ];
    let weighed = weights.all().into_iter().zip(known);
    let parts: Vec<(&str, Signal, f64)> = weighed
        .map(|((name, weight), signal)| (name, signal, weight))
        .collect();
    let floor: f64 = parts
        .iter()
        .map(|(_, signal, weight)| 100.0 * weight * signal.known)
        .sum();
    let open: f64 = parts
        .iter()
        .map(|(_, signal, weight)| 100.0 * weight * signal.unknown)
        .sum();
    let signals: BTreeMap<String, Option<f64>> = parts
        .iter()
        .map(|(name, signal, _)| ((*name).to_owned(), signal.shown()))
        .collect();
    Score {
        floor,
        ceiling: floor + open,
        signals,
    }
}

/// Smallest share of all requests that must be re-entrant.
const REENTRANT: f64 = 0.01;
/// Smallest lockstep, and fewest shared change sets.
const LOCKSTEP: (f64, u64) = (0.30, 5);

/// What kind of coupling a group shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Verdict {
    /// A synchronous cycle and nothing more.
    #[serde(rename = "SUSPECT")]
    Suspect,
    /// A synchronous cycle that is also felt at run time, in changes or in the data.
    #[serde(rename = "DISTRIBUTED-MONOLITH CYCLE")]
    DistributedMonolith,
}

impl Verdict {
    /// The name that reports show.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Suspect => "SUSPECT",
            Self::DistributedMonolith => "DISTRIBUTED-MONOLITH CYCLE",
        }
    }
}

/// What the verdict looks at beside the signals.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Grounds {
    /// Whether the group is a synchronous cycle.
    pub synchronous_cycle: bool,
    /// Whether every call of the cycle is known to be waited for.
    pub certain: bool,
    /// Requests that re-enter a service of the group ÷ all requests.
    pub reentrant_share: f64,
    /// Change sets that touch two or more of the group.
    pub shared_change_sets: u64,
}

/// The verdict by rule; `None` without a synchronous cycle.
#[must_use]
pub fn verdict(signals: &Signals, grounds: &Grounds) -> Option<Verdict> {
    if !grounds.synchronous_cycle {
        return None;
    }
    let reentrant = grounds.reentrant_share >= REENTRANT;
    let lockstep = signals.lockstep.known >= LOCKSTEP.0 && grounds.shared_change_sets >= LOCKSTEP.1;
    Some(
        if grounds.certain && (reentrant || lockstep || signals.data.known > 0.0) {
            Verdict::DistributedMonolith
        } else {
            Verdict::Suspect
        },
    )
}

/// How much a merge of two services suggests itself:
/// 0.5 · write dominance + 0.5 · lockstep − 0.25 · min(1, log10(load ratio) ÷ 3).
///
/// `dominance` and `lockstep` are in 0 to 1, `load_ratio` is at least 1. Above 0.5: propose.
#[must_use]
pub fn merge_index(dominance: f64, lockstep: f64, load_ratio: f64) -> f64 {
    let scaling = (load_ratio.max(1.0).log10() / 3.0).min(1.0);
    0.5 * dominance + 0.5 * lockstep - 0.25 * scaling
}

/// Bounds of a score from 0 to 100, with the signals behind it; an unknown signal is `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The score if every unknown signal were 0.
    pub floor: f64,
    /// The score if every unknown signal were 1.
    pub ceiling: f64,
    /// The signals by name, each 0 to 1.
    pub signals: BTreeMap<String, Option<f64>>,
}

impl Score {
    /// `33.3 to 43.3`, or `38.2` where the bounds agree.
    #[must_use]
    pub fn interval(&self) -> String {
        let (floor, ceiling) = (format!("{:.1}", self.floor), format!("{:.1}", self.ceiling));
        if floor == ceiling {
            floor
        } else {
            format!("{floor} to {ceiling}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_signals_widen_the_interval() {
        let all = Signals {
            cycle: Signal {
                known: 0.5,
                unknown: 0.5,
            },
            lockstep: Signal::UNKNOWN,
            data: Signal::known(0.0),
            depth: Signal::UNKNOWN,
            chat: Signal::UNKNOWN,
            fail: Signal::UNKNOWN,
            lib: Signal::known(1.0),
        };
        let score = score(&all, &Weights::default());
        assert!((score.floor - 17.5).abs() < 1e-9 && (score.ceiling - 80.0).abs() < 1e-9);
        assert_eq!(score.signals.get("fail"), Some(&None));
        assert_eq!(score.signals.get("cycle"), Some(&Some(0.5)));
    }

    #[test]
    fn the_verdict_is_a_rule() {
        let signals = Signals {
            lockstep: Signal::known(0.30),
            ..Signals::default()
        };
        let grounds = Grounds {
            synchronous_cycle: true,
            certain: true,
            reentrant_share: 0.0,
            shared_change_sets: 4,
        };
        let of = |grounds: Grounds| verdict(&signals, &grounds);
        assert_eq!(of(grounds), Some(Verdict::Suspect));
        assert_eq!(
            of(Grounds {
                shared_change_sets: 5,
                ..grounds
            }),
            Some(Verdict::DistributedMonolith)
        );
        assert_eq!(
            of(Grounds {
                reentrant_share: 0.01,
                ..grounds
            }),
            Some(Verdict::DistributedMonolith)
        );
        assert_eq!(
            of(Grounds {
                synchronous_cycle: false,
                shared_change_sets: 9,
                ..grounds
            }),
            None
        );
        let data = Signals {
            data: Signal::known(0.1),
            ..Signals::default()
        };
        assert_eq!(verdict(&data, &grounds), Some(Verdict::DistributedMonolith));
    }

    #[test]
    fn golden_merge_index() {
        assert_eq!(format!("{:.3}", merge_index(0.9, 0.6, 101.0)), "0.583");
        assert_eq!(format!("{:.3}", merge_index(1.0, 1.0, 1e9)), "0.750");
    }
}
