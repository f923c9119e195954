//! Limits and choices of a run over recorded traces.
//!
//! In: flags and configuration, resolved. Out: [`Options`].
//! Invariant: every limit has a value; what lies past it is counted or told.
//! Never: inputs.

use super::spans::collect::Caps;
use super::spans::shard::Shard;

/// Distinct services (by environment) and combinations of operation and attributes that are told apart while spans are
/// read, even where the limits are lower: only the names that are left in the end obey those. Each combination with a
/// service takes some 400 bytes a thread, so that these bound the memory.
const SERVICES: usize = 10_000;
const FACTS: usize = 50_000;

/// Limits and choices of a run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Spans held in memory before they go to temporary files (56 bytes each).
    pub buffered_spans: usize,
    /// Most spans of one trace (some 150 bytes each while it is folded); a longer one is left out and counted.
    pub trace_spans: usize,
    /// Most bytes that one compressed input may become.
    pub decompressed_bytes: u64,
    /// Most distinct services and peers; the rest is called `(other)`.
    pub services: usize,
    /// Most distinct operations; the rest is called `(other)`.
    pub operations: usize,
    /// Share of all requests that was recorded, above 0 up to 1, for spans that do not tell their own.
    pub sampling_ratio: Option<f64>,
    /// Only spans of this deployment environment.
    pub environment: Option<String>,
    /// Only the traces of this shard.
    pub shard: Option<Shard>,
    /// An input without a single span is none that goes wrong.
    pub allow_empty: bool,
    /// Threads; 0 for as many as there are processors.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            buffered_spans: 160_000,
            trace_spans: 2_500_000,
            decompressed_bytes: 64 << 30,
            services: 10_000,
            operations: 50_000,
            sampling_ratio: None,
            environment: None,
            shard: None,
            allow_empty: false,
            threads: 0,
        }
    }
}

impl Options {
    /// Threads that work.
    pub(super) fn hands(&self) -> usize {
        let all = || std::thread::available_parallelism().map_or(1, usize::from);
        match self.threads {
            0 => all().min(8),
            threads => threads,
        }
    }

    /// What one of several collectors may keep.
    pub(super) fn caps(&self, collectors: usize) -> Caps {
        Caps {
            buffered: self.buffered_spans / collectors,
            services: self.services.max(SERVICES),
            facts: self.operations.max(FACTS),
            shard: self.shard,
        }
    }

    /// Whether it is no fault of an input to have no span: a shard may be empty.
    pub(super) fn may_be_empty(&self) -> bool {
        self.allow_empty || self.shard.is_some()
    }
}
