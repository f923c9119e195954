//! The project's files as the resolver sees them: workspaces linked, outputs led back to sources.
//!
//! In: [`Project`], [`Source`]. Out: a read-only file system.
//! Invariant: only listed files exist; each is read at most once; no link is followed.
//! Never: leaves the analysed folders.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use oxc_resolver::{FileMetadata, FileSystem, ResolveError};
use rustc_hash::{FxHashMap, FxHashSet};

use super::conventions::{OUTPUTS, clean, split_package};
use super::outputs::Output;
use super::{configs, entries, outputs};
use crate::model::names::folders;
use crate::model::{FileId, Notification, Package, Project, is_within};
use crate::source::Source;

/// Virtual folder in which the repository lies.
const TOP: &str = "/top";
/// The path segment behind which a resolver looks for packages.
const MODULES: &str = "/node_modules/";

/// Files that those of the analysed folder may inherit from above it.
const ABOVE: [&str; 4] = [
    "tsconfig.json",
    "tsconfig.base.json",
    "package.json",
    "tsconfig.build.json",
];

/// What lies at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A file of the project, by its path.
    File(String),
    /// A folder, whether it holds files of the project or only leads to such.
    Folder,
}

#[derive(Debug, Default)]
struct Inner {
    /// Virtual path of the analysed folder, below [`TOP`].
    base: String,
    /// Files of the tree by their own paths.
    files: FxHashMap<Arc<str>, FileId>,
    /// Files of the tree by the paths at which links show them.
    linked: FxHashMap<String, FileId>,
    /// Every folder above a file of the tree, without the analysed folder itself.
    folders: FxHashSet<String>,
    /// Folder of each package by name.
    packages: FxHashMap<String, String>,
    /// Third parties that the package in each folder declares.
    needed: FxHashMap<String, FxHashSet<String>>,
    /// Output folders that compiler configurations name, and the folders of their sources.
    outputs: Vec<Output>,
    /// Sources of what bundlers build, by the path of the output.
    built: FxHashMap<String, String>,
    /// Conditions of package exports that configurations add.
    conditions: Vec<String>,
    /// What is wrong with the configurations.
    problems: Vec<Notification>,
    /// Texts of manifests that an ignore rule hides, by path.
    hidden: FxHashMap<String, String>,
    /// Texts of files above the analysed folder, by virtual path.
    above: FxHashMap<String, String>,
    /// Where texts are read from; `None` only in a tree that holds nothing.
    source: Option<Source>,
    /// Texts by path as read; of a configuration without the bases that nobody can read.
    texts: Mutex<FxHashMap<String, Arc<[u8]>>>,
}

/// A cheap handle to the tree.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree(Arc<Inner>);

impl Tree {
    /// Lists the files and packages of the project, then reads what configurations say about
    /// builds.
    pub(super) fn build(project: &Project, source: &Source) -> Self {
        let mut inner = Inner {
            base: base(source),
            source: Some(source.clone()),
            ..Inner::default()
        };
        inner.add_files(project);
        inner.add_packages(project, source);
        inner.add_above(source);
        inner.add_builds(project, source);
        Self(Arc::new(inner))
    }

    /// The virtual absolute path of a file of the project.
    pub(super) fn absolute(&self, path: &str) -> PathBuf {
        PathBuf::from(format!("{}/{path}", self.0.base))
    }

    /// The path of the project behind a virtual one.
    pub(super) fn inside<'p>(&self, path: &'p Path) -> Option<&'p str> {
        let below = path.to_str()?.strip_prefix(self.0.base.as_str())?;
        below.strip_prefix('/')
    }

    /// The listed file at a path of the project, or the file that a symbolic link shows there.
    pub(super) fn file(&self, path: &str) -> Option<FileId> {
        let linked = || self.0.linked.get(path);
        self.0.files.get(path).or_else(linked).copied()
    }

    /// Whether the folder holds a listed file, at any depth.
    pub(super) fn is_folder(&self, path: &str) -> bool {
        self.0.folders.contains(path)
    }

    /// Folder of the package called `name`.
    pub(super) fn package(&self, name: &str) -> Option<&str> {
        self.0.packages.get(name).map(String::as_str)
    }

    /// Whether the package around `path` declares a third party of that name.
    pub(super) fn needs(&self, path: &str, name: &str) -> bool {
        let mut around = folders(path).filter_map(|dir| self.0.needed.get(dir));
        around.next().is_some_and(|needed| needed.contains(name))
    }

    /// The file of the project that a resolved path stands for.
    pub(super) fn located(&self, path: &Path) -> Option<FileId> {
        match self.0.entry(path.to_str()?)? {
            Entry::File(path) => self.file(&path),
            Entry::Folder => None,
        }
    }

    /// What is wrong with the configurations.
    pub(super) fn problems(&self) -> &[Notification] {
        &self.0.problems
    }

    /// Conditions of package exports that configurations add.
    pub(super) fn conditions(&self) -> &[String] {
        &self.0.conditions
    }

    /// The source behind an output file.
    pub(super) fn source_of(&self, path: &str) -> Option<FileId> {
        self.0.source_of(path).and_then(|path| self.file(&path))
    }
}

