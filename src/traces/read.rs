//! Reads all inputs and folds their traces.
//!
//! In: inputs and options. Out: [`Profile`].
//! Invariant: the result does not depend on the order of inputs or on threads.
//! Never: a failed input that goes unmentioned.

use std::io;

use rayon::prelude::*;

use super::Options;
use super::class::Classes;
use super::collect::{Caps, Collector};
use super::fold::Folder;
use super::formats::{FORMATS, Problems, TraceFormat};
use super::open::{self, Input, PathOrReader};
use super::profile::Profile;
use super::sniff::Head;
use super::store::{Part, Record};
use crate::model::Notification;

/// See [`super::fold`].
pub fn fold(inputs: &[Input], options: &Options) -> Profile {
    let mut collector = Collector::new(caps(options));
    let mut profile = Profile::default();
    let mut notes = Vec::new();
    for input in inputs {
        let (sources, failed) = open::open(input);
        notes.extend(failed.iter().map(|(name, error)| unreadable(name, error)));
        for source in sources {
            notes.extend(read_one(source, options, &mut collector));
        }
    }
    let folded = fold_all(vec![collector], options);
    match folded {
        Ok(folded) => profile.merge(folded),
        Err(error) => notes.push(Notification::error(
            "spill-failed",
            format!("spans were lost: {error}"),
        )),
    }
    profile.merge(Profile {
        notifications: notes,
        ..Profile::default()
    });
    profile
}

fn caps(options: &Options) -> Caps {
    Caps {
        buffered: options.buffered_spans,
        services: options.services,
        facts: options.operations,
    }
}

fn unreadable(name: &str, error: &io::Error) -> Notification {
    Notification::error("trace-unreadable", format!("not read: {error}")).in_file(name)
}

/// Reads one input; gives what went wrong.
fn read_one(source: PathOrReader, options: &Options, sink: &mut Collector) -> Option<Notification> {
    let name = source.name();
    let opened = source
        .reader()
        .and_then(|reader| open::decompress(reader, options.decompressed_bytes));
    let mut reader = match opened {
        Ok(reader) => reader,
        Err(error) => return Some(unreadable(&name, &error)),
    };
    let head = Head::of(&reader.head);
    let Some(format) = FORMATS.iter().find(|format| (format.sniff)(&head)) else {
        let known: Vec<&str> = FORMATS.iter().map(|format| format.id).collect();
        let message = format!("no trace format that is known ({})", known.join(", "));
        return Some(Notification::error("trace-unknown", message).in_file(name));
    };
    told(&name, format, (format.read)(&mut reader, sink))
}

fn told(name: &str, format: &TraceFormat, problems: Problems) -> Option<Notification> {
    let first = problems.first?;
    let message = format!(
        "{} of {} records or documents could not be read as {}; first: {first}",
        problems.count, name, format.id
    );
    Some(
        Notification::warning("trace-damaged", message)
            .in_file(name)
            .at_byte(first.byte()),
    )
}

/// Folds what the collectors hold, partition by partition.
fn fold_all(mut collectors: Vec<Collector>, options: &Options) -> io::Result<Profile> {
    let (classes, maps) = Classes::join(&collectors, options.services, options.operations);
    let mut rejected = std::collections::BTreeMap::<String, u64>::new();
    let mut stores = Vec::new();
    for collector in &mut collectors {
        if let Some(error) = collector.failure.take() {
            return Err(error);
        }
        for (reason, count) in &collector.rejected {
            *rejected.entry((*reason).to_owned()).or_default() += count;
        }
    }
    for collector in collectors {
        stores.push(collector.store.into_parts());
    }
    let mut partitions: Vec<Vec<(usize, Part)>> = Vec::new();
    for (owner, parts) in stores.into_iter().enumerate() {
        for (index, part) in parts.into_iter().enumerate() {
            if partitions.len() <= index {
                partitions.push(Vec::new());
            }
            partitions[index].push((owner, part));
        }
    }
    let chunks: Vec<Vec<Vec<(usize, Part)>>> = split(partitions, rayon::current_num_threads());
    let folders: Vec<io::Result<Profile>> = chunks
        .into_par_iter()
        .map(|partitions| {
            let mut folder = Folder::new(&classes);
            let mut records = Vec::new();
            for parts in partitions {
                gather(parts, &maps, &mut records)?;
                folder.traces(&mut records);
            }
            Ok(Profile::of(&folder.tally, &classes))
        })
        .collect();
    let mut profile = Profile::default();
    for part in folders {
        profile.merge(part?);
    }
    profile.seen.rejected = rejected;
    Ok(profile)
}

fn split<T>(list: Vec<T>, parts: usize) -> Vec<Vec<T>> {
    let mut split: Vec<Vec<T>> = (0..parts.max(1)).map(|_| Vec::new()).collect();
    let count = split.len();
    for (index, item) in list.into_iter().enumerate() {
        split[index % count].push(item);
    }
    split
}

fn gather(
    parts: Vec<(usize, Part)>,
    maps: &[Vec<u32>],
    records: &mut Vec<Record>,
) -> io::Result<()> {
    records.clear();
    for (owner, part) in parts {
        let map = maps.get(owner).map(Vec::as_slice).unwrap_or_default();
        part.drain(|mut record| {
            record.class = map.get(record.class as usize).copied().unwrap_or_default();
            records.push(record);
            Ok(())
        })?;
    }
    Ok(())
}
