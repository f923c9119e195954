//! Finds the services of a tree: deployables, and the infrastructure beside them.
//!
//! In: files of the project and their texts. Out: [`Service`] records.
//! Invariant: sorted by name; every service keeps the manifest places that made it known.
//! Never: a list of known systems; a failure because one manifest cannot be read.

mod affixes;
mod build;
mod candidate;
mod catalog;
mod commands;
mod compose;
mod contexts;
mod copies;
mod csharp;
mod dirs;
mod distinct;
mod dockerfile;
mod flags;
mod golang;
mod gosource;
mod group;
#[cfg(test)]
mod held;
mod home;
mod hosts;
mod instances;
mod jobs;
mod jvm;
mod keep;
mod kubernetes;
mod kustomize;
mod merge;
mod plain;
mod procfile;
mod references;
mod roles;
mod script;
mod serverless;
mod settle;
mod stacks;
mod starts;
mod templates;
mod variables;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use candidate::{Candidate, Origin};
use dirs::Folders;
use group::Group;

use crate::knowledge::{Images, Knowledge};
use crate::model::{FileRole, Notification, Project, Role, Service, Setting, names};
use crate::source::{ReadText, Source, settings, yaml};

/// All services of the tree, sorted by name, with the places that made them known.
///
/// Uses only `project.name`, `project.files` and `project.packages`.
#[must_use]
pub(super) fn services(project: &Project, source: &Source) -> Vec<Service> {
    let listed = project
        .files
        .iter()
        .filter(|file| file.role != FileRole::Vendored);
    let paths: Vec<&str> = listed.map(|file| &*file.path).collect();
    let text = |path: &str| source.text(path).unwrap_or_default();
    let compose = compose_services(&paths, &text);
    let built = |c: &Candidate| {
        let manifest = !dirs::is_auxiliary(&project.knowledge.folders, &c.location.path);
        c.dir
            .clone()
            .filter(|dir| manifest && dirs::is_named_oddly(&project.knowledge.folders, dir))
    };
    let deployed = compose.iter().filter_map(built).collect();
    let folders = Folders::new(&paths, &project.knowledge, deployed);
    let tree = Tree {
        paths: &paths,
        source,
        folders: &folders,
        knowledge: &project.knowledge,
    };
    let candidates = tree.candidates(compose);
    let mut groups = tree.groups(candidates.clone(), &project.name);
    let coded = groups
        .iter()
        .filter(|group| !group.is_job() && keep::owns_code(group, &folders));
    if coded.count() < 2 {
        let further = plain::read(&project.knowledge, &paths, &folders, &text);
        if !further.is_empty() {
            let all = candidates.into_iter().chain(further).collect();
            groups = tree.groups(all, &project.name);
        }
    }
    references::give(&mut groups, &project.packages, &paths, &text);
    let services = groups
        .iter()
        .map(|group| tree.service(group, &groups))
        .collect();
    distinct::named(services)
}

/// The services of all Compose files.
fn compose_services(paths: &[&str], text: &ReadText<'_>) -> Vec<Candidate> {
    let may_be = |path: &&&str| path.ends_with(".yml") || path.ends_with(".yaml");
    let read = |path: &&str| {
        let named = compose::is_compose(names::tail(path));
        if !named && !compose::reads_as_compose(&text(path)) {
            return Vec::new();
        }
        let (_, env) = variables::existing(&beside(path, ".env"), text);
        compose::read(path, &text(path), &variables::of_env(&env), &text)
    };
    let own = |path: &&&str| may_be(path) && !build::is_template(path, paths, text);
    let read: Vec<Vec<Candidate>> = paths.par_iter().filter(own).map(read).collect();
    read.into_iter().flatten().collect()
}

/// What kept files that describe services from being read, in full or from some line on.
pub(super) fn problems(project: &Project, source: &Source) -> Vec<Notification> {
    let may_describe = |path: &str| {
        let name = names::tail(path);
        is_yaml(name) || compose::is_compose(name) || dockerfile::is_dockerfile(name)
    };
    let listed = project.files.par_iter();
    let listed = listed.filter(|file| file.role != FileRole::Vendored && may_describe(&file.path));
    listed
        .filter_map(|file| problem(source, &file.path))
        .collect()
}

