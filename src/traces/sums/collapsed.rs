//! Collapsed stacks, one a line: `main;Order.total;sum 12`.
//!
//! In: text of async-profiler, of perf folded, of py-spy (`raw`). Out: stacks in samples.
//! Invariant: a line that is no stack loses itself only.
//! Never: a text of which fewer than four in five lines are stacks.

use std::io::{self, Read};

use super::held::all::Sums;
use super::held::input::lines;
use super::held::kind::SumKind;
use super::held::stacks::Reader;
use super::held::unit::Unit;
use crate::traces::formats::problems::Fault;
use crate::traces::formats::problems::Problems;
use crate::traces::formats::sniff::Head;

/// Collapsed stacks.
pub(super) const KIND: SumKind = SumKind {
    id: "collapsed",
    about: "collapsed stacks of async-profiler, perf or py-spy, `frame;frame count` a line",
    sniff,
    read,
};

/// Of the first whole lines, four of five are stacks and one has several frames.
fn sniff(head: &Head) -> bool {
    const LINES: usize = 64;
    let whole = memchr::memrchr(b'\n', &head.bytes);
    let text = whole.and_then(|end| head.bytes.get(..end));
    let lines = text.unwrap_or(&head.bytes).split(|byte| *byte == b'\n');
    let lines: Vec<&[u8]> = lines
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty())
        .take(LINES)
        .collect();
    let stacks: Vec<&[u8]> = lines
        .iter()
        .filter_map(|line| Some(stack(line)?.0))
        .collect();
    let nested = stacks.iter().any(|stack| stack.contains(&b';'));
    nested && stacks.len() * 5 >= lines.len() * 4
}

/// The frames, root first, and their count.
///
/// The count stands behind the last blank, as names of frames may hold blanks: `a b;c 12` has
/// the frames `a b` and `c`. Lines of JSON are none, whatever they end with.
fn stack(line: &[u8]) -> Option<(&[u8], u128)> {
    let at = line.iter().rposition(u8::is_ascii_whitespace)?;
    let (frames, count) = line.split_at(at);
    let count = count.trim_ascii();
    if !count.iter().all(u8::is_ascii_digit) || count.len() > 19 || line.contains(&0) {
        return None;
    }
    let count = std::str::from_utf8(count).ok()?.parse().ok()?;
    let frames = frames.trim_ascii();
    let json = [&b"{"[..], b"[{", b"[[", b"[\""];
    let json = json.iter().any(|start| frames.starts_with(start));
    (!frames.is_empty() && !json).then_some((frames, count))
}

/// Reads line by line; of a line that is no stack, the place is noted.
fn read(reader: &mut (dyn Read + Send), sums: &mut Sums) -> io::Result<Problems> {
    let (mut stacks, mut problems) = (Reader::default(), Problems::default());
    let fault = lines(reader, |byte, line| match stack(line.trim_ascii()) {
        Some((frames, count)) => {
            let frames: Vec<u32> = frames
                .split(|byte| *byte == b';')
                .filter(|frame| !frame.is_empty())
                .map(|frame| stacks.frame(frame, b""))
                .collect();
            stacks.add(frames.into_iter().rev(), count);
        }
        None if line.trim_ascii().is_empty() || line.starts_with(b"#") => {}
        None => problems.add(Fault::Syntax {
            what: "a line without a stack and its count",
            byte,
        }),
    })?;
    fault.into_iter().for_each(|fault| problems.add(fault));
    sums.take(Unit::Samples, stacks);
    Ok(problems)
}
