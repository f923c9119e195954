//! What one file says, whoever it belongs to: one file per kind of sign.
//!
//! In: a path and a text. Out: [`Signs`].
//! Invariant: a file is read alone; the same text gives the same signs wherever it lies.
//! Never: a service, another file, a conclusion; `evidence` draws those.
//!
//! Tokens come from the lexer of the language that parsed the file, and from a generic one where
//! none did; both look alike here, so that every language gives the same signs.

pub(super) mod channels;
pub(super) mod components;
pub(super) mod configuration;
pub(super) mod constants;
pub(super) mod contracts;
mod declarations;
pub(super) mod discovered;
mod documents;
pub(super) mod events;
pub(super) mod families;
mod federation;
mod fields;
mod formats;
pub(super) mod functions;
pub(super) mod held;
pub(super) mod hosting;
pub(super) mod imports;
mod kitex;
pub(super) mod labels;
pub(super) mod lex;
pub(super) mod lookups;
pub(super) mod proxy;
pub(super) mod quick;
pub(super) mod readers;
pub(super) mod routes;
pub(super) mod schema;
pub(super) mod sql;
pub(super) mod tables;
pub(super) mod tasks;
pub(super) mod told;
pub(super) mod uses;
pub(super) mod variables;
pub(super) mod wrapped;

use aho_corasick::{AhoCorasick, MatchKind};
use rustc_hash::FxHashSet;

use crate::knowledge::Knowledge;
use crate::model::names::tail;
use crate::model::{FileRole, Position, SourceFile};
use crate::parse::Lexemes;
use crate::source::generated::says_generated;
use crate::source::settings::{self, Entry};
use crate::source::yaml::{self, Item};

use uses::Use;

/// Largest file that is read for signs, in bytes.
const MAX_BYTES: u64 = 2 << 20;
/// Largest file of settings that is, in bytes.
const MAX_SETTINGS: u64 = 256 << 10;

/// How much of a file of code counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// What is told of it alone: tables and routes.
    Alone,
    /// All that may lead to another service.
    Full,
}

/// What one file says.
#[derive(Default)]
pub struct Signs {
    /// Of code.
    pub(in crate::links) code: Option<Box<Code>>,
    /// Of a file of settings: its entries.
    pub(in crate::links) settings: Option<Vec<Entry>>,
    /// Names of variables and keys that it mentions.
    pub(in crate::links) words: Vec<String>,
    /// Of the configuration of a proxy: where it leads.
    pub(in crate::links) targets: Vec<proxy::Target>,
    /// The framework by which it answers requests, as imported.
    pub(in crate::links) answers: Option<String>,
    /// What a file of Python names by text.
    pub(in crate::links) labels: Vec<String>,
    /// Of a catalogue: its documents.
    pub(in crate::links) catalogue: Vec<Item>,
    /// Of a schema of Prisma: its databases.
    pub(in crate::links) sources: Vec<schema::Source>,
    /// Of a manifest of Dapr: its components and subscriptions.
    pub(in crate::links) components: Vec<components::Component>,
}

/// What a file of code says.
#[derive(Default)]
pub(in crate::links) struct Code {
    pub(in crate::links) uses: Vec<Use>,
    pub(in crate::links) held: held::Held,
    /// Places of texts and names of settings that are only told to others.
    pub(in crate::links) told: FxHashSet<Position>,
    pub(in crate::links) contracts: contracts::Contracts,
    pub(in crate::links) functions: Vec<functions::Function>,
    /// Parameters and the names that calls of the file give for them.
    pub(in crate::links) passed: Vec<(String, String)>,
    /// What functions hand on, and what local names hold.
    pub(in crate::links) wrapped: wrapped::Wrapped,
    pub(in crate::links) tables: Vec<sql::Mention>,
    /// Whether it calls a mapper or driver that changes what is stored.
    pub(in crate::links) saves: bool,
    pub(in crate::links) events: events::Events,
    pub(in crate::links) channels: channels::Channels,
    pub(in crate::links) constants: constants::Constants,
    /// Names that hold what is looked up.
    pub(in crate::links) lookups: Vec<lookups::Lookup>,
    pub(in crate::links) readers: readers::Readers,
    /// Kinds of databases whose drivers it imports, with the place.
    pub(in crate::links) drivers: Vec<(Box<str>, Position)>,
    /// Labels of containers that it reads.
    pub(in crate::links) labels: Vec<Box<str>>,
    /// Clients of brokers that it names, of the table.
    pub(in crate::links) families: Vec<Box<str>>,
    pub(in crate::links) routes: Vec<routes::Route>,
    pub(in crate::links) tasks: tasks::Tasks,
    /// What it tells of programs that it starts.
    pub(in crate::links) hosted: hosting::Hosted,
}

/// What kind of file it is, by its name.
#[derive(Clone, Copy, Default)]
struct Kind {
    code: bool,
    settings: bool,
    script: bool,
    proxy: bool,
    schema: bool,
    stored: bool,
    catalogue: bool,
}