/// Why a file that describes services was not read to its end; `None` where it was, or where it
/// describes none.
fn problem(source: &Source, path: &str) -> Option<Notification> {
    let text = match source.text(path) {
        Ok(text) => text,
        Err(unread) => return Some(unread),
    };
    if !describes(names::tail(path), &text) {
        return None;
    }
    let (line, what) = yaml::read(&text).problem?;
    let message = format!("read only up to here: {what}");
    let note = Notification::warning("bad-manifest", message);
    Some(note.in_file(path).at_line(line))
}

fn is_yaml(name: &str) -> bool {
    name.ends_with(".yaml") || name.ends_with(".yml")
}

/// Whether a text is meant to be read as YAML to its end and describes services: the rest may hold any template.
fn describes(name: &str, text: &str) -> bool {
    let named = compose::is_compose(name)
        || catalog::is_catalog(name)
        || ["Chart.yaml", "pnpm-workspace.yaml"].contains(&name);
    let object = || {
        let has = |key: &str| text.lines().any(|line| line.starts_with(key));
        let template = ["{{", "{%", "<%"].iter().any(|mark| text.contains(mark));
        is_yaml(name) && has("apiVersion:") && has("kind:") && !template
    };
    named || object()
}

/// The files of a tree with what is known of them.
struct Tree<'a> {
    paths: &'a [&'a str],
    source: &'a Source,
    folders: &'a Folders,
    knowledge: &'a Knowledge,
}

