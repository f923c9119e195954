//! Mentions of the same service become one.
//!
//! In: candidates. Out: [`Group`]s, strongest mention first in each.
//! Invariant: every candidate ends in exactly one group; the order of files decides nothing.
//! Never: joins two names that one manifest keeps apart.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{Candidate, Origin};
use super::contexts;
use super::dirs::Folders;
use super::group::Group;
use super::home::{home, place_by_path};
use super::roles;
use crate::knowledge::Images;
use crate::model::Role;
use crate::model::names::{self, key, stem};

/// Joins the candidates: by name, then by folder, then by image, then by stem.
pub(super) fn merge(
    mut candidates: Vec<Candidate>,
    folders: &Folders,
    images: &Images,
) -> Vec<Group> {
    candidates
        .sort_by(|a, b| (a.origin, &a.name, &a.location).cmp(&(b.origin, &b.name, &b.location)));
    place_by_path(&mut candidates);
    place_by_command(&mut candidates, folders);
    leave_recipes(&mut candidates, folders);
    forget_common_folders(&mut candidates);
    build_from_one_image(&mut candidates);
    let (contexts, shared) = contexts::unshare(&mut candidates);
    candidates
        .retain(|c| c.origin.deploys() || !c.dir.as_ref().is_some_and(|dir| shared.contains(dir)));
    let is_store = |group: &Group| runs_a_store(images, group);
    let mut groups: Vec<Group> = Vec::new();
    for candidate in candidates {
        match home(&groups, &candidate, folders, &is_store) {
            Some(home) => groups[home].members.push(candidate),
            None => groups.push(Group {
                members: vec![candidate],
                dirs: BTreeSet::new(),
                layers: BTreeSet::new(),
            }),
        }
    }
    give_folders(&mut groups, folders, images);
    contexts::share(&mut groups, folders, &contexts, &shared);
    leave_commands(&mut groups);
    let nested = join_nested(join_same_folder(groups), folders);
    let mut joined = join_same_stem(nested, images);
    leave_top(&mut joined, folders);
    for group in &mut joined {
        let members = &mut group.members;
        members.sort_by(|a, b| (a.origin, &a.location).cmp(&(b.origin, &b.location)));
    }
    joined
}

/// Deployments of one image that nothing here says how to build, whose commands begin with the folder of a unit each:
/// `command: orders/web` and `command: orders/expire` are processes of `services/orders`.
fn place_by_command(candidates: &mut [Candidate], folders: &Folders) {
    let open = |c: &Candidate| c.origin.deploys() && c.dir.is_none() && c.context.is_none();
    let unit = |c: &Candidate| {
        let (front, rest) = c.programs.first()?.split_once('/')?;
        let plain = |text: &str| !text.is_empty() && !text.contains(['.', '/', '$']);
        let named = || folders.named(&[front], "", &BTreeSet::new());
        let dirs = if plain(front) && plain(rest) {
            named()
        } else {
            Vec::new()
        };
        let mut dirs = dirs.into_iter().filter(|dir| folders.is_marked(dir));
        dirs.next().filter(|_| dirs.next().is_none())
    };
    let mut found: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for (at, candidate) in candidates.iter().enumerate().filter(|(_, c)| open(c)) {
        if let Some((image, dir)) = candidate.image.clone().zip(unit(candidate)) {
            found.entry(image).or_default().push((at, dir));
        }
    }
    // One such command may be a path inside of any image.
    for (at, dir) in found.into_values().filter(|all| all.len() > 1).flatten() {
        candidates[at].dir = Some(dir);
    }
}

/// What several programs are called by their folders, as `boot` of `orders/boot` and `users/boot`, names none of them
/// where they have names of their own.
fn forget_common_folders(candidates: &mut [Candidate]) {
    let built = |c: &Candidate| {
        let dir = c.dir.as_deref().filter(|_| c.origin == Origin::Build)?;
        Some((key(names::tail(dir)), dir.to_owned()))
    };
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, dir) in candidates.iter().filter_map(built) {
        users.entry(name).or_default().insert(dir);
    }
    for candidate in candidates.iter_mut() {
        let Some((name, _)) = built(candidate) else {
            continue;
        };
        if users[&name].len() > 1 && key(&candidate.name) != name {
            candidate.aliases.retain(|alias| key(alias) != name);
        }
    }
}

