//! The same operation called again and again within one visit, and retries.
//!
//! In: the trace at hand. Out: sums of repeated calls.
//! Invariant: calls are grouped by visit, callee and operation.
//! Never: calls within one service.

use super::folder::Folder;
use super::tally::earliest;
use crate::traces::spans::class::Name;
use crate::traces::spans::span::flags;
use crate::traces::spans::store::Record;
use crate::traces::tree::link::SpanIndex;

/// Visit, callee, operation, and the number of the call.
type Call = (SpanIndex, Name, Name, u32);

/// Adds the repeated calls of the trace to the sums.
///
/// Within one visit, five calls of `GET /items/{}` to `stock` are one repeated call of five.
/// Calls that stand alone are not kept. The largest number of calls out of one visit is kept
/// for each trace.
pub(in crate::traces) fn record(folder: &mut Folder<'_>) {
    let trace = folder.trace.id();
    let mut calls: Vec<Call> = Vec::with_capacity(folder.made.len());
    let mut fan_out = 0;
    for (number, made) in folder.made.iter().enumerate() {
        let key = folder.key(made);
        if key.leaves() {
            let visit = folder.trace.visits.entry[made.from];
            calls.push((visit, key.callee, key.operation, number as u32));
        }
    }
    calls.sort_unstable();
    for visit in calls.chunk_by_mut(|left, right| left.0 == right.0) {
        fan_out = fan_out.max(visit.len() as u32);
        for group in visit.chunk_by_mut(|left, right| (left.1, left.2) == (right.1, right.2)) {
            let &mut [(visit, callee, operation, _), _, ..] = group else {
                continue;
            };
            let start = |number: u32| {
                folder
                    .trace
                    .tree
                    .span(folder.made[number as usize].span)
                    .start
            };
            group.sort_unstable_by_key(|call| (start(call.3), call.3));
            let retries = retries(folder, group);
            let key = (folder.trace.service(visit), callee, operation);
            let sums = folder.tally.repeats.entry(key).or_default();
            sums.visits += 1;
            sums.calls += group.len() as u64;
            sums.most = sums.most.max(group.len() as u64);
            sums.retries += retries;
            earliest(&mut sums.example, trace);
        }
    }
    *folder.tally.fan_outs.entry(fan_out).or_default() += 1;
}

/// Calls that follow a failed one without overlap, or say that they were sent again.
///
/// Calls are in order of their start. A failed call that is followed by another one only
/// after its end was tried again; overlapping ones were sent side by side.
fn retries(folder: &Folder<'_>, group: &[Call]) -> u64 {
    let made = |number: u32| &folder.made[number as usize];
    let span = |number: u32| -> &Record { folder.trace.tree.span(made(number).span) };
    let resent = |number: u32| {
        span(number).has(flags::RESEND)
            || folder.trace.tree.span(made(number).from).has(flags::RESEND)
    };
    let again = group.windows(2).filter(|pair| {
        let (before, after) = (pair[0].3, pair[1].3);
        resent(after) || (made(before).failed && span(before).end() <= span(after).start)
    });
    again.count() as u64
}
