//! The configuration file, `seamline.toml`.
//!
//! In: TOML text. Out: [`Config`].
//! Invariant: an unknown key is an error with its line and a suggestion.
//! Never: a default that contradicts the command line.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::nearest::nearest;
use super::traces::Traces;
use super::{policy, simulate};
use crate::boundaries;
use crate::discover::{self, DeclaredService};
use crate::gate::Policy;
use crate::knowledge::{self, Knowledge};
use crate::model::Role;
use crate::simulate::Assumptions;
use crate::source::lines::position_in;
use crate::source::named;

/// Name of the configuration file.
pub const FILE_NAME: &str = "seamline.toml";

/// Everything that the configuration file can say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Config {
    /// Globs of files to leave out.
    pub exclude: Vec<String>,
    /// Globs of files that are tests.
    pub tests: Vec<String>,
    /// How far back the history counts: `12 months`, `2025-01-31`, `all`.
    pub since: Option<String>,
    /// Recorded traces, relative to the file, and how they are read.
    pub traces: Traces,
    /// Services where discovery is wrong.
    pub services: Vec<ServiceEntry>,
    /// What proposals of boundaries keep to.
    pub boundaries: BoundariesEntry,
    /// Rows to add to what is known of images, frameworks, folders and words.
    pub knowledge: knowledge::Tables,
    /// Bounds of metrics.
    limits: Vec<Spanned<policy::LimitEntry>>,
    /// Dependencies that must not be.
    forbid: Vec<Spanned<policy::ForbidEntry>>,
    /// Code that must not grow.
    freeze: Vec<Spanned<policy::FreezeEntry>>,
    /// Dependencies that may be although they are forbidden.
    allow: Vec<Spanned<policy::AllowEntry>>,
    /// Findings that may stay until a day.
    exceptions: Vec<Spanned<policy::ExceptionEntry>>,
    /// Who may depend on whom.
    layers: Option<policy::LayersEntry>,
    /// Findings that the gate does not tolerate.
    gate: Option<policy::GateEntry>,
    /// Costs of a call, weights of the distributed-monolith score.
    simulate: Option<Spanned<simulate::SimulateEntry>>,
    /// What simulations assume, checked.
    #[serde(skip)]
    pub assumptions: Assumptions,
    /// What the gate judges by, checked.
    #[serde(skip)]
    pub policy: Policy,
}

/// A `[[services]]` entry.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServiceEntry {
    /// Its name.
    pub name: String,
    /// Globs of what belongs to it.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Other names of it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What it is for.
    pub role: Option<Role>,
}

/// The `[boundaries]` table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct BoundariesEntry {
    /// Cuts to keep at the top of every list.
    pub pinned: Vec<CutEntry>,
    /// Cuts never to propose again.
    pub rejected: Vec<CutEntry>,
    /// Words that name a layer or a technique here, and no domain.
    pub layer_words: Vec<String>,
}

/// A `[[boundaries.pinned]]` or `[[boundaries.rejected]]` entry.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", try_from = "CutTable")]
pub struct CutEntry {
    /// What to call it.
    pub name: String,
    /// Files and folders to cut out, relative to the analysed folder.
    pub paths: Vec<String>,
    /// Two services to merge.
    pub merge: Vec<String>,
}

/// The same as the file has it: either of the two.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CutTable {
    name: String,
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default)]
    merge: Vec<String>,
}

impl TryFrom<CutTable> for CutEntry {
    type Error = &'static str;

