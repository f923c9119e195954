//! The threads that work.
//!
//! In: the limits of the system. Out: the size of their stacks; threads that are there where room is scarce.
//! Invariant: deep code is parsed without a recursion that could end a thread.
//! Never: how many there are where nothing limits them; the flags tell.

use crate::source::memory::{self, Room};

/// Bytes of the stack of each; virtual memory until touched.
pub(super) fn stack() -> usize {
    memory::room().map_or(memory::STACK, |room| room.stack)
}

/// Starts all threads at once where addresses are limited, before the allocator takes what is there.
///
/// # Errors
/// Why no run can end well.
pub(super) fn prepare() -> Result<(), String> {
    let Some(room) = memory::room() else {
        return Ok(());
    };
    let mebibytes = |bytes: u64| bytes >> 20;
    if room.addresses < memory::LEAST {
        let (given, least) = (mebibytes(room.addresses), mebibytes(memory::LEAST));
        return Err(format!(
            "only {given} MiB of addresses are granted (`ulimit -v`), and {least} MiB are the least"
        ));
    }
    start(room).map_err(|error| format!("the worker threads could not be started ({error})"))
}

/// Starts the pool with as many threads as there is room for.
fn start(room: Room) -> Result<(), rayon::ThreadPoolBuildError> {
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    rayon::ThreadPoolBuilder::new()
        .num_threads(room.threads.min(all))
        .stack_size(room.stack)
        .build_global()
}
