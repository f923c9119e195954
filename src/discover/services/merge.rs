//! Mentions of the same service become one.
//!
//! In: candidates. Out: [`Group`]s, strongest mention first in each.
//! Invariant: every candidate ends in exactly one group; the order of files decides nothing.
//! Never: joins two names that one manifest keeps apart.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{Candidate, Origin};
use super::dirs::Folders;
use super::roles;
use crate::knowledge::Images;
use crate::model::Role;
use crate::model::names::{self, key, stem};

/// All mentions of one service.
pub(super) struct Group {
    pub(super) members: Vec<Candidate>,
    pub(super) dirs: BTreeSet<String>,
}

impl Group {
    /// The strongest mention.
    pub(super) fn lead(&self) -> Option<&Candidate> {
        self.members.first()
    }

    pub(super) fn any(&self, test: impl Fn(&Candidate) -> bool) -> bool {
        self.members.iter().any(test)
    }

    /// What its mentions say of one kind.
    pub(super) fn all<'g, I: IntoIterator>(
        &'g self,
        of: impl Fn(&'g Candidate) -> I,
    ) -> impl Iterator<Item = I::Item> {
        self.members.iter().flat_map(of)
    }

    /// The mentions in manifests that say that it runs.
    pub(super) fn deployed(&self) -> impl Iterator<Item = &Candidate> {
        self.members.iter().filter(|c| c.origin.deploys())
    }

    /// Whether it runs once and ends.
    pub(super) fn is_job(&self) -> bool {
        self.any(|c| c.job)
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|c| c.name.as_str())
    }

    /// Every name that a mention uses, as keys.
    fn keys(&self) -> BTreeSet<String> {
        let names = self
            .members
            .iter()
            .flat_map(|c| std::iter::once(&c.name).chain(&c.aliases));
        names
            .map(|name| key(name))
            .filter(|key| !key.is_empty())
            .collect()
    }
}

/// Joins the candidates: by name, then by folder, then by image, then by stem.
pub(super) fn merge(
    mut candidates: Vec<Candidate>,
    folders: &Folders,
    images: &Images,
) -> Vec<Group> {
    candidates
        .sort_by(|a, b| (a.origin, &a.name, &a.location).cmp(&(b.origin, &b.name, &b.location)));
    place_by_path(&mut candidates);
    let shared = unshare(&mut candidates);
    candidates
        .retain(|c| c.origin.deploys() || !c.dir.as_ref().is_some_and(|dir| shared.contains(dir)));
    let mut groups: Vec<Group> = Vec::new();
    for candidate in candidates {
        match home(&groups, &candidate, folders) {
            Some(home) => groups[home].members.push(candidate),
            None => groups.push(Group {
                members: vec![candidate],
                dirs: BTreeSet::new(),
            }),
        }
    }
    give_folders(&mut groups, folders, images);
    share_contexts(&mut groups, folders, &shared);
    leave_commands(&mut groups);
    join_same_stem(join_nested(join_same_folder(groups)), images)
}

/// A deployment that does not say where its code lies, and the path of one program whose last folders spell its name
/// or image: `cart-service` is `app/cart/service`, `shop-java-payment` is `java/payment` of `shop`.
fn place_by_path(candidates: &mut [Candidate]) {
    let programs = candidates.iter().filter(|c| !c.origin.deploys());
    let dirs = programs.filter_map(|c| c.dir.clone());
    let mut by_path: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for dir in dirs.collect::<BTreeSet<String>>() {
        for around in names::folders(&dir).filter(|around| *around != names::folder(&dir)) {
            let spelt = key(&dir[around.len()..]);
            by_path.entry(spelt).or_default().insert(dir.clone());
        }
    }
    let only = |name: &str| {
        let found = by_path.get(&key(name)).filter(|dirs| dirs.len() == 1);
        found.and_then(BTreeSet::first).cloned()
    };
    let open = |c: &&mut Candidate| c.origin.deploys() && c.dir.is_none() && c.context.is_none();
    for candidate in candidates.iter_mut().filter(open) {
        let image = candidate.image.as_deref().map(names::tail);
        candidate.dir = only(&candidate.name).or_else(|| only(image?));
    }
}

