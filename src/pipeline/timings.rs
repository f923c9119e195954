//! How long the stages took.
//!
//! In: a stage. Out: its result, unchanged.
//! Invariant: stages come in the order in which they ended; those that run beside each other overlap.
//! Never: part of a result, which says nothing of the machine.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What each stage took.
#[derive(Debug, Default)]
pub struct Timings(Mutex<Vec<(&'static str, Duration)>>);

impl Timings {
    /// The stages and what they took.
    #[must_use]
    pub fn stages(&self) -> Vec<(&'static str, Duration)> {
        let stages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stages.clone()
    }
}

/// Does `work`, and notes what it took where somebody wants to know.
pub(super) fn timed<T>(
    timings: Option<&Timings>,
    stage: &'static str,
    work: impl FnOnce() -> T,
) -> T {
    let start = Instant::now();
    let result = work();
    if let Some(Timings(stages)) = timings {
        let mut stages = stages.lock().unwrap_or_else(PoisonError::into_inner);
        stages.push((stage, start.elapsed()));
    }
    result
}
