//! Several repositories as one organisation: whose services are the same, what they are called.
//!
//! In: the services of each repository, as it alone tells them. Out: the services of the whole.
//! Invariant: a service is a repository and a name; the name stands alone while no other repository has it.
//! Never: one service of two repositories because their names are equal; the image that one builds and the
//! other deploys makes them one.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::by_hand::{DeclaredService, Options, add_own_services, declared_dir, name_by_hand};
use super::services::is_known_program;

use crate::knowledge::Images;
use crate::model::names::{self, is_generic, key};
use crate::model::{
    Location, Notification, Project, Repository, Service, ServiceId, is_within, repository_names,
};
use crate::source::{Entry, Root, Source};

/// The repositories that the listed files lie in; empty where there is but one.
pub(super) fn repositories(source: &Source, files: &[Entry]) -> Vec<Repository> {
    let scopes = source.scopes();
    if scopes.len() < 2 {
        return Vec::new();
    }
    let prefixes: Vec<&str> = scopes.iter().map(|scope| &*scope.prefix).collect();
    let names = repository_names(&prefixes);
    let repository = |(scope, name): (Root, Option<String>)| Repository {
        name: name.unwrap_or_else(|| scope.name()),
        prefix: scope.prefix,
        ..Repository::default()
    };
    let named = scopes.into_iter().zip(names);
    let mut found: Vec<Repository> = named.map(repository).collect();
    let paths = files.iter().map(|file| prefix_of(&found, &file.path).len());
    let used: BTreeSet<&str> = paths
        .zip(files)
        .map(|(length, file)| &file.path[..length])
        .collect();
    found.retain(|repository| used.contains(repository.prefix.as_str()));
    if found.len() < 2 { Vec::new() } else { found }
}

/// The path as the innermost of the repositories knows it.
pub(super) fn inside<'p>(repositories: &[Repository], path: &'p str) -> &'p str {
    &path[prefix_of(repositories, path).len()..]
}

/// The folder of the innermost repository that holds `path`, with its slash; empty where none does.
fn prefix_of<'r>(repositories: &'r [Repository], path: &str) -> &'r str {
    let prefixes = repositories.iter().map(|held| held.prefix.as_str());
    let holding = prefixes.filter(|prefix| path.starts_with(prefix));
    holding
        .max_by_key(|prefix| prefix.len())
        .unwrap_or_default()
}

/// Finds the services of every repository and those of the whole.
pub(super) fn add_services(project: &mut Project, source: &Source, options: &Options) {
    let scopes = source.scopes();
    let find = |repository: &Repository| {
        let (mut alone, files) = project.alone(repository);
        let scope = scopes.iter().find(|it| it.prefix == repository.prefix);
        if let Some(source) = scope.map(|scope| source.alone(scope)) {
            let declared = declared(options, &alone, repository);
            add_own_services(&mut alone, &source, &declared);
        }
        (alone, files)
    };
    let found: Vec<_> = project.repositories.par_iter().map(find).collect();
    let mut owners = vec![None; project.files.len()];
    for (at, (alone, files)) in found.into_iter().enumerate() {
        let repository = &mut project.repositories[at];
        for (id, file) in files.into_iter().zip(alone.files) {
            owners[id.index()] = file.service.map(|service| (at, service));
        }
        let placed = |mut problem: Notification| {
            let path = problem.path.take();
            problem.path = path.map(|path| format!("{}{path}", repository.prefix).into());
            problem
        };
        let problems = alone.notifications.into_iter().map(placed);
        project.notifications.extend(problems);
        repository.services = alone.services;
    }
    name_by_hand(&mut project.repositories, options);
    project.services = join(&mut project.repositories, &project.knowledge.images);
    for (file, owner) in project.files.iter_mut().zip(owners) {
        let joined = |(at, service): (usize, ServiceId)| {
            let repository: &Repository = &project.repositories[at];
            repository.joined[service.index()]
        };
        file.service = owner.map(joined);
    }
}

