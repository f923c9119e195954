//! Services whose code holds nothing that could call or send: they are known to depend on no other.
//!
//! In: words and signs of all files, dependencies of packages. Out: names of services.
//! Invariant: in doubt a service may send, as one whose packages need others of the tree that may.
//! Never: whether what could send does.
//!
//! The words of clients are a list, and a framework that it lacks makes all of its users silent: sixteen programs of one
//! that sends by patterns once got "none found". So silence counts only in a language in which some program of the system
//! is seen to call or send.

use std::collections::{BTreeMap, BTreeSet};

use crate::links::signs::contracts::Built;
use crate::model::names::key;
use crate::model::{FileRole, LinkEnd, PackageId, Project, ServiceLink};

use super::code::CodeFile;
use super::directory::Index;
use super::material::Material;

/// The names of the services whose code is here and could ask nobody, sorted.
pub(super) fn services(
    material: &Material<'_>,
    project: &Project,
    servers: &BTreeMap<String, BTreeSet<Index>>,
    links: &[ServiceLink],
) -> Vec<String> {
    let spoken = spoken(material, links);
    let mut tongues: BTreeMap<Index, BTreeSet<&str>> = BTreeMap::new();
    let may_send = |file: &CodeFile| may_send(material, file, servers);
    let mut coded = BTreeSet::new();
    let mut sending = BTreeSet::new();
    let mut packages: BTreeMap<Index, BTreeSet<PackageId>> = BTreeMap::new();
    let mut shared = BTreeSet::new();
    for file in &material.code {
        let source = project.file(&file.path).map(|id| project.source(id));
        if source.is_some_and(|source| source.role == FileRole::Test) {
            continue;
        }
        let package = source.and_then(|source| source.package);
        if let Some(service) = file.service {
            coded.insert(service);
            tongues
                .entry(service)
                .or_default()
                .extend(tongue(&file.path));
            packages.entry(service).or_default().extend(package);
            if !sending.contains(&service) && may_send(file) {
                sending.insert(service);
            }
        } else {
            let new = package.filter(|package| !shared.contains(package));
            shared.extend(new.filter(|_| may_send(file)));
        }
    }
    let quiet = coded.into_iter().filter(|service| {
        let own = packages.remove(service).unwrap_or_default();
        let heard = tongues
            .get(service)
            .is_some_and(|own| !own.is_disjoint(&spoken));
        heard && !sending.contains(service) && project.needed(own, |_| true).is_disjoint(&shared)
    });
    let names = quiet.map(|service| material.directory.service(service).name.clone());
    names.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The languages in which services are seen to call or send.
fn spoken<'m>(material: &'m Material<'_>, links: &[ServiceLink]) -> BTreeSet<&'m str> {
    let sends = |link: &&ServiceLink| !matches!(link.to, LinkEnd::Datastore(_));
    let from: BTreeSet<&str> = links.iter().filter(sends).map(|link| &*link.from).collect();
    let files = material.code.iter().filter(|file| {
        let service = file.service.map(|index| material.directory.service(index));
        service.is_some_and(|service| from.contains(&*service.name))
    });
    files.filter_map(|file| tongue(&file.path)).collect()
}

/// The language of a file by its ending; those that share their clients are one.
fn tongue(path: &str) -> Option<&str> {
    let (_, ending) = path.rsplit_once('.')?;
    Some(match ending {
        "cjs" | "js" | "jsx" | "mjs" | "mts" | "svelte" | "ts" | "tsx" | "vue" => "js",
        "groovy" | "java" | "kt" | "scala" => "jvm",
        other => other,
    })
}

/// Whether a file names a client of another program, or the broker of messages. One that builds clients of the contracts
/// of its own service only tries that out.
fn may_send(
    material: &Material<'_>,
    file: &CodeFile,
    servers: &BTreeMap<String, BTreeSet<Index>>,
) -> bool {
    let contracts = &file.contracts;
    let own = |built: &Built| {
        let serving = servers.get(&key(&built.contract));
        serving
            .zip(file.service)
            .is_some_and(|(serving, own)| serving.contains(&own))
    };
    // Other objects are built like clients, too.
    let telling = |built: &&Built| !built.weak || servers.contains_key(&key(&built.contract));
    let mut built = contracts.built.iter().filter(telling).peekable();
    if built.peek().is_some() {
        return !built.all(own);
    }
    let mut senders = material.knowledge.clients.senders.iter();
    !file.families.is_empty()
        || !contracts.makers.is_empty()
        || file.events.is_client
        || !file.events.raised.is_empty()
        || senders.any(|word| file.held.says(word))
}
