//! Programs without a manifest of their own: what start scripts, units and process lists start.
//!
//! In: texts of `package.json`, PM2, systemd and shell files. Out: candidates.
//! Invariant: a program counts where its command names a folder of the tree, or where one program is started under
//! several sub-commands.
//! Never: a command that ends; starts a process.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{Candidate, Origin};
use super::jobs;
use crate::knowledge::Knowledge;
use crate::model::names;
use crate::model::{Location, Position, Setting};
use crate::source::settings;
use crate::source::yaml::{self, Item};

/// What is asked of the tree while a start is read.
pub(super) struct Place<'a> {
    pub(super) knowledge: &'a Knowledge,
    /// The file that starts programs.
    pub(super) path: &'a str,
    /// Whether code lies in a folder or below.
    pub(super) has_code: &'a dyn Fn(&str) -> bool,
    /// The only folder with code that is called so.
    pub(super) called: &'a dyn Fn(&str) -> Option<String>,
}

/// Whether a file of this name may start programs.
pub(super) fn may_start(file: &str) -> bool {
    let process_list = file.starts_with("ecosystem.") || file.starts_with("pm2.");
    let one = file == "package.json" || file == "modd.conf" || process_list;
    one || file.ends_with(".service") || file.ends_with(".sh")
}

/// The programs that a file starts.
pub(super) fn read(place: &Place<'_>, text: &str) -> Vec<Candidate> {
    let file = names::tail(place.path);
    if file == "package.json" {
        scripts(place, text)
    } else if file == "modd.conf" {
        daemons(place, text)
    } else if file.ends_with(".service") {
        unit(place, text).into_iter().collect()
    } else if file.ends_with(".sh") {
        sub_commands(place, text)
    } else {
        processes(place, text)
    }
}

impl Place<'_> {
    /// The folder of the tree that a command names: `node orders/index.js` in `base`, `/srv/shop/orders/index.js`.
    pub(super) fn folder_in(&self, base: &str, command: &str) -> Option<String> {
        let words = command.split(|c: char| c.is_whitespace() || c == ';' || c == '=');
        let monorepo = ["nest start", "nx serve"]
            .iter()
            .any(|run| command.contains(run));
        let paths = words.flat_map(|word| {
            let named = word.contains('/') || (self.has_code)(word);
            let apps = monorepo.then(|| format!("apps/{word}"));
            named.then(|| word.to_owned()).into_iter().chain(apps)
        });
        let found = paths.flat_map(|word| {
            let inner = names::join(base, word.trim_start_matches('/'));
            let parts = word
                .match_indices('/')
                .map(|(at, _)| word[at + 1..].to_owned());
            let outer: Vec<String> = parts.filter(|_| word.starts_with('/')).collect();
            inner.into_iter().chain(outer)
        });
        found
            .flat_map(|path| [names::folder(&path).to_owned(), path])
            .find(|dir| !dir.is_empty() && dir != base && (self.has_code)(dir))
    }

    /// Whether a command ends by itself.
    fn ends(&self, command: &str) -> bool {
        jobs::ends(&self.knowledge.images.jobs, &[command.to_owned()])
    }

    /// A mention of a program that this file starts.
    fn candidate(&self, name: &str, at: Position) -> Candidate {
        let mut found = Candidate::new(Origin::Procfile, name, Location::new(self.path, at));
        found.hints.insert("started".to_owned());
        found
    }
}

