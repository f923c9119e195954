//! The frame that code, calls and commits hang on: files, packages, services.
//!
//! In: nothing. Out: [`Project`].
//! Invariant: `files` is sorted by path, `packages` by directory, `services` by name.
//! Never: file contents.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{LanguageId, Location, Notification, Role, id, names};
use crate::knowledge::{Knowledge, List};

id!(
    /// Position in [`Project::files`].
    pub FileId
);
id!(
    /// Position in [`Project::packages`].
    pub PackageId
);
id!(
    /// Position in [`Project::services`].
    pub ServiceId
);

/// Everything that was discovered before any source was parsed.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// Name of the analysed folder.
    pub name: String,
    /// Python packages that the analysed folder lies in, outermost first, itself among them:
    /// `acme/shop` where `shop` with its `__init__` is analysed; mostly empty.
    pub inside: String,
    /// Every regular file that no ignore rule hides, sorted by path.
    pub files: Vec<SourceFile>,
    /// Symbolic links inside the tree, sorted: path, and the path that it stands for.
    pub links: Vec<(Arc<str>, Arc<str>)>,
    /// Units of the build, sorted by directory, then name.
    pub packages: Vec<Package>,
    /// Deployables and infrastructure, sorted by name.
    pub services: Vec<Service>,
    /// Files of programming languages without a parser, by language; tests and vendored code left out.
    pub unsupported: BTreeMap<&'static str, u64>,
    /// The repositories that are analysed together, sorted by prefix; empty where there is but one.
    pub repositories: Vec<Repository>,
    /// What discovery could not read.
    pub notifications: Vec<Notification>,
    /// What is known of images, frameworks, folders and words.
    pub knowledge: Arc<Knowledge>,
}

/// Most paths that links add: a tree of links must not make a forest.
const MOST_LINKED: usize = 100_000;

impl Project {
    /// The file at `path` (relative, with `/`).
    #[must_use]
    pub fn file(&self, path: &str) -> Option<FileId> {
        self.files
            .binary_search_by(|file| (*file.path).cmp(path))
            .ok()
            .map(FileId::new)
    }

    /// Whether a package depends on a framework for pages and on none that answers requests.
    #[must_use]
    pub fn is_for_browser(&self, package: &Package) -> bool {
        let frameworks = &self.knowledge.frameworks;
        let has = |names: &List| {
            let mut needed = package.dependencies.iter();
            needed.any(|needed| names.has(&needed.package))
        };
        package.ecosystem == "npm"
            && has(&frameworks.browser_packages)
            && !has(&frameworks.server_packages)
    }

    /// Tells front ends from services of the business, those aside whose role a person gives.
    pub fn tell_fronts(&mut self, given: &dyn Fn(&str) -> bool) {
        let ids = (0..self.services.len()).map(ServiceId::new);
        let fronts: Vec<ServiceId> = ids
            .filter(|id| self.services[id.index()].role.is_business())
            .filter(|id| !given(&self.services[id.index()].name) && self.is_front(*id))
            .collect();
        for front in fronts {
            self.services[front.index()].role = Role::Frontend;
        }
    }

    /// Whether all code of a service runs in a browser: its files are handed out as they are, and nobody calls it.
    fn is_front(&self, service: ServiceId) -> bool {
        let dirs = &self.services[service.index()].dirs;
        let inside = |path: &str| dirs.iter().any(|dir| is_within(path, dir));
        let own = |package: &Package| dirs.first().is_some_and(|dir| is_within(&package.dir, dir));
        let packages = self.packages.iter().filter(|package| inside(&package.dir));
        let (own, layers): (Vec<&Package>, Vec<&Package>) = packages.partition(|p| own(p));
        // What pages build upon may be plain libraries.
        let serves = |package: &Package| {
            let mut needed = package.dependencies.iter();
            needed.any(|needed| {
                self.knowledge
                    .frameworks
                    .server_packages
                    .has(&needed.package)
            })
        };
        let of_service = |file: &&SourceFile| file.service == Some(service);
        let code = self.files.iter().filter(of_service);
        let mut languages = code
            .filter(|file| file.role == FileRole::Source)
            .filter_map(|file| file.language);
        !own.is_empty()
            && own.into_iter().all(|package| self.is_for_browser(package))
            && !layers.into_iter().any(serves)
            && languages.all(|language| language.family() == LanguageId("typescript"))
    }

