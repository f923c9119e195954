//! Addresses in variables of manifests and in configuration files.
//!
//! In: settings of services. Out: drafts.
//! Invariant: a variable counts only when something of the service mentions it.
//! Never: a setting that names the service itself or who may call it.

use std::collections::{BTreeMap, BTreeSet};

use crate::knowledge::List;
use crate::links::signs::lookups::is_variable;
use crate::model::names::{key, words};
use crate::model::{Provenance, Role, Setting};

use super::address::{Address, addresses};
use super::directory::{Index, is_telling};
use super::found::{Draft, Found, Protocol};
use super::held::{is_bound_in_vain, is_only_held};
use super::hints::{asks_for_host, is_backward, is_health, is_host, is_of_telemetry};
use super::itself::is_itself;
use super::material::Material;

/// A draft for each setting that leads to a service, if something reads it. Left out are settings
/// that only browsers use, databases of a narrower manifest, and lists of all services that are
/// handed around. A setting that is never opened or only held is entered as configured.
pub(super) fn links(material: &Material<'_>, found: &mut Found) {
    let lists = lists(material);
    for service in material.calling() {
        let settings = material.settings[service].as_slice();
        let widest = widest(material, service, settings);
        let public = public(material, service, settings);
        let decides = |setting: &Setting| {
            let path = widest.get(setting.key.as_str());
            path.is_none_or(|path| **path == *setting.location.path)
        };
        for setting in settings
            .iter()
            .filter(|setting| counts(material, service, setting))
            .filter(|setting| !public.contains(&key(&setting.key)))
        {
            for (to, protocol) in targets(material, service, setting) {
                let is_store = material.directory.is_store(to);
                let logs = || is_of_telemetry(&material.knowledge.clients, &setting.key);
                if is_store && (!decides(setting) || logs()) {
                    continue;
                }
                let pair = (&*setting.key, &*setting.value);
                let listed = !is_store && lists.contains(&pair);
                if listed && !material.reads_itself(service, &setting.key) {
                    continue;
                }
                found.drafts.push(draft(service, to, protocol, setting));
                let unopened = is_store && !material.opens(service, &setting.key);
                if unopened
                    || is_only_held(material, service, &setting.key)
                    || is_bound_in_vain(material, service, &setting.key)
                {
                    found.configured.insert((service, setting.location.clone()));
                }
            }
        }
        zuul(service, settings, material, &mut found.drafts);
        ocelot(service, settings, material, &mut found.drafts);
        registered(service, settings, material, &mut found.drafts);
        shared(material, service, &mut found.drafts);
    }
}

/// How many others a list of all services names.
const OTHERS: usize = 2;

/// The variables, with their values, of files that give a service the addresses of several others and its own among
/// them: a list that is handed around, which tells nothing of whom one asks that is given it.
fn lists<'m>(material: &'m Material<'_>) -> BTreeSet<(&'m str, &'m str)> {
    let mut found = BTreeSet::new();
    for service in material.calling() {
        let mut named: BTreeMap<&str, BTreeSet<Index>> = BTreeMap::new();
        let settings = material.settings[service].iter();
        let variables = settings.filter(|setting| is_variable(&setting.key));
        for setting in variables.clone() {
            for address in addresses(&setting.value) {
                let to = material.directory.resolve(&address, None);
                let to = to.filter(|to| !material.directory.is_store(*to));
                named.entry(&setting.location.path).or_default().extend(to);
            }
        }
        named.retain(|_, all| all.contains(&service) && all.len() > OTHERS);
        let listed = variables.filter(|setting| named.contains_key(&*setting.location.path));
        found.extend(listed.map(|setting| (&*setting.key, &*setting.value)));
    }
    found
}