/// What a configuration declares of the services of one repository, with folders that start in it.
fn declared(options: &Options, alone: &Project, repository: &Repository) -> Vec<DeclaredService> {
    let own = |declared: &DeclaredService| {
        let paths = declared.paths.iter();
        let inside = paths.filter_map(|path| {
            let dir = declared_dir(path);
            let inside = format!("{dir}/");
            let rest = inside.strip_prefix(&repository.prefix)?;
            Some(rest.trim_end_matches('/').to_owned())
        });
        let holds = |dir: &String| alone.files.iter().any(|file| is_within(&file.path, dir));
        let paths: Vec<String> = inside.filter(holds).collect();
        (!paths.is_empty()).then(|| DeclaredService {
            paths,
            ..declared.clone()
        })
    };
    options.services.iter().filter_map(own).collect()
}

/// A service by its repository and its place there.
type Own = (usize, usize);

/// The services of the whole, sorted by name; tells each repository which of them its own are.
pub fn join(repositories: &mut [Repository], images: &Images) -> Vec<Service> {
    let builders = built_elsewhere(repositories, images);
    let mut members: BTreeMap<Own, Vec<Own>> = BTreeMap::new();
    for (at, repository) in repositories.iter().enumerate() {
        for service in 0..repository.services.len() {
            let own = (at, service);
            let home = builders.get(&own).copied().unwrap_or(own);
            members.entry(home).or_default().push(own);
        }
    }
    let whole = |(home, members): (&Own, &Vec<Own>)| whole(repositories, *home, members);
    let mut services: Vec<(Service, Vec<Own>)> = members
        .iter()
        .map(|entry| (whole(entry), entry.1.clone()))
        .collect();
    name(&mut services);
    services.sort_by(|a, b| a.0.name.cmp(&b.0.name));
    let blank = ServiceId::new(0);
    for repository in repositories.iter_mut() {
        repository.joined = vec![blank; repository.services.len()];
    }
    let mut joined = Vec::new();
    for (at, (service, members)) in services.into_iter().enumerate() {
        for (repository, own) in members {
            repositories[repository].joined[own] = ServiceId::new(at);
        }
        joined.push(service);
    }
    joined
}

/// Names each service as shortly as it stays apart; an alias of several services is none.
fn name(services: &mut [(Service, Vec<Own>)]) {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for (service, _) in services.iter() {
        *uses.entry(service.name.clone()).or_default() += 1;
    }
    for (service, _) in services.iter_mut() {
        if uses.get(&service.name).is_some_and(|uses| *uses > 1) {
            let short = service.name.clone();
            service.name = format!("{}/{short}", service.repository);
            // Inside of its repository it goes by its own name.
            service.aliases.push(short);
        }
    }
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for (service, _) in services.iter() {
        let own = service.aliases.iter().chain([&service.name]);
        for name in own.map(|name| key(name)).collect::<BTreeSet<_>>() {
            *uses.entry(name).or_default() += 1;
        }
    }
    for (service, _) in services.iter_mut() {
        let short = service.name.rsplit('/').next().map(str::to_owned);
        let only = |alias: &String| uses.get(&key(alias)) == Some(&1);
        let own = |alias: &String| Some(alias) == short.as_ref();
        service.aliases.retain(|alias| only(alias) || own(alias));
        service.aliases.sort();
        service.aliases.dedup();
    }
}

