//! Recorded traces: every common format in, one table of calls and load out.
//!
//! In: files, folders or standard input with spans. Out: [`Profile`] (mergeable) and [`CallProfile`].
//! Invariant: the same spans give the same bytes, in any container, order, split or number of threads.
//! Never: network, processes, or more memory than the distinct names and the limits ask for.

mod formats;
mod options;
mod partitions;
mod parts;
mod profile;
mod query;
mod read;
mod spans;
mod sums;
#[cfg(test)]
mod tests;
mod totals;
mod tree;

pub use formats::FORMATS;
pub use formats::format::TraceFormat;
pub use formats::open::Input;
pub use formats::problems::DAMAGED;
pub use options::Options;
pub use profile::Profile;
pub use profile::encode::ProfileError;
pub use profile::table::MISSING;
pub use query::{JOBS, Job, QueryError, STORES, Selection, Store, query};
pub use spans::shard::Shard;
pub use sums::SUM_KINDS;
pub use sums::held::kind::SumKind;

use crate::model::CallProfile;

/// Reads traces and profiles, all in one.
#[must_use]
pub fn read(inputs: &[Input], options: &Options) -> CallProfile {
    fold(inputs, options).summary()
}

/// Reads traces and profiles into one mergeable profile.
#[must_use]
pub fn fold(inputs: &[Input], options: &Options) -> Profile {
    read::fold(inputs, options)
}
