//! Dockerfiles: a folder that builds a program.
//!
//! In: the text of a Dockerfile. Out: a candidate.
//! Invariant: only the last stage counts for image, ports and variables.
//! Never: runs or resolves build arguments.

use std::collections::BTreeMap;

use super::candidate::{Candidate, Origin};
use super::variables;
use crate::model::names;
use crate::model::{Location, Position, Setting};

/// Whether a file of this name is a Dockerfile.
pub(super) fn is_dockerfile(name: &str) -> bool {
    name == "Dockerfile"
        || name == "Containerfile"
        || name.starts_with("Dockerfile.")
        || name.ends_with(".Dockerfile")
}

/// The candidate that the Dockerfile at `path` stands for; `None` when it starts no program.
pub(super) fn read(packaging: &[Box<str>], path: &str, text: &str) -> Option<Candidate> {
    let dir = code_folder(packaging, names::folder(path));
    let mut found = Candidate::new(
        Origin::Dockerfile,
        names::tail(dir),
        Location::new(path, Position::new(1, 1)),
    );
    let mut starts = false;
    let mut arguments = Arguments::default();
    for (number, line) in instructions(text) {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((&line, ""));
        let rest = rest.trim();
        match word.to_ascii_uppercase().as_str() {
            "FROM" => {
                let image = rest
                    .split_whitespace()
                    .find(|word| !word.starts_with("--"))?;
                found.image = Some(image.to_owned());
                found.location.at.line = number;
                found.settings.clear();
                found.working_dir = None;
                found.command.clear();
                found.copies.clear();
            }
            "ARG" => arguments.add(rest, &[]),
            "COPY" | "ADD" => found.copies.extend(arguments.copied(rest)),
            "EXPOSE" => found.ports.extend(rest.split_whitespace().filter_map(port)),
            "ENV" => found.settings.extend(variables(path, rest, number)),
            "WORKDIR" => found.working_dir = Some(rest.to_owned()),
            "ENTRYPOINT" | "CMD" => {
                starts = true;
                found.command.push(rest.replace(['[', ']', '"', ','], " "));
                let words = rest.split(|c: char| c.is_whitespace() || "[],\"'".contains(c));
                found.programs.extend(
                    words
                        .filter(|w| !w.is_empty() && !w.starts_with('-'))
                        .map(str::to_owned),
                );
            }
            _ => {}
        }
    }
    let base = found.image.as_deref().map_or("", names::tail).to_owned();
    found.hints.insert(base);
    let starts = starts
        || found
            .image
            .as_deref()
            .is_some_and(|image| !image.contains("scratch"));
    starts.then(|| found.in_dir(dir))
}

/// Everything that a Dockerfile copies from its context, in all stages, with arguments put in: those that are given
/// before the defaults of the file. `ARG APP=orders`, then `COPY ./${APP}/src .` → `./orders/src`.
pub(super) fn sources(text: &str, given: &[(String, String)]) -> Vec<String> {
    let mut arguments = Arguments::default();
    let mut found = Vec::new();
    for (_, line) in instructions(text) {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((&line, ""));
        match word.to_ascii_uppercase().as_str() {
            "ARG" => arguments.add(rest, given),
            "COPY" | "ADD" if !rest.contains("--from=") => found.extend(arguments.copied(rest)),
            _ => {}
        }
    }
    found
}

/// Arguments of a build with their values.
#[derive(Default)]
struct Arguments(BTreeMap<String, String>);

impl Arguments {
    /// Notes what an `ARG` declares; one without a default keeps the value that it has from further up.
    fn add(&mut self, rest: &str, given: &[(String, String)]) {
        let (name, default) = rest.trim().split_once('=').unwrap_or((rest.trim(), ""));
        let own = given.iter().find(|(given, _)| given == name);
        let value = own.map_or(default.trim_matches(['"', '\'']), |(_, value)| value);
        if !value.is_empty() {
            let value = variables::expand(value, &self.0);
            self.0.insert(name.to_owned(), value);
        }
    }

    /// What an instruction copies, but for paths with arguments of which no value is known.
    fn copied(&self, rest: &str) -> Vec<String> {
        let named = copied(rest).into_iter();
        let named = named.filter(|word| self.are_known(word));
        named
            .map(|word| variables::expand(&word, &self.0))
            .collect()
    }

