//! What every output shows, worked out once.
//!
//! In: [`Analysis`](crate::analysis::Analysis). Out: plain values, one file per part of the report.
//! Invariant: text and page take the same parts from here, so that they never disagree.
//! Never: markup, colours, line breaks.

pub(super) mod hop;
pub(super) mod knots;
pub(super) mod map;
pub(super) mod names;
pub(super) mod order;
pub(super) mod pairs;
pub(super) mod services;
pub(super) mod strip;
pub(super) mod todo;