/// A service of the whole: that of the repository that builds it, with what others that deploy it tell.
fn whole(repositories: &[Repository], home: Own, members: &[Own]) -> Service {
    let of = |(repository, service): Own| {
        let repository = &repositories[repository];
        (
            repository,
            placed(&repository.services[service], &repository.prefix),
        )
    };
    let (repository, mut service) = of(home);
    service.repository.clone_from(&repository.name);
    for member in members.iter().filter(|member| **member != home) {
        let (_, other) = of(*member);
        service.aliases.extend(other.aliases);
        service.aliases.push(other.name);
        service.hosts.extend(other.hosts);
        service.evidence.extend(other.evidence);
        service.settings.extend(other.settings);
        service.ports.extend(other.ports);
        service.published.extend(other.published);
        service.image = service.image.or(other.image);
        service.instances = service.instances.max(other.instances);
    }
    service.hosts.sort();
    service.hosts.dedup();
    let name = service.name.clone();
    service.aliases.retain(|alias| *alias != name);
    for list in [&mut service.ports, &mut service.published] {
        list.sort_unstable();
        list.dedup();
    }
    service
}

/// The service with the paths of the whole.
fn placed(service: &Service, prefix: &str) -> Service {
    let mut service = service.clone();
    let place =
        |location: &mut Location| location.path = format!("{prefix}{}", location.path).into();
    service.evidence.iter_mut().for_each(place);
    let settings = service.settings.iter_mut();
    settings.for_each(|setting| place(&mut setting.location));
    for dir in &mut service.dirs {
        *dir = format!("{prefix}{dir}").trim_end_matches('/').to_owned();
    }
    service
}

/// The services that one repository only deploys and exactly one other builds, with the built one.
fn built_elsewhere(repositories: &[Repository], images: &Images) -> BTreeMap<Own, Own> {
    let mut builders: BTreeMap<String, BTreeSet<Own>> = BTreeMap::new();
    for (at, repository) in repositories.iter().enumerate() {
        for (place, service) in repository.services.iter().enumerate() {
            for name in built_names(repository, service) {
                builders.entry(name).or_default().insert((at, place));
            }
        }
    }
    let mut found = BTreeMap::new();
    for (at, repository) in repositories.iter().enumerate() {
        for (place, service) in repository.services.iter().enumerate() {
            let known = is_known_program(images, service);
            if !service.dirs.is_empty() || known {
                continue;
            }
            let builder = |name: &String| {
                let fits = builders.get(name).into_iter().flatten();
                let fits = fits.filter(|(other, built)| {
                    let other_repository = &repositories[*other];
                    let built = &other_repository.services[*built];
                    *other != at && may_be_of(service.image.as_deref(), built.image.as_deref())
                });
                let fits: Vec<Own> = fits.copied().collect();
                (fits.len() == 1).then(|| fits[0])
            };
            let around = holds_others(repositories, repository);
            let names = deployed_names(service, around);
            if let Some(builder) = names.iter().find_map(builder) {
                found.insert((at, place), builder);
            }
        }
    }
    found
}

/// Whether other repositories lie inside of this one's folder.
fn holds_others(repositories: &[Repository], holder: &Repository) -> bool {
    let longer = |other: &Repository| other.prefix.len() > holder.prefix.len();
    let mut others = repositories.iter();
    others.any(|other| longer(other) && other.prefix.starts_with(&holder.prefix))
}

/// What an image that is built from the service may be called, as keys; nothing without code.
fn built_names(repository: &Repository, service: &Service) -> BTreeSet<String> {
    if service.dirs.is_empty() {
        return BTreeSet::new();
    }
    let others = repository.services.iter();
    let alone = others.filter(|other| !other.dirs.is_empty()).count() == 1;
    let image = service.image.as_deref().map(names::tail);
    let own = service.aliases.iter().map(String::as_str);
    let own = own.chain([service.name.as_str()]).chain(image);
    let own = own.chain(alone.then_some(repository.name.as_str()));
    own.map(key).filter(|name| !name.is_empty()).collect()
}

/// What a deployed service may be built as: its image; around the repositories its name, too, since the folder
/// that holds them speaks of what it holds.
fn deployed_names(service: &Service, around: bool) -> Vec<String> {
    let image = service.image.as_deref().map(names::tail);
    let own = around.then_some(service.name.as_str());
    let names = image.into_iter().chain(own);
    names.filter(|name| !is_generic(name)).map(key).collect()
}

