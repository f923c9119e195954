//! The signs of all files, with the services that they belong to.
//!
//! In: [`Project`], [`Signs`]. Out: [`Material`].
//! Invariant: order is path order.
//! Never: a link.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::knowledge::Knowledge;
use crate::links::signs::components::Component;
use crate::links::signs::uses::Use;
use crate::links::signs::{Code, Signs, variables};
use crate::model::names::{self, key};
use crate::model::{FileId, Location, Project, Role, Service, ServiceId, Setting, SourceFile};
use crate::source::settings::Entry;
use crate::source::yaml::Item;

use super::directory::{Directory, Index};
use super::{gateway, value};

/// What one file of code says, with the service that it belongs to.
pub(super) struct CodeFile {
    pub(super) path: Arc<str>,
    /// `None` for shared code.
    pub(super) service: Option<Index>,
    signs: Box<Code>,
}

impl std::ops::Deref for CodeFile {
    type Target = Code;

    fn deref(&self) -> &Code {
        &self.signs
    }
}

/// Everything that evidence is looked for in.
pub(super) struct Material<'a> {
    pub(super) directory: Directory<'a>,
    pub(super) knowledge: &'a Knowledge,
    pub(super) services: usize,
    pub(super) code: Vec<CodeFile>,
    /// Variables and configuration per service, manifests first.
    pub(super) settings: Vec<Vec<Setting>>,
    /// Configuration that belongs to no service alone.
    pub(super) shared: Vec<Setting>,
    /// Files whose entries manifests give to services.
    handed: BTreeSet<Arc<str>>,
    /// Files of variables that manifests give to several services.
    pub(super) handed_out: BTreeSet<String>,
    /// Names of variables that a service's files mention; index `services` holds shared code.
    pub(super) mentions: Vec<FxHashSet<String>>,
    /// Settings, as keys, of which a reading is only told to others; index `services` holds shared code.
    told: Vec<FxHashSet<String>>,
    /// Prefixes of the settings that a framework binds to a type, as keys; index `services` holds shared code.
    bound: Vec<BTreeSet<String>>,
    /// Routes of proxy configurations.
    pub(super) routes: Vec<gateway::Route>,
    /// Files that answer requests, by what they import, with the import; in path order.
    pub(super) answering: Vec<(Arc<str>, String)>,
    /// What files of Python name by text, in path order.
    pub(super) named: Vec<(Arc<str>, String)>,
    /// Components of side cars, with the manifests that declare them.
    pub(super) components: Vec<(Arc<str>, Component)>,
    /// Documents of catalogues.
    pub(super) catalogue: Vec<(Arc<str>, Item)>,
    constants: Vec<BTreeMap<String, Option<String>>>,
    /// Per service: the others that run the same code.
    twins: Vec<Vec<Index>>,
    /// Per service: the first setting of each key, as written and as frameworks relax it.
    lookups: Vec<Lookup>,
}

/// Positions in the settings of one service.
#[derive(Default)]
struct Lookup {
    exact: FxHashMap<String, usize>,
    relaxed: FxHashMap<String, usize>,
    /// The settings whose values take another, by its name.
    takers: FxHashMap<String, Vec<usize>>,
}

impl Lookup {
    fn new(settings: &[Setting]) -> Self {
        let mut lookup = Self::default();
        for (at, setting) in settings.iter().enumerate() {
            lookup.exact.entry(setting.key.clone()).or_insert(at);
            lookup.relaxed.entry(key(&setting.key)).or_insert(at);
            for rest in setting.value.split("${").skip(1) {
                let name = rest.split([':', '}']).next().unwrap_or(rest);
                let takers = lookup.takers.entry(name.to_owned()).or_default();
                if takers.last() != Some(&at) {
                    takers.push(at);
                }
            }
        }
        lookup
    }

    fn find(&self, name: &str) -> Option<usize> {
        let relaxed = || self.relaxed.get(&key(name));
        self.exact.get(name).or_else(relaxed).copied()
    }
}

impl<'a> Material<'a> {
    /// Joins the signs of all files to the services that they belong to.
    pub(super) fn new(project: &'a Project, signs: Vec<(FileId, Signs)>) -> Self {
        let services = project.services.len();
        let declared = project.services.iter();
        let mut material = Self {
            directory: Directory::new(project),
            knowledge: &project.knowledge,
            services,
            code: Vec::new(),
            settings: declared.map(|service| service.settings.clone()).collect(),
            shared: Vec::new(),
            handed: handed(project),
            handed_out: handed_out(project),
            mentions: vec![FxHashSet::default(); services + 1],
            told: vec![FxHashSet::default(); services + 1],
            bound: vec![BTreeSet::new(); services + 1],
            routes: Vec::new(),
            answering: Vec::new(),
            named: Vec::new(),
            components: Vec::new(),
            catalogue: Vec::new(),
            constants: vec![BTreeMap::new(); services + 1],
            twins: twins(project),
            lookups: Vec::new(),
        };
        for (file, signs) in signs {
            material.take(project, project.source(file), signs);
        }
        let lookups = material.settings.par_iter();
        material.lookups = lookups.map(|settings| Lookup::new(settings)).collect();
        material.name_results();
        material.tell_ports();
        material
    }

