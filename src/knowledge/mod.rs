//! What is known of frameworks, folders and words, as tables: to teach the product something is to add a row.
//!
//! In: the tables beside this file, built in. Out: [`Words`], [`Folders`], [`Frameworks`].
//! Invariant: every table parses, and no row stands twice (tested).
//! Never: a rule; what a row means for a proposal or a link is decided where it is asked for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

/// Words of names that tell what kind of code a file holds, not what it is about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// `controller`, `repository`, `util`, …: the layers and the glue of any application, singular.
    pub layer: BTreeSet<String>,
}

/// Folders that hold no part of the program that could be cut out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folders {
    /// By what they hold, such as `migrations`: names of folders, in small letters.
    pub never: BTreeMap<String, BTreeSet<String>>,
    /// The same for folders at the top of a repository; deeper they may be what the program is about.
    pub top: BTreeMap<String, BTreeSet<String>>,
    /// Folders whose scripts run in a browser.
    pub browser: BTreeSet<String>,
}

/// Frameworks by what the code that uses them does.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frameworks {
    /// What code imports that answers requests: HTTP, GraphQL, RPC or messages.
    pub server: BTreeMap<String, BTreeSet<String>>,
    /// npm packages of pages in a browser.
    pub browser_packages: BTreeSet<String>,
    /// npm packages of programs that answer requests.
    pub server_packages: BTreeSet<String>,
    /// Names of files, without extension and in small letters, that start a program.
    pub entries: BTreeSet<String>,
    /// Extensions of files that hold pages or parts of them.
    pub browser_extensions: BTreeSet<String>,
}

fn table<T: for<'de> Deserialize<'de>>(name: &str, text: &str) -> T {
    // A table that does not parse is a fault of the build, found by the first test.
    toml::from_str(text).unwrap_or_else(|error| panic!("knowledge/{name}: {error}"))
}

/// The words.
pub static WORDS: LazyLock<Words> =
    LazyLock::new(|| table("words.toml", include_str!("words.toml")));
/// The folders.
pub static FOLDERS: LazyLock<Folders> =
    LazyLock::new(|| table("folders.toml", include_str!("folders.toml")));
/// The frameworks.
pub static FRAMEWORKS: LazyLock<Frameworks> =
    LazyLock::new(|| table("frameworks.toml", include_str!("frameworks.toml")));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_parse_and_hold_small_letters() {
        let small = |word: &String| word.to_lowercase() == *word;
        assert!(WORDS.layer.iter().all(small));
        assert!(FOLDERS.never.values().flatten().all(small));
        assert!(FOLDERS.top.values().flatten().all(small));
        assert!(!FRAMEWORKS.server.is_empty());
    }

    #[test]
    fn no_row_stands_twice() {
        let texts = [
            include_str!("words.toml"),
            include_str!("folders.toml"),
            include_str!("frameworks.toml"),
        ];
        for text in texts {
            let mut table = "";
            let mut rows: BTreeSet<(&str, &str)> = BTreeSet::new();
            for line in text.lines() {
                if let Some((key, _)) = line.split_once(" = [") {
                    table = key;
                }
                for word in line.split('"').skip(1).step_by(2) {
                    assert!(rows.insert((table, word)), "{word} stands twice in {table}");
                }
            }
        }
    }

    #[test]
    fn no_folder_is_of_two_kinds() {
        let mut seen = BTreeSet::new();
        for name in FOLDERS.never.values().chain(FOLDERS.top.values()).flatten() {
            assert!(seen.insert(name), "{name} is of two kinds");
        }
    }
}
