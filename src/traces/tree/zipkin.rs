//! Zipkin's rules for links between services.
//!
//! In: a [`Trace`] of Zipkin spans. Out: its [`Link`]s.
//! Invariant: the calls and errors of Zipkin's `DependencyLinker`.
//! Never: recursion.

use super::Trace;
use super::link::SpanIndex;
use crate::model::{CallMode, IndexVec};
use crate::traces::spans::class::Name;
use crate::traces::spans::span::{Kind, flags};

/// A link by Zipkin's rules.
pub(in crate::traces) struct Link {
    /// Calling service.
    pub parent: Name,
    /// Called service.
    pub child: Name,
    /// Whether the call failed.
    pub failed: bool,
    /// The span that tells of it.
    pub span: SpanIndex,
    /// How it couples.
    pub mode: CallMode,
}

/// The links that the spans of the trace tell of.
pub(in crate::traces) fn links(trace: &Trace<'_>) -> Vec<Link> {
    let root = root(trace);
    let above = above(trace, root);
    let spans = trace.tree.spans.ids();
    spans
        .flat_map(|index| links_of(trace, index, root, above[index]))
        .collect()
}

/// The span that Zipkin takes for the root: the first without a parent.
fn root(trace: &Trace<'_>) -> Option<SpanIndex> {
    let rootless = |index: &SpanIndex| {
        trace.tree.parent(*index).is_none()
            && trace.tree.span(*index).parent == 0
            && !trace.tree.span(*index).has(flags::SHARED)
    };
    let spans = trace.tree.spans.ids();
    spans
        .filter(rootless)
        .min_by_key(|index| trace.tree.span(*index).start)
}

/// The links that one span tells of: none, its own, or one more by way of the span above.
///
/// A client with children is left to them: the server tells the same call better. A span
/// without a kind is a client if both ends are named. A server at the root that names no
/// caller tells of no call.
fn links_of(
    trace: &Trace<'_>,
    index: SpanIndex,
    root: Option<SpanIndex>,
    above: Option<SpanIndex>,
) -> Vec<Link> {
    let class = trace.class(index);
    let span = trace.tree.span(index);
    if class.kind == Kind::Client && !trace.tree.children(index).is_empty() {
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
    let (parent, child) = match kind {
        Kind::Server | Kind::Consumer => (class.remote, class.service),
        _ => (class.service, class.remote),
    };
    if Some(index) == root && parent == 0 && matches!(kind, Kind::Server | Kind::Consumer) {
        return Vec::new();
    }
    let mode = match kind {
        Kind::Producer | Kind::Consumer => CallMode::Messaging,
        _ if class.kind == Kind::Server => CallMode::Sync,
        _ => class.peer_mode,
    };
    let link = Link {
        parent,
        child,
        failed: span.has(flags::ERROR_TAG),
        span: index,
        mode,
    };
    let mut links = Vec::new();
    let link = match above {
        Some(ancestor) if !matches!(kind, Kind::Producer | Kind::Consumer) => {
            below(trace, link, kind, ancestor, &mut links)
        }
        _ => link,
    };
    if link.parent != 0 && link.child != 0 {
        links.push(link);
    }
    links
}

/// The link as the span above it tells; one more into `links` where a client is called itself.
fn below(
    trace: &Trace<'_>,
    mut link: Link,
    kind: Kind,
    ancestor: SpanIndex,
    links: &mut Vec<Link>,
) -> Link {
    let (class, span) = (trace.class(link.span), trace.tree.span(link.span));
    let (above, caller) = (trace.class(ancestor), trace.tree.span(ancestor));
    let name = trace.service(ancestor);
    if name == 0 {
        return link;
    }
    if kind == Kind::Client && class.service != 0 && name != class.service {
        links.push(Link {
            parent: name,
            child: class.service,
            failed: false,
            span: link.span,
            mode: CallMode::Sync,
        });
    }
    if kind == Kind::Server || link.parent == 0 {
        link.parent = name;
    }
    let direct = span.parent != 0 && (span.parent == caller.id || span.has(flags::SHARED));
    link.failed |= above.kind == Kind::Client && direct && caller.has(flags::ERROR_TAG);
    link
}

/// For each span, the nearest one above that has a kind; spans whose parent is missing hang off the root.
fn above(trace: &Trace<'_>, root: Option<SpanIndex>) -> IndexVec<SpanIndex, Option<SpanIndex>> {
    let mut above = IndexVec::of_size(&trace.tree.spans, None);
    for &index in &trace.tree.order {
        let adopted = root.filter(|root| *root != index);
        let Some(parent) = trace.tree.parent(index).or(adopted) else {
            continue;
        };
        let tells = !matches!(trace.class(parent).kind, Kind::Unknown | Kind::Internal);
        above[index] = if tells { Some(parent) } else { above[parent] };
    }
    above
}
