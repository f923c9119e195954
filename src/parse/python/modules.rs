//! Which file or folder a dotted Python name means.
//!
//! In: the files and source roots of the project. Out: [`Found`].
//! Invariant: package folder before `.py` before namespace folder, `.pyi` only where it is alone.
//! Never: an absolute import that means a sibling within a package.

use rustc_hash::{FxHashMap, FxHashSet};

use super::extract::Extract;
use super::stdlib;
use crate::model::{FileId, Id, IndexVec, Project, id, is_within, names};

id!(
    /// A path of the tree, seen as a module name.
    pub(super) NodeId
);

/// The topmost node: the analysed folder, or one above that holds it in a package.
pub(super) const ROOT: NodeId = NodeId::FIRST;

/// A folder, a module, or both: `shop/` beside `shop.py`.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// What lies below, by name.
    children: FxHashMap<Box<str>, NodeId>,
    /// Its own name, without an ending.
    name: Box<str>,
    parent: Option<NodeId>,
    /// How many folders lie above.
    depth: usize,
    /// Its `__init__.py`.
    package: Option<FileId>,
    /// The `.py` file of that name.
    module: Option<FileId>,
    /// Its `__init__.pyi`.
    package_stub: Option<FileId>,
    /// The `.pyi` file of that name.
    module_stub: Option<FileId>,
    /// Whether some Python file lies in it, at any depth.
    pub(super) folder: bool,
    /// Its `__init__` says that other folders of that name belong to it.
    spread: bool,
}

/// The meaning of a dotted name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A module or package with a file.
    Module(Module),
    /// Folders that together form a namespace package.
    Namespace(Vec<NodeId>),
    /// Not part of the tree.
    External,
    /// Its package is part of the tree, it is not.
    Missing,
    /// Several unrelated files could be meant.
    Ambiguous,
}

/// A module or regular package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Module {
    /// The file that stands for it.
    pub(super) file: FileId,
    /// Its place in the tree of names.
    node: NodeId,
    /// Has submodules: a folder with an `__init__`.
    pub(super) package: bool,
    /// Only a stub stands for it.
    pub(super) stub: bool,
}

/// Where code of one file finds absolute names.
#[derive(Clone, Debug)]
pub(super) struct Near {
    /// Folders that are searched before the standard library: a script's own folder, declared roots.
    first: Vec<NodeId>,
    /// Folders above that are roots by their looks only.
    then: Vec<NodeId>,
    /// The file's own folder below a root, in case it is run as a script.
    script: Option<NodeId>,
    /// The innermost distribution around.
    home: Option<usize>,
}

/// What a manifest says of the names of a distribution.
#[derive(Debug)]
pub(super) struct Home {
    /// The folder of the manifest.
    pub(super) dir: String,
    /// Folders that the manifest names as roots.
    pub(super) roots: Vec<NodeId>,
    /// Third parties that it needs, as `sentry_sdk`.
    pub(super) needs: FxHashSet<String>,
}

/// All Python modules of a project.
#[derive(Debug)]
pub(super) struct ModuleMap {
    pub(super) nodes: IndexVec<NodeId, Node>,
    /// The analysed folder; below the first node where it lies inside of packages.
    pub(super) base: NodeId,
    /// Every folder where names start, by path, and whether a manifest says so.
    pub(super) roots: Vec<(NodeId, bool)>,
    /// Per folder of a Python manifest, innermost folders first.
    pub(super) homes: Vec<Home>,
    /// Folders that hold the names of a declared root above: by a list of packages, or all below the root.
    pub(super) covered: FxHashMap<NodeId, bool>,
    /// How many imports make a folder a package (first), and how many make it a root.
    pub(super) votes: FxHashMap<NodeId, (u32, u32)>,
    /// Names of packages that lie below several folders of which no manifest says anything.
    repeated: FxHashSet<String>,
    /// The folder `src` of the analysed folder, if it holds Python files.
    pub(super) src: Option<NodeId>,
}

