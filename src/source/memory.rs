//! How much memory the system grants.
//!
//! In: the limits of the process, as Linux tells them. Out: bytes, and stacks that fit into them.
//! Invariant: without a limit that is known, the largest stack and all threads.
//! Never: a limit of our own.

/// Stack of a thread that parses, in bytes; virtual memory until touched.
pub(crate) const STACK: usize = 256 << 20;
/// The same below [`WIDE`]: what the check of nesting lets through needs a tenth of [`STACK`].
const SMALL: usize = 64 << 20;
/// The same below [`NARROW`].
const SMALLEST: usize = 32 << 20;

/// Limits of addresses below which stacks are smaller; as long as most of one is left for the heap.
const WIDE: u64 = 8 << 30;
const NARROW: u64 = 1 << 30;
/// Addresses below which no run can be promised to end well.
pub(crate) const LEAST: u64 = 256 << 20;

/// What to do with a limit of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// The limit in bytes.
    pub(crate) addresses: u64,
    /// Bytes of the stack of each thread.
    pub(crate) stack: usize,
    /// Most threads.
    pub(crate) threads: usize,
}

/// The room that a limit of addresses leaves; nothing where there is none, or a wide one. The threads must be started
/// first then, since the allocator takes what it finds.
pub(crate) fn room() -> Option<Room> {
    let told = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    within(addresses(&told))
}

/// Stacks and threads for a limit of addresses: all stacks together take at most an eighth of it.
fn within(limit: Option<u64>) -> Option<Room> {
    let addresses = limit.filter(|limit| *limit < WIDE)?;
    let stack = if addresses < NARROW { SMALLEST } else { SMALL };
    let most = addresses / 8 / stack as u64;
    Some(Room {
        addresses,
        stack,
        threads: usize::try_from(most).unwrap_or(1).max(1),
    })
}

/// The limit of addresses (`ulimit -v`) in the table of limits of a process.
fn addresses(told: &str) -> Option<u64> {
    let mut lines = told.lines();
    let line = lines.find_map(|line| line.strip_prefix("Max address space"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stacks_leave_most_of_a_limit_to_the_heap() {
        let table = "Limit                     Soft Limit           Hard Limit           Units\n\
                     Max address space         536870912            unlimited            bytes\n";
        assert_eq!(addresses(table), Some(512 << 20));
        assert_eq!(addresses(&table.replace("536870912", "unlimited")), None);
        assert_eq!((within(None), within(Some(16 << 30))), (None, None));
        for (limit, wanted) in [
            (4 << 30, (64, 8)),
            (1 << 30, (64, 2)),
            (512 << 20, (32, 2)),
            (64 << 20, (32, 1)),
        ] {
            let room = within(Some(limit)).expect("a limit");
            assert_eq!((room.stack >> 20, room.threads), wanted, "{limit}");
        }
    }
}
