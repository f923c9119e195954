//! Reads all inputs and folds their traces.
//!
//! In: inputs and options. Out: [`Profile`].
//! Invariant: the result does not depend on the order of inputs or on threads.
//! Never: a failed input that goes unmentioned.

use std::collections::BTreeSet;

use super::formats::format::TraceFormat;
use super::formats::open::{self, Input, Peeked, Source};
use super::formats::problems::{DAMAGED, Problems};
use super::formats::sniff::Head;
use super::formats::{FORMATS, foreign};
use super::options::Options;
use super::partitions;
use super::parts::{Part, Profiles, stored, summed, unreadable};
use super::profile::encode;
use super::profile::table::{Profile, READ_AS};
use super::spans::collect::Collector;
use super::sums;
use crate::model::{Notification, Severity};

/// See [`super::fold`]; runs on the threads of the pool only, so that they use each other's memory again.
pub(super) fn fold(inputs: &[Input], options: &Options) -> Profile {
    if options.hands() == 1 {
        return fold_here(inputs, options);
    }
    rayon::scope(|_| fold_here(inputs, options))
}

/// Reads and folds on the thread here, and on those that it calls for.
fn fold_here(inputs: &[Input], options: &Options) -> Profile {
    let hands = options.hands();
    let collector = |_| Collector::new(options.caps(hands));
    let mut reading = Reading {
        options,
        collectors: (0..hands).map(collector).collect(),
        profiles: Profiles::new(options.shard),
        notes: Vec::new(),
    };
    inputs.iter().for_each(|input| reading.take(input));
    reading.folded()
}

/// What was read so far.
struct Reading<'o> {
    /// Limits and choices.
    options: &'o Options,
    /// One for each thread that reads.
    collectors: Vec<Collector>,
    /// Profiles and sums among the inputs.
    profiles: Profiles,
    /// What to tell the user.
    notes: Vec<Notification>,
}

impl Reading<'_> {
    /// Reads one input; one that gives nothing is told.
    ///
    /// An input without spans is an error of its own only if no other error explains it.
    fn take(&mut self, input: &Input) {
        let (sources, failed) = open::open(input);
        let failed = failed.iter().map(|(name, error)| unreadable(name, error));
        self.notes.extend(failed);
        let (before, told) = (self.count(), self.notes.len());
        let mut derived = BTreeSet::new();
        for source in sources {
            match read_one(source, self.options, &mut self.collectors, &mut derived) {
                Ok(found) => found.into_iter().for_each(|part| self.profiles.take(part)),
                Err(note) => self.notes.push(note),
            }
        }
        let read_as = |about: &str| {
            let message = format!("read as {about}");
            Notification::note(READ_AS, message).in_file(input.name())
        };
        self.notes.extend(derived.into_iter().map(read_as));
        let explained = |note: &Notification| note.severity == Severity::Error;
        if self.count() == before && !self.notes[told..].iter().any(explained) {
            self.notes.push(nothing(input));
        }
    }

    /// Spans and profiles.
    fn count(&self) -> u64 {
        read_spans(&self.collectors) + self.profiles.count
    }

    /// All of it in one profile.
    ///
    /// The limits on names come last, over the sum of all: names that one part drops may be kept
    /// by the whole.
    fn folded(self) -> Profile {
        let (mut profile, mut notes) = (self.profiles.sum, self.notes);
        notes.extend(self.profiles.notes);
        if self.options.may_be_empty() {
            notes.retain(|note| !matches!(&*note.kind, NOTHING | "trace-empty"));
        }
        match partitions::fold(self.collectors, self.options) {
            Ok(folded) => profile.merge(folded),
            Err(error) => {
                let message = format!("spans were lost: {error}");
                notes.push(Notification::error("spill-failed", message));
            }
        }
        let shard = self.options.shard;
        profile.merge(Profile {
            notifications: notes,
            shards: shard
                .map(|it| (it.count, [it.index].into()))
                .into_iter()
                .collect(),
            ..Profile::default()
        });
        profile.limited(self.options.services, self.options.operations)
    }
}

