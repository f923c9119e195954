//! Which folder an import path means: modules, workspaces, replacements, vendored copies.
//!
//! In: [`Project`] with its packages. Out: [`Modules`].
//! Invariant: a module's tree ends where a nested `go.mod` starts; the longest prefix wins.
//! Never: a copy that the go command itself would not use.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::parser::extract::FileExtract;
use crate::model::names::{below, folder, join};
use crate::model::{Package, Project, id, is_within};

id!(
    /// Position of a package.
    pub(super) PackIndex
);

/// The modules of a tree and its folders with Go files.
pub(super) struct Modules {
    /// The modules, innermost folders first.
    modules: Vec<Module>,
    /// Prefix of the import paths of folders outside every module, when it could be inferred.
    root: Option<String>,
    /// The package of each folder with Go files.
    folders: FxHashMap<String, PackIndex>,
    /// Position of the module `std`, when Go itself is analysed.
    standard: Option<usize>,
}

/// A folder with a `go.mod`.
struct Module {
    /// The module path, with which its import paths start.
    path: String,
    /// Its folder.
    dir: String,
    /// The `go.work` that uses it.
    workspace: Option<Arc<str>>,
    /// Replaced import path prefixes and the folders that stand for them.
    replaced: Vec<(String, String)>,
    /// Modules that it requires, by path.
    required: Vec<String>,
}

impl Module {
    /// The module of a package; dependencies with a folder come from `replace` directives.
    fn new(package: &Package) -> Self {
        let local = package.dependencies.iter().filter_map(|dependency| {
            let path = dependency.path.clone()?;
            Some((dependency.key.clone(), path))
        });
        Self {
            path: package.name.clone(),
            dir: package.dir.clone(),
            workspace: package.workspace.clone(),
            replaced: local.collect(),
            required: package
                .dependencies
                .iter()
                .map(|one| one.key.clone())
                .collect(),
        }
    }
}

/// What follows `prefix` in `path`, if it is a prefix by whole elements.
///
/// `a/b/c` after `a/b` is `c`, after `a/b/c` it is empty; `a/bc` does not follow `a/b`. Everything
/// follows the empty prefix.
fn rest_after<'p>(path: &'p str, prefix: &str) -> Option<&'p str> {
    match path.strip_prefix(prefix)? {
        "" => Some(""),
        rest if prefix.is_empty() => Some(rest),
        rest => rest.strip_prefix('/'),
    }
}

impl Modules {
    /// The Go modules among the packages of `project`.
    pub(super) fn new(project: &Project) -> Self {
        let of_go = project
            .packages
            .iter()
            .filter(|package| package.ecosystem == "go");
        let mut modules: Vec<Module> = of_go.map(Module::new).collect();
        // The innermost folder that holds a file is the first that fits.
        modules.sort_by(|a, b| b.dir.len().cmp(&a.dir.len()).then(a.dir.cmp(&b.dir)));
        let standard = modules.iter().position(|module| module.path == "std");
        Self {
            modules,
            root: None,
            folders: FxHashMap::default(),
            standard,
        }
    }

    /// The innermost module around a folder; `None` outside of all.
    fn module_of(&self, dir: &str) -> Option<&Module> {
        self.modules
            .iter()
            .find(|module| is_within(dir, &module.dir))
    }

    /// Notes that the folder `dir` holds the package `pack`.
    pub(super) fn add_folder(&mut self, dir: &str, pack: PackIndex) {
        self.folders.insert(dir.to_owned(), pack);
    }

    /// The import path of the folder `dir`.
    ///
    /// Module `example.com/shop` in `backend`: the folder `backend/cart` is
    /// `example.com/shop/cart`, and `backend/vendor/x.org/y` is `x.org/y`. The standard library has
    /// no prefix. Outside of modules the path is that of the folder.
    pub(super) fn path_of(&self, dir: &str) -> String {
        let Some(module) = self.module_of(dir) else {
            return dir.to_owned();
        };
        let rest = rest_after(dir, &module.dir).unwrap_or(dir);
        if module.path == "std" {
            return rest.to_owned();
        }
        match rest.strip_prefix("vendor/") {
            Some(vendored) if module.path != "cmd" => vendored.to_owned(),
            _ => below(&module.path, rest),
        }
    }

    /// The package that `path` means in a file of the folder `dir`.
    ///
    /// In the order of the go command as far as the tree shows it: `./x` by folder, the own module,
    /// its `vendor`, modules of the workspace, replacements, the standard library. `None` where a
    /// published version would be taken; `by_name` looks for those.
    pub(super) fn resolve(&self, dir: &str, path: &str) -> Option<PackIndex> {
        if let Some(relative) = path
            .strip_prefix("./")
            .or_else(|| path.strip_prefix("../").map(|_| path))
        {
            return self.folder(&join(dir, relative)?);
        }
        let Some(module) = self.module_of(dir) else {
            return self.resolve_without_module(dir, path);
        };
        let own = rest_after(path, &module.path).and_then(|rest| self.inside(module, rest));
        own.or_else(|| self.vendored(module, path))
            .or_else(|| self.in_workspace(module, path))
            .or_else(|| self.replaced(module, path))
            .or_else(|| self.in_standard(path))
    }

    /// The package in the folder `dir`.
    fn folder(&self, dir: &str) -> Option<PackIndex> {
        self.folders.get(dir).copied()
    }