/// `"start:orders": "node orders/index.js"`: scripts that start programs of a package, where they start several.
fn scripts(place: &Place<'_>, text: &str) -> Vec<Candidate> {
    if !text.contains("\"scripts\"") {
        return Vec::new();
    }
    let entries = settings::read("package.json", text);
    let servers = &place.knowledge.frameworks.programs.node;
    let serves = |name: &str| {
        entries
            .iter()
            .any(|e| e.key == format!("dependencies.{name}"))
    };
    if !servers.iter().any(serves) {
        return Vec::new();
    }
    let base = names::folder(place.path);
    let started = entries.iter().filter_map(|entry| {
        let script = entry.key.strip_prefix("scripts.")?;
        let (verb, name) = script.split_once([':', '-'])?;
        let name = name.split(':').next_back()?;
        let starts = matches!(verb, "start" | "serve" | "dev" | "run");
        let dir = place.folder_in(base, &entry.value)?;
        let plain = starts && !place.ends(&entry.value) && names::tail(&dir) != "node_modules";
        plain.then(|| place.candidate(name, entry.at).in_dir(dir))
    });
    several(started.collect())
}

/// The programs that modd builds and keeps running: `prep: go build -o bin/orders app/orders/main.go` before
/// `daemon: ./bin/orders`, called as they are built.
fn daemons(place: &Place<'_>, text: &str) -> Vec<Candidate> {
    let base = names::folder(place.path);
    let mut found = Vec::new();
    let mut dir = None;
    for (index, line) in text.lines().enumerate() {
        let Some((word, command)) = line.trim().split_once(':') else {
            continue;
        };
        let word = word.split_whitespace().next().unwrap_or_default();
        if word == "prep" {
            let mut sources = command
                .split_whitespace()
                .filter(|word| word.ends_with(".go"));
            dir = sources
                .next_back()
                .and_then(|file| place.folder_in(base, file));
        } else if word == "daemon" && !place.ends(command) {
            let program = command.split_whitespace().next().map(names::tail);
            let at = Position::new(u32::try_from(index + 1).unwrap_or(u32::MAX), 1);
            let own = dir.take().or_else(|| place.folder_in(base, command));
            found.extend(
                program
                    .zip(own)
                    .map(|(name, dir)| place.candidate(name, at).in_dir(dir)),
            );
        }
    }
    let mut found = several(found);
    for candidate in &mut found {
        candidate.hints.insert("sub-command".to_owned());
    }
    found
}

/// The commands of a script that it does not wait for, with their lines.
fn in_background(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let lines = (1..).zip(text.lines().map(str::trim));
    lines.filter_map(|(number, line)| {
        let command = line.strip_suffix('&').filter(|line| !line.ends_with('&'));
        Some((number, command?))
    })
}

/// The words of a command, without variables that are set for it alone.
fn words_of(command: &str) -> impl Iterator<Item = &str> {
    command
        .split_whitespace()
        .skip_while(|word| *word == "exec" || *word == "nohup" || word.split('=').nth(1).is_some())
}

/// How many programs a script starts that runs a whole system.
const SYSTEM: usize = 3;

/// `./bin/orders -f orders.yaml &`: programs that a script starts side by side, each called like its folder.
fn apart(place: &Place<'_>, text: &str) -> Vec<Candidate> {
    let started = in_background(text).filter_map(|(number, command)| {
        let program = words_of(command).next().filter(|word| word.contains('/'))?;
        let name = names::tail(program);
        let dir = (place.called)(name).filter(|_| !place.ends(command))?;
        let mut found = place.candidate(name, Position::new(number, 1)).in_dir(dir);
        found.hints.insert("sub-command".to_owned());
        Some(found)
    });
    let found = several(started.collect());
    if found.len() < SYSTEM {
        Vec::new()
    } else {
        found
    }
}

/// The candidates, one per folder, where there is more than one.
fn several(started: Vec<Candidate>) -> Vec<Candidate> {
    let mut dirs = BTreeSet::new();
    let first = |candidate: &Candidate| dirs.insert(candidate.dir.clone());
    let found: Vec<Candidate> = started.into_iter().filter(first).collect();
    if found.len() > 1 { found } else { Vec::new() }
}

