//! The threads that work.
//!
//! In: nothing. Out: their size.
//! Invariant: deep code is parsed without a recursion that could end a thread.
//! Never: how many there are; the flags tell.

/// Bytes of the stack of each; virtual memory until touched.
pub(super) const STACK_BYTES: usize = 256 << 20;
