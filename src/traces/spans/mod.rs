//! Spans, the same whatever format they come from.
//!
//! In: what a format reads of a span. Out: records of fixed size and the classes of their texts.
//! Invariant: every text is kept once; records go to temporary files past the limit.
//! Never: which format it was, or other spans of the trace.

pub(super) mod class;
pub(super) mod classes;
pub(super) mod collect;
mod facts;
mod host;
pub(super) mod ids;
pub(super) mod intern;
pub(super) mod operation;
pub(super) mod scalar;
pub(super) mod shard;
pub(super) mod slots;
pub(super) mod span;
mod statement;
pub(super) mod store;