/// The applications of a PM2 file, whose object is written as in YAML's flow style but for its comments.
fn processes(place: &Place<'_>, text: &str) -> Vec<Candidate> {
    let Some(start) = text.find('{') else {
        return Vec::new();
    };
    let end = text.rfind('}').map_or(text.len(), |end| end + 1);
    let before = "\n".repeat(text[..start].matches('\n').count());
    let plain = |line: &str| {
        if line.trim_start().starts_with("//") {
            ""
        } else {
            line
        }
        .to_owned()
    };
    let object: Vec<String> = text[start..end].lines().map(plain).collect();
    let documents = yaml::read(&format!("{before}{}", object.join("\n"))).documents;
    let apps = documents.iter().filter_map(|document| document.get("apps"));
    let base = names::folder(place.path);
    let application = |item: &Item| {
        let start = item.text_of("script").unwrap_or_default();
        let arguments = item.text_of("args").unwrap_or_default();
        let inside = names::join(base, item.text_of("cwd").unwrap_or("."))?;
        let command = format!("{start} {arguments}");
        let own = (inside != base && (place.has_code)(&inside)).then(|| inside.clone());
        let dir = own.or_else(|| place.folder_in(&inside, &command));
        let mut found = place.candidate(item.text_of("name")?, item.at);
        found.job = place.ends(&command);
        let env = item.entries().filter(|(key, _)| key.starts_with("env"));
        let env = env.flat_map(|(_, env)| settings::flatten("", env));
        found.settings.extend(env.map(|entry| Setting {
            key: entry.key,
            value: entry.value,
            location: Location::new(place.path, entry.at),
        }));
        let instances = item.text_of("instances").and_then(|text| text.parse().ok());
        found.instances = instances.unwrap_or(1).max(1);
        Some(Candidate {
            dir: Some(dir?),
            ..found
        })
    };
    apps.flat_map(Item::items).filter_map(application).collect()
}

/// The program of a systemd unit.
fn unit(place: &Place<'_>, text: &str) -> Option<Candidate> {
    let lines = || (1..).zip(text.lines());
    let value = |key: &str| {
        lines().find_map(|(number, line)| {
            let (name, value) = line.split_once('=')?;
            (name.trim() == key).then(|| (Position::new(number, 1), value.trim()))
        })
    };
    let (at, command) = value("ExecStart")?;
    let name = names::tail(place.path).strip_suffix(".service")?;
    let file = place.path.rsplit('/').next()?.trim_end_matches(".service");
    let name = if file.contains('@') {
        file.trim_end_matches('@')
    } else {
        name
    };
    let inside = value("WorkingDirectory").map(|(_, dir)| format!("{dir}/x"));
    let dir = place
        .folder_in("", command)
        .or_else(|| place.folder_in("", &inside?))?;
    let mut found = place.candidate(name, at).in_dir(dir);
    found.job = value("Type").is_some_and(|(_, kind)| kind == "oneshot") || place.ends(command);
    for (number, line) in lines() {
        let Some(rest) = line.trim().strip_prefix("Environment=") else {
            continue;
        };
        let given = rest
            .split_whitespace()
            .map(|word| word.trim_matches(['"', '\'']));
        let set = given.filter_map(|word| word.split_once('='));
        found.settings.extend(set.map(|(key, value)| Setting {
            key: key.to_owned(),
            value: value.to_owned(),
            location: Location::new(place.path, Position::new(number, 1)),
        }));
    }
    Some(found)
}

