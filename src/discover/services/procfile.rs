//! Procfiles and Skaffold files: which folders run or become images.
//!
//! In: texts. Out: candidates.
//! Invariant: a process that names no folder stands for the folder of the Procfile.
//! Never: starts a process.

use super::candidate::{Candidate, Origin};
use super::jobs;
use super::starts::Place;
use crate::model::names;
use crate::model::{Location, Position};
use crate::source::yaml::{self, Item};

/// The processes of a Procfile whose command names a folder of its own, else the Procfile's folder.
pub(super) fn read(place: &Place<'_>, text: &str) -> Vec<Candidate> {
    let folder = names::folder(place.path);
    let mut found: Vec<Candidate> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some((name, command)) = line
            .split_once(':')
            .filter(|(name, _)| !name.starts_with('#'))
        else {
            continue;
        };
        let ends = jobs::ends(&place.knowledge.images.jobs, &[command.to_owned()]);
        if name.trim() == "release" || ends {
            continue;
        }
        let at = Position::new(u32::try_from(index + 1).unwrap_or(u32::MAX), 1);
        let location = Location::new(place.path, at);
        match place.folder_in(folder, command) {
            Some(dir) => {
                found.push(Candidate::new(Origin::Procfile, name.trim(), location).in_dir(dir));
            }
            None if found.iter().any(|c| c.dir.as_deref() == Some(folder)) => {}
            None => found.push(
                Candidate::new(Origin::Procfile, names::tail(folder), location).in_dir(folder),
            ),
        }
    }
    found
}

/// The images that a Skaffold file builds, with their folders; contexts start where the file lies, else at the top,
/// where a person calls it with `-f`.
pub(super) fn skaffold(path: &str, text: &str, exists: &dyn Fn(&str) -> bool) -> Vec<Candidate> {
    let artifact = |item: &Item| {
        let image = item.text_of("image")?;
        let written = item.text_of("context").unwrap_or(".");
        let dockerfile = item.path(&["docker", "dockerfile"]).and_then(Item::text);
        let beside = names::join(written, dockerfile.map_or("", names::folder));
        let starts = [names::folder(path), ""].into_iter();
        let is_there = |start: &&str| {
            let dir = beside.as_deref().and_then(|dir| names::join(start, dir));
            dir.is_some_and(|dir| dir.is_empty() || exists(&dir))
        };
        let start = starts.clone().find(is_there).unwrap_or(names::folder(path));
        let context = names::join(start, written)?;
        let candidate = Candidate::new(
            Origin::Skaffold,
            names::tail(image),
            Location::new(path, item.at),
        );
        let module = item
            .path(&["jib", "project"])
            .and_then(Item::text)
            .map(str::to_owned);
        let folder = module.as_deref().filter(|module| !module.contains(':'));
        let dir = folder.and_then(|module| names::join(&context, module));
        // `dockerfile: apps/orders/Dockerfile` of a context that holds all programs.
        let beside = dockerfile.and_then(|file| names::join(&context, names::folder(file)));
        let dir = dir.or(beside);
        Some(Candidate {
            programs: module.into_iter().collect(),
            ..candidate.in_dir(dir.unwrap_or(context))
        })
    };
    let documents = yaml::read(text).documents;
    let builds = documents
        .iter()
        .filter_map(|document| document.path(&["build", "artifacts"]));
    builds.flat_map(Item::items).filter_map(artifact).collect()
}

/// The programs that a run file of Dapr starts together.
pub(super) fn dapr(path: &str, text: &str) -> Vec<Candidate> {
    let app = |item: &Item| {
        let dir = names::join(names::folder(path), item.text_of("appDirPath")?)?;
        let name = item.text_of("appID").unwrap_or_else(|| names::tail(&dir));
        let mut found = Candidate::new(Origin::Procfile, name, Location::new(path, item.at));
        found.ports.extend(
            item.text_of("appPort")
                .and_then(|port| port.parse::<u16>().ok()),
        );
        Some(found.in_dir(dir))
    };
    let documents = yaml::read(text).documents;
    let apps = documents.iter().filter_map(|document| document.get("apps"));
    apps.flat_map(Item::items).filter_map(app).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    #[test]
    fn a_run_file_of_dapr_names_programs_and_their_folders() {
        let text = "version: 1\napps:\n  - appID: orders\n    appDirPath: ./order-api/\n    appPort: 81\n    \
                    command: [\"node\", \"app.js\"]\n  - appDirPath: ./billing/\n";
        let found = dapr("run/dapr.yaml", text);
        let shown: Vec<_> = found
            .iter()
            .map(|c| (c.name.as_str(), c.dir.as_deref()))
            .collect();
        assert_eq!(
            shown,
            [
                ("orders", Some("run/order-api")),
                ("billing", Some("run/billing"))
            ]
        );
        assert_eq!(found[0].ports, [81]);
    }

    #[test]
    fn an_image_of_one_module_lies_in_the_folder_of_that_module() {
        let text = "build:\n  artifacts:\n  - image: acme/reader\n    context: ../..\n    jib:\n      project: ledger/reader\n";
        let found = skaffold("ledger/reader/skaffold.yaml", text, &|_| true);
        assert_eq!(found[0].dir.as_deref(), Some("ledger/reader"));
    }

    #[test]
    fn a_process_in_a_folder_of_its_own_is_a_candidate() {
        let text = "api: node services/api/index.js\nworker: cd services/worker && ./run\nweb: gunicorn app\nrelease: services/api/migrate\n";
        let dirs = ["services/api", "services/worker"];
        let place = Place {
            knowledge: &Knowledge::default(),
            path: "Procfile",
            has_code: &|dir| dirs.contains(&dir),
            called: &|_| None,
        };
        let found = read(&place, text);
        let found: Vec<_> = found
            .iter()
            .map(|c| (c.name.as_str(), c.dir.as_deref()))
            .collect();
        assert_eq!(
            found,
            [
                ("api", Some("services/api")),
                ("worker", Some("services/worker")),
                ("", Some(""))
            ]
        );
    }

    #[test]
    fn an_image_of_a_shared_context_lies_where_its_dockerfile_does() {
        let text = "build:\n  artifacts:\n  - image: acme/orders\n    context: .\n    docker: {dockerfile: apps/orders/Dockerfile}\n";
        let dir = |exists: &dyn Fn(&str) -> bool| {
            skaffold("infra/skaffold.yaml", text, exists)[0].dir.clone()
        };
        assert_eq!(
            dir(&|dir| dir == "apps/orders").as_deref(),
            Some("apps/orders")
        );
        let beside = dir(&|dir| dir.starts_with("infra/"));
        assert_eq!(beside.as_deref(), Some("infra/apps/orders"));
    }
}
