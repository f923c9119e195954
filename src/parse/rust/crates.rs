//! Crates: one per target, with the names of the crates that it may use.
//!
//! In: packages of the project. Out: [`Crate`]s of the index.
//! Invariant: dev-dependencies only for tests and their kin, build-dependencies only for build scripts.
//! Never: a crate whose root was not parsed.

use rustc_hash::{FxHashMap, FxHashSet};

use super::index::{Crate, Definition, Index, ModuleId};
use crate::model::{
    DependencyScope, FileId, Labels, Package, PackageId, Project, Target, TargetKind,
};

/// A crate to be: where its tree begins.
pub(super) struct Root {
    /// How the crate is called in module names shown to people.
    pub(super) name: String,
    /// Its package; `None` in a tree without manifests.
    pub(super) package: Option<PackageId>,
    /// Its root file.
    pub(super) file: FileId,
    /// What the target is for.
    pub(super) kind: TargetKind,
    /// The edition, such as `2021`.
    pub(super) edition: String,
}

/// Crates that come with the compiler.
const SYSROOT: [&str; 5] = ["std", "core", "alloc", "proc_macro", "test"];

/// The roots of all crates, libraries first within a package.
pub(super) fn roots(project: &Project) -> Vec<Root> {
    let mut roots = Vec::new();
    for (index, package) in project.packages.iter().enumerate() {
        if package.ecosystem == "cargo" {
            roots.extend(
                package
                    .targets
                    .iter()
                    .filter_map(|target| root(PackageId::new(index), package, target)),
            );
        }
    }
    if roots.is_empty() {
        roots.extend(
            project
                .iter()
                .filter_map(|(file, source)| bare_root(file, &source.path)),
        );
    }
    tell_programs_from_libraries(&mut roots, project);
    roots
}

/// A program may be called like its own library (`src/main.rs` beside `src/lib.rs`): its modules are others.
fn tell_programs_from_libraries(roots: &mut [Root], project: &Project) {
    let libraries: FxHashSet<String> = roots
        .iter()
        .filter(|root| root.kind != TargetKind::Binary)
        .map(|root| root.name.clone())
        .collect();
    for root in roots {
        if root.kind == TargetKind::Binary && libraries.contains(&root.name) {
            let package = root.package.map(|id| &project.packages[id.index()].name);
            let package = package.unwrap_or(&root.name);
            root.name = format!("{}::bin::{}", package.replace('-', "_"), root.name);
        }
    }
}

/// The crate of a target; `None` when its root file is not part of the tree.
///
/// A library or program is called by its own name, others by package and folder:
/// `shop::tests::orders`, `shop::build`.
fn root(id: PackageId, package: &Package, target: &Target) -> Option<Root> {
    let plain = |name: &str| name.replace('-', "_");
    let folder = match target.kind {
        TargetKind::Library | TargetKind::ProcMacro | TargetKind::Binary => None,
        TargetKind::Example => Some("examples"),
        TargetKind::Test => Some("tests"),
        TargetKind::Bench => Some("benches"),
        TargetKind::BuildScript => Some("build"),
    };
    let name = match (target.kind, folder) {
        (TargetKind::BuildScript, _) => format!("{}::build", plain(&package.name)),
        (_, Some(folder)) => format!(
            "{}::{folder}::{}",
            plain(&package.name),
            plain(&target.name)
        ),
        (_, None) => plain(&target.name),
    };
    let edition = target.edition.clone();
    Some(Root {
        name,
        package: Some(id),
        file: target.root?,
        kind: target.kind,
        edition,
    })
}

/// A root by name alone, in a tree without manifests.
///
/// `shop/src/lib.rs` is the library `shop`, `src/main.rs` the program `crate`.
fn bare_root(file: FileId, path: &str) -> Option<Root> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let kind = match name {
        "lib.rs" => TargetKind::Library,
        "main.rs" => TargetKind::Binary,
        "build.rs" => TargetKind::BuildScript,
        _ => return None,
    };
    let folder = folder.strip_suffix("/src").unwrap_or(folder);
    let name = folder
        .rsplit('/')
        .next()
        .filter(|name| !name.is_empty() && *name != "src")
        .unwrap_or("crate");
    Some(Root {
        name: name.replace('-', "_"),
        package: None,
        file,
        kind,
        edition: "2021".to_owned(),
    })
}

/// Labels of everything in a crate of that kind.
pub(super) const fn labels(kind: TargetKind) -> Labels {
    match kind {
        TargetKind::Library | TargetKind::ProcMacro | TargetKind::Binary => Labels::NONE,
        TargetKind::Example | TargetKind::Test | TargetKind::Bench => Labels::TEST,
        TargetKind::BuildScript => Labels::BUILD,
    }
}