/// A Dockerfile without code beside it that several deployments build, each with arguments of its own, is a recipe and
/// stands for none of them.
fn leave_recipes(candidates: &mut Vec<Candidate>, folders: &Folders) {
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for candidate in candidates.iter().filter(|c| c.origin.deploys()) {
        if let Some((file, _)) = &candidate.dockerfile {
            let users = users.entry(file.clone()).or_default();
            users.insert(key(&candidate.name));
        }
    }
    let shared = |c: &Candidate| {
        users
            .get(&*c.location.path)
            .is_some_and(|users| users.len() > 1)
    };
    let bare = |c: &Candidate| c.dir.as_deref().is_none_or(|dir| !folders.has_code(dir));
    candidates.retain(|c| c.origin != Origin::Dockerfile || !shared(c) || !bare(c));
}

/// Deployments of differing names that all run the image of one Dockerfile run the code of its folder: a program each,
/// chosen by its command.
fn build_from_one_image(candidates: &mut [Candidate]) {
    let image = |c: &Candidate| Some(key(names::tail(c.image.as_deref()?)));
    let mut built: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for candidate in candidates.iter().filter(|c| c.origin == Origin::Dockerfile) {
        let dirs = built.entry(key(&candidate.name)).or_default();
        dirs.extend(candidate.dir.clone());
    }
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let open = |c: &Candidate| c.origin.deploys() && c.dir.is_none() && c.context.is_none();
    for candidate in candidates.iter().filter(|c| c.origin.deploys() && !c.job) {
        let names = image(candidate).map(|image| users.entry(image).or_default());
        names.into_iter().for_each(|names| {
            names.insert(key(&candidate.name));
        });
    }
    for candidate in candidates.iter_mut().filter(|c| open(c)) {
        let image = image(candidate).filter(|image| users.get(image).is_some_and(|u| u.len() > 1));
        let dirs = image
            .and_then(|image| built.get(&image))
            .filter(|dirs| dirs.len() == 1);
        candidate.dir = dirs.and_then(BTreeSet::first).cloned();
    }
}

/// Each group takes the folders that its mentions name; the others look for folders of their name.
fn give_folders(groups: &mut [Group], folders: &Folders, images: &Images) {
    let mut taken = Taken {
        folders,
        dirs: BTreeSet::new(),
    };
    for group in groups.iter_mut() {
        let named = group.members.iter().filter_map(|c| c.dir.clone());
        let named = named.filter(|dir| folders.exists(dir)).collect();
        taken.give(group, named);
    }
    let works = |group: &&mut Group| !group.is_job();
    for group in groups.iter_mut().filter(works) {
        let code = taken.packed_code(group, images);
        if !code.is_empty() {
            group.dirs.clear();
            taken.give(group, code);
        }
    }
    let users = image_users(groups);
    let open = |group: &&mut Group| group.dirs.is_empty() && !runs_a_known_image(images, group);
    let lead = |group: &Group| group.lead().map(|c| stem(&c.name)).unwrap_or_default();
    let coded = groups.iter().filter(|group| !group.dirs.is_empty());
    let stems: BTreeSet<String> = coded.map(lead).collect();
    for group in groups.iter_mut().filter(works).filter(open) {
        let mut found = taken.called_alike(group, &users);
        // What is called like a program with code, as `srv-orders` beside `orders`, takes no folder `orders`.
        if stems.contains(&lead(group)) {
            let keys: BTreeSet<String> = group.names().map(key).collect();
            found.retain(|dir| keys.contains(&key(names::tail(dir))));
        }
        taken.give(group, found);
    }
}

/// The folders of the tree, and which of them belong to a group.
struct Taken<'f> {
    folders: &'f Folders,
    dirs: BTreeSet<String>,
}

