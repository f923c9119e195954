//! The mergeable result of folding: sums by name.
//!
//! In: one trace after the other. Out: [`Profile`], and its bytes.
//! Invariant: merging is exact and does not depend on the order; the same spans give the same bytes.
//! Never: percentiles or shares, which do not merge; they are of the summary only.

mod calls;
pub(super) mod encode;
pub(super) mod fold;
pub(super) mod folder;
mod limits;
pub(super) mod long;
mod merge;
mod messages;
mod named;
mod namespaces;
mod nested;
mod renamed;
mod repeats;
mod samples;
mod shapes;
mod summary;
pub(super) mod table;
mod tally;
mod zipkin_links;

#[cfg(test)]
pub(super) use messages::KEPT;
pub use table::Profile;
