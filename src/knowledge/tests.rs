use std::collections::BTreeSet;
use std::path::Path;

use super::*;

/// Every list built in, with its path.
fn lists() -> Vec<(String, Vec<String>)> {
    let mut lists = Vec::new();
    Knowledge::default().lists("", &mut lists);
    lists
}

/// The text of the program, this folder aside.
fn program(folder: &Path, text: &mut String) {
    let entries = std::fs::read_dir(folder).expect("a folder of sources");
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() && !path.ends_with("knowledge") {
            program(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&std::fs::read_to_string(&path).expect("a source"));
        }
    }
}

#[test]
fn every_list_holds_rows_and_is_read() {
    let mut text = String::new();
    program(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut text,
    );
    let words: BTreeSet<&str> = text
        .split('.')
        .map(|after| {
            let end = after.find(|c: char| !c.is_alphanumeric() && c != '_');
            &after[..end.unwrap_or(after.len())]
        })
        .collect();
    for (path, rows) in lists() {
        let optional = path.starts_with(".messaging.families.")
            && [".waits", ".keyed", ".takes", ".gives"]
                .iter()
                .any(|end| path.ends_with(end))
            || path.starts_with(".messaging.workers_of.") && path.ends_with(".schedules");
        assert!(!rows.is_empty() || optional, "{path} has no rows");
        // Of `messaging.families.celery.publish.send_task` the field of the row counts.
        let field = path
            .split_once("messaging.families.")
            .and_then(|(_, family)| family.split('.').nth(1));
        if let Some(field) = field {
            assert!(words.contains(field), "nothing reads {path}");
            continue;
        }
        let parts: Vec<&str> = path.split('.').collect();
        // Lists with names of their own, such as `frameworks.server.spring`, are read together.
        let own = [
            "frameworks.programs.listening",
            "frameworks.server",
            "folders.never",
            "folders.top",
            "clients.http",
            "clients.grpc",
            "proxies.discovered",
            "datastores.drivers",
            "datastores.kinds",
            "serverless.listens",
            "serverless.nested",
            "serverless.patterns",
            "serverless.unread",
        ];
        let last = parts.len() - 1 - usize::from(own.iter().any(|table| path.contains(table)));
        assert!(words.contains(parts[last]), "nothing reads {path}");
    }
}

#[test]
fn no_row_stands_twice() {
    fn walk(path: &str, value: &toml::Value) {
        match value {
            toml::Value::Table(table) => {
                for (key, value) in table {
                    walk(&format!("{path}.{key}"), value);
                }
            }
            toml::Value::Array(rows) => {
                let mut seen = BTreeSet::new();
                for row in rows {
                    let row = row.as_str().expect("a word");
                    assert!(seen.insert(row), "{row} stands twice in {path}");
                    assert_eq!(row.trim(), row, "a row of {path} with blanks");
                }
            }
            _ => panic!("{path} is no list of words"),
        }
    }
    for (name, text) in Tables::texts() {
        let table: toml::Table = text.parse().expect("a table");
        walk(name, &toml::Value::Table(table));
    }
}

#[test]
fn no_word_means_two_things() {
    let known = Knowledge::default();
    let images = &known.images;
    let roles = [
        &images.datastores,
        &images.brokers,
        &images.gateways,
        &images.infrastructure,
        &images.load_generators,
    ];
    alone(roles.into_iter().flat_map(|list| list.iter()));
    let folders = &known.folders;
    alone(
        folders
            .never
            .values()
            .chain(folders.top.values())
            .flat_map(|list| list.iter()),
    );
    alone(
        folders
            .tests
            .iter()
            .chain(folders.vendored.iter())
            .chain(folders.generated.iter()),
    );
    alone(known.words.data.iter().chain(known.words.types.iter()));
    alone(
        known
            .files
            .units
            .iter()
            .chain(known.files.jvm_builds.iter()),
    );
    alone(
        known
            .clients
            .outward
            .iter()
            .chain(known.clients.inward.iter()),
    );
    let messaging = &known.messaging;
    alone(
        messaging
            .publish
            .iter()
            .chain(messaging.send.iter())
            .chain(messaging.subscribe.iter()),
    );
    alone(messaging.outgoing.iter().chain(messaging.incoming.iter()));
    alone(
        known
            .datastores
            .saving
            .iter()
            .chain(known.datastores.changing.iter()),
    );
    let routes = &known.frameworks.routes;
    alone(routes.calls.iter().chain(routes.prefixes.iter()));
    alone(
        known
            .clients
            .http
            .keys()
            .chain(known.clients.grpc.keys())
            .map(String::as_str),
    );
    let own = &images.own;
    alone(own.gateway_words.iter().chain(own.routing_words.iter()));
    alone(
        own.gateways
            .iter()
            .chain(own.brokers.iter())
            .chain(own.infrastructure.iter()),
    );
}

fn alone<'w>(words: impl Iterator<Item = &'w str>) {
    let mut seen = BTreeSet::new();
    for word in words {
        assert!(seen.insert(word), "{word} has two meanings");
    }
}

/// A row that another one of its list covers is never asked.
#[test]
fn no_row_covers_another() {
    let known = Knowledge::default();
    let covers = |list: &List, covers: fn(&str, &str) -> bool| {
        for row in list.iter() {
            let other = list
                .iter()
                .find(|other| *other != row && covers(other, row));
            assert_eq!(other, None, "covers {row}");
        }
    };
    covers(&known.files.generated_ends, |end, row| row.ends_with(end));
    covers(&known.frameworks.programs.jvm, |part, row| {
        row.contains(part)
    });
    covers(&known.frameworks.programs.jvm_own, |start, row| {
        row.starts_with(start)
    });
    covers(&known.clients.certain, |part, row| row.contains(part));
    covers(&known.clients.remote_schemes, |start, row| {
        row.starts_with(start)
    });
    covers(&known.files.no_settings_parts, |part, row| {
        row.contains(part)
    });
    for name in known.files.no_settings.iter() {
        let part = known
            .files
            .no_settings_parts
            .iter()
            .find(|part| name.contains(part));
        assert_eq!(part, None, "covers {name}");
    }
    covers(&known.images.hints.infrastructure, |part, row| {
        row.contains(part)
    });
    for imports in known.frameworks.server.values() {
        covers(imports, |import, row| {
            row.strip_prefix(import)
                .is_some_and(|rest| rest.starts_with(['.', '/', ':']))
        });
    }
}

#[test]
fn rows_of_a_user_join_those_built_in() {
    let rows: Tables = toml::from_str(
        "images.datastores = [\"chroma\", \"redis\"]\nframeworks.server.acme = [\"com.acme.web\"]\n\
         folders.packaging = [\"/ops\"]",
    )
    .expect("rows");
    let known = Knowledge::with(rows);
    assert!(known.images.datastores.has("chroma") && known.images.datastores.has("redis"));
    assert!(known.frameworks.server["acme"].has("com.acme.web"));
    assert_eq!(
        known.folders.packaging.last().map(|last| &**last),
        Some("/ops")
    );
    assert_ne!(known, Knowledge::default());
    assert_eq!(Knowledge::with(Tables::default()), Knowledge::default());
}
