//! Instances of one program: the same image and the same command under several names.
//!
//! In: candidates. Out: candidates, one for all instances of a program.
//! Invariant: only names that differ in nothing but a word for an instance are joined.
//! Never: joins programs that one image holds and a variable or command chooses.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{Candidate, Origin};
use super::roles;
use crate::knowledge::{Images, Instances};
use crate::model::names::{tail, words};

/// What makes two entries of one manifest the same program, beside the stem of their names.
type Program = (Origin, String, String, Vec<String>);

/// Joins the instances among the candidates of the tree.
pub(super) fn join(candidates: Vec<Candidate>, images: &Images) -> Vec<Candidate> {
    let names: BTreeSet<String> = candidates.iter().map(|c| c.name.clone()).collect();
    let mut kept: Vec<Candidate> = Vec::new();
    let mut known: BTreeMap<(Program, String), usize> = BTreeMap::new();
    for candidate in candidates {
        let Some(key) = program(&candidate, images) else {
            kept.push(candidate);
            continue;
        };
        let first = known.get(&key).copied();
        let fits = |index: &usize| same_choice(&images.instances, &kept[*index], &candidate);
        match first.filter(fits) {
            // `lemmy-alpha` of a trial beside `lemmy`: the same build under a word for an instance.
            None if is_build(&candidate) && candidate.name != key.1 => {
                let same =
                    |other: &Candidate| other.name == key.1 && builds_alike(other, &candidate);
                if let Some(index) = kept.iter().position(same) {
                    add(&mut kept[index], candidate, None);
                } else {
                    known.entry(key).or_insert(kept.len());
                    kept.push(candidate);
                }
            }
            Some(index) if names.contains(&key.1) => add(&mut kept[index], candidate, None),
            Some(index) => add(&mut kept[index], candidate, Some(&key.1)),
            None => {
                known.entry(key).or_insert(kept.len());
                kept.push(candidate);
            }
        }
    }
    kept
}

/// Whether the entry says from which folder and Dockerfile it is built.
fn is_build(candidate: &Candidate) -> bool {
    candidate.dockerfile.is_some() && candidate.dir.is_some()
}

/// Whether two entries build the same image, wherever they stand.
fn builds_alike(first: &Candidate, second: &Candidate) -> bool {
    let same = first.dir == second.dir && first.dockerfile == second.dockerfile;
    same && first.command == second.command && !first.job && is_build(first)
}

/// What an entry runs and the stem of its name; `None` for a job and for an image of a known tool:
/// two databases of one image are two databases, while two programs of the system are two
/// instances.
fn program(candidate: &Candidate, images: &Images) -> Option<(Program, String)> {
    let folder = candidate
        .dir
        .as_ref()
        .map(|dir| format!("{dir} {:?}", candidate.dockerfile));
    let own = |image: &&str| roles::by_words(images, tail(image)).is_none();
    let image = candidate
        .image
        .as_deref()
        .filter(own)
        .map(|image| tail(image).to_owned());
    let deploys = matches!(candidate.origin, Origin::Compose | Origin::Kubernetes);
    let runs = folder.or(image).filter(|_| deploys && !candidate.job)?;
    let manifest = crate::model::names::folder(&candidate.location.path);
    let stem = stem(&images.instances, &candidate.name)?;
    let words = candidate.command.iter();
    let mut command: Vec<String> = words.map(|word| unnumbered(word, &stem)).collect();
    command.extend(candidate.working_dir.clone());
    Some(((candidate.origin, manifest.to_owned(), runs, command), stem))
}

/// The name without words for instances: `node` of `node-alpha`, `core` of `core2`.
fn stem(instances: &Instances, name: &str) -> Option<String> {
    let numbered = |word: &String| {
        let rest = word.trim_end_matches(|c: char| c.is_ascii_digit());
        rest.len() > 1 && !instances.words.has(word)
    };
    let all = words(name);
    let mut kept: Vec<String> = all.iter().filter(|word| numbered(word)).cloned().collect();
    if kept.is_empty() {
        // `node-alpha`: the first word is what is left when every word may tell instances apart.
        kept.extend(all.into_iter().take(1));
    }
    let last = kept.last_mut()?;
    let shorter = last.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    last.truncate(shorter);
    let stem = kept.join("-");
    (!stem.is_empty()).then_some(stem)
}

/// A word of a command without the numbers of instances: `--name=node2` and `--name=node3` say the same.
fn unnumbered(word: &str, stem: &str) -> String {
    let mut parts = word.split(stem);
    let mut found = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        found.push_str(stem);
        found.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    found
}

