//! The signs of all files, with the services that they belong to.
//!
//! In: [`Project`], [`Signs`]. Out: [`Material`].
//! Invariant: order is path order.
//! Never: a link.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::knowledge::Knowledge;
use crate::links::signs::channels;
use crate::links::signs::components::Component;
use crate::links::signs::schema::Source;
use crate::links::signs::uses::Use;
use crate::links::signs::{Code, Signs, variables};
use crate::model::names::{self, key};
use crate::model::{
    FileId, FileRole, IndexVec, Location, PackageId, Project, Role, Service, Setting, SourceFile,
};
use crate::source::settings::Entry;
use crate::source::yaml::Item;

use super::code::CodeFile;
use super::directory::{Directory, Index};
use super::found::Text;
use super::lookup::Lookup;
use super::owners::{
    class_paths, config_owner, depends_on_others, given_together, handed, handed_out, twins,
};
use super::per_service::PerService;
use super::proxy;
use super::wrapper::Wrappers;

/// Everything that evidence is looked for in.
pub(super) struct Material<'a> {
    pub(super) directory: Directory<'a>,
    pub(super) knowledge: &'a Knowledge,
    pub(super) services: usize,
    pub(super) code: Vec<CodeFile>,
    /// Positions in `code` of the files that lie directly in each folder.
    folders: FxHashMap<String, Vec<usize>>,
    /// Variables and configuration per service, manifests first.
    pub(super) settings: IndexVec<Index, Vec<Setting>>,
    /// Configuration that belongs to no service alone.
    pub(super) shared: Vec<Setting>,
    /// Files whose entries manifests give to services.
    handed: BTreeSet<Arc<str>>,
    /// Files of variables that manifests give to several services.
    pub(super) handed_out: BTreeSet<String>,
    /// Settings that manifests give to several services at once.
    pub(super) given_together: BTreeSet<Location>,
    /// Names of variables that a service's files mention.
    pub(super) mentions: PerService<FxHashSet<String>>,
    /// Settings, as keys, of which a reading is only told to others.
    pub(super) told: PerService<FxHashSet<String>>,
    /// Prefixes of the settings that a framework binds to a type, as keys.
    pub(super) bound: PerService<BTreeSet<String>>,
    /// Routes of proxy configurations.
    pub(super) routes: Vec<proxy::Route>,
    /// Files that answer requests, by what they import, with the import; in path order.
    pub(super) answering: Vec<(Arc<str>, String)>,
    /// What files of Python name by text, in path order.
    pub(super) named: Vec<(Arc<str>, String)>,
    /// Components of side cars, with the manifests that declare them.
    pub(super) components: Vec<(Arc<str>, Component)>,
    /// Databases of schemas, with the schemas and the services that these belong to.
    pub(super) sources: Vec<(Arc<str>, Option<Index>, Source)>,
    /// Documents of catalogues.
    pub(super) catalogue: Vec<(Arc<str>, Item)>,
    pub(super) constants: PerService<BTreeMap<String, Option<String>>>,
    /// The services that run each library of the JVM.
    class_paths: BTreeMap<PackageId, Vec<Index>>,
    /// Files of code of such libraries, with the services that run them.
    pub(super) run_by: BTreeMap<Arc<str>, Vec<Index>>,
    /// Per service: the others that run the same code.
    pub(super) twins: IndexVec<Index, Vec<Index>>,
    /// Per service: the first setting of each key, as written and as frameworks relax it.
    pub(super) lookups: IndexVec<Index, Lookup>,
    /// Functions that hand topics on to the clients of brokers.
    pub(super) wrappers: Wrappers,
    /// Texts that may be connection strings, once somebody asks for them.
    pub(super) texts: OnceLock<Vec<Text>>,
}

impl<'a> Material<'a> {
    /// Joins the signs of all files to the services that they belong to.
    pub(super) fn new(project: &'a Project, signs: Vec<(FileId, Signs)>, open: bool) -> Self {
        let services = project.services.len();
        let declared = project.services.iter();
        let mut material = Self {
            directory: Directory::new(project, open),
            knowledge: &project.knowledge,
            services,
            code: Vec::new(),
            folders: FxHashMap::default(),
            settings: declared.map(|service| service.settings.clone()).collect(),
            shared: Vec::new(),
            handed: handed(project),
            handed_out: handed_out(project),
            given_together: given_together(project),
            mentions: PerService::new(services),
            told: PerService::new(services),
            bound: PerService::new(services),
            routes: Vec::new(),
            answering: Vec::new(),
            named: Vec::new(),
            components: Vec::new(),
            sources: Vec::new(),
            catalogue: Vec::new(),
            constants: PerService::new(services),
            class_paths: class_paths(project),
            run_by: BTreeMap::new(),
            twins: twins(project),
            lookups: IndexVec::default(),
            wrappers: Wrappers::default(),
            texts: OnceLock::new(),
        };
        for (file, signs) in signs {
            material.take(project, project.source(file), signs);
        }
        let settings = material.settings.as_slice().par_iter();
        let lookups: Vec<Lookup> = settings.map(|settings| Lookup::new(settings)).collect();
        material.lookups = lookups.into();
        material.name_results();
        material.tell_ports();
        material
    }

