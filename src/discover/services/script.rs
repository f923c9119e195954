//! Shell scripts that build and start containers: `docker run`, `docker service create`, `docker build`, `dapr run`.
//!
//! In: the text of a script. Out: candidates.
//! Invariant: a script adds names, ports, labels and variables to a service; alone it makes none known.
//! Never: runs a script; follows a variable of one.

use std::collections::BTreeMap;

use super::candidate::{Candidate, Origin};
use crate::model::names::{self, folder, join};
use crate::model::{Location, Position, Setting};

/// Options of `docker run` and its kin that take no value.
const SWITCHES: [&str; 13] = [
    "-P",
    "-d",
    "-i",
    "-it",
    "-t",
    "-td",
    "-ti",
    "--detach",
    "--init",
    "--interactive",
    "--privileged",
    "--rm",
    "--tty",
];

/// Whether a file of this name may start containers.
pub(super) fn is_script(name: &str) -> bool {
    name == "Makefile"
        || [".sh", ".ps1", ".bat"]
            .iter()
            .any(|end| name.ends_with(end))
}

/// The containers that the script at `path` starts.
pub(super) fn read(path: &str, text: &str) -> Vec<Candidate> {
    if !(text.contains("docker") || text.contains("podman") || text.contains("dapr run")) {
        return Vec::new();
    }
    let mut built: BTreeMap<String, String> = BTreeMap::new();
    let mut found = Vec::new();
    for (line, command) in commands(text) {
        let at = Location::new(path, Position::new(line, 1));
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["docker" | "podman", "build", rest @ ..] => built.extend(build(path, rest)),
            ["docker" | "podman", "run", rest @ ..]
            | ["docker" | "podman", "container", "run", rest @ ..]
            | ["docker", "service", "create", rest @ ..] => found.extend(start(&at, rest)),
            ["dapr", "run", rest @ ..] => {
                let name = app_id(rest).map(|name| Candidate::new(Origin::Script, name, at));
                found.extend(name);
            }
            _ => {}
        }
    }
    // What a script at the top starts, or one that starts several programs, may lie anywhere.
    let own = folder(path);
    let alone = found.len() == 1 && text.contains("dapr run") && !own.is_empty();
    for candidate in &mut found {
        let image = candidate.image.as_deref().map(names::tail);
        let context = image.and_then(|image| built.get(image)).cloned();
        let context = context.filter(|dir| !dir.is_empty());
        candidate.dir = context.or_else(|| alone.then(|| own.to_owned()));
    }
    found
}

/// `--app-id orders` and `-app-id=orders`: the name under which Dapr makes a program known.
pub(super) fn app_id<W: AsRef<str>>(words: &[W]) -> Option<String> {
    let mut words = words.iter().map(AsRef::as_ref);
    let name = words.find_map(|word| {
        let flag = word.trim_start_matches('-').strip_prefix("app-id")?;
        Some(flag.strip_prefix('=').unwrap_or_default())
    })?;
    let name = if name.is_empty() { words.next()? } else { name };
    is_plain(name).then(|| name.to_owned())
}

/// Whether a word stands for itself: without variables, placeholders and patterns.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.contains(['$', '%', '{', '<', '*'])
}

/// The commands of a script with their first lines: continued lines are one, quotes hold blanks together.
fn commands(text: &str) -> Vec<(u32, Vec<String>)> {
    let mut found = Vec::new();
    let mut open: Option<(u32, String)> = None;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let goes_on = line.ends_with(['\\', '`']);
        let body = line.trim_end_matches(['\\', '`']);
        let (number, mut whole) = open
            .take()
            .unwrap_or_else(|| (u32::try_from(index + 1).unwrap_or(u32::MAX), String::new()));
        whole.push_str(body);
        whole.push(' ');
        if goes_on && whole.len() < 10_000 {
            open = Some((number, whole));
        } else if !whole.trim_start().starts_with('#') {
            let parts = whole.split([';', '|', '&']).map(words);
            let parts = parts.filter_map(from_command);
            found.extend(parts.map(|words| (number, words)));
        }
    }
    found
}

/// A command without what stands before it: `sudo`, `@` of a Makefile, assignments.
fn from_command(words: Vec<String>) -> Option<Vec<String>> {
    let known =
        |word: &&String| matches!(word.trim_start_matches('@'), "docker" | "podman" | "dapr");
    let start = words.iter().take(4).position(|word| known(&word))?;
    let mut words = words.into_iter().skip(start);
    let first = words.next()?.trim_start_matches('@').to_owned();
    Some(std::iter::once(first).chain(words).collect())
}

