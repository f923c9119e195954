//! Services of Compose files, with build folder, image, variables and ports.
//!
//! In: the text of a Compose file, the files of variables that it names. Out: candidates.
//! Invariant: variables of the form `${NAME:-default}` are resolved where that is possible.
//! Never: `depends_on` as evidence of a dependency.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{Candidate, Origin};
use super::flags::{self, all_words, programs, words};
use super::variables::{self, expand};
use crate::model::names;
use crate::model::{Location, Setting};
use crate::source::yaml::{self, Item};
use crate::source::{ReadText, settings};

/// Keys that an overriding file gives a service without image and build.
const PARTS: [&str; 8] = [
    "environment",
    "ports",
    "expose",
    "command",
    "depends_on",
    "extends",
    "volumes",
    "container_name",
];

/// Whether a file of this name may be a Compose file.
pub(super) fn is_compose(name: &str) -> bool {
    let yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    yaml && (name.contains("compose") || name.starts_with("docker-stack"))
}

/// What may stand at the top of a Compose file, beside extensions that begin with `x-`.
const TOP: [&str; 9] = [
    "configs", "include", "name", "networks", "secrets", "services", "version", "volumes", "---",
];

/// Whether a YAML file of any name is a Compose file: nothing but its keys stands at the top, and something is built
/// or runs an image. Pipelines have `services`, too, and steps beside them.
pub(super) fn reads_as_compose(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let at_top = |line: &&str| !line.starts_with([' ', '#', '\t', '\r']) && !line.is_empty();
    let keys = || {
        let tops = text.lines().filter(at_top);
        tops.map(|line| line.split(':').next().unwrap_or(line).trim())
    };
    let runs = |line: &str| {
        let line = line.trim_start();
        line.starts_with("image:") || line.starts_with("build:")
    };
    keys().any(|key| key == "services")
        && keys().all(|key| TOP.contains(&key) || key.starts_with("x-"))
        && text.lines().any(runs)
}

/// The services of one Compose file.
pub(super) fn read(
    path: &str,
    text: &str,
    env: &BTreeMap<String, String>,
    file: &ReadText<'_>,
) -> Vec<Candidate> {
    let documents = yaml::read(text).documents;
    let Some(root) = documents.first() else {
        return Vec::new();
    };
    let services = root.get("services").unwrap_or(root);
    let has = |item: &Item, keys: &[&str]| keys.iter().any(|key| item.get(key).is_some());
    let old_format = root.get("services").is_none();
    let of = |(name, item): (&str, &Item)| {
        let known = has(item, &["image", "build"]) || (!old_format && has(item, &PARTS));
        known.then(|| candidate(path, name, item, services, env, file))
    };
    let mut found: Vec<Candidate> = services.entries().filter_map(of).collect();
    let awaited = awaited(services);
    let side_cars = side_cars(services);
    for candidate in &mut found {
        let names = side_cars.get(candidate.name.as_str());
        candidate
            .aliases
            .extend(names.into_iter().flatten().cloned());
        candidate.job |= awaited.contains(candidate.name.as_str());
    }
    found
}

/// The names under which side cars of Dapr make the programs beside them known, by the names of those programs.
fn side_cars(services: &Item) -> BTreeMap<&str, Vec<String>> {
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (_, item) in services.entries() {
        let beside = item.text_of("network_mode");
        let Some(beside) = beside.and_then(|mode| mode.strip_prefix("service:")) else {
            continue;
        };
        let command = item.get("command").into_iter().flat_map(all_words);
        let names = found.entry(beside).or_default();
        names.extend(super::script::app_id(&command.collect::<Vec<_>>()));
    }
    found
}

/// The services whose end others wait for.
fn awaited(services: &Item) -> BTreeSet<&str> {
    let waits = services
        .entries()
        .filter_map(|(_, item)| item.get("depends_on"));
    let ends = |item: &Item| item.text_of("condition") == Some("service_completed_successfully");
    let ended = waits.flat_map(Item::entries).filter(|(_, item)| ends(item));
    ended.map(|(name, _)| name).collect()
}