/// Virtual path of the analysed folder: where it lies in its repository.
///
/// `/top/packages/web` when `packages/web` is analysed. Several analysed folders have `/top`
/// as their common base, and the paths of their files start there.
fn base(source: &Source) -> String {
    let inside = source.root().strip_prefix(source.top());
    let inside = inside.unwrap_or(Path::new(""));
    let single = source.roots().len() == 1;
    let parts = inside.iter().map(|part| part.to_string_lossy());
    parts
        .filter(|_| single)
        .fold(TOP.to_owned(), |base, part| format!("{base}/{part}"))
}

/// The packages that a `package.json` describes.
fn npm(project: &Project) -> impl Iterator<Item = &Package> {
    let packages = project.packages.iter();
    packages.filter(|package| package.ecosystem == "npm")
}

/// The packages that a package manager would link for others: members of a workspace, below none, or needed by path.
///
/// Other packages only exist in the same repository: a bare import of such a name means the
/// one published in a registry.
fn linked(project: &Project) -> impl Iterator<Item = &Package> {
    let npm = || {
        project
            .packages
            .iter()
            .filter(|package| package.ecosystem == "npm")
    };
    let roots = npm().filter(|root| root.workspace.as_ref() == Some(&root.manifest));
    let roots: Vec<&str> = roots.map(|root| root.dir.as_str()).collect();
    let needs = npm().flat_map(|package| &package.dependencies);
    let wanted: FxHashSet<&str> = needs.filter_map(|need| need.path.as_deref()).collect();
    npm().filter(move |package| {
        let below = |root: &&str| is_within(&package.dir, root);
        let wanted = || wanted.contains(package.dir.as_str());
        package.workspace.is_some() || wanted() || !roots.iter().any(below)
    })
}

impl Inner {
    /// Takes over every listed file, with the folders above it, and the places that links show.
    fn add_files(&mut self, project: &Project) {
        for (id, file) in project.iter() {
            self.files.insert(Arc::clone(&file.path), id);
            self.add_folders(&file.path);
        }
        for (path, id) in project.linked_files() {
            self.add_folders(&path);
            self.linked.insert(path, id);
        }
    }

    /// A root folder without a name of its own must not hide a package of that name.
    ///
    /// Where two packages carry one name, the first counts. Each package's third-party
    /// dependencies are kept apart: they are what tells an external import from a missing one.
    fn add_packages(&mut self, project: &Project, source: &Source) {
        let below = linked(project).filter(|package| !package.dir.is_empty());
        for package in below.chain(npm(project).filter(|package| package.dir.is_empty())) {
            self.packages
                .entry(package.name.clone())
                .or_insert_with(|| package.dir.clone());
            if !self.files.contains_key(&package.manifest) {
                let text = source.text(&package.manifest).unwrap_or_default();
                self.hidden.insert(package.manifest.to_string(), text);
            }
        }
        for package in npm(project) {
            let outside = package.dependencies.iter();
            let outside = outside.filter(|need| need.target.is_none() && need.path.is_none());
            let needed = self.needed.entry(package.dir.clone()).or_default();
            needed.extend(outside.map(|need| need.key.clone()));
        }
    }

    /// What lies above the analysed folder and may be inherited.
    fn add_above(&mut self, source: &Source) {
        for name in ABOVE {
            for (path, text) in source.above(name) {
                if let Some(path) = clean(&format!("{}/{path}", self.base)) {
                    self.above.insert(path, text);
                }
            }
        }
    }