    /// Source files of a language with a parser that belong to a service, and those that belong to none; `None` where
    /// fewer than two services have a purpose of their own.
    #[must_use]
    pub fn owned(&self) -> Option<(u64, u64)> {
        let business = self.services.iter().filter(|s| s.role.is_business());
        let code = self
            .files
            .iter()
            .filter(|file| file.role == FileRole::Source && file.language.is_some());
        let (owned, free): (Vec<_>, Vec<_>) = code.partition(|file| file.service.is_some());
        (business.count() > 1).then_some((owned.len() as u64, free.len() as u64))
    }

    /// The file at `path`, which may lead through symbolic links inside the tree.
    #[must_use]
    pub fn file_behind_links(&self, path: &str) -> Option<FileId> {
        let mut path = std::borrow::Cow::Borrowed(path);
        // Links in a circle end here.
        for _ in 0..8 {
            if let Some(file) = self.file(&path) {
                return Some(file);
            }
            path = self.links.iter().find_map(|(link, target)| {
                let rest = path.strip_prefix(&**link)?;
                let whole = rest.is_empty() || rest.starts_with('/');
                whole.then(|| format!("{target}{rest}").into())
            })?;
        }
        None
    }

    /// Paths at which links show files that lie elsewhere in the tree, up to a hundred thousand of them.
    pub fn linked_files(&self) -> impl Iterator<Item = (String, FileId)> {
        let circle = |link: &str, target: &str| target.is_empty() || is_within(link, target);
        let links = self.links.iter().map(|(link, target)| (&**link, &**target));
        let of_link = move |(link, target)| {
            let start = self.files.partition_point(|file| &*file.path < target);
            let files = self.files.get(start..).unwrap_or_default().iter();
            let below = files.take_while(move |file| file.path.starts_with(target));
            (start..).zip(below).filter_map(move |(at, file)| {
                let rest = file.path.strip_prefix(target)?;
                let whole = rest.is_empty() || rest.starts_with('/');
                whole.then(|| (format!("{link}{rest}"), FileId::new(at)))
            })
        };
        let links = links.filter(move |(link, target)| !circle(link, target));
        links.flat_map(of_link).take(MOST_LINKED)
    }

    /// The record of `file`.
    #[must_use]
    pub fn source(&self, file: FileId) -> &SourceFile {
        &self.files[file.index()]
    }

    /// The service that goes by `name`: case and everything but letters and digits is ignored.
    #[must_use]
    pub fn service_named(&self, name: &str) -> Option<ServiceId> {
        let plain = |name: &str| -> String {
            name.chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect()
        };
        let wanted = plain(name);
        let named = |service: &Service| plain(&service.name) == wanted;
        let aliased =
            |service: &Service| service.aliases.iter().any(|alias| plain(alias) == wanted);
        let exact = |service: &Service| service.name == name;
        let exact = self.services.iter().position(exact);
        let found = exact.or_else(|| self.services.iter().position(named));
        let only = || {
            let first = self.services.iter().position(aliased)?;
            let mut later = self.services.iter().skip(first + 1);
            (!later.any(aliased)).then_some(first)
        };
        found.or_else(only).map(ServiceId::new)
    }

    /// The innermost repository that holds `path`; `None` where there is but one.
    #[must_use]
    pub fn repository_of(&self, path: &str) -> Option<&Repository> {
        let holds = self.repositories.iter();
        let holds = holds.filter(|repository| path.starts_with(&repository.prefix));
        holds.max_by_key(|repository| repository.prefix.len())
    }