/// One entry of a Compose file. What it extends within the file is read first, so that its own
/// values override single ones and extend lists. Its profiles and network aliases are not
/// inherited.
fn candidate(
    path: &str,
    name: &str,
    item: &Item,
    all: &Item,
    env: &BTreeMap<String, String>,
    file: &ReadText<'_>,
) -> Candidate {
    let value = |item: &Item, key: &str| item.text_of(key).map(|text| expand(text, env));
    let mut found = Candidate::new(Origin::Compose, name, Location::new(path, item.at));
    let base = item
        .get("extends")
        .and_then(|base| all.get(base.text_of("service").or(base.text())?));
    for source in base.into_iter().chain([item]) {
        found.image = value(source, "image").or(found.image);
        build(path, source, env, &mut found);
        found.aliases.extend(value(source, "container_name"));
        found.aliases.extend(value(source, "hostname"));
        found.working_dir = value(source, "working_dir").or(found.working_dir);
        found.volumes.extend(volumes(path, source, env));
        // Of two settings of one name the first counts.
        let own = environment(path, source, env);
        found.settings.splice(0..0, own);
        found.labels.extend(labels(path, source, env));
        let files = variables::of_files(path, source, env, file);
        found.settings.extend(files);
        found.ports.extend(ports(source, env));
        found.published.extend(published(source, env));
        let replicas = source.path(&["deploy", "replicas"]).or(source.get("scale"));
        let replicas = replicas.and_then(Item::text).map(|text| expand(text, env));
        found.instances = replicas
            .and_then(|text| text.parse().ok())
            .unwrap_or(found.instances);
        found.mounts.extend(mounts(path, source, env));
    }
    for key in ["entrypoint", "command"] {
        let Some(command) = item.get(key).or_else(|| base?.get(key)) else {
            continue;
        };
        let words = words(command).into_iter();
        found.command.extend(words.map(|word| expand(&word, env)));
        found.programs.extend(programs(command));
        let flags = flags::read(path, command, &|text| expand(text, env));
        found.settings.extend(flags);
    }
    let profiles = item.get("profiles").into_iter().flat_map(Item::items);
    found
        .profiles
        .extend(profiles.filter_map(Item::text).map(str::to_owned));
    let networks = item.get("networks").into_iter().flat_map(Item::entries);
    let aliases = networks
        .filter_map(|(_, network)| network.get("aliases"))
        .flat_map(Item::items);
    found
        .aliases
        .extend(aliases.filter_map(Item::text).map(str::to_owned));
    found
}

/// Build folder, Dockerfile, stage and arguments of an entry. `build: ./orders` is short for a
/// context. The folder of the Dockerfile, its ending, the stage and the values of arguments may
/// each name the program, and are kept as words for that.
fn build(path: &str, item: &Item, env: &BTreeMap<String, String>, found: &mut Candidate) {
    let Some(build) = item.get("build") else {
        return;
    };
    let folder = names::folder(path);
    let context = build
        .text()
        .or_else(|| build.text_of("context"))
        .map_or(".".to_owned(), |c| expand(c, env));
    let context = names::join(folder, &context);
    let dockerfile = build.text_of("dockerfile").map(|file| expand(file, env));
    let named = dockerfile
        .as_deref()
        .map(names::folder)
        .filter(|dir| !dir.is_empty());
    let file = dockerfile.as_deref().unwrap_or("Dockerfile");
    let target = build.text_of("target").map(|target| expand(target, env));
    let place = context
        .as_deref()
        .and_then(|context| names::join(context, file));
    found.dockerfile = place.map(|place| (place, target));
    found
        .programs
        .extend(named.map(|dir| names::tail(dir).to_owned()));
    found.dir.clone_from(&context);
    found.context = context;
    found
        .programs
        .extend(build.text_of("target").map(str::to_owned));
    found.programs.extend(
        dockerfile
            .iter()
            .filter_map(|file| dockerfile_word(names::tail(file))),
    );
    for arg in build
        .get("args")
        .into_iter()
        .flat_map(|args| settings::flatten("", args))
    {
        let listed = arg.value.split_once('=');
        let (name, value) = listed.unwrap_or((&arg.key, &arg.value));
        let value = expand(value, env);
        found.arguments.push((name.to_owned(), value.clone()));
        found.programs.push(value);
    }
}

