//! Configuration files as flat lists of keys and values, with places.
//!
//! In: the name and text of a file. Out: [`Entry`] lists in written order.
//! Invariant: comments never become settings.
//! Never: resolves variables.

pub use crate::model::is_settings;

pub use super::entry::Entry;
use super::json;
use super::yaml::{self, Item, Node};
use crate::model::Position;

/// The settings of a file; what cannot be read is left out.
#[must_use]
pub fn read(name: &str, text: &str) -> Vec<Entry> {
    if name.ends_with(".json") {
        json::entries(text)
    } else if name.ends_with(".yml") || name.ends_with(".yaml") {
        yaml::read(text)
            .documents
            .iter()
            .flat_map(|item| flatten("", item))
            .collect()
    } else {
        let environment = name.starts_with(".env") || name.ends_with(".env");
        lines(text, environment)
    }
}

/// The scalars below `item`, keyed by their path.
#[must_use]
pub fn flatten(prefix: &str, item: &Item) -> Vec<Entry> {
    let mut stack = vec![(prefix.to_owned(), item)];
    let mut found = Vec::new();
    while let Some((path, item)) = stack.pop() {
        match &item.node {
            Node::Text(value) => found.push(Entry {
                key: path,
                value: value.clone(),
                at: item.at,
            }),
            Node::List(list) => {
                let child = |(index, item)| (format!("{path}[{index}]"), item);
                stack.extend(list.iter().enumerate().map(child).rev());
            }
            Node::Map(_) => {
                let entries: Vec<_> = item
                    .entries()
                    .map(|(key, item)| (join(&path, key), item))
                    .collect();
                stack.extend(entries.into_iter().rev());
            }
        }
    }
    found
}

/// A key behind its path: `server` and `port` make `server.port`.
fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// `key=value`, `key: value` and `[section]` lines.
fn lines(text: &str, environment: bool) -> Vec<Entry> {
    let mut section = String::new();
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', '!', ';']) {
            continue;
        }
        if let Some(name) = trimmed
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = name.trim_matches(['[', ']', ' ', '"']).to_owned();
            continue;
        }
        // A shell ends the value at a blank and a hash, unless it is quoted.
        let end = line
            .find(" #")
            .filter(|_| environment && !line.contains(['"', '\'']));
        found.extend(entry(
            &section,
            line.get(..end.unwrap_or(line.len())).unwrap_or(line),
            index,
        ));
    }
    found
}

/// The setting of one line: `export KEY="value"`, `key: value`. `None` without a separator, or
/// where the key holds a blank, which prose does.
fn entry(section: &str, line: &str, index: usize) -> Option<Entry> {
    let start = line.len() - line.trim_start().len();
    let body = line.trim().strip_prefix("export ").unwrap_or(line.trim());
    let split = body.find(['=', ':'])?;
    let (key, rest) = body.split_at(split);
    let key = key.trim().trim_matches('"');
    if key.is_empty() || key.contains(char::is_whitespace) {
        return None;
    }
    let value = rest.get(1..)?.trim().trim_matches(['"', '\'']);
    let position = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
    let at = Position::new(position(index), position(start));
    Some(Entry {
        key: join(section, key),
        value: value.to_owned(),
        at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(name: &str, text: &str) -> Vec<String> {
        read(name, text)
            .iter()
            .map(|e| format!("{}={}@{}", e.key, e.value, e.at.line))
            .collect()
    }

    #[test]
    fn reads_properties_environment_and_yaml() {
        let properties = "# url=http://old\nspring.datasource.url = jdbc:x://db/a\nb: c\n";
        assert_eq!(
            pairs("a.properties", properties),
            ["spring.datasource.url=jdbc:x://db/a@2", "b=c@3"]
        );
        assert_eq!(pairs(".env", "export A=\"x y\"\n"), ["A=x y@1"]);
        assert_eq!(
            pairs("a.yml", "a:\n  b: [1, 2]\n  #c: 3\n"),
            ["a.b[0]=1@2", "a.b[1]=2@2"]
        );
        assert_eq!(pairs("a.json", "{\"A\": {\"B\": \"h:1\"}}"), ["A.B=h:1@1"]);
        assert_eq!(pairs("a.toml", "[db]\nurl = \"h\"\n"), ["db.url=h@2"]);
    }
}
