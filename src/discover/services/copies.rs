//! Which folder of the tree an image packs whose Dockerfile lies apart from the code.
//!
//! In: texts of Dockerfiles with what is built from them. Out: one folder with code each.
//! Invariant: a folder that more images pack than another is shared, and not what the image is for.
//! Never: a folder where an instruction copies the whole context.
//!
//! `docker/Dockerfile.orders` with `COPY ./libs /libs` and `COPY ./orders /app` packs `orders`; other images copy
//! `libs`, too. By the name of the Dockerfile alone, `shop/pages/orders` might be meant as well.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{Candidate, Origin};
use super::dirs::Folders;
use super::dockerfile;
use crate::model::names::{folder, folders, join, key, tail, within};
use crate::source::ReadText;

/// What images pack, by Dockerfile and stage.
pub(super) struct Copies {
    /// Folders with code in the order of their names, the outermost alone.
    of: BTreeMap<Built, BTreeSet<String>>,
    /// How many Dockerfiles copy a folder.
    users: BTreeMap<String, usize>,
}

/// A Dockerfile, the stage that is built, and the values of its arguments.
type Built = (String, Option<String>, Vec<(String, String)>);

impl Copies {
    /// Reads the Dockerfiles of all candidates.
    pub(super) fn new(candidates: &[Candidate], folders: &Folders, text: &ReadText<'_>) -> Self {
        let mut of = BTreeMap::new();
        for candidate in candidates {
            let Some(built) = built(candidate) else {
                continue;
            };
            let contexts = match &candidate.context {
                Some(context) => vec![context.clone()],
                None => vec![String::new(), folder(&built.0).to_owned()],
            };
            let whole = text(&built.0);
            let stage = built.1.as_deref();
            let stage = stage.map_or(&*whole, |stage| dockerfile::up_to(&whole, stage));
            let sources = dockerfile::sources(stage, &built.2);
            let mut packed = contexts
                .iter()
                .filter_map(|context| packed(context, &sources, folders));
            of.insert(built, packed.next().unwrap_or_default());
        }
        let mut files: BTreeSet<(&str, &String)> = BTreeSet::new();
        for ((file, ..), dirs) in &of {
            files.extend(dirs.iter().map(|dir| (file.as_str(), dir)));
        }
        let mut users = BTreeMap::new();
        for (_, dir) in files {
            *users.entry(dir.clone()).or_default() += 1;
        }
        Self { of, users }
    }

    /// The folder that the image of a candidate is for: the one that the fewest images pack, of several such the one
    /// that is called like the candidate; `None` where that leaves several.
    pub(super) fn folder(&self, candidate: &Candidate) -> Option<&str> {
        let built = built(candidate)?;
        let own = self.rarest(&built);
        // What another image packs beside what that is for is no program of its own.
        let shared = |dir: &String| {
            let mut others = self.of.iter().filter(|(other, _)| other.0 != built.0);
            others.any(|(other, dirs)| dirs.contains(dir) && !self.rarest(other).contains(&dir))
        };
        let called = |dir: &&&String| key(tail(dir)) == key(&candidate.name);
        match own[..] {
            [only] => Some(only.as_str()).filter(|_| !shared(only)),
            _ => own.iter().find(called).map(|dir| dir.as_str()),
        }
    }

    /// Whether the image of a candidate packs folders with code straight from its context.
    pub(super) fn packs(&self, candidate: &Candidate) -> bool {
        let dirs = built(candidate).and_then(|built| self.of.get(&built));
        dirs.is_some_and(|dirs| !dirs.is_empty())
    }

    /// Of the folders that an image packs, those that the fewest images do.
    fn rarest(&self, built: &Built) -> Vec<&String> {
        let dirs = self.of.get(built).into_iter().flatten();
        let fewest = dirs.clone().map(|dir| self.users[dir]).min();
        dirs.filter(|dir| Some(self.users[*dir]) == fewest)
            .collect()
    }
}

