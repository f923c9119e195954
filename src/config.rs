//! The configuration file, `seamline.toml`.
//!
//! In: TOML text. Out: [`Config`].
//! Invariant: an unknown key is an error with its line and a suggestion.
//! Never: a default that contradicts the command line.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::discover::{self, DeclaredService};
use crate::model::Role;

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
    /// Recorded traces, relative to the file.
    pub traces: Vec<PathBuf>,
    /// Services where discovery is wrong.
    pub services: Vec<ServiceEntry>,
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
        toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| {
                text[..span.start.min(text.len())].lines().count().max(1)
            });
            let message = error.message().to_owned();
            let hint = suggestion(&message);
            ConfigError::Invalid {
                path: path.to_owned(),
                line,
                message,
                hint,
            }
        })
    }

    /// The configuration nearest to `dir`: searched upwards to `top`.
    ///
    /// # Errors
    /// A file was found, but cannot be used.
    pub fn find(dir: &Path, top: &Path) -> Result<Option<(PathBuf, Self)>, ConfigError> {
        let folders = dir.ancestors().take_while(|folder| folder.starts_with(top));
        let found = folders
            .map(|folder| folder.join(FILE_NAME))
            .find(|file| file.is_file());
        found
            .map(|file| Self::load(&file).map(|config| (file, config)))
            .transpose()
    }

    /// Reads the configuration file at `path`.
    ///
    /// # Errors
    /// The file cannot be read or used.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable {
            path: shown.clone(),
            error,
        })?;
        Self::parse(&text, &shown)
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
        }
    }
}

/// For `unknown field `x`, expected one of `a`, `b``: the expected name nearest to `x`.
fn suggestion(message: &str) -> String {
    let mut names = message.split('`').skip(1).step_by(2);
    let (Some(wrong), true) = (names.next(), message.starts_with("unknown field")) else {
        return String::new();
    };
    let nearest = names.map(|name| (distance(wrong, name), name)).min();
    let close = nearest.filter(|(distance, _)| *distance <= 1 + wrong.len() / 3);
    close.map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}

/// Levenshtein distance (1965): insertions, deletions and substitutions between two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, &cb) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(ca != cb);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn services_are_declared_with_aliases() {
        let text = "[[services]]\nname = \"billing\"\npaths = [\"b/**\"]\naliases = [\"ms-billing\"]\nrole = \"business\"";
        let options = Config::parse(text, "x")
            .expect("a configuration")
            .discover();
        assert_eq!(options.services[0].aliases, ["ms-billing"]);
        assert_eq!(options.services[0].role, Some(Role::Business));
    }
}