/// A folder that differently named deployments build from belongs to the one that is called like it, else to none
/// of them alone.
fn unshare(candidates: &mut [Candidate]) -> BTreeSet<String> {
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for candidate in candidates.iter().filter(|c| c.origin.deploys() && !c.job) {
        if let Some(dir) = &candidate.dir {
            users
                .entry(dir.clone())
                .or_default()
                .insert(key(&candidate.name));
        }
    }
    let own = |dir: &str| key(names::tail(dir));
    users.retain(|_, names| names.len() > 1);
    for candidate in candidates.iter_mut().filter(|c| c.origin.deploys()) {
        let name = key(&candidate.name);
        let yields = |dir: &mut String| users.contains_key(dir) && own(dir) != name;
        if let Some(dir) = candidate.dir.take_if(yields) {
            candidate.context = Some(dir);
        }
    }
    users.retain(|dir, names| !names.contains(&own(dir)));
    users.into_keys().collect()
}

/// The group that the candidate joins: the only one that fits by the first test that any group passes alone.
fn home(groups: &[Group], candidate: &Candidate, folders: &Folders) -> Option<usize> {
    let wanted = Wanted::new(candidate);
    let open = |group: &Group| {
        group.is_job() == candidate.job && !is_built_elsewhere(group, candidate, folders)
    };
    Wanted::TESTS.iter().find_map(|test| {
        let fits = |at: &usize| test(&wanted, &groups[*at]) && open(&groups[*at]);
        let mut fitting = (0..groups.len()).filter(fits);
        let first = fitting.next();
        first.filter(|_| fitting.next().is_none())
    })
}

/// A candidate that looks for its group, by what it is called.
struct Wanted<'c> {
    candidate: &'c Candidate,
    deploys: bool,
    name: String,
    stem: String,
    aliases: BTreeSet<String>,
    image: Option<String>,
}

impl<'c> Wanted<'c> {
    /// How a group fits, the surest first.
    const TESTS: [fn(&Self, &Group) -> bool; 6] = [
        Self::by_name,
        Self::by_dir,
        Self::by_alias,
        Self::by_image,
        Self::by_deployed_image,
        Self::by_stem,
    ];

    fn new(candidate: &'c Candidate) -> Self {
        let image = candidate.image.as_deref();
        Self {
            candidate,
            deploys: candidate.origin.deploys(),
            name: key(&candidate.name),
            stem: stem(&candidate.name),
            aliases: candidate.aliases.iter().map(|alias| key(alias)).collect(),
            image: image.map(|image| key(names::tail(image))),
        }
    }

    fn by_name(&self, group: &Group) -> bool {
        group.any(|c| key(&c.name) == self.name)
    }

    fn by_dir(&self, group: &Group) -> bool {
        let dir = &self.candidate.dir;
        let same = dir.is_some() && group.any(|c| c.dir == *dir);
        same && (!self.deploys || !self.has_a_twin(group))
    }

    /// Two entries of one manifest that share an alias stay apart.
    fn by_alias(&self, group: &Group) -> bool {
        let place = &self.candidate.location.path;
        if group.any(|c| c.origin.deploys() && c.location.path == *place) {
            return false;
        }
        let keys = group.keys();
        keys.contains(&self.name) || self.aliases.iter().any(|alias| keys.contains(alias))
    }

    fn by_image(&self, group: &Group) -> bool {
        let builds = |c: &Candidate| c.origin > Origin::Kubernetes;
        self.deploys
            && !self.has_a_twin(group)
            && group.any(|c| builds(c) && Some(key(&c.name)) == self.image)
    }

    fn by_deployed_image(&self, group: &Group) -> bool {
        let is_own = |image: &str| {
            let image = key(names::tail(image));
            image == self.name || self.aliases.contains(&image)
        };
        let runs = |c: &Candidate| c.origin.deploys() && c.image.as_deref().is_some_and(is_own);
        !self.deploys && group.any(runs)
    }

