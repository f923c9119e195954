//! Findings that are accepted for now, in a file that people review.
//!
//! In: text of a baseline file. Out: [`Baseline`]; and back.
//! Invariant: one sorted line per key, a key being a rule and a canonical subject.
//! The file at the top may name folders with files of the same kind; their lines count like its own.
//! Never: a line number, a count or a date; grows without being asked to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::verdict::{Ratchet, Verdict, Violation};
use crate::model::RuleId;

/// The first line of every baseline file.
const HEADER: &str =
    "# seamline baseline 1: findings accepted for now; only `seamline baseline` writes this file";

/// What stands before a folder with a file of its own.
const INCLUDE: &str = "include ";

/// The accepted keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Baseline {
    /// With the value that a ratchet keeps.
    keys: BTreeMap<String, Option<f64>>,
    /// The folders that hold files of their own.
    folders: BTreeSet<String>,
    /// The folder of each key that does not stand in the file at the top.
    homes: BTreeMap<String, String>,
}

/// A file that is no baseline.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaselineError {
    /// Written by a later version.
    #[error("line 1: baseline version {0} is not known; update seamline")]
    Version(String),
    /// Not a rule and a subject.
    #[error("line {line} is no finding; a line is a rule and what it is about")]
    Line {
        /// The line, from 1.
        line: usize,
    },
    /// A folder that may lie anywhere.
    #[error("line {line} includes a folder that is not below the one of this file")]
    Folder {
        /// The line, from 1.
        line: usize,
    },
}

