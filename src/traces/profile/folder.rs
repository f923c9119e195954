//! One thread's sums while traces are folded, with room for the trace at hand.
//!
//! In: classes of spans. Out: [`Folder`], which every step of folding adds to.
//! Invariant: numbers of names and classes only.
//! Never: a step itself; those import the folder.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::table::Profile;
use super::tally::{ClassSums, PairId, PairKey, Tally};
use crate::model::IndexVec;
use crate::traces::spans::class::Name;
use crate::traces::spans::classes::Classes;
use crate::traces::spans::collect::LINK;
use crate::traces::spans::store::{ClassId, Record};
use crate::traces::tree::Trace;
use crate::traces::tree::halves::Who;
use crate::traces::tree::link::SpanIndex;

/// One thread's sums, with room for the trace at hand.
pub struct Folder<'c> {
    /// The sums.
    pub tally: Tally,
    /// Messages between traces.
    pub messages: Profile,
    /// The trace at hand.
    pub trace: Trace<'c>,
    /// Its calls between services.
    pub made: Vec<Made>,
    /// Largest hash of a shape that is kept.
    pub shape_limit: u64,
    /// Texts of those who send and take messages, by class.
    pub whos: FxHashMap<ClassId, Arc<Who>>,
    /// The only environment to fold; all of them without.
    pub only: Option<Name>,
    /// Which of its spans an answering span in another service or trace was found for.
    pub answered: IndexVec<SpanIndex, bool>,
}

/// A call in the trace at hand, in 16 bytes.
#[derive(Clone, Copy, Debug)]
pub struct Made {
    /// Number of the pair in [`Tally::pairs`](super::tally::Tally::pairs): between whom and how.
    pub pair: PairId,
    /// The span that tells its time and result.
    pub span: SpanIndex,
    /// The calling span.
    pub from: SpanIndex,
    /// Whether it failed.
    pub failed: bool,
    /// Status in HTTP's numbers.
    pub status: u16,
}

impl<'c> Folder<'c> {
    /// A folder without sums.
    pub fn new(classes: &'c Classes) -> Self {
        Self {
            tally: Tally {
                classes: IndexVec::of_size(&classes.list, ClassSums::default()),
                ..Tally::default()
            },
            trace: Trace::new(classes),
            messages: Profile::default(),
            made: Vec::new(),
            shape_limit: u64::MAX,
            whos: FxHashMap::default(),
            answered: IndexVec::default(),
            only: None,
        }
    }

    /// Whether `record` is to be folded; what is not is counted.
    #[inline]
    pub fn wants(&mut self, record: &Record) -> bool {
        let Some(only) = self.only else { return true };
        let wanted = only == self.trace.classes.of(record).environment;
        self.tally.elsewhere += u64::from(!wanted && record.flags & LINK == 0);
        wanted
    }

    /// Gives back the room that the last trace took.
    pub fn finish(&mut self) {
        self.trace.clear();
        (self.made, self.answered) = (Vec::new(), IndexVec::default());
    }

    /// Between whom the call `made` goes, and how.
    pub fn key(&self, made: &Made) -> &PairKey {
        self.tally.pairs.key(made.pair)
    }

    /// The texts of the senders and takers of `class`.
    pub fn who(&mut self, class: ClassId) -> Arc<Who> {
        let classes = self.trace.classes;
        let who = || Arc::new(Who::of(&classes.list[class], classes));
        Arc::clone(self.whos.entry(class).or_insert_with(who))
    }
}