/// Tells every crate which crates it can name.
///
/// These are the crates of the compiler, the dependencies of the package as far as its kind of
/// target sees them, and for programs, tests and examples the library of the own package. Outside
/// of the tree a dependency is external; in the tree it leads to the root module.
pub(super) fn fill_preludes(index: &mut Index, project: &Project) {
    index.by_name = reached_by_name(project);
    let mut libraries: FxHashMap<PackageId, (String, ModuleId)> = FxHashMap::default();
    for krate in index.crates.iter().filter(|krate| krate.is_linkable) {
        if let Some(package) = krate.package {
            libraries
                .entry(package)
                .or_insert_with(|| (krate.name.clone(), krate.root));
        }
    }
    for id in index.crates.ids() {
        let krate = &index.crates[id];
        let mut dev = Vec::new();
        let mut names: Vec<(String, Definition)> = SYSROOT
            .iter()
            .map(|name| ((*name).to_owned(), Definition::External))
            .collect();
        if let Some(package) = krate.package {
            let seen = visible(&project.packages[package.index()], krate.labels, &libraries);
            dev = dev_only(&seen);
            names.extend(seen.into_iter().map(|(name, def, _)| (name, def)));
            let own = libraries
                .get(&package)
                .filter(|(_, root)| *root != krate.root && krate.labels != Labels::BUILD);
            names.extend(own.map(|(name, root)| (name.clone(), Definition::Module(*root))));
        }
        let names: Vec<_> = names
            .into_iter()
            .map(|(name, def)| (index.names.intern(&name), def))
            .collect();
        let dev = dev.iter().map(|name| index.names.intern(name)).collect();
        let krate = &mut index.crates[id];
        krate.prelude = names.into_iter().collect();
        krate.dev = dev;
    }
}

/// The packages that each package reaches only through a dependency that is joined by its name.
///
/// The difference of two searches: over all dependencies, and over those not joined by their names.
fn reached_by_name(project: &Project) -> FxHashMap<PackageId, FxHashSet<PackageId>> {
    let packages = &project.packages;
    let needs = |id: PackageId| packages[id.index()].dependencies.iter();
    let reach = |start: PackageId, by_name: bool| {
        let (mut seen, mut waiting) = (FxHashSet::from_iter([start]), vec![start]);
        while let Some(id) = waiting.pop() {
            let known = needs(id).filter(|need| by_name || !need.by_name);
            let fresh = known.filter_map(|need| need.target.filter(|to| seen.insert(*to)));
            waiting.extend(fresh);
        }
        seen
    };
    let joined = |package: &Package| package.dependencies.iter().any(|need| need.by_name);
    if !packages.iter().any(joined) {
        return FxHashMap::default();
    }
    let ids = (0..packages.len()).map(PackageId::new);
    let ids = ids.filter(|id| packages[id.index()].ecosystem == "cargo");
    let only = |id| (id, &reach(id, true) - &reach(id, false));
    ids.map(only).filter(|(_, only)| !only.is_empty()).collect()
}

/// Names that only a dev-dependency gives.
fn dev_only(seen: &[(String, Definition, DependencyScope)]) -> Vec<String> {
    let of = |scope: DependencyScope| {
        let ours = seen.iter().filter(move |(_, _, known)| *known == scope);
        ours.map(|(name, ..)| name.clone())
    };
    let normal: FxHashSet<String> = of(DependencyScope::Normal).collect();
    of(DependencyScope::Dev)
        .filter(|name| !normal.contains(name))
        .collect()
}

/// The crates that the dependencies of a package give to a target with `labels`, by the name in
/// code.
///
/// Build scripts see build-dependencies, all others the rest. A renamed dependency is known by its
/// key, any other by the name of its library target, which may differ from that of the package.
fn visible(
    package: &Package,
    labels: Labels,
    libraries: &FxHashMap<PackageId, (String, ModuleId)>,
) -> Vec<(String, Definition, DependencyScope)> {
    let build = labels == Labels::BUILD;
    let wanted = |scope: DependencyScope| (scope == DependencyScope::Build) == build;
    let mut found = Vec::new();
    for dependency in package
        .dependencies
        .iter()
        .filter(|dependency| wanted(dependency.scope))
    {
        let library = dependency.target.and_then(|target| libraries.get(&target));
        let renamed = dependency.key != dependency.package;
        let name = library.filter(|_| !renamed).map_or_else(
            || dependency.key.replace('-', "_"),
            |(name, _)| name.clone(),
        );
        let definition =
            library.map_or(Definition::External, |(_, root)| Definition::Module(*root));
        found.push((name, definition, dependency.scope));
    }
    found
}

impl Crate {
    /// The crate that begins at `root`, with `module` as its root module.
    pub(super) fn new(root: &Root, module: ModuleId) -> Self {
        Self {
            name: root.name.clone(),
            package: root.package,
            root: module,
            is_linkable: matches!(root.kind, TargetKind::Library | TargetKind::ProcMacro),
            old: root.edition == "2015",
            labels: labels(root.kind),
            prelude: FxHashMap::default(),
            dev: FxHashSet::default(),
            macro_use: Vec::new(),
        }
    }
}