/// `Dockerfile.orders` and `orders.Dockerfile` name `orders`.
fn dockerfile_word(file: &str) -> Option<String> {
    let word = file
        .strip_prefix("Dockerfile")
        .or_else(|| file.strip_suffix("Dockerfile"))?;
    let word = word.trim_matches(['.', '-', '_']);
    (!word.is_empty()).then(|| word.to_owned())
}

/// Variables of an entry, as a list of `NAME=value` or as a map. A name without a value is handed
/// on from the environment; where that does not know it either, there is no setting.
fn environment(path: &str, item: &Item, env: &BTreeMap<String, String>) -> Vec<Setting> {
    let Some(environment) = item.get("environment") else {
        return Vec::new();
    };
    let setting = |key: &str, value: &str, item: &Item| Setting {
        key: key.trim().to_owned(),
        value: expand(value.trim().trim_matches('"'), env),
        location: Location::new(path, item.at),
    };
    // Without a value the variable is handed on by its name.
    let handed_on = |key: &str, item: &Item| {
        let value = env.get(key.trim()).filter(|value| !value.is_empty())?;
        Some(setting(key, value, item))
    };
    let listed = environment.items().filter_map(|item| {
        let text = item.text()?;
        match text.split_once('=') {
            Some((key, value)) => Some(setting(key, value, item)),
            None => handed_on(text, item),
        }
    });
    let mapped = environment
        .entries()
        .filter_map(|(key, item)| match item.text()? {
            "" | "~" | "null" => handed_on(key, item),
            value => Some(setting(key, value, item)),
        });
    listed.chain(mapped).collect()
}

/// Labels of the container, and of the service that a swarm makes of it.
fn labels(path: &str, item: &Item, env: &BTreeMap<String, String>) -> Vec<Setting> {
    let places = [item.get("labels"), item.path(&["deploy", "labels"])];
    let label = |key: &str, value: &str, item: &Item| Setting {
        key: key.trim().to_owned(),
        value: expand(value.trim(), env),
        location: Location::new(path, item.at),
    };
    let mut found = Vec::new();
    for labels in places.into_iter().flatten() {
        let listed = labels.items().filter_map(|item| {
            let text = item.text()?;
            let (key, value) = text.split_once('=').unwrap_or((text, ""));
            Some(label(key, value, item))
        });
        found.extend(listed);
        let mapped = labels.entries();
        found.extend(mapped.filter_map(|(key, item)| Some(label(key, item.text()?, item))));
    }
    found
}

/// Paths of the tree that are mounted into the container.
fn mounts(path: &str, item: &Item, env: &BTreeMap<String, String>) -> Vec<String> {
    let volumes = item.get("volumes").into_iter().flat_map(Item::items);
    let text = |item: &Item| {
        item.text()
            .or_else(|| item.text_of("source"))
            .map(|text| expand(text, env))
    };
    let sources = volumes
        .filter_map(text)
        .filter(|text| text.starts_with('.'));
    let inside = |text: String| names::join(names::folder(path), text.split(':').next()?);
    sources
        .filter_map(inside)
        .filter(|path| !path.is_empty())
        .collect()
}

