//! Which group of mentions a further one belongs to, and where the code of a deployment lies.
//!
//! In: candidates, groups so far. Out: the group that one joins.
//! Invariant: what fits two groups joins none by that.
//! Never: joins a program to a deployment that is built elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::build::PAGES;
use super::candidate::{Candidate, Origin};
use super::dirs::Folders;
use super::group::Group;
use crate::model::names::{self, key, stem};

/// The group that the candidate joins: the only one that fits by the first test that any group passes alone.
pub(super) fn home(
    groups: &[Group],
    candidate: &Candidate,
    folders: &Folders,
    is_store: &dyn Fn(&Group) -> bool,
) -> Option<usize> {
    let wanted = Wanted::new(candidate);
    // `orders` is no part of the container `postgres-orders`.
    let keeps_data = |group: &Group| candidate.origin == Origin::Build && is_store(group);
    let open = |group: &Group| {
        group.is_job() == candidate.job
            && !keeps_data(group)
            && !is_built_elsewhere(group, candidate, folders)
            && !is_its_page(group, candidate)
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

    /// Precomputes every spelling under which the candidate is looked for.
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

    /// The same name, spelt in any way.
    fn by_name(&self, group: &Group) -> bool {
        group.any(|c| key(&c.name) == self.name)
    }

    /// The same folder. Two entries of one kind of manifest that are built from one folder are two
    /// services, not one.
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

    /// A deployment runs an image that is called like a mention outside of Compose and Kubernetes,
    /// such as a build file or a Dockerfile.
    fn by_image(&self, group: &Group) -> bool {
        let builds = |c: &Candidate| c.origin > Origin::Kubernetes;
        self.deploys
            && !self.has_a_twin(group)
            && group.any(|c| builds(c) && Some(key(&c.name)) == self.image)
    }

    /// The other way round: a build is called like the image that a deployment runs.
    fn by_deployed_image(&self, group: &Group) -> bool {
        let is_own = |image: &str| {
            let image = key(names::tail(image));
            image == self.name || self.aliases.contains(&image)
        };
        let runs = |c: &Candidate| c.origin.deploys() && c.image.as_deref().is_some_and(is_own);
        !self.deploys && group.any(runs)
    }

    /// A build with code joins the deployment without code whose name differs only in words that
    /// say nothing: `orders` and `orders-service`. This test is the last, because equal stems prove
    /// least.
    fn by_stem(&self, group: &Group) -> bool {
        let open = || group.any(|c| c.origin.deploys()) && !group.any(|c| c.dir.is_some());
        !self.deploys
            && self.candidate.dir.is_some()
            && open()
            && group.any(|c| stem(&c.name) == self.stem)
    }

    /// Whether the group has a mention in a manifest of the same kind.
    fn has_a_twin(&self, group: &Group) -> bool {
        group.any(|c| c.origin == self.candidate.origin)
    }
}

/// Whether one of both is the pages of a program, and the other the program that they ask, called alike in a folder
/// elsewhere: `front-end/orders` beside `orders`. Pages around or inside of a program are a part of it.
fn is_its_page(group: &Group, candidate: &Candidate) -> bool {
    let dir = |c: &Candidate| c.dir.clone().filter(|_| c.origin == Origin::Build);
    let page = |c: &Candidate| c.hints.contains(PAGES);
    let Some(own) = dir(candidate) else {
        return false;
    };
    group.any(|other| {
        let apart = |dir: String| !names::within(&dir, &own) && !names::within(&own, &dir);
        page(other) != page(candidate) && dir(other).is_some_and(apart)
    })
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

/// A deployment that does not say where its code lies, and the path of one program whose last folders spell its name
/// or image: `cart-service` is `app/cart/service`, `shop-java-payment` is `java/payment` of `shop`.
pub(super) fn place_by_path(candidates: &mut [Candidate]) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Location, Position};

    #[test]
    fn a_deployment_runs_the_program_whose_path_spells_its_name_or_image() {
        let place = |name: &str, image: &str, dirs: &[&str]| {
            let at = Location::new("compose.yml", Position::new(1, 1));
            let mut deployed = Candidate::new(Origin::Compose, name, at);
            deployed.image = Some(image.to_owned());
            let built = dirs.iter().map(|dir| {
                let at = Location::new(*dir, Position::new(1, 1));
                Candidate::new(Origin::Build, "main", at).in_dir(*dir)
            });
            let mut all = vec![deployed];
            all.extend(built);
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