    /// Reads which ports settings give the services. A port on which frameworks listen by themselves tells nothing:
    /// others may do so without a setting.
    fn tell_ports(&mut self) {
        let known = self.knowledge;
        let keys: BTreeSet<String> = known.clients.port_keys.iter().map(key).collect();
        let mut told: Vec<(u16, Index)> = Vec::new();
        for service in self.calling() {
            // A program listens on one port in its container and on another one while it is developed.
            let own = self.settings[service].iter();
            let named = own.filter(|setting| keys.contains(&key(&setting.key)));
            for setting in named {
                let text = self.expand(service, &setting.value);
                let telling = !known.clients.usual_ports.has(&text);
                let port = telling.then(|| text.parse().ok()).flatten();
                told.extend(port.map(|port| (port, service)));
            }
            let own = self.settings[service].iter();
            let ports = own.filter_map(|setting| listens_at(known, setting));
            told.extend(ports.map(|port| (port, service)));
        }
        for (port, service) in told {
            self.directory.listens(port, service);
        }
    }

    /// Sorts the signs of one file into the material. Code of no service is kept only where links
    /// are possible at all: with two services, or with other repositories beside this one.
    fn take(&mut self, project: &Project, file: &SourceFile, signs: Signs) {
        let service = file.service;
        let path = &file.path;
        self.answering
            .extend(signs.answers.map(|import| (path.clone(), import)));
        let labels = signs.labels.into_iter();
        self.named.extend(labels.map(|label| (path.clone(), label)));
        let components = signs.components.into_iter();
        self.components
            .extend(components.map(|component| (path.clone(), component)));
        let sources = signs.sources.into_iter();
        let is_schema = sources.len() > 0;
        self.sources
            .extend(sources.map(|source| (path.clone(), service, source)));
        let documents = signs.catalogue.into_iter();
        self.catalogue
            .extend(documents.map(|item| (path.clone(), item)));
        self.routes
            .extend(proxy::routes(project, path, service, signs.targets));
        // Code of no service completes links between services; without two of them there is none.
        let alone = service.is_none() && self.services < 2 && !self.directory.is_open();
        let is_code = signs.code.is_some() && !alone;
        if let Some(code) = signs.code {
            self.take_code(path, service, if alone { code.alone() } else { code });
        }
        if service.is_none() {
            self.take_library(file, signs.settings.as_deref().unwrap_or_default(), is_code);
        }
        let mut owner = service;
        if let Some(entries) = signs.settings {
            owner = self.take_settings(path, service, entries).or(service);
        } else if owner.is_none() && !is_code && !is_schema {
            // What a script outside of all services mentions is read by none of them.
            return;
        }
        self.mentions[owner].extend(signs.words);
    }

    /// Gives what a library of the JVM says of channels to the services that run it.
    fn take_library(&mut self, file: &SourceFile, settings: &[Entry], is_code: bool) {
        let users = file.package.and_then(|id| self.class_paths.get(&id));
        let users = users.filter(|_| file.role != FileRole::Test);
        let Some(users) = users else {
            return;
        };
        let users = users.clone();
        for entry in settings.iter().filter(|entry| channels::binds(&entry.key)) {
            let setting = Setting {
                key: entry.key.clone(),
                value: entry.value.clone(),
                location: Location::new(file.path.clone(), entry.at),
            };
            for user in &users {
                self.settings[*user].push(setting.clone());
            }
        }
        if is_code {
            self.run_by.insert(file.path.clone(), users);
        }
    }