    /// The file as its repository knows it: its path starts there.
    #[must_use]
    pub fn inside<'f>(&self, file: &'f SourceFile) -> Cow<'f, SourceFile> {
        let prefix = self.repository_of(&file.path).map(|own| own.prefix.len());
        match prefix {
            Some(prefix) if prefix > 0 => Cow::Owned(SourceFile {
                path: file.path[prefix..].into(),
                ..file.clone()
            }),
            _ => Cow::Borrowed(file),
        }
    }

    /// One of the repositories with its files and services as if nothing else were analysed, and which files of
    /// the whole its own are, in order.
    #[must_use]
    pub fn alone(&self, repository: &Repository) -> (Self, Vec<FileId>) {
        let prefix = repository.prefix.as_str();
        let others = self.repositories.iter().map(|other| other.prefix.as_str());
        let nested = others.filter(|other| other.len() > prefix.len() && other.starts_with(prefix));
        let nested: Vec<&str> = nested.collect();
        let start = self.files.partition_point(|file| &*file.path < prefix);
        let below = self.files.get(start..).unwrap_or_default().iter();
        let below = below.take_while(|file| file.path.starts_with(prefix));
        let own = |path: &str| !nested.iter().any(|other| path.starts_with(other));
        let ids = (start..).map(FileId::new).zip(below);
        let ids: Vec<FileId> = ids
            .filter_map(|(id, file)| own(&file.path).then_some(id))
            .collect();
        let files = ids.iter().map(|id| {
            let file = self.source(*id);
            SourceFile {
                path: file.path[prefix.len()..].into(),
                package: None,
                service: None,
                ..file.clone()
            }
        });
        let mut alone = Self {
            name: repository.name.clone(),
            files: files.collect(),
            services: repository.services.clone(),
            packages: self.packages_of(prefix, &own),
            knowledge: self.knowledge.clone(),
            ..Self::default()
        };
        alone.assign_services();
        (alone, ids)
    }

    /// The packages in the folder `prefix` whose manifests are its `own`, with their folders as seen from there; what
    /// they lead to is not known.
    fn packages_of(&self, prefix: &str, own: &dyn Fn(&str) -> bool) -> Vec<Package> {
        let inside = |package: &&Package| {
            let manifest = &*package.manifest;
            manifest.starts_with(prefix) && own(manifest)
        };
        let packages = self.packages.iter().filter(inside).map(|package| {
            let mut package = package.clone();
            package.manifest = package.manifest[prefix.len()..].into();
            package.dir = package
                .dir
                .get(prefix.len()..)
                .unwrap_or_default()
                .to_owned();
            for needed in &mut package.dependencies {
                needed.target = None;
            }
            package
        });
        packages.collect()
    }

    /// The packages, and those of the tree that they need by dependencies that count, directly or through others.
    #[must_use]
    pub fn needed(
        &self,
        own: BTreeSet<PackageId>,
        counts: impl Fn(&PackageDependency) -> bool,
    ) -> BTreeSet<PackageId> {
        let mut next: Vec<PackageId> = own.iter().copied().collect();
        let mut found = own;
        while let Some(id) = next.pop() {
            let package = self.packages.get(id.index()).into_iter();
            let needed = package.flat_map(|package| &package.dependencies);
            let targets = needed.filter(|needed| counts(needed));
            let targets = targets.filter_map(|needed| needed.target);
            next.extend(targets.filter(|id| found.insert(*id)));
        }
        found
    }

    /// Notes which services could ask nobody, by their names in the repository at `at`.
    pub fn tell_quiet(&mut self, at: usize, names: &[String]) {
        let is_quiet = |service: &Service| names.binary_search(&service.name).is_ok();
        let Some(repository) = self.repositories.get_mut(at) else {
            let own = self.services.iter_mut().filter(|service| is_quiet(service));
            own.for_each(|service| service.quiet = true);
            return;
        };
        for (service, joined) in repository.services.iter_mut().zip(&repository.joined) {
            service.quiet = is_quiet(service);
            self.services[joined.index()].quiet |= service.quiet;
        }
    }

    /// Gives each file the service with the longest folder that holds it. Of several that run the code of one
    /// folder, the one that is called like it, else the first.
    pub fn assign_services(&mut self) {
        let mut dirs: BTreeMap<&str, ServiceId> = BTreeMap::new();
        for (index, service) in self.services.iter().enumerate() {
            for dir in &service.dirs {
                let id = ServiceId::new(index);
                if names::key(names::tail(dir)) == names::key(&service.name) {
                    dirs.insert(dir, id);
                } else {
                    dirs.entry(dir).or_insert(id);
                }
            }
        }
        for file in &mut self.files {
            let around = std::iter::once(&*file.path).chain(names::folders(&file.path));
            let mut holding = around.filter_map(|dir| dirs.get(dir));
            file.service = holding.next().copied();
        }
    }

    /// All files with their ids, in path order.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files
            .iter()
            .enumerate()
            .map(|(index, file)| (FileId::new(index), file))
    }
}

