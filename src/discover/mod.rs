//! From a tree of files to the frame of the analysis: files, packages, services.
//!
//! In: [`Source`]. Out: [`Project`].
//! Invariant: found by manifests and names alone; nothing is executed.
//! Never: resolves a reference in code.

mod absent;
mod by_hand;
pub mod cargo;
mod classify;
mod golang;
mod maven;
pub mod npm;
pub mod organisation;
mod owners;
pub mod python;
mod services;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::knowledge::Folders;
use crate::model::names::{counted, folders, thousands};
use crate::model::{
    FileRole, LanguageId, LanguageInfo, Notification, Package, PackageId, Project, Reading,
    SourceFile,
};
use crate::source::{Root, Source};
use by_hand::{add_own_services, idle_paths};

pub use by_hand::{DeclaredService, Options, name_by_hand};
pub use owners::Owners;

/// The languages by file name extension, as the parsers know them.
pub type LanguageOf = fn(&str) -> Option<LanguageId>;

/// Finds files, packages and services of a tree.
#[must_use]
pub fn discover(source: &Source, options: &Options, language_of: LanguageOf) -> Project {
    complete(list(source, options, language_of), source, options)
}

/// Finds the files of a tree and nothing else.
#[must_use]
pub fn list(source: &Source, options: &Options, language_of: LanguageOf) -> Project {
    let walked = source.list(&options.exclude);
    let mut project = Project {
        name: source.name(),
        inside: python::inside(source),
        notifications: walked.notifications,
        links: walked.links,
        knowledge: options.knowledge.clone().into(),
        ..Project::default()
    };
    project.notifications.extend(nested(source));
    project.repositories = organisation::repositories(source, &walked.entries);
    let knowledge = &options.knowledge;
    let classify = classify::Classifier::new(knowledge, &options.tests, &mut project.notifications);
    let repositories = &project.repositories;
    let role = |path: &str| {
        let inside = organisation::inside(repositories, path);
        let above = &path[..path.len() - inside.len()];
        let is_file = |inside: &str| {
            let path = format!("{above}{inside}");
            let listed = &walked.entries;
            listed
                .binary_search_by(|entry| (*entry.path).cmp(&path))
                .is_ok()
        };
        classify.role(inside, is_file)
    };
    let kept = walked.entries.iter().filter(|entry| {
        is_open(&knowledge.folders, &entry.path, source.roots())
            || extension(&entry.path).is_some_and(|end| language_of(end).is_some())
    });
    project.files = kept
        .map(|entry| SourceFile {
            language: extension(&entry.path).and_then(language_of),
            role: role(&entry.path),
            path: entry.path.clone(),
            bytes: entry.bytes,
            package: None,
            service: None,
        })
        .collect();
    project
}

/// Whether no folder above is hidden: of hidden ones only sources count, no manifest of a tool, and where the folder
/// says that something is deployed, its manifests.
fn is_open(known: &Folders, path: &str, roots: &[Root]) -> bool {
    // The folder that the user names counts whatever it is called.
    let below = roots
        .iter()
        .find_map(|root| path.strip_prefix(root.prefix.as_str()));
    let path = below.unwrap_or(path);
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    let mut hidden = folders.split('/').filter(|part| part.starts_with('.'));
    let manifest = matches!(extension(path), Some("yaml" | "yml"));
    let deploys = |part: &str| {
        let part = part.to_ascii_lowercase();
        manifest && known.deploying.iter().any(|word| part.contains(&**word))
    };
    hidden.all(|part| part.starts_with(".env") || deploys(part))
}

/// Says which repositories lie in an analysed folder that is none itself.
fn nested(source: &Source) -> Vec<Notification> {
    let of = |root: &crate::source::Root| {
        let nested = root.nested();
        let names: Vec<&str> = nested
            .iter()
            .map(|root| root.prefix.trim_end_matches('/'))
            .collect();
        let message = format!(
            "the folder holds {}: {}; each has its own history and names of services",
            counted(names.len() as u64, "repository", "repositories"),
            names.join(", ")
        );
        (!names.is_empty()).then(|| Notification::note("nested-repositories", message))
    };
    source.roots().iter().filter_map(of).collect()
}

