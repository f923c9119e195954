//! Shards: traces dealt out by their ids, so that several machines fold one recording.
//!
//! In: `I/N`. Out: [`Shard`], which holds a trace or does not.
//! Invariant: each trace lies in one of the N shards; the queries of stores deal as this file does.
//! Never: a clock or a random number.

use std::str::FromStr;

use super::span::TraceId;

/// One of several shards: the traces whose id's last eight hexadecimal digits leave `index` when divided by `count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Its number, from 0.
    pub index: u32,
    /// How many shards there are.
    pub count: u32,
}

/// A text that is no shard.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is no shard; write I/N with 0 ≤ I < N, as 0/16 for the first of sixteen")]
pub struct NoShard(String);

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Self, NoShard> {
        let parts = text.split_once('/').and_then(|(index, count)| {
            let (index, count): (u32, u32) = (index.parse().ok()?, count.parse().ok()?);
            (index < count).then_some(Self { index, count })
        });
        parts.ok_or_else(|| NoShard(text.to_owned()))
    }
}

impl Shard {
    /// Whether the trace lies in it. A link lies where its target does.
    #[inline]
    #[must_use]
    pub fn holds(self, trace: TraceId) -> bool {
        self.takes(trace[1])
    }

    /// Whether what has no trace, known by a hash of its bytes, counts in it.
    #[must_use]
    pub fn takes(self, hash: u64) -> bool {
        hash as u32 % self.count == self.index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_a_number_below_how_many_there_are() {
        let shard = Shard {
            index: 3,
            count: 16,
        };
        assert_eq!("3/16".parse(), Ok(shard));
        assert!(shard.holds([u64::MAX, 0x0123_4567_89ab_cde3]));
        for text in ["4/4", "0/0", "1", "-1/2", "a/b", ""] {
            assert_eq!(text.parse::<Shard>(), Err(NoShard(text.to_owned())));
        }
    }
}
