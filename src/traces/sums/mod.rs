//! Load that comes as sums: profiles of the CPU, access logs, service graphs.
//!
//! In: an input without spans. Out: [`Sums`], which a profile keeps beside what traces tell.
//! Invariant: one file and one line for each kind; told by content; merging is exact in any order.
//! Never: traces, loops or repeated calls, which sums do not hold; file names, but to say where load is from.

mod access;
mod collapsed;
mod graphs;
pub(super) mod held;
mod pprof;
mod speedscope;
mod summary;
mod v8;

use self::held::kind::SumKind;
use super::formats::sniff::Head;

/// All kinds; the first that recognises the head of an input reads it.
pub const SUM_KINDS: &[SumKind] = &[
    speedscope::KIND,
    v8::KIND,
    pprof::KIND,
    access::combined::KIND,
    access::envoy::KIND,
    access::alb::KIND,
    graphs::dependencies::JAEGER,
    graphs::dependencies::ZIPKIN,
    graphs::kiali::KIND,
    graphs::prometheus::KIND,
    collapsed::KIND,
];

/// The kind of an input, if it holds sums.
pub(super) fn recognised(head: &Head) -> Option<&'static SumKind> {
    SUM_KINDS.iter().find(|kind| (kind.sniff)(head))
}
