//! What to call the sets of a list.
//!
//! In: sets of files, each with its [`Universe`]. Out: names.
//! Invariant: names of one list differ.
//! Never: a name that no folder or file bears or has as a word, or one that only says how folders are laid out.

use std::collections::{BTreeMap, BTreeSet};

use super::base::paths::{common, parent, stands_for_folder, stem};
use super::base::sets::FileSet;
use super::base::universe::{Universe, largest};
use super::base::words;
use super::ranking::rank::Ranked;
use super::views::Folders;
use crate::graph::Vertex;
use crate::knowledge::List;

/// Least similarity with a folder for a set to be called by it.
const SAME: f64 = 0.6;
/// Least likeness of a set without such a folder to the files that have a word in their paths, for
/// the set to be called by it.
const WORD: f64 = 0.7;
/// What to call a set.
pub(crate) struct Name {
    pub(crate) text: String,
    /// Whether one folder or word tells what the set is, or a domain does; else it is only the largest part's.
    pub(crate) tells: bool,
}

/// A name per set, in their order; with the folder of the universe in front where there are several.
pub(crate) fn names<'a>(sets: impl Iterator<Item = (&'a Universe, &'a Ranked)>) -> Vec<Name> {
    let sets: Vec<_> = sets.collect();
    let mut namers: Vec<Namer<'_>> = Vec::new();
    for &(universe, _) in &sets {
        if !namers.iter().any(|namer| namer.is_of(universe)) {
            namers.push(Namer::of(universe));
        }
    }
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut distinct = |names: Vec<String>| {
        let first = names.first().cloned().unwrap_or_default();
        let numbered = (2..).map(|count| format!("{first} ({count})"));
        let mut all = names.into_iter().chain(numbered);
        let name = all.find(|name| !used.contains(name)).unwrap_or_default();
        used.insert(name.clone());
        name
    };
    let several = namers.len() > 1;
    let candidates = |&(universe, cut): &(&Universe, &Ranked)| {
        let given = cut.name.clone();
        let mut tells = given.is_some();
        let mut names: Vec<String> = given.into_iter().collect();
        if let Some(namer) = namers.iter().find(|namer| namer.is_of(universe)) {
            let (own, telling) = namer.names(&cut.set, several);
            tells |= telling;
            names.extend(own);
        }
        (names, tells)
    };
    let found: Vec<(Vec<String>, bool)> = sets.iter().map(candidates).collect();
    // What a name tells of gets it before those of which it only names the largest part.
    let mut texts: Vec<Option<String>> = vec![None; found.len()];
    for wanted in [true, false] {
        for ((names, tells), text) in found.iter().zip(&mut texts) {
            if *tells == wanted {
                *text = Some(distinct(names.clone()));
            }
        }
    }
    let named = found.into_iter().zip(texts);
    let name = |((_, tells), text): ((Vec<String>, bool), Option<String>)| Name {
        text: text.unwrap_or_default(),
        tells,
    };
    named.map(name).collect()
}

/// Names for the sets of one universe.
struct Namer<'a> {
    universe: &'a Universe,
    /// The deepest folder that holds the universe.
    place: String,
    folders: Folders,
    /// Files by the words of their paths.
    words: BTreeMap<String, Vec<Vertex>>,
    /// Files beyond which a folder is the trunk, which names nothing.
    most: usize,
}

impl<'a> Namer<'a> {
    /// Looks at folders and words of a universe once, for all of its sets.
    fn of(universe: &'a Universe) -> Self {
        Self {
            universe,
            place: last(
                &universe.knowledge.folders.layout,
                common(&universe.paths),
                1,
            ),
            folders: Folders::of(universe),
            words: by_word(universe),
            most: largest(universe),
        }
    }

    fn is_of(&self, universe: &Universe) -> bool {
        std::ptr::eq(self.universe, universe)
    }

    /// Names that would do, the best first, never none; and whether a folder or a word tells what it is.
    fn names(&self, set: &FileSet, several: bool) -> (Vec<String>, bool) {
        let folder = self.folder(set);
        let word = self.word(set);
        let largest = || self.parts(set).into_iter().next();
        let layout = &self.universe.knowledge.folders.layout;
        let by_place = |place: &str| {
            (1..=3)
                .map(|count| last(layout, place, count))
                .collect::<Vec<_>>()
        };
        let names: Vec<String> = match (folder, word) {
            (Some(folder), _) => by_place(folder),
            (None, Some(word)) => vec![word.to_owned()],
            (None, None) => largest().map_or_else(Vec::new, by_place),
        };
        let placed = |name: String| {
            if several && !self.place.is_empty() && name != self.place {
                format!("{}/{name}", self.place)
            } else {
                name
            }
        };
        (
            names.into_iter().map(placed).collect(),
            folder.or(word).is_some(),
        )
    }