impl Kind {
    /// What to read in a file, by name, role and size; nothing of tests, vendored and oversized
    /// files.
    fn of(knowledge: &Knowledge, file: &SourceFile) -> Self {
        let counts = matches!(
            file.role,
            FileRole::Source | FileRole::Build | FileRole::Generated
        ) && file.bytes <= MAX_BYTES;
        if !counts {
            return Self::default();
        }
        let name = tail(&file.path);
        Self {
            code: lex::is_code(extension(name)),
            settings: configuration::holds_settings(knowledge, &file.path)
                && file.bytes < MAX_SETTINGS,
            script: name.starts_with("Dockerfile") || matches!(extension(name), "sh" | "template"),
            proxy: proxy::is_proxy_file(&knowledge.proxies, &file.path),
            schema: federation::is_schema(&file.path),
            stored: schema::is_schema(name),
            catalogue: file.role == FileRole::Source && name.starts_with("catalog-info"),
        }
    }

    /// Whether anything is to be read.
    const fn any(self) -> bool {
        self.code
            || self.settings
            || self.script
            || self.proxy
            || self.schema
            || self.stored
            || self.catalogue
    }
}

/// Reads signs, by what is known of the world outside.
pub(super) struct SignReader<'k> {
    knowledge: &'k Knowledge,
    /// What is imported from frameworks that answer requests and from drivers of databases.
    imports: Option<AhoCorasick>,
    /// Calls of Python that name what they mean by text.
    namings: Option<AhoCorasick>,
    /// Clients of brokers.
    families: families::Families,
}

impl<'k> SignReader<'k> {
    /// A reader that goes by these tables.
    pub(super) fn new(knowledge: &'k Knowledge) -> Self {
        let frameworks = &knowledge.frameworks;
        let drivers = knowledge.datastores.drivers.values();
        let imports = frameworks.server.values().chain(drivers);
        Self {
            knowledge,
            imports: longest(imports.flat_map(|list| list.iter())),
            namings: longest(frameworks.routes.django_names.iter()),
            families: families::Families::new(&knowledge.messaging),
        }
    }

    /// Whether the file may say something.
    pub(super) fn may_tell(&self, file: &SourceFile) -> bool {
        Kind::of(self.knowledge, file).any()
    }

    /// All that the text of the file says.
    pub(super) fn read(
        &self,
        file: &SourceFile,
        text: &str,
        lexemes: impl FnOnce() -> Lexemes,
        depth: Depth,
    ) -> Signs {
        let kind = Kind::of(self.knowledge, file);
        let mut signs = Signs::default();
        if kind.proxy {
            signs.targets = proxy::targets(&self.knowledge.proxies, text);
        }
        if kind.schema {
            signs.targets = federation::joined(text);
        }
        if kind.stored {
            signs.sources = schema::sources(text);
            let variables = signs.sources.iter().map(|source| source.variable.clone());
            signs.words = variables.collect();
        }
        if kind.settings && text.contains("dapr.io/") {
            signs.components = components::components(text);
        }
        if kind.catalogue {
            signs.catalogue = yaml::read(text).documents;
        }
        let name = tail(&file.path);
        if kind.code {
            self.read_code(file, text, lexemes, depth, &mut signs);
        } else if kind.settings
            && !configuration::is_manifest(name, text)
            && !documents::describes(name, text)
            && !configuration::is_for_tests(name)
        {
            let entries = settings::read(name, text);
            signs.targets.extend(federation::configured(&entries));
            // The name of a setting is not a mention of it.
            let values = entries.iter().map(|entry| &*entry.value);
            signs.words = values.flat_map(variables::words).collect();
            signs.settings = Some(entries);
        } else if kind.script {
            signs.words = variables::words(text);
        }
        signs
    }

    /// Reads the signs of code. Tokens are made only where the text can say something: for a file
    /// that no link can touch, a look at its bytes comes first. Tests within the file are cut out
    /// before anything is read.
    fn read_code(
        &self,
        file: &SourceFile,
        text: &str,
        lexemes: impl FnOnce() -> Lexemes,
        depth: Depth,
        signs: &mut Signs,
    ) {
        let extension = extension(tail(&file.path));
        let generated =
            file.role == FileRole::Generated || says_generated(&self.knowledge.files, text);
        let answers = |text| {
            self.imported(extension, text)
                .find(|name| self.answers(name))
        };
        let says = depth == Depth::Full
            || answers(text).is_some()
            || !generated && self.may_tell_alone(extension, text);
        let lexemes = if says { lexemes() } else { Lexemes::default() };
        let code = &*lexemes.without_tests(text);
        let imported: Vec<&str> = self.imported(extension, code).collect();
        let answers = imported.iter().find(|name| self.answers(name));
        signs.answers = answers.map(|name| (*name).to_owned());
        if let Some(calls) = self.namings.as_ref().filter(|_| extension == "py") {
            signs.labels = labels::labels(calls, code).map(str::to_owned).collect();
        }
        let tokens = lexemes.tokens(text);
        let found = match depth {
            Depth::Alone if generated => None,
            Depth::Alone => self.code_alone(file, extension, code, &tokens),
            Depth::Full => {
                let (mut found, words) = self.code_in_full(file, generated, code, &tokens);
                if !generated {
                    found.drivers = self.drivers(code, &imported);
                }
                signs.words = words;
                Some(found)
            }
        };
        signs.code = found.map(Box::new);
    }

