//! Profiles of pprof (`profile.proto`), as Go and many others write them.
//!
//! In: one message of protobuf, unpacked. Out: stacks in one of its sample types.
//! Invariant: a sample, location or function that is broken loses itself only.
//! Never: addresses; a location without a function is a frame without a place.

use std::collections::BTreeMap;
use std::io::{self, Read};

use rustc_hash::FxHashMap;

use super::held::all::Sums;
use super::held::input::whole;
use super::held::kind::SumKind;
use super::held::stacks::{FrameId, Reader};
use super::held::unit::Unit;
use crate::source::wire::{self, Value, fields, varint};
use crate::traces::formats::problems::Fault;
use crate::traces::formats::problems::Problems;
use crate::traces::formats::sniff::Head;

/// pprof.
pub(super) const KIND: SumKind = SumKind {
    id: "pprof",
    about: "pprof profiles (`profile.pb.gz`) of Go, of Rust, of Node and others",
    sniff,
    read,
};

/// Fields of `Profile`.
mod field {
    pub(super) const SAMPLE_TYPE: u64 = 1;
    pub(super) const SAMPLE: u64 = 2;
    pub(super) const LOCATION: u64 = 4;
    pub(super) const FUNCTION: u64 = 5;
    pub(super) const STRING: u64 = 6;
    pub(super) const DEFAULT: u64 = 14;
}

/// The first field is a sample type of two small numbers, and what follows are fields of a profile.
///
/// A few bytes prove little, so the fields that follow must have the types of a profile, too.
fn sniff(head: &Head) -> bool {
    let mut known = fields(&head.bytes).take_while(Result::is_ok).flatten();
    let starts = known.next().is_some_and(|(number, value)| {
        number == field::SAMPLE_TYPE && value_type(value.bytes()).is_some()
    });
    let (mut samples, mut text) = (false, false);
    let fits = known.all(|(number, value)| {
        samples |= matches!(number, field::SAMPLE | field::LOCATION | field::STRING);
        text |= number == field::STRING;
        let message = matches!(value, Value::Bytes(_));
        match number {
            1..=6 | 11 | 13 => message || number == 13,
            7..=10 | 12 | 14 | 15 => !message || number == 13,
            _ => false,
        }
    });
    starts && fits && (samples || text)
}

/// The numbers of the texts of type and unit.
fn value_type(message: &[u8]) -> Option<(u64, u64)> {
    let (mut kind, mut unit) = (0, 0);
    for field in fields(message) {
        match field.ok()? {
            (1, Value::Number(number)) => kind = number,
            (2, Value::Number(number)) => unit = number,
            _ => return None,
        }
    }
    (kind < 1 << 20 && unit < 1 << 20).then_some((kind, unit))
}

/// The numbers of a repeated field, packed or not.
fn numbers(value: Value<'_>, into: &mut Vec<u64>) -> Result<(), wire::Broken> {
    match value {
        Value::Number(number) => into.push(number),
        Value::Bytes(mut packed) => {
            while !packed.is_empty() {
                into.push(varint(&mut packed).ok_or(wire::Broken)?);
            }
        }
    }
    Ok(())
}

/// The parts of a profile, by their numbers.
#[derive(Default)]
struct Tables<'a> {
    /// Sample types: numbers of the texts of type and unit.
    types: Vec<(u64, u64)>,
    /// Number of the text that names the type to be shown.
    default: u64,
    /// Texts by number; the first is empty.
    texts: Vec<&'a [u8]>,
    /// Functions by id: numbers of the texts of name, system name and file.
    functions: FxHashMap<u64, (u64, u64, u64)>,
    /// Functions of each location by its id, that next to the leaf first.
    locations: BTreeMap<u64, Vec<u64>>,
    /// Samples, not yet read.
    samples: Vec<&'a [u8]>,
}

impl<'a> Tables<'a> {
    /// Takes one field of the profile; the order of fields is free.
    fn take(&mut self, number: u64, value: Value<'a>) -> Result<(), wire::Broken> {
        match number {
            field::SAMPLE_TYPE => self
                .types
                .push(value_type(value.bytes()).ok_or(wire::Broken)?),
            field::SAMPLE => self.samples.push(value.bytes()),
            field::STRING => self.texts.push(value.bytes()),
            field::DEFAULT => self.default = value.number(),
            field::FUNCTION => self.function(value.bytes())?,
            field::LOCATION => self.location(value.bytes())?,
            _ => {}
        }
        Ok(())
    }

    /// Takes a function.
    fn function(&mut self, message: &[u8]) -> Result<(), wire::Broken> {
        let (mut id, mut name, mut system, mut file) = (0, 0, 0, 0);
        for field in fields(message) {
            match field? {
                (1, value) => id = value.number(),
                (2, value) => name = value.number(),
                (3, value) => system = value.number(),
                (4, value) => file = value.number(),
                _ => {}
            }
        }
        self.functions.insert(id, (name, system, file));
        Ok(())
    }

    /// Lines of a location are calls that were inlined: the first one is next to the leaf.
    fn location(&mut self, message: &[u8]) -> Result<(), wire::Broken> {
        let (mut id, mut called) = (0, Vec::new());
        for entry in fields(message) {
            match entry? {
                (1, value) => id = value.number(),
                (4, line) => {
                    let ids = fields(line.bytes()).flatten();
                    let function = ids.filter(|(number, _)| *number == 1).last();
                    called.extend(function.map(|(_, value)| value.number()));
                }
                _ => {}
            }
        }
        self.locations.insert(id, called);
        Ok(())
    }