impl Tree<'_> {
    /// The text of a file; empty where it cannot be read.
    fn text(&self, path: &str) -> String {
        self.source.text(path).unwrap_or_default()
    }

    /// What the candidates are mentions of; one without a name is called like the tree.
    fn groups(&self, mut candidates: Vec<Candidate>, name: &str) -> Vec<Group> {
        let text = |path: &str| self.text(path);
        settle::settle(&mut candidates, self.folders, self.knowledge, &text);
        candidates.retain(|candidate| keep::counts(self.folders, candidate));
        let nameless = candidates.iter_mut();
        for candidate in nameless.filter(|candidate| candidate.name.is_empty()) {
            name.clone_into(&mut candidate.name);
        }
        let images = &self.knowledge.images;
        let candidates = instances::join(candidates, images);
        let merged = merge::merge(candidates, self.folders, images);
        keep::without_alternatives(keep::keep(merged, self.folders, images))
    }

    /// All mentions in the tree. Files are read in parallel and their mentions kept in the order of
    /// their paths; build files of tests and examples are not asked.
    fn candidates(&self, compose: Vec<Candidate>) -> Vec<Candidate> {
        let single: Vec<Vec<Candidate>> = self
            .paths
            .par_iter()
            .map(|path| self.of_file(path))
            .collect();
        let mut found = compose;
        found.extend(single.into_iter().flatten());
        found.extend(self.kubernetes());
        let read = |path: &str| self.text(path);
        let built: Vec<&str> = self
            .paths
            .iter()
            .copied()
            .filter(|path| !self.folders.is_auxiliary(path))
            .collect();
        found.extend(jvm::programs(self.knowledge, &built, &read));
        found.extend(build::read(self.knowledge, &built, &read));
        let known = &self.knowledge.serverless;
        found.extend(serverless::read(known, self.paths, self.folders, &read));
        self.prefer_own_names(&mut found);
        affixes::shorten(&mut found, &self.knowledge.images);
        found
    }

    /// The mentions in a file that is told by its own name. Kinds are asked from the most specific
    /// to the least: a `package.json` is one that may start programs, and is read only when nothing
    /// else fits.
    fn of_file(&self, path: &str) -> Vec<Candidate> {
        let file = names::tail(path);
        if dockerfile::is_dockerfile(file) {
            return dockerfile::read(&self.knowledge.folders.packaging, path, &self.text(path))
                .into_iter()
                .collect();
        }
        if catalog::is_catalog(file) {
            return catalog::read(path, &self.text(path));
        }
        let place = starts::Place {
            knowledge: self.knowledge,
            path,
            has_code: &|dir| self.folders.has_code(dir),
            called: &|name| self.folders.only_named(name),
        };
        match file {
            _ if hosts::may_host(path) => {
                let programs = &self.knowledge.frameworks.programs;
                hosts::read(programs, path, &self.text(path), self.paths)
            }
            "Procfile" => procfile::read(&place, &self.text(path)),
            "dapr.yaml" | "dapr.yml" => procfile::dapr(path, &self.text(path)),
            _ if script::is_script(file) => {
                let mut found = script::read(path, &self.text(path));
                if starts::may_start(file) {
                    found.extend(starts::read(&place, &self.text(path)));
                }
                found
            }
            "skaffold.yaml" | "skaffold.yml" => {
                let exists = |dir: &str| self.folders.exists(dir);
                procfile::skaffold(path, &self.text(path), &exists)
            }
            _ if starts::may_start(file) => starts::read(&place, &self.text(path)),
            _ => Vec::new(),
        }
    }

    /// The workloads of all manifests. Service objects and maps lie in other files than the
    /// workloads that they belong to, so everything is read before anything is joined.
    fn kubernetes(&self) -> Vec<Candidate> {
        let yaml = |path: &&&str| path.ends_with(".yaml") || path.ends_with(".yml");
        let files: Vec<&&str> = self
            .paths
            .iter()
            .filter(yaml)
            .filter(|path| !self.folders.is_auxiliary(path) && !self.is_library(path))
            .collect();
        let read = |path: &&&str| {
            let text = self.text(path);
            let wanted = text.contains("kind:") && text.contains("apiVersion:");
            wanted.then(|| {
                (
                    (**path).to_owned(),
                    templates::plain(&text, &self.chart(path)),
                )
            })
        };
        let texts: Vec<(String, String)> = files.par_iter().filter_map(read).collect();
        let mut manifests = kubernetes::Manifests::default();
        for (path, text) in &texts {
            manifests.add(path, text, &self.each(path, text));
        }
        let generators = files
            .iter()
            .filter(|path| kustomize::is_kustomization(path));
        for path in generators {
            let maps = kustomize::maps(path, &self.text(path), &|path| self.text(path));
            for (name, settings) in maps {
                manifests.add_map(name, settings);
            }
        }
        let mut found = manifests.candidates(&self.knowledge.folders);
        for candidate in &mut found {
            let own = self.without_release(&candidate.location.path, &candidate.name);
            candidate.aliases.extend(own);
        }
        found
    }

    /// `orders` of `shop-orders`, which a template of the chart `shop` calls `{{ .Release.Name }}-orders`.
    fn without_release(&self, path: &str, name: &str) -> Option<String> {
        let release = self.of_chart(path, "name")?;
        let own = name.strip_prefix(&release)?.strip_prefix('-')?;
        let bare = names::words(own).len() == 1;
        let known = bare && roles::by_words(&self.knowledge.images, own).is_some();
        (!own.is_empty() && !known && !names::is_generic(own)).then(|| own.to_owned())
    }

    /// Whether a template belongs to a Helm chart that only other charts use.
    fn is_library(&self, path: &str) -> bool {
        self.of_chart(path, "type")
            .is_some_and(|kind| kind == "library")
    }

    /// What the chart that the template at `path` belongs to says under a key.
    fn of_chart(&self, path: &str, key: &str) -> Option<String> {
        let (root, _) = path.split_once("/templates/")?;
        let chart = self.text(&format!("{root}/Chart.yaml"));
        let entries = settings::read("Chart.yaml", &chart).into_iter();
        let mut named = entries.filter(|entry| entry.key == key);
        named.next().map(|entry| entry.value)
    }

    /// Values of the Helm chart that the template at `path` belongs to.
    fn chart(&self, path: &str) -> BTreeMap<String, String> {
        let Some(root) = path.split_once("/templates/").map(|(root, _)| root) else {
            return BTreeMap::new();
        };
        let text = self.text(&format!("{root}/values.yaml"));
        let mut values: BTreeMap<String, String> = settings::read("values.yaml", &text)
            .into_iter()
            .map(|entry| (entry.key, entry.value))
            .collect();
        let chart = self.of_chart(path, "name");
        values.extend(chart.map(|name| ("Chart.Name".to_owned(), name)));
        let helpers = self.text(&format!("{root}/templates/_helpers.tpl"));
        let own =
            templates::definitions(&helpers).map(|name| (templates::defined(name), String::new()));
        values.extend(own);
        values
    }

    /// The lists and maps of a chart's values that a template renders as a whole, by their keys.
    fn each(&self, path: &str, text: &str) -> BTreeMap<String, Vec<Setting>> {
        let root = path.split_once("/templates/").map(|(root, _)| root);
        let Some(root) = root.filter(|_| text.contains(templates::EACH)) else {
            return BTreeMap::new();
        };
        let path = format!("{root}/values.yaml");
        templates::each(
            text,
            &path,
            &settings::read("values.yaml", &self.text(&path)),
        )
    }

    /// The name that an application gives itself outweighs its folder's name.
    fn prefer_own_names(&self, found: &mut [Candidate]) {
        let read = |path: &str| self.text(path);
        let mut named: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, candidate) in found
            .iter_mut()
            .enumerate()
            .filter(|(_, c)| c.origin == Origin::Build)
        {
            let own = candidate
                .dir
                .as_deref()
                .and_then(|dir| build::own_name(dir, self.paths, &read));
            if let Some((name, _)) = own {
                named.entry(name).or_default().push(index);
            }
        }
        for (name, indices) in named.into_iter().filter(|(_, indices)| indices.len() == 1) {
            for index in indices {
                let folder = std::mem::replace(&mut found[index].name, name.clone());
                found[index].aliases.insert(folder);
                found[index].hints.insert("names-itself".to_owned());
            }
        }
    }

    /// A service of a group. It is called as it calls itself, else as its strongest mention does;
    /// its evidence names each place once.
    fn service(&self, group: &Group, all: &[Group]) -> Service {
        let mut members = group.members.iter();
        let own = members.find(|c| c.hints.contains("names-itself"));
        let name = own.or(group.lead()).map(|c| c.name.clone());
        let name = name.unwrap_or_default();
        let mut seen = BTreeSet::new();
        let evidence = group.members.iter().map(|c| c.location.clone());
        let evidence = evidence
            .filter(|place| seen.insert(place.clone()))
            .collect();
        let image = group.deployed().find_map(|c| c.image.clone());
        let own_image = keep::own_image(&self.knowledge.images, group, all);
        let role = self.role(group, &name, image.as_deref(), own_image);
        Service {
            aliases: aliases(group, &name),
            name,
            hosts: sorted(group.all(|c| &c.hosts)),
            role,
            dirs: self.dirs(group, role, all),
            evidence,
            ports: sorted(group.all(|c| &c.ports)),
            published: sorted(group.all(|c| &c.published)),
            instances: instances(group),
            image,
            settings: group.all(|c| &c.settings).cloned().collect(),
            labels: group.all(|c| &c.labels).cloned().collect(),
            ..Service::default()
        }
    }

    /// The folders of the service; a proxy also owns the files that are mounted into it, and the folders
    /// that are mounted into it alone.
    fn dirs(&self, group: &Group, role: Role, all: &[Group]) -> Vec<String> {
        let own =
            matches!(role, Role::Business | Role::Gateway) || keep::owns_code(group, self.folders);
        let known = group.dirs.iter().chain(&group.layers);
        let mut dirs: Vec<String> = known.filter(|_| own).cloned().collect();
        if role == Role::Gateway && !group.dirs.contains("") {
            let is_file = |path: &String| self.paths.binary_search(&path.as_str()).is_ok();
            let exists = |path: &&String| self.folders.exists(path) || is_file(path);
            let inside = |path: &&String| dirs.iter().any(|dir| names::within(path, dir));
            let mounts: BTreeSet<&String> = group.all(|c| &c.mounts).collect();
            let alone = |path: &&String| {
                let mounts_it = |group: &&Group| group.any(|c| c.mounts.contains(path));
                is_file(path) || all.iter().filter(mounts_it).count() < 2
            };
            let free: Vec<String> = mounts
                .into_iter()
                .filter(|path| exists(path) && !inside(path) && alone(path))
                .cloned()
                .collect();
            dirs.extend(free);
        }
        dirs
    }

    /// The role of a group, from its names, image, dependencies and code. The base image speaks
    /// only where no build file makes the group a program.
    fn role(&self, group: &Group, name: &str, image: Option<&str>, own_image: bool) -> Role {
        let mut hints: BTreeSet<String> = group.all(|c| &c.hints).cloned().collect();
        let mut known = vec![name];
        known.extend(group.members.iter().map(|c| c.name.as_str()));
        let dockerfile = group
            .members
            .iter()
            .find(|c| c.origin == Origin::Dockerfile);
        let code = keep::owns_code(group, self.folders);
        let built = group.any(|c| !c.origin.deploys() || c.dir.is_some() || c.context.is_some());
        // What builds a program is no database, whichever image one of several stages starts from.
        let program = group.any(|c| c.origin == Origin::Build);
        let base = self.base_image(group, dockerfile);
        if base
            .as_deref()
            .is_some_and(|base| self.hands_out_pages(group, base))
        {
            hints.insert(roles::FRONT.to_owned());
        }
        let base = base.filter(|_| !program);
        let signs = roles::Signs {
            names: known,
            image,
            base: base.as_deref(),
            hints: &hints,
            code,
            built,
            own_image,
            job: group.is_job(),
        };
        roles::role(&self.knowledge.images, &signs)
    }

    /// Whether a server of files hands out the pages that are built in a folder of the group.
    fn hands_out_pages(&self, group: &Group, base: &str) -> bool {
        let server = roles::by_words(&self.knowledge.images, names::tail(base));
        let holds = |dir: &String, name: &str| build::holds(self.paths, dir, name);
        server == Some(Role::Gateway)
            && group.dirs.iter().any(|dir| {
                holds(dir, "package.json") && build::PAGES_AT.iter().any(|page| holds(dir, page))
            })
    }

    /// The image that the group's Dockerfile starts from.
    fn base_image(&self, group: &Group, dockerfile: Option<&Candidate>) -> Option<String> {
        let context = group
            .members
            .iter()
            .find_map(|c| c.context.as_deref())
            .unwrap_or_default();
        let named = group.members.iter().find_map(|c| c.dockerfile.clone());
        let path = match named {
            Some((path, _)) => path,
            None if context.is_empty() => "Dockerfile".to_owned(),
            None => format!("{context}/Dockerfile"),
        };
        let read = || dockerfile::read(&self.knowledge.folders.packaging, &path, &self.text(&path));
        dockerfile
            .cloned()
            .or_else(|| {
                self.paths
                    .binary_search(&path.as_str())
                    .ok()
                    .and_then(|_| read())
            })?
            .image
    }
}