impl Baseline {
    /// Reads a baseline file.
    ///
    /// # Errors
    /// A line is no finding, or the file has another version.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let mut read = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim_end();
            if let Some(rest) = line.strip_prefix("# seamline baseline ") {
                let version = rest.split(':').next().unwrap_or(rest);
                if version != "1" {
                    return Err(BaselineError::Version(version.to_owned()));
                }
            } else if let Some(folder) = line.strip_prefix(INCLUDE) {
                if !is_below(folder) {
                    return Err(BaselineError::Folder { line: number });
                }
                read.folders.insert(unescape(folder));
            } else if !line.is_empty() && !line.starts_with('#') {
                let (rule, subject) = line.split_once(' ').unwrap_or((line, ""));
                let is_rule = rule
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
                if subject.is_empty() || !is_rule {
                    return Err(BaselineError::Line { line: number });
                }
                let (key, value) = valued(line);
                read.keys.insert(unescape(key), value);
            }
        }
        Ok(read)
    }

    /// The folders, from the one of this file, that hold further files of the baseline.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.folders.iter().map(String::as_str)
    }

    /// Adds the lines of the file in `folder`.
    pub fn join(&mut self, folder: &str, file: Self) {
        let homes = file.keys.keys().map(|key| (key.clone(), folder.to_owned()));
        self.homes.extend(homes);
        self.keys.extend(file.keys);
    }

    /// The same lines, each in the folder that `home` tells, or in the file at the top.
    #[must_use]
    pub fn apart(self, home: impl Fn(&str) -> Option<String>) -> Self {
        let homes = self.keys.keys();
        let homes: BTreeMap<String, String> = homes
            .filter_map(|key| Some((key.clone(), home(key)?)))
            .collect();
        Self {
            keys: self.keys,
            folders: homes.values().cloned().collect(),
            homes,
        }
    }

    /// A baseline that accepts everything in `verdict` that can be accepted.
    #[must_use]
    pub fn create(verdict: &Verdict) -> Self {
        Self {
            keys: acceptable(verdict)
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
            ..Self::default()
        }
    }

    /// This baseline without the keys that `verdict` no longer needs; ratchets keep the better value.
    #[must_use]
    pub fn prune(&self, verdict: &Verdict) -> Self {
        let all = verdict.violations.iter().chain(&verdict.warnings);
        let all = all.chain(&verdict.known);
        let ratchets = all.filter_map(|it| Some((&it.fingerprint, it.ratchet?)));
        let today: BTreeMap<&String, Ratchet> = ratchets.collect();
        let better = |key: &String, kept: Option<f64>| match (today.get(key), kept) {
            (Some(today), Some(kept)) if today.is_worse_than(kept) => Some(kept),
            (Some(today), _) => Some(today.value),
            (None, kept) => kept,
        };
        let needed = self
            .keys
            .iter()
            .filter(|(key, _)| !verdict.stale.contains(key));
        Self {
            keys: needed
                .map(|(key, kept)| (key.clone(), better(key, *kept)))
                .collect(),
            folders: self.folders.clone(),
            homes: self.homes.clone(),
        }
    }

    /// This baseline with files by their names of today: a rename adds nothing.
    #[must_use]
    pub fn followed(&self, moved: &BTreeMap<Arc<str>, Arc<str>>) -> Self {
        if moved.is_empty() {
            return self.clone();
        }
        let named = |node: &str| {
            let today = node.strip_prefix("file:").and_then(|path| moved.get(path));
            today.map_or_else(|| node.to_owned(), |path| format!("file:{path}"))
        };
        let followed = |key: &String| {
            let (rule, subject) = key.split_once(' ').unwrap_or((key, ""));
            let nodes: Vec<String> = subject.split(" -> ").map(named).collect();
            format!("{rule} {}", nodes.join(" -> "))
        };
        let (keys, homes) = (self.keys.iter(), self.homes.iter());
        Self {
            keys: keys.map(|(key, value)| (followed(key), *value)).collect(),
            folders: self.folders.clone(),
            homes: homes
                .map(|(key, home)| (followed(key), home.clone()))
                .collect(),
        }
    }

    /// The accepted keys, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.keys().map(String::as_str)
    }

    /// Whether every key of `violation` is accepted, and no ratchet turns back.
    #[must_use]
    pub fn accepts(&self, violation: &Violation) -> bool {
        let accepted = |key: &String| {
            let kept = self.keys.get(key);
            kept.is_some_and(|kept| {
                let both = violation.ratchet.zip(*kept);
                both.is_none_or(|(today, kept)| !today.is_worse_than(kept))
            })
        };
        violation.keys.iter().all(accepted)
    }

    /// The text of each file by its folder; the one at the top has an empty name.
    #[must_use]
    pub fn texts(&self) -> BTreeMap<&str, String> {
        let mut texts: BTreeMap<&str, String> = self
            .folders()
            .chain([""])
            .map(|folder| (folder, format!("{HEADER}\n")))
            .collect();
        let mut add = |folder: &str, line: String| {
            if let Some(text) = texts.get_mut(folder) {
                text.push_str(&line);
                text.push('\n');
            }
        };
        for folder in &self.folders {
            add("", format!("{INCLUDE}{}", escape(folder)));
        }
        for (key, value) in &self.keys {
            let home = self.homes.get(key).map_or("", String::as_str);
            let value = value.map_or_else(String::new, |value| format!(" = {value}"));
            add(home, format!("{}{value}", escape(key)));
        }
        texts
    }
}

/// Whether a folder lies below the one of the file that names it.
fn is_below(folder: &str) -> bool {
    let mut parts = folder.split('/');
    parts.all(|part| !matches!(part, "" | "." | "..")) && !folder.contains(['\\', ':'])
}

/// Keys that a baseline may accept, with the values of ratchets: of open violations and of those
/// that are accepted already.
fn acceptable(verdict: &Verdict) -> impl Iterator<Item = (&str, Option<f64>)> {
    let all = verdict.violations.iter().chain(&verdict.known);
    let all = all.filter(|violation| violation.acceptable);
    all.flat_map(|violation| {
        let value = violation.ratchet.map(|ratchet| ratchet.value);
        violation.keys.iter().map(move |key| (key.as_str(), value))
    })
}

/// A line without the value of a ratchet, and the value.
fn valued(line: &str) -> (&str, Option<f64>) {
    let of_limit = line.starts_with(RuleId::LimitExceeded.name());
    let parts = line.rsplit_once(" = ").filter(|_| of_limit);
    match parts.and_then(|(key, value)| Some((key, value.parse().ok()?))) {
        Some((key, value)) => (key, Some(value)),
        None => (line, None),
    }
}

