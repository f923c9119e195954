//! What one file says, whoever it belongs to: one file per kind of sign.
//!
//! In: a path and a text. Out: [`Signs`].
//! Invariant: a file is read alone; the same text gives the same signs wherever it lies.
//! Never: a service, another file, a conclusion; `evidence` draws those.
//!
//! Tokens come from one generic lexer. That `requests.get(f"http://{HOST}/x")` is a call with a
//! text in it can be told in any language without a grammar, so that a language without a parser
//! of its own gives the same signs.

pub(super) mod configuration;
pub(super) mod constants;
pub(super) mod contracts;
pub(super) mod events;
pub(super) mod functions;
pub(super) mod imports;
mod inline;
pub(super) mod labels;
pub(super) mod lex;
pub(super) mod proxy;
pub(super) mod quick;
pub(super) mod routes;
pub(super) mod sql;
pub(super) mod tables;
pub(super) mod uses;
pub(super) mod variables;

use crate::model::names::tail;
use crate::model::{FileRole, SourceFile};
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
}

/// What a file of code says.
#[derive(Default)]
pub(in crate::links) struct Code {
    pub(in crate::links) uses: Vec<Use>,
    pub(in crate::links) contracts: contracts::Contracts,
    pub(in crate::links) functions: Vec<functions::Function>,
    pub(in crate::links) tables: Vec<sql::Mention>,
    /// Whether it calls a mapper or driver that changes what is stored.
    pub(in crate::links) saves: bool,
    pub(in crate::links) events: events::Events,
    pub(in crate::links) constants: constants::Constants,
    pub(in crate::links) routes: Vec<routes::Route>,
}

/// What kind of file it is, by its name.
#[derive(Clone, Copy, Default)]
struct Kind {
    code: bool,
    settings: bool,
    script: bool,
    proxy: bool,
    catalogue: bool,
}

impl Kind {
    fn of(file: &SourceFile) -> Self {
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
            settings: configuration::holds_settings(&file.path) && file.bytes < MAX_SETTINGS,
            script: name.starts_with("Dockerfile") || matches!(extension(name), "sh" | "template"),
            proxy: proxy::is_proxy_file(&file.path),
            catalogue: file.role == FileRole::Source && name.starts_with("catalog-info"),
        }
    }

    const fn any(self) -> bool {
        self.code || self.settings || self.script || self.proxy || self.catalogue
    }
}

/// Whether the file may say something.
pub(super) fn may_tell(file: &SourceFile) -> bool {
    Kind::of(file).any()
}

/// All that the text of the file says.
pub(super) fn read(file: &SourceFile, text: &str, depth: Depth) -> Signs {
    let kind = Kind::of(file);
    let mut signs = Signs::default();
    if kind.proxy {
        signs.targets = proxy::targets(text);
    }
    if kind.catalogue {
        signs.catalogue = yaml::read(text).documents;
    }
    let name = tail(&file.path);
    if kind.code {
        read_code(file, text, depth, &mut signs);
    } else if kind.settings
        && !configuration::is_manifest(name, text)
        && !configuration::is_for_tests(name)
    {
        signs.settings = Some(settings::read(name, text));
        signs.words = variables::words(text);
    } else if kind.script {
        signs.words = variables::words(text);
    }
    signs
}

fn read_code(file: &SourceFile, text: &str, depth: Depth, signs: &mut Signs) {
    let extension = extension(tail(&file.path));
    let text = &*inline::without_tests(extension, text);
    signs.answers = imports::imported(extension, text).next().map(str::to_owned);
    if extension == "py" {
        signs.labels = labels::labels(text).map(str::to_owned).collect();
    }
    let generated = file.role == FileRole::Generated || configuration::says_generated(text);
    match depth {
        Depth::Alone if generated => {}
        Depth::Alone => signs.code = code_alone(file, extension, text).map(Box::new),
        Depth::Full => {
            let tokens = lex::tokens(extension, text);
            signs.words = variables::names(&tokens);
            let mut code = Code {
                constants: constants::scan(&tokens),
                ..Code::default()
            };
            if !generated {
                code.read(file, extension, text, &tokens);
                signs.words.extend(variables::mentioned(&code.uses));
            }
            signs.code = Some(Box::new(code));
        }
    }
}

/// Tables and routes; `None` when there are none.
fn code_alone(file: &SourceFile, extension: &str, text: &str) -> Option<Code> {
    let is_sql = extension == "sql";
    if !(is_sql || quick::may_tell(extension, text)) {
        return None;
    }
    let tokens = lex::tokens(extension, text);
    if !(is_sql || tables::may_name(&tokens) || routes::may_declare(&tokens)) {
        return None;
    }
    let uses = uses::uses(&tokens);
    Some(Code {
        tables: tables::scan(extension, text, &tokens, &uses),
        routes: routes::declared(&file.path, &uses),
        ..Code::default()
    })
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

    fn read(&mut self, file: &SourceFile, extension: &str, text: &str, tokens: &[lex::Token<'_>]) {
        self.uses = uses::uses(tokens);
        self.tables = tables::scan(extension, text, tokens, &self.uses);
        self.saves = tables::saves(tokens);
        self.contracts = contracts::scan(tokens);
        self.functions = functions::functions(tokens);
        self.events = events::events(tokens);
        self.routes = routes::declared(&file.path, &self.uses);
    }
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}
