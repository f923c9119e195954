//! What manifests of one deployment say together: where its code lies, and whether it ends.
//!
//! In: candidates, folders, Dockerfiles. Out: candidates with a folder and the mark of a job.
//! Invariant: a job takes no folder that a program which serves is built from.
//! Never: a word in the name of a service.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{Candidate, Origin};
use super::copies::Copies;
use super::dirs::Folders;
use super::{dockerfile, jobs, roles, variables};
use crate::knowledge::{Knowledge, List, Messaging};
use crate::model::names::{folder, is_generic, join, tail, within, words};
use crate::model::{Role, Setting, stacks};
use crate::source::ReadText;

/// Settles folders, then jobs.
pub(super) fn settle(
    candidates: &mut [Candidate],
    folders: &Folders,
    knowledge: &Knowledge,
    text: &ReadText<'_>,
) {
    let copies = Copies::new(candidates, folders, text);
    let deployed = candidates.iter().filter(|c| c.origin.deploys());
    let deployed: BTreeSet<String> = deployed
        .filter_map(|c| Some(c.dockerfile.clone()?.0))
        .collect();
    for candidate in candidates.iter_mut() {
        read_env_files(candidate, text);
        let built = built(candidate, knowledge, text);
        let mounted = mounted(candidate, built.as_ref(), folders);
        candidate.dir = mounted.or_else(|| build_folder(candidate, folders, knowledge));
        let base = built.as_ref().and_then(|built| built.image.as_deref());
        // A proxy copies the pages of the program before which it stands.
        if base.is_none_or(|base| roles::by_words(&knowledge.images, tail(base)).is_none()) {
            narrow(candidate, &copies, folders);
        }
        // Who builds a Dockerfile knows better what for.
        if !deployed.contains(&*candidate.location.path) {
            pack(candidate, &copies, folders, knowledge);
        }
        candidate.job |= is_job(candidate, built.as_ref(), knowledge)
            || sets_up(candidate, built.as_ref(), folders, knowledge);
        let worked = worked(candidate, built.as_ref(), &knowledge.messaging);
        candidate.settings.extend(worked);
    }
    end_with_others(candidates, knowledge, text);
    yield_folders(candidates);
}

/// What the command says of tasks: whose it works off, or queues by a timetable.
fn worked(candidate: &Candidate, built: Option<&Candidate>, known: &Messaging) -> Vec<Setting> {
    let own = Some(candidate).filter(|c| !c.command.is_empty());
    let command = own.or(built).map_or(&[][..], |c| &c.command);
    let command = command.join(" ").to_lowercase();
    let inside = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let parts: Vec<&str> = command.split(|c: char| !inside(c)).collect();
    // `/start-celeryworker` is a script that does.
    let says = |word: &str| {
        parts
            .iter()
            .any(|part| *part == word || word.len() > 3 && part.contains(word))
    };
    let fits = |words: &List| words.iter().next().is_some() && words.iter().all(says);
    let setting = |key: &str, library: &String| Setting {
        key: key.to_owned(),
        value: library.clone(),
        location: candidate.location.clone(),
    };
    let rows = known.workers_of.iter();
    rows.filter_map(|(library, worker)| {
        let works = fits(&worker.command).then(|| setting(stacks::WORKS, library));
        let schedules = || fits(&worker.schedules).then(|| setting(stacks::SCHEDULES, library));
        // What else the command of a library starts, such as a monitor, neither queues nor works off.
        let tool = || {
            let named = worker.command.iter().next().is_some_and(says);
            named.then(|| setting(stacks::WORKS, &String::new()))
        };
        works.or_else(schedules).or_else(tool)
    })
    .collect()
}

/// Entries of Compose files that say nothing of what they start end where the others of their folder say so: the
/// entry of the same name that they complete, or the one whose image they run.
fn end_with_others(candidates: &mut [Candidate], knowledge: &Knowledge, text: &ReadText<'_>) {
    let place = |c: &Candidate, name: &str| (folder(&c.location.path).to_owned(), name.to_owned());
    let silent = |c: &Candidate| {
        c.origin == Origin::Compose && c.command.is_empty() && c.ports.is_empty() && !c.job
    };
    for _ in 0..2 {
        let (mut named, mut built) = (BTreeSet::new(), BTreeSet::new());
        for job in candidates
            .iter()
            .filter(|c| c.job && c.origin == Origin::Compose)
        {
            named.insert(place(job, &job.name));
            if let Some(image) = job.image.as_ref().filter(|_| job.command.is_empty()) {
                built.insert(place(job, image));
            }
        }
        for entry in candidates.iter_mut().filter(|c| silent(c)) {
            let of_image = entry.image.as_ref().map(|image| place(entry, image));
            entry.job = named.contains(&place(entry, &entry.name))
                || of_image.is_some_and(|image| built.contains(&image))
                || built_to_hold(entry, knowledge, text);
        }
    }
}

