//! Visits: runs of spans within one service.
//!
//! In: a [`Tree`]. Out: for each span, the span that opened its visit, and what lies above.
//! Invariant: a visit opens where the parent is missing or belongs to another service.
//! Never: recursion.

use super::class::{Classes, Name};
use super::link::{NONE, Tree};
use super::span::Kind;

/// The visits of one trace, by index of span.
#[derive(Debug, Default)]
pub struct Visits {
    /// The span that opened the visit.
    pub entry: Vec<u32>,
    /// For opening spans, the opening span of the visit above, or [`NONE`].
    pub above: Vec<u32>,
    /// For opening spans, visits from the root down to this one.
    pub depth: Vec<u32>,
    /// The class that the span's own time counts for: a query or call without place in the code counts for its caller.
    pub place: Vec<u32>,
    /// Re-entries: the opening span of the inner visit and of the outer one.
    pub loops: Vec<(u32, u32)>,
    last: Vec<u32>,
    stack: Vec<(u32, u32)>,
}

impl Visits {
    /// Room for services among `names` names.
    pub fn new(names: usize) -> Self {
        Self {
            last: vec![NONE; names],
            ..Self::default()
        }
    }

    /// Finds the visits of `tree`.
    pub fn find(&mut self, tree: &Tree, classes: &Classes) {
        let count = tree.spans.len();
        for list in [
            &mut self.entry,
            &mut self.above,
            &mut self.depth,
            &mut self.place,
        ] {
            list.clear();
            list.resize(count, NONE);
        }
        let class = |index: u32| &classes.list[tree.span(index).class as usize];
        let mut most = 0;
        for &index in &tree.order {
            let at = index as usize;
            let parent = tree.parent(index);
            let own = tree.span(index).class;
            self.place[at] = own;
            if let Some(parent) =
                parent.filter(|parent| class(*parent).service == class(index).service)
            {
                self.entry[at] = self.entry[parent as usize];
                let calls_out = matches!(class(index).kind, Kind::Client | Kind::Producer);
                if calls_out && class(index).code == [0; 3] {
                    self.place[at] = self.place[parent as usize];
                }
            } else {
                let above = parent.map_or(NONE, |parent| self.entry[parent as usize]);
                self.entry[at] = index;
                self.above[at] = above;
                self.depth[at] = if above == NONE {
                    1
                } else {
                    self.depth[above as usize] + 1
                };
                most = most.max(self.depth[at]);
            }
        }
        self.loops.clear();
        if most >= 3 {
            self.find_loops(tree, |index| class(index).service);
        }
    }

    /// Goes down the tree, remembering the last visit to each service on the way.
    fn find_loops(&mut self, tree: &Tree, service: impl Fn(u32) -> Name) {
        /// Marks a span whose subtree is done.
        const DONE: u32 = 1 << 31;
        let roots = tree
            .order
            .iter()
            .take_while(|index| tree.parent(**index).is_none());
        self.stack.extend(roots.map(|root| (*root, 0)));
        while let Some((index, before)) = self.stack.pop() {
            if index & DONE != 0 {
                self.last[service(index & !DONE) as usize] = before;
                continue;
            }
            if self.entry[index as usize] == index {
                let last = &mut self.last[service(index) as usize];
                if *last != NONE {
                    self.loops.push((index, *last));
                }
                self.stack.push((index | DONE, *last));
                *last = index;
            }
            self.stack
                .extend(tree.children(index).iter().map(|child| (*child, 0)));
        }
    }
}