/// Whether `path` is the folder `dir` or lies below it (both with `/`; an empty `dir` holds all).
#[must_use]
pub fn is_within(path: &str, dir: &str) -> bool {
    dir.is_empty()
        || path
            .strip_prefix(dir)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// One of several repositories that are analysed together.
#[derive(Clone, Debug, Default)]
pub struct Repository {
    /// Its name, which stands before the names of services that another repository has, too.
    pub name: String,
    /// Where its files appear, as `shop/`; empty for the files that lie around the other repositories.
    pub prefix: String,
    /// Its services as it alone tells them, with paths that start in it.
    pub services: Vec<Service>,
    /// The service of the whole that each of them is.
    pub joined: Vec<ServiceId>,
}

/// What the repositories below these folders are called, `shop` for `shop/`: by the last folder that tells, else by all
/// of them. `None` for the top, which has a name of its own.
#[must_use]
pub fn repository_names(prefixes: &[&str]) -> Vec<Option<String>> {
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for prefix in prefixes {
        *uses.entry(names::tail(prefix)).or_default() += 1;
    }
    let name = |prefix: &&str| {
        let (tail, all) = (names::tail(prefix), prefix.trim_end_matches('/'));
        let only = uses.get(tail) == Some(&1);
        (!all.is_empty()).then(|| if only { tail } else { all }.to_owned())
    };
    prefixes.iter().map(name).collect()
}

/// What a file is, judged by its path and first lines.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum FileRole {
    /// First-party code.
    #[default]
    Source,
    /// Test, benchmark or example code.
    Test,
    /// Runs only while building.
    Build,
    /// Written by a program; parsed, but not reported on.
    Generated,
    /// A third party's code in the tree; parsed only as a target of edges.
    Vendored,
}

/// One file of the tree.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path relative to the analysed folder, with `/`, lossy where not UTF-8.
    pub path: Arc<str>,
    /// The language, when a parser for it exists.
    pub language: Option<LanguageId>,
    /// What the file is for.
    pub role: FileRole,
    /// Size in bytes.
    pub bytes: u64,
    /// The innermost package whose folder contains the file.
    pub package: Option<PackageId>,
    /// The service whose folders contain the file; `None` for shared libraries.
    pub service: Option<ServiceId>,
}

