//! From which folders absolute names start: what manifests say, else what imports of the tree tell.
//!
//! In: packages, imports. Out: the roots of a [`ModuleMap`].
//! Invariant: a folder that a manifest covers is a root only where the manifest says so.
//! Never: looks into an interpreter.

use std::collections::BTreeSet;

use super::extract::{Extract, Import, What};
use super::modules::{Home, ModuleMap, NodeId, ROOT, plain};
use crate::model::{FileId, Package, Project, names};

impl ModuleMap {
    /// Notes for every Python manifest its roots, the folders that it covers and what it needs.
    ///
    /// Innermost manifests come first afterwards, as the nearest one decides.
    pub(super) fn add_homes(&mut self, project: &Project) {
        let of_python = |package: &&Package| package.ecosystem == "python";
        for package in project.packages.iter().filter(of_python) {
            let roots = self.declared_roots(package);
            let own = self.find(&package.dir);
            let below = roots.iter().filter(|root| Some(**root) != own);
            self.covered.extend(below.map(|root| (*root, false)));
            let listed = package.covered.iter().filter_map(|dir| self.find(dir));
            let listed: Vec<NodeId> = listed.collect();
            self.covered
                .extend(listed.into_iter().map(|dir| (dir, true)));
            let outside = package.dependencies.iter();
            let outside = outside.filter(|need| need.target.is_none() && need.path.is_none());
            self.homes.push(Home {
                dir: package.dir.clone(),
                roots,
                needs: outside.map(|need| plain(&need.package)).collect(),
            });
        }
        self.homes
            .sort_by(|left, right| (right.dir.len(), &left.dir).cmp(&(left.dir.len(), &right.dir)));
    }

    /// Counts what the imports of the tree take its folders for: `import apps.users` makes a package of
    /// `apps`, `import users.models` in a file below `apps` makes a root of it.
    ///
    /// Without manifests, the layout alone is ambiguous: in `apps/users/models.py`, names may
    /// start at the top or in `apps`. Imports that work tell which. Only absolute ones do;
    /// relative ones work in any case.
    pub(super) fn vote(&mut self, project: &Project, extracts: &[(FileId, Extract)]) {
        for (file, extract) in extracts {
            let path = &project.source(*file).path;
            let dir = self.find(names::folder(path)).unwrap_or(self.base);
            for import in extract
                .exports
                .imports
                .iter()
                .filter(|import| import.level == 0)
            {
                let (root, packages) = self.ballot(dir, import);
                if let Some(root) = root {
                    self.votes.entry(root).or_default().1 += 1;
                }
                for package in packages {
                    self.votes.entry(package).or_default().0 += 1;
                }
            }
        }
    }

    /// The folder that an import of a file in `dir` takes for a root, and those without an `__init__`
    /// that it takes for packages.
    ///
    /// The import must find its second part as well: a folder `users` anywhere would otherwise
    /// vote for what is really a third party of that name.
    pub(super) fn ballot(&self, dir: NodeId, import: &Import) -> (Option<NodeId>, Vec<NodeId>) {
        let parts = import.module.split('.');
        let name = match &import.what {
            What::Name(name) => Some(&**name),
            _ => None,
        };
        let parts: Vec<&str> = parts.chain(name).collect();
        let [first, second, ..] = parts.as_slice() else {
            return (None, Vec::new());
        };
        let around = std::iter::successors(Some(dir), |at| self.parent(*at));
        let mut around = around.filter(|at| !self.is_package(*at));
        let root = around.find(|at| {
            let named = self.below_named(*at, first);
            named.is_some_and(|named| self.below_named(named, second).is_some())
        });
        let Some(root) = root else {
            return (None, Vec::new());
        };
        let mut packages = Vec::new();
        let mut at = root;
        for part in parts {
            let Some(next) = self.below_named(at, part) else {
                break;
            };
            if self.is_package(next) || !self.nodes[next].folder {
                break;
            }
            packages.push(next);
            at = next;
        }
        (packages.is_empty().then_some(root), packages)
    }

    /// Folders that manifests name, and those above the topmost packages. A folder below a package is
    /// none: it only continues the names of the package.
    pub(super) fn all_roots(&self) -> Vec<(NodeId, bool)> {
        let declared = self.homes.iter().flat_map(|home| &home.roots).copied();
        let mut firm: BTreeSet<NodeId> =
            declared.chain([ROOT, self.base]).chain(self.src).collect();
        firm.retain(|root| !self.is_package(*root));
        let tops = self
            .nodes
            .ids()
            .filter(|id| self.is_package(*id))
            .map(|id| self.top(id));
        let below_package = |root: &NodeId| {
            std::iter::successors(Some(*root), |at| self.parent(*at)).any(|at| self.is_package(at))
        };
        let tops: BTreeSet<NodeId> = tops
            .filter(|root| !below_package(root) && self.looks_like_root(*root))
            .collect();
        let all: BTreeSet<NodeId> = tops.union(&firm).copied().collect();
        all.into_iter()
            .map(|root| (root, firm.contains(&root)))
            .collect()
    }

    /// Whether names may start in a folder: a manifest says so, or none says otherwise and the imports
    /// of the tree do not take it for a package.
    pub(super) fn looks_like_root(&self, folder: NodeId) -> bool {
        let declared = |home: &Home| home.roots.contains(&folder);
        if folder == ROOT || folder == self.base || self.homes.iter().any(declared) {
            return true;
        }
        let cover = self.cover(folder);
        let (package, root) = self.votes.get(&folder).copied().unwrap_or_default();
        cover != Some(true) && (root > package || cover.is_none() && package == 0)
    }

    /// Whether a declared root above holds the names in a folder, and if so, by a list of packages.
    ///
    /// Both marks, of a root and of a list, may lie above; then the list counts.
    pub(super) fn cover(&self, folder: NodeId) -> Option<bool> {
        let around = std::iter::successors(Some(folder), |at| self.parent(*at));
        let marks = around.filter_map(|at| self.covered.get(&at).copied());
        marks.reduce(|any, listed| any || listed)
    }

    /// Folders that a package's manifest names as source roots, as far as they are in the tree.
    pub(super) fn declared_roots(&self, package: &Package) -> Vec<NodeId> {
        package
            .source_roots
            .iter()
            .filter_map(|root| self.find(&root.dir))
            .collect()
    }
}
