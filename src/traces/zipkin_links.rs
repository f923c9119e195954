//! Zipkin's rules for links between services.
//!
//! In: the trace at hand, of Zipkin spans. Out: its calls.
//! Invariant: the calls and errors of Zipkin's `DependencyLinker`; direct publisher to subscriber edges stay beside them.
//! Never: recursion.

use rustc_hash::FxHashMap;

use super::class::Name;
use super::fold::{Folder, Made};
use super::link::NONE;
use super::span::{Kind, flags};
use super::tally::PairKey;
use crate::model::CallMode;

/// A link by Zipkin's rules.
struct Link {
    parent: Name,
    child: Name,
    failed: bool,
    span: u32,
    mode: CallMode,
}

/// Replaces what parents and children tell by Zipkin's links where those tell of the same call.
pub(super) fn link(folder: &mut Folder<'_>) {
    let root = root(folder);
    let above = above(folder, root);
    let spans = 0..folder.tree.spans.len() as u32;
    let links: Vec<Link> = spans
        .flat_map(|index| links_of(folder, index, root, &above))
        .collect();
    let mut near: FxHashMap<(Name, Name, u32), usize> = FxHashMap::default();
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
    let class = folder.class(link.span);
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
    let status = folder.tree.span(link.span).status;
    folder.made.push(Made {
        pair: folder.tally.pairs.id(key),
        span: link.span,
        from: link.span,
        failed: link.failed,
        status,
    });
}

/// The span that Zipkin takes for the root: the first without a parent.
fn root(folder: &Folder<'_>) -> u32 {
    let rootless = |index: &u32| {
        folder.tree.parent(*index).is_none()
            && folder.tree.span(*index).parent == 0
            && !folder.tree.span(*index).has(flags::SHARED)
    };
    (0..folder.tree.spans.len() as u32)
        .filter(rootless)
        .min_by_key(|index| folder.tree.span(*index).start)
        .unwrap_or(NONE)
}

fn links_of(folder: &Folder<'_>, index: u32, root: u32, above: &[u32]) -> Vec<Link> {
    let class = folder.class(index);
    let span = folder.tree.span(index);
    if class.kind == Kind::Client && !folder.tree.children(index).is_empty() {
        return Vec::new();
    }
    let known = class.service != 0 && class.remote != 0;
    let kind = if class.kind == Kind::Unknown || class.kind == Kind::Internal {
        Kind::Client
    } else {
        class.kind
    };
    if class.kind != kind && !known {
        return Vec::new();
    }
    let mut failed = span.has(flags::ERROR_TAG);
    let (mut parent, child) = match kind {
        Kind::Server | Kind::Consumer => (class.remote, class.service),
        _ => (class.service, class.remote),
    };
    if index == root && parent == 0 && matches!(kind, Kind::Server | Kind::Consumer) {
        return Vec::new();
    }
    if matches!(kind, Kind::Producer | Kind::Consumer) {
        let link = Link {
            parent,
            child,
            failed,
            span: index,
            mode: CallMode::Messaging,
        };
        return if parent == 0 || child == 0 {
            Vec::new()
        } else {
            vec![link]
        };
    }
    let mut links = Vec::new();
    let mode = if class.kind == Kind::Server {
        CallMode::Sync
    } else {
        class.peer_mode
    };
    if let Some(ancestor) = above
        .get(index as usize)
        .copied()
        .filter(|above| *above != NONE)
    {
        let (above, name) = (folder.class(ancestor), folder.service(ancestor));
        if name != 0 {
            if kind == Kind::Client && class.service != 0 && name != class.service {
                links.push(Link {
                    parent: name,
                    child: class.service,
                    failed: false,
                    span: index,
                    mode: CallMode::Sync,
                });
            }
            if kind == Kind::Server || parent == 0 {
                parent = name;
            }
            let direct = span.parent != 0
                && (span.parent == folder.tree.span(ancestor).id || span.has(flags::SHARED));
            failed |= above.kind == Kind::Client
                && direct
                && folder.tree.span(ancestor).has(flags::ERROR_TAG);
        }
    }
    if parent != 0 && child != 0 {
        links.push(Link {
            parent,
            child,
            failed,
            span: index,
            mode,
        });
    }
    links
}

/// For each span, the nearest one above that has a kind; spans whose parent is missing hang off the root.
fn above(folder: &Folder<'_>, root: u32) -> Vec<u32> {
    let mut above = vec![NONE; folder.tree.spans.len()];
    for &index in &folder.tree.order {
        let parent = match folder.tree.parent(index) {
            Some(parent) => parent,
            None if index != root && root != NONE => root,
            None => continue,
        };
        let tells = !matches!(folder.class(parent).kind, Kind::Unknown | Kind::Internal);
        above[index as usize] = if tells {
            parent
        } else {
            above[parent as usize]
        };
    }
    above
}
