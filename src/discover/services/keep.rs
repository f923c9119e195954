//! Which groups are services of the system, and which are tools, tests or packaging.
//!
//! In: groups. Out: the groups that stay.
//! Invariant: infrastructure stays only beside at least one program of the tree.
//! Never: a rule about one particular system.

use std::collections::BTreeSet;

use super::candidate::{Candidate, Origin};
use super::dirs::Folders;
use super::group::Group;
use super::{build, roles};
use crate::knowledge::Images;
use crate::model::names;

/// Whether a manifest speaks about deployment for real, not for tests or examples.
pub(super) fn counts(folders: &Folders, candidate: &Candidate) -> bool {
    let path = &candidate.location.path;
    let deploys = matches!(candidate.origin, Origin::Compose | Origin::Kubernetes);
    let for_tests = deploys && folders.is_tried(names::tail(path));
    let dir_is_auxiliary = candidate
        .dir
        .as_ref()
        .is_some_and(|dir| folders.is_auxiliary(&format!("{dir}/x")));
    !(folders.is_auxiliary(path) || for_tests || dir_is_auxiliary) && is_name(&candidate.name)
}

/// Whether a text can be a name, and is no rest of a template: `{{ .Values.name | quote }}`.
fn is_name(text: &str) -> bool {
    !text.contains(['(', ')', '|', '"', '\'', '`', '<', '>', '\\'])
}

/// Keeps the groups that are services; `code` tells whether a group owns code of the tree.
pub(super) fn keep(groups: Vec<Group>, folders: &Folders, images: &Images) -> Vec<Group> {
    let programs = || groups.iter().filter(|group| !group.is_job());
    let deployed = programs()
        .filter(|group| is_deployed(group) && owns_code(group, folders))
        .count();
    let built = programs()
        .filter(|group| builds_server(group) && !is_page(group))
        .count();
    let with_image = programs()
        .filter(|group| has_own_dockerfile(group, folders))
        .count();
    let several = deployed + built + with_image > 1;
    let stays = |group: &Group| {
        is_deployed(group)
            || (builds_server(group) && (several || !is_lone(group) && !is_page(group)))
            || (has_own_dockerfile(group, folders) && !(several && is_top(group)))
    };
    let packaging: Vec<bool> = groups
        .iter()
        .map(|group| is_packaging(group, &groups))
        .collect();
    let kept: Vec<Group> = groups
        .into_iter()
        .zip(packaging)
        .filter(|(group, packaging)| !packaging && stays(group))
        .map(|(group, _)| group)
        .collect();
    let mut programs = kept.iter().filter(|group| !group.is_job());
    let first_party = programs.clone().any(|group| owns_code(group, folders));
    let own_images = programs.any(|group| own_image(images, group, &kept));
    if first_party || own_images {
        kept
    } else {
        Vec::new()
    }
}

/// Whether a folder takes its image from the makers of the system: its organisation publishes
/// several of the deployed images, or the tree holds a folder that builds it.
pub(super) fn own_image(images: &Images, group: &Group, all: &[Group]) -> bool {
    let organisation = |group: &Group| {
        let image = group
            .members
            .iter()
            .filter(|c| c.origin.deploys())
            .find_map(|c| c.image.clone())?;
        image
            .rsplit_once('/')
            .map(|(organisation, _)| organisation.to_owned())
    };
    let builds = group.any(|c| c.origin.deploys() && (c.dir.is_some() || c.context.is_some()));
    let Some(own) = organisation(group) else {
        return builds;
    };
    // One image under several names is one that anybody may have published.
    let published: BTreeSet<&str> = all
        .iter()
        .filter(|other| organisation(other).as_ref() == Some(&own))
        .filter_map(|other| other.lead()?.image.as_deref())
        .map(names::tail)
        .filter(|image| roles::by_head(images, image).is_none())
        .collect();
    // Beside code of the tree, those who publish none of it are somebody else.
    let is_coded = |other: &&Group| !other.dirs.is_empty();
    let is_own = |other: &Group| organisation(other).as_ref() == Some(&own);
    let mut coded = all.iter().filter(is_coded).peekable();
    let publishes = coded.peek().is_none() || coded.any(is_own);
    builds || published.len() > 1 && publishes
}