    fn by_stem(&self, group: &Group) -> bool {
        let open = || group.any(|c| c.origin.deploys()) && !group.any(|c| c.dir.is_some());
        !self.deploys
            && self.candidate.dir.is_some()
            && open()
            && group.any(|c| stem(&c.name) == self.stem)
    }

    fn has_a_twin(&self, group: &Group) -> bool {
        group.any(|c| c.origin == self.candidate.origin)
    }
}

/// Whether the deployment says which folder of code it is built from, and the candidate has another: a page in
/// `shop` and a gateway called `shop` that is built from `shop-bff`.
fn is_built_elsewhere(group: &Group, candidate: &Candidate, folders: &Folders) -> bool {
    let code = |c: &Candidate| c.dir.clone().filter(|dir| folders.has_code(dir));
    let Some(own) = code(candidate).filter(|_| !candidate.origin.deploys()) else {
        return false;
    };
    let deployed = group.members.iter().filter(|c| c.origin == Origin::Compose);
    let mut built = deployed.filter_map(code).peekable();
    built.peek().is_some()
        && built.all(|dir| !names::within(&dir, &own) && !names::within(&own, &dir))
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
    for group in groups.iter_mut().filter(|group| runs_a_command(group)) {
        let beside = taken.beside_commands(group);
        taken.give(group, beside);
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
    for group in groups.iter_mut().filter(works).filter(open) {
        let found = taken.called_alike(group, &users);
        taken.give(group, found);
    }
}

/// The folders of the tree, and which of them belong to a group.
struct Taken<'f> {
    folders: &'f Folders,
    dirs: BTreeSet<String>,
}

