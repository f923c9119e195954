//! The compiler's configuration files: JSON with comments and trailing commas.
//!
//! In: `tsconfig*.json` and `jsconfig*.json`. Out: [`Config`]s, notifications.
//! Invariant: a configuration that cannot be used leaves a notification with its place.
//! Never: resolves a module path.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use super::conventions::{clean, split_package};
use super::flow::end_of;
use crate::model::{FileId, Notification, names};
use crate::source::Source;

/// One configuration as written, without what it inherits.
#[derive(Debug)]
pub(super) struct Config {
    /// Path of the file, from the analysed folder.
    pub(super) path: Arc<str>,
    /// What the file says, as JSON.
    value: Value,
}

impl Config {
    /// The folder that holds it.
    pub(super) fn dir(&self) -> &str {
        names::folder(&self.path)
    }

    /// A setting of `compilerOptions`.
    pub(super) fn option(&self, key: &str) -> Option<&Value> {
        self.value["compilerOptions"].get(key)
    }

    /// The same as text.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.option(key)?.as_str()
    }

    /// The configurations that it inherits from, as written.
    fn extends(&self) -> impl Iterator<Item = &str> {
        let written = &self.value["extends"];
        let many = written.as_array().into_iter().flatten();
        written
            .as_str()
            .into_iter()
            .chain(many.filter_map(Value::as_str))
    }

    /// The same without the bases and the referenced projects that nobody can read: as for the
    /// compiler, its own settings count all the same.
    ///
    /// `None` when the text can be read as it stands. `jsconfig.json` is rewritten as well, since
    /// `allowJs` must be said. Bases that start with a dot must lie in the tree; any other is a
    /// package, and stays if the tree has it.
    pub(super) fn without_missing(
        &self,
        files: &Files,
        is_package: impl Fn(&str) -> bool,
    ) -> Option<String> {
        let is_base = |base: &&str| {
            if base.starts_with('.') {
                !self.misses(files, base)
            } else {
                is_package(split_package(base).0)
            }
        };
        let bases: Vec<&str> = self.extends().filter(is_base).collect();
        let is_there = |reference: &&Value| {
            let path = reference["path"].as_str();
            path.is_some_and(|path| self.finds(files, path))
        };
        let references: Vec<&Value> = self.references().iter().filter(is_there).collect();
        let all = references.len() == self.references().len();
        if all && bases.len() == self.extends().count() && !self.is_for_javascript() {
            return None;
        }
        let mut value = self.value.clone();
        let settings = value.as_object_mut()?;
        if self.is_for_javascript() {
            let options = settings.entry("compilerOptions");
            let options = options.or_insert_with(|| Value::Object(Map::new()));
            let options = options.as_object_mut()?.entry("allowJs");
            options.or_insert(Value::Bool(true));
        }
        settings.insert("extends".to_owned(), Value::from(bases));
        let references = references.into_iter().cloned().collect();
        settings.insert("references".to_owned(), Value::Array(references));
        Some(value.to_string())
    }

    /// `jsconfig.json`: a `tsconfig.json` with `allowJs` on.
    fn is_for_javascript(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.starts_with("jsconfig")
    }

    /// Other projects that it builds upon, as written.
    fn references(&self) -> &[Value] {
        let written = self.value["references"].as_array();
        written.map_or(&[], Vec::as_slice)
    }

    /// Whether the base `written` should lie in the tree and does not.
    fn misses(&self, files: &Files, written: &str) -> bool {
        written.starts_with('.') && self.beside(written).is_some() && !self.finds(files, written)
    }

    /// Whether the configuration `written`, a file or its folder, lies in the tree.
    fn finds(&self, files: &Files, written: &str) -> bool {
        let at = self.beside(written);
        at.is_some_and(|path| {
            let path = path.trim_start_matches('/');
            let mut ends = ["", ".json", "/tsconfig.json"].iter();
            ends.any(|end| files.contains_key(format!("{path}{end}").as_str()))
        })
    }

    /// The path that `written` means from the folder of the configuration.
    fn beside(&self, written: &str) -> Option<String> {
        clean(&format!("{}/{written}", self.dir()))
    }
}

type Files = FxHashMap<Arc<str>, FileId>;