/// The words of a command line; blanks in quotes are part of a word. Nothing is escaped.
fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut word, mut quote) = (String::new(), None);
    for c in text.chars() {
        match quote {
            Some(end) if c == end => quote = None,
            None if matches!(c, '\'' | '"') => quote = Some(c),
            None if c.is_whitespace() => {
                found.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            }
            _ => word.push(c),
        }
    }
    found.extend((!word.is_empty()).then_some(word));
    found
}

/// The options of a command, each with its value, and the first word that is none.
fn options<'w>(words: &[&'w str]) -> (Vec<(&'w str, &'w str)>, Option<&'w str>) {
    let mut found = Vec::new();
    let mut rest = words.iter().copied();
    while let Some(word) = rest.next() {
        if !word.starts_with('-') {
            return (found, Some(word));
        }
        match word.split_once('=') {
            Some((key, value)) => found.push((key, value)),
            None if SWITCHES.contains(&word) => {}
            None => found.extend(rest.next().map(|value| (word, value))),
        }
    }
    (found, None)
}

/// The image that is built, with the folder that it is built from.
fn build(path: &str, words: &[&str]) -> Option<(String, String)> {
    let tagged = |word: &&str| matches!(*word, "-t" | "--tag");
    let tag = words.get(words.iter().position(tagged)? + 1)?;
    let context = words.last().filter(|word| is_plain(word) && *word != tag)?;
    let context = join(folder(path), context)?;
    is_plain(tag).then(|| (names::tail(tag).to_owned(), context))
}

/// The container that the words after `docker run` start; `None` where it has neither a plain name
/// nor a plain image.
fn start(at: &Location, words: &[&str]) -> Option<Candidate> {
    let (options, image) = options(words);
    let named = |wanted: &str| {
        let found = options.iter().find(|(key, _)| *key == wanted);
        found.map(|(_, value)| *value)
    };
    let image = image.filter(|image| is_plain(image));
    let name = named("--name").filter(|name| is_plain(name));
    let mut found = Candidate::new(Origin::Script, name.or(image.map(names::tail))?, at.clone());
    found.image = image.map(str::to_owned);
    let setting = |text: &str| {
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        Setting {
            key: key.to_owned(),
            value: value.to_owned(),
            location: at.clone(),
        }
    };
    for (key, value) in &options {
        match *key {
            "-e" | "--env" if value.contains('=') => found.settings.push(setting(value)),
            "-l" | "--label" => found.labels.push(setting(value)),
            "--env-file" => found.env_files.extend(join(folder(&at.path), value)),
            "-p" | "--publish" => {
                let mut ports = value
                    .rsplit(':')
                    .map(|port| port.split('/').next()?.parse::<u16>().ok());
                let (inner, outer) = (ports.next().flatten(), ports.next().flatten());
                found.ports.extend(inner);
                found.published.extend(outer);
            }
            _ => {}
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_script_starts_is_read_with_labels_ports_and_variables() {
        let text = "#!/bin/sh\n# docker run --name no nothing\ndocker build -t shop-api .\n\
                    sudo docker run -d --name api -l=route='/api' \\\n  -p 81:80 -e DB=\"a b\" --env-file env shop-api\n\
                    docker service create --replicas 1 --name cart -p 3000:3000 acme/cart:1 && echo x\n\
                    docker run --name $NAME $IMAGE\n";
        let found = read("api/start.sh", text);
        let shown: Vec<_> = found
            .iter()
            .map(|c| {
                (
                    c.name.as_str(),
                    c.image.as_deref(),
                    c.dir.as_deref(),
                    c.location.at.line,
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("api", Some("shop-api"), Some("api"), 4),
                ("cart", Some("acme/cart:1"), None, 6),
            ]
        );
        assert_eq!(found[0].labels[0].value, "/api");
        assert_eq!(
            (&*found[0].ports, &*found[0].published),
            (&[80][..], &[81][..])
        );
        assert_eq!(found[0].settings[0].value, "a b");
        assert_eq!(found[0].env_files, ["api/env"]);
    }

    #[test]
    fn dapr_gives_the_program_of_a_folder_a_name() {
        let text =
            "dapr run \\\n  --app-id orders --app-port 80 -- node app.js\ndapr stop --app-id x\n";
        let found = read("order-api/run.sh", text);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].name.as_str(), found[0].dir.as_deref()),
            ("orders", Some("order-api"))
        );
        assert_eq!(app_id(&["./daprd", "-app-id=a"]).as_deref(), Some("a"));
        assert_eq!(app_id(&["run", "--app-id", "$ID"]), None);
    }
}
