//! What a template renders from a whole list or map of the values: variables, entry by entry.
//!
//! In: actions of a template, values of its chart. Out: a name that stands for all entries, and the entries.
//! Invariant: the name keeps the line of the loop; the place of an entry is that in the file of values.
//! Never: entries below the first level, which are no variables.

use std::collections::BTreeMap;

use crate::model::{Location, Setting};
use crate::source::settings::Entry;

/// How names start that stand for all entries of a part of the values.
pub(in crate::discover::services) const EACH: &str = "each~";

/// The open blocks of a template.
#[derive(Default)]
pub(super) struct Scopes(Vec<Scope>);

/// One block: what it loops over or narrows down to, and its variable for the key.
#[derive(Default)]
struct Scope {
    values: Option<String>,
    key: Option<String>,
}

impl Scopes {
    /// What an action renders, if that is a part of the values as a whole or a key of it.
    pub(super) fn rendered(
        &mut self,
        action: &str,
        values: &BTreeMap<String, String>,
    ) -> Option<String> {
        let action = action.trim_matches(['-', ' ']);
        let mut words = action.split_whitespace();
        match words.next()? {
            "range" | "with" => self.0.push(Scope::new(action)),
            "if" | "define" | "block" => self.0.push(Scope::default()),
            "end" => drop(self.0.pop()),
            "toYaml" => return self.whole(action, values),
            first => return self.key(first),
        }
        None
    }

    /// `$name` or `.name` in a loop: the key of each entry.
    fn key(&self, word: &str) -> Option<String> {
        let own = |scope: &&Scope| match &scope.key {
            Some(key) => key == word,
            None => word == ".name",
        };
        let scope = self.0.iter().rev().find(own)?;
        Some(format!("{EACH}{}", scope.values.as_ref()?))
    }

    /// `toYaml .Values.env | nindent 8`: all entries, as list or map.
    fn whole(&self, action: &str, values: &BTreeMap<String, String>) -> Option<String> {
        let word = action.split_whitespace().nth(1)?;
        let path = match word.trim_start_matches('$').strip_prefix(".Values.") {
            Some(path) => path,
            None if word == "." => self.0.last()?.values.as_deref()?,
            None => return None,
        };
        let indent = action.split("indent ").nth(1)?.split_whitespace().next()?;
        let blanks = " ".repeat(indent.parse().ok().filter(|blanks| *blanks < 100)?);
        let starts = |start: String| values.keys().any(|key| key.starts_with(&start));
        let below = format!("{path}.");
        let mut keys = values.keys().filter_map(|key| key.strip_prefix(&below));
        if starts(format!("{path}[0].name")) {
            return Some(format!("{blanks}- name: {EACH}{path}"));
        }
        keys.any(is_variable)
            .then(|| format!("{blanks}{EACH}{path}: all"))
    }
}

impl Scope {
    /// Of `range $key, $value := .Values.env`, `range .Values.env` and `with .Values.env`.
    fn new(action: &str) -> Self {
        let mut words = action.split([' ', ',']).filter(|word| !word.is_empty());
        let path = |word: &str| {
            let path = word
                .trim_start_matches(['$', '('])
                .strip_prefix(".Values.")?;
            Some(path.trim_end_matches(')').to_owned())
        };
        let values = words.clone().find_map(path);
        let key = words
            .nth(1)
            .filter(|word| word.starts_with('$') && !word.contains('.'));
        Self {
            values,
            key: key.map(str::to_owned),
        }
    }
}

/// Whether a key is spelt like a variable of the environment.
fn is_variable(key: &str) -> bool {
    key.bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// The entries that the names in a template stand for: `values.yaml` at `path`.
pub(in crate::discover::services) fn each(
    text: &str,
    path: &str,
    values: &[Entry],
) -> BTreeMap<String, Vec<Setting>> {
    let ends = |c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c));
    let names = text.split(EACH).skip(1);
    let names = names.filter_map(|rest| rest.split(ends).next());
    let entries = |name: &str| {
        let (below, listed) = (format!("{name}."), format!("{name}["));
        let setting = |key: &str, entry: &Entry| Setting {
            key: key.to_owned(),
            value: entry.value.clone(),
            location: Location::new(path, entry.at),
        };
        let of = |entry: &Entry| {
            if let Some(key) = entry.key.strip_prefix(&below) {
                return (!key.contains(['.', '['])).then(|| setting(key, entry));
            }
            let item = entry.key.strip_prefix(&listed)?.strip_suffix("].value")?;
            let name = format!("{listed}{item}].name");
            let named = values.iter().find(|other| other.key == name)?;
            Some(setting(&named.value, entry))
        };
        values.iter().filter_map(of).collect()
    };
    names
        .map(|name| (format!("{EACH}{name}"), entries(name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::plain;
    use super::*;
    use crate::source::settings;

    fn shown(template: &str, values: &str) -> Vec<String> {
        let entries = settings::read("values.yaml", values);
        let known = entries.iter().map(|e| (e.key.clone(), e.value.clone()));
        let text = plain(template, &known.collect());
        assert_eq!(
            text.lines().count(),
            template.lines().count(),
            "places stay"
        );
        let found = each(&text, "values.yaml", &entries);
        let of = |(name, settings): (&String, &Vec<Setting>)| {
            let one = |s: &Setting| format!("{name} {}={}@{}", s.key, s.value, s.location.at.line);
            settings.iter().map(one).collect::<Vec<_>>()
        };
        found.iter().flat_map(of).collect()
    }

    #[test]
    fn loops_and_whole_parts_stand_for_their_entries() {
        let values = "env:\n  URL: http://a\n  B: 1\n  deep:\n    c: 2\nlist:\n- name: X\n  value: http://x\n";
        let map = ["each~env URL=http://a@2", "each~env B=1@3"];
        let list = ["each~list X=http://x@8"];
        let loops = "env:\n{{- range $k, $v := .Values.env }}\n- name: {{ $k }}\n  value: {{ $v | quote }}\n{{- end }}\n";
        assert_eq!(shown(loops, values), map);
        let dotted = "{{- range .Values.list }}\n- name: {{ .name }}\n{{- end }}\n";
        assert_eq!(shown(dotted, values), list);
        assert_eq!(
            shown("env:\n{{- toYaml .Values.list | nindent 2 }}\n", values),
            list
        );
        let with = "{{- with .Values.env }}\ndata:\n  {{- toYaml . | nindent 2 }}\n{{- end }}\n";
        assert_eq!(shown(with, values), map);
        let other = "name: {{ .name }}\n{{- toYaml .Values.none | nindent 2 }}\n";
        assert!(shown(other, values).is_empty());
    }
}
