//! Which file or folder a dotted Python name means.
//!
//! In: the files and source roots of the project. Out: [`Found`].
//! Invariant: package folder before `.py` before namespace folder, `.pyi` only where it is alone.
//! Never: an absolute import that means a sibling within a package.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::stdlib;
use crate::model::{FileId, Id, IndexVec, Project, id, is_within, names};

id!(
    /// A path of the tree, seen as a module name.
    pub(super) NodeId
);

const ROOT: NodeId = NodeId::FIRST;

#[derive(Debug, Default)]
struct Node {
    children: FxHashMap<Box<str>, NodeId>,
    parent: Option<NodeId>,
    depth: usize,
    package: Option<FileId>,
    module: Option<FileId>,
    package_stub: Option<FileId>,
    module_stub: Option<FileId>,
    folder: bool,
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
    pub(super) file: FileId,
    node: NodeId,
    /// Has submodules: a folder with an `__init__`.
    pub(super) package: bool,
    /// Only a stub stands for it.
    pub(super) stub: bool,
}

/// Where code of one file finds absolute names.
#[derive(Clone, Debug)]
pub(super) struct Near {
    /// Folders in the order in which they are searched.
    roots: Vec<NodeId>,
    /// The file's own folder below a package, in case it is run as a script.
    script: Option<NodeId>,
}

/// All Python modules of a project.
#[derive(Debug, Default)]
pub(super) struct ModuleMap {
    nodes: IndexVec<NodeId, Node>,
    /// Every folder where names start, by path, and whether a manifest says so.
    roots: Vec<(NodeId, bool)>,
    /// Folders where names start, per folder of a Python manifest, innermost folders first.
    declared: Vec<(String, Vec<NodeId>)>,
    src: Option<NodeId>,
}

impl ModuleMap {
    pub(super) fn new(project: &Project, files: impl Iterator<Item = FileId>) -> Self {
        let mut map = Self {
            nodes: IndexVec::from(vec![Node {
                folder: true,
                ..Node::default()
            }]),
            ..Self::default()
        };
        let mut parsed = FxHashSet::default();
        for file in files {
            map.add(file, &project.source(file).path);
            parsed.insert(file);
        }
        for (path, file) in project.linked_files() {
            if parsed.contains(&file) {
                map.add(file, &path);
            }
        }
        map.src = map.find("src").filter(|src| map.nodes[*src].folder);
        let packages = project
            .packages
            .iter()
            .filter(|package| package.ecosystem == "python");
        map.declared = packages
            .map(|package| (package.dir.clone(), map.declared_roots(package)))
            .collect();
        map.declared
            .sort_by(|(left, _), (right, _)| right.len().cmp(&left.len()).then(left.cmp(right)));
        map.roots = map.all_roots();
        map
    }

    /// Folders that manifests name, and those above the topmost packages. A folder below a package is
    /// none: it only continues the names of the package.
    fn all_roots(&self) -> Vec<(NodeId, bool)> {
        let declared = self.declared.iter().flat_map(|(_, roots)| roots).copied();
        let mut firm: BTreeSet<NodeId> = declared.chain([ROOT]).chain(self.src).collect();
        firm.retain(|root| !self.is_package(*root));
        let tops = self
            .nodes
            .ids()
            .filter(|id| self.is_package(*id))
            .map(|id| self.top(id));
        let below_package = |root: &NodeId| {
            std::iter::successors(Some(*root), |at| self.parent(*at)).any(|at| self.is_package(at))
        };
        let tops: BTreeSet<NodeId> = tops.filter(|root| !below_package(root)).collect();
        let all: BTreeSet<NodeId> = tops.union(&firm).copied().collect();
        all.into_iter()
            .map(|root| (root, firm.contains(&root)))
            .collect()
    }

    fn declared_roots(&self, package: &crate::model::Package) -> Vec<NodeId> {
        package
            .source_roots
            .iter()
            .filter_map(|root| self.find(&root.dir))
            .collect()
    }

    fn add(&mut self, file: FileId, path: &str) {
        let Some((stem, extension)) = path.rsplit_once('.') else {
            return;
        };
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
    }

    fn mark_folders(&mut self, from: NodeId) {
        let mut next = Some(from);
        while let Some(id) = next.filter(|id| !self.nodes[*id].folder) {
            self.nodes[id].folder = true;
            next = self.parent(id);
        }
    }

    fn make(&mut self, dir: &str) -> NodeId {
        dir.split('/')
            .filter(|part| !part.is_empty())
            .fold(ROOT, |node, part| self.child(node, part))
    }

    fn child(&mut self, parent: NodeId, name: &str) -> NodeId {
        let new = self.nodes.next_id();
        let node = &mut self.nodes[parent];
        if let Some(child) = node.children.get(name) {
            return *child;
        }
        let depth = node.depth + 1;
        node.children.insert(name.into(), new);
        self.nodes.push(Node {
            parent: Some(parent),
            depth,
            ..Node::default()
        });
        new
    }

