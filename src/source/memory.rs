//! How much memory the system grants.
//!
//! In: the limits of the process, as Linux tells them. Out: bytes, and stacks that fit into them.
//! Invariant: without a limit that is known, the largest stack and all threads.
//! Never: a limit of our own.

/// Stack of a thread that parses, in bytes; virtual memory until touched.
const STACK: usize = 256 << 20;
/// The same below [`WIDE`]: what the check of nesting lets through needs a tenth of [`STACK`].
const SMALL: usize = 64 << 20;
/// The same below [`NARROW`].
pub(crate) const SMALLEST: usize = 32 << 20;

/// Limits of addresses below which stacks are smaller; as long as most of one is left for the heap.
const WIDE: u64 = 8 << 30;
const NARROW: u64 = 1 << 30;

/// Bytes of the stack of a thread that parses, and how many of `threads` there shall be.
pub(crate) fn stacks(threads: usize) -> (usize, usize) {
    let told = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    within(addresses(&told), threads)
}

fn within(limit: Option<u64>, threads: usize) -> (usize, usize) {
    let Some(limit) = limit.filter(|limit| *limit < WIDE) else {
        return (STACK, threads);
    };
    let stack = if limit < NARROW { SMALLEST } else { SMALL };
    let most = limit / 8 / stack as u64;
    let most = usize::try_from(most).unwrap_or(threads);
    (stack, threads.min(most).max(1))
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
        for (limit, wanted) in [
            (None, (256, 16)),
            (Some(16 << 30), (256, 16)),
            (Some(4 << 30), (64, 8)),
            (Some(1 << 30), (64, 2)),
            (Some(512 << 20), (32, 2)),
            (Some(64 << 20), (32, 1)),
        ] {
            let (stack, threads) = within(limit, 16);
            assert_eq!((stack >> 20, threads), wanted, "{limit:?}");
        }
    }
}
