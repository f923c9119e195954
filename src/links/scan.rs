//! Reads the code and configuration of every service once.
//!
//! In: [`Project`], [`Source`]. Out: [`Material`].
//! Invariant: tests, vendored and generated code are left out; order is path order.
//! Never: joins anything.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::knowledge::FOLDERS;
use crate::model::names::{self, key};
use crate::model::{FileRole, Location, Project, Role, Setting, SourceFile};
use crate::source::{Source, settings};

use super::directory::{Directory, Index};
use super::lex;
use super::uses::{self, Use};
use super::{constants, gateway, grpc, hop, named, quick, route, servers, sql, tables, topic};

/// Largest file that is scanned, in bytes.
const MAX_BYTES: u64 = 2 << 20;

/// What one source file says.
pub(super) struct CodeFile {
    pub(super) path: Arc<str>,
    /// Service that the file belongs to; `None` for shared code.
    pub(super) service: Option<Index>,
    pub(super) uses: Vec<Use>,
    pub(super) contracts: grpc::Contracts,
    pub(super) functions: Vec<hop::Function>,
    pub(super) tables: Vec<sql::Mention>,
    /// Whether it calls a mapper or driver that changes what is stored.
    pub(super) saves: bool,
    pub(super) events: topic::Events,
    constants: constants::Constants,
}

impl CodeFile {
    fn empty(file: &SourceFile, service: Option<Index>) -> Self {
        Self {
            path: file.path.clone(),
            service,
            uses: Vec::new(),
            contracts: grpc::Contracts::default(),
            functions: Vec::new(),
            tables: Vec::new(),
            saves: false,
            constants: constants::Constants::default(),
            events: topic::Events::default(),
        }
    }
}

/// Everything that evidence is looked for in.
pub(super) struct Material<'a> {
    pub(super) directory: Directory<'a>,
    pub(super) services: usize,
    pub(super) code: Vec<CodeFile>,
    /// Variables and configuration per service, manifests first.
    pub(super) settings: Vec<Vec<Setting>>,
    /// Configuration that belongs to no service alone.
    pub(super) shared: Vec<Setting>,
    /// Names of variables that a service's files mention; index `services` holds shared code.
    pub(super) mentions: Vec<FxHashSet<String>>,
    /// Prefixes of the settings that a framework binds to a type, as keys; index `services` holds shared code.
    bound: Vec<BTreeSet<String>>,
    /// Routes of proxy configurations.
    pub(super) routes: Vec<gateway::Route>,
    /// Files that answer requests, by what they import, with the import; in path order.
    pub(super) answering: Vec<(Arc<str>, String)>,
    /// What files of Python name by text, in path order.
    pub(super) named: Vec<(Arc<str>, String)>,
    constants: Vec<BTreeMap<String, Option<String>>>,
    /// Per service: the first setting of each key, as written and as frameworks relax it.
    lookups: Vec<Lookup>,
}

/// Positions in the settings of one service.
#[derive(Default)]
struct Lookup {
    exact: FxHashMap<String, usize>,
    relaxed: FxHashMap<String, usize>,
}

impl Lookup {
    fn new(settings: &[Setting]) -> Self {
        let mut lookup = Self::default();
        for (at, setting) in settings.iter().enumerate() {
            lookup.exact.entry(setting.key.clone()).or_insert(at);
            lookup.relaxed.entry(key(&setting.key)).or_insert(at);
        }
        lookup
    }

    fn find(&self, name: &str) -> Option<usize> {
        let relaxed = || self.relaxed.get(&key(name));
        self.exact.get(name).or_else(relaxed).copied()
    }
}

enum Part {
    Code(Box<CodeFile>, Vec<String>),
    Settings(Option<Index>, Vec<Setting>),
    Words(Option<Index>, Vec<String>),
    Routes(Vec<gateway::Route>),
    Answers(Arc<str>, String),
    Names(Arc<str>, String),
}