/// The settings of a container that name a program by a port of the machine, `Files__Url: http://localhost:8080`: no
/// other container listens there, so that they are told to browsers, wherever else they are set. One that brings its own
/// pages may tell them whom to ask.
fn public(material: &Material<'_>, service: Index, settings: &[Setting]) -> BTreeSet<String> {
    let local = &material.knowledge.clients.local_hosts;
    let manifests = material.directory.manifests(service);
    let mut own = material.code.iter();
    let pages = own.any(|file| file.service == Some(service) && file.held.says("document"));
    let contained = |setting: &&Setting| {
        !pages
            && material.directory.service(service).role == Role::Business
            && manifests.contains(&*setting.location.path)
            && is_environment(&setting.key)
    };
    let names = |address: &Address| {
        let to = material.directory.resolve(address, Some(service));
        local.has(&address.host) && to.is_some_and(|to| to != service)
    };
    let given = settings.iter().filter(contained);
    let told = given.filter(|setting| addresses(&setting.value).iter().any(names));
    told.map(|setting| key(&setting.key)).collect()
}

/// Per variable that several manifests give a service, the manifest that describes the most services: the others call
/// the same database as they like, as a Compose file for one service alone does.
fn widest<'m>(
    material: &'m Material<'_>,
    service: Index,
    settings: &'m [Setting],
) -> BTreeMap<&'m str, &'m str> {
    let manifests = material.directory.manifests(service);
    let mut given: BTreeMap<&str, BTreeMap<&str, &Setting>> = BTreeMap::new();
    for setting in settings {
        let path = &*setting.location.path;
        if manifests.contains(path) {
            given.entry(&setting.key).or_default().insert(path, setting);
        }
    }
    given.retain(|_, paths| paths.len() > 1);
    let leads = |setting: &Setting| !targets(material, service, setting).is_empty();
    let widest = |paths: BTreeMap<&'m str, &'m Setting>| {
        let leading = paths.into_iter().filter(|(_, setting)| leads(setting));
        let mut by_breadth: Vec<(usize, &str)> = leading
            .map(|(path, _)| (material.directory.described(path), path))
            .collect();
        by_breadth.sort_unstable();
        let (most, path) = by_breadth.pop()?;
        by_breadth
            .last()
            .is_none_or(|(next, _)| *next < most)
            .then_some(path)
    };
    let given = given.into_iter();
    given
        .filter_map(|(key, paths)| Some((key, widest(paths)?)))
        .collect()
}

/// A draft that rests on a setting.
fn draft(from: Index, to: Index, protocol: Protocol, setting: &Setting) -> Draft {
    Draft {
        from,
        to,
        protocol,
        provenance: Provenance::Declared,
        evidence: "manifest-address",
        location: setting.location.clone(),
    }
}

/// A variable is read by somebody; a key of a configuration file is read by its framework.
fn counts(material: &Material<'_>, service: Index, setting: &Setting) -> bool {
    let nested = setting.key.contains("__");
    let variable = is_environment(&setting.key);
    let code = !material.directory.service(service).dirs.is_empty();
    let clients = &material.knowledge.clients;
    let starts = |list: &List| list.iter().any(|start| setting.key.starts_with(start));
    let framework =
        starts(&clients.framework_variables) || of_library(material, service, &setting.key);
    // Variables that several services are given tell nothing of who reads which; the code does.
    let together = material.handed_out.contains(&*setting.location.path)
        || code && material.given_together.contains(&setting.location);
    let read = if variable && together {
        material.reads(service, &setting.key)
            || nested && material.reads_section(service, &setting.key)
            || of_library(material, service, &setting.key)
    } else {
        !variable || !code || framework || material.mentions(service, &setting.key)
    };
    read && !is_backward(clients, &setting.key)
        && !is_own_name(&setting.key)
        && !starts(&clients.telemetry_variables)
        && !names_caller(&setting.key)
        && !material.only_tells(service, &setting.key)
}

/// Whether a setting is given as a variable of the environment: `ORDERS_URL`, and `Urls__Orders`, which is read as
/// `Urls:Orders`.
fn is_environment(name: &str) -> bool {
    let shouts = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    name.contains("__") || name.chars().all(shouts)
}

/// `FIRESTORE_EMULATOR_HOST`: the client library that the variable is named after reads it, where the code names that.
fn of_library(material: &Material<'_>, service: Index, variable: &str) -> bool {
    let mut ends = material.knowledge.clients.library_variables.iter();
    let library = ends.find_map(|end| variable.strip_suffix(end));
    library.is_some_and(|library| material.names(service, &library.to_ascii_lowercase()))
}

