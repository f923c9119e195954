//! Reads all inputs and folds their traces.
//!
//! In: inputs and options. Out: [`Profile`].
//! Invariant: the result does not depend on the order of inputs or on threads.
//! Never: a failed input that goes unmentioned.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use rayon::prelude::*;

use super::formats::format::TraceFormat;
use super::formats::open::{self, Input, Peeked, Source};
use super::formats::problems::Problems;
use super::formats::sniff::Head;
use super::formats::{FORMATS, foreign};
use super::options::Options;
use super::parts::{Part, Profiles, stored, summed, unreadable};
use super::profile::encode;
use super::profile::folder::Folder;
use super::profile::long::Long;
use super::profile::table::{Profile, READ_AS};
use super::spans::class::Name;
use super::spans::classes::Classes;
use super::spans::collect::{Caps, Collector};
use super::spans::store::{self, Record, Store};
use super::sums;
use crate::model::{Notification, Severity};

/// See [`super::profile::fold`]; runs on the threads of the pool only, so that they use each other's memory again.
pub(super) fn fold(inputs: &[Input], options: &Options) -> Profile {
    if threads(options) == 1 {
        return fold_here(inputs, options);
    }
    rayon::scope(|_| fold_here(inputs, options))
}

fn fold_here(inputs: &[Input], options: &Options) -> Profile {
    let threads = threads(options);
    let mut collectors: Vec<Collector> = (0..threads)
        .map(|_| Collector::new(caps(options, threads)))
        .collect();
    let mut profile = Profile::default();
    let mut notes = Vec::new();
    let mut profiles = Profiles::default();
    for input in inputs {
        let (sources, failed) = open::open(input);
        notes.extend(failed.iter().map(|(name, error)| unreadable(name, error)));
        let (before, told) = (read_spans(&collectors) + profiles.count, notes.len());
        let mut derived = BTreeSet::new();
        for source in sources {
            match read_one(source, options, &mut collectors, &mut derived) {
                Ok(found) => found.into_iter().for_each(|found| profiles.take(found)),
                Err(note) => notes.push(note),
            }
        }
        let read_as = |about: &str| {
            let message = format!("read as {about}");
            Notification::note(READ_AS, message).in_file(input.name())
        };
        notes.extend(derived.into_iter().map(read_as));
        let explained = |note: &Notification| note.severity == Severity::Error;
        let empty = read_spans(&collectors) + profiles.count == before;
        if empty && !notes[told..].iter().any(explained) {
            notes.push(nothing(input));
        }
    }
    profile.merge(profiles.sum);
    notes.append(&mut profiles.notes);
    if options.allow_empty {
        notes.retain(|note| !matches!(&*note.kind, NOTHING | "trace-empty"));
    }
    match fold_all(collectors, options) {
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

/// Kind of the note that an input has no span.
const NOTHING: &str = "trace-nothing";

fn nothing(input: &Input) -> Notification {
    let message = "no span was read from it (--allow-empty if it may have none)";
    Notification::error(NOTHING, message).in_file(input.name())
}

fn threads(options: &Options) -> usize {
    match options.threads {
        0 => std::thread::available_parallelism()
            .map_or(1, usize::from)
            .min(8),
        threads => threads,
    }
}

fn caps(options: &Options, threads: usize) -> Caps {
    let (services, facts) = (options.services, options.operations);
    Caps {
        buffered: options.buffered_spans / threads,
        services,
        facts,
    }
}

/// Reads one input into the collectors; a profile is given back. The error says what went wrong.
/// A format whose kinds and peers were derived is noted in `derived`.
fn read_one(
    source: Source,
    options: &Options,
    sinks: &mut [Collector],
    derived: &mut BTreeSet<&'static str>,
) -> Result<Vec<Part>, Notification> {
    let (name, named) = (source.name(), !matches!(source, Source::Found(_)));
    let opened = source
        .reader()
        .and_then(|reader| open::decompress(reader, options.decompressed_bytes));
    let mut reader = opened.map_err(|error| unreadable(&name, &error))?;
    if reader.head.starts_with(encode::PREFIX) {
        return stored(reader, &name, options);
    }
    if reader.head.trim_ascii().is_empty() {
        let message = "has no record (--allow-empty if it may have none)";
        let note = if named {
            Notification::error("trace-empty", message)
        } else {
            Notification::warning("trace-empty", message)
        };
        return Err(note.in_file(name));
    }
    if let Some(kind) = sums::recognised(&Head::of(&reader.head)) {
        let part = summed(kind, &mut reader, &name);
        // In a folder that was given, other files may lie, too.
        return part.map(|part| vec![part]).map_err(|note| Notification {
            severity: if named { note.severity } else { Severity::Note },
            ..note
        });
    }
    let Some(format) = recognised(&mut reader) else {
        let message = refusal(&reader.head);
        let note = if named {
            Notification::error("trace-unknown", message)
        } else {
            Notification::note("trace-unknown", message)
        };
        return Err(note.in_file(name));
    };
    let start: Vec<u8> = reader.head.iter().copied().take(64 << 10).collect();
    let before = read_spans(sinks);
    let problems = (format.read)(&mut reader, sinks);
    let nothing = read_spans(sinks) == before;
    if !nothing {
        if problems.derived {
            derived.insert(format.about);
        }
        return told(&name, format, problems).map_or(Ok(Vec::new()), Err);
    }
    let (kind, message) = unused(format, &problems, &start);
    let note = if named {
        Notification::error(kind, message)
    } else {
        Notification::note(kind, message)
    };
    Err(note.in_file(name))
}

/// Why an input of a known format gave no span.
fn unused(format: &TraceFormat, problems: &Problems, start: &[u8]) -> (&'static str, String) {
    let otlp = ["resourceSpans", "resource_spans"];
    let otlp = otlp
        .iter()
        .any(|word| memchr::memmem::find(start, word.as_bytes()).is_some());
    let id = format.id;
    match (foreign::name(start).filter(|_| !otlp), &problems.first) {
        (Some(name), _) => (
            "trace-unknown",
            format!("looks like {name}, a format which is not read"),
        ),
        (None, Some(first)) => (
            NOTHING,
            format!("could not be read as {id}, and gave no span; first: {first}"),
        ),
        (None, None) => (
            NOTHING,
            format!(
                "was read as {id}, and has no span that can be used (--allow-empty if it may have none)"
            ),
        ),
    }
}

/// Spans read so far.
fn read_spans(sinks: &[Collector]) -> u64 {
    sinks.iter().map(|sink| sink.spans).sum()
}

/// The format of the first record that has one; what stands before it is foreign.
fn recognised(reader: &mut Peeked) -> Option<&'static TraceFormat> {
    let fits = |head: &Head| FORMATS.iter().find(|format| (format.sniff)(head));
    if let Some(format) = fits(&Head::of(&reader.head)) {
        return Some(format);
    }
    loop {
        let found = Head::sample(&reader.head).iter().find_map(fits);
        if found.is_some() || !reader.more() {
            return found;
        }
    }
}

/// Why an input is not read.
fn refusal(head: &[u8]) -> String {
    let known: Vec<&str> = FORMATS.iter().map(|format| format.id).collect();
    let known = known.join(", ");
    match foreign::name(head) {
        Some(name) => format!("looks like {name}, a format which is not read ({known} are)"),
        None => format!("no trace format that is known ({known})"),
    }
}

fn told(name: &str, format: &TraceFormat, problems: Problems) -> Option<Notification> {
    let first = problems.first?;
    let (count, id) = (problems.count, format.id);
    let message =
        format!("{count} places could not be read as {id}, the rest was kept; first: {first}");
    Some(
        Notification::warning("trace-damaged", message)
            .in_file(name)
            .at_byte(first.byte()),
    )
}

/// One partition: its parts, with the number of the collector that each comes from.
type Partition = Vec<(usize, store::Part)>;

/// Folds what the collectors hold, partition by partition.
fn fold_all(mut collectors: Vec<Collector>, options: &Options) -> io::Result<Profile> {
    let (classes, maps) = Classes::join(&collectors, caps(options, 1), options.sampling_ratio);
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
    let threads = threads(options);
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