/// Folders of the tree with the folders of the container in which they are mounted.
fn volumes(path: &str, item: &Item, env: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let volumes = item.get("volumes").into_iter().flat_map(Item::items);
    let pair = |item: &Item| match item.text() {
        Some(text) => {
            let text = expand(text, env);
            let mut parts = text.split(':');
            Some((parts.next()?.to_owned(), parts.next()?.to_owned()))
        }
        None => Some((
            expand(item.text_of("source")?, env),
            expand(item.text_of("target")?, env),
        )),
    };
    let mounted = volumes
        .filter_map(pair)
        .filter(|(from, _)| from.starts_with('.'));
    mounted
        .filter_map(|(from, to)| Some((to, names::join(names::folder(path), &from)?)))
        .collect()
}

/// The ports inside of the container: 4000 of `80:4000/tcp`, the first of a range. Long entries
/// name it `target`.
fn ports(item: &Item, env: &BTreeMap<String, String>) -> Vec<u16> {
    let lists = ["ports", "expose"]
        .into_iter()
        .filter_map(|key| item.get(key))
        .flat_map(Item::items);
    let text = |item: &Item| {
        item.text()
            .or_else(|| item.text_of("target"))
            .map(|text| expand(text, env))
    };
    let inner = |text: String| {
        text.rsplit(':')
            .next()?
            .split(['/', '-'])
            .next()?
            .parse()
            .ok()
    };
    lists.filter_map(text).filter_map(inner).collect()
}

