//! What the simulation assumes, as the configuration file says it.
//!
//! In: the `[simulate]` table. Out: [`Assumptions`].
//! Invariant: what is not said keeps its default.
//! Never: a negative cost or weight, an availability beyond 0 to 1.

use serde::Deserialize;

use crate::cycles::monolith::Weights;
use crate::simulate::{Assumptions, HopSource};

/// `[simulate]`: costs of a call and weights of the distributed-monolith score.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct SimulateEntry {
    hop_ms: Option<f64>,
    availability: Option<f64>,
    weights: WeightsEntry,
}

/// The weights that the file sets; the others keep their defaults.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct WeightsEntry {
    cycle: Option<f64>,
    lockstep: Option<f64>,
    data: Option<f64>,
    depth: Option<f64>,
    chat: Option<f64>,
    fail: Option<f64>,
    lib: Option<f64>,
}

impl SimulateEntry {
    /// The assumptions, or what is wrong with the entry.
    pub(super) fn assumptions(&self) -> Result<Assumptions, String> {
        let default = Assumptions::default();
        let found = Assumptions {
            hop_ms: self.hop_ms.unwrap_or(default.hop_ms),
            hop_source: self
                .hop_ms
                .map_or(default.hop_source, |_| HopSource::Configured),
            availability: self.availability.unwrap_or(default.availability),
            weights: self.weights.over(default.weights),
        };
        let weights = found.weights.all();
        if !(found.hop_ms >= 0.0 && found.hop_ms.is_finite()) {
            return Err("hop-ms is the time of one call in milliseconds, 0 or more".to_owned());
        }
        if !(0.0..=1.0).contains(&found.availability) {
            return Err("availability is a share from 0 to 1, such as 0.999".to_owned());
        }
        if !weights
            .iter()
            .all(|(_, weight)| (0.0..=1.0).contains(weight))
        {
            return Err("a weight is from 0 to 1".to_owned());
        }
        let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
        if (sum - 1.0).abs() > 1e-6 {
            return Err(format!(
                "the weights of the score add up to {sum:.2}, not to 1"
            ));
        }
        Ok(found)
    }
}

impl WeightsEntry {
    /// The weights of the file in place of the default ones.
    fn over(self, default: Weights) -> Weights {
        Weights {
            cycle: self.cycle.unwrap_or(default.cycle),
            lockstep: self.lockstep.unwrap_or(default.lockstep),
            data: self.data.unwrap_or(default.data),
            depth: self.depth.unwrap_or(default.depth),
            chat: self.chat.unwrap_or(default.chat),
            fail: self.fail.unwrap_or(default.fail),
            lib: self.lib.unwrap_or(default.lib),
        }
    }
}