    fn find(&self, dir: &str) -> Option<NodeId> {
        let mut parts = dir
            .split('/')
            .filter(|part| !part.is_empty() && *part != ".");
        parts.try_fold(ROOT, |node, part| self.below_named(node, part))
    }

    fn below_named(&self, id: NodeId, name: &str) -> Option<NodeId> {
        self.nodes[id].children.get(name).copied()
    }

    fn is_package(&self, id: NodeId) -> bool {
        let node = &self.nodes[id];
        node.package.or(node.package_stub).is_some()
    }

    fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.nodes[id].parent
    }

    /// The folder above the topmost package around `id`.
    fn top(&self, id: NodeId) -> NodeId {
        let mut top = id;
        while let Some(parent) = self.parent(top).filter(|_| self.is_package(top)) {
            top = parent;
        }
        top
    }

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
    fn below(&self, dirs: &[NodeId], name: &str) -> Found {
        let mut folders = Vec::new();
        for dir in dirs {
            let Some(id) = self.below_named(*dir, name) else {
                continue;
            };
            if let Some(module) = self.module_at(id) {
                return Found::Module(module);
            }
            folders.push(id);
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

    fn descend<'n>(&self, first: Found, rest: impl Iterator<Item = &'n str>) -> Found {
        rest.fold(first, |found, name| self.submodule(&found, name))
    }

    /// The package that `level` dots mean in the file at `path`, and `module` below it.
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
    pub(super) fn absolute(&self, near: &Near, path: &str, module: &str) -> Found {
        let mut parts = module.split('.');
        let first = parts.next().unwrap_or(module);
        let start = self.below(&near.roots, first);
        if matches!(start, Found::Module(_)) {
            return self.descend(start, parts);
        }
        if stdlib::contains(first) {
            return Found::External;
        }
        let script = near.script.map(|script| self.below(&[script], first));
        if let Some(found @ Found::Module(_)) = script {
            return self.descend(found, parts);
        }
        let start = self.far(path, &near.roots, start, first);
        let is_module = matches!(start, Found::Module(_));
        match self.descend(start, parts) {
            Found::Missing if !is_module => Found::External,
            found => found,
        }
    }

    /// Looks in all other roots of the tree, for other distributions: packages anywhere, single
    /// modules only where a manifest says that names start.
    fn far(&self, path: &str, near: &[NodeId], own: Found, first: &str) -> Found {
        let mut folders = if let Found::Namespace(folders) = own {
            folders
        } else {
            Vec::new()
        };
        let mut found: Vec<(usize, Module)> = Vec::new();
        for (root, firm) in self.roots.iter().filter(|(root, _)| !near.contains(root)) {
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
    fn shared_depth(&self, root: NodeId, path: &str) -> usize {
        let mut line = vec![root];
        while let Some(parent) = line.last().and_then(|id| self.parent(*id)) {
            line.push(parent);
        }
        let mut at = ROOT;
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
    pub(super) fn near_roots(&self, path: &str) -> Near {
        let dir = self.find(names::folder(path)).unwrap_or(ROOT);
        let mut up = std::iter::successors(Some(dir), |at| self.parent(*at));
        let package = up.find(|at| self.is_package(*at));
        let mut roots: Vec<NodeId> = if package.is_none() {
            vec![dir]
        } else {
            Vec::new()
        };
        roots.extend(self.declared_around(path));
        let mut next = Some(package.map_or(dir, |package| self.top(package)));
        while let Some(dir) = next {
            roots.push(dir);
            next = self.parent(dir);
        }
        roots.extend(self.src);
        let mut unique: Vec<NodeId> = Vec::with_capacity(roots.len());
        for root in roots.into_iter().filter(|root| !self.is_package(*root)) {
            if !unique.contains(&root) {
                unique.push(root);
            }
        }
        let script = Some(dir).filter(|dir| package.is_some() && !self.is_package(*dir));
        Near {
            roots: unique,
            script,
        }
    }

    fn declared_around(&self, path: &str) -> impl Iterator<Item = NodeId> {
        let around = move |(dir, _): &&(String, Vec<NodeId>)| is_within(path, dir);
        self.declared
            .iter()
            .filter(around)
            .flat_map(|(_, roots)| roots)
            .copied()
    }

    /// The dotted package that holds the file at `path`.
    pub(super) fn package_name(&self, path: &str) -> String {
        let dir = names::folder(path);
        let id = self.find(dir).unwrap_or(ROOT);
        let around = |root: &NodeId| {
            std::iter::successors(Some(id), |at| self.parent(*at)).any(|at| at == *root)
        };
        let depth = |root: &NodeId| self.nodes[*root].depth;
        let declared = self
            .declared_around(path)
            .filter(around)
            .map(|root| depth(&root))
            .max();
        let root = declared.unwrap_or_else(|| {
            if self.is_package(id) {
                depth(&self.top(id))
            } else {
                0
            }
        });
        let parts: Vec<&str> = dir
            .split('/')
            .filter(|part| !part.is_empty())
            .skip(root)
            .collect();
        parts.join(".")
    }
}