/// Without programs that nothing deploys and that are called like one that is deployed from other folders: they are
/// alternatives to it, or its samples.
pub(super) fn without_alternatives(groups: Vec<Group>) -> Vec<Group> {
    let name = |group: &Group| group.lead().map(|c| names::key(&c.name));
    let deployed = groups
        .iter()
        .filter(|group| is_deployed(group) && !group.dirs.is_empty());
    let deployed: BTreeSet<String> = deployed.filter_map(name).collect();
    let is_alternative = |group: &Group| {
        !is_deployed(group) && name(group).is_some_and(|name| deployed.contains(&name))
    };
    groups
        .into_iter()
        .filter(|group| !is_alternative(group))
        .collect()
}

/// Whether code of the tree belongs to the group.
pub(super) fn owns_code(group: &Group, folders: &Folders) -> bool {
    group.dirs.iter().any(|dir| folders.has_code(dir))
}

/// Whether a manifest of a deployment or a catalogue names it.
fn is_deployed(group: &Group) -> bool {
    group.any(|c| c.origin.deploys() || c.origin == Origin::Catalog)
}

/// Whether a build file makes it a program.
fn builds_server(group: &Group) -> bool {
    group.any(|c| c.origin == Origin::Build)
}

/// A program that nothing but its code makes known: alone in its tree it may be any tool.
fn is_lone(group: &Group) -> bool {
    group.any(|c| c.hints.contains("lone-binary"))
}

/// A program for browsers that no manifest deploys: beside several others it is a part of the system, beside one its
/// front.
fn is_page(group: &Group) -> bool {
    group.any(|c| c.hints.contains(build::PAGES)) && !is_deployed(group)
}

/// Whether it owns the whole tree.
fn is_top(group: &Group) -> bool {
    group.dirs.contains("")
}

/// A Dockerfile beside code, not one in a folder of build tools.
fn has_own_dockerfile(group: &Group, folders: &Folders) -> bool {
    let built = |c: &Candidate| matches!(c.origin, Origin::Dockerfile | Origin::Skaffold);
    group.any(|c| {
        built(c)
            && c.dir
                .as_ref()
                .is_some_and(|dir| folders.has_code(dir) && !folders.is_tooling(dir))
    })
}

/// A Dockerfile inside the folders of other services builds a part of them, not a service.
fn is_packaging(group: &Group, all: &[Group]) -> bool {
    let inside = |dir: &String| {
        let holds = |other: &Group| {
            !other.dirs.contains(dir)
                && other
                    .dirs
                    .iter()
                    .any(|outer| !outer.is_empty() && names::within(dir, outer))
        };
        all.iter().any(holds)
    };
    if is_page(group) && group.dirs.iter().any(inside) {
        return true;
    }
    // A program of what is deployed in one piece is a part of it.
    let deployed = |other: &Group| {
        let around = |outer: &String| group.dirs.iter().all(|dir| names::within(dir, outer));
        let shared = |c: &Candidate| c.context.as_ref().is_some_and(around);
        is_deployed(other)
            && !other.is_job()
            && (other.dirs.iter().any(around) || other.any(shared))
    };
    let scripted = |c: &Candidate| c.origin == Origin::Script;
    let only_code = !group.any(|c| !scripted(c) && !c.hints.contains("go-program"));
    if only_code && all.iter().any(deployed) {
        return true;
    }
    let only_dockerfiles = !group.any(|c| !scripted(c) && c.origin != Origin::Dockerfile);
    only_dockerfiles && !group.dirs.is_empty() && group.dirs.iter().all(inside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Location, Position};

    #[test]
    fn what_is_called_like_a_deployed_program_is_an_alternative_to_it() {
        let group = |origin, name: &str, dir: &str| {
            let place = Location::new(dir, Position::new(1, 1));
            Group {
                members: vec![Candidate::new(origin, name, place)],
                dirs: BTreeSet::from([dir.to_owned()]),
                layers: BTreeSet::new(),
            }
        };
        let kept = |first| {
            let groups = vec![
                group(first, "orders", "java/orders"),
                group(Origin::Build, "orders", "go/orders"),
                group(Origin::Build, "users", "go/users"),
            ];
            without_alternatives(groups).len()
        };
        assert_eq!(kept(Origin::Compose), 2);
        assert_eq!(kept(Origin::Build), 3);
    }
}