/// Whether an image is built that starts nothing: tools on the base of an operating system.
fn built_to_hold(candidate: &Candidate, knowledge: &Knowledge, text: &ReadText<'_>) -> bool {
    let built = built(candidate, knowledge, text);
    built.is_some_and(|built| {
        let base = built.image.as_deref().map(tail);
        let plain = base.is_some_and(|base| knowledge.images.jobs.systems.has(base));
        plain && built.command.is_empty()
    })
}

/// Adds the variables of the files that a deployment names, after those that it sets by itself.
fn read_env_files(candidate: &mut Candidate, text: &ReadText<'_>) {
    let files = candidate.env_files.iter();
    let read = files.flat_map(|file| {
        let (path, text) = variables::existing(file, text);
        variables::of_file(&path, &text, &BTreeMap::new())
    });
    let read: Vec<Setting> = read.collect();
    candidate.settings.extend(read);
}

/// The stage of the Dockerfile that a deployment builds.
fn built(candidate: &Candidate, knowledge: &Knowledge, text: &ReadText<'_>) -> Option<Candidate> {
    let (file, target) = candidate.dockerfile.as_ref()?;
    let text = text(file);
    let stage = target
        .as_ref()
        .map_or(&*text, |target| dockerfile::up_to(&text, target));
    dockerfile::read(&knowledge.folders.packaging, file, stage)
}

/// The folder of the tree that is mounted where the program starts.
fn mounted(candidate: &Candidate, built: Option<&Candidate>, folders: &Folders) -> Option<String> {
    let stage = || built.and_then(|built| built.working_dir.as_deref());
    let start = candidate.working_dir.as_deref().or_else(stage)?;
    let inside = candidate
        .volumes
        .iter()
        .filter(|(to, _)| within(start, to.trim_end_matches('/')));
    let (to, from) = inside.max_by_key(|(to, from)| (to.len(), from))?;
    let rest = start
        .get(to.trim_end_matches('/').len()..)
        .unwrap_or_default();
    join(from, rest).filter(|dir| folders.has_code(dir))
}

/// The folder of the Dockerfile where it holds code, else the whole build context.
fn build_folder(candidate: &Candidate, folders: &Folders, knowledge: &Knowledge) -> Option<String> {
    let context = candidate.context.as_deref();
    let (Some(context), Some((file, _))) = (context, &candidate.dockerfile) else {
        return candidate.dir.clone();
    };
    let own = dockerfile::code_folder(&knowledge.folders.packaging, folder(file));
    let inside = within(own, context) && folders.has_code(own);
    Some(if inside { own } else { context }.to_owned())
}

/// Where a deployment is built from a context of several programs, its code lies in what its Dockerfile copies.
fn narrow(candidate: &mut Candidate, copies: &Copies, folders: &Folders) {
    let whole = candidate.context.is_some() && candidate.dir == candidate.context;
    let inner = copies.folder(candidate).filter(|_| whole);
    if let Some(inner) = inner.filter(|inner| folders.is_marked(inner)) {
        candidate.dir = Some(inner.to_owned());
    }
}