/// The ports of the host that lead to it: 80 of `80:4000` and of `127.0.0.1:80:4000`.
fn published(item: &Item, env: &BTreeMap<String, String>) -> Vec<u16> {
    let listed = item.get("ports").into_iter().flat_map(Item::items);
    let outer = |item: &Item| {
        let text = expand(item.text().or_else(|| item.text_of("published"))?, env);
        let port = match text.rsplit_once(':') {
            Some((front, _)) => front.rsplit(':').next().map(str::to_owned)?,
            None if item.text().is_none() => text,
            None => return None,
        };
        port.parse().ok()
    };
    listed.filter_map(outer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compose_file_is_known_by_what_it_holds() {
        let services = "services:\n  orders:\n    build: ../orders\n";
        assert!(reads_as_compose(&format!(
            "version: '3'\nx-a: 1\n\n{services}"
        )));
        let pipeline = format!("steps:\n  - run: make\n{services}");
        assert!(!reads_as_compose(&pipeline), "a pipeline with services");
        let classes = "services:\n  App\\Mailer:\n    class: Mailer\n";
        assert!(!reads_as_compose(classes), "a container of objects");
    }

    #[test]
    fn flags_of_the_start_command_are_settings() {
        let text = "services:\n  web:\n    image: a/web\n    command:\n      - -ordersAPI\n      - http://orders:4000/\n      - --db=mongodb://${HOST}:27017\n      - -p\n      - a:80\n      - --wait=tcp://queue:1\n";
        let found = read("c.yml", text, &variables::of_env("HOST=db\n"), &|_| {
            String::new()
        });
        let shown = |s: &Setting| format!("{}={}@{}", s.key, s.value, s.location.at.line);
        let settings: Vec<_> = found[0].settings.iter().map(shown).collect();
        assert_eq!(
            settings,
            ["ordersAPI=http://orders:4000/@6", "db=mongodb://db:27017@7"]
        );
    }

    #[test]
    fn reads_build_image_variables_and_ports() {
        let text = "services:\n  web:\n    image: ${REG:-acme}/web:1\n    build:\n      context: ..\n      \
                    dockerfile: src/web/Dockerfile\n    environment:\n      - API=http://$HOST:80\n    \
                    ports: [\"80:4000/tcp\"]\n";
        let env = variables::of_env("HOST=api\n");
        let found = read("deploy/docker-compose.yml", text, &env, &|_| String::new());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].image.as_deref(), Some("acme/web:1"));
        assert_eq!(found[0].context.as_deref(), Some(""));
        let dockerfile = found[0].dockerfile.as_ref().map(|(file, _)| file.as_str());
        assert_eq!(dockerfile, Some("src/web/Dockerfile"));
        assert_eq!(found[0].settings[0].value, "http://api:80");
        assert_eq!(found[0].settings[0].location.at.line, 8);
        assert_eq!(
            found[0].ports,
            [4000],
            "what it listens on, not what the host maps"
        );
        assert_eq!(found[0].published, [80], "where `localhost:80` leads to");
    }

    #[test]
    fn what_others_wait_for_to_end_is_a_job() {
        let text = "services:\n  web:\n    image: a/web\n    depends_on:\n      fill: \
                    {condition: service_completed_successfully}\n      db: {condition: service_healthy}\n  \
                    fill: {image: a/fill}\n  db: {image: a/db}\n";
        let found = read("compose.yml", text, &BTreeMap::new(), &|_| String::new());
        let jobs: Vec<_> = found
            .iter()
            .filter(|c| c.job)
            .map(|c| c.name.as_str())
            .collect();
        assert_eq!(jobs, ["fill"]);
    }

    #[test]
    fn what_extends_an_entry_overrides_it() {
        let text = "services:\n  base:\n    image: a/base\n    command: run base\n    environment: {MODE: base, KEPT: 1}\n  web:\n    extends: {service: base}\n    command: run web\n    environment: {MODE: web}\n";
        let found = read("c.yml", text, &BTreeMap::new(), &|_| String::new());
        let web = found.iter().find(|c| c.name == "web").expect("an entry");
        assert_eq!(web.command, ["run web"]);
        let setting = |key: &str| web.settings.iter().find(|s| s.key == key);
        let values = ["MODE", "KEPT"].map(|key| setting(key).map(|s| s.value.as_str()));
        assert_eq!(values, [Some("web"), Some("1")]);
    }

    #[test]
    fn reads_the_old_format_without_services() {
        let found = read(
            "docker-compose.yml",
            "db:\n  image: mysql\nversion: x\n",
            &BTreeMap::new(),
            &|_| String::new(),
        );
        assert_eq!(
            found.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(),
            ["db"]
        );
    }

    #[test]
    fn a_variable_without_value_is_handed_on_by_its_name() {
        let text =
            "services:\n  probe:\n    build: .\n    environment:\n      - SHOP\n      - OTHER\n";
        let env = variables::of_env("HOST=shop\nPORT=80\nSHOP=${HOST}:${PORT}\n");
        let found = read("docker-compose.yml", text, &env, &|_| String::new());
        let values: Vec<_> = found[0].settings.iter().map(|s| s.value.as_str()).collect();
        assert_eq!(values, ["shop:80"], "OTHER has no value");
    }

    #[test]
    fn files_of_variables_come_behind_the_variables_themselves() {
        let text = "services:\n  a:\n    build: .\n    env_file: [a.env, {path: b.env}]\n    environment: {X: own}\n";
        let file = |path: &str| match path {
            "deploy/a.env" => "X=http://a\nY=http://${X}\n".to_owned(),
            "deploy/b.env" => "Z=1\n".to_owned(),
            _ => String::new(),
        };
        let found = read("deploy/docker-compose.yml", text, &BTreeMap::new(), &file);
        let settings: Vec<_> = found[0]
            .settings
            .iter()
            .map(|s| format!("{}={}@{}", s.key, s.value, s.location.path))
            .collect();
        assert_eq!(
            settings,
            [
                "X=own@deploy/docker-compose.yml",
                "Y=http://http://a@deploy/a.env",
                "Z=1@deploy/b.env"
            ]
        );
    }

    #[test]
    fn a_template_stands_in_for_variables_that_are_kept_out() {
        let file = |path: &str| match path {
            "api.env.template" => "DB=http://db:80\n".to_owned(),
            _ => String::new(),
        };
        let text = "services:\n  api:\n    build: .\n    env_file: api.env\n";
        let found = read("c.yml", text, &BTreeMap::new(), &file);
        let setting = &found[0].settings[0];
        assert_eq!(
            (&*setting.key, &*setting.location.path),
            ("DB", "api.env.template")
        );
    }
}
