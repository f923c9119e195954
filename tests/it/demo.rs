//! The systems that really run, against what is true of them by construction.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use seamline::model::{ChangeLog, Project};
use seamline::source::{Limits, Source};
use seamline::{discover, history, parse};
use serde_json::Value;

fn folder(system: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/systems")
        .join(system)
}

fn expected(system: &str) -> Value {
    let text = fs::read_to_string(folder(system).join("expected.json")).expect("expected.json");
    serde_json::from_str(&text).expect("valid JSON")
}

fn source(system: &str) -> Source {
    Source::open(&[folder(system)], Limits::default()).expect("the system's folder")
}

fn project(system: &str) -> Project {
    discover::discover(
        &source(system),
        &discover::Options::default(),
        parse::language_of,
    )
}

fn recorded(system: &str) -> ChangeLog {
    let log = folder(system).join("history.log");
    let options = history::Options {
        origin: history::Origin::Recorded(log),
        ..history::Options::default()
    };
    history::read(&source(system), &options)
}

/// The units of `expected.json` as name → (role, folder).
fn units(system: &str) -> BTreeMap<String, (Value, Value)> {
    let expected = expected(system);
    let units = expected["units"].as_array().expect("units").iter();
    let name = |unit: &Value| unit["name"].as_str().expect("a name").to_owned();
    units
        .map(|unit| (name(unit), (unit["role"].clone(), unit["path"].clone())))
        .collect()
}

#[test]
fn services_are_found_with_role_and_folder() {
    for system in ["media", "media-repaired"] {
        let project = project(system);
        for (name, (role, path)) in units(system) {
            let service = project.services.iter().find(|s| s.name == name);
            let service = service.unwrap_or_else(|| panic!("{system} has a service {name}"));
            let found = serde_json::to_value(service.role).expect("a role");
            assert_eq!(found, role, "role of {name} in {system}");
            let path = path.as_str().expect("a path").to_owned();
            assert_eq!(service.dirs, [path], "folder of {name} in {system}");
        }
    }
}

#[test]
fn recorded_histories_are_read_whole() {
    for system in ["media", "media-monolith", "media-repaired"] {
        let log = recorded(system);
        assert!(log.notifications.is_empty(), "{:?}", log.notifications);
        let commits = expected(system)["history"]["commits"].as_u64();
        assert_eq!(Some(log.coverage.commits), commits, "commits of {system}");
        assert_eq!(log.bots.len(), 1, "programs among the authors of {system}");
    }
}

#[test]
fn changed_files_are_files_of_the_system() {
    for system in ["media", "media-monolith", "media-repaired"] {
        let project = project(system);
        for path in recorded(system).paths {
            assert!(
                project.file(&path).is_some(),
                "{path} is no file of {system}"
            );
        }
    }
}