/// A Dockerfile apart from the code that it packs builds the only unit of the tree that its last stage copies from:
/// `docker/Dockerfile.orders` with `COPY --from=build /home/app/orders/target/app.jar`.
fn pack(candidate: &mut Candidate, copies: &Copies, folders: &Folders, knowledge: &Knowledge) {
    let own = candidate.dir.clone().unwrap_or_default();
    let file = tail(&candidate.location.path).to_owned();
    let suffix = dockerfile::suffix(&file);
    let apart = suffix.is_some() || !folders.has_code(&own);
    if candidate.origin != Origin::Dockerfile || !apart {
        return;
    }
    let units = || {
        let copied = candidate.copies.iter();
        let units: BTreeSet<String> = copied.filter_map(|path| unit(path, folders)).collect();
        let mut others = units.into_iter().filter(|dir| *dir != own);
        others.next().filter(|_| others.next().is_none())
    };
    let packed = copies.folder(candidate).filter(|dir| *dir != own);
    let packed = packed.filter(|dir| folders.is_marked(dir));
    let dir = if copies.packs(candidate) {
        packed.map(str::to_owned)
    } else {
        units()
    };
    let Some(dir) = dir else {
        return;
    };
    candidate.name = tail(&dir).to_owned();
    candidate.dir = Some(dir);
    let jobs = &knowledge.images.jobs;
    let called = suffix.filter(|name| !is_generic(name) && !jobs::is_task_name(jobs, name));
    candidate.aliases.extend(called.map(str::to_owned));
}

/// The longest part of a path that is the folder of a unit of the tree.
fn unit(path: &str, folders: &Folders) -> Option<String> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let spans =
        (0..parts.len()).flat_map(|from| (from + 1..=parts.len()).map(move |to| (from, to)));
    let dirs = spans.map(|(from, to)| parts[from..to].join("/"));
    dirs.filter(|dir| folders.is_marked(dir))
        .max_by_key(|dir| dir.matches('/').count())
}

/// Whether a deployment or an image runs once and ends. Whatever has a port serves. Else the first
/// of these that is known decides: a name for tests, the profiles, the command, the stage or ending
/// of the Dockerfile, the command of the image.
fn is_job(candidate: &Candidate, built: Option<&Candidate>, knowledge: &Knowledge) -> bool {
    let jobs = &knowledge.images.jobs;
    let serves = !candidate.ports.is_empty() || !candidate.published.is_empty();
    let starts = candidate.origin.deploys() || candidate.origin == Origin::Dockerfile;
    if serves || !starts {
        return false;
    }
    // `tests-kubernetes`, `e2e`; a `test` alone may be a program of a demo.
    let tries = |word: &String| matches!(word.as_str(), "e2e" | "tests");
    if candidate.origin.deploys() && words(&candidate.name).iter().any(tries) {
        return true;
    }
    let profiles = &candidate.profiles;
    if !profiles.is_empty() && profiles.iter().all(|name| jobs::is_task_name(jobs, name)) {
        return true;
    }
    if !candidate.command.is_empty() {
        return jobs::ends(jobs, &candidate.command);
    }
    let own = (&*candidate.location.path, None);
    let dockerfile = candidate.dockerfile.as_ref();
    let named = dockerfile.map(|(file, target)| (file.as_str(), target.as_deref()));
    let Some((file, target)) = named.or((candidate.origin == Origin::Dockerfile).then_some(own))
    else {
        let image = candidate.image.as_deref();
        return candidate.origin.deploys()
            && image.is_some_and(|image| jobs::is_image(jobs, image));
    };
    let named = [target, dockerfile::suffix(tail(file))];
    let task = named
        .into_iter()
        .flatten()
        .any(|name| jobs::is_task_name(jobs, name));
    task || built.is_some_and(|built| jobs::ends(jobs, &built.command))
}

/// Whether an image of nothing but shell scripts is built on that of a tool, under a name that tells nothing else, and
/// listens nowhere: tables are created, data is loaded.
fn sets_up(
    candidate: &Candidate,
    built: Option<&Candidate>,
    folders: &Folders,
    knowledge: &Knowledge,
) -> bool {
    let listens = |c: &Candidate| !c.ports.is_empty() || !c.published.is_empty();
    let Some(built) = built.filter(|built| !listens(built) && !listens(candidate)) else {
        return false;
    };
    let known = |name: &str| {
        let role = roles::by_words(&knowledge.images, tail(name));
        role.is_some_and(|role| role != Role::Job)
    };
    let scripts = candidate
        .dir
        .as_deref()
        .is_some_and(|dir| folders.is_only_shell(dir));
    scripts
        && candidate.command.is_empty()
        && !known(&candidate.name)
        && !built.image.as_deref().is_some_and(known)
}