/// Whether both images, where both are known, are one: `acme/web` is not `blog/web`.
fn may_be_of(deployed: Option<&str>, built: Option<&str>) -> bool {
    let Some((deployed, built)) = deployed.zip(built) else {
        return true;
    };
    let (deployed, built) = (owner(deployed), owner(built));
    deployed.is_none() || built.is_none() || deployed == built
}

/// Who publishes an image: `acme` of `registry.example:5000/acme/web:1.2`; nobody is told by a variable.
fn owner(image: &str) -> Option<&str> {
    let (front, _) = image.split('@').next()?.rsplit_once('/')?;
    let owner = front.rsplit('/').next()?;
    let registry = owner.contains(['.', ':', '$', '{']) || owner == "localhost";
    (!registry && !owner.is_empty()).then_some(owner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;
    use crate::model::Role;

    fn service(name: &str, dirs: &[&str], image: Option<&str>) -> Service {
        Service {
            name: name.to_owned(),
            dirs: dirs.iter().map(|dir| (*dir).to_owned()).collect(),
            image: image.map(str::to_owned),
            role: if dirs.is_empty() {
                Role::Infrastructure
            } else {
                Role::Business
            },
            ..Service::default()
        }
    }

    /// The services of the whole with their folders, and what the first one of the last repository became.
    fn joined(repositories: &[(&str, Vec<Service>)]) -> (Vec<String>, String) {
        let repository = |(name, services): &(&str, Vec<Service>)| Repository {
            name: (*name).to_owned(),
            prefix: format!("{name}/"),
            services: services.clone(),
            ..Repository::default()
        };
        let mut repositories: Vec<Repository> = repositories.iter().map(repository).collect();
        let services = join(&mut repositories, &Knowledge::default().images);
        let shown = |service: &Service| format!("{} {}", service.name, service.dirs.join(","));
        let last = repositories.last().and_then(|it| it.joined.first());
        let last = last.map(|id| services[id.index()].name.clone());
        let shown = services.iter().map(shown).collect();
        (shown, last.unwrap_or_default())
    }

    #[test]
    fn equal_names_of_two_repositories_are_two_services() {
        let blog = vec![
            service("api", &["api"], None),
            service("posts", &[""], None),
        ];
        let shop = vec![service("api", &["src/api"], None)];
        let (services, last) = joined(&[("blog", blog), ("shop", shop)]);
        let expected = ["blog/api blog/api", "posts blog", "shop/api shop/src/api"];
        assert_eq!(
            (services, &*last),
            (expected.map(String::from).to_vec(), "shop/api")
        );
    }

    #[test]
    fn an_image_joins_who_deploys_it_to_who_builds_it() {
        let built = || vec![service("orders", &[""], None)];
        let deployed = |image| vec![service("desk", &[], Some(image))];
        let join = |built, image| joined(&[("fulfilment", built), ("ops", deployed(image))]).1;
        assert_eq!(
            join(built(), "registry.example:5000/acme/orders:7"),
            "orders"
        );
        assert_eq!(join(built(), "acme/fulfilment@sha256:0"), "orders");
        assert_eq!(join(built(), "acme/invoices:7"), "desk");
        let published = vec![service("orders", &[""], Some("blog/orders:1"))];
        assert_eq!(
            join(published, "acme/orders:7"),
            "desk",
            "another publisher"
        );
        let database = vec![service("postgres", &["db"], None)];
        assert_eq!(join(database, "postgres:16"), "desk", "nobody builds that");
    }

    #[test]
    fn an_image_that_two_repositories_may_build_joins_neither() {
        let built = || vec![service("orders", &["orders"], None)];
        let deployed = vec![service("desk", &[], Some("acme/orders:7"))];
        let (_, last) = joined(&[("a", built()), ("b", built()), ("ops", deployed)]);
        assert_eq!(last, "desk");
    }
}