impl ModuleMap {
    /// Lays out all files, then decides where names start.
    ///
    /// The order matters: manifests and votes need the folders of all files, and roots need both.
    pub(super) fn new(project: &Project, extracts: &[(FileId, Extract)]) -> Self {
        let mut map = Self {
            nodes: IndexVec::from(vec![Node {
                folder: true,
                ..Node::default()
            }]),
            base: ROOT,
            roots: Vec::new(),
            homes: Vec::new(),
            covered: FxHashMap::default(),
            votes: FxHashMap::default(),
            repeated: FxHashSet::default(),
            src: None,
        };
        map.base = map.make(&project.inside);
        map.mark_folders(map.base);
        map.add_files(project, extracts);
        map.src = map.find("src").filter(|src| map.nodes[*src].folder);
        map.add_homes(project);
        map.vote(project, extracts);
        map.roots = map.all_roots();
        map.repeated = map.repeated_names();
        map
    }

    /// Takes in every file that was read, at its own path and at those where links show it.
    fn add_files(&mut self, project: &Project, extracts: &[(FileId, Extract)]) {
        let mut parsed = FxHashSet::default();
        for (file, extract) in extracts {
            let id = self.add(*file, &project.source(*file).path);
            if let Some(id) = id.filter(|_| extract.exports.spread) {
                self.nodes[id].spread = true;
            }
            parsed.insert(*file);
        }
        for (path, file) in project.linked_files() {
            if parsed.contains(&file) {
                self.add(file, &path);
            }
        }
    }

    /// Dotted names that packages below different undeclared roots share.
    ///
    /// `tests` in ten projects of one repository are ten packages; names must tell them apart.
    fn repeated_names(&self) -> FxHashSet<String> {
        let mut seen: FxHashMap<String, NodeId> = FxHashMap::default();
        let mut repeated = FxHashSet::default();
        for id in self.nodes.ids().filter(|id| self.is_package(*id)) {
            let path = self.path(id);
            let top = self.top(id);
            if self.declared_root_of(id, &path).is_none() {
                let name = self.dotted(id, self.nodes[top].depth);
                let known = *seen.entry(name.clone()).or_insert(top);
                if known != top {
                    repeated.insert(name);
                }
            }
        }
        repeated
    }

    /// The path of a folder below the analysed one.
    fn path(&self, id: NodeId) -> String {
        self.names_below(id, self.nodes[self.base].depth).join("/")
    }

    /// The dotted name of a node, without its first `depth` folders.
    fn dotted(&self, id: NodeId, depth: usize) -> String {
        self.names_below(id, depth).join(".")
    }

    /// The names of the folders from `depth` on, down to `id`.
    fn names_below(&self, id: NodeId, depth: usize) -> Vec<&str> {
        let line = std::iter::successors(Some(id), |at| self.parent(*at));
        let line = line.take_while(|at| self.nodes[*at].depth > depth);
        let mut names: Vec<&str> = line.map(|at| &*self.nodes[at].name).collect();
        names.reverse();
        names
    }

    /// Puts a file into the tree; `None` for a path without an extension.
    ///
    /// `shop/__init__.py` becomes the package at the node `shop`, `shop/cart.py` the module at
    /// `shop.cart`. The first of two files for one slot counts.
    fn add(&mut self, file: FileId, path: &str) -> Option<NodeId> {
        let (stem, extension) = path.rsplit_once('.')?;
        let (dir, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        let folder = self.make(dir);
        self.mark_folders(folder);
        let package = name == "__init__";
        let id = if package {
            folder
        } else {
            self.child(folder, name)
        };
        let node = &mut self.nodes[id];
        let slot = match (package, extension == "pyi") {
            (true, false) => &mut node.package,
            (true, true) => &mut node.package_stub,
            (false, false) => &mut node.module,
            (false, true) => &mut node.module_stub,
        };
        slot.get_or_insert(file);
        Some(id)
    }

    /// Marks a folder and those above as holding Python files, up to the first that is marked.
    fn mark_folders(&mut self, from: NodeId) {
        let mut next = Some(from);
        while let Some(id) = next.filter(|id| !self.nodes[*id].folder) {
            self.nodes[id].folder = true;
            next = self.parent(id);
        }
    }

    /// The node of a folder below the analysed one, created as far as needed.
    fn make(&mut self, dir: &str) -> NodeId {
        dir.split('/')
            .filter(|part| !part.is_empty())
            .fold(self.base, |node, part| self.child(node, part))
    }

    /// The child `name` of a node, created if it is new.
    fn child(&mut self, parent: NodeId, name: &str) -> NodeId {
        let new = self.nodes.next_id();
        let node = &mut self.nodes[parent];
        if let Some(child) = node.children.get(name) {
            return *child;
        }
        let depth = node.depth + 1;
        node.children.insert(name.into(), new);
        self.nodes.push(Node {
            name: name.into(),
            parent: Some(parent),
            depth,
            ..Node::default()
        });
        new
    }

    /// The node of a folder, if some file lies there; empty and `.` segments are skipped.
    pub(super) fn find(&self, dir: &str) -> Option<NodeId> {
        let mut parts = dir
            .split('/')
            .filter(|part| !part.is_empty() && *part != ".");
        parts.try_fold(self.base, |node, part| self.below_named(node, part))
    }

    /// The child `name` of a node, if it is known.
    pub(super) fn below_named(&self, id: NodeId, name: &str) -> Option<NodeId> {
        self.nodes[id].children.get(name).copied()
    }

    /// Whether a folder is a package. One whose name no import can write (`{{ bot }}`, `my-app`) is none,
    /// for all its `__init__`: names in it start there.
    pub(super) fn is_package(&self, id: NodeId) -> bool {
        let node = &self.nodes[id];
        let importable = |c: char| c.is_alphanumeric() || c == '_';
        node.package.or(node.package_stub).is_some() && node.name.chars().all(importable)
    }

    pub(super) fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.nodes[id].parent
    }