/// A test that builds the folder of a service leaves it to the service.
fn yield_folders(candidates: &mut [Candidate]) {
    let serving: BTreeSet<String> = candidates
        .iter()
        .filter(|candidate| !candidate.job)
        .filter_map(|candidate| candidate.dir.clone())
        .collect();
    for job in candidates.iter_mut().filter(|candidate| candidate.job) {
        job.dir.take_if(|dir| serving.contains(dir));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::services::compose;
    use crate::discover::services::held;

    /// The entries of Compose files, each with whether it is a job; the other files are Dockerfiles and code.
    fn jobs(files: &[(&str, &str)]) -> Vec<String> {
        let paths = held::paths(files);
        let knowledge = Knowledge::default();
        let text = held::text(files);
        let none = std::collections::BTreeMap::new();
        let read = |path: &&str| compose::read(path, &text(path), &none, &|_| String::new());
        let composed = paths.iter().filter(|path| compose::is_compose(tail(path)));
        let mut candidates: Vec<Candidate> = composed.flat_map(read).collect();
        let folders = Folders::new(&paths, &knowledge, Vec::new());
        settle(&mut candidates, &folders, &knowledge, &text);
        let shown = |c: &Candidate| format!("{}{}", c.name, if c.job { " job" } else { "" });
        candidates.iter().map(shown).collect()
    }

    #[test]
    fn entries_that_complete_a_job_are_jobs() {
        let base = "services:\n  tools:\n    image: acme:default\n    build: {context: ., dockerfile: Dockerfile.tools}\n  shell:\n    image: acme:default\n  build:\n    image: acme:default\n    command: ./mvnw clean install\n  web:\n    build: web\n";
        let overlay = "services:\n  build:\n    image: acme:11\n  other:\n    image: acme:12\n";
        let files = [
            ("docker/compose.yaml", base),
            ("docker/compose.11.yaml", overlay),
            (
                "docker/Dockerfile.tools",
                "FROM centos:7\nRUN yum install -y make\n",
            ),
            ("docker/web/Dockerfile", "FROM centos:7\nCMD ./web\n"),
        ];
        let wanted = [
            "build job",
            "other",
            "tools job",
            "shell job",
            "build job",
            "web",
        ];
        assert_eq!(jobs(&files), wanted);
    }

    #[test]
    fn a_dockerfile_apart_from_its_code_packs_the_unit_that_it_copies_from() {
        let of = |copies: &str| {
            let files = [
                "docker/Dockerfile.shop-orders.jvm",
                "orders/pom.xml",
                "orders/A.java",
                "users/pom.xml",
                "users/B.java",
            ];
            let folders = Folders::new(&files, &Knowledge::default(), Vec::new());
            let text = format!("FROM maven AS build\nCOPY . /home\nFROM jre\n{copies}\nCMD java\n");
            let mut found =
                dockerfile::read(&["docker".into()], files[0], &text).expect("a candidate");
            let copies = Copies::new(&[found.clone()], &folders, &|_| text.clone());
            pack(&mut found, &copies, &folders, &Knowledge::default());
            (found.dir, found.aliases.into_iter().collect::<Vec<_>>())
        };
        let orders = "COPY --from=build --chown=185 /home/orders/target/app/ /app/";
        assert_eq!(
            of(orders),
            (Some("orders".into()), vec!["shop-orders".into()])
        );
        let both = format!("{orders}\nCOPY users/lib /lib");
        assert_eq!(of(&both).1, Vec::<String>::new(), "two may be meant");
    }

    #[test]
    fn an_image_of_scripts_alone_sets_up() {
        let of = |base: &str, file: &str| {
            let dockerfile = format!("FROM {base}\nCMD ./create-tables.sh\n");
            let files = [
                ("compose.yml", "services:\n  tables:\n    build: tables\n"),
                ("tables/Dockerfile", dockerfile.as_str()),
                (file, "x"),
            ];
            jobs(&files)
        };
        assert_eq!(of("python:3", "tables/create-tables.sh"), ["tables job"]);
        assert_eq!(of("python:3", "tables/main.py"), ["tables"]);
        assert_eq!(of("redis:7", "tables/create-tables.sh"), ["tables"]);
    }

    #[test]
    fn what_tries_the_others_is_no_service() {
        let compose = "services:\n  tests-kubernetes:\n    image: acme/tests\n  contests:\n    image: acme/contests\n  test:\n    image: acme/test\n";
        let wanted = ["contests", "test", "tests-kubernetes job"];
        let mut found = jobs(&[("compose.yaml", compose)]);
        found.sort();
        assert_eq!(found, wanted);
    }
}
