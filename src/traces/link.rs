//! From the spans of one trace to its tree.
//!
//! In: the records of one trace, and the meaning of their texts. Out: [`Tree`].
//! Invariant: every span has at most one parent; following parents always ends; the order of records does not matter.
//! Never: recursion.

use super::class::{Class, Classes};
use super::span::{Kind, flags};
use super::store::Record;

/// No span.
pub(super) const NONE: u32 = u32::MAX;

/// The spans of one trace with their parents and children.
#[derive(Debug, Default)]
pub struct Tree {
    /// Spans, sorted by id; a client half stands before its server half.
    pub spans: Vec<Record>,
    /// Index of each span's parent, or [`NONE`].
    pub parents: Vec<u32>,
    /// Indices in an order where parents come before children.
    pub order: Vec<u32>,
    /// Where the children of each span start in `children`; one more entry than spans.
    pub starts: Vec<u32>,
    /// Children of all spans, side by side, by start time.
    pub children: Vec<u32>,
    /// Spans whose parent is named but missing.
    pub orphans: u64,
    /// Spans dropped because they were seen before.
    pub duplicates: u64,
    /// Parts of one span that were brought together (Zipkin).
    pub merged: u64,
    /// Cycles of parents that were cut.
    pub cycles: u64,
}

impl Tree {
    /// The children of span `index`, by start time.
    pub fn children(&self, index: u32) -> &[u32] {
        let at = |index: usize| self.starts.get(index).map_or(0, |start| *start as usize);
        self.children
            .get(at(index as usize)..at(index as usize + 1))
            .unwrap_or_default()
    }

    /// The span `index`.
    pub fn span(&self, index: u32) -> &Record {
        &self.spans[index as usize]
    }

    /// The parent of span `index`.
    pub fn parent(&self, index: u32) -> Option<u32> {
        Some(self.parents[index as usize]).filter(|parent| *parent != NONE)
    }

    /// Builds the tree of the records in `spans`, reusing the space of an earlier one.
    pub fn build(&mut self, classes: &Classes) {
        (self.orphans, self.duplicates, self.merged, self.cycles) = (0, 0, 0, 0);
        self.unify(classes);
        self.resolve(classes);
        self.arrange();
    }

    /// Sorts by id and leaves one span for each id and half.
    fn unify(&mut self, classes: &Classes) {
        let class = |record: &Record| classes.list.get(record.class as usize);
        self.spans.sort_unstable_by(|left, right| {
            left.id
                .cmp(&right.id)
                .then_with(|| content(left).cmp(&content(right)))
        });
        if !self.spans.windows(2).any(|pair| pair[0].id == pair[1].id) {
            return;
        }
        let spans = std::mem::take(&mut self.spans);
        self.spans.reserve_exact(spans.len());
        for group in spans.chunk_by(|left, right| left.id == right.id) {
            if group.len() == 1 {
                self.spans.extend_from_slice(group);
            } else if group.iter().any(|span| span.has(flags::ZIPKIN)) {
                self.merge_pieces(group, classes);
            } else {
                let half =
                    |span: &Record| answers(class(span).map_or(Kind::Unknown, |class| class.kind));
                for server in [false, true] {
                    let mut same = group.iter().filter(|span| half(span) == server);
                    let first = same.next().copied();
                    self.duplicates += same.count() as u64;
                    self.spans.extend(first.map(|mut span| {
                        let has_client = server && group.iter().any(|span| !half(span));
                        span.flags |= if has_client { flags::SHARED } else { 0 };
                        span
                    }));
                }
            }
        }
    }

    /// Zipkin: pieces with one id and half belong together unless their services differ.
    fn merge_pieces(&mut self, group: &[Record], classes: &Classes) {
        let class = |record: &Record| {
            classes
                .list
                .get(record.class as usize)
                .cloned()
                .unwrap_or_default()
        };
        let has_client = group.iter().any(|span| class(span).kind == Kind::Client);
        let mut pieces: Vec<Record> = Vec::new();
        for span in group {
            let mut span = *span;
            if has_client && class(&span).kind == Kind::Server {
                span.flags |= flags::SHARED;
            }
            let fits = |piece: &&mut Record| {
                piece.has(flags::SHARED) == span.has(flags::SHARED)
                    && agrees(&class(piece), &class(&span))
            };
            let full = pieces.len() >= 64;
            match pieces.iter_mut().find(|piece| full || fits(piece)) {
                Some(piece) => {
                    if same_record(piece, &span) {
                        self.duplicates += 1;
                    } else {
                        self.merged += 1;
                    }
                    absorb(piece, &span, &class);
                }
                None => pieces.push(span),
            }
        }
        let parent = pieces
            .iter()
            .map(|piece| piece.parent)
            .find(|parent| *parent != 0)
            .unwrap_or(0);
        for piece in &mut pieces {
            piece.parent = if piece.parent == 0 {
                parent
            } else {
                piece.parent
            };
        }
        pieces.sort_by_key(|piece| piece.has(flags::SHARED));
        self.spans.append(&mut pieces);
    }

    /// Finds each span's parent and cuts cycles.
    fn resolve(&mut self, classes: &Classes) {
        self.parents.clear();
        self.parents.reserve(self.spans.len());
        for (index, span) in self.spans.iter().enumerate() {
            let parent = self.parent_of(index, span, classes);
            self.orphans += u64::from(parent == NONE && span.parent != 0);
            self.parents.push(parent);
        }
        self.cut_cycles();
    }