/// Finds what the listed files belong to: packages and services.
#[must_use]
pub fn complete(mut project: Project, source: &Source, options: &Options) -> Project {
    project.unsupported = unsupported(&project.files);
    add_packages(&mut project, source);
    add_services(&mut project, source, options);
    project.notifications.extend(unowned(&project));
    let absent = absent::modules(&project, source);
    project.notifications.extend(absent);
    let unread = unread_deployments(&project, source);
    project.notifications.extend(unread);
    project
}

/// Says that programs are deployed in a language that is not read.
fn unread_deployments(project: &Project, source: &Source) -> Option<Notification> {
    let known = &project.knowledge.serverless.unread;
    let mut first = None;
    let mut count = 0;
    for file in &project.files {
        let resources = extension(&file.path).and_then(|end| known.get(end));
        let Some(resources) = resources.filter(|_| file.role != FileRole::Test) else {
            continue;
        };
        let text = source.text(&file.path).unwrap_or_default();
        let is_one = |line: &&str| {
            let declares = line.trim_start().starts_with("resource ");
            declares
                && resources.iter().any(|resource| {
                    line.contains(&format!("{resource}\""))
                        || line.contains(&format!("{resource}@"))
                })
        };
        let found = text.lines().filter(is_one).count() as u64;
        first = first.or_else(|| (found > 0).then(|| file.path.clone()));
        count += found;
    }
    let programs = counted(count, "program is", "programs are");
    let message = |path: Arc<str>| {
        format!(
            "{programs} deployed by Terraform or Bicep ({path}), which are not read: what only these tell of programs, \
             addresses and queues is not seen"
        )
    };
    first.map(|path| Notification::warning("unread-deployment", message(path)))
}

/// Says that most of the code belongs to no service, where there are services: the analysis, not the system,
/// is then at fault.
fn unowned(project: &Project) -> Option<Notification> {
    let (owned, free) = project.owned()?;
    let all = owned + free;
    let message = || {
        format!(
            "{} of {} belong to no service: their calls are not seen (name the folders under [[services]])",
            thousands(free),
            counted(all, "source file", "source files"),
        )
    };
    (free * 2 > all).then(|| Notification::warning("code-of-no-service", message()))
}

/// Counts the files of languages without a parser.
fn unsupported(files: &[SourceFile]) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    let unread = files
        .iter()
        .filter(|file| file.language.is_none() && file.role == FileRole::Source);
    for file in unread {
        let language = extension(&file.path).and_then(LanguageInfo::of_extension);
        if let Some(language) = language.filter(|known| known.reading == Reading::Counted) {
            *counts.entry(language.name).or_default() += 1;
        }
    }
    counts
}

fn extension(path: &str) -> Option<&str> {
    Path::new(path)
        .extension()
        .and_then(|extension| extension.to_str())
}

/// Reads the packages of one ecosystem out of a tree.
type Ecosystem = fn(&Project, &Source) -> (Vec<Package>, Vec<crate::model::Notification>);

/// Every build system whose manifests are understood.
const ECOSYSTEMS: &[Ecosystem] = &[
    cargo::packages,
    golang::packages,
    maven::packages,
    python::packages,
    npm::packages,
];

/// Reads the packages of all build systems in a fixed order of their folders, links their
/// dependencies, and gives each file its package. Linking comes after reading, since a dependency
/// may lead to any package of the tree.
fn add_packages(project: &mut Project, source: &Source) {
    for ecosystem in ECOSYSTEMS {
        let (packages, notifications) = ecosystem(project, source);
        project.packages.extend(packages);
        project.notifications.extend(notifications);
    }
    project
        .packages
        .sort_by(|a, b| (&a.dir, &a.name, &a.manifest).cmp(&(&b.dir, &b.name, &b.manifest)));
    link_dependencies(&mut project.packages);
    assign_packages(project);
}