/// One program that a script starts in the background under several sub-commands: `./shop orders &`.
fn sub_commands(place: &Place<'_>, text: &str) -> Vec<Candidate> {
    let mut started: BTreeMap<&str, Vec<(&str, Position)>> = BTreeMap::new();
    for (number, command) in in_background(text) {
        let mut words = words_of(command);
        let (Some(program), Some(name)) = (words.next(), words.next()) else {
            continue;
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let own = program.contains('/') && !name.starts_with('-') && name.chars().all(plain);
        if own && !place.ends(command) {
            let at = Position::new(number, 1);
            started.entry(program).or_default().push((name, at));
        }
    }
    let apart = apart(place, text);
    if !apart.is_empty() {
        return apart;
    }
    let several = started.into_values().filter(|all| {
        let names: BTreeSet<&str> = all.iter().map(|(name, _)| *name).collect();
        names.len() > 1
    });
    let of = |(name, at): (&str, Position)| {
        let mut found = place.candidate(name, at).in_dir("");
        found.programs.push(name.to_owned());
        found
    };
    several.flatten().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str, text: &str) -> Vec<String> {
        let dirs = ["orders", "billing", "ops"];
        let place = Place {
            knowledge: &Knowledge::default(),
            path,
            has_code: &|dir| dirs.contains(&dir),
            called: &|name| dirs.contains(&name).then(|| name.to_owned()),
        };
        let found = read(&place, text);
        let show = |c: &Candidate| {
            let job = if c.job { " job" } else { "" };
            format!("{}={}{job}", c.name, c.dir.as_deref().unwrap_or("?"))
        };
        found.iter().map(show).collect()
    }

    const BOTH: [&str; 2] = ["orders=orders", "billing=billing"];

    #[test]
    fn scripts_of_a_package_start_several_programs() {
        let text = |billing: &str| {
            format!(
                r#"{{"dependencies": {{"express": "4"}}, "scripts": {{"start:orders": "node orders/index.js", "{billing}", "test:ops": "jest ops/x"}}}}"#
            )
        };
        let found = shown(
            "package.json",
            &text(r#"start:billing": "node billing/index.js"#),
        );
        assert_eq!(found, BOTH);
        let alone = shown("package.json", &text(r#"lint:billing": "eslint billing/x"#));
        assert!(alone.is_empty(), "{alone:?}");
    }

    #[test]
    fn a_script_that_starts_three_programs_runs_a_system() {
        let two = "cd bin\n./orders -f=../etc/orders.yaml &\nnohup ./billing &\n./unknown &\n";
        assert_eq!(shown("run.sh", two), [""; 0], "two may be a test");
        let all = format!("{two}LEVEL=1 ./ops &\n./orders &\n");
        assert_eq!(
            shown("run.sh", &all),
            ["orders=orders", "billing=billing", "ops=ops"]
        );
    }

    #[test]
    fn programs_of_a_workspace_are_started_by_name() {
        let place = Place {
            knowledge: &Knowledge::default(),
            path: "package.json",
            has_code: &|dir| dir == "apps/orders",
            called: &|_| None,
        };
        let folder = |command: &str| place.folder_in("", command);
        assert_eq!(
            folder("nest start orders --watch").as_deref(),
            Some("apps/orders")
        );
        assert_eq!(folder("echo orders"), None);
    }

    #[test]
    fn pm2_starts_its_applications() {
        let text = "module.exports = {\n  // all\n  apps: [\n    { name: 'orders', script: './orders/index.js', env: { A: 'b' } },\n    { name: \"billing\", script: 'index.js', cwd: './billing', instances: 4, },\n    { name: 'elsewhere', script: '/opt/x.js' },\n  ],\n};\n";
        assert_eq!(shown("ecosystem.config.js", text), BOTH);
    }

    #[test]
    fn a_unit_starts_a_program_of_the_tree() {
        let unit = |command: &str| format!("[Service]\nExecStart={command}\n");
        let found = |command: &str| shown("deploy/orders.service", &unit(command));
        assert_eq!(
            found("/usr/bin/node /srv/shop/orders/index.js"),
            ["orders=orders"]
        );
        assert!(found("/usr/sbin/nginx -g x").is_empty());
        let oneshot = format!("{}Type=oneshot\n", unit("/srv/shop/ops/clean"));
        assert_eq!(shown("clean.service", &oneshot), ["clean=ops job"]);
    }

    #[test]
    fn one_program_runs_as_several_services() {
        let text = "#!/bin/sh\n./bin/shop orders --config a.json &\n./bin/shop billing &\n./bin/shop migrate\nwait\n";
        assert_eq!(shown("start.sh", text), ["orders=", "billing="]);
        assert!(shown("start.sh", "./bin/shop orders &\nfoo && bar\n").is_empty());
    }
}
