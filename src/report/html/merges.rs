//! What a merge of two services gains and costs, as rows.
//!
//! In: a [`Merge`]. Out: names and values.
//! Invariant: before and after in one row; unknown reads as a dash.
//! Never: an estimate that does not call itself one.

use crate::analysis::{Boundary, Merge, State};
use crate::report::view::names::{UNKNOWN, count, decimal, percent};

type Rows = Vec<(&'static str, String)>;

/// What speaks for the merge, most convincing first.
pub(super) fn gains(merge: &Merge) -> Rows {
    let both = |value: fn(&State) -> Option<f64>| match (value(&merge.before), value(&merge.after))
    {
        (Some(before), Some(after)) => format!("{} → {}", decimal(before), decimal(after)),
        _ => unknown(),
    };
    let cycles = format!(
        "{} → {}",
        merge.before.cycles.len(),
        merge.after.cycles.len()
    );
    let tables = match merge.tables_no_longer_shared.as_slice() {
        [] => "none".to_owned(),
        tables => tables.join(", "),
    };
    let saved = merge.saved_ms_per_request;
    vec![
        (
            "Change sets of either that touch both",
            of(merge.change_sets),
        ),
        (
            "Writes to the second that the first makes",
            of(merge.writes),
        ),
        (
            "Recorded calls that stay in the process",
            merge.calls_in_process.map_or_else(unknown, count),
        ),
        (
            "Of these, beyond one per request",
            merge.chat.map_or_else(unknown, percent),
        ),
        (
            "Calls between services per request",
            both(|state| state.hops_per_request),
        ),
        (
            "Network time saved per request, estimate",
            saved.map_or_else(unknown, |ms| format!("{} ms", decimal(ms))),
        ),
        ("Cycles of services", cycles),
        ("Tables no longer shared", tables),
    ]
}

/// What the merge takes away: places to rewrite, and separate scaling.
pub(super) fn costs(boundary: &Boundary, merge: &Merge) -> Rows {
    let ratio = merge.load_ratio;
    vec![
        (
            "Places that call over the network now",
            count(boundary.cost.call_sites),
        ),
        (
            "Load ratio (separate scaling would be lost)",
            ratio.map_or_else(unknown, |ratio| format!("{} : 1", decimal(ratio))),
        ),
    ]
}

fn unknown() -> String {
    UNKNOWN.to_owned()
}

/// `3 of 12`, or a dash.
fn of(counts: Option<(u64, u64)>) -> String {
    counts.map_or_else(unknown, |(part, all)| {
        format!("{} of {}", count(part), count(all))
    })
}