/// Finds the first-party package behind each declared dependency: by folder where the manifest
/// names one, else by name within the ecosystem (for Cargo, [`cargo`] tells when that is enough).
pub fn link_dependencies(packages: &mut [Package]) {
    let mut by_dir: BTreeMap<(&'static str, String), PackageId> = BTreeMap::new();
    let mut by_name: BTreeMap<(&'static str, String), PackageId> = BTreeMap::new();
    for (index, package) in packages.iter().enumerate() {
        by_dir
            .entry((package.ecosystem, package.dir.clone()))
            .or_insert(PackageId::new(index));
        by_name
            .entry((package.ecosystem, package.name.clone()))
            .or_insert(PackageId::new(index));
    }
    for package in packages {
        let ecosystem = package.ecosystem;
        for dependency in package
            .dependencies
            .iter_mut()
            .filter(|dependency| dependency.target.is_none())
        {
            dependency.target = match &dependency.path {
                Some(path) => by_dir.get(&(ecosystem, path.clone())).copied(),
                None if ecosystem == "cargo" => None,
                None => by_name
                    .get(&(ecosystem, dependency.package.clone()))
                    .copied(),
            };
        }
    }
}

/// Gives each file the innermost package whose folder holds it.
fn assign_packages(project: &mut Project) {
    let mut by_dir: rustc_hash::FxHashMap<String, PackageId> = rustc_hash::FxHashMap::default();
    for (index, package) in project.packages.iter().enumerate() {
        by_dir
            .entry(package.dir.clone())
            .or_insert(PackageId::new(index));
    }
    for file in &mut project.files {
        file.package = folders(&file.path).find_map(|dir| by_dir.get(dir).copied());
    }
}

/// Finds the services: those of each repository apart, then joined.
fn add_services(project: &mut Project, source: &Source, options: &Options) {
    let idle = options.services.iter();
    let idle = idle.flat_map(|declared| idle_paths(&project.files, declared));
    let idle: Vec<Notification> = idle.collect();
    project.notifications.extend(idle);
    if project.repositories.is_empty() {
        add_own_services(project, source, &options.services);
    } else {
        organisation::add_services(project, source, options);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_source_without_a_parser_but_no_test_and_no_vendored_code() {
        let file = |path: &str, role| SourceFile {
            path: path.into(),
            language: None,
            role,
            bytes: 1,
            package: None,
            service: None,
        };
        let files = [
            file("a.kt", FileRole::Source),
            file("b.kt", FileRole::Source),
            file("c.kt", FileRole::Test),
            file("d.rb", FileRole::Vendored),
            file("e.md", FileRole::Source),
        ];
        assert_eq!(unsupported(&files), BTreeMap::from([("Kotlin", 2)]));
    }

    #[test]
    fn what_describes_services_and_was_not_read_is_told() {
        let dir = tempfile::tempdir().expect("a folder");
        let files: [(&str, &[u8]); 9] = [
            ("compose.yaml", b"services:\n  a: [\n"),
            ("nul/compose.yaml", b"services: \0\n"),
            (
                "k8s/a.yaml",
                b"apiVersion: v1\nkind: Service\nmetadata: [\n",
            ),
            (
                "k8s/template.yaml",
                b"apiVersion: v1\nkind: Service\nmetadata: {{ a }}: [\n",
            ),
            ("k8s/values.yaml", b"a: [\n"),
            ("Dockerfile", b"FROM a\0\n"),
            ("go.mod", b"modul a\n"),
            ("empty/go.mod", b"\n"),
            ("large/Dockerfile", &[b'#'; 100]),
        ];
        for (path, bytes) in files {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
            std::fs::write(path, bytes).expect("a file");
        }
        let limits = crate::source::Limits {
            file_bytes: 80,
            ..Default::default()
        };
        let source = Source::open(&[dir.path().to_path_buf()], limits).expect("a source");
        let project = discover(&source, &Options::default(), |_| None);
        let told = |path: &str| {
            let mut notes = project.notifications.iter();
            let found = notes.find(|note| note.path.as_deref() == Some(path));
            found.map(|note| note.kind.to_string())
        };
        let bad = Some("bad-manifest".to_owned());
        assert_eq!(told("compose.yaml"), bad);
        assert_eq!(told("k8s/a.yaml"), bad);
        assert_eq!(told("go.mod"), bad);
        for binary in ["nul/compose.yaml", "Dockerfile"] {
            assert_eq!(told(binary).as_deref(), Some("binary"), "{binary}");
        }
        assert_eq!(told("large/Dockerfile").as_deref(), Some("too-large"));
        for silent in ["k8s/template.yaml", "k8s/values.yaml", "empty/go.mod"] {
            assert_eq!(told(silent), None, "{silent}");
        }
    }
}