    /// The text with that number; empty where it is not there.
    fn text(&self, number: u64) -> &'a [u8] {
        let at = usize::try_from(number).ok();
        at.and_then(|at| self.texts.get(at))
            .copied()
            .unwrap_or_default()
    }

    /// The sample type that counts: time on a processor, else samples, else what was allocated, else the last.
    fn chosen(&self) -> Option<(usize, Unit)> {
        let name = |number| String::from_utf8_lossy(self.text(number)).into_owned();
        let types = self
            .types
            .iter()
            .map(|(kind, unit)| (name(*kind), name(*unit)));
        let types: Vec<(String, String)> = types.collect();
        let wanted = name(self.default);
        let rank = |(kind, unit): &(String, String)| match (kind.as_str(), unit.as_str()) {
            ("cpu", "nanoseconds") => 6,
            (_, "nanoseconds") => 5,
            ("samples" | "cpu", _) => 4,
            ("alloc_space", _) => 3,
            (kind, "bytes") if kind.starts_with("alloc") => 2,
            (kind, _) if !wanted.is_empty() && kind == wanted => 1,
            _ => 0,
        };
        let places = types.iter().enumerate();
        let (at, (kind, unit)) = places.max_by_key(|(at, row)| (rank(row), *at))?;
        Some((at, Unit::named(kind, unit)))
    }

    /// Whether a text that something names is not there, as in a profile that is cut off.
    fn lacks(&self, number: u64) -> bool {
        number >= self.texts.len() as u64 && number > 0
    }

    /// The name of a function and its file; nothing where it, or its name, is not there.
    fn named(&self, id: u64) -> Option<(u64, u64)> {
        let (name, system, file) = self.functions.get(&id).copied()?;
        let name = if name == 0 { system } else { name };
        (!self.lacks(name)).then_some((name, file))
    }

    /// Puts the stacks together; `None` without a sample type that can be named.
    ///
    /// Texts stand last in many profiles, and are lost first where one is cut off: how many names
    /// are missing is told.
    fn read(&self, problems: &mut Problems) -> Option<(Unit, Reader)> {
        let (at, unit) = self.chosen()?;
        let samples = self.samples.len();
        if self
            .types
            .get(at)
            .is_some_and(|(kind, unit)| self.lacks(*kind.max(unit)))
        {
            let told = format!("the unit and the names of {samples} samples are lost");
            problems.told.push(told);
            return None;
        }
        let (mut reader, mut lost) = (Reader::default(), 0_usize);
        let nameless = reader.frame(b"", b"");
        let mut frames = Frames {
            known: FxHashMap::default(),
            nameless,
            missing: 0,
        };
        for (location, called) in &self.locations {
            let frame = |id: &u64| {
                let named = self.named(*id);
                frames.missing += u64::from(named.is_none());
                let (name, file) = named.unwrap_or_default();
                reader.frame(self.text(name), self.text(file))
            };
            let mut called: Vec<FrameId> = called.iter().map(frame).collect();
            called.extend(called.is_empty().then_some(nameless));
            frames.known.insert(*location, called);
        }
        for sample in &self.samples {
            if add(sample, at, &mut frames, &mut reader).is_err() {
                problems.add(broken("a sample that is broken"));
                lost += 1;
            }
        }
        let (kept, missing) = (samples - lost, frames.missing);
        let told =
            format!("{kept} samples were kept, {lost} and {missing} names of frames are lost");
        problems.told.push(told);
        Some((unit, reader))
    }
}

/// The frames of locations.
struct Frames {
    /// Frames by location; of one with inlined calls several.
    known: FxHashMap<u64, Vec<FrameId>>,
    /// What stands for a location that is not there, or that has no function.
    nameless: FrameId,
    /// Functions and locations that are not there.
    missing: u64,
}

/// Adds a sample with its value number `at`; a negative one, as differences have, counts nothing.
fn add(
    sample: &[u8],
    at: usize,
    frames: &mut Frames,
    reader: &mut Reader,
) -> Result<(), wire::Broken> {
    let (mut locations, mut values) = (Vec::new(), Vec::new());
    for field in fields(sample) {
        match field? {
            (1, value) => numbers(value, &mut locations)?,
            (2, value) => numbers(value, &mut values)?,
            _ => {}
        }
    }
    let weight = values.get(at).copied().ok_or(wire::Broken)?;
    let weight = i64::try_from(weight).unwrap_or_default();
    for id in &locations {
        let nameless = frames.nameless;
        frames.known.entry(*id).or_insert_with(|| {
            frames.missing += 1;
            vec![nameless]
        });
    }
    let stack = locations.iter().filter_map(|id| frames.known.get(id));
    reader.add(stack.flatten().copied(), u128::from(weight.unsigned_abs()));
    Ok(())
}

/// The problem of a broken part.
const fn broken(what: &'static str) -> Fault {
    Fault::Syntax { what, byte: 0 }
}

/// Reads a whole profile.
fn read(reader: &mut (dyn Read + Send), sums: &mut Sums) -> io::Result<Problems> {
    let (bytes, mut problems) = whole(reader)?;
    let mut tables = Tables::default();
    for entry in fields(&bytes) {
        match entry.map(|(number, value)| tables.take(number, value)) {
            Ok(Ok(())) => {}
            Ok(Err(wire::Broken)) => problems.add(broken("a part of the profile is broken")),
            Err(wire::Broken) => problems.add(Fault::Truncated {
                byte: bytes.len() as u64,
            }),
        }
    }
    if let Some((unit, stacks)) = tables.read(&mut problems) {
        sums.take(unit, stacks);
    }
    Ok(problems)
}