    /// Reads which ports settings give the services. A port on which frameworks listen by themselves tells nothing:
    /// others may do so without a setting.
    fn tell_ports(&mut self) {
        let known = self.knowledge;
        let mut told: Vec<(u16, Index)> = Vec::new();
        for service in (0..self.services).filter(|service| self.calls(*service)) {
            for key in known.clients.port_keys.iter() {
                let value = self.setting(service, key);
                let text = value.map(|setting| self.expand(service, &setting.value));
                let telling = text.filter(|text| !known.clients.usual_ports.has(text));
                let port = telling.and_then(|text| text.parse().ok());
                told.extend(port.map(|port| (port, service)));
            }
        }
        for (port, service) in told {
            self.directory.listens(port, service);
        }
    }

    fn take(&mut self, project: &Project, file: &SourceFile, signs: Signs) {
        let service = file.service.map(ServiceId::index);
        let path = &file.path;
        self.answering
            .extend(signs.answers.map(|import| (path.clone(), import)));
        let labels = signs.labels.into_iter();
        self.named.extend(labels.map(|label| (path.clone(), label)));
        let components = signs.components.into_iter();
        self.components
            .extend(components.map(|component| (path.clone(), component)));
        let documents = signs.catalogue.into_iter();
        self.catalogue
            .extend(documents.map(|item| (path.clone(), item)));
        self.routes
            .extend(gateway::routes(project, path, service, signs.targets));
        // Code of no service completes links between services; without two of them there is none.
        let alone = service.is_none() && self.services < 2;
        let is_code = signs.code.is_some() && !alone;
        if let Some(code) = signs.code {
            self.take_code(path, service, if alone { code.alone() } else { code });
        }
        let mut owner = service;
        if let Some(entries) = signs.settings {
            owner = self.take_settings(path, service, entries).or(service);
        } else if owner.is_none() && !is_code {
            // What a script outside of all services mentions is read by none of them.
            return;
        }
        self.mentions[owner.unwrap_or(self.services)].extend(signs.words);
    }

    fn take_code(&mut self, path: &Arc<str>, service: Option<Index>, code: Box<Code>) {
        let slot = service.unwrap_or(self.services);
        let (told, read): (Vec<&Use>, Vec<&Use>) = code
            .uses
            .iter()
            .filter(|u| !u.name)
            .partition(|u| code.told.contains(&u.at));
        let placeholders = |u: &&Use| variables::placeholders(&u.text).collect::<Vec<_>>();
        self.mentions[slot].extend(read.iter().flat_map(placeholders));
        self.told[slot].extend(told.iter().flat_map(placeholders));
        self.told[slot].extend(told.iter().map(|u| key(&u.text)));
        let annotations = &self.knowledge.clients.setting_annotations;
        self.bound[slot].extend(variables::prefixes(annotations, &code.uses));
        // The default of a look-up is no constant; the look-up is.
        let looked_up: BTreeSet<&str> = code.lookups.iter().map(|(name, _)| &**name).collect();
        let assigned = |u: &&Use| {
            let default = !u.default_of.is_empty() && looked_up.contains(u.key.as_str());
            value::is_constant(u) && !default
        };
        let written = code.uses.iter().filter(assigned);
        let members = written.clone().filter(|u| !u.owner.is_empty());
        let members = members.map(|u| (format!("{}.{}", u.owner, u.key), &u.text));
        let written = written.map(|u| (u.key.clone(), &u.text));
        let returned = code.constants.returned.iter().chain(&code.lookups);
        let returned = returned.map(|(name, text)| (name.clone(), text));
        for (name, text) in written.chain(members).chain(returned) {
            self.constants[slot]
                .entry(name)
                .and_modify(|value| *value = value.take().filter(|value| value == text))
                .or_insert_with(|| Some(text.clone()));
        }
        self.code.push(CodeFile {
            path: path.clone(),
            service,
            signs: code,
        });
    }

