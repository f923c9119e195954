//! From what one repository was found to hold to its part.
//!
//! In: files, services, code, links and history of the repository. Out: [`Part`].
//! Invariant: the same of a repository that is analysed alone and of one that is analysed beside others.
//! Never: anything that lies outside of it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::changes::Changes;
use super::record::{Identity, PackageRecord, Part, Requirement, Seen, Size, VERSION};
use crate::model::names::folder;
use crate::model::{
    ChangeLog, CodeFacts, DependencyScope, EdgeKind, FileId, FileRole, Grade, Labels, LinkEnd,
    Location, Package, ParsedFile, Project, Provenance, ServiceId, ServiceLink, SourceFile,
    StaticLinks, is_within,
};

/// What was found of one repository.
pub struct Input<'a> {
    /// Which one it is.
    pub repository: Identity,
    /// Where it appears in the whole; empty where it is the whole.
    pub prefix: &'a str,
    /// Its files and services as if it were analysed alone.
    pub alone: &'a Project,
    /// The file of the whole that each of its files is, in order.
    pub files: &'a [FileId],
    /// All that was analysed.
    pub whole: &'a Project,
    /// The facts of all files.
    pub code: &'a CodeFacts,
    /// Its links, with its open ends.
    pub links: StaticLinks,
    /// Its history.
    pub changes: &'a ChangeLog,
}

/// Reduces a repository.
#[must_use]
pub fn reduce(input: Input<'_>) -> Part {
    let packages = packages(&input);
    let libraries = libraries(&input, &packages);
    let code = Code::of(&input);
    let StaticLinks {
        mut links,
        mut tables,
        mut routes,
        unjoined,
        open,
        ..
    } = input.links;
    links.extend(code.uses);
    tables.retain(|table| table.service.is_some());
    routes.retain(|route| route.service.is_some());
    Part {
        part: VERSION,
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        changes: Changes::of(input.changes, input.alone, &libraries),
        repository: input.repository,
        services: input.alone.services.clone(),
        sizes: code.sizes,
        links,
        open,
        tables,
        routes,
        unjoined,
        packages,
        seen: code.seen,
        prefix: None,
    }
}

/// What is told of the code of a repository.
struct Code {
    sizes: Vec<Size>,
    /// Uses of the code of one service by another.
    uses: Vec<ServiceLink>,
    seen: Seen,
}

impl Code {
    /// Goes through the files once: sizes by service, what was read, and uses of the code of other
    /// services.
    fn of(input: &Input<'_>) -> Self {
        let mut sizes: BTreeMap<Option<ServiceId>, Size> = BTreeMap::new();
        let mut uses: BTreeMap<(ServiceId, ServiceId, EdgeKind), BTreeSet<Location>> =
            BTreeMap::new();
        let mut seen = Seen::default();
        let code = &input.code.files;
        for (file, id) in input.alone.files.iter().zip(input.files) {
            count(&mut seen, &mut sizes, file);
            let Ok(at) = code.binary_search_by_key(id, |parsed| parsed.file) else {
                continue;
            };
            let parsed = &code[at];
            add_size(sizes.entry(file.service).or_default(), parsed);
            see(&mut seen, file, parsed);
            for (to, kind, location) in uses_of(input, file, parsed) {
                uses.entry((to.0, to.1, kind)).or_default().insert(location);
            }
        }
        let name = |id: ServiceId| input.alone.services[id.index()].name.clone();
        let size = |(service, size): (Option<ServiceId>, Size)| Size {
            service: service.map(name),
            ..size
        };
        let link = |((from, to, kind), locations): (_, BTreeSet<Location>)| ServiceLink {
            from: name(from),
            to: LinkEnd::Service(name(to)),
            kind,
            provenance: Provenance::Code,
            grade: Grade::Called,
            via: None,
            evidence: Cow::Borrowed("code"),
            locations: locations.into_iter().collect(),
        };
        Self {
            sizes: sizes.into_iter().map(size).collect(),
            uses: uses.into_iter().map(link).collect(),
            seen,
        }
    }
}

/// Counts a file for who owns it.
fn count(seen: &mut Seen, sizes: &mut BTreeMap<Option<ServiceId>, Size>, file: &SourceFile) {
    if file.language.is_none() {
        return;
    }
    sizes.entry(file.service).or_default().files += 1;
    if file.role == FileRole::Source {
        match file.service {
            Some(_) => seen.owned += 1,
            None => seen.unowned += 1,
        }
    }
}