    /// What bundlers and the compiler write, and what their configurations say.
    fn add_builds(&mut self, project: &Project, source: &Source) {
        let (built, (configs, problems)) = rayon::join(
            || entries::sources(npm(project), &self.files, source),
            || configs::read(&self.files, source),
        );
        let of_tree = |name: &str| self.packages.contains_key(name);
        // `extends` of a base that is neither in the tree nor a package of it would make the
        // resolver
        // reject the whole configuration, its `paths` included.
        let readable = configs.iter().filter_map(|config| {
            let text = config.without_missing(&self.files, of_tree)?;
            Some((config.path.to_string(), text.into_bytes().into()))
        });
        self.texts = Mutex::new(readable.collect());
        self.built = built;
        self.outputs = outputs::find(&configs);
        self.conditions = outputs::conditions(&configs);
        self.problems = problems;
    }

    /// Notes every folder above `path`, and stops at the first that is known: those above it are,
    /// too.
    fn add_folders(&mut self, path: &str) {
        let mut dirs = folders(path).filter(|dir| !dir.is_empty());
        while let Some(dir) = dirs.next().filter(|dir| !self.folders.contains(*dir)) {
            self.folders.insert(dir.to_owned());
        }
    }

    /// What lies at a virtual path, for the resolver.
    ///
    /// The order matters: `node_modules` first, which exists nowhere but holds the packages of
    /// the tree; then files above the analysed folder; then the tree. A folder above the base
    /// exists, so that the resolver can climb through it, but none of its files do, except those
    /// of `ABOVE`.
    fn entry(&self, path: &str) -> Option<Entry> {
        if let Some(at) = path.rfind(MODULES) {
            return self.installed(&path[..at], &path[at + MODULES.len()..]);
        }
        if let Some(holder) = path.strip_suffix(MODULES.trim_end_matches('/')) {
            return (holder == self.base || holder == TOP).then_some(Entry::Folder);
        }
        if self.above.contains_key(path) {
            return Some(Entry::File(path.to_owned()));
        }
        let Some(inside) = path.strip_prefix(self.base.as_str()) else {
            return self.base.starts_with(path).then_some(Entry::Folder);
        };
        if inside.is_empty() {
            return Some(Entry::Folder);
        }
        self.inside(inside.strip_prefix('/')?)
    }

    /// What lies at a path of the project: a file, a folder, or the source behind a built file.
    ///
    /// A missing `tsconfig.json` is answered with the `jsconfig.json` beside it. Sources of
    /// outputs come last: a built file that is itself listed stands for itself.
    fn inside(&self, path: &str) -> Option<Entry> {
        let known = self.files.contains_key(path) || self.linked.contains_key(path);
        if known || self.hidden.contains_key(path) {
            return Some(Entry::File(path.to_owned()));
        }
        if self.folders.contains(path) {
            return Some(Entry::Folder);
        }
        if let Some(dir) = path.strip_suffix("tsconfig.json") {
            let other = format!("{dir}jsconfig.json");
            return self
                .files
                .contains_key(other.as_str())
                .then_some(Entry::File(other));
        }
        self.source_of(path).map(Entry::File)
    }

    /// A path below a `node_modules`: packages of the tree are linked at its top.
    ///
    /// `/top/node_modules/@shop/ui/button.ts` is `packages/ui/button.ts` when `@shop/ui` lives
    /// there. A `node_modules` deeper in the tree holds nothing.
    fn installed(&self, holder: &str, rest: &str) -> Option<Entry> {
        if holder != self.base && holder != TOP {
            return None;
        }
        if rest.starts_with('@') && !rest.contains('/') {
            return Some(Entry::Folder);
        }
        let (name, inner) = split_package(rest);
        let dir = self.packages.get(name)?;
        let path = if dir.is_empty() {
            inner.to_owned()
        } else {
            format!("{dir}/{inner}")
        };
        match path.trim_end_matches('/') {
            "" => Some(Entry::Folder),
            path => self.inside(path),
        }
    }

    /// The path of the source from which the file at `path` is built.
    ///
    /// What a bundler's build file lists comes first, then `outDir` and `rootDir` of the
    /// compiler, and folders that are usually outputs (`dist`, `lib`) last.
    fn source_of(&self, path: &str) -> Option<String> {
        if let Some(source) = self.built.get(path) {
            return Some(source.clone());
        }
        let declared = self.outputs.iter().filter_map(|output| {
            let rest = path.strip_prefix(output.out.as_str())?.strip_prefix('/')?;
            output
                .sources
                .iter()
                .find_map(|source| self.behind(source, rest))
        });
        declared
            .into_iter()
            .next()
            .or_else(|| self.usual_source(path))
    }

