//! Calls as Zipkin's rules tell them.
//!
//! In: the trace at hand, of Zipkin spans, and its links. Out: its calls.
//! Invariant: the calls and errors of Zipkin's `DependencyLinker`; direct publisher to subscriber edges stay beside them.
//! Never: two calls for one link.

use rustc_hash::FxHashMap;

use super::folder::{Folder, Made};
use super::tally::PairKey;
use crate::model::CallMode;
use crate::traces::spans::class::Name;
use crate::traces::tree::link::SpanIndex;
use crate::traces::tree::zipkin::{self, Link};

/// Replaces what parents and children tell by Zipkin's links where those tell of the same call.
///
/// A link of Zipkin's is first matched with a call between the same services through the same
/// span, then with any call between them, the last first; what is left is inferred. The
/// failure is Zipkin's, whose error tag counts differently.
pub(in crate::traces) fn link(folder: &mut Folder<'_>) {
    let links = zipkin::links(&folder.trace);
    let mut near: FxHashMap<(Name, Name, SpanIndex), usize> = FxHashMap::default();
    let mut alike: FxHashMap<(Name, Name), Vec<usize>> = FxHashMap::default();
    for (at, span, key) in folder
        .made
        .iter()
        .enumerate()
        .map(|(at, made)| (at, made.span, folder.key(made)))
        .filter(|(.., key)| key.mode != CallMode::Messaging)
    {
        near.insert((key.caller, key.callee, span), at);
        alike.entry((key.caller, key.callee)).or_default().push(at);
    }
    let mut taken = vec![false; folder.made.len()];
    let mut left = Vec::new();
    for link in links {
        let direct = link.mode != CallMode::Messaging && link.parent != link.child;
        match near
            .get(&(link.parent, link.child, link.span))
            .filter(|at| direct && !taken[**at])
        {
            Some(at) => {
                taken[*at] = true;
                folder.made[*at].failed = link.failed;
            }
            None => left.push((link, direct)),
        }
    }
    for (link, direct) in left {
        let list = alike.get_mut(&(link.parent, link.child)).filter(|_| direct);
        let found = list.and_then(|list| std::iter::from_fn(|| list.pop()).find(|at| !taken[*at]));
        match found {
            Some(at) => {
                taken[at] = true;
                folder.made[at].failed = link.failed;
            }
            None => infer(folder, &link),
        }
    }
}

/// Adds a call that no parent and child tell of.
fn infer(folder: &mut Folder<'_>, link: &Link) {
    let class = folder.trace.class(link.span);
    let messaging = link.mode == CallMode::Messaging;
    let key = PairKey {
        caller: link.parent,
        caller_operation: if class.service == link.parent {
            class.operation
        } else {
            0
        },
        callee: link.child,
        operation: class.operation,
        environment: class.environment,
        topic: if messaging { class.topic } else { 0 },
        mode: link.mode,
        inferred: true,
    };
    let status = folder.trace.tree.span(link.span).status;
    folder.made.push(Made {
        pair: folder.tally.pairs.id(key),
        span: link.span,
        from: link.span,
        failed: link.failed,
        status,
    });
}
