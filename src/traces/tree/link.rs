//! From the spans of one trace to its tree.
//!
//! In: the records of one trace, and the meaning of their texts. Out: [`Tree`].
//! Invariant: every span has at most one parent; following parents always ends; the order of records does not matter.
//! Never: recursion.

use crate::model::{IndexVec, id};
use crate::traces::spans::class::Class;
use crate::traces::spans::classes::Classes;
use crate::traces::spans::span::{Kind, flags};
use crate::traces::spans::store::Record;

id!(
    /// Position of a span in its trace.
    pub SpanIndex
);

/// Spans from which a trace is long.
const LONG: usize = if cfg!(test) { 8 } else { 1 << 16 };

/// The spans of one trace with their parents and children.
#[derive(Debug, Default)]
pub struct Tree {
    /// Spans, sorted by id; a client half stands before its server half.
    pub spans: IndexVec<SpanIndex, Record>,
    /// Each span's parent.
    pub parents: IndexVec<SpanIndex, Option<SpanIndex>>,
    /// All spans in an order where parents come before children.
    pub order: Vec<SpanIndex>,
    /// Where the children of each span start in `children`; one more entry than spans.
    pub starts: Vec<u32>,
    /// Children of all spans, side by side, by start time.
    pub children: Vec<SpanIndex>,
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
    pub fn children(&self, index: SpanIndex) -> &[SpanIndex] {
        &self.children[self.range(index.index())]
    }

    /// The span `index`.
    pub fn span(&self, index: SpanIndex) -> &Record {
        &self.spans[index]
    }

    /// The parent of span `index`.
    pub fn parent(&self, index: SpanIndex) -> Option<SpanIndex> {
        self.parents[index]
    }