    /// The folder above the topmost package around `id`.
    pub(super) fn top(&self, id: NodeId) -> NodeId {
        let mut top = id;
        while let Some(parent) = self.parent(top).filter(|_| self.is_package(top)) {
            top = parent;
        }
        top
    }

    /// The file that stands for a node, in Python's order: package, module, then their stubs.
    fn module_at(&self, id: NodeId) -> Option<Module> {
        let node = &self.nodes[id];
        let module = |file, package, stub| {
            Some(Module {
                file,
                node: id,
                package,
                stub,
            })
        };
        match (
            node.package,
            node.module,
            node.package_stub,
            node.module_stub,
        ) {
            (Some(file), ..) => module(file, true, false),
            (None, Some(file), ..) => module(file, false, false),
            (None, None, Some(file), _) => module(file, true, true),
            (None, None, None, Some(file)) => module(file, false, true),
            (None, None, None, None) => None,
        }
    }

    /// What `name` means below the folders `dirs`.
    ///
    /// A folder without an `__init__` does not end the search: a module in a later folder wins
    /// over a namespace in an earlier one, as in Python. A spread package is treated like a
    /// namespace.
    fn below(&self, dirs: &[NodeId], name: &str) -> Found {
        let mut folders = Vec::new();
        for dir in dirs {
            let Some(id) = self.below_named(*dir, name) else {
                continue;
            };
            match self.module_at(id) {
                Some(module) if !(module.package && self.nodes[id].spread) => {
                    return Found::Module(module);
                }
                _ => folders.push(id),
            }
        }
        if folders.is_empty() {
            Found::Missing
        } else {
            Found::Namespace(folders)
        }
    }

    /// The submodule `name` of `found`.
    pub(super) fn submodule(&self, found: &Found, name: &str) -> Found {
        match found {
            Found::Module(module) if module.package => self.below(&[module.node], name),
            Found::Module(_) | Found::Missing => Found::Missing,
            Found::Namespace(dirs) => self.below(dirs, name),
            Found::External => Found::External,
            Found::Ambiguous => Found::Ambiguous,
        }
    }