    /// Returns the service whose settings they are.
    fn take_settings(
        &mut self,
        path: &Arc<str>,
        service: Option<Index>,
        entries: Vec<Entry>,
    ) -> Option<Index> {
        let owner = config_owner(&self.directory, path, names::tail(path), service);
        let entries = entries.into_iter().map(|entry| Setting {
            key: entry.key,
            value: entry.value,
            location: Location::new(path.clone(), entry.at),
        });
        let entries: Vec<Setting> = entries.collect();
        for twin in owner.map_or(&[][..], |owner| &self.twins[owner]) {
            self.settings[*twin].extend(entries.iter().cloned());
        }
        match owner {
            Some(owner) => self.settings[owner].extend(entries),
            // What a deployment hands to its services is not for those of another.
            None if self.handed.contains(path) => {}
            None => self.shared.extend(entries),
        }
        owner
    }

    /// Names that hold the result of a constant function are constants, too.
    fn name_results(&mut self) {
        for file in &self.code {
            let slot = file.service.unwrap_or(self.services);
            for (name, function) in &file.signs.constants.assigned {
                let text = self.constants[slot].get(function).cloned().flatten();
                if let Some(text) = text {
                    self.constants[slot]
                        .entry(name.clone())
                        .or_insert(Some(text));
                }
            }
        }
    }

    /// The text that a constant of the service, or of shared code, stands for.
    pub(super) fn constant(&self, service: Option<Index>, name: &str) -> Option<&str> {
        let of = |service: Index| self.constants.get(service)?.get(name)?.as_deref();
        let own = service.and_then(|service| {
            let twins = || self.twins.get(service)?.iter().find_map(|twin| of(*twin));
            of(service).or_else(twins)
        });
        own.or_else(|| self.constants.get(self.services)?.get(name)?.as_deref())
    }

    /// The value of a setting of the service: exactly, or as frameworks relax names.
    pub(super) fn setting(&self, service: Index, name: &str) -> Option<&Setting> {
        let at = self.lookups.get(service)?.find(name)?;
        self.settings.get(service)?.get(at)
    }

    /// `text` with `${name:default}`, `#{…}` and `$(NAME)` replaced as far as settings tell.
    pub(super) fn expand(&self, service: Index, text: &str) -> String {
        let mut text = text.to_owned();
        for _ in 0..6 {
            let Some((start, end)) = innermost(&text) else {
                break;
            };
            let inner = text.get(start + 2..end).unwrap_or_default();
            let (name, default) = inner.split_once(':').unwrap_or((inner, ""));
            let default = default.trim_start_matches('-');
            let value = self
                .setting(service, name.trim())
                .map(|s| s.value.clone())
                .filter(|v| !v.contains(inner));
            let value = value.or_else(|| self.constant(Some(service), name).map(str::to_owned));
            let value = value.unwrap_or_else(|| default.to_owned());
            text.replace_range(start..=end, &value);
        }
        text
    }

    /// The code of services that can depend on others, with the index of the service.
    pub(super) fn callers(&self) -> impl Iterator<Item = (Index, &CodeFile)> {
        self.code
            .iter()
            .filter_map(|file| Some((file.service?, file)))
            .filter(|(service, _)| self.calls(*service))
    }

    /// Whether the service is one whose dependencies are of interest.
    pub(super) fn calls(&self, service: Index) -> bool {
        let role = self.directory.service(service).map(|service| service.role);
        role.is_some_and(depends_on_others)
    }

    /// Whether the service, or shared code, mentions the variable or configuration key.
    pub(super) fn mentions(&self, service: Index, variable: &str) -> bool {
        let has = |slot: usize, name: &str| {
            self.mentions
                .get(slot)
                .is_some_and(|words| words.contains(name))
        };
        let twins = self.twins.get(service).map_or(&[][..], Vec::as_slice);
        let either = |name: &str| {
            has(service, name)
                || has(self.services, name)
                || twins.iter().any(|twin| has(*twin, name))
        };
        let parts = variable.rsplit("__").next().unwrap_or(variable);
        either(variable)
            || either(&key(variable))
            || (parts != variable && either(&key(parts)))
            || self.binds(service, variable)
    }

    /// Whether the service reads the setting only to tell it to others: browsers, people, or whom to let in.
    pub(super) fn only_tells(&self, service: Index, setting: &str) -> bool {
        let name = key(setting);
        let told = |name: &str| {
            self.told
                .get(service)
                .is_some_and(|told| told.contains(name))
        };
        if told(&name) && !self.mentions(service, setting) {
            return true;
        }
        // `shop.url: ${SHOP_URL}` hands the variable on to a setting that is only told.
        let takers = self.lookups.get(service).map(|lookup| &lookup.takers);
        let takers = takers.and_then(|takers| takers.get(setting));
        takers.is_some_and(|takers| {
            takers.iter().all(|at| {
                let taker = &self.settings[service][*at].key;
                told(&key(taker)) && !self.mentions(service, taker)
            })
        })
    }