    fn parent_of(&self, index: usize, span: &Record, classes: &Classes) -> u32 {
        let service = |span: &Record| {
            classes
                .list
                .get(span.class as usize)
                .map_or(0, |class| class.service)
        };
        if span.has(flags::SHARED) {
            let halves = self.with_id(span.id);
            let client = halves
                .clone()
                .find(|other| *other != index && !self.spans[*other].has(flags::SHARED));
            if let Some(client) = client {
                return client as u32;
            }
        }
        if span.parent == 0 {
            return NONE;
        }
        let mut found = NONE;
        for other in self.with_id(span.parent) {
            let candidate = &self.spans[other];
            let own = candidate.has(flags::SHARED) && service(candidate) == service(span);
            if other != index && (own || found == NONE) {
                found = other as u32;
            }
            if own && other != index {
                break;
            }
        }
        found
    }

    fn with_id(&self, id: u64) -> std::ops::Range<usize> {
        let first = self.spans.partition_point(|span| span.id < id);
        let count = self.spans.get(first..).map_or(0, |rest| {
            rest.iter().take_while(|span| span.id == id).count()
        });
        first..first + count
    }

    /// Makes the span with the smallest id of each cycle a root.
    fn cut_cycles(&mut self) {
        let mut state = vec![0_u32; self.spans.len()];
        for start in 0..self.spans.len() {
            let (mark, mut at) = (start as u32 + 1, start as u32);
            while at != NONE && state[at as usize] == 0 {
                state[at as usize] = mark;
                at = self.parents[at as usize];
            }
            if at != NONE && state[at as usize] == mark {
                let (mut smallest, mut next) = (at, self.parents[at as usize]);
                while next != at {
                    smallest = smallest.min(next);
                    next = self.parents[next as usize];
                }
                self.parents[smallest as usize] = NONE;
                self.cycles += 1;
            }
        }
    }

    /// Lists children by start time, and all spans with parents first.
    fn arrange(&mut self) {
        let count = self.spans.len();
        self.starts.clear();
        self.starts.resize(count + 1, 0);
        for parent in self.parents.iter().filter(|parent| **parent != NONE) {
            self.starts[*parent as usize + 1] += 1;
        }
        for index in 0..count {
            self.starts[index + 1] += self.starts[index];
        }
        let mut next = self.starts.clone();
        self.children.clear();
        self.children.resize(self.starts[count] as usize, 0);
        for (child, parent) in self
            .parents
            .iter()
            .enumerate()
            .filter(|(_, parent)| **parent != NONE)
        {
            let place = &mut next[*parent as usize];
            self.children[*place as usize] = child as u32;
            *place += 1;
        }
        for index in 0..count {
            let range = self.starts[index] as usize..self.starts[index + 1] as usize;
            if range.len() > 1 {
                let spans = &self.spans;
                self.children[range]
                    .sort_unstable_by_key(|child| (spans[*child as usize].start, *child));
            }
        }
        self.walk();
    }

    fn walk(&mut self) {
        self.order.clear();
        self.order.reserve(self.spans.len());
        self.order.extend(
            (0..self.spans.len() as u32).filter(|index| self.parents[*index as usize] == NONE),
        );
        let mut done = 0;
        while let Some(&index) = self.order.get(done) {
            done += 1;
            let range =
                self.starts[index as usize] as usize..self.starts[index as usize + 1] as usize;
            self.order
                .extend_from_slice(self.children.get(range).unwrap_or_default());
        }
    }
}

/// Whether a span of `kind` is the answering half of a call.
fn answers(kind: Kind) -> bool {
    matches!(kind, Kind::Server | Kind::Consumer)
}

/// What decides which of two records with one id comes first.
fn content(record: &Record) -> (bool, u64, u64, u64, u32, u16, u16) {
    let Record {
        parent,
        start,
        duration,
        class,
        status,
        flags,
        ..
    } = *record;
    (
        flags & flags::SHARED != 0,
        start,
        duration,
        parent,
        class,
        status,
        flags,
    )
}

fn same_record(left: &Record, right: &Record) -> bool {
    content(left) == content(right)
}

/// Whether two pieces can be of one span: the same service, or one does not tell.
fn agrees(left: &Class, right: &Class) -> bool {
    let unknown = |class: &Class| class.service == 0;
    unknown(left) || unknown(right) || left.service == right.service
}

/// Adds what `more` tells to `piece`; the piece that knows its kind gives the texts.
fn absorb(piece: &mut Record, more: &Record, class: &impl Fn(&Record) -> Class) {
    let rank = |record: &Record| {
        let class = class(record);
        (
            class.kind != Kind::Unknown,
            class.service != 0,
            class.remote != 0,
        )
    };
    if rank(more) > rank(piece) {
        piece.class = more.class;
    }
    piece.parent = if piece.parent == 0 {
        more.parent
    } else {
        piece.parent
    };
    piece.start = if piece.start == 0 {
        more.start
    } else {
        piece.start
    };
    piece.duration = piece.duration.max(more.duration);
    piece.status = piece.status.max(more.status);
    piece.flags |= more.flags;
}
