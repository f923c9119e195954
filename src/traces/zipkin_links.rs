//! Zipkin's rules for links between services.
//!
//! In: the trace at hand, of Zipkin spans. Out: its calls.
//! Invariant: the calls and errors of Zipkin's `DependencyLinker`; direct publisher to subscriber edges stay beside them.
//! Never: recursion.

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
pub fn link(folder: &mut Folder<'_>) {
    let root = root(folder);
    let links: Vec<Link> = (0..folder.tree.spans.len() as u32)
        .flat_map(|index| links_of(folder, index, root))
        .collect();
    let mut taken = vec![false; folder.made.len()];
    for link in links {
        let same = |made: &Made| {
            made.key.mode != CallMode::Messaging
                && !made.key.inferred
                && (made.key.caller, made.key.callee) == (link.parent, link.child)
        };
        let direct = (0..taken.len()).filter(|at| {
            !taken[*at] && link.mode != CallMode::Messaging && link.parent != link.child
        });
        let near = |at: &usize| folder.made[*at].span == link.span;
        let found = direct
            .clone()
            .find(|at| near(at) && same(&folder.made[*at]))
            .or_else(|| direct.clone().find(|at| same(&folder.made[*at])));
        if let Some(at) = found {
            taken[at] = true;
            folder.made[at].failed = link.failed;
            continue;
        }
        let class = folder.class(link.span);
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
            topic: if link.mode == CallMode::Messaging {
                class.topic
            } else {
                0
            },
            mode: link.mode,
            inferred: true,
        };
        let status = folder.tree.span(link.span).status;
        folder.made.push(Made {
            key,
            span: link.span,
            from: link.span,
            failed: link.failed,
            status,
        });
    }
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

fn links_of(folder: &Folder<'_>, index: u32, root: u32) -> Vec<Link> {
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
    if let Some(ancestor) = ancestor(folder, index, root) {
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

/// The nearest span above that has a kind; spans whose parent is missing hang off the root.
fn ancestor(folder: &Folder<'_>, index: u32, root: u32) -> Option<u32> {
    let mut at = index;
    loop {
        at = match folder.tree.parent(at) {
            Some(parent) => parent,
            None if at != root && root != NONE => root,
            None => return None,
        };
        if !matches!(folder.class(at).kind, Kind::Unknown | Kind::Internal) {
            return Some(at);
        }
    }
}
