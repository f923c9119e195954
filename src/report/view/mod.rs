//! What every output shows, worked out once.
//!
//! In: [`Analysis`](crate::analysis::Analysis). Out: plain values, one file per part of the report.
//! Invariant: text and page take the same parts from here, so that they never disagree.
//! Never: markup, colours, line breaks.

pub(in crate::report) mod escape;
pub(in crate::report) mod groups;
pub(in crate::report) mod hop;
pub(in crate::report) mod knots;
pub(in crate::report) mod map;
pub(in crate::report) mod monolith;
pub(in crate::report) mod names;
pub(in crate::report) mod order;
pub(in crate::report) mod pairs;
pub(in crate::report) mod proposal;
pub(in crate::report) mod reporter;
pub(in crate::report) mod services;
pub(in crate::report) mod strip;
pub(in crate::report) mod todo;
pub(in crate::report) mod units;
pub(in crate::report) mod verdict;
pub(in crate::report) mod words;
