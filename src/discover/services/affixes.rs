//! Words that the folders of most programs beside each other share: they say nothing of one of them.
//!
//! In: candidates with folders. Out: the same with shorter names as aliases.
//! Invariant: a shared word is one at the start or end of three folders or more of one parent.
//! Never: a shorter name that a database, broker or tool goes by.
//!
//! `cart-cna-microservice`, `users-cna-microservice` and `search-cna-microservice` are what manifests call
//! `cart`, `users` and `search`; `acme-orders` is `orders` where all folders begin with `acme-`.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::Candidate;
use super::roles;
use crate::knowledge::Images;
use crate::model::names::{self, folder, key, tail, words};

/// How many folders have to share a word.
const FOLDERS: usize = 3;

/// Adds the names that are left without what the folders beside share.
pub(super) fn shorten(candidates: &mut [Candidate], images: &Images) {
    let third_party: BTreeSet<String> = candidates
        .iter()
        .filter(|c| c.origin.deploys() && is_known(images, c))
        .flat_map(|c| std::iter::once(&c.name).chain(&c.aliases))
        .map(|name| key(name))
        .collect();
    let mut beside: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for dir in candidates.iter().filter_map(own_dir) {
        let siblings = beside.entry(folder(dir).to_owned()).or_default();
        siblings.insert(dir.to_owned());
    }
    let mut short: BTreeMap<String, String> = BTreeMap::new();
    for dirs in beside.values().filter(|dirs| dirs.len() >= FOLDERS) {
        let split: Vec<Vec<String>> = dirs.iter().map(|dir| words(tail(dir))).collect();
        let start = shared(&split, dirs.len(), |words, n| {
            words.get(..n).map(<[_]>::to_vec)
        });
        let end = shared(&split, dirs.len(), |words, n| {
            words.get(words.len().checked_sub(n)?..).map(<[_]>::to_vec)
        });
        for (dir, words) in dirs.iter().zip(&split) {
            let mut left = words.as_slice();
            left = left.strip_prefix(start.as_slice()).unwrap_or(left);
            left = left.strip_suffix(end.as_slice()).unwrap_or(left);
            let name = left.join("-");
            let telling = left.len() < words.len() && name.len() > 1 && !names::is_generic(&name);
            if telling && !third_party.contains(&key(&name)) {
                short.insert(dir.clone(), name);
            }
        }
    }
    for candidate in candidates.iter_mut() {
        let name = own_dir(candidate).and_then(|dir| short.get(dir)).cloned();
        candidate.aliases.extend(name);
    }
    without_system(candidates);
}

/// `orders` of `acme-orders`, where three or more of what is deployed without code are called like programs with code
/// behind the name of the system.
fn without_system(candidates: &mut [Candidate]) {
    let coded: BTreeSet<String> = candidates
        .iter()
        .filter(|c| c.dir.as_ref().or(c.context.as_ref()).is_some())
        .flat_map(|c| std::iter::once(&c.name).chain(&c.aliases))
        .map(|name| key(name))
        .collect();
    let own = |c: &Candidate| {
        let bare = c.origin.deploys() && c.dir.is_none() && c.context.is_none();
        let (system, own) = c.name.split_once('-').filter(|_| bare)?;
        (coded.contains(&key(own)) && !coded.contains(&key(&c.name)))
            .then(|| (system.to_owned(), own.to_owned()))
    };
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (system, name) in candidates.iter().filter_map(own) {
        uses.entry(system).or_default().insert(name);
    }
    let found: Vec<Option<(String, String)>> = candidates.iter().map(own).collect();
    for (candidate, found) in candidates.iter_mut().zip(found) {
        let often = |(system, _): &(String, String)| uses[system].len() >= FOLDERS;
        candidate
            .aliases
            .extend(found.filter(often).map(|(_, name)| name));
    }
}

/// The folder that a build file or Dockerfile stands for.
fn own_dir(candidate: &Candidate) -> Option<&str> {
    let dir = candidate.dir.as_deref().filter(|dir| !dir.is_empty());
    dir.filter(|_| !candidate.origin.deploys())
}

/// Whether the image of a mention is that of a known tool, database or broker.
fn is_known(images: &Images, candidate: &Candidate) -> bool {
    let image = candidate.image.as_deref().map(tail);
    image.is_some_and(|image| roles::by_words(images, image).is_some())
}

/// The longest run of words that a third of the folders share, three at least; words that only say "service" alone
/// are none.
fn shared(
    split: &[Vec<String>],
    all: usize,
    part: impl Fn(&[String], usize) -> Option<Vec<String>>,
) -> Vec<String> {
    for length in (1..4).rev() {
        let mut uses: BTreeMap<Vec<String>, usize> = BTreeMap::new();
        for words in split.iter().filter(|words| words.len() > length) {
            if let Some(part) = part(words, length) {
                *uses.entry(part).or_default() += 1;
            }
        }
        let often = |(_, uses): &(Vec<String>, usize)| *uses >= FOLDERS && uses * 3 >= all;
        let found = uses.into_iter().find(often).map(|(part, _)| part);
        if let Some(found) = found.filter(|part| !names::is_generic(&part.join("-"))) {
            return found;
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::super::candidate::Origin;
    use super::*;
    use crate::knowledge::Knowledge;
    use crate::model::{Location, Position};

    fn shown(dirs: &[&str], image: Option<&str>) -> Vec<String> {
        let at = || Location::new("x", Position::new(1, 1));
        let built = |dir: &&str| Candidate::new(Origin::Dockerfile, tail(dir), at()).in_dir(*dir);
        let mut candidates: Vec<Candidate> = dirs.iter().map(built).collect();
        let mut deployed = Candidate::new(Origin::Compose, "cart", at());
        deployed.image = image.map(str::to_owned);
        candidates.push(deployed);
        shorten(&mut candidates, &Knowledge::default().images);
        candidates.into_iter().flat_map(|c| c.aliases).collect()
    }

    #[test]
    fn what_all_folders_share_is_left_out() {
        let dirs = [
            "cart-cna-service",
            "users-cna-service",
            "search-cna-service",
            "store-ui",
        ];
        assert_eq!(shown(&dirs, None), ["cart", "users", "search"]);
        assert_eq!(
            shown(&["s/acme-cart", "s/acme-pay", "s/acme-geo"], None),
            ["cart", "pay", "geo"]
        );
    }

    #[test]
    fn the_name_of_the_system_is_left_out() {
        let at = || Location::new("x", Position::new(1, 1));
        let shown = |parts: &[&str]| {
            let coded = parts.iter().map(|name| {
                Candidate::new(Origin::Dockerfile, *name, at()).in_dir(format!("src/{name}"))
            });
            let deployed = parts
                .iter()
                .map(|name| Candidate::new(Origin::Kubernetes, format!("acme-{name}"), at()));
            let mut all: Vec<Candidate> = coded.chain(deployed).collect();
            shorten(&mut all, &Knowledge::default().images);
            all.into_iter()
                .flat_map(|c| c.aliases)
                .collect::<Vec<String>>()
        };
        assert_eq!(shown(&["cart", "pay", "geo"]), ["cart", "pay", "geo"]);
        assert_eq!(shown(&["cart", "pay"]), Vec::<String>::new());
    }

    #[test]
    fn two_folders_share_nothing_and_a_database_keeps_its_name() {
        assert_eq!(
            shown(&["cart-x", "users-x", "store"], None),
            Vec::<String>::new()
        );
        assert_eq!(
            shown(&["cart-cna", "users-cna", "search-cna"], Some("redis:7")),
            ["users", "search"]
        );
    }
}