/// Adds the size of a file to that of its service. The complexity stays unknown until one file
/// tells it.
fn add_size(size: &mut Size, parsed: &ParsedFile) {
    size.lines += u64::from(parsed.facts.lines);
    if let Some(complexity) = parsed.facts.complexity {
        *size.complexity.get_or_insert(0) += u64::from(complexity);
    }
    size.abstract_types += parsed.facts.types.abstract_types;
    size.concrete_types += parsed.facts.types.concrete_types;
}

/// Counts a parsed file by language, resolved references and role.
fn see(seen: &mut Seen, file: &SourceFile, parsed: &ParsedFile) {
    let language = parsed.language.0.to_owned();
    *seen.languages.entry(language.clone()).or_default() += 1;
    seen.references
        .entry(language)
        .or_default()
        .add(parsed.facts.tally);
    match file.role {
        FileRole::Test => seen.tests += 1,
        FileRole::Vendored => seen.vendored += 1,
        FileRole::Generated => seen.generated += 1,
        FileRole::Source | FileRole::Build => seen.generated += u64::from(parsed.generated),
    }
}

/// The uses of the code of other services by a first-party file, contracts aside.
fn uses_of<'a>(
    input: &'a Input<'_>,
    file: &'a SourceFile,
    parsed: &'a ParsedFile,
) -> impl Iterator<Item = ((ServiceId, ServiceId), EdgeKind, Location)> + 'a {
    let own = file.role == FileRole::Source && !parsed.generated;
    let from = file.service.filter(|_| own);
    let references = from.map_or(&[][..], |_| &parsed.facts.references);
    references.iter().filter_map(move |reference| {
        let at = input.files.binary_search(&reference.to).ok()?;
        let target = &input.alone.files[at];
        let ends = (from?, target.service?);
        let counts = !reference.labels.any(Labels::UNCOUNTED) && !is_contract(input, target);
        let location = Location::new(file.path.clone(), reference.at);
        (counts && ends.0 != ends.1).then_some((ends, reference.kind, location))
    })
}

/// Whether the target may be used by other services: it is no plain source, or lies in a folder of
/// contracts.
fn is_contract(input: &Input<'_>, target: &SourceFile) -> bool {
    let contracts = &input.alone.knowledge.folders.contracts;
    let path = folder(&target.path).to_ascii_lowercase();
    target.role != FileRole::Source || path.split('/').any(|part| contracts.has(part))
}

/// The packages of the repository.
fn packages(input: &Input<'_>) -> Vec<PackageRecord> {
    let top = input.prefix.trim_end_matches('/');
    let inside = |dir: &str| {
        let within = is_within(dir, top);
        within.then(|| dir[top.len()..].trim_start_matches('/').to_owned())
    };
    let nested: Vec<&str> = input
        .whole
        .repositories
        .iter()
        .map(|it| &*it.prefix)
        .collect();
    let own = |package: &&Package| {
        let dir = format!("{}/", package.dir);
        let mut others = nested
            .iter()
            .filter(|other| other.len() > input.prefix.len());
        inside(&package.dir).is_some() && !others.any(|other| dir.starts_with(*other))
    };
    let record = |package: &Package| {
        let needed = package.dependencies.iter();
        let needed = needed.filter(|it| it.scope == DependencyScope::Normal);
        Some(PackageRecord {
            name: package.name.clone(),
            ecosystem: package.ecosystem.to_owned(),
            dir: inside(&package.dir)?,
            manifest: inside(&package.manifest)?,
            requires: needed
                .map(|it| Requirement {
                    package: it.package.clone(),
                    dir: it.path.as_deref().and_then(inside),
                    location: Location::new(
                        inside(&it.location.path).unwrap_or_default(),
                        it.location.at,
                    ),
                })
                .collect(),
        })
    };
    let packages = input.whole.packages.iter().filter(own);
    packages.filter_map(record).collect()
}

/// The folders of packages that stand outside of services.
fn libraries(input: &Input<'_>, packages: &[PackageRecord]) -> Vec<String> {
    let services = || {
        input
            .alone
            .services
            .iter()
            .flat_map(|service| &service.dirs)
    };
    let outside = |dir: &&String| !dir.is_empty() && !services().any(|own| is_within(dir, own));
    let dirs = packages.iter().map(|package| &package.dir);
    dirs.filter(outside).cloned().collect()
}
