//! What a run is at, for those who wait for it.
//!
//! In: the conductor's word that a phase begins. Out: its name, at any time, from any thread.
//! Invariant: costs one write a phase, whether anybody looks or not.
//! Never: a share of the work that is done; nobody knows the rest.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The phases of an analysis, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Files are listed, manifests read.
    Listing,
    /// Code is parsed, beside the history.
    Reading,
    /// Recorded traces are folded.
    Traces,
    /// The graph is built and judged, proposals are made.
    Judging,
}

impl Phase {
    const ALL: [Self; 4] = [Self::Listing, Self::Reading, Self::Traces, Self::Judging];

    /// What to call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Listing => "listing files",
            Self::Reading => "reading code and history",
            Self::Traces => "reading traces",
            Self::Judging => "finding cycles, findings and proposals",
        }
    }
}

/// The phase of one run; clones tell the same.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<AtomicUsize>);

impl Progress {
    /// The phase that runs.
    #[must_use]
    pub fn phase(&self) -> Phase {
        Phase::ALL[self.0.load(Ordering::Relaxed)]
    }

    /// Another phase begins.
    pub(super) fn enter(&self, phase: Phase) {
        self.0.store(phase as usize, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_tell_the_phase_that_was_entered_last() {
        let progress = Progress::default();
        let seen = progress.clone();
        for phase in Phase::ALL {
            progress.enter(phase);
            assert_eq!(seen.phase(), phase);
        }
    }
}