/// Kind of the note that an input has no span.
const NOTHING: &str = "trace-nothing";

/// What a user is told of an input that gives nothing.
fn nothing(input: &Input) -> Notification {
    let message = "no span was read from it (--allow-empty if it may have none)";
    Notification::error(NOTHING, message).in_file(input.name())
}

/// Reads one input into the collectors; a profile is given back. The error says what went wrong.
/// A format whose kinds and peers were derived is noted in `derived`.
///
/// The head decides what the input is: a stored profile, nothing, sums, or a format of spans.
/// In a folder, foreign files are to be expected: what is wrong with them is a note, and no
/// error.
fn read_one(
    source: Source,
    options: &Options,
    sinks: &mut [Collector],
    derived: &mut BTreeSet<&'static str>,
) -> Result<Vec<Part>, Notification> {
    let (name, named) = (source.name(), !matches!(source, Source::Found(..)));
    let opened = source
        .reader()
        .and_then(|reader| open::decompress(reader, options.decompressed_bytes));
    let mut reader = opened.map_err(|error| unreadable(&name, &error))?;
    // In a folder that was given, other files may lie, too.
    let found = |note: Notification, severity| Notification {
        severity: if named { note.severity } else { severity },
        ..note.in_file(name.as_str())
    };
    if reader.head.starts_with(encode::PREFIX) {
        return stored(reader, &name, options);
    }
    if reader.head.trim_ascii().is_empty() {
        let message = "has no record (--allow-empty if it may have none)";
        let note = Notification::error("trace-empty", message);
        return Err(found(note, Severity::Warning));
    }
    if let Some(kind) = sums::recognised(&Head::of(&reader.head)) {
        let part = summed(kind, &mut reader, &name).map(|part| vec![part]);
        return part.map_err(|note| found(note, Severity::Note));
    }
    let note = match recognised(&mut reader) {
        Some(format) => read_as(format, &mut reader, sinks, derived),
        None => Some(Notification::error("trace-unknown", refusal(&reader.head))),
    };
    note.map_or(Ok(Vec::new()), |note| Err(found(note, Severity::Note)))
}

/// Reads an input of spans; the note says what is damaged, or why there is no span.
fn read_as(
    format: &'static TraceFormat,
    reader: &mut Peeked,
    sinks: &mut [Collector],
    derived: &mut BTreeSet<&'static str>,
) -> Option<Notification> {
    let start: Vec<u8> = reader.head.iter().copied().take(64 << 10).collect();
    let before = read_spans(sinks);
    let problems = (format.read)(reader, sinks);
    if read_spans(sinks) == before {
        return Some(unused(format, &problems, &start));
    }
    if problems.derived {
        derived.insert(format.about);
    }
    problems.note(format.id)
}

/// Why an input of a known format gave no span.
fn unused(format: &TraceFormat, problems: &Problems, start: &[u8]) -> Notification {
    let (id, has) = (format.id, |word: &str| {
        memchr::memmem::find(start, word.as_bytes()).is_some()
    });
    let otlp = has("resourceSpans") || has("resource_spans");
    match (foreign::name(start).filter(|_| !otlp), &problems.first) {
        (Some(name), _) => {
            let message = format!("looks like {name}, a format which is not read");
            Notification::error("trace-unknown", message)
        }
        (None, Some(first)) => {
            let message = format!("could not be read as {id}, and gave no span; first: {first}");
            Notification::error(DAMAGED, message).at_byte(first.byte())
        }
        (None, None) => {
            let message = format!(
                "was read as {id}, and has no span that can be used (--allow-empty if it may have none)"
            );
            Notification::error(NOTHING, message)
        }
    }
}

/// Spans read so far.
fn read_spans(sinks: &[Collector]) -> u64 {
    sinks.iter().map(|sink| sink.spans).sum()
}

/// The format of the first record that has one; what stands before it is foreign.
///
/// The start of an input is looked at first; only if no format has it, the records further on
/// are, and more of the input is read as long as that helps.
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