/// Reads all files that may hold evidence.
pub(super) fn scan<'a>(project: &'a Project, source: &Source) -> Material<'a> {
    let directory = Directory::new(project);
    let wanted = |file: &&SourceFile| {
        matches!(
            file.role,
            FileRole::Source | FileRole::Build | FileRole::Generated
        ) && file.bytes <= MAX_BYTES
    };
    let files: Vec<&SourceFile> = project.files.iter().filter(wanted).collect();
    let parts: Vec<Vec<Part>> = files
        .par_iter()
        .with_max_len(8)
        .map(|file| read(project, &directory, source, file))
        .collect();
    let services = project.services.len();
    let mut material = Material {
        directory,
        services,
        code: Vec::new(),
        settings: project
            .services
            .iter()
            .map(|service| service.settings.clone())
            .collect(),
        shared: Vec::new(),
        mentions: vec![FxHashSet::default(); services + 1],
        bound: vec![BTreeSet::new(); services + 1],
        routes: Vec::new(),
        answering: Vec::new(),
        named: Vec::new(),
        constants: vec![BTreeMap::new(); services + 1],
        lookups: Vec::new(),
    };
    for part in parts.into_iter().flatten() {
        material.take(part);
    }
    let lookups = material.settings.par_iter();
    material.lookups = lookups.map(|settings| Lookup::new(settings)).collect();
    material.name_results();
    material
}