/// Names may hold anything, a line may not.
fn escape(key: &str) -> String {
    let mut line = String::with_capacity(key.len());
    for letter in key.chars() {
        if letter == '%' || letter.is_control() {
            line.push_str(&format!("%{:02X}", u32::from(letter)));
        } else {
            line.push(letter);
        }
    }
    line
}

/// Undoes `escape`. A percent sign without two hexadecimal digits stands for itself.
fn unescape(line: &str) -> String {
    let mut key = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('%') {
        key.push_str(before);
        let code = after
            .get(..2)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .and_then(char::from_u32);
        if let Some(letter) = code {
            key.push(letter);
            rest = after.get(2..).unwrap_or_default();
        } else {
            key.push('%');
            rest = after;
        }
    }
    key.push_str(rest);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_baseline_are_inverse() {
        let keys = [
            "import-cycle module:a -> module:b",
            "forbidden-edge file:50%\n.rs -> file:x y.rs",
        ];
        let baseline = Baseline {
            keys: keys.map(|key| (key.to_owned(), None)).into(),
            ..Baseline::default()
        };
        let text = baseline.texts().remove("").expect("the top");
        assert_eq!(
            text.lines().nth(1),
            Some("forbidden-edge file:50%25%0A.rs -> file:x y.rs")
        );
        assert_eq!(Baseline::parse(&text), Ok(baseline));
    }

    #[test]
    fn a_ratchet_keeps_its_value_and_never_turns_back() {
        let text = format!("{HEADER}\nlimit-exceeded propagation_cost@module system = 0.25\n");
        let baseline = Baseline::parse(&text).expect("a baseline");
        assert_eq!(baseline.texts()[""], text);
        let of = |value: f64| {
            let key = "limit-exceeded propagation_cost@module system".to_owned();
            Violation {
                keys: vec![key.clone()],
                fingerprint: key,
                ratchet: Some(Ratchet {
                    value,
                    is_max: true,
                }),
                ..Violation::new(RuleId::LimitExceeded, Vec::new())
            }
        };
        assert!(baseline.accepts(&of(0.2)) && baseline.accepts(&of(0.25)));
        assert!(!baseline.accepts(&of(0.26)));
    }

    #[test]
    fn files_beside_the_code_hold_each_line_once_and_the_top_names_them() {
        let keys = ["hub file:a/x.rs", "hub file:b/y.rs", "hub file:z.rs"];
        let whole = Baseline {
            keys: keys.map(|key| (key.to_owned(), None)).into(),
            ..Baseline::default()
        };
        let home = |key: &str| key.contains(":a/").then(|| "a".to_owned());
        let apart = whole.apart(home);
        let texts = apart.texts();
        assert_eq!(texts["a"], format!("{HEADER}\nhub file:a/x.rs\n"));
        let top = format!("{HEADER}\ninclude a\nhub file:b/y.rs\nhub file:z.rs\n");
        assert_eq!(texts[""], top);
        let mut read = Baseline::parse(&texts[""]).expect("a baseline");
        assert_eq!(read.folders().collect::<Vec<_>>(), ["a"]);
        read.join("a", Baseline::parse(&texts["a"]).expect("a baseline"));
        assert_eq!(read, apart);
        for outside in ["/etc", "../x", "a//b", "a/../../b", "C:x"] {
            let text = format!("include {outside}\n");
            assert_eq!(
                Baseline::parse(&text),
                Err(BaselineError::Folder { line: 1 })
            );
        }
    }

    #[test]
    fn faults_have_lines() {
        let bad = |line| Err(BaselineError::Line { line });
        assert_eq!(Baseline::parse("# x\n\nimport-cycle\n"), bad(3));
        assert_eq!(Baseline::parse("<<<<<<< HEAD\n"), bad(1));
        assert_eq!(
            Baseline::parse("# seamline baseline 2: x\n"),
            Err(BaselineError::Version("2".to_owned()))
        );
    }
}
