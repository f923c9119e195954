//! From parts to the frame, the code and the history of an organisation.
//!
//! In: [`Part`]s. Out: [`Whole`].
//! Invariant: the order of the parts tells nothing; one file stands for all the code of a service.
//! Never: two states of one repository.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::changes::{ANY, CODE, placed};
use super::record::{Identity, PackageRecord, Part, PartError, Size};
use crate::knowledge::Knowledge;
use crate::model::{
    ChangeLog, CodeFacts, DependencyScope, FileFacts, FileId, FileRole, LanguageId, Location,
    Package, PackageDependency, ParsedFile, Project, Repository, ServiceId, SourceFile,
    StaticLinks, TypeCounts, repository_names,
};

/// Ecosystems whose packages are known by name.
const ECOSYSTEMS: [&str; 6] = ["cargo", "go", "gradle", "maven", "npm", "python"];

/// Several repositories, not yet joined.
pub struct Whole {
    /// Files, packages and repositories; the services of the whole are not known yet.
    pub project: Project,
    /// The repository that owns each file, and its service there.
    pub owners: Vec<(usize, Option<ServiceId>)>,
    /// How many files each of them stands for.
    pub counts: Vec<u64>,
    /// Facts of the files.
    pub code: CodeFacts,
    /// The history of each repository with the text before its paths.
    pub changes: Vec<(String, ChangeLog)>,
    /// For each repository the first one that has the same history: another folder of it.
    pub histories: Vec<u32>,
    /// The links of each repository.
    pub links: Vec<StaticLinks>,
}

/// Puts parts side by side.
///
/// # Errors
/// Two of them are of one repository.
pub fn whole(mut parts: Vec<Part>, knowledge: &Knowledge) -> Result<Whole, PartError> {
    parts.sort_by(|a, b| key(&a.repository).cmp(&key(&b.repository)));
    given_once(&parts)?;
    let prefixes = prefixes(&parts);
    let histories = (0..parts.len()).map(|at| history_of(&parts, at)).collect();
    let mut project = Project {
        name: names(&parts).join("+"),
        knowledge: knowledge.clone().into(),
        ..Project::default()
    };
    let mut files: BTreeMap<Arc<str>, (usize, Option<ServiceId>, Size)> = BTreeMap::new();
    let called = repository_names(&prefixes.iter().map(String::as_str).collect::<Vec<_>>());
    let mut called = called.into_iter();
    let (mut changes, mut links) = (Vec::new(), Vec::new());
    for (at, (part, prefix)) in parts.into_iter().zip(prefixes).enumerate() {
        for (path, service, size) in stand_ins(&part) {
            files.insert(format!("{prefix}{path}").into(), (at, service, size));
        }
        let packages = part.packages.iter();
        let packages = packages.filter_map(|record| package(record, &prefix));
        project.packages.extend(packages);
        changes.push((prefix.clone(), part.changes.log()));
        links.push(StaticLinks {
            links: part.links,
            tables: part.tables,
            routes: part.routes,
            unjoined: part.unjoined,
            open: part.open,
            ..StaticLinks::default()
        });
        project.repositories.push(Repository {
            name: called.next().flatten().unwrap_or(part.repository.name),
            prefix,
            services: part.services,
            joined: Vec::new(),
        });
    }
    let mut code = CodeFacts::default();
    let (mut owners, mut counts) = (Vec::new(), Vec::new());
    for (place, (path, (at, service, size))) in files.into_iter().enumerate() {
        owners.push((at, service));
        counts.push(size.files);
        code.files.push(parsed(FileId::new(place), &size));
        project.files.push(SourceFile {
            path,
            language: Some(LANGUAGE),
            role: FileRole::Source,
            bytes: 0,
            package: None,
            service: None,
        });
    }
    project
        .packages
        .sort_by(|a, b| (&a.dir, &a.name, &a.manifest).cmp(&(&b.dir, &b.name, &b.manifest)));
    Ok(Whole {
        project,
        owners,
        counts,
        code,
        changes,
        histories,
        links,
    })
}

/// # Errors
/// Two of the parts, which are sorted, are of one repository.
fn given_once(parts: &[Part]) -> Result<(), PartError> {
    for (at, part) in parts.iter().enumerate() {
        // Two folders may hold copies of one repository; whoever gives a part knows what else is given.
        let apart = |other: &Part| other.prefix.is_none() || part.prefix.is_none();
        let twin = |other: &&Part| apart(other) && is_same(other, part);
        if let Some(twin) = parts[..at].iter().find(twin) {
            return Err(PartError::Twice {
                name: part.repository.name.clone(),
                first: state(&twin.repository),
                second: state(&part.repository),
            });
        }
    }
    Ok(())
}

/// What orders repositories.
fn key(of: &Identity) -> impl Ord + '_ {
    (&of.name, &of.folder, &of.origin, &of.commit)
}

/// The names of the repositories.
fn names(parts: &[Part]) -> Vec<String> {
    let names = parts.iter().map(|part| part.repository.name.clone());
    names.collect()
}

/// The state of a repository, for people.
fn state(of: &Identity) -> String {
    of.commit.as_deref().map_or_else(
        || "an unknown commit".to_owned(),
        |commit| format!("commit {}", commit.get(..12).unwrap_or(commit)),
    )
}