    /// `dist/a/b.js` → `src/a/b.ts`, or beside `dist`.
    ///
    /// A first folder that names a format or holds declarations may be skipped as well:
    /// `dist/esm/a.js` and `dist/types/a.d.ts` both stand for `src/a.ts`.
    fn usual_source(&self, path: &str) -> Option<String> {
        let mut at = 0;
        for part in path.split('/') {
            let end = at + part.len();
            if OUTPUTS.contains(&part) {
                let dir = path[..at].trim_end_matches('/');
                let rest = path[end..].trim_start_matches('/');
                let flat = rest
                    .split_once('/')
                    .filter(|(first, _)| OUTPUTS.contains(first) || *first == "types");
                let rests = [Some(rest), flat.map(|(_, rest)| rest)];
                let source = if dir.is_empty() {
                    "src".to_owned()
                } else {
                    format!("{dir}/src")
                };
                for rest in rests.into_iter().flatten() {
                    let found = self
                        .behind(&source, rest)
                        .or_else(|| self.behind(dir, rest));
                    if found.is_some() {
                        return found;
                    }
                }
            }
            at = end + 1;
        }
        None
    }

    /// The source below `dir` from which the output `rest` is made.
    ///
    /// `behind("src", "a/b.d.ts")` tries `src/a/b.ts` and `src/a/b.tsx`; an output without an
    /// ending may be a folder with an `index.ts`. `None` if no candidate is a listed file.
    fn behind(&self, dir: &str, rest: &str) -> Option<String> {
        let stem = OUTPUT_KINDS
            .iter()
            .find_map(|(ending, sources)| Some((rest.strip_suffix(ending)?, *sources)));
        let (stem, endings) = stem?;
        endings.iter().find_map(|ending| {
            let path = if dir.is_empty() || stem.is_empty() {
                format!("{dir}{stem}{ending}")
            } else {
                format!("{dir}/{stem}{ending}")
            };
            self.files.contains_key(path.as_str()).then_some(path)
        })
    }

    /// The bytes of a file, read once; folders and unlisted paths are reported as not found.
    fn text(&self, path: &str) -> io::Result<Arc<[u8]>> {
        let missing = || io::Error::from(io::ErrorKind::NotFound);
        match self.entry(path).ok_or_else(missing)? {
            Entry::Folder => Err(missing()),
            Entry::File(file) => {
                if let Some(text) = self.above.get(&file).or_else(|| self.hidden.get(&file)) {
                    return Ok(Arc::from(text.as_bytes()));
                }
                let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(text) = texts.get(&file) {
                    return Ok(Arc::clone(text));
                }
                let source = self.source.as_ref().ok_or_else(missing)?;
                let text: Arc<[u8]> = source
                    .text(&file)
                    .map_err(|_| missing())?
                    .into_bytes()
                    .into();
                texts.insert(file, Arc::clone(&text));
                Ok(text)
            }
        }
    }
}

/// Endings of outputs, and of the sources that they may come from.
///
/// The empty ending fits every path, and thus stands last.
const OUTPUT_KINDS: [(&str, &[&str]); 8] = [
    (".d.mts", &[".mts"]),
    (".d.cts", &[".cts"]),
    (".d.ts", &[".ts", ".tsx"]),
    (".mjs", &[".mts", ".ts", ".mjs"]),
    (".cjs", &[".cts", ".ts", ".cjs"]),
    (".jsx", &[".tsx", ".jsx"]),
    (".js", &[".ts", ".tsx", ".js", ".jsx", ".mts"]),
    ("", &["/index.ts", ".ts", ".tsx"]),
];

impl FileSystem for Tree {
    fn new() -> Self {
        Self::default()
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let path = path.to_str().ok_or(io::ErrorKind::NotFound)?;
        self.0.text(path).map(|text| text.to_vec())
    }

    fn read_to_string(&self, path: &Path) -> io::Result<String> {
        let bytes = self.read(path)?;
        String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    fn metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        match path.to_str().and_then(|path| self.0.entry(path)) {
            Some(Entry::File(_)) => Ok(FileMetadata::new(true, false, false)),
            Some(Entry::Folder) => Ok(FileMetadata::new(false, true, false)),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        self.metadata(path)
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, ResolveError> {
        Err(ResolveError::NotFound(path.display().to_string()))
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_path_buf())
    }
}
