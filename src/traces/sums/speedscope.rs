//! Profiles of speedscope, evented and sampled.
//!
//! In: JSON with `shared.frames` and `profiles`. Out: stacks in the unit of the profiles.
//! Invariant: an event that closes another frame than the open one closes down to its own.
//! Never: two units added up.

use std::io::{self, Read};

use serde::Deserialize;

use super::held::all::Sums;
use super::held::input::{Loose, each_document};
use super::held::kind::SumKind;
use super::held::stacks::{FrameId, Reader};
use super::held::unit::Unit;
use crate::traces::formats::problems::Fault;
use crate::traces::formats::problems::Problems;
use crate::traces::formats::sniff::Head;

/// speedscope.
pub(super) const KIND: SumKind = SumKind {
    id: "speedscope",
    about: "profiles in the format of speedscope, evented or sampled (py-spy, rbspy, 0x and others)",
    sniff,
    read,
};

/// Either list may come first and go on past the head.
fn sniff(head: &Head) -> bool {
    let has = |word: &str| memchr::memmem::find(&head.bytes, word.as_bytes()).is_some();
    let frames = head.holds(&["shared"]) && has("\"frames\"");
    let profiles = head.holds(&["profiles"]) && has("\"type\"") && has("\"unit\"");
    !head.array && (frames || profiles)
}

/// A file.
#[derive(Deserialize)]
struct File {
    /// What its profiles share.
    #[serde(default)]
    shared: Shared,
    /// Its profiles, mostly one for each thread.
    #[serde(default)]
    profiles: Vec<Loose<Recording>>,
}

/// What profiles share.
#[derive(Default, Deserialize)]
struct Shared {
    /// Frames, which profiles refer to by position.
    #[serde(default)]
    frames: Vec<Loose<Frame>>,
}

/// A frame.
#[derive(Deserialize)]
struct Frame {
    /// Its name.
    #[serde(default)]
    name: String,
    /// Its file, if it is told.
    #[serde(default)]
    file: Option<String>,
}

/// A profile.
#[derive(Deserialize)]
struct Recording {
    /// Its name.
    #[serde(default)]
    name: String,
    /// What its weights count.
    #[serde(default)]
    unit: String,
    /// Frames of each sample, the root first.
    #[serde(default)]
    samples: Vec<Vec<usize>>,
    /// Weight of each sample.
    #[serde(default)]
    weights: Vec<f64>,
    /// Frames that open and close, in order of time.
    #[serde(default)]
    events: Vec<Event>,
}

/// A frame that opens or closes.
#[derive(Deserialize)]
struct Event {
    /// `O` or `C`.
    r#type: String,
    /// Position of the frame.
    frame: usize,
    /// When, in the unit of the profile.
    at: f64,
}

/// The unit, and by what weights are multiplied to be whole.
///
/// Times become nanoseconds. A profile whose name says `wall` has time that passed, any other
/// time on a processor.
fn unit(recording: &Recording) -> (Unit, f64) {
    let scale = match recording.unit.as_str() {
        "nanoseconds" => 1.0,
        "microseconds" => 1e3,
        "milliseconds" => 1e6,
        "seconds" => 1e9,
        _ => {
            let what = if recording.unit == "bytes" {
                ""
            } else {
                "samples"
            };
            return (Unit::named(what, &recording.unit), 1.0);
        }
    };
    let wall = recording.name.to_ascii_lowercase().contains("wall");
    (if wall { Unit::Wall } else { Unit::Cpu }, scale)
}

/// A weight as a whole number; what is no number, or negative, is nothing.
fn scaled(weight: f64, scale: f64) -> u128 {
    let value = (weight * scale).round();
    if value.is_finite() && value > 0.0 {
        value as u128
    } else {
        0
    }
}

/// Reads one file after another.
fn read(reader: &mut (dyn Read + Send), sums: &mut Sums) -> io::Result<Problems> {
    each_document(reader, |file: File, problems| {
        take(&file, sums, problems);
    })
}

/// Frames by their place in the list.
struct Frames {
    /// Numbers of the frames, in the order of the file.
    known: Vec<FrameId>,
    /// What stands for a frame that is not there.
    nameless: FrameId,
}

impl Frames {
    /// The frame at `at`; one without a name where the list is cut off.
    fn of(&self, at: usize) -> FrameId {
        self.known.get(at).copied().unwrap_or(self.nameless)
    }
}

/// Takes the profiles of a file; each is summed up under its own unit.
fn take(file: &File, sums: &mut Sums, problems: &mut Problems) {
    if file.shared.frames.is_empty() {
        return problems
            .told
            .push("the names of frames are lost".to_owned());
    }
    let mut kept = 0;
    for recording in &file.profiles {
        let Some(recording) = recording.good() else {
            problems.add(Fault::Syntax {
                what: "a profile in it has another shape",
                byte: 0,
            });
            continue;
        };
        let mut stacks = Reader::default();
        let frame = |frame: &Loose<Frame>| match frame.good() {
            Some(frame) => stacks.frame(
                frame.name.as_bytes(),
                frame.file.as_deref().unwrap_or_default().as_bytes(),
            ),
            None => stacks.frame(b"", b""),
        };
        let known: Vec<FrameId> = file.shared.frames.iter().map(frame).collect();
        let frames = Frames {
            nameless: stacks.frame(b"", b""),
            known,
        };
        let (unit, scale) = match unit(recording) {
            // A weight may be cut off; what is counted then is no time.
            _ if recording.weights.is_empty() && recording.events.is_empty() => {
                (Unit::Samples, 1.0)
            }
            unit => unit,
        };
        sampled(recording, &frames, scale, &mut stacks);
        evented(recording, &frames, scale, &mut stacks);
        kept += stacks.added;
        sums.take(unit, stacks);
    }
    problems.told.push(format!("{kept} samples were kept"));
}

/// Samples are stacks, the root first; without weights each counts one.
fn sampled(recording: &Recording, frames: &Frames, scale: f64, stacks: &mut Reader) {
    for (at, sample) in recording.samples.iter().enumerate() {
        let weight = match recording.weights.get(at) {
            Some(weight) => scaled(*weight, scale),
            None if recording.weights.is_empty() => 1,
            None => 0,
        };
        let leaf_first = sample.iter().rev().map(|at| frames.of(*at));
        stacks.add(leaf_first, weight);
    }
}

/// Frames open and close; the time between two events belongs to the frames that are open.
///
/// A frame that closes closes all that were opened above it. An event that is dated before
/// the last one takes no time.
fn evented(recording: &Recording, frames: &Frames, scale: f64, stacks: &mut Reader) {
    let (mut open, mut last): (Vec<usize>, Option<f64>) = (Vec::new(), None);
    for event in &recording.events {
        let passed = scaled(last.map_or(0.0, |last| event.at - last), scale);
        let leaf_first = open.iter().rev().map(|at| frames.of(*at));
        stacks.add(leaf_first, passed);
        last = Some(last.map_or(event.at, |last| last.max(event.at)));
        match event.r#type.as_str() {
            "O" => open.push(event.frame),
            "C" => {
                if let Some(at) = open.iter().rposition(|frame| *frame == event.frame) {
                    open.truncate(at);
                }
            }
            _ => {}
        }
    }
}
