//! Durations that merge exactly: a pure function of the multiset of values.
//!
//! In: durations in nanoseconds. Out: percentiles by nearest rank.
//! Invariant: up to [`EXACT`] values are kept as they are; more become a histogram of whole numbers,
//! whose percentiles lie within 0.4 % (128 buckets per power of two).
//! Never: floating-point state, dependence on the order of values or merges.

use serde::{Deserialize, Serialize};

/// Most values that are kept exactly.
pub(super) const EXACT: usize = 1024;
/// Buckets per power of two, as bits: 2^7, so that half a bucket is at most 1/256 of its value.
const BITS: u32 = 7;

/// A mergeable summary of durations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sketch {
    /// The values; sorted once [`Sketch::settle`] ran.
    Values(Vec<u64>),
    /// Bucket and count, sorted by bucket.
    Buckets(Vec<Bucket>),
}

/// A bucket and its count in eight bytes: the index in the upper 16 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u16, u64)", into = "(u16, u64)")]
pub struct Bucket(u64);

/// Bits of a bucket's count.
const COUNT: u32 = 48;

impl Bucket {
    /// The number of the bucket.
    fn index(self) -> u16 {
        (self.0 >> COUNT) as u16
    }

    /// How many values are in it.
    fn number(self) -> u64 {
        self.0 & ((1 << COUNT) - 1)
    }
}

impl From<(u16, u64)> for Bucket {
    fn from((index, number): (u16, u64)) -> Self {
        Self(u64::from(index) << COUNT | number.min((1 << COUNT) - 1))
    }
}

impl From<Bucket> for (u16, u64) {
    fn from(bucket: Bucket) -> Self {
        (bucket.index(), bucket.number())
    }
}

impl Default for Sketch {
    fn default() -> Self {
        Self::Values(Vec::new())
    }
}

impl Sketch {
    /// Adds one duration.
    #[inline]
    pub fn add(&mut self, value: u64) {
        match self {
            Self::Values(values) if values.len() < EXACT => values.push(value),
            Self::Values(_) => {
                self.spread();
                self.add(value);
            }
            Self::Buckets(buckets) => count(buckets, bucket(value), 1),
        }
    }

    /// Adds all of `other`.
    ///
    /// Values are added one by one, so that the state depends on how many there are in all, and
    /// not on how they were split: 600 and 600 become buckets as 1,200 would.
    pub fn merge(&mut self, other: &Self) {
        match other {
            Self::Values(values) => values.iter().for_each(|value| self.add(*value)),
            Self::Buckets(more) => {
                self.spread();
                if let Self::Buckets(buckets) = self {
                    *buckets = joined(buckets.iter().chain(more).copied().collect());
                }
            }
        }
    }

    /// Brings the state into the one form that its values have.
    pub fn settle(&mut self) {
        if let Self::Values(values) = self {
            values.sort_unstable();
        }
    }

    /// Number of values.
    #[must_use]
    pub fn count(&self) -> u64 {
        match self {
            Self::Values(values) => values.len() as u64,
            Self::Buckets(buckets) => buckets.iter().map(|bucket| bucket.number()).sum(),
        }
    }

    /// The smallest value such that `percent` of all are not larger (nearest rank); 1 to 100.
    ///
    /// `None` without values. Of buckets it is the middle of one.
    #[must_use]
    pub fn percentile(&self, percent: u64) -> Option<u64> {
        let rank = self.count().saturating_mul(percent).div_ceil(100).max(1);
        match self {
            Self::Values(values) => {
                let mut sorted = values.clone();
                sorted.sort_unstable();
                sorted.get(usize::try_from(rank - 1).ok()?).copied()
            }
            Self::Buckets(buckets) => {
                let mut seen = 0;
                let reached = |bucket: &&Bucket| {
                    seen += bucket.number();
                    seen >= rank
                };
                buckets
                    .iter()
                    .find(reached)
                    .map(|bucket| middle(bucket.index()))
            }
        }
    }

    /// Turns values into buckets.
    fn spread(&mut self) {
        if let Self::Values(values) = self {
            let single = values.iter().map(|value| (bucket(*value), 1).into());
            *self = Self::Buckets(joined(single.collect()));
        }
    }
}

/// Sorts the buckets and sums up those with one index.
fn joined(mut buckets: Vec<Bucket>) -> Vec<Bucket> {
    buckets.sort_by_key(|bucket| bucket.index());
    buckets.dedup_by(|next, sum| {
        let same = next.index() == sum.index();
        if same {
            *sum = (sum.index(), sum.number() + next.number()).into();
        }
        same
    });
    buckets.shrink_to_fit();
    buckets
}

/// Adds to the count of one bucket.
fn count(buckets: &mut Vec<Bucket>, index: u16, number: u64) {
    match buckets.binary_search_by_key(&index, |bucket| bucket.index()) {
        Ok(at) => buckets[at] = (index, buckets[at].number() + number).into(),
        Err(at) => buckets.insert(at, (index, number).into()),
    }
}

/// The bucket of `value`: exponent and the seven bits after the leading one.
///
/// Values below 128 have a bucket each.
fn bucket(value: u64) -> u16 {
    let exponent = (value | 1).ilog2();
    let index = if exponent < BITS {
        value
    } else {
        let mantissa = (value >> (exponent - BITS)) & ((1 << BITS) - 1);
        (u64::from(exponent - BITS + 1) << BITS) | mantissa
    };
    u16::try_from(index).unwrap_or(u16::MAX)
}

/// The middle of a bucket.
fn middle(index: u16) -> u64 {
    let (step, mantissa) = (
        u64::from(index >> BITS),
        u64::from(index) & ((1 << BITS) - 1),
    );
    if step == 0 {
        return mantissa;
    }
    let low = ((1 << BITS) | mantissa) << (step - 1);
    low + ((1 << (step - 1)) >> 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[u64]) -> Sketch {
        let mut sketch = Sketch::default();
        values.iter().for_each(|value| sketch.add(*value));
        sketch.settle();
        sketch
    }

    #[test]
    fn few_values_are_exact() {
        let sketch = of(&[5, 1, 4, 2, 3]);
        assert_eq!(
            [50, 95, 99].map(|percent| sketch.percentile(percent)),
            [Some(3), Some(5), Some(5)]
        );
        assert_eq!(Sketch::default().percentile(50), None);
    }

    proptest! {
        #[test]
        fn merging_equals_adding_all(values in prop::collection::vec(any::<u64>(), 0..3000), cut in 0_usize..3000) {
            let cut = cut.min(values.len());
            let (left, right) = values.split_at(cut);
            let (mut forth, mut back) = (of(left), of(right));
            forth.merge(&of(right));
            back.merge(&of(left));
            forth.settle();
            back.settle();
            prop_assert_eq!(&forth, &of(&values));
            prop_assert_eq!(&forth, &back);
        }

        #[test]
        fn buckets_stay_within_their_error(value in any::<u64>()) {
            let near = middle(bucket(value));
            prop_assert!(near.abs_diff(value) <= value / 256 + 1);
        }
    }
}