    /// The spans without a parent.
    pub fn roots(&self) -> impl Iterator<Item = SpanIndex> + '_ {
        let order = self.order.iter().copied();
        order.take_while(|index| self.parents[*index].is_none())
    }

    /// Where the children of the span at that position stand.
    fn range(&self, position: usize) -> std::ops::Range<usize> {
        self.starts[position] as usize..self.starts[position + 1] as usize
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
        self.spans.entries_mut().sort_unstable_by(|left, right| {
            left.id
                .cmp(&right.id)
                .then_with(|| content(left).cmp(&content(right)))
        });
        let mut pairs = self.spans.as_slice().windows(2);
        if !pairs.any(|pair| pair[0].id == pair[1].id) {
            return;
        }
        let spans = std::mem::take(&mut self.spans);
        self.spans = IndexVec::with_capacity(spans.len());
        for group in spans.as_slice().chunk_by(|left, right| left.id == right.id) {
            if group.len() == 1 {
                self.spans.extend(group.iter().copied());
            } else if group.iter().any(|span| span.has(flags::ZIPKIN)) {
                self.merge_pieces(group, classes);
            } else {
                let half = |span: &Record| answers(classes.of(span).kind);
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
    ///
    /// Sorted, the first piece of a half that fits takes the next one in: same half, same
    /// service, same host, as far as they tell. Past 64 pieces all go to the first: such an id is
    /// no id.
    fn merge_pieces(&mut self, group: &[Record], classes: &Classes) {
        let has_client = group
            .iter()
            .any(|span| classes.of(span).kind == Kind::Client);
        let mut pieces: Vec<Record> = Vec::new();
        for span in group {
            let mut span = *span;
            if has_client && classes.of(&span).kind == Kind::Server {
                span.flags |= flags::SHARED;
            }
            let fits = |piece: &&mut Record| {
                piece.has(flags::SHARED) == span.has(flags::SHARED)
                    && agrees(classes.of(piece), classes.of(&span))
                    && near(piece, &span)
            };
            let full = pieces.len() >= 64;
            match pieces.iter_mut().find(|piece| full || fits(piece)) {
                Some(piece) => {
                    if same_record(piece, &span) {
                        self.duplicates += 1;
                    } else {
                        self.merged += 1;
                    }
                    absorb(piece, &span, classes);
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
        self.spans.extend(pieces);
    }

    /// Finds each span's parent and cuts cycles.
    ///
    /// The parent of each span is looked for by its id, in the sorted list.
    fn resolve(&mut self, classes: &Classes) {
        let mut parents = std::mem::take(&mut self.parents);
        parents.entries_mut().clear();
        parents.entries_mut().reserve(self.spans.len());
        let named = self.named_parents();
        for (index, span) in self.spans.pairs() {
            let first = match named.get(index.index()) {
                Some(first) => *first as usize,
                None => self.first_with(span.parent),
            };
            let parent = self.parent_of(index, span, first, classes);
            self.orphans += u64::from(parent.is_none() && span.parent != 0);
            parents.push(parent);
        }
        self.parents = parents;
        self.cut_cycles();
    }

    /// Of a long trace, where the first span stands whose id is that of each span's parent, or larger: both lists are
    /// gone through in order once, since a search for each would miss the caches of the processor every time.
    fn named_parents(&self) -> Vec<u32> {
        let count = self.spans.len();
        if count < LONG {
            return Vec::new();
        }
        let parents = self.spans.iter().zip(0_u32..);
        let mut parents: Vec<(u64, u32)> = parents.map(|(span, at)| (span.parent, at)).collect();
        parents.sort_unstable();
        let (mut firsts, mut first) = (vec![0; count], 0);
        let spans = self.spans.as_slice();
        for (parent, at) in parents {
            first += spans[first..]
                .iter()
                .take_while(|span| span.id < parent)
                .count();
            firsts[at as usize] = first as u32;
        }
        firsts
    }

    /// `first` is where spans with the id of its parent start.
    ///
    /// A server half hangs off its client half. Otherwise, of the spans that bear the parent's
    /// id, the server half of the span's own service is meant, else the first.
    fn parent_of(
        &self,
        index: SpanIndex,
        span: &Record,
        first: usize,
        classes: &Classes,
    ) -> Option<SpanIndex> {
        let service = |span: &Record| classes.of(span).service;
        if span.has(flags::SHARED) {
            let mut halves = self.with_id(self.first_with(span.id), span.id);
            let client =
                halves.find(|other| *other != index && !self.spans[*other].has(flags::SHARED));
            if client.is_some() {
                return client;
            }
        }
        if span.parent == 0 {
            return None;
        }
        let mut found = None;
        for other in self.with_id(first, span.parent) {
            let candidate = &self.spans[other];
            let own = candidate.has(flags::SHARED) && service(candidate) == service(span);
            if other != index && (own || found.is_none()) {
                found = Some(other);
            }
            if own && other != index {
                break;
            }
        }
        found
    }

    /// Where the first span stands with this id or a larger one.
    fn first_with(&self, id: u64) -> usize {
        let spans = self.spans.as_slice();
        spans.partition_point(|span| span.id < id)
    }

    /// The spans from `first` on that have this id.
    fn with_id(&self, first: usize, id: u64) -> impl Iterator<Item = SpanIndex> + '_ {
        let spans = self.spans.as_slice();
        let same = spans[first..].iter().take_while(move |span| span.id == id);
        same.zip(first..).map(|(_, at)| SpanIndex::new(at))
    }

    /// Makes the span with the smallest id of each cycle a root.
    ///
    /// The parents of all spans are followed, each once. That which meets itself is a cycle;
    /// cutting at the smallest id makes the result independent of where the search began.
    fn cut_cycles(&mut self) {
        let mut marks = IndexVec::of_size(&self.spans, None);
        for start in self.spans.ids() {
            let mut next = Some(start);
            while let Some(at) = next.filter(|at| marks[*at].is_none()) {
                marks[at] = Some(start);
                next = self.parents[at];
            }
            if let Some(met) = next.filter(|met| marks[*met] == Some(start)) {
                let above = |at: &SpanIndex| self.parents[*at].filter(|parent| *parent != met);
                let smallest = std::iter::successors(Some(met), above).min();
                self.parents[smallest.unwrap_or(met)] = None;
                self.cycles += 1;
            }
        }
    }

    /// Lists children by start time, and all spans with parents first.
    ///
    /// Children are put side by side by a counting sort over their parents, without a list for
    /// each span.
    fn arrange(&mut self) {
        let count = self.spans.len();
        self.starts.clear();
        self.starts.resize(count + 1, 0);
        for parent in self.parents.iter().flatten() {
            self.starts[parent.index() + 1] += 1;
        }
        for index in 0..count {
            self.starts[index + 1] += self.starts[index];
        }
        let mut next = self.starts.clone();
        self.children.clear();
        self.children
            .resize(self.starts[count] as usize, SpanIndex::new(0));
        for (child, parent) in self.parents.pairs() {
            if let Some(parent) = parent {
                let place = &mut next[parent.index()];
                self.children[*place as usize] = child;
                *place += 1;
            }
        }
        for index in 0..count {
            let range = self.range(index);
            if range.len() > 1 {
                let spans = &self.spans;
                self.children[range].sort_unstable_by_key(|child| (spans[*child].start, *child));
            }
        }
        self.walk();
    }

    /// Lists all spans level by level, roots first.
    fn walk(&mut self) {
        self.order.clear();
        let roots = self.parents.pairs().filter(|(_, parent)| parent.is_none());
        self.order.extend(roots.map(|(index, _)| index));
        self.order
            .reserve_exact(self.spans.len() - self.order.len());
        let mut done = 0;
        while let Some(&index) = self.order.get(done) {
            done += 1;
            let range = self.range(index.index());
            self.order.extend_from_slice(&self.children[range]);
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

/// Whether two records with one id tell the same.
fn same_record(left: &Record, right: &Record) -> bool {
    content(left) == content(right)
}

/// Whether two pieces can be of one span: the same service, or one does not tell.
fn agrees(left: &Class, right: &Class) -> bool {
    let unknown = |class: &Class| class.service == 0;
    unknown(left) || unknown(right) || left.service == right.service
}

/// Whether two pieces can be of one span: recorded on one host, or one does not tell.
fn near(left: &Record, right: &Record) -> bool {
    let place = |record: &Record| record.flags & flags::PLACE;
    place(left) == 0 || place(right) == 0 || place(left) == place(right)
}

/// Adds what `more` tells to `piece`; the piece that knows its kind gives the texts.
///
/// Start and parent are those of the first piece that has them; the longest duration and the
/// highest status count.
fn absorb(piece: &mut Record, more: &Record, classes: &Classes) {
    let rank = |record: &Record| {
        let class = classes.of(record);
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
    let place = match piece.flags & flags::PLACE {
        0 => more.flags & flags::PLACE,
        place => place,
    };
    piece.flags = (piece.flags | more.flags) & !flags::PLACE | place;
}