impl Taken<'_> {
    fn give(&mut self, group: &mut Group, dirs: Vec<String>) {
        self.dirs.extend(dirs.iter().cloned());
        group.dirs.extend(dirs);
    }

    fn named(&self, names: &[&str], context: &str) -> Vec<String> {
        self.folders.named(names, context, &self.dirs)
    }

    /// Beside `cmd/orders` the folder `internal/orders` belongs to the program.
    fn beside_commands(&self, group: &Group) -> Vec<String> {
        let mut dirs = group.dirs.iter();
        if !dirs.any(|dir| names::folder(dir).ends_with("cmd")) {
            return Vec::new();
        }
        let commands = group.members.iter();
        let commands = commands.filter(|c| c.hints.contains("sub-command"));
        let aliases = commands.flat_map(|c| &c.aliases).map(String::as_str);
        self.named(&group.names().chain(aliases).collect::<Vec<_>>(), "")
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

fn runs_a_command(group: &Group) -> bool {
    let mut kinds = ["go-program", "sub-command"].into_iter();
    kinds.any(|kind| group.any(|c| c.hints.contains(kind)))
}

/// Services that are built from one folder own it together, unless at least two of them have folders of their
/// own inside: several images or commands of one code base are not several code bases.
fn share_contexts(groups: &mut [Group], folders: &Folders, shared: &BTreeSet<String>) {
    for context in shared.iter().filter(|dir| folders.has_code(dir)) {
        let uses = |group: &Group| {
            !group.is_job()
                && group.any(|c| c.origin.deploys() && c.context.as_ref() == Some(context))
        };
        let users: Vec<usize> = (0..groups.len()).filter(|at| uses(&groups[*at])).collect();
        let apart = |at: &usize| {
            let dirs = &groups[*at].dirs;
            let others = users.iter().filter(|other| *other != at);
            let mut others = others.flat_map(|other| &groups[*other].dirs);
            let nests = |other: &String| {
                dirs.iter()
                    .any(|dir| names::within(dir, other) || names::within(other, dir))
            };
            !dirs.is_empty() && !others.any(nests)
        };
        if users.iter().filter(|at| apart(at)).count() > 1 {
            continue;
        }
        for at in users {
            let dirs = &mut groups[at].dirs;
            if !dirs.iter().any(|dir| folders.is_marked(dir)) {
                *dirs = BTreeSet::from([context.clone()]);
            }
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

fn is_known_image(images: &Images, candidate: &Candidate) -> bool {
    let image = candidate.image.as_deref().map(names::tail);
    let role = image.and_then(|image| roles::by_words(images, image));
    candidate.origin.deploys() && role.is_some_and(|role| role != Role::Gateway)
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
        .flat_map(|path| [names::folder(&path).to_owned(), path])
        .filter(|dir| !dir.is_empty() && dir != context && folders.has_code(dir))
        .take(1)
        .collect();
    if !exact.is_empty() {
        return exact;
    }
    let names: Vec<&str> = programs
        .iter()
        .map(|program| names::tail(program))
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
    for group in &mut joined {
        group
            .members
            .sort_by(|a, b| (a.origin, &a.location).cmp(&(b.origin, &b.location)));
    }
    joined
}

/// A program inside of the folder that a container is built from, and called like it, is what the container runs:
/// `Orders/Orders.Api` beside `Orders/Dockerfile`.
fn join_nested(groups: Vec<Group>) -> Vec<Group> {
    let contained = |c: &Candidate| matches!(c.origin, Origin::Compose | Origin::Kubernetes);
    let stems = |group: &Group| -> BTreeSet<String> {
        let names = group.members.iter().map(|c| stem(&c.name));
        names.collect()
    };
    let (mut joined, rest): (Vec<Group>, Vec<Group>) = groups
        .into_iter()
        .partition(|group| group.any(contained) || group.dirs.is_empty());
    for group in rest {
        let own = stems(&group);
        let holds = |other: &Group| {
            let mut dirs = group.dirs.iter();
            let around = |dir: &String| {
                let mut outer = other.dirs.iter();
                outer.any(|outer| !outer.is_empty() && names::within(dir, outer))
            };
            other.any(contained)
                && other.is_job() == group.is_job()
                && dirs.all(around)
                && !stems(other).is_disjoint(&own)
        };
        let around: Vec<usize> = (0..joined.len()).filter(|at| holds(&joined[*at])).collect();
        match around.as_slice() {
            [only] => joined[*only].members.extend(group.members),
            _ => joined.push(group),
        }
    }
    joined
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
        }
    }

    #[test]
    fn a_program_inside_of_a_container_of_its_name_is_that_container() {
        let joined = |inner: Group| {
            join_nested(vec![group(Origin::Compose, "orders", "src/Orders"), inner]).len()
        };
        assert_eq!(
            joined(group(Origin::Build, "Orders.Api", "src/Orders/Orders.Api")),
            1
        );
        assert_eq!(
            joined(group(Origin::Build, "Reports", "src/Orders/Reports")),
            2
        );
        assert_eq!(
            joined(group(Origin::Build, "Orders.Api", "src/Other/Orders.Api")),
            2
        );
    }

    #[test]
    fn a_deployment_runs_the_program_whose_path_spells_its_name_or_image() {
        let place = |name: &str, image: &str, dirs: &[&str]| {
            let at = Location::new("compose.yml", Position::new(1, 1));
            let mut deployed = Candidate::new(Origin::Compose, name, at);
            deployed.image = Some(image.to_owned());
            let built = dirs.iter().map(|dir| group(Origin::Build, "main", dir));
            let mut all = vec![deployed];
            all.extend(built.flat_map(|group| group.members));
            place_by_path(&mut all);
            all.swap_remove(0).dir
        };
        let shop = [
            "java/payment",
            "java/alternative/payment",
            "app/cart/service",
        ];
        assert_eq!(
            place("payment", "acme/java-payment:1", &shop).as_deref(),
            Some("java/payment")
        );
        assert_eq!(
            place("cart-service", "x", &shop).as_deref(),
            Some("app/cart/service")
        );
        assert_eq!(place("payment", "acme/payment", &shop), None);
        assert_eq!(
            place("a-b", "x", &["x/a/b", "y/a/b"]),
            None,
            "two may be meant"
        );
    }
}