/// `OrdersApiClient` and `oidc.clientId` tell an identity server who may call, not whom to call.
pub(super) fn names_caller(name: &str) -> bool {
    let words = words(name);
    let last = words
        .iter()
        .rposition(|word| !matches!(word.as_str(), "id" | "name" | "secret"));
    last.is_some_and(|at| matches!(words[at].as_str(), "client" | "clients"))
}

/// Whether a key gives the program its own name: `spring.application.name`, `OTEL_SERVICE_NAME`.
fn is_own_name(name: &str) -> bool {
    let key = key(name);
    key.ends_with("servicename")
        || key.ends_with("applicationname")
        || key.ends_with("containername")
}

/// The services that a value leads to.
fn targets(material: &Material<'_>, service: Index, setting: &Setting) -> Vec<(Index, Protocol)> {
    let value = if setting.value.contains('$') {
        material.expand(service, &setting.value)
    } else {
        setting.value.clone()
    };
    let found: Vec<(Index, Protocol)> = addresses(&value)
        .iter()
        .filter(|address| {
            let clients = &material.knowledge.clients;
            !is_health(clients, address) && !is_itself(clients, &setting.value)
        })
        .filter_map(|address| {
            Some((
                material.directory.resolve(address, Some(service))?,
                Protocol::of(address),
            ))
        })
        .collect();
    if found.is_empty() {
        let mut found = bare(material, service, setting, &value);
        found.extend(beside_port(material, service, setting, &value));
        found
    } else {
        found
    }
}

/// `search.host: localhost` beside `search.port: 9200`: the database that listens there. A program's own section looks
/// the same, so nothing else is meant.
fn beside_port(
    material: &Material<'_>,
    service: Index,
    setting: &Setting,
    host: &str,
) -> Option<(Index, Protocol)> {
    let front = setting.key.strip_suffix(".host")?;
    let local = material.knowledge.clients.local_hosts.has(host);
    let port = material.setting(service, &format!("{front}.port"));
    let port = port.filter(|_| local)?;
    let address = Address {
        scheme: String::new(),
        host: host.to_owned(),
        port: Some(material.expand(service, &port.value).parse().ok()?),
        path: String::new(),
    };
    let to = material.directory.resolve(&address, Some(service))?;
    material
        .directory
        .is_store(to)
        .then_some((to, Protocol::Unknown))
}

/// `host: orders-db`: the bare name of a host under a key that asks for one.
fn bare(
    material: &Material<'_>,
    service: Index,
    setting: &Setting,
    value: &str,
) -> Vec<(Index, Protocol)> {
    let clients = &material.knowledge.clients;
    let mut sections = setting.key.split(['.', '[']);
    let admits = sections.any(|section| clients.admitting.has(&section.to_ascii_lowercase()));
    let asks = asks_for_host(clients, &setting.key) && !admits;
    let listed = value
        .split(',')
        .map(str::trim)
        .filter(|name| asks && name.len() > 1 && !name.starts_with('/'));
    // `redis.shop.svc.cluster.local` is a name of the cluster that needs neither scheme nor port.
    let in_cluster = |name: &str| {
        let inside = name.split('.').skip(1).any(|label| label == "svc");
        let address = Address {
            scheme: String::new(),
            host: name.to_ascii_lowercase(),
            port: None,
            path: String::new(),
        };
        inside
            .then(|| material.directory.resolve(&address, Some(service)))
            .flatten()
    };
    let exact = |name: &str| {
        let found = material.directory.exact(name, Some(service));
        let found = found.or_else(|| in_cluster(name));
        let found = found.or_else(|| {
            material
                .directory
                .named(name, Some(service))
                .filter(|_| is_telling(name))
        });
        found.or_else(|| material.directory.stranger(name).filter(|_| is_host(name)))
    };
    listed
        .filter_map(exact)
        .map(|to| (to, Protocol::Unknown))
        .collect()
}

