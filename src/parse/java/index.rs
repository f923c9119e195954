//! All Java classes of a tree.
//!
//! In: [`Project`], extracts. Out: [`Index`].
//! Invariant: classes are numbered by file, then as they stand in it.
//! Never: classes of the JDK or of libraries.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::parser::extract::{Class, ClassId, FileExtract, Import, Nature};
use super::realms::{Realms, Sight};
use super::services::Services;
use crate::model::{FileId, FileRole, IndexVec, Project, id};
use crate::source::Source;

id!(
    /// Position of a file among the Java files.
    pub(super) FileIndex
);
id!(
    /// Position of a class among those of all files.
    pub(super) ClassIndex
);

/// What names are looked up in.
pub(crate) struct Index {
    /// The Java files.
    pub(super) files: IndexVec<FileIndex, File>,
    /// Index of a file by its id.
    pub(super) by_id: FxHashMap<FileId, FileIndex>,
    /// What is known of each class; those of one file stand together.
    classes: IndexVec<ClassIndex, Known>,
    /// Top-level classes by package and name.
    packages: FxHashMap<Box<str>, FxHashMap<Box<str>, Vec<ClassIndex>>>,
    /// Which modules and source roots a file sees.
    realms: Realms,
    /// Classes of other languages of the JVM, as far as names of files tell: by name, their folders.
    unread: FxHashMap<Box<str>, Vec<Box<str>>>,
    /// Packages that several trees without a manifest have.
    repeated: FxHashSet<Box<str>>,
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
    /// The number of its first class.
    first: ClassIndex,
}

/// What is known of a class.
struct Known {
    /// The file that declares it.
    owner: FileIndex,
    /// Its supertypes, as far as the rounds so far tell.
    supers: Supers,
}