/// Reads every configuration of the tree.
///
/// In the order of their paths. A base that is missing is told once for each configuration
/// that names it.
pub(super) fn read(files: &Files, source: &Source) -> (Vec<Config>, Vec<Notification>) {
    let mut paths: Vec<&Arc<str>> = files.keys().filter(|path| is_config(path)).collect();
    paths.sort();
    let (mut configs, mut problems) = (Vec::new(), Vec::new());
    for path in paths {
        let value = source.text(path).and_then(|text| parse(path, &text));
        match value {
            Ok(value) => configs.push(Config {
                path: Arc::clone(path),
                value,
            }),
            Err(problem) => problems.push(problem),
        }
    }
    for config in &configs {
        let missing = config.extends().filter(|base| config.misses(files, base));
        problems.extend(missing.map(|base| missing_base(config, base, source)));
    }
    (configs, problems)
}

/// Whether a file is called like a configuration: `tsconfig.json`, `tsconfig.build.json`.
fn is_config(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    path.ends_with(".json") && (name.starts_with("tsconfig") || name.starts_with("jsconfig"))
}

/// The JSON value of a configuration; an empty file says nothing, which is no error.
fn parse(path: &Arc<str>, text: &str) -> Result<Value, Notification> {
    let plain = plain(text);
    if plain.trim().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&plain).map_err(|error| {
        let message = format!(
            "not read, so its `paths`, `baseUrl` and output folders do not count: {error}; \
             write valid JSON (comments and trailing commas may stay)"
        );
        let line = u32::try_from(error.line()).unwrap_or(u32::MAX);
        let problem = Notification::warning("bad-tsconfig", message);
        problem.at_line(line).in_file(Arc::clone(path))
    })
}

/// What a user is told of a base that is not in the tree; the line is that which names it.
fn missing_base(config: &Config, base: &str, source: &Source) -> Notification {
    let message = format!(
        "extends `{base}`, which is not among the analysed files, so what it inherits does not \
         count; analyse the folder that holds it, or build what generates it"
    );
    let problem = Notification::warning("missing-tsconfig-base", message);
    let text = source.text(&config.path).unwrap_or_default();
    let line = text.lines().position(|line| line.contains(base));
    let line = line.and_then(|line| u32::try_from(line + 1).ok());
    let problem = match line {
        Some(line) => problem.at_line(line),
        None => problem,
    };
    problem.in_file(Arc::clone(&config.path))
}

/// The same text as plain JSON: comments and trailing commas become spaces, lines stay.
///
/// A comma is trailing when only blanks and comments stand between it and a closing bracket.
/// Slashes inside of strings (`"https://…"`, `"src/*"`) start no comment.
fn plain(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut comma = None;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let next = match (byte, bytes.get(at + 1)) {
            (b'"', _) => end_of_string(bytes, at),
            (b'/', Some(b'/')) => end_of(bytes, at, b"\n").max(at + 2) - 1,
            (b'/', Some(b'*')) => end_of(bytes, at + 2, b"*/"),
            _ => at + 1,
        };
        match byte {
            b'/' => blank(&mut out, at, next),
            b',' => comma = Some(at),
            b']' | b'}' => comma
                .take()
                .into_iter()
                .for_each(|comma| blank(&mut out, comma, comma + 1)),
            _ if byte.is_ascii_whitespace() => {}
            _ => comma = None,
        }
        at = next.max(at + 1);
    }
    String::from_utf8(out).unwrap_or_default()
}

/// The offset behind the string at `start`, escapes skipped; a line end ends it, too.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && !matches!(bytes[at], b'"' | b'\n') {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

/// Overwrites a range with spaces; line ends stay.
fn blank(bytes: &mut [u8], start: usize, end: usize) {
    let end = end.min(bytes.len());
    for byte in &mut bytes[start..end] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_trailing_commas_are_blanked_in_place() {
        let text = "{ // a\n \"x\": \"/* no */ // no\", /* b\n */ \"y\": [1, 2, ],\n}";
        let plain = plain(text);
        assert_eq!(plain.len(), text.len());
        assert_eq!(plain.matches('\n').count(), 3);
        let value: Value = serde_json::from_str(&plain).expect("plain JSON");
        assert_eq!(value["x"], "/* no */ // no");
        assert_eq!(value["y"], serde_json::json!([1, 2]));
    }

    #[test]
    fn damaged_texts_end_all_the_same() {
        for text in [
            "/",
            "//",
            "/*",
            "\"",
            "\"\\",
            "{\"a\": \"b\n}",
            "é/*é",
            ",",
            "[,]",
            "{,/**/}",
        ] {
            assert_eq!(plain(text).len(), text.len(), "{text}");
        }
    }
}