/// Whether no variable chooses another program for the second: `SERVICE: orders` and `SERVICE: billing`.
fn same_choice(instances: &Instances, first: &Candidate, second: &Candidate) -> bool {
    let chooses = |key: &str| instances.choices.has_word(key);
    let choices = second
        .settings
        .iter()
        .filter(|setting| chooses(&setting.key));
    let tells_apart = |value: &str| {
        let mut parts = words(value).into_iter();
        parts.any(|word| instances.words.has(&word) || word.ends_with(|c: char| c.is_ascii_digit()))
    };
    choices.into_iter().all(|setting| {
        let other = first.settings.iter().find(|other| other.key == setting.key);
        other.is_some_and(|other| other.value == setting.value) || tells_apart(&setting.value)
    })
}

/// Merges an instance into the first one. Instances add up, unless both entries tell of the same
/// one or a profile starts one or the other: then the larger number counts.
fn add(first: &mut Candidate, other: Candidate, stem: Option<&str>) {
    if let Some(stem) = stem {
        let name = std::mem::replace(&mut first.name, stem.to_owned());
        first.aliases.insert(name);
    }
    // What is told twice under one name, or of which a profile starts one or the other, runs once.
    let choice = !other.profiles.is_empty() && first.profiles != other.profiles;
    first.instances = if choice || first.name == other.name || first.aliases.contains(&other.name) {
        first.instances.max(other.instances)
    } else {
        first.instances + other.instances
    };
    first.aliases.insert(other.name);
    first.aliases.extend(other.aliases);
    first.ports.extend(other.ports);
    first.published.extend(other.published);
    first.settings.extend(other.settings);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;
    use crate::model::{Location, Position};

    fn names(entries: &[(&str, &str, &str)]) -> Vec<String> {
        let candidate = |(line, (name, dir, command)): (u32, &(&str, &str, &str))| {
            let location = Location::new("compose.yml", Position::new(line, 1));
            let mut found = Candidate::new(Origin::Compose, *name, location).in_dir(*dir);
            found.command = vec![(*command).to_owned()];
            found
        };
        let candidates = (1..).zip(entries).map(candidate).collect();
        let joined = join(candidates, &Knowledge::default().images);
        joined.into_iter().map(|c| c.name).collect()
    }

    #[test]
    fn an_instance_of_a_trial_joins_the_program_that_builds_alike() {
        let candidate = |path: &str, name: &str, dir: &str| {
            let location = Location::new(path, Position::new(1, 1));
            let mut found = Candidate::new(Origin::Compose, name, location).in_dir(dir);
            found.dockerfile = Some(("docker/Dockerfile".to_owned(), None));
            found
        };
        let joined = |dir: &str| {
            let all = vec![
                candidate("docker/docker-compose.yml", "node", "src"),
                candidate("docker/trial/docker-compose.yml", "node-alpha", dir),
                candidate("docker/trial/docker-compose.yml", "node-beta", dir),
            ];
            join(all, &Knowledge::default().images).len()
        };
        assert_eq!(joined("src"), 1);
        assert_eq!(joined("other"), 2);
    }

    #[test]
    fn instances_of_one_program_are_one() {
        let entries = [
            ("core1", "core", ""),
            ("core2", "core", ""),
            ("prod-web", "web", ""),
        ];
        assert_eq!(names(&entries), ["core", "prod-web"]);
        let entries = [("node-alpha", "n", ""), ("node-beta", "n", "")];
        assert_eq!(names(&entries), ["node"]);
        let peers = "--peers=node1,node2";
        let first = format!("--name=node1 {peers}");
        let second = format!("--name=node2 {peers}");
        let entries = [("node1", "n", &*first), ("node2", "n", &*second)];
        assert_eq!(names(&entries), ["node"]);
        let entries = [("orders-grpc", "o", ""), ("orders-http", "o", "")];
        assert_eq!(names(&entries), ["orders"]);
    }

    #[test]
    fn other_commands_folders_and_names_are_other_programs() {
        let entries = [
            ("app-1", "a", "web"),
            ("app-2", "a", "worker"),
            ("app-3", "b", "web"),
        ];
        assert_eq!(names(&entries), ["app-1", "app-2", "app-3"]);
        let entries = [("orders-http", "a", "serve"), ("orders-grpc", "a", "rpc")];
        assert_eq!(names(&entries), ["orders-http", "orders-grpc"]);
        let entries = [("orders", "a", ""), ("orders-worker", "a", "")];
        assert_eq!(names(&entries), ["orders", "orders-worker"]);
    }

    #[test]
    fn what_profiles_choose_between_runs_once() {
        let candidate = |name: &str, profile: &str| {
            let place = Location::new("compose.yml", Position::new(1, 1));
            let mut found = Candidate::new(Origin::Compose, name, place).in_dir("w");
            found.profiles = vec![profile.to_owned()];
            found
        };
        let count = |second: &str| {
            let both = vec![candidate("web-dev", "dev"), candidate("web-prod", second)];
            let joined = join(both, &Knowledge::default().images);
            (joined.len(), joined[0].instances)
        };
        assert_eq!(count("prod"), (1, 1));
        assert_eq!(count("dev"), (1, 2));
    }
}
