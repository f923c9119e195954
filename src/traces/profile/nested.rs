//! Calling spans within calling spans: an ORM over a driver, RPC over HTTP, a library over its retries.
//!
//! In: the trace at hand, and which of its spans are answered. Out: the spans that tell of no call of their own.
//! Invariant: a call that several layers of one service record counts once, and each attempt counts.
//! Never: calls to different places taken for one.

use super::folder::Folder;
use crate::model::IndexVec;
use crate::traces::spans::class::{Class, Layer};
use crate::traces::spans::span::Kind;
use crate::traces::tree::link::SpanIndex;

/// Which of two nested calling spans tells of the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Teller {
    /// Both: they are two calls.
    Both,
    /// The outer one; the inner one carries it.
    Outer,
    /// The inner one, as one of perhaps several attempts.
    Inner,
}

/// By span: whether another one tells of its call.
///
/// Inner spans are judged first. Of two that tell of the same call, the one that was answered
/// counts; without an answer, `teller` decides by what both record.
pub(super) fn covered(folder: &Folder<'_>) -> IndexVec<SpanIndex, bool> {
    let tree = &folder.trace.tree;
    let around = around(folder);
    let mut covered = IndexVec::of_size(&tree.spans, false);
    for &inner in tree.order.iter().rev() {
        let Some(outer) = around[inner].filter(|_| calls(folder.trace.class(inner))) else {
            continue;
        };
        let teller = teller(folder.trace.class(outer), folder.trace.class(inner));
        match (teller, folder.answered[outer], folder.answered[inner]) {
            (Teller::Both, ..) | (_, true, true) => {}
            // An answer is the best proof of a call.
            (_, true, false) | (Teller::Outer, false, false) => covered[inner] = true,
            (_, false, true) | (Teller::Inner, false, false) => covered[outer] = true,
        }
    }
    covered
}

/// By span: the nearest calling span above it within the work of one service that no message interrupts.
///
/// A server or consumer ends the search: what is below it is another piece of work.
fn around(folder: &Folder<'_>) -> IndexVec<SpanIndex, Option<SpanIndex>> {
    let tree = &folder.trace.tree;
    let mut around = IndexVec::of_size(&tree.spans, None);
    for &index in &tree.order {
        let class = folder.trace.class(index);
        let own = |parent: &SpanIndex| folder.trace.service(*parent) == class.service;
        let Some(parent) = tree.parent(index).filter(own) else {
            continue;
        };
        around[index] = match folder.trace.class(parent).kind {
            Kind::Server | Kind::Consumer => None,
            _ if calls(folder.trace.class(parent)) => Some(parent),
            _ => around[parent],
        };
    }
    around
}

/// Whether the span records something that its service asks of another.
fn calls(class: &Class) -> bool {
    class.calls_out || class.produces || class.consumes
}

/// Which of two nested calling spans of a service tells of the call, by their layers.
///
/// An ORM's query around a driver's query is one call, and the driver's is counted, since
/// there is one for each attempt. An HTTP request around a TLS handshake is one, and the
/// request counts. A query within an HTTP request is another call. Two spans that name
/// different hosts never are the same call.
fn teller(outer: &Class, inner: &Class) -> Teller {
    let either = |left: u32, right: u32| left == 0 || right == 0 || left == right;
    let one_place = either(outer.host, inner.host)
        && (outer.host != 0 || inner.host != 0 || either(outer.peer, inner.peer));
    let talks = inner.produces || inner.consumes;
    match (outer.layer, inner.layer) {
        _ if talks => Teller::Both,
        _ if outer.consumes => match inner.layer {
            Layer::Connection => Teller::Outer,
            _ => Teller::Both,
        },
        _ if outer.produces => match inner.layer {
            Layer::Query => Teller::Both,
            _ => Teller::Outer,
        },
        (Layer::Query, Layer::Query) if either(outer.product, inner.product) => Teller::Inner,
        // A mapper that tells itself as the product, and no database.
        (Layer::Query, Layer::Query) if outer.peer == outer.product => Teller::Inner,
        (Layer::Query, Layer::Query) => Teller::Both,
        (Layer::Query, _) => Teller::Outer,
        (Layer::Connection, Layer::Connection) if one_place => Teller::Inner,
        (Layer::Connection, Layer::Connection) => Teller::Both,
        (_, Layer::Connection) => Teller::Outer,
        (Layer::Http | Layer::Rpc, Layer::Query) | (Layer::Http, Layer::Rpc) => Teller::Both,
        _ if !one_place => Teller::Both,
        (Layer::Http | Layer::Rpc, Layer::Named) => Teller::Outer,
        // The inner one knows no more than a network address.
        (Layer::Http, Layer::Http) if outer.host != 0 && inner.host == 0 => Teller::Outer,
        _ => Teller::Inner,
    }
}