    /// The folder that the set is almost.
    fn folder(&self, set: &FileSet) -> Option<&str> {
        let all = self.folders.all.iter();
        let likeness = all.map(|(folder, files)| (files.jaccard(set), folder.as_str()));
        let best = likeness.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)));
        best.filter(|(likeness, _)| *likeness >= SAME)
            .map(|(_, folder)| folder)
    }

    /// The word that the paths of the set have in common, and few others have (the best F1).
    fn word(&self, set: &FileSet) -> Option<&str> {
        let inside = set.flags(self.universe.len());
        let likeness = |files: &[Vertex]| {
            let common = files.iter().filter(|&&file| inside[file.index()]).count();
            2.0 * common as f64 / (files.len() + set.len()) as f64
        };
        let all = self.words.iter();
        let likeness = all.map(|(word, files)| (likeness(files), word.as_str()));
        let best = likeness.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)));
        best.filter(|(likeness, _)| *likeness >= WORD)
            .map(|(_, word)| word)
    }

    /// The folders and files that make up the set, those with the most files and ties first.
    fn parts(&self, set: &FileSet) -> Vec<&'a str> {
        let inside = set.flags(self.universe.len());
        let mut named: BTreeMap<&str, bool> = BTreeMap::new();
        let mut parts: BTreeMap<&str, (usize, f64)> = BTreeMap::new();
        for file in set.iter() {
            let ties = self.universe.references.neighbours(file);
            let own = ties.filter(|&(other, _)| inside[other.index()]);
            let path = &*self.universe.paths[file.index()];
            let folder = self.innermost(path);
            let whole = *named
                .entry(folder)
                .or_insert_with(|| self.stands_for(folder, set));
            let part = parts
                .entry(if whole { folder } else { alone(path) })
                .or_default();
            part.0 += 1;
            part.1 += own.map(|(_, weight)| weight).sum::<f64>();
        }
        let mut parts: Vec<_> = parts.into_iter().collect();
        parts.sort_by(|(a, left), (b, right)| {
            let files = right.0.cmp(&left.0);
            files.then(right.1.total_cmp(&left.1)).then(a.cmp(b))
        });
        parts.into_iter().map(|(part, _)| part).collect()
    }

    /// The folder of a file, which is its own where it is the module of one.
    fn innermost<'p>(&self, path: &'p str) -> &'p str {
        let own = stem(path);
        if self.folders.all.contains_key(own) {
            own
        } else {
            parent(path)
        }
    }

    /// Whether most of the folder belongs to the set, or most of the set to the folder.
    fn stands_for(&self, folder: &str, set: &FileSet) -> bool {
        self.folders.all.get(folder).is_some_and(|files| {
            let enough = files.len().min(set.len());
            files.len() <= self.most && files.common(set) * 2 >= enough
        })
    }
}

/// Files by each word of their paths below the folder that holds all of them.
fn by_word(universe: &Universe) -> BTreeMap<String, Vec<Vertex>> {
    let layout = &universe.knowledge.folders.layout;
    let top = common(&universe.paths).len();
    let mut files: BTreeMap<String, Vec<Vertex>> = BTreeMap::new();
    for (file, path) in (0..).map(Vertex::new).zip(&universe.paths) {
        let words = words::count(stem(path.get(top..).unwrap_or_default()));
        let mut words: Vec<String> = words.into_keys().collect();
        words.retain(|word| !layout.has(word));
        for word in words {
            files.entry(word).or_default().push(file);
        }
    }
    files
}

/// A file by its name, or by its folder where the language prescribes the name.
fn alone(path: &str) -> &str {
    match parent(path) {
        folder if stands_for_folder(path) && !folder.is_empty() => folder,
        _ => stem(path),
    }
}

/// The last `count` parts of a path that people chose.
fn last(layout: &List, path: &str, count: usize) -> String {
    let chosen = path.split('/').filter(|part| !layout.has(part));
    let chosen: Vec<&str> = chosen.collect();
    let parts = &chosen[chosen.len().saturating_sub(count)..];
    if parts.is_empty() {
        path.to_owned()
    } else {
        parts.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    #[test]
    fn folders_of_the_layout_name_nothing() {
        let knowledge = Knowledge::default();
        let last = |path, count| last(&knowledge.folders.layout, path, count);
        let names = |count| last("packages/runtime-core/src/helpers", count);
        assert_eq!(
            (names(1).as_str(), names(2).as_str()),
            ("helpers", "runtime-core/helpers")
        );
        assert_eq!(last("packages/runtime-core/src", 1), "runtime-core");
        assert_eq!(last("src", 1), "src");
    }
}