/// Zuul: a route without `url` and `serviceId` leads to the service that it is named after.
fn zuul(service: Index, settings: &[Setting], material: &Material<'_>, found: &mut Vec<Draft>) {
    for setting in settings {
        let Some(route) = setting.key.strip_prefix("zuul.routes.") else {
            continue;
        };
        let (name, rest) = route.split_once('.').unwrap_or((route, "path"));
        let prefix = format!("zuul.routes.{name}.");
        let elsewhere = settings.iter().any(|other| {
            let part = other.key.strip_prefix(&prefix).map(key);
            matches!(part.as_deref(), Some("url" | "serviceid"))
        });
        let to = material
            .directory
            .exact(name, Some(service))
            .or_else(|| material.directory.stranger(name))
            .filter(|_| rest == "path" && !elsewhere);
        if let Some(to) = to {
            let evidence = "gateway-route";
            found.push(Draft {
                evidence,
                ..draft(service, to, Protocol::Http, setting)
            });
        }
    }
}

/// Ocelot: the name under which a registry knows the service that a route leads to.
fn ocelot(service: Index, settings: &[Setting], material: &Material<'_>, found: &mut Vec<Draft>) {
    let port_of = |host: &str, setting: &Setting| {
        let key = format!("{host}.Port");
        let beside =
            |other: &&Setting| other.key == key && other.location.path == setting.location.path;
        let port = settings.iter().find(beside)?;
        port.value.parse().ok()
    };
    for setting in settings {
        // `"DownstreamHostAndPorts": [{ "Host": "localhost", "Port": 5025 }]`
        let host = setting.key.strip_suffix(".Host");
        if let Some(host) = host.filter(|host| host.contains(".DownstreamHostAndPorts")) {
            let address = Address {
                scheme: "http".to_owned(),
                host: setting.value.clone(),
                port: port_of(host, setting),
                path: String::new(),
            };
            let to = material.directory.resolve(&address, Some(service));
            found.extend(to.map(|to| Draft {
                evidence: "gateway-route",
                ..draft(service, to, Protocol::Http, setting)
            }));
        }
        let Some(route) = setting.key.strip_suffix(".ServiceName") else {
            continue;
        };
        let path = format!("{route}.DownstreamPathTemplate");
        let routes = settings.iter().any(|other| other.key == path);
        let to = material.directory.named(&setting.value, Some(service));
        if let Some(to) = to.filter(|_| routes) {
            found.push(Draft {
                evidence: "gateway-route",
                ..draft(service, to, Protocol::Http, setting)
            });
        }
    }
}

/// go-zero: the key under which a server registers itself, in the section of a client.
fn registered(
    service: Index,
    settings: &[Setting],
    material: &Material<'_>,
    found: &mut Vec<Draft>,
) {
    const OWN: &str = "Etcd.Key";
    let serves = |other: &Index, key: &str| {
        let mut own = material.settings[*other].iter();
        own.any(|setting| setting.key == OWN && setting.value == key)
    };
    let of_client = |setting: &&Setting| {
        let front = setting.key.strip_suffix(OWN);
        front.is_some_and(|front| front.ends_with('.'))
    };
    for setting in settings.iter().filter(of_client) {
        let mut others = material.calling();
        let to = others.find(|other| serves(other, &setting.value));
        found.extend(to.map(|to| draft(service, to, Protocol::Grpc, setting)));
    }
}

/// One configuration file for several services: a service takes the entries whose key it reads.
fn shared(material: &Material<'_>, service: Index, found: &mut Vec<Draft>) {
    let own = &material.mentions[Some(service)];
    for setting in &material.shared {
        let last = setting.key.rsplit('.').next().unwrap_or(&setting.key);
        let telling = last.len() > 5 && words(last).len() > 1;
        let read = own.contains(&setting.key) || own.contains(last);
        let told = material.only_tells(service, &setting.key);
        if telling && read && !told && !is_backward(&material.knowledge.clients, last) {
            let targets = targets(material, service, setting);
            found.extend(
                targets
                    .into_iter()
                    .map(|(to, protocol)| draft(service, to, protocol, setting)),
            );
        }
    }
}
