//! What the weights of a profile count.
//!
//! In: the names that profilers write. Out: [`Unit`].
//! Invariant: one unit has one name.
//! Never: two units added up.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// What the weights of a profile count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(in crate::traces::sums) enum Unit {
    /// Nanoseconds on a processor.
    Cpu,
    /// Samples taken while a processor was busy.
    Samples,
    /// Nanoseconds that passed, waiting included.
    Wall,
    /// Anything else by its name, such as `bytes allocated (alloc_space)`.
    Other(Arc<str>),
}

impl Unit {
    /// The unit of a sample type of pprof or of a speedscope profile.
    pub(in crate::traces::sums) fn named(what: &str, unit: &str) -> Self {
        match (what, unit) {
            ("cpu" | "itimer" | "", "nanoseconds") => Self::Cpu,
            ("wall" | "time" | "delay", "nanoseconds") => Self::Wall,
            ("samples" | "sample" | "cpu" | "", "count" | "samples" | "none" | "") => Self::Samples,
            ("", "bytes") => Self::Other("bytes allocated".into()),
            (what, "bytes") => Self::Other(format!("bytes ({what})").into()),
            (what, unit) => Self::Other(format!("{unit} ({what})").into()),
        }
    }

    /// What its weights are called.
    pub(in crate::traces::sums) fn name(&self) -> Arc<str> {
        match self {
            Self::Cpu => "CPU time".into(),
            Self::Samples => "CPU samples".into(),
            Self::Wall => "elapsed time".into(),
            Self::Other(name) => Arc::clone(name),
        }
    }
}
