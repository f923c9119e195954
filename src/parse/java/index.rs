//! All Java classes of a tree.
//!
//! In: [`Project`], extracts. Out: [`Index`].
//! Invariant: classes are numbered by file, then as they stand in it.
//! Never: classes of the JDK or of libraries.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::extract::{Class, FileExtract, NO_CLASS, Nature};
use super::realms::{Realms, Sight};
use super::services::Services;
use crate::model::{FileId, FileRole, Project};
use crate::source::Source;

/// Index of a file among the Java files.
pub(super) type FileIndex = u32;
/// Index of a class among all classes.
pub(super) type ClassIndex = u32;

/// What names are looked up in.
pub(crate) struct Index {
    /// The Java files.
    pub(super) files: Vec<File>,
    /// Index of a file by its id.
    pub(super) by_id: FxHashMap<FileId, FileIndex>,
    /// File of each class.
    owners: Vec<FileIndex>,
    /// Top-level classes by package and name.
    packages: FxHashMap<Box<str>, FxHashMap<Box<str>, Vec<ClassIndex>>>,
    /// Supertypes of each class that lie in the tree, the superclass first.
    supers: Vec<Vec<ClassIndex>>,
    /// Whether a class has a supertype outside the tree.
    foreign: Vec<bool>,
    realms: Realms,
    /// Providers of services, as `META-INF/services` names them.
    pub(super) services: Services,
}

/// One Java file.
pub(super) struct File {
    /// Its id.
    pub(super) id: FileId,
    /// Its facts.
    pub(super) extract: Arc<FileExtract>,
    /// Whether it is a test.
    pub(super) test: bool,
    /// What it sees and belongs to.
    pub(super) sight: Sight,
    first: ClassIndex,
}

/// Rounds in which supertypes are resolved; each makes one more level of inherited names known.
const ROUNDS: u32 = 4;

impl Index {
    /// Indexes `extracts`.
    pub(super) fn new(
        project: &Project,
        source: &Source,
        extracts: &[(FileId, Arc<FileExtract>)],
    ) -> Self {
        let mut index = Self {
            files: Vec::with_capacity(extracts.len()),
            by_id: FxHashMap::default(),
            owners: Vec::new(),
            packages: FxHashMap::default(),
            supers: Vec::new(),
            foreign: Vec::new(),
            realms: Realms::new(project),
            services: Services::read(project, source),
        };
        for (id, extract) in extracts {
            index.add(project, *id, extract);
        }
        index.supers = vec![Vec::new(); index.owners.len()];
        index.foreign = vec![false; index.owners.len()];
        for _ in 0..ROUNDS {
            if !index.resolve_supers() {
                break;
            }
        }
        index
    }

    fn add(&mut self, project: &Project, id: FileId, extract: &Arc<FileExtract>) {
        let position = number(self.files.len());
        let first = number(self.owners.len());
        let source = project.source(id);
        let test = source.role == FileRole::Test;
        let sight = self.realms.sight(source, &extract.package, test);
        self.by_id.insert(id, position);
        self.files.push(File {
            id,
            extract: Arc::clone(extract),
            test,
            sight,
            first,
        });
        let package = match self.packages.get_mut(&extract.package) {
            Some(package) => package,
            None => self.packages.entry(extract.package.clone()).or_default(),
        };
        for (class, at) in extract.classes.iter().zip(first..) {
            self.owners.push(position);
            if class.parent == NO_CLASS && class.nature == Nature::Member {
                package
                    .entry(extract.names.get(class.name).into())
                    .or_default()
                    .push(at);
            }
        }
    }

