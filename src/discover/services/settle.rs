//! What manifests of one deployment say together: where its code lies, and whether it ends.
//!
//! In: candidates, folders, Dockerfiles. Out: candidates with a folder and the mark of a job.
//! Invariant: a job takes no folder that a program which serves is built from.
//! Never: a word in the name of a service.

use std::collections::BTreeSet;

use super::candidate::{Candidate, Origin};
use super::dirs::Folders;
use super::{dockerfile, jobs};
use crate::knowledge::Knowledge;
use crate::model::names::{folder, join, tail, within};
use crate::model::{Location, Setting};
use crate::source::settings;

/// Looks a file of the tree up: its text, empty when unreadable.
type Read<'a> = dyn Fn(&str) -> String + 'a;

/// Settles folders, then jobs.
pub(super) fn settle(
    candidates: &mut [Candidate],
    folders: &Folders,
    knowledge: &Knowledge,
    text: &Read<'_>,
) {
    for candidate in candidates.iter_mut() {
        read_env_files(candidate, text);
        let built = built(candidate, knowledge, text);
        let mounted = mounted(candidate, built.as_ref(), folders);
        candidate.dir = mounted.or_else(|| build_folder(candidate, folders, knowledge));
        candidate.job |= is_job(candidate, built.as_ref(), knowledge);
    }
    yield_folders(candidates);
}

/// Adds the variables of the files that a deployment names, after those that it sets by itself.
fn read_env_files(candidate: &mut Candidate, text: &Read<'_>) {
    let files = candidate.env_files.iter();
    let read = files.flat_map(|file| {
        let entries = settings::read(".env", &text(file)).into_iter();
        entries.map(|entry| Setting {
            key: entry.key,
            value: entry.value,
            location: Location::new(file.as_str(), entry.at),
        })
    });
    let read: Vec<Setting> = read.collect();
    candidate.settings.extend(read);
}

/// The stage of the Dockerfile that a deployment builds.
fn built(candidate: &Candidate, knowledge: &Knowledge, text: &Read<'_>) -> Option<Candidate> {
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

fn is_job(candidate: &Candidate, built: Option<&Candidate>, knowledge: &Knowledge) -> bool {
    let jobs = &knowledge.images.jobs;
    let serves = !candidate.ports.is_empty() || !candidate.published.is_empty();
    let starts = candidate.origin.deploys() || candidate.origin == Origin::Dockerfile;
    if serves || !starts {
        return false;
    }
    let profiles = &candidate.profiles;
    if !profiles.is_empty() && profiles.iter().all(|name| jobs::is_task_name(jobs, name)) {
        return true;
    }
    if !candidate.command.is_empty() {
        return jobs::ends(jobs, &candidate.command);
    }
    let Some((file, target)) = &candidate.dockerfile else {
        let image = candidate.image.as_deref();
        return candidate.origin.deploys()
            && image.is_some_and(|image| jobs::is_image(jobs, image));
    };
    let named = [target.as_deref(), tail(file).strip_prefix("Dockerfile.")];
    let task = named
        .into_iter()
        .flatten()
        .any(|name| jobs::is_task_name(jobs, name));
    task || built.is_some_and(|built| jobs::ends(jobs, &built.command))
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