    /// The folder `rest` of `module`, unless a nested module cuts it out.
    fn inside(&self, module: &Module, rest: &str) -> Option<PackIndex> {
        let dir = below(&module.dir, rest);
        let owner = self.module_of(&dir)?;
        (owner.dir == module.dir)
            .then(|| self.folder(&dir))
            .flatten()
    }

    /// The copy of `path` in the `vendor` folder of the module, else in that of its workspace.
    fn vendored(&self, module: &Module, path: &str) -> Option<PackIndex> {
        let own = self.folder(&below(&module.dir, &format!("vendor/{path}")));
        own.or_else(|| {
            let workspace = module.workspace.as_ref()?;
            let dir = folder(workspace);
            self.folder(&below(dir, &format!("vendor/{path}")))
        })
    }

    /// The package `path` of a module that the same `go.work` uses; the longest module path wins.
    fn in_workspace(&self, module: &Module, path: &str) -> Option<PackIndex> {
        let workspace = module.workspace.as_ref()?;
        let mates = self
            .modules
            .iter()
            .filter(|mate| mate.workspace.as_ref() == Some(workspace));
        let fits = mates.filter_map(|mate| Some((mate, rest_after(path, &mate.path)?)));
        let (mate, rest) = fits.max_by_key(|(mate, _)| mate.path.len())?;
        self.inside(mate, rest)
    }

    /// The package `path` behind `replace example.com/a => ../a`; the longest replaced path wins.
    fn replaced(&self, module: &Module, path: &str) -> Option<PackIndex> {
        let fits = module
            .replaced
            .iter()
            .filter_map(|(key, dir)| Some((key, dir, rest_after(path, key)?)));
        let (_, dir, rest) = fits.max_by_key(|(key, ..)| key.len())?;
        self.folder(&below(dir, rest))
    }

    /// The package of a module of the tree that the module of `dir` requires by its path alone.
    ///
    /// A repository may hold a module and, without a workspace, others that require its published
    /// version. Their imports are meant to reach what is developed here, so the edge is drawn, but
    /// marked.
    pub(super) fn by_name(&self, dir: &str, path: &str) -> Option<PackIndex> {
        let module = self.module_of(dir)?;
        let required = |mate: &&Module| module.required.contains(&mate.path);
        let others = self.modules.iter().filter(required);
        let fits = others.filter_map(|mate| Some((mate, rest_after(path, &mate.path)?)));
        let (mate, rest) = fits.max_by_key(|(mate, _)| mate.path.len())?;
        // Of two copies, nobody knows which one was published.
        let copies = self.modules.iter().filter(|one| one.path == mate.path);
        (copies.count() == 1)
            .then(|| self.inside(mate, rest))
            .flatten()
    }

    /// Go's own standard library, when it is what is analysed.
    fn in_standard(&self, path: &str) -> Option<PackIndex> {
        let standard = &self.modules[self.standard?];
        self.inside(standard, path)
            .or_else(|| self.vendored(standard, path))
    }

    /// Before modules: a vendored copy in a folder above, else below the common root.
    ///
    /// `vendor` folders above are tried from the inside outwards, as `GOPATH` did. With the root
    /// `github.com/a/b`, the path `github.com/a/b/c` means the folder `c`, else `src/c`.
    fn resolve_without_module(&self, dir: &str, path: &str) -> Option<PackIndex> {
        let above = std::iter::successors(Some(dir), |dir| (!dir.is_empty()).then(|| folder(dir)));
        let mut vendored = above.map(|dir| below(dir, &format!("vendor/{path}")));
        if let Some(found) = vendored.find_map(|dir| self.folder(&dir)) {
            return Some(found);
        }
        let rest = rest_after(path, self.root.as_deref()?)?;
        self.folder(rest)
            .or_else(|| self.folder(&below("src", rest)))
    }

    /// Infers the import path of the analysed folder where no `go.mod` tells it: the prefix that
    /// most imports have in front of a folder of the tree.
    ///
    /// Imports of `github.com/a/b/cart` and `github.com/a/b/stock` vote for `github.com/a/b` when
    /// the tree has folders `cart` and `stock`. The prefix needs a dot, as host names have; without
    /// that demand `encoding/json` would vote for `encoding` in every tree with a folder `json`.
    /// Folders below `src` vote for the empty prefix, which is the layout of a `GOPATH`.
    pub(super) fn guess_root<'f>(
        &mut self,
        files: impl Iterator<Item = (&'f str, &'f FileExtract)>,
    ) {
        let mut votes: std::collections::BTreeMap<&str, u32> = std::collections::BTreeMap::new();
        let outside = files.filter(|(dir, _)| self.module_of(dir).is_none());
        for import in outside.flat_map(|(_, extract)| &extract.imports) {
            let splits = import
                .path
                .match_indices('/')
                .map(|(at, _)| import.path.split_at(at));
            for (prefix, rest) in splits {
                if prefix.contains('.') && self.folders.contains_key(rest.trim_start_matches('/')) {
                    *votes.entry(prefix).or_default() += 1;
                }
            }
            if self.folders.contains_key(&format!("src/{}", import.path)) {
                *votes.entry("").or_default() += 1;
            }
        }
        let winner = votes.iter().max_by_key(|(_, count)| **count);
        self.root = winner.map(|(prefix, _)| (*prefix).to_owned());
    }
}