    /// Whether all arguments in a word have a value.
    fn are_known(&self, word: &str) -> bool {
        let mut named = word.split('$').skip(1).map(|rest| {
            let rest = rest.trim_start_matches('{');
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            &rest[..end.unwrap_or(rest.len())]
        });
        named.all(|name| self.0.contains_key(name))
    }
}

/// What an instruction copies: all but its options and where it goes.
fn copied(rest: &str) -> Vec<String> {
    let words = rest.split(|c: char| c.is_whitespace() || "[],\"".contains(c));
    let mut named: Vec<String> = words
        .filter(|word| !word.is_empty() && !word.starts_with("--"))
        .map(str::to_owned)
        .collect();
    named.pop();
    named
}

/// `orders` of `Dockerfile.orders.jvm` and `orders.Dockerfile`: what else a Dockerfile is called.
pub(super) fn suffix(name: &str) -> Option<&str> {
    let own = name
        .strip_prefix("Dockerfile.")
        .or_else(|| name.strip_suffix(".Dockerfile"))?;
    own.split('.').next()
}

/// The text up to the end of a stage, so that it is the last one.
pub(super) fn up_to<'t>(text: &'t str, stage: &str) -> &'t str {
    let mut at = 0;
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        let mut words = line.split_whitespace();
        if words
            .next()
            .is_some_and(|word| word.eq_ignore_ascii_case("FROM"))
        {
            if inside {
                return &text[..at];
            }
            inside = words.last() == Some(stage);
        }
        at += line.len();
    }
    text
}

/// The folder of a service, when `dir` is one of those inside that hold nothing but its packaging.
pub(super) fn code_folder<'d>(packaging: &[Box<str>], dir: &'d str) -> &'d str {
    packaging
        .iter()
        .find_map(|packaging| dir.strip_suffix(&**packaging))
        .unwrap_or(dir)
}

/// Instructions with their first line, continuation lines joined, comments left out.
fn instructions(text: &str) -> Vec<(u32, String)> {
    let mut found: Vec<(u32, String)> = Vec::new();
    let mut open = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let body = line.trim_end_matches('\\');
        match found.last_mut().filter(|_| open) {
            Some((_, joined)) => joined.push_str(&format!(" {body}")),
            None => found.push((
                u32::try_from(index + 1).unwrap_or(u32::MAX),
                body.to_owned(),
            )),
        }
        open = line.ends_with('\\');
    }
    found
}

/// `8080` of `8080/tcp`; `None` for a variable.
fn port(word: &str) -> Option<u16> {
    word.split('/').next()?.parse().ok()
}

/// Settings of an `ENV` line, in the old form `KEY some value` or as any number of `KEY=value`.
fn variables(path: &str, rest: &str, line: u32) -> Vec<Setting> {
    let location = Location::new(path, Position::new(line, 1));
    let setting = |key: &str, value: &str| Setting {
        key: key.to_owned(),
        value: value.trim_matches(['"', '\'']).to_owned(),
        location: location.clone(),
    };
    match rest.split_once(char::is_whitespace) {
        Some((key, value)) if !key.contains('=') => vec![setting(key, value.trim())],
        _ => rest
            .split_whitespace()
            .filter_map(|p| p.split_once('='))
            .map(|(k, v)| setting(k, v))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_ends_where_the_next_begins() {
        let text = "FROM a AS base\nCMD x\nFROM base AS test\nCMD y\n";
        assert_eq!(up_to(text, "base"), "FROM a AS base\nCMD x\n");
        assert_eq!((up_to(text, "test"), up_to(text, "none")), (text, text));
    }

    #[test]
    fn the_last_stage_counts() {
        let text = "FROM golang AS build\nENV A=1\n# CMD no\nFROM alpine:3\nENV PORT=80 \\\n  DB=db:1\nEXPOSE 80/tcp\nCMD [\"/app/orders\", \"-v\"]\n";
        let found = read(
            &["/docker".into()],
            "services/orders/docker/Dockerfile",
            text,
        )
        .expect("a candidate");
        assert_eq!(
            (found.name.as_str(), found.dir.as_deref()),
            ("orders", Some("services/orders"))
        );
        assert_eq!(found.image.as_deref(), Some("alpine:3"));
        assert_eq!(
            found
                .settings
                .iter()
                .map(|s| s.value.as_str())
                .collect::<Vec<_>>(),
            ["80", "db:1"]
        );
        assert_eq!(
            (found.ports.as_slice(), found.programs.as_slice()),
            (&[80][..], &["/app/orders".to_owned()][..])
        );
    }
}