impl Taken<'_> {
    /// Gives folders to a group, so that no later group takes them.
    fn give(&mut self, group: &mut Group, dirs: Vec<String>) {
        self.dirs.extend(dirs.iter().cloned());
        group.dirs.extend(dirs);
    }

    /// Folders below `context` that are called like one of `names` and are not taken.
    fn named(&self, names: &[&str], context: &str) -> Vec<String> {
        self.folders.named(names, context, &self.dirs)
    }

    /// What a folder only packs lies elsewhere, in a folder of its name; a database or proxy has no code.
    fn packed_code(&self, group: &Group, images: &Images) -> Vec<String> {
        let has_code = |dir: &String| self.folders.has_code(dir);
        let packs = !group.dirs.is_empty() && !group.dirs.iter().any(has_code);
        let is_known = |name: &str| roles::by_words(images, name).is_some();
        if !packs || group.names().any(is_known) {
            return Vec::new();
        }
        self.named(&group.names().collect::<Vec<_>>(), "")
    }

    /// Folders called like a mention, an alias or an image that nobody else runs; else those of its program.
    fn called_alike(&self, group: &Group, users: &BTreeMap<String, usize>) -> Vec<String> {
        let context = group.members.iter().find_map(|c| c.context.as_deref());
        let context = context.unwrap_or_default();
        let of = |c: &'_ Candidate| {
            let image = c.image.as_deref().map(names::tail);
            let image = image.filter(|image| users.get(*image) == Some(&1));
            let names = std::iter::once(&c.name).chain(&c.aliases);
            let names = names.map(String::clone).chain(image.map(str::to_owned));
            names.collect::<Vec<_>>()
        };
        let wanted: Vec<String> = group.members.iter().flat_map(of).collect();
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let found = self.named(&wanted, context);
        if found.is_empty() {
            by_program(group, context, self.folders, &self.dirs)
        } else {
            found
        }
    }
}

/// An image of the whole tree in which one program of several starts owns the folder of that program alone.
fn leave_top(groups: &mut [Group], folders: &Folders) {
    let others = |at: usize, groups: &[Group]| {
        let others = groups.iter().enumerate().filter(|(other, _)| *other != at);
        let mut dirs = others.flat_map(|(_, group)| &group.dirs);
        dirs.any(|dir| folders.is_marked(dir))
    };
    for at in 0..groups.len() {
        let own = groups[at]
            .dirs
            .iter()
            .any(|dir| !dir.is_empty() && folders.is_marked(dir));
        if own && groups[at].dirs.contains("") && others(at, groups) {
            groups[at].dirs.remove("");
        }
    }
}

/// A container from which commands are started one by one does not own the tree that holds them: what is left of
/// it are tools and what the commands share.
fn leave_commands(groups: &mut [Group]) {
    let is_command = |group: &Group| group.any(|c| c.hints.contains("sub-command"));
    let commands = groups.iter().filter(|group| is_command(group));
    let commands: Vec<String> = commands.flat_map(|group| group.dirs.clone()).collect();
    for group in groups.iter_mut().filter(|group| !is_command(group)) {
        group.dirs.retain(|dir| {
            let inside = commands
                .iter()
                .filter(|command| names::within(command, dir));
            inside.count() < 2
        });
    }
}

/// How many services run each image.
fn image_users(groups: &[Group]) -> BTreeMap<String, usize> {
    let mut users = BTreeMap::new();
    for group in groups {
        let images = group
            .members
            .iter()
            .filter_map(|c| c.image.as_deref())
            .map(names::tail);
        for image in images.collect::<BTreeSet<_>>() {
            *users.entry(image.to_owned()).or_default() += 1;
        }
    }
    users
}

/// Whether the image is a database, broker or tool that nobody builds here.
fn runs_a_known_image(images: &Images, group: &Group) -> bool {
    group.any(|c| is_known_image(images, c)) && !group.any(|c| c.context.is_some())
}

/// Whether the image is a database or broker by the first word of its name: `postgres`, but not `orders-kafka`.
fn runs_a_store(images: &Images, group: &Group) -> bool {
    let store = |c: &Candidate| {
        let image = c.image.as_deref().map(names::tail).unwrap_or_default();
        let first = names::words(image).into_iter().next();
        let role = first.and_then(|word| roles::by_words(images, &word));
        matches!(role, Some(Role::Datastore | Role::Broker))
    };
    runs_a_known_image(images, group) && group.any(store)
}