    /// Whether a text can name a table or declare a route.
    fn may_tell_alone(&self, extension: &str, text: &str) -> bool {
        extension == "sql" || quick::may_tell(&self.knowledge.frameworks.routes, extension, text)
    }

    /// All that a file says, and the names of variables and keys that it mentions.
    fn code_in_full(
        &self,
        file: &SourceFile,
        generated: bool,
        text: &str,
        tokens: &[lex::Token<'_>],
    ) -> (Code, Vec<String>) {
        let statements = told::File::new(&self.knowledge.told, tokens);
        let mut code = Code {
            constants: constants::scan(tokens),
            held: held::held(&statements, tokens),
            told: told::told(&statements, tokens),
            lookups: lookups::lookups(&self.knowledge.clients, tokens),
            ..Code::default()
        };
        let mut words = variables::names(tokens, &code.told);
        if !generated {
            code.read(self.knowledge, file, text, tokens);
            code.families = self.families.named(text);
            words.extend(variables::mentioned(&code.uses, &code.told));
            words.extend(fields::fields(
                &self.knowledge.clients.setting_types,
                tokens,
            ));
        }
        (code, words)
    }

    /// What a text imports of what is known.
    fn imported<'t>(&'t self, extension: &str, text: &'t str) -> impl Iterator<Item = &'t str> {
        let names = self.imports.iter();
        names.flat_map(move |names| imports::imported(names, extension, text))
    }

    /// Whether what is imported under this name answers requests.
    fn answers(&self, name: &str) -> bool {
        let mut frameworks = self.knowledge.frameworks.server.values();
        frameworks.any(|list| list.has(name))
    }

    /// The kinds of databases whose drivers a text imports, each with its first place.
    fn drivers(&self, text: &str, imported: &[&str]) -> Vec<(Box<str>, Position)> {
        let mut found: Vec<(Box<str>, Position)> = Vec::new();
        for name in imported {
            let kinds = self.knowledge.datastores.drivers.iter();
            for (kind, _) in kinds.filter(|(_, names)| names.has(name)) {
                if !found.iter().any(|(known, _)| **known == **kind) {
                    let before = &text[..name.as_ptr() as usize - text.as_ptr() as usize];
                    let line = memchr::memchr_iter(b'\n', before.as_bytes()).count() as u32 + 1;
                    found.push((kind.as_str().into(), Position::new(line, 1)));
                }
            }
        }
        found
    }

    /// Tables and routes; `None` when there are none.
    fn code_alone(
        &self,
        file: &SourceFile,
        extension: &str,
        text: &str,
        tokens: &[lex::Token<'_>],
    ) -> Option<Code> {
        let names = &self.knowledge.frameworks.routes;
        let tells =
            extension == "sql" || tables::may_name(tokens) || routes::may_declare(names, tokens);
        if !tells {
            return None;
        }
        let uses = uses::uses(tokens);
        Some(Code {
            tables: tables::scan(extension, text, tokens, &uses),
            routes: routes::declared(names, &file.path, &uses),
            ..Code::default()
        })
    }
}

/// Looks for all of these at once; of two that start together the longer one counts.
fn longest<'w>(words: impl Iterator<Item = &'w str>) -> Option<AhoCorasick> {
    let longest = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(words);
    longest.ok()
}

impl Code {
    /// What counts of a file that no link can touch.
    pub(super) fn alone(self: Box<Self>) -> Box<Self> {
        Box::new(Self {
            tables: self.tables,
            routes: self.routes,
            ..Self::default()
        })
    }

    /// Runs every reader of code signs over the same tokens. Uses come first, since most of the
    /// others go by them.
    fn read(
        &mut self,
        knowledge: &Knowledge,
        file: &SourceFile,
        text: &str,
        tokens: &[lex::Token<'_>],
    ) {
        let extension = extension(tail(&file.path));
        self.uses = uses::uses(tokens);
        self.tables = tables::scan(extension, text, tokens, &self.uses);
        self.saves = tables::saves(&knowledge.datastores, tokens);
        self.contracts = contracts::scan(tokens);
        kitex::scan(tokens, &mut self.contracts);
        let definitions = functions::definitions(tokens);
        self.functions = functions::functions(&knowledge.clients, tokens, &definitions);
        self.passed = functions::passed(&definitions, &self.uses);
        self.wrapped = wrapped::wrapped(tokens, &definitions, &self.uses);
        self.events = events::events(&knowledge.messaging, tokens);
        self.channels = channels::channels(tokens);
        self.readers = readers::scan(tokens);
        self.labels = discovered::labels(tokens);
        self.routes = routes::declared(&knowledge.frameworks.routes, &file.path, &self.uses);
        self.tasks = tasks::tasks(&knowledge.messaging, tokens);
        if extension == "cs" {
            self.hosted = hosting::hosted(&knowledge.datastores, tokens);
        }
    }
}

/// The part behind the last dot; empty without one.
fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}
