//! The services of one repository: those that its tree tells, and those that a configuration declares.
//!
//! In: the files of the [`Project`], its [`Options`]. Out: services, what is wrong with a declaration.
//! Invariant: what a person declares outweighs what was found.
//! Never: a service of another repository.

use super::services;
use crate::knowledge::Knowledge;
use crate::model::{
    Notification, Project, Repository, Role, SELECTS_NOTHING, Service, SourceFile, is_within,
};
use crate::source::Source;

/// What a configuration says where discovery would be wrong.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Globs of files to leave out.
    pub exclude: Vec<String>,
    /// Globs of files that are tests, beside those known by their names.
    pub tests: Vec<String>,
    /// Services that are declared by hand.
    pub services: Vec<DeclaredService>,
    /// What is known of the world outside; all stages read it from the project.
    pub knowledge: Knowledge,
}

/// A service that the configuration declares.
#[derive(Clone, Debug, Default)]
pub struct DeclaredService {
    /// Its name.
    pub name: String,
    /// Globs or folders that belong to it.
    pub paths: Vec<String>,
    /// Other names of it in manifests, code and traces.
    pub aliases: Vec<String>,
    /// What it is for; found out when `None`.
    pub role: Option<Role>,
}

/// Finds the services of one repository.
pub(super) fn add_own_services(
    project: &mut Project,
    source: &Source,
    declared: &[DeclaredService],
) {
    project.services = services::services(project, source);
    let problems = services::problems(project, source);
    project.notifications.extend(problems);
    declared
        .iter()
        .for_each(|declared| declare(project, declared));
    project.services.sort_by(|a, b| a.name.cmp(&b.name));
    project.assign_services();
    let given = |name: &str| {
        let mut own = declared.iter().filter(|declared| declared.name == name);
        own.any(|declared| declared.role.is_some())
    };
    project.tell_fronts(&given);
}

/// The folder that a path of a declared service means.
pub(super) fn declared_dir(path: &str) -> &str {
    path.trim_start_matches("./")
        .trim_end_matches("**")
        .trim_matches('/')
}

/// Paths of a declared service in which nothing lies.
pub(super) fn idle_paths(files: &[SourceFile], declared: &DeclaredService) -> Vec<Notification> {
    let paths = declared.paths.iter();
    let idle = paths.filter(|path| {
        let dir = declared_dir(path);
        !files.iter().any(|file| is_within(&file.path, dir))
    });
    let told = |path: &String| {
        let name = &declared.name;
        let message = format!("[[services]] `{name}`: no file lies in `{path}`");
        Notification::warning(SELECTS_NOTHING, message)
    };
    idle.map(told).collect()
}

/// Gives services of several repositories the aliases that a configuration gives them, by `api` or `shop/api`.
pub fn name_by_hand(repositories: &mut [Repository], options: &Options) {
    for repository in repositories {
        for service in &mut repository.services {
            let long = format!("{}/{}", repository.name, service.name);
            let own = |declared: &&DeclaredService| {
                declared.name == service.name || declared.name == long
            };
            let declared: Vec<_> = options.services.iter().filter(own).collect();
            for declared in declared {
                service.aliases.extend(declared.aliases.iter().cloned());
                service.role = declared.role.unwrap_or(service.role);
            }
        }
    }
}

/// Merges a declaration with the service of the same name, or adds it. Declared folders replace
/// those that were found, while aliases are added to them.
fn declare(project: &mut Project, declared: &DeclaredService) {
    let dirs = declared.paths.iter();
    let dirs: Vec<String> = dirs.map(|path| declared_dir(path).to_owned()).collect();
    let known = project
        .services
        .iter_mut()
        .find(|service| service.name == declared.name);
    match known {
        Some(service) => {
            service.aliases.extend(declared.aliases.iter().cloned());
            service.role = declared.role.unwrap_or(service.role);
            if !dirs.is_empty() {
                service.dirs = dirs;
            }
        }
        None => project.services.push(Service {
            name: declared.name.clone(),
            aliases: declared.aliases.clone(),
            role: declared.role.unwrap_or_default(),
            dirs,
            ..Service::default()
        }),
    }
}