/// Whether a deployment runs the image of a known tool, by its name or by its maker. A gateway is
/// none, since its configuration makes it a part of the system.
fn is_known_image(images: &Images, candidate: &Candidate) -> bool {
    let image = candidate.image.as_deref();
    let role = image.and_then(|image| roles::by_words(images, names::tail(image)));
    let known = role.is_some_and(|role| role != Role::Gateway);
    // `jaegertracing/all-in-one`
    let maker = image.map(|image| names::tail(names::folder(image)));
    let made = maker.is_some_and(|maker| images.infrastructure.has(maker));
    candidate.origin.deploys() && (known || made)
}

/// Folders that the start command or build arguments name, as a path or as the program's name.
fn by_program(
    group: &Group,
    context: &str,
    folders: &Folders,
    taken: &BTreeSet<String>,
) -> Vec<String> {
    let shared = group.any(|c| c.context.is_some());
    let programs = group
        .members
        .iter()
        .filter(|c| c.origin.deploys())
        .flat_map(|c| &c.programs);
    let programs: Vec<&String> = programs.filter(|_| shared).collect();
    let paths = programs
        .iter()
        .filter_map(|program| names::join(context, program.trim_start_matches('/')));
    let exact: Vec<String> = paths
        .map(|path| {
            if folders.is_code(&path) {
                path
            } else {
                names::folder(&path).to_owned()
            }
        })
        .filter(|dir| !dir.is_empty() && dir != context && folders.has_code(dir))
        .take(1)
        .collect();
    if !exact.is_empty() {
        return exact;
    }
    // The folder of a program that is another's already is not looked for elsewhere.
    let known: BTreeSet<String> = taken.iter().map(|dir| key(names::tail(dir))).collect();
    let names: Vec<&str> = programs
        .iter()
        .map(|program| names::tail(program))
        .filter(|name| !known.contains(&key(name)))
        .collect();
    folders.named(&names, context, taken)
}

/// Groups of one folder are one, unless a manifest keeps them apart by name.
fn join_same_folder(groups: Vec<Group>) -> Vec<Group> {
    let mut joined: Vec<Group> = Vec::new();
    for group in groups {
        let apart = |other: &Group| {
            let origins: BTreeSet<Origin> = other
                .members
                .iter()
                .map(|c| c.origin)
                .filter(|o| o.deploys())
                .collect();
            group.any(|c| origins.contains(&c.origin)) || group.is_job() != other.is_job()
        };
        let same = |other: &&mut Group| {
            !group.dirs.is_empty() && other.dirs == group.dirs && !apart(other)
        };
        match joined.iter_mut().find(same) {
            Some(other) => other.members.extend(group.members),
            None => joined.push(group),
        }
    }
    joined
}

/// A program inside of the folder that a container is built from is what the container runs when it is called like it,
/// started by it, or the only one there: `Orders/Shop.Services.Orders.Api` beside `Orders/Dockerfile`.
fn join_nested(groups: Vec<Group>, folders: &Folders) -> Vec<Group> {
    let contained = |c: &Candidate| matches!(c.origin, Origin::Compose | Origin::Kubernetes);
    let (mut joined, rest): (Vec<Group>, Vec<Group>) = groups
        .into_iter()
        .partition(|group| group.any(contained) || group.dirs.is_empty());
    let inside = |group: &Group, other: &Group| {
        let around = |dir: &String| {
            let mut outer = other.dirs.iter();
            outer.any(|outer| !outer.is_empty() && outer != dir && names::within(dir, outer))
        };
        other.any(contained)
            && other.is_job() == group.is_job()
            && !group.dirs.is_empty()
            && group.dirs.iter().all(around)
    };
    let programs: Vec<usize> = joined
        .iter()
        .map(|outer| rest.iter().filter(|group| inside(group, outer)).count())
        .collect();
    for group in rest {
        let runs = |at: &usize| {
            let outer = &joined[*at];
            let unit = outer.dirs.iter().any(|dir| folders.is_marked(dir));
            inside(&group, outer)
                && (called_alike(&group, outer)
                    || starts(outer, &group)
                    || programs[*at] == 1 && !unit)
        };
        let around: Vec<usize> = (0..programs.len()).filter(runs).collect();
        match around.as_slice() {
            [only] => joined[*only].members.extend(group.members),
            _ => joined.push(group),
        }
    }
    joined
}