/// What is built for a candidate; `None` where that is no Dockerfile.
fn built(candidate: &Candidate) -> Option<Built> {
    let own = || (candidate.location.path.to_string(), None);
    let named = candidate.dockerfile.clone();
    let (file, stage) = named.or_else(|| (candidate.origin == Origin::Dockerfile).then(own))?;
    Some((file, stage, candidate.arguments.clone()))
}

/// The folders with code that are copied from a context; `None` where it is copied as a whole, or nothing of it is.
fn packed(context: &str, sources: &[String], folders: &Folders) -> Option<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for source in sources {
        let path = join(context, source.trim_end_matches(['*', '/']))?;
        let dir = if folders.exists(&path) {
            path.as_str()
        } else {
            folder(&path)
        };
        if dir == context && (dir == path || !is_list(tail(&path))) {
            return None;
        }
        if dir != context && folders.has_code(dir) {
            found.insert(dir.to_owned());
        }
    }
    let unit = |dir: &String| {
        let around = folders_below(dir, context);
        let marked = around.into_iter().find(|dir| folders.is_marked(dir));
        marked.unwrap_or(dir).to_owned()
    };
    let units: BTreeSet<String> = found.iter().map(unit).collect();
    let inner = |dir: &&String| {
        let mut others = units.iter().filter(|other| other != dir);
        !others.any(|other| within(dir, other))
    };
    let outermost: BTreeSet<String> = units.iter().filter(inner).cloned().collect();
    (!outermost.is_empty()).then_some(outermost)
}

/// A folder and those around it, down to the context, which is left out.
fn folders_below<'d>(dir: &'d str, context: &str) -> Vec<&'d str> {
    let around = std::iter::once(dir).chain(folders(dir));
    around
        .filter(|around| *around != context && within(around, context))
        .collect()
}

/// Whether a file at the top of a context lists what is needed, rather than being a part of the program.
fn is_list(file: &str) -> bool {
    let (_, extension) = file.rsplit_once('.').unwrap_or_default();
    !crate::model::LanguageInfo::of_extension(extension)
        .is_some_and(crate::model::LanguageInfo::is_source)
}

#[cfg(test)]
mod tests {
    use super::super::held;
    use super::*;
    use crate::knowledge::Knowledge;

    /// The folder of each Dockerfile below `docker`.
    fn packed(files: &[(&str, &str)]) -> Vec<String> {
        let paths = held::paths(files);
        let folders = Folders::new(&paths, &Knowledge::default(), Vec::new());
        let dockerfiles = files.iter().filter(|(path, _)| path.starts_with("docker/"));
        let read = |(path, text): &(&str, &str)| dockerfile::read(&[], path, text);
        let candidates: Vec<Candidate> = dockerfiles.filter_map(read).collect();
        let copies = Copies::new(&candidates, &folders, &held::text(files));
        let shown = |c: &Candidate| copies.folder(c).unwrap_or("-").to_owned();
        candidates.iter().map(shown).collect()
    }

    #[test]
    fn an_image_is_for_what_the_fewest_pack() {
        let orders = "FROM python AS base\nARG PART=orders\nARG PLACE=\"shop/${PART}\"\nCOPY ./lib /lib\nCOPY ./$PLACE/requirements.txt .\nCOPY ./${PLACE}/*.py .\nFROM base\nCMD [\"/run\"]\n";
        let users = "FROM python\nCOPY lib shop/users/main.py /app/\nCMD x\n";
        let whole = "FROM python\nCOPY . /app\nCMD x\n";
        let unknown = "FROM python\nCOPY ${PLACE}/orders /app\nCMD x\n";
        let files = [
            ("docker/Dockerfile.a", orders),
            ("docker/Dockerfile.b", orders),
            ("docker/Dockerfile.c", users),
            ("docker/Dockerfile.d", whole),
            ("docker/Dockerfile.e", unknown),
            ("lib/a.py", ""),
            ("lib/pyproject.toml", ""),
            ("shop/orders/main.py", ""),
            ("shop/orders/requirements.txt", ""),
            ("shop/users/main.py", ""),
        ];
        assert_eq!(
            packed(&files),
            ["shop/orders", "shop/orders", "shop/users", "-", "-"]
        );
    }
}