    /// Goes down from `first` by the names that follow.
    fn descend<'n>(&self, first: Found, rest: impl Iterator<Item = &'n str>) -> Found {
        rest.fold(first, |found, name| self.submodule(&found, name))
    }

    /// The package that `level` dots mean in the file at `path`, and `module` below it.
    ///
    /// One dot is the folder of the file, each further dot one above. `Missing` when the dots
    /// lead out of the tree.
    pub(super) fn relative(&self, path: &str, level: u32, module: &str) -> Found {
        let Some(mut dir) = self.find(names::folder(path)) else {
            return Found::Missing;
        };
        for _ in 1..level {
            let Some(above) = self.parent(dir) else {
                return Found::Missing;
            };
            dir = above;
        }
        let package = self.module_at(dir).filter(|module| module.package);
        let base = package.map_or_else(|| Found::Namespace(vec![dir]), Found::Module);
        self.descend(base, module.split('.').filter(|part| !part.is_empty()))
    }

    /// Whether `inner` lies directly below the package `outer`.
    pub(super) fn is_submodule(&self, outer: Module, inner: Module) -> bool {
        self.parent(inner.node) == Some(outer.node)
    }

    /// What the absolute name `module` means for code with the search path `near`.
    ///
    /// The order is that of `sys.path`: the script's own folder and declared roots, the standard
    /// library, third parties that the manifest needs, roots by their looks, other roots of the
    /// tree. `json` in a folder of the project that is searched first does hide the standard one;
    /// elsewhere it does not. A name that starts with a folder but does not go on in it is
    /// external: `google.cloud` may be installed beside a `google/` of the tree.
    pub(super) fn absolute(&self, near: &Near, path: &str, module: &str) -> Found {
        let mut parts = module.split('.');
        let first = parts.next().unwrap_or(module);
        if stdlib::is_built_in(first) {
            return Found::External;
        }
        let start = self.below(&near.first, first);
        if matches!(start, Found::Module(_)) {
            return self.descend(start, parts);
        }
        if stdlib::contains(first) || self.is_needed(near, first) && start == Found::Missing {
            return Found::External;
        }
        let start = merge(start, self.below(&near.then, first));
        if matches!(start, Found::Module(_)) {
            return self.descend(start, parts);
        }
        let script = near.script.map(|script| self.below(&[script], first));
        if let Some(found @ Found::Module(_)) = script {
            return self.descend(found, parts);
        }
        let start = self.far(path, near, start, first);
        let is_module = matches!(start, Found::Module(_));
        match self.descend(start, parts) {
            Found::Missing if !is_module => Found::External,
            found => found,
        }
    }

    /// Whether the distribution says that a third party of that name is needed.
    fn is_needed(&self, near: &Near, first: &str) -> bool {
        let home = near.home.and_then(|home| self.homes.get(home));
        home.is_some_and(|home| home.needs.contains(&plain(first)))
    }

    /// Looks in all other roots of the tree, for other distributions: packages anywhere, single
    /// modules only where a manifest says that names start.
    ///
    /// The nearest root is the one that shares the most folders with `path`. Several at the same
    /// distance are ambiguous, unless they end in the same file.
    fn far(&self, path: &str, near: &Near, own: Found, first: &str) -> Found {
        let mut folders = if let Found::Namespace(folders) = own {
            folders
        } else {
            Vec::new()
        };
        let searched = |root: &NodeId| near.first.contains(root) || near.then.contains(root);
        let mut found: Vec<(usize, Module)> = Vec::new();
        for (root, firm) in self.roots.iter().filter(|(root, _)| !searched(root)) {
            match self.below(&[*root], first) {
                Found::Module(module) if !(*firm || module.package) => {}
                Found::Module(module) => found.push((self.shared_depth(*root, path), module)),
                Found::Namespace(more) => folders.extend(more),
                _ => {}
            }
        }
        let Some(depth) = found.iter().map(|(depth, _)| *depth).max() else {
            return if folders.is_empty() {
                Found::External
            } else {
                Found::Namespace(folders)
            };
        };
        let mut nearest = found
            .into_iter()
            .filter(|(shared, _)| *shared == depth)
            .map(|(_, module)| module);
        match nearest.next() {
            Some(module) if nearest.all(|other| other.file == module.file) => Found::Module(module),
            _ => Found::Ambiguous,
        }
    }

    /// How many folders above `path` are also at or above `root`.
    ///
    /// Counted from the analysed folder: 2 for the root `a/b` and the path `a/b/c.py`.
    fn shared_depth(&self, root: NodeId, path: &str) -> usize {
        let mut line = vec![root];
        while let Some(parent) = line.last().and_then(|id| self.parent(*id)) {
            line.push(parent);
        }
        let mut at = self.base;
        for (depth, part) in path.split('/').enumerate() {
            let next = self.below_named(at, part);
            match next.filter(|next| line.contains(next)) {
                Some(next) => at = next,
                None => return depth,
            }
        }
        0
    }

    /// The folders that the interpreter would search for code of `path`, first ones first.
    ///
    /// Three sources, the certain ones first: the file's own folder if it can be run as a script,
    /// roots of the manifests around, and folders above the topmost package that look like roots.
    ///
    /// A folder that looks like no root may still hold a script (`script`). It is tried after
    /// these: as part of a package it is not searched, and a sibling must not hide a module of
    /// that name in a root.
    pub(super) fn near_roots(&self, path: &str) -> Near {
        let dir = self.find(names::folder(path)).unwrap_or(self.base);
        let mut up = std::iter::successors(Some(dir), |at| self.parent(*at));
        let package = up.find(|at| self.is_package(*at));
        let alone = package.is_none();
        let own_root = self.looks_like_root(dir);
        let script = alone && own_root;
        let declared: Vec<NodeId> = self
            .homes_around(path)
            .flat_map(|(_, home)| home.roots.iter().copied())
            .collect();
        let first = script.then_some(dir).into_iter().chain(declared);
        let top = package.map_or(dir, |package| self.top(package));
        let above = std::iter::successors(Some(top), |at| self.parent(*at));
        let above = above.filter(|at| self.looks_like_root(*at));
        let mut seen = FxHashSet::default();
        let mut fresh = |root: &NodeId| !self.is_package(*root) && seen.insert(*root);
        let first: Vec<NodeId> = first.filter(&mut fresh).collect();
        let then = above.chain(self.src).filter(&mut fresh).collect();
        let below = !alone && !self.is_package(dir) || alone && !own_root && self.votes(dir) == 0;
        Near {
            first,
            then,
            script: Some(dir).filter(|dir| below && self.cover(*dir) != Some(true)),
            home: self.homes_around(path).next().map(|(at, _)| at),
        }
    }

    /// How many imports take a folder for a package.
    fn votes(&self, folder: NodeId) -> u32 {
        self.votes.get(&folder).map_or(0, |votes| votes.0)
    }

    /// Manifests whose folder holds `path`, the innermost first.
    fn homes_around(&self, path: &str) -> impl Iterator<Item = (usize, &Home)> {
        let homes = self.homes.iter().enumerate();
        homes.filter(move |(_, home)| is_within(path, &home.dir))
    }

    /// How deep the innermost declared root around a folder lies.
    fn declared_root_of(&self, id: NodeId, path: &str) -> Option<usize> {
        let around = |root: &NodeId| {
            std::iter::successors(Some(id), |at| self.parent(*at)).any(|at| at == *root)
        };
        let roots = self.homes_around(path).flat_map(|(_, home)| &home.roots);
        let roots = roots.filter(|root| around(root));
        roots.map(|root| self.nodes[*root].depth).max()
    }

    /// The dotted package that holds the file at `path`; with its folder where several have that name.
    ///
    /// `web.views` for `src/web/views/cart.py` when `src` is a root; `tests@api` for a `tests`
    /// below `api` when other undeclared folders hold a `tests`, too.
    pub(super) fn package_name(&self, path: &str) -> String {
        let dir = names::folder(path);
        let id = self.find(dir).unwrap_or(self.base);
        let least = self.nodes[self.base].depth;
        let declared = self.declared_root_of(id, path);
        let top = self.is_package(id).then(|| self.top(id));
        let depth = declared.or(top.map(|top| self.nodes[top].depth));
        let name = self.dotted(id, depth.unwrap_or(0).max(least));
        match top.filter(|_| declared.is_none() && self.repeated.contains(&name)) {
            Some(top) => format!("{name}@{}", self.path(top)),
            None => name,
        }
    }
}

/// The first module of two answers, else their folders together.
///
/// A module beats folders, wherever it was found; otherwise the near answer counts.
fn merge(near: Found, next: Found) -> Found {
    match (near, next) {
        (_, module @ Found::Module(_)) => module,
        (Found::Namespace(mut folders), Found::Namespace(more)) => {
            folders.extend(more);
            Found::Namespace(folders)
        }
        (Found::Missing, next) => next,
        (near, _) => near,
    }
}

/// The name of a distribution as a module would be called.
///
/// `Sentry-SDK` → `sentry_sdk`.
pub(super) fn plain(name: &str) -> String {
    name.to_lowercase().replace(['-', '.'], "_")
}
