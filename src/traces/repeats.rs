//! The same operation called again and again within one visit, and retries.
//!
//! In: the trace at hand. Out: sums of repeated calls.
//! Invariant: calls are grouped by visit, callee and operation.
//! Never: calls within one service.

use super::class::Name;
use super::fold::Folder;
use super::span::flags;
use super::store::Record;

/// Adds the repeated calls of the trace to the sums.
pub(super) fn record(folder: &mut Folder<'_>) {
    let trace = folder.id();
    let mut calls: Vec<(u32, Name, Name, u64, u32)> = Vec::new();
    let mut fan_out = 0;
    for (number, made) in folder
        .made
        .iter()
        .enumerate()
        .filter(|(_, made)| made.key.caller != made.key.callee)
    {
        let visit = folder.visits.entry[made.from as usize];
        let start = folder.tree.span(made.span).start;
        calls.push((
            visit,
            made.key.callee,
            made.key.operation,
            start,
            number as u32,
        ));
    }
    calls.sort_unstable();
    for visit in calls.chunk_by(|left, right| left.0 == right.0) {
        fan_out = fan_out.max(visit.len() as u32);
        for group in visit.chunk_by(|left, right| (left.1, left.2) == (right.1, right.2)) {
            let [(visit, callee, operation, ..), _, ..] = group else {
                continue;
            };
            let retries = retries(folder, group);
            let key = (folder.service(*visit), *callee, *operation);
            let sums = folder.tally.repeats.entry(key).or_default();
            sums.visits += 1;
            sums.calls += group.len() as u64;
            sums.most = sums.most.max(group.len() as u64);
            sums.retries += retries;
            if sums.example == [0, 0] || trace < sums.example {
                sums.example = trace;
            }
        }
    }
    *folder.tally.fan_outs.entry(fan_out).or_default() += 1;
}

/// Calls that follow a failed one without overlap, or say that they were sent again.
fn retries(folder: &Folder<'_>, group: &[(u32, Name, Name, u64, u32)]) -> u64 {
    let made = |number: u32| &folder.made[number as usize];
    let span = |number: u32| -> &Record { folder.tree.span(made(number).span) };
    let resent = |number: u32| {
        span(number).has(flags::RESEND) || folder.tree.span(made(number).from).has(flags::RESEND)
    };
    let again = group.windows(2).filter(|pair| {
        let (before, after) = (pair[0].4, pair[1].4);
        resent(after) || (made(before).failed && span(before).end() <= span(after).start)
    });
    again.count() as u64
}