impl Material<'_> {
    fn take(&mut self, part: Part) {
        let slot = |service: Option<Index>| service.unwrap_or(self.services);
        match part {
            Part::Code(file, words) => {
                let slot = slot(file.service);
                self.mentions[slot].extend(words);
                let texts = || file.uses.iter().filter(|u| !u.name);
                self.mentions[slot].extend(texts().flat_map(|u| placeholders(&u.text)));
                self.bound[slot].extend(prefixes(&file.uses));
                let written = file
                    .uses
                    .iter()
                    .filter(|u| !u.name && !u.key.is_empty() && u.callee.is_empty())
                    .map(|u| (&u.key, &u.text));
                let returned = file
                    .constants
                    .returned
                    .iter()
                    .map(|(name, text)| (name, text));
                for (name, text) in written.chain(returned) {
                    self.constants[slot]
                        .entry(name.clone())
                        .and_modify(|value| *value = value.take().filter(|value| value == text))
                        .or_insert_with(|| Some(text.clone()));
                }
                self.code.push(*file);
            }
            Part::Settings(Some(service), settings) => self.settings[service].extend(settings),
            Part::Settings(None, settings) => self.shared.extend(settings),
            Part::Words(service, words) => {
                let slot = slot(service);
                self.mentions[slot].extend(words);
            }
            Part::Routes(routes) => self.routes.extend(routes),
            Part::Answers(path, import) => self.answering.push((path, import)),
            Part::Names(path, label) => self.named.push((path, label)),
        }
    }

    /// Names that hold the result of a constant function are constants, too.
    fn name_results(&mut self) {
        for file in &self.code {
            let slot = file.service.unwrap_or(self.services);
            for (name, function) in &file.constants.assigned {
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
        let own = service.and_then(|service| self.constants.get(service)?.get(name)?.as_deref());
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
        let either = |name: &str| has(service, name) || has(self.services, name);
        let parts = variable.rsplit("__").next().unwrap_or(variable);
        either(variable)
            || either(&key(variable))
            || (parts != variable && either(&key(parts)))
            || self.binds(service, variable)
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

/// Annotations that bind all settings below a prefix (Spring Boot and Micronaut, Quarkus, `MicroProfile`).
const BINDERS: [&str; 4] = [
    "@ConfigurationProperties",
    "@EachProperty",
    "@ConfigMapping",
    "@ConfigProperties",
];

/// Prefixes of the settings that a file binds to types, as keys: texts, or constants of that file.
fn prefixes(uses: &[Use]) -> impl Iterator<Item = String> + '_ {
    let bound = uses.iter().filter(|u| BINDERS.contains(&u.callee.as_str()));
    let written = |u: &Use| {
        let last = u.text.rsplit('.').next()?;
        let constant = |other: &&Use| !other.name && other.key == last;
        let named = if u.name {
            uses.iter().find(constant)?
        } else {
            u
        };
        Some(key(&named.text))
    };
    bound.filter_map(written).filter(|key| key.len() > 3)
}

/// Names in `${name:default}`, as keys.
fn placeholders(text: &str) -> impl Iterator<Item = String> {
    text.split("${")
        .skip(1)
        .map(|rest| key(rest.split([':', '}']).next().unwrap_or(rest)))
}

/// Whether the dependencies of a service with this role are of interest.
const fn depends_on_others(role: Role) -> bool {
    !matches!(role, Role::Infrastructure | Role::Datastore | Role::Broker)
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

fn read(
    project: &Project,
    directory: &Directory<'_>,
    source: &Source,
    file: &SourceFile,
) -> Vec<Part> {
    let name = names::tail(&file.path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let service = file.service.map(crate::model::ServiceId::index);
    let is_code = lex::is_code(extension);
    let is_settings = settings::is_settings(name)
        && !is_build_file(name)
        && !is_translation(&file.path)
        && file.bytes < 256 << 10;
    let is_script = service.is_some()
        && (name.starts_with("Dockerfile") || extension == "sh" || extension == "template");
    if !(is_code || is_settings || is_script || gateway::is_proxy_file(&file.path)) {
        return Vec::new();
    }
    let Ok(text) = source.text(&file.path) else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    if gateway::is_proxy_file(&file.path) {
        parts.push(Part::Routes(gateway::routes(
            project, &file.path, service, &text,
        )));
    }
    if is_code {
        let import = servers::imported(extension, &text).next();
        parts.extend(import.map(|import| Part::Answers(file.path.clone(), import.to_owned())));
        if extension == "py" {
            let labels = named::labels(&text).map(str::to_owned);
            parts.extend(labels.map(|label| Part::Names(file.path.clone(), label)));
        }
        // Code of no service completes links between services; without two of them there is none.
        if service.is_none() && project.services.len() < 2 {
            parts.extend(code_alone(file, extension, &text));
        } else {
            parts.push(code(file, service, extension, &text));
        }
    } else if is_settings && !is_manifest(name, &text) && !is_for_tests(name) {
        let owner = config_owner(directory, &file.path, name, service);
        let entries = settings::read(name, &text)
            .into_iter()
            .map(|entry| Setting {
                key: entry.key,
                value: entry.value,
                location: Location::new(file.path.clone(), entry.at),
            });
        parts.push(Part::Settings(owner, entries.collect()));
        parts.push(Part::Words(owner.or(service), words(&text)));
    } else if is_script {
        parts.push(Part::Words(service, words(&text)));
    }
    parts
}

/// What a file that no link can touch says: its tables and routes; `None` when it has none.
fn code_alone(file: &SourceFile, extension: &str, text: &str) -> Option<Part> {
    let is_sql = extension == "sql";
    if !(is_sql || quick::may_tell(extension, text)) || is_generated(file, text) {
        return None;
    }
    let tokens = lex::tokens(extension, text);
    if !(is_sql || tables::may_name(&tokens) || route::may_declare(&tokens)) {
        return None;
    }
    let uses = uses::uses(&tokens);
    let tables = tables::scan(extension, text, &tokens, &uses);
    let found = CodeFile {
        uses,
        tables,
        ..CodeFile::empty(file, None)
    };
    Some(Part::Code(Box::new(found), Vec::new()))
}

fn code(file: &SourceFile, service: Option<Index>, extension: &str, text: &str) -> Part {
    let tokens = lex::tokens(extension, text);
    let mut words: Vec<String> = tokens
        .iter()
        .filter(|t| is_variable(t.text))
        .map(|t| t.text.to_owned())
        .collect();
    let mut found = CodeFile {
        constants: constants::scan(&tokens),
        ..CodeFile::empty(file, service)
    };
    if !is_generated(file, text) {
        found.uses = uses::uses(&tokens);
        found.tables = tables::scan(extension, text, &tokens, &found.uses);
        found.saves = tables::saves(&tokens);
        found.contracts = grpc::scan(&tokens);
        found.functions = hop::functions(&tokens);
        found.events = topic::events(&tokens);
        words.extend(mentioned(&found.uses));
    }
    Part::Code(Box::new(found), words)
}

/// Names of variables and keys in texts: whole, inside of longer texts, and as frameworks relax them.
fn mentioned(uses: &[Use]) -> Vec<String> {
    let texts = || uses.iter().filter(|u| !u.name).map(|u| &u.text);
    // No name of a variable or setting holds a blank.
    let named = |text: &&String| text.len() < 80 && !text.contains(char::is_whitespace);
    let mut words: Vec<String> = texts().filter(named).cloned().collect();
    words.extend(
        texts()
            .filter(|text| text.contains('_'))
            .flat_map(|text| self::words(text)),
    );
    words.sort_unstable();
    words.dedup();
    let keys: Vec<String> = words.iter().map(|word| key(word)).collect();
    words.extend(keys);
    words
}

fn is_generated(file: &SourceFile, text: &str) -> bool {
    file.role == FileRole::Generated || says_generated(text)
}

fn says_generated(text: &str) -> bool {
    let head = text.lines().take(10);
    head.into_iter().any(|line| {
        let line = line.to_ascii_lowercase();
        line.contains("generated by") && line.contains("do not edit")
            || line.contains("autogenerated by")
            || line.contains("@generated")
            || line.contains("generated by the protocol buffer compiler")
            || line.contains("generated by the grpc")
    })
}

fn is_variable(word: &str) -> bool {
    let fits = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    word.len() > 3 && word.as_bytes().iter().all(fits) && word.contains('_')
}

/// Names of variables and keys in a text of any kind.
fn words(text: &str) -> Vec<String> {
    let all = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    all.filter(|word| is_variable(word))
        .map(str::to_owned)
        .collect()
}

/// Whether a file lies among texts for people in several languages, which set nothing.
fn is_translation(path: &str) -> bool {
    let kinds = FOLDERS.never.get("translations");
    let mut folders = names::folder(path).split('/');
    folders.any(|folder| kinds.is_some_and(|kinds| kinds.contains(folder)))
}

fn is_build_file(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    matches!(
        lower.as_str(),
        "package.json"
            | "package-lock.json"
            | "cargo.toml"
            | "pyproject.toml"
            | "composer.json"
            | "angular.json"
            | "chart.yaml"
            | "values.yaml"
            | "global.json"
            | "launchsettings.json"
            | "pubspec.yaml"
            | "mkdocs.yml"
            | "seamline.toml"
            | "gradle.properties"
    ) || lower.starts_with("tsconfig")
        || [
            "lock",
            "swagger",
            "openapi",
            "catalog-info",
            "compose",
            "skaffold",
            "kustomization",
            "dashboard",
            ".schema.",
        ]
        .iter()
        .any(|part| lower.contains(part))
}

fn is_manifest(name: &str, text: &str) -> bool {
    let yaml = name.ends_with(".yaml") || name.ends_with(".yml");
    let described = |line: &str| line.starts_with("openapi: ") || line.starts_with("swagger: ");
    yaml && ((text.contains("apiVersion:") && text.contains("kind:"))
        || text.lines().any(described))
}

fn is_for_tests(name: &str) -> bool {
    name.to_ascii_lowercase()
        .split(['-', '_', '.'])
        .any(|word| matches!(word, "test" | "tests" | "it" | "e2e"))
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