    /// Either the files of a cut or exactly two services to merge.
    fn try_from(CutTable { name, paths, merge }: CutTable) -> Result<Self, Self::Error> {
        if paths.is_empty() == merge.is_empty() || merge.len() == 1 || merge.len() > 2 {
            return Err("give the `paths` of a cut, or the two services of a `merge`");
        }
        Ok(Self { name, paths, merge })
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration `{path}`: {error}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The text is no valid configuration.
    #[error("{path}:{line}: {message}{hint}")]
    Invalid {
        /// The file.
        path: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
        /// What may be meant.
        hint: String,
    },
}

impl Config {
    /// Reads a configuration text; `path` is for messages only.
    ///
    /// # Errors
    /// The text is no TOML, has an unknown key or a value of the wrong type.
    pub fn parse(text: &str, path: &str) -> Result<Self, ConfigError> {
        let line = |start: usize| position_in(text, start).line as usize;
        let invalid = |start: usize, message: String, hint: String| ConfigError::Invalid {
            path: path.to_owned(),
            line: line(start),
            message,
            hint,
        };
        let mut config: Self = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let hint = brackets(text, start, error.message());
            let hint = hint.unwrap_or_else(|| suggestion(error.message()));
            invalid(start, error.message().to_owned(), hint)
        })?;
        let tables = policy::Tables {
            limits: &config.limits,
            forbid: &config.forbid,
            freeze: &config.freeze,
            allow: &config.allow,
            exceptions: &config.exceptions,
            layers: config.layers.as_ref(),
            gate: config.gate.as_ref(),
        };
        let policy = policy::policy(&tables, &line);
        config.policy = policy.map_err(|fault| invalid(fault.start, fault.message, fault.hint))?;
        if let Some(entry) = &config.simulate {
            let checked = entry.get_ref().assumptions();
            config.assumptions =
                checked.map_err(|fault| invalid(entry.span().start, fault, String::new()))?;
        }
        Ok(config)
    }

    /// The configuration nearest to `dir`: searched upwards to `top`.
    ///
    /// # Errors
    /// A file was found, but cannot be used.
    pub fn find(dir: &Path, top: &Path) -> Result<Option<(PathBuf, Self)>, ConfigError> {
        let folders = dir.ancestors().take_while(|folder| folder.starts_with(top));
        let found = folders
            .map(|folder| folder.join(FILE_NAME))
            .find(|file| file.symlink_metadata().is_ok());
        found
            .map(|file| {
                let text = named::brought_along(&file, named::MAX_TEXT);
                Self::read(&file, text).map(|config| (file, config))
            })
            .transpose()
    }

    /// Reads the configuration file that the user names.
    ///
    /// # Errors
    /// The file cannot be read or used.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        Self::read(path, named::given_text(path))
    }

    /// Parses what was read; a file that could not be read is an error that names it.
    fn read(path: &Path, text: std::io::Result<String>) -> Result<Self, ConfigError> {
        let path = path.display().to_string();
        match text {
            Ok(text) => Self::parse(&text, &path),
            Err(error) => Err(ConfigError::Unreadable { path, error }),
        }
    }

    /// What discovery needs of it.
    #[must_use]
    pub fn discover(&self) -> discover::Options {
        let declared = |entry: &ServiceEntry| DeclaredService {
            name: entry.name.clone(),
            paths: entry.paths.clone(),
            aliases: entry.aliases.clone(),
            role: entry.role,
        };
        discover::Options {
            exclude: self.exclude.clone(),
            tests: self.tests.clone(),
            services: self.services.iter().map(declared).collect(),
            knowledge: Knowledge::with(self.knowledge.clone()),
        }
    }

    /// `wanted` with what proposals of boundaries keep to.
    #[must_use]
    pub fn boundaries(&self, wanted: boundaries::Options) -> boundaries::Options {
        let named = |entry: &CutEntry| boundaries::Named {
            name: entry.name.clone(),
            paths: entry.paths.clone(),
            services: entry.merge.clone(),
        };
        boundaries::Options {
            pinned: self.boundaries.pinned.iter().map(named).collect(),
            rejected: self.boundaries.rejected.iter().map(named).collect(),
            layer_words: self.boundaries.layer_words.clone(),
            ..wanted
        }
    }
}

/// For a value of the wrong type below `[[layers]]` or `[services]`: how the table is written.
fn brackets(text: &str, start: usize, message: &str) -> Option<String> {
    if !message.starts_with("invalid type") {
        return None;
    }
    let end = text
        .get(start..)?
        .find('\n')
        .map_or(text.len(), |at| start + at);
    let mut headers = text.get(..end)?.lines().rev().map(str::trim);
    let header = headers.find(|line| line.starts_with('['))?;
    let name = header.trim_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    let lists = [
        "services",
        "limits",
        "forbid",
        "freeze",
        "allow",
        "exceptions",
    ];
    let wanted = if lists.contains(&name) {
        format!("[[{name}]]")
    } else {
        format!("[{name}]")
    };
    (!header.starts_with(&wanted)).then(|| format!("; write `{wanted}`"))
}