/// Whether both are of one repository and folder: they come from one place, or share a commit.
#[must_use]
pub fn is_same(a: &Part, b: &Part) -> bool {
    let (left, right) = (&a.repository, &b.repository);
    if left.folder != right.folder {
        return false;
    }
    if let (Some(one), Some(other)) = (&left.origin, &right.origin) {
        return one == other;
    }
    let bare = a.changes.sets.is_empty() && b.changes.sets.is_empty();
    let seen = |part: &Part| {
        let services = part.services.iter();
        let seen = services.map(|own| (own.name.clone(), own.evidence.clone()));
        seen.collect::<Vec<_>>()
    };
    let alike = left.name == right.name && bare && seen(a) == seen(b);
    alike || shares_history(a, b)
}

/// Whether two parts have a change set in common, by its commit.
fn shares_history(a: &Part, b: &Part) -> bool {
    let own: BTreeSet<&str> = a.changes.sets.iter().map(|set| &*set.id).collect();
    b.changes.sets.iter().any(|set| own.contains(&*set.id))
}

/// The first part whose history is that of the part at `at`: two folders of one repository have one.
fn history_of(parts: &[Part], at: usize) -> u32 {
    let same = |other: &&Part| {
        let (left, right) = (&other.repository.origin, &parts[at].repository.origin);
        match (left, right) {
            (Some(left), Some(right)) => left == right,
            _ => shares_history(other, &parts[at]),
        }
    };
    let first = parts[..at].iter().position(|other| same(&other));
    u32::try_from(first.unwrap_or(at)).unwrap_or(u32::MAX)
}

/// Where each repository appears: at the top if it is alone, else in a folder of its name, numbered where names repeat.
fn prefixes(parts: &[Part]) -> Vec<String> {
    if parts.len() == 1 {
        return vec![String::new()];
    }
    let known = parts.iter().filter_map(|part| part.prefix.clone());
    let mut taken: BTreeSet<String> = known.collect();
    let mut prefixes = Vec::new();
    for part in parts {
        let name = &part.repository.name;
        let mut prefix = part.prefix.clone();
        let mut count = 1;
        while prefix.is_none() {
            let next = match count {
                1 => format!("{name}/"),
                count => format!("{name}-{count}/"),
            };
            prefix = taken.insert(next.clone()).then_some(next);
            count += 1;
        }
        prefixes.extend(prefix);
    }
    prefixes
}

/// The language of files that stand for others.
const LANGUAGE: LanguageId = LanguageId("any");

/// The files that stand for the code of a repository: one with the size of each service, one for each way in
/// which changes touch it.
fn stand_ins(part: &Part) -> Vec<(String, Option<ServiceId>, Size)> {
    let mut found: BTreeMap<String, (Option<ServiceId>, Size)> = BTreeMap::new();
    let place = |name: &String| part.services.iter().position(|own| own.name == *name);
    for size in &part.sizes {
        let service = size.service.as_ref().and_then(place);
        // Of services that share a folder, the first one owns it.
        let owns = |dir: &&String| {
            let owner = part.services.iter().position(|it| it.dirs.contains(dir));
            owner == service
        };
        let dir = service.and_then(|at| part.services[at].dirs.iter().find(owns));
        let path = placed(dir.map_or("", String::as_str), CODE, ANY);
        found.insert(path, (service.map(ServiceId::new), size.clone()));
    }
    let mark = format!("{CODE}/");
    for path in &part.changes.paths {
        let Some((dir, _)) = path.split_once(&mark) else {
            continue;
        };
        let dir = dir.trim_end_matches('/').to_owned();
        let holds = |service: &crate::model::Service| service.dirs.contains(&dir);
        let service = part.services.iter().position(holds).map(ServiceId::new);
        let stand_in = (service, Size::default());
        found.entry(path.clone()).or_insert(stand_in);
    }
    let found = found.into_iter();
    let flat = found.map(|(path, (service, size))| (path, service, size));
    flat.collect()
}

/// A stand-in file with the size of the code that it stands for.
fn parsed(file: FileId, size: &Size) -> ParsedFile {
    let narrow = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    ParsedFile {
        file,
        language: LANGUAGE,
        generated: false,
        facts: FileFacts {
            lines: narrow(size.lines),
            complexity: size.complexity.map(narrow),
            types: TypeCounts {
                abstract_types: size.abstract_types,
                concrete_types: size.concrete_types,
            },
            ..FileFacts::default()
        },
    }
}

/// A package with its paths in the whole; `None` for an ecosystem that is not known, as a later
/// version may have written.
fn package(record: &PackageRecord, prefix: &str) -> Option<Package> {
    let ecosystem = ECOSYSTEMS.into_iter().find(|it| *it == record.ecosystem)?;
    let placed = |path: &str| format!("{prefix}{path}").trim_end_matches('/').to_owned();
    let required = record.requires.iter().map(|required| PackageDependency {
        key: required.package.clone(),
        package: required.package.clone(),
        path: required.dir.as_deref().map(placed),
        target: None,
        by_name: false,
        scope: DependencyScope::Normal,
        location: Location::new(placed(&required.location.path), required.location.at),
    });
    Some(Package {
        name: record.name.clone(),
        ecosystem,
        dir: placed(&record.dir),
        manifest: placed(&record.manifest).into(),
        dependencies: required.collect(),
        ..Package::default()
    })
}