fn called_alike(one: &Group, other: &Group) -> bool {
    let stems = |group: &Group| -> BTreeSet<String> {
        let names = group.members.iter().map(|c| stem(&c.name));
        names.collect()
    };
    !stems(one).is_disjoint(&stems(other))
}

/// Whether a command of the container names the program: `dotnet Shop.Services.Orders.Api.dll`.
fn starts(container: &Group, program: &Group) -> bool {
    let started = container.members.iter().flat_map(|c| &c.programs);
    let started: BTreeSet<String> = started
        .map(|word| key(names::tail(word).trim_end_matches(".dll")))
        .collect();
    let mut called = program.members.iter();
    called.any(|c| {
        let mut names = std::iter::once(&c.name).chain(&c.aliases);
        names.any(|name| started.contains(&key(name)))
    })
}

/// A deployment without code joins the service with code that it is named after, or that is built as its image,
/// unless one folder of manifests names both.
fn join_same_stem(groups: Vec<Group>, images: &Images) -> Vec<Group> {
    let (mut joined, rest): (Vec<Group>, Vec<Group>) =
        groups.into_iter().partition(|group| !group.dirs.is_empty());
    for group in rest {
        let stem_of = group.lead().map(|c| stem(&c.name)).unwrap_or_default();
        let image = group
            .members
            .iter()
            .find_map(|c| c.image.as_deref())
            .map(|image| key(names::tail(image)));
        let builds_image = |other: &Group| {
            let named = |c: &Candidate| {
                let mut names = std::iter::once(&c.name).chain(&c.aliases);
                !c.origin.deploys() && names.any(|name| Some(key(name)) == image)
            };
            other.any(named)
        };
        let manifests = |group: &Group| -> BTreeSet<String> {
            let places = group
                .members
                .iter()
                .filter(|c| c.origin.deploys())
                .map(|c| &c.location.path);
            places.map(|path| names::folder(path).to_owned()).collect()
        };
        let own = manifests(&group);
        let fits = |other: &Group| {
            !other.dirs.is_empty()
                && group.is_job() == other.is_job()
                && (other.any(|c| stem(&c.name) == stem_of) || builds_image(other))
                && manifests(other).is_disjoint(&own)
        };
        let fitting: Vec<usize> = (0..joined.len())
            .filter(|index| fits(&joined[*index]))
            .collect();
        match fitting.as_slice() {
            [only] if !runs_a_known_image(images, &group) => {
                joined[*only].members.extend(group.members);
            }
            _ => joined.push(group),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Location, Position};

    fn group(origin: Origin, name: &str, dir: &str) -> Group {
        let at = Location::new("file", Position::new(1, 1));
        Group {
            members: vec![Candidate::new(origin, name, at).in_dir(dir)],
            dirs: BTreeSet::from([dir.to_owned()]),
            layers: BTreeSet::new(),
        }
    }

    #[test]
    fn a_program_inside_of_a_container_of_its_name_is_that_container() {
        let joined = |inner: &[(&str, &str)], files: &[&str]| {
            let mut container = group(Origin::Compose, "orders", "src/Orders");
            container.members[0].programs = vec!["dotnet".into(), "/app/Shop.Sales.dll".into()];
            let inner = inner
                .iter()
                .map(|(name, dir)| group(Origin::Build, name, dir));
            let folders = Folders::new(files, &crate::knowledge::Knowledge::default(), Vec::new());
            join_nested(std::iter::once(container).chain(inner).collect(), &folders).len()
        };
        let reports = ("Reports", "src/Orders/Reports");
        assert_eq!(
            joined(&[("Orders.Api", "src/Orders/Orders.Api"), reports], &[]),
            2
        );
        assert_eq!(
            joined(&[("Shop.Sales", "src/Orders/Sales"), reports], &[]),
            2
        );
        assert_eq!(joined(&[reports, ("Mails", "src/Orders/Mails")], &[]), 3);
        assert_eq!(joined(&[reports], &[]), 1, "it has nothing else to run");
        assert_eq!(
            joined(&[reports], &["src/Orders/package.json"]),
            2,
            "it has a program of its own"
        );
        assert_eq!(joined(&[("Orders.Api", "src/Other/Orders.Api")], &[]), 2);
    }
}