/// For a message such as “unknown field x, expected one of a, b”: the expected name nearest to `x`.
fn suggestion(message: &str) -> String {
    let mut names = message.split('`').skip(1).step_by(2);
    let (Some(wrong), true) = (names.next(), message.starts_with("unknown field")) else {
        return String::new();
    };
    nearest(wrong, names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{RuleId, Severity};

    #[test]
    fn an_unknown_key_is_an_error_with_line_and_suggestion() {
        let error = Config::parse("exclude = []\nservcies = []\n", "seamline.toml")
            .expect_err("unknown key");
        let text = error.to_string();
        assert!(
            text.starts_with("seamline.toml:2: unknown field `servcies`"),
            "{text}"
        );
        assert!(text.ends_with("did you mean `services`?"), "{text}");
    }

    #[test]
    fn the_nearest_name_is_one_typed_wrong_or_in_part() {
        let known = ["propagation_cost", "import-cycle", "service-cycle", "pc"];
        let hint = |wrong: &str| nearest(wrong, known.into_iter());
        for (wrong, meant) in [
            ("propagaton_cost", "propagation_cost"),
            ("propagation", "propagation_cost"),
            ("Service-Cycle", "service-cycle"),
            ("services-cycles", "service-cycle"),
            ("import cycle", "import-cycle"),
        ] {
            assert!(
                hint(wrong).contains(&format!("`{meant}`")),
                "{wrong}: {}",
                hint(wrong)
            );
        }
        assert_eq!(hint("hotspots-of-mine"), "");
    }

    #[test]
    fn services_are_declared_with_aliases() {
        let text = "[[services]]\nname = \"billing\"\npaths = [\"b/**\"]\naliases = [\"ms-billing\"]\nrole = \"business\"";
        let options = Config::parse(text, "x")
            .expect("a configuration")
            .discover();
        assert_eq!(options.services[0].aliases, ["ms-billing"]);
        assert_eq!(options.services[0].role, Some(Role::Business));
    }

    #[test]
    fn rows_of_knowledge_have_the_shape_of_the_tables() {
        let text = "[knowledge]\nimages.datastores = [\"chroma\"]\n\
                    [knowledge.frameworks.server]\nacme = [\"com.acme.web\"]";
        let options = Config::parse(text, "x")
            .expect("a configuration")
            .discover();
        let images = &options.knowledge.images;
        assert!(images.datastores.has("chroma") && images.datastores.has("redis"));
        assert!(options.knowledge.frameworks.server["acme"].has("com.acme.web"));
        let unknown = fault("[knowledge.images]\n\ndatastore = [\"chroma\"]");
        assert!(unknown.starts_with("x:3: unknown field"), "{unknown}");
        assert!(unknown.ends_with("did you mean `datastores`?"), "{unknown}");
        let capital = fault("[knowledge]\nimages.datastores = [\n\"Chroma\"]");
        assert_eq!(
            capital,
            "x:2: `Chroma` would never be found: write it in small letters"
        );
    }

    #[test]
    fn simulations_take_their_costs_and_weights_from_the_file() {
        let text = "[simulate]\nhop-ms = 2.5\nweights = { cycle = 0.2, lockstep = 0.25 }\n";
        let found = Config::parse(text, "x")
            .expect("a configuration")
            .assumptions;
        assert!((found.hop_ms - 2.5).abs() < 1e-9 && (found.weights.lockstep - 0.25).abs() < 1e-9);
        assert!(
            (found.availability - 0.999).abs() < 1e-9,
            "the rest keeps its default"
        );
        assert!(fault("[simulate]\nweights = { cycle = 0.5 }").contains("add up to 1.25"));
        assert!(fault("[simulate]\navailability = 99.9").contains("0 to 1"));
    }

    #[test]
    fn cuts_are_pinned_and_rejected_by_name() {
        let text = "[[boundaries.pinned]]\nname = \"billing\"\npaths = [\"src/billing\"]\n\
                    [[boundaries.rejected]]\nname = \"old\"\npaths = [\"src/old\", \"src/x.rs\"]\n\
                    [boundaries]\nlayer-words = [\"Gateways\"]";
        let options = Config::parse(text, "x")
            .expect("a configuration")
            .boundaries(boundaries::Options::default());
        assert_eq!(options.pinned[0].name, "billing");
        assert_eq!(options.layer_words, ["Gateways"]);
        assert_eq!(options.rejected[0].paths, ["src/old", "src/x.rs"]);
    }

    #[test]
    fn merges_are_pinned_and_rejected_by_their_two_services() {
        let entry = |rest: &str| format!("[[boundaries.rejected]]\nname = \"x\"\n{rest}");
        let options = Config::parse(&entry("merge = [\"a\", \"b\"]"), "x")
            .expect("a configuration")
            .boundaries(boundaries::Options::default());
        assert_eq!(options.rejected[0].services, ["a", "b"]);
        for wrong in [
            "merge = [\"a\"]",
            "",
            "paths = [\"p\"]\nmerge = [\"a\", \"b\"]",
        ] {
            assert!(
                fault(&entry(wrong)).contains("two services of a `merge`"),
                "{wrong}"
            );
        }
    }

    fn fault(text: &str) -> String {
        Config::parse(text, "x").expect_err("a fault").to_string()
    }

    #[test]
    fn a_table_with_the_wrong_brackets_is_told() {
        let list = fault("[services]\nname = \"a\"");
        assert!(list.ends_with("; write `[[services]]`"), "{list}");
        let one = fault("\n[[layers]]\norder = [[\"a\"]]");
        assert!(
            one.starts_with("x:2: ") && one.ends_with("; write `[layers]`"),
            "{one}"
        );
        assert!(!fault("[gate]\ndeny = 1").contains("write"));
    }

    #[test]
    fn a_policy_is_read_with_its_lines() {
        let text = "[[limits]]\nmetric = \"propagation_cost\"\nlevel = \"module\"\nmax = 0.4\n\
                    [[forbid]]\nfrom = \"domain/**\"\nto = \"web/**\"\nreason = \"r\"\n\
                    [layers]\norder = [[\"cli\"], [\"report\", \"gate\"]]\nexhaustive = true\nmay.cli = [\"gate\"]\n\
                    [gate]\ndeny = [\"service-cycle\"]\ndeny-new = [\"import-cycle\"]\nmin-coverage = { resolved = 0.85 }\n";
        let policy = Config::parse(text, "x").expect("a configuration").policy;
        assert_eq!((policy.limits[0].line, policy.forbid[0].line), (2, 6));
        let layers = policy.layers.expect("layers");
        assert_eq!(
            (layers.order.len(), layers.may["cli"].as_slice()),
            (2, &["gate".to_owned()][..])
        );
        assert_eq!(
            (
                policy.deny.len(),
                policy.deny_new.len(),
                policy.min_coverage.len()
            ),
            (1, 1, 1)
        );
    }

    #[test]
    fn exceptions_severities_and_kinds_are_read_and_checked() {
        let entry = |expires: &str| {
            format!(
                "[[exceptions]]\nrule = \"hub\"\nreason = \"r\"\nticket = \"A-1\"\nexpires = {expires}\n"
            )
        };
        for day in ["2026-12-31", "\"2026-12-31\""] {
            let policy = Config::parse(&entry(day), "x").expect("a day").policy;
            assert_eq!(policy.exceptions[0].expires, "2026-12-31");
        }
        for wrong in [
            "\"soon\"",
            "2026-12-31T10:00:00Z",
            "\"2026-13-31\"",
            "20261231",
        ] {
            let text = fault(&entry(wrong));
            assert!(
                text.starts_with("x:5: ") && text.contains("is no day"),
                "{text}"
            );
        }
        let severity = |rest: &str| format!("[gate]\nseverity = {{ hub = \"{rest}\" }}\n");
        let policy = Config::parse(&severity("warning"), "x")
            .expect("one")
            .policy;
        assert_eq!(policy.severity[&RuleId::Hub], Severity::Warning);
        let policy = Config::parse(&severity("error"), "x").expect("one").policy;
        assert!(policy.deny.contains(&RuleId::Hub));
        assert!(fault(&severity("warn")).ends_with("did you mean `warning`?"));
        let twice = format!("{}deny = [\"hub\"]", severity("note"));
        assert!(fault(&twice).contains("what is denied is an error"));
        let forbid =
            |kind: &str| format!("[[forbid]]\nfrom = \"a\"\nto = \"b\"\nkinds = [\"{kind}\"]");
        let policy = Config::parse(&forbid("grpc"), "x").expect("a kind").policy;
        assert_eq!(policy.forbid[0].kinds.len(), 1);
        assert!(fault(&forbid("htpp")).ends_with("did you mean `http`?"));
    }

    #[test]
    fn faults_of_a_policy_have_a_line_and_a_suggestion() {
        let limit =
            |rest: &str| format!("[[limits]]\nmetric = \"ccd\"\nlevel = \"module\"\n{rest}");
        assert_eq!(
            fault("\n[gate]\ndeny = [\n\"import-cycel\"]"),
            "x:4: unknown rule `import-cycel`; did you mean `import-cycle`?"
        );
        assert_eq!(
            fault("[[limits]]\nmetric = \"cdc\"\nlevel = \"module\"\nmax = 1"),
            "x:2: unknown metric `cdc`; did you mean `acd`?"
        );
        assert!(fault(&limit("")).contains("needs `max`, `min` or `ratchet`"));
        assert!(fault(&limit("min = 2\nmax = 1")).contains("nothing can pass"));
        assert!(fault("[[forbid]]\nfrom = \"a[\"\nto = \"b\"").starts_with("x:2: `a[` is no glob"));
        assert!(fault("[layers]\norder = [[\"a\"], [\"a\"]]").contains("two places"));
        assert!(
            fault("[layers]\norder = [[\"model\"]]\nmay.modle = []")
                .ends_with("did you mean `model`?")
        );
        assert!(
            fault("[gate]\ndeny = [\"hub\"]\nallow = [\"hub\"]").contains("denied and allowed")
        );
        assert!(fault("[gate]\nmin-coverage = { resolved = 85 }").contains("0 to 1"));
        assert!(fault("[gate]\ndeny_new = []").ends_with("did you mean `deny-new`?"));
    }
}