/// A unit of the build with a manifest of its own.
#[derive(Clone, Debug, Default)]
pub struct Package {
    /// The name in the manifest (`tokio-util`, `com.acme:billing`, `github.com/acme/shop`).
    pub name: String,
    /// `cargo`, `maven`, `gradle`, `go`, `npm`, `python`.
    pub ecosystem: &'static str,
    /// Folder relative to the analysed folder; empty for the folder itself.
    pub dir: String,
    /// Path of the manifest.
    pub manifest: Arc<str>,
    /// What the manifest says that the package needs.
    pub dependencies: Vec<PackageDependency>,
    /// Things that the package builds.
    pub targets: Vec<Target>,
    /// Folders (relative to the analysed folder) below which namespaces start, main ones first.
    pub source_roots: Vec<SourceRoot>,
    /// Python: folders whose names a root above them starts, as `src/acme` of `packages = ["src/acme"]`.
    pub covered: Vec<String>,
    /// File of the workspace: `go.work` and the `package.json` of npm workspaces, whose members see each other
    /// without declaring it, or the `Cargo.toml` above, whose members do not.
    pub workspace: Option<Arc<str>>,
}

/// A folder where a namespace starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceRoot {
    /// Folder relative to the analysed folder.
    pub dir: String,
    /// Whether it holds tests.
    pub test: bool,
}

/// When a dependency is needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DependencyScope {
    /// At run time.
    #[default]
    Normal,
    /// For tests, examples and benchmarks.
    Dev,
    /// For the build script.
    Build,
}

/// A declared dependency of a package.
#[derive(Clone, Debug)]
pub struct PackageDependency {
    /// The name that code uses (after renames; `-` as written).
    pub key: String,
    /// The name of the package that is meant.
    pub package: String,
    /// Folder of a path dependency, relative to the analysed folder, when the manifest names one.
    pub path: Option<String>,
    /// The package in this tree, if it is first-party; filled in once all packages are known.
    pub target: Option<PackageId>,
    /// Cargo: the target only has the name that is asked of a registry; nobody compared versions.
    pub by_name: bool,
    /// When it is needed.
    pub scope: DependencyScope,
    /// Where it is written.
    pub location: Location,
}

/// What kind of thing a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetKind {
    /// A library.
    Library,
    /// A procedural-macro library.
    ProcMacro,
    /// A program.
    Binary,
    /// An example.
    Example,
    /// A test.
    Test,
    /// A benchmark.
    Bench,
    /// A build script.
    BuildScript,
}

/// One thing that a package builds.
#[derive(Clone, Debug)]
pub struct Target {
    /// Name as other code or the user says it.
    pub name: String,
    /// What it is.
    pub kind: TargetKind,
    /// Root or entry file.
    pub root: Option<FileId>,
    /// Language edition, such as `2021` for Rust; empty elsewhere.
    pub edition: String,
}

/// A deployable program, or infrastructure beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Service {
    /// The name by which manifests, code or traces know it; prefixed by its repository where
    /// several give the same.
    pub name: String,
    /// The analysed folder that holds it; empty when there is but one.
    pub repository: String,
    /// Other names of the same service.
    pub aliases: Vec<String>,
    /// Whole hosts that manifests give it: `orders.shop` in the namespace `shop`, `orders.shop.example` of an ingress.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// What it is for.
    pub role: Role,
    /// Folders (relative) that belong to it; empty when its code is elsewhere.
    pub dirs: Vec<String>,
    /// Manifest places that made it known, strongest first.
    pub evidence: Vec<Location>,
    /// Ports that it is known to listen on.
    pub ports: Vec<u16>,
    /// Ports of the host that lead to it, as `80` of `80:4000` in a Compose file.
    pub published: Vec<u16>,
    /// How many instances of it manifests start, under names of their own or as a number.
    pub instances: usize,
    /// Container image, as the strongest manifest names it.
    pub image: Option<String>,
    /// Whether its code is here and holds nothing that could call or send.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub quiet: bool,
    /// Environment variables that manifests hand to it, in manifest order; never written down.
    #[serde(skip)]
    pub settings: Vec<Setting>,
    /// Labels of its container, by which a proxy may find it.
    #[serde(skip)]
    pub labels: Vec<Setting>,
}

/// A named value in a manifest or configuration file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Setting {
    /// The variable or the dotted path of keys.
    pub key: String,
    /// The value as written, after variables of the same manifest.
    pub value: String,
    /// Where it is written.
    pub location: Location,
}