/// How many instances of a group one kind of manifest starts: another kind tells of the same ones.
fn instances(group: &Group) -> usize {
    group.deployed().map(|c| c.instances).max().unwrap_or(1)
}

/// Each value once, in order.
fn sorted<'a, T: Ord + Clone + 'a>(all: impl Iterator<Item = &'a T>) -> Vec<T> {
    let all: BTreeSet<&T> = all.collect();
    all.into_iter().cloned().collect()
}

/// Other names of a service: those of its mentions, its folders, and what it calls itself in
/// traces. Names with variables and single words for any program (`app`) are left out.
fn aliases(group: &Group, name: &str) -> Vec<String> {
    let mut found = BTreeSet::new();
    for member in &group.members {
        found.insert(member.name.clone());
        found.extend(member.aliases.iter().cloned());
        let traced = member
            .settings
            .iter()
            .filter(|s| s.key == "OTEL_SERVICE_NAME" || s.key == "SPRING_APPLICATION_NAME");
        found.extend(traced.map(|setting| setting.value.clone()));
    }
    found.extend(group.dirs.iter().map(|dir| names::tail(dir).to_owned()));
    // A host is meant by its whole name, though each word of `api-service` may stand for any program.
    let deployed = |alias: &str| {
        let mut named = group.deployed().filter(|c| c.name == alias);
        named.next().is_some() && names::words(alias).len() > 1
    };
    let usable = |alias: &str| {
        let plain = !alias.is_empty() && !alias.contains(['$', '{']);
        plain && (!names::is_generic(alias) || deployed(alias))
    };
    found.retain(|alias| alias != name && usable(alias));
    found.into_iter().collect()
}

/// Whether a service runs a database, broker or tool that nobody here builds.
#[must_use]
pub(super) fn is_known_program(images: &Images, service: &Service) -> bool {
    let image = service.image.as_deref().map(names::tail);
    let role = image.and_then(|image| roles::by_words(images, image));
    role.is_some_and(|role| role != Role::Gateway)
        || matches!(service.role, Role::Datastore | Role::Broker | Role::Job)
}

/// The path of `file` in the folder of `path`.
fn beside(path: &str, file: &str) -> String {
    let folder = names::folder(path);
    if folder.is_empty() {
        file.to_owned()
    } else {
        format!("{folder}/{file}")
    }
}
