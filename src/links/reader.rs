//! Reads each text while the code is parsed, as far as what it belongs to is known.
//!
//! In: texts, one by one; the [`Project`] once it is complete. Out: [`Signs`].
//! Invariant: the signs are the same whenever a text comes.
//! Never: opens a file.
//!
//! How much of a file counts depends on its service, and services are still being found while the
//! first files are parsed. Their texts wait. Rejected: to read all of them thoroughly at once; a
//! library, whose code can lead to no service, took a quarter longer.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::model::{FileId, IndexVec, Project, SourceFile, StaticLinks};

use super::evidence::join;
use super::signs::{Depth, SignReader, Signs};
use crate::knowledge::Knowledge;
use crate::parse::Lexemes;

/// Most bytes of texts, and of what tells their tokens apart, that wait; a text beyond is read thoroughly at once.
const MAX_WAITING: usize = 64 << 20;

/// What is kept of a text.
pub enum Kept {
    /// What it says.
    Read(Box<Signs>),
    /// The text and what it consists of, until it is known how much of it counts.
    Waiting(String, Lexemes),
}

/// Reads texts for their signs.
pub struct Reader<'k> {
    signs: SignReader<'k>,
    /// Whether services of other repositories count.
    open: bool,
    depths: OnceLock<IndexVec<FileId, Depth>>,
    waiting: AtomicUsize,
}

impl<'k> Reader<'k> {
    /// A reader that goes by these tables.
    #[must_use]
    pub fn new(knowledge: &'k Knowledge) -> Self {
        Self {
            open: false,
            signs: SignReader::new(knowledge),
            depths: OnceLock::new(),
            waiting: AtomicUsize::new(0),
        }
    }

    /// A reader for one of several repositories: what leads out of it counts.
    #[must_use]
    pub fn open(mut self, open: bool) -> Self {
        self.open = open;
        self
    }

    /// Whether the file may say something.
    #[must_use]
    pub fn wants(&self, file: &SourceFile) -> bool {
        self.signs.may_tell(file)
    }

    /// What is kept of the text of a file; `None` where it can say nothing.
    #[must_use]
    pub fn read(
        &self,
        id: FileId,
        file: &SourceFile,
        text: &str,
        lexemes: &dyn Fn() -> Lexemes,
    ) -> Option<Kept> {
        if !self.wants(file) {
            return None;
        }
        let depth = match self.depths.get() {
            Some(depths) => depths[id],
            None if self.waiting.fetch_add(text.len(), Ordering::Relaxed) < MAX_WAITING => {
                let mut lexemes = lexemes();
                lexemes.shrink();
                self.waiting.fetch_add(lexemes.bytes(), Ordering::Relaxed);
                return Some(Kept::Waiting(text.to_owned(), lexemes));
            }
            None => Depth::Full,
        };
        let signs = self.signs.read(file, text, lexemes, depth);
        Some(Kept::Read(Box::new(signs)))
    }

    /// Takes notice of what the files belong to.
    pub fn settle(&self, project: &Project) {
        let depths = project.files.iter().map(|file| self.depth(project, file));
        // A second time tells the same.
        let _ = self.depths.set(depths.collect());
    }

    /// The signs of all files, the waiting ones read now.
    #[must_use]
    pub fn finish(&self, project: &Project, kept: Vec<(FileId, Kept)>) -> Vec<(FileId, Signs)> {
        let finish = |(id, kept)| match kept {
            Kept::Read(signs) => (id, *signs),
            Kept::Waiting(text, lexemes) => {
                let file = project.source(id);
                let depth = self.depth(project, file);
                (
                    id,
                    self.signs
                        .read(&project.inside(file), &text, || lexemes, depth),
                )
            }
        };
        kept.into_par_iter().with_max_len(8).map(finish).collect()
    }

    /// The links inside of each repository that the texts amount to.
    #[must_use]
    pub fn join(&self, project: &Project, kept: Vec<(FileId, Kept)>) -> Vec<StaticLinks> {
        let signs = self.finish(project, kept);
        if project.repositories.is_empty() {
            vec![join(project, signs, self.open)]
        } else {
            apart(project, signs)
        }
    }

    /// Code of no service completes links between services; without two of them there is none.
    fn depth(&self, project: &Project, file: &SourceFile) -> Depth {
        let several = self.open || !project.repositories.is_empty();
        if file.service.is_none() && project.services.len() < 2 && !several {
            Depth::Alone
        } else {
            Depth::Full
        }
    }
}

/// The links of each repository as if it were analysed alone.
fn apart(project: &Project, signs: Vec<(FileId, Signs)>) -> Vec<StaticLinks> {
    let mut by_file: IndexVec<FileId, Option<Signs>> = project.files.iter().map(|_| None).collect();
    for (id, signs) in signs {
        by_file[id] = Some(signs);
    }
    let mut own = |repository| {
        let (alone, files) = project.alone(repository);
        let ids = (0..).map(FileId::new).zip(files);
        let signs = ids.filter_map(|(id, whole)| Some((id, by_file[whole].take()?)));
        (signs.collect(), alone)
    };
    let read: Vec<(Vec<_>, Project)> = project.repositories.iter().map(&mut own).collect();
    let found = read.into_par_iter();
    found
        .map(|(signs, alone)| join(&alone, signs, true))
        .collect()
}