    /// Whether the service reads the variable itself, or calls a function of shared code that does.
    pub(super) fn reads(&self, service: Index, variable: &str) -> bool {
        let twins = self.twins.get(service).map_or(&[][..], Vec::as_slice);
        let runs = |index: Index| index == service || twins.contains(&index);
        let mut code = std::iter::once(&service).chain(twins);
        if code.any(|slot| self.mentions[*slot].contains(variable)) {
            return true;
        }
        let shared = self.code.iter().filter(|file| file.service.is_none());
        let read = shared.flat_map(|file| &file.readers.read);
        let readers: BTreeSet<&str> = read
            .filter(|(name, _)| name == variable)
            .map(|(_, function)| function.as_str())
            .collect();
        let mut own = self
            .code
            .iter()
            .filter(|file| file.service.is_some_and(runs));
        own.any(|file| {
            let mut called = file.readers.called.iter();
            called.any(|name| readers.contains(&**name))
        })
    }

    /// Whether a framework hands the variable to a type: its name, relaxed, begins with the prefix of one.
    fn binds(&self, service: Index, variable: &str) -> bool {
        let variable = key(variable);
        let fits = |slot: usize| {
            let mut prefixes = self.bound.get(slot).into_iter().flatten();
            prefixes.any(|prefix| variable.starts_with(prefix.as_str()))
        };
        fits(service) || fits(self.services)
    }
}

/// Files whose entries the manifests of services name.
fn handed(project: &Project) -> BTreeSet<Arc<str>> {
    let services = project.services.iter();
    let settings = services.flat_map(|service| &service.settings);
    settings
        .map(|setting| setting.location.path.clone())
        .collect()
}

/// Files of variables that the manifests of several services name.
fn handed_out(project: &Project) -> BTreeSet<String> {
    let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for service in &project.services {
        let paths = service
            .settings
            .iter()
            .map(|setting| &*setting.location.path);
        for path in paths.filter(|path| names::tail(path).contains(".env") || path.ends_with("env"))
        {
            users.entry(path).or_default().insert(&service.name);
        }
    }
    let several = users.into_iter().filter(|(_, services)| services.len() > 1);
    several.map(|(path, _)| path.to_owned()).collect()
}

/// Per service, the others that run the code of the same folder: an API and its worker of one image.
fn twins(project: &Project) -> Vec<Vec<Index>> {
    let services = &project.services;
    let mut users: BTreeMap<&str, Vec<Index>> = BTreeMap::new();
    for (index, service) in services.iter().enumerate() {
        for dir in &service.dirs {
            users.entry(dir).or_default().push(index);
        }
    }
    let of = |(index, service): (Index, &Service)| {
        let all = service
            .dirs
            .iter()
            .filter_map(|dir| users.get(&**dir))
            .flatten();
        let others: BTreeSet<Index> = all.copied().filter(|other| *other != index).collect();
        others.into_iter().collect()
    };
    services.iter().enumerate().map(of).collect()
}

/// Whether the dependencies of a service with this role are of interest.
const fn depends_on_others(role: Role) -> bool {
    !matches!(
        role,
        Role::Infrastructure | Role::Datastore | Role::Broker | Role::Job
    )
}

/// The innermost `${…}`, `#{…}` or `$(…)`: its first and last byte.
fn innermost(text: &str) -> Option<(usize, usize)> {
    let starts = ["${", "#{", "$("];
    let start = starts.iter().filter_map(|mark| text.rfind(mark)).max()?;
    let close = if text.get(start..)?.starts_with("$(") {
        ')'
    } else {
        '}'
    };
    let end = start + text.get(start..)?.find(close)?;
    Some((start, end))
}

/// The service whose settings a file holds: in a configuration repository, the one that the file
/// is named after; elsewhere the one whose folder holds it.
fn config_owner(
    directory: &Directory<'_>,
    path: &str,
    name: &str,
    service: Option<Index>,
) -> Option<Index> {
    let role = service
        .and_then(|index| directory.service(index))
        .map(|service| service.role);
    let repository = role == Some(Role::Infrastructure)
        || (service.is_none() && path.to_ascii_lowercase().contains("config"));
    if !repository {
        return service;
    }
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut shorter = Some(stem);
    while let Some(candidate) = shorter {
        let depends = |index: &Index| {
            directory
                .service(*index)
                .is_some_and(|service| depends_on_others(service.role))
        };
        if let Some(found) = directory.exact(candidate, None).filter(depends) {
            return Some(found);
        }
        shorter = candidate.rsplit_once('-').map(|(front, _)| front);
    }
    None
}
