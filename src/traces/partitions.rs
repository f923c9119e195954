//! Folds the spans that collectors hold, partition by partition.
//!
//! In: collectors. Out: [`Profile`].
//! Invariant: a trace lies in one partition; one with more records than there is room for is split again.
//! Never: all spans in memory at once.

use std::collections::BTreeMap;
use std::io;

use rayon::prelude::*;

use super::options::Options;
use super::profile::folder::Folder;
use super::profile::long::Long;
use super::profile::table::Profile;
use super::spans::class::Name;
use super::spans::classes::Classes;
use super::spans::collect::Collector;
use super::spans::store::{self, Record, Store};

/// One partition: its parts, with the number of the collector that each comes from.
type Partition = Vec<(usize, store::Part)>;

/// Folds what the collectors hold, partition by partition.
///
/// Classes of all threads are brought together first; then each partition is folded by one
/// thread, as a trace lies in one partition. A shortage of the disk while spans were stored
/// fails the whole: the sums would silently be too small.
pub(super) fn fold(mut collectors: Vec<Collector>, options: &Options) -> io::Result<Profile> {
    let (classes, maps) = Classes::join(&collectors, options.caps(1), options.sampling_ratio);
    let mut rejected = BTreeMap::<String, u64>::new();
    let mut partitions: Vec<Partition> = Vec::new();
    partitions.resize_with(store::PARTITIONS, Vec::new);
    for (owner, collector) in collectors.drain(..).enumerate() {
        if let Some(error) = collector.failure {
            return Err(error);
        }
        for (reason, count) in &collector.rejected {
            *rejected.entry((*reason).to_owned()).or_default() += count;
        }
        for (partition, part) in partitions.iter_mut().zip(collector.store.into_parts()?) {
            partition.push((owner, part));
        }
    }
    let threads = options.hands();
    let bounds = Bounds {
        room: options.buffered_spans.max(1) / threads,
        level: 1,
        trace_spans: options.trace_spans,
    };
    let fold = |partitions: Vec<Partition>| {
        let mut folder = Folder::new(&classes);
        let environment = options.environment.as_deref();
        folder.only = environment.map(|name| classes.number(name).unwrap_or(Name::MAX));
        let mut records = Vec::new();
        for parts in partitions {
            fold_partition(parts, &maps, &mut folder, &mut records, bounds)?;
        }
        folder.finish();
        drop(records);
        Ok(Profile::of(folder, &classes))
    };
    let mut hands = deal(partitions, threads);
    let folded: Vec<io::Result<Profile>> = match hands.len() {
        1 => hands.drain(..).map(fold).collect(),
        _ => hands.into_par_iter().map(fold).collect(),
    };
    let mut profile = Profile::default();
    for folder in folded {
        profile.merge(folder?);
    }
    for (reason, count) in rejected {
        *profile.seen.rejected.entry(reason).or_default() += count;
    }
    Ok(profile)
}

/// Deals the items out to `hands` lists.
///
/// Dealt in turn, not cut into runs, so that neighbouring partitions go to different threads.
fn deal<T>(items: Vec<T>, hands: usize) -> Vec<Vec<T>> {
    let mut dealt: Vec<Vec<T>> = (0..hands.max(1)).map(|_| Vec::new()).collect();
    for (index, item) in items.into_iter().enumerate() {
        let hand = index % hands.max(1);
        dealt[hand].push(item);
    }
    dealt
}

/// What a partition may hold.
#[derive(Clone, Copy)]
struct Bounds {
    /// Records beyond which it is split again.
    room: usize,
    /// Times that traces were split, this partition's included.
    level: u32,
    /// Records beyond which a trace is left out.
    trace_spans: usize,
}

/// Folds one partition; one with more records than there is room for is split again, as long as that helps.
///
/// A partition of one collector's spans carries the numbers of its classes, hence `maps`;
/// once split again, records have common numbers, and the owner `usize::MAX` has no map.
fn fold_partition(
    parts: Partition,
    maps: &[Vec<u32>],
    folder: &mut Folder<'_>,
    records: &mut Vec<Record>,
    bounds: Bounds,
) -> io::Result<()> {
    /// Splits by trace id that are tried; what is left is one trace or a few.
    const DEEPEST: u32 = 4;
    let Bounds { room, level, .. } = bounds;
    let count = parts
        .iter()
        .map(|(_, part)| part.len())
        .sum::<io::Result<usize>>()?;
    if count <= room || level >= DEEPEST {
        records.clear();
        records.reserve_exact(count.min(bounds.trace_spans));
        let mut long = Long::new(bounds.trace_spans, count);
        gather(parts, maps, |record| {
            if folder.wants(&record) {
                long.take(record, records);
            }
            Ok(())
        })?;
        folder.leave_out(&long);
        folder.traces(records);
        return Ok(());
    }
    let mut store = Store::new(room, level);
    gather(parts, maps, |record| store.push(record))?;
    for part in store.into_parts()? {
        fold_partition(
            vec![(usize::MAX, part)],
            maps,
            folder,
            records,
            Bounds {
                level: level + 1,
                ..bounds
            },
        )?;
    }
    Ok(())
}

/// Gives all records of `parts` with their classes' common numbers.
fn gather(
    parts: Partition,
    maps: &[Vec<u32>],
    mut take: impl FnMut(Record) -> io::Result<()>,
) -> io::Result<()> {
    for (owner, part) in parts {
        let map = maps.get(owner);
        part.drain(|mut record| {
            if let Some(map) = map {
                record.class = map.get(record.class as usize).copied().unwrap_or_default();
            }
            take(record)
        })?;
    }
    Ok(())
}
