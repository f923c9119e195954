//! The threads that work.
//!
//! In: nothing. Out: their size.
//! Invariant: deep code is parsed without a recursion that could end a thread.
//! Never: how many there are; the flags tell.

use crate::source::memory;

/// Bytes of the stack of each; virtual memory until touched.
pub(super) fn stack() -> usize {
    memory::stacks(1).0
}