/// The supertypes of a class.
#[derive(Default, PartialEq, Eq)]
struct Supers {
    /// Those in the tree, the superclass first.
    inside: Vec<ClassIndex>,
    /// Whether there are others.
    foreign: bool,
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
            files: IndexVec::with_capacity(extracts.len()),
            by_id: FxHashMap::default(),
            classes: IndexVec::default(),
            packages: FxHashMap::default(),
            realms: Realms::new(project),
            unread: unread(project),
            repeated: FxHashSet::default(),
            services: Services::read(project, source),
        };
        for (id, extract) in extracts {
            index.add(project, *id, extract);
        }
        index.repeated = index.repeated_packages();
        for _ in 0..ROUNDS {
            if !index.resolve_supers() {
                break;
            }
        }
        index
    }

    /// Adds a file with its classes; top-level ones can be found by package and name.
    fn add(&mut self, project: &Project, id: FileId, extract: &Arc<FileExtract>) {
        let source = project.source(id);
        let test = source.role == FileRole::Test;
        let sight = self.realms.sight(source, &extract.package, test);
        let position = self.files.push(File {
            id,
            extract: Arc::clone(extract),
            test,
            sight,
            first: self.classes.next_id(),
        });
        self.by_id.insert(id, position);
        let package = match self.packages.get_mut(&extract.package) {
            Some(package) => package,
            None => self.packages.entry(extract.package.clone()).or_default(),
        };
        for class in &extract.classes {
            let at = self.classes.push(Known {
                owner: position,
                supers: Supers::default(),
            });
            if class.parent.is_none() && class.nature == Nature::Member {
                let name = extract.name_of(class);
                package.entry(name.into()).or_default().push(at);
            }
        }
    }

    /// Packages that stand below several source roots of which no manifest says anything.
    ///
    /// Two unrelated examples in one repository may both have a package `demo`. Merged under one
    /// name they would look like one module with a part in each of them.
    fn repeated_packages(&self) -> FxHashSet<Box<str>> {
        let mut seen: FxHashMap<&str, Sight> = FxHashMap::default();
        let mut repeated = FxHashSet::default();
        let lone = self
            .files
            .iter()
            .filter(|file| file.sight.is_alone() && !file.test);
        for file in lone {
            let package = &file.extract.package;
            if *seen.entry(package).or_insert(file.sight) != file.sight {
                repeated.insert(package.clone());
            }
        }
        repeated
    }

    /// The package of a file; with its source root where unrelated trees have one of that name.
    pub(super) fn module_of(&self, position: FileIndex) -> String {
        let file = &self.files[position];
        let package = &file.extract.package;
        if file.sight.is_alone() && self.repeated.contains(package) {
            return format!("{package}@{}", self.realms.root(file.sight));
        }
        package.to_string()
    }

    /// Whether a file without a parser declares what `import` names.
    ///
    /// `import shop.Cart;` asks for the class `Cart`, `import static shop.Util.max;` for `Util`,
    /// `import shop.*;` for any file in a folder of that package.
    pub(super) fn is_unread(&self, import: &Import) -> bool {
        if self.unread.is_empty() {
            return false;
        }
        if import.wildcard && !import.is_static {
            let mut folders = self.unread.values().flatten();
            return folders.any(|folder| lies_in(folder, &import.path));
        }
        let class = if import.is_static && !import.wildcard {
            import.split().1
        } else {
            &import.path
        };
        let (package, name) = class.rsplit_once('.').unwrap_or(("", class));
        self.has_unread(package, name)
    }

    /// Whether a file without a parser seems to declare the class `name` of `package`.
    pub(super) fn has_unread(&self, package: &str, name: &str) -> bool {
        // Kotlin compiles the functions of `Utils.kt` into the class `UtilsKt`.
        let plain = name.strip_suffix("Kt").unwrap_or(name);
        let mut folders = [name, plain]
            .into_iter()
            .filter_map(|name| self.unread.get(name));
        folders.any(|folders| folders.iter().any(|folder| lies_in(folder, package)))
    }

    /// One round; tells whether anything changed.
    ///
    /// All classes are asked with the supertypes of the round before, in parallel, so that the result
    /// does not depend on their order. Say `class A extends Base`, where `Base` has a member class
    /// `Line`, and inside of `A` stands `class Row extends Line`: the first round finds `Base`, the
    /// second `Line`.
    fn resolve_supers(&mut self) -> bool {
        let of_file = |position: FileIndex| {
            let classes = self.files[position].extract.classes.iter();
            let supers = classes.map(|class| self.supers_of(position, class));
            supers.collect::<Vec<Supers>>()
        };
        let files: Vec<FileIndex> = self.files.ids().collect();
        let found: Vec<Vec<Supers>> = files.into_par_iter().map(of_file).collect();
        let mut changed = false;
        for (known, supers) in self.classes.iter_mut().zip(found.into_iter().flatten()) {
            changed |= known.supers != supers;
            known.supers = supers;
        }
        changed
    }

    /// The supertypes of a class as the round before lets its file see them.
    fn supers_of(&self, position: FileIndex, class: &Class) -> Supers {
        let mut supers = Supers::default();
        for &of in &class.supers {
            match self.type_of_use(position, of) {
                Some(class) => supers.inside.push(class),
                None => supers.foreign = true,
            }
        }
        let local = class
            .local_super
            .map(|local| self.class_in(position, local));
        supers.inside.extend(local);
        supers
    }

    /// The file that declares `class`.
    pub(super) fn owner(&self, class: ClassIndex) -> FileIndex {
        self.classes[class].owner
    }

    /// The facts of `class` and of its file.
    pub(super) fn class(&self, class: ClassIndex) -> (&Class, &File) {
        let file = &self.files[self.owner(class)];
        let local = ClassId::new(class.index() - file.first.index());
        (&file.extract.classes[local], file)
    }

    /// The class at `local` of the file at `position`.
    pub(super) fn class_in(&self, position: FileIndex, local: ClassId) -> ClassIndex {
        ClassIndex::new(self.files[position].first.index() + local.index())
    }

    /// Supertypes of `class` in the tree.
    pub(super) fn supers(&self, class: ClassIndex) -> &[ClassIndex] {
        &self.classes[class].supers.inside
    }

    /// Whether `class` or a class that it inherits from has a supertype outside the tree.
    ///
    /// Such a class may inherit any member, so that a name found nowhere is external and not
    /// unknown. The search stops at 200 classes; a cycle of supertypes in broken code ends it, too.
    pub(super) fn has_foreign_super(&self, class: ClassIndex) -> bool {
        let mut seen = vec![class];
        let mut at = 0;
        while let Some(&class) = seen.get(at) {
            at += 1;
            if self.classes[class].supers.foreign {
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
    ///
    /// A class of the own file is meant even where another file that is seen declares the same full
    /// name.
    pub(super) fn top_level_of(&self, from: FileIndex, name: &str) -> Option<ClassIndex> {
        let file = &self.files[from];
        let known = self.packages.get(&file.extract.package)?.get(name)?;
        // Classes are numbered by file, so those of one file stand together.
        let at = known.partition_point(|&class| class < file.first);
        let class = known[at..].first().copied();
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
        let stand = |file: FileIndex| (self.files[file].sight, self.files[file].test);
        let sights = candidates
            .iter()
            .map(|&class| (class, stand(self.owner(class))));
        self.realms.choose(stand(from), sights)
    }
}

/// Files of other languages of the JVM, by what they are called: their folders.
fn unread(project: &Project) -> FxHashMap<Box<str>, Vec<Box<str>>> {
    let mut found: FxHashMap<Box<str>, Vec<Box<str>>> = FxHashMap::default();
    for file in &project.files {
        let Some((stem, "kt" | "groovy" | "scala")) = file.path.rsplit_once('.') else {
            continue;
        };
        let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        found.entry(name.into()).or_default().push(folder.into());
    }
    found
}

/// Whether a folder is that of a package, below any source root.
///
/// `src/main/kotlin/org/shop` lies in `org.shop`, `src/notorg/shop` does not.
fn lies_in(folder: &str, package: &str) -> bool {
    let package = package.replace('.', "/");
    let rest = folder.strip_suffix(package.as_str());
    !package.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}