    /// Takes one file of code: which settings it mentions, which of them it only tells, and its
    /// constants. A constant that two files give different texts is ambiguous and becomes `None`
    /// for good; the first one would make the result depend on the order of files.
    fn take_code(&mut self, path: &Arc<str>, service: Option<Index>, code: Box<Code>) {
        let (told, read): (Vec<&Use>, Vec<&Use>) = code
            .uses
            .iter()
            .filter(|u| !u.name)
            .partition(|u| code.told.contains(&u.at));
        let placeholders = |u: &&Use| variables::placeholders(&u.text).collect::<Vec<_>>();
        self.mentions[service].extend(read.iter().flat_map(placeholders));
        self.told[service].extend(told.iter().flat_map(placeholders));
        self.told[service].extend(told.iter().map(|u| key(&u.text)));
        let annotations = &self.knowledge.clients.setting_annotations;
        self.bound[service].extend(variables::prefixes(annotations, &code.uses));
        // The default of a look-up is no constant; the look-up is.
        let looked_up: BTreeSet<&str> = code.lookups.iter().map(|(name, _)| &**name).collect();
        let assigned = |u: &&Use| {
            let default = !u.default_of.is_empty() && looked_up.contains(u.key.as_str());
            is_constant(u) && !default
        };
        let written = code.uses.iter().filter(assigned);
        let members = written.clone().filter(|u| !u.owner.is_empty());
        let members = members.map(|u| (format!("{}.{}", u.owner, u.key), &u.text));
        let written = written.map(|u| (u.key.clone(), &u.text));
        let returned = code.constants.returned.iter().chain(&code.lookups);
        let returned = returned.map(|(name, text)| (name.clone(), text));
        for (name, text) in written.chain(members).chain(returned) {
            self.constants[service]
                .entry(name)
                .and_modify(|value| *value = value.take().filter(|value| value == text))
                .or_insert_with(|| Some(text.clone()));
        }
        let beside = self.folders.entry(names::folder(path).to_owned());
        beside.or_default().push(self.code.len());
        self.code.push(CodeFile::new(path.clone(), service, code));
    }

    /// Returns the service whose settings they are.
    fn take_settings(
        &mut self,
        path: &Arc<str>,
        service: Option<Index>,
        entries: Vec<Entry>,
    ) -> Option<Index> {
        let owner = config_owner(&self.directory, path, names::tail(path), service);
        let entries = in_use(entries).map(|entry| Setting {
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
            for (name, function) in &file.constants.assigned {
                let text = self.constants[file.service]
                    .get(function)
                    .cloned()
                    .flatten();
                if let Some(text) = text {
                    self.constants[file.service]
                        .entry(name.clone())
                        .or_insert(Some(text));
                }
            }
        }
    }

    /// The files of code that lie directly in a folder, in path order.
    pub(super) fn in_folder(&self, folder: &str) -> impl Iterator<Item = &CodeFile> {
        let positions = self.folders.get(folder).into_iter().flatten();
        positions.map(|at| &self.code[*at])
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
        let own = self.directory.service(service);
        depends_on_others(own.role) || self.may_be_built_elsewhere(own)
    }

    /// Whether another repository may build what is only deployed here: then its role is not known yet.
    pub(super) fn may_be_built_elsewhere(&self, service: &Service) -> bool {
        let deployed = service.dirs.is_empty() && service.image.is_some();
        self.directory.is_open() && deployed && service.role == Role::Infrastructure
    }

    /// The services whose dependencies are of interest.
    pub(super) fn calling(&self) -> impl Iterator<Item = Index> {
        let all = self.directory.ids();
        all.filter(|service| self.calls(*service))
    }
}

/// The settings of a file as they hold where the program is deployed (Quarkus): those of the profile `prod` without its
/// mark, and of another one, tests aside, where the file has no such profile.
fn in_use(entries: Vec<Entry>) -> impl Iterator<Item = Entry> {
    let deployed = entries.iter().any(|entry| entry.key.starts_with("%prod."));
    entries.into_iter().filter_map(move |entry| {
        let marked = entry
            .key
            .strip_prefix('%')
            .and_then(|key| key.split_once('.'));
        let Some((profile, key)) = marked else {
            return Some(entry);
        };
        let counts = profile == "prod" || profile != "test" && !deployed;
        counts.then(|| Entry {
            key: key.to_owned(),
            ..entry.clone()
        })
    })
}

/// The port of `server.http.addr: 0.0.0.0:8100`, where a program listens.
fn listens_at(known: &Knowledge, setting: &Setting) -> Option<u16> {
    let port = setting
        .value
        .strip_prefix("0.0.0.0")
        .unwrap_or(&setting.value);
    let port = port.strip_prefix(':')?;
    let telling = !known.clients.usual_ports.has(port);
    port.parse().ok().filter(|port| telling && *port > 0)
}

/// Whether a text is assigned to a name as it is.
pub(super) fn is_constant(u: &Use) -> bool {
    !u.name && !u.key.is_empty() && (u.callee.is_empty() || u.callee == "Object.freeze")
}