    /// One round; tells whether anything changed.
    fn resolve_supers(&mut self) -> bool {
        let of_file = |position: usize| {
            let position = number(position);
            let classes = self
                .file(position)
                .map_or(&[][..], |file| &file.extract.classes);
            classes
                .iter()
                .map(|class| self.supers_of(position, class))
                .collect::<Vec<_>>()
        };
        let found: Vec<Vec<(Vec<ClassIndex>, bool)>> =
            (0..self.files.len()).into_par_iter().map(of_file).collect();
        let mut changed = false;
        for (at, (supers, foreign)) in found.into_iter().flatten().enumerate() {
            if let (Some(known), Some(outside)) =
                (self.supers.get_mut(at), self.foreign.get_mut(at))
            {
                changed |= *known != supers || *outside != foreign;
                *known = supers;
                *outside = foreign;
            }
        }
        changed
    }

    fn supers_of(&self, position: FileIndex, class: &Class) -> (Vec<ClassIndex>, bool) {
        let mut supers = Vec::new();
        let mut foreign = false;
        for &of in &class.supers {
            match self.type_of_use(position, of) {
                Some(class) => supers.push(class),
                None => foreign = true,
            }
        }
        supers.extend(
            class
                .local_super
                .and_then(|local| self.class_in(position, local)),
        );
        (supers, foreign)
    }

    /// The file at `position`.
    pub(super) fn file(&self, position: FileIndex) -> Option<&File> {
        self.files.get(position as usize)
    }

    /// The file that declares `class`.
    pub(super) fn owner(&self, class: ClassIndex) -> FileIndex {
        self.owners
            .get(class as usize)
            .copied()
            .unwrap_or(FileIndex::MAX)
    }

    /// The facts of `class` and of its file.
    pub(super) fn class(&self, class: ClassIndex) -> (&Class, &File) {
        let file = &self.files[self.owner(class) as usize];
        let at = class - file.first;
        (&file.extract.classes[at as usize], file)
    }

    /// The class at `local` of the file at `position`.
    pub(super) fn class_in(&self, position: FileIndex, local: u32) -> Option<ClassIndex> {
        let file = self.file(position)?;
        file.extract.classes.get(local as usize)?;
        file.first.checked_add(local)
    }

    /// Supertypes of `class` in the tree.
    pub(super) fn supers(&self, class: ClassIndex) -> &[ClassIndex] {
        self.supers.get(class as usize).map_or(&[], Vec::as_slice)
    }

    /// Whether `class` or a class that it inherits from has a supertype outside the tree.
    pub(super) fn has_foreign_super(&self, class: ClassIndex) -> bool {
        let mut seen = vec![class];
        let mut at = 0;
        while let Some(&class) = seen.get(at) {
            at += 1;
            if self.foreign.get(class as usize).copied().unwrap_or(false) {
                return true;
            }
            for &above in self.supers(class) {
                if !seen.contains(&above) && seen.len() < 200 {
                    seen.push(above);
                }
            }
        }
        false
    }

    /// Whether a file of the tree belongs to `package`.
    pub(super) fn has_package(&self, package: &str) -> bool {
        self.packages.contains_key(package)
    }

    /// The first top-level class `name` that the file at `from` itself declares.
    pub(super) fn top_level_of(&self, from: FileIndex, name: &str) -> Option<ClassIndex> {
        let file = self.file(from)?;
        let known = self.packages.get(&file.extract.package)?.get(name)?;
        // Classes are numbered by file, so those of one file stand together.
        let at = known.partition_point(|&class| class < file.first);
        let class = known.get(at).copied();
        class.filter(|&class| self.owner(class) == from)
    }

    /// The top-level class `name` of `package` that the file at `from` sees.
    pub(super) fn top_level(
        &self,
        package: &str,
        name: &str,
        from: FileIndex,
    ) -> Option<ClassIndex> {
        let candidates = self.packages.get(package)?.get(name)?;
        let from = self.file(from)?;
        let sights = candidates.iter().map(|&class| {
            let file = self.file(self.owner(class));
            (class, file.map(|file| (file.sight, file.test)))
        });
        self.realms.choose((from.sight, from.test), sights)
    }
}

fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
