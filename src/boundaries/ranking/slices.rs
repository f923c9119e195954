//! Domains of a business application: slices through all its layers.
//!
//! In: [`Universe`]. Out: [`Slice`]s, by name.
//! Invariant: no file is in two slices; a slice bears the word that its files share.
//! Never: a word that names a layer; the table of words and the shape of the tree tell.
//!
//! A business application is laid out as a matrix: domains (order, payment) across layers (routes,
//! services, entities). Folders and clusters of references find the rows of one layout or the columns
//! of the other; what holds a domain together in all of them is the word that people gave its files.
//! `web/OrderController`, `service/order/Pricing` and `model/OrderLine` are one domain by their word
//! *order*. Which words are domains is decided by the references: files of a domain use each other
//! across layers more than chance has it, files of a layer do not.
//!
//! Rejected: clusters of references alone (they find the layers of half of the applications), folders
//! alone (one of two layouts), words of entities alone (a domain without a table of its own is lost).

use std::collections::{BTreeMap, BTreeSet};

use crate::boundaries::base::paths::stem;
use crate::boundaries::base::sets::FileSet;
use crate::boundaries::base::universe::Universe;
use crate::boundaries::base::words::{self, folder_names, singular};
use crate::graph::{Digraph, Vertex};
use crate::model::id;

/// Files that have a word: at least so many, at least this share of all, at most that one.
const FEWEST: usize = 3;
const RARE: f64 = 0.004;
const COMMON: f64 = 0.25;
/// Least cohesion over chance of a domain, and of one that a table or a route is named after.
const COHESION: f64 = 0.085;
const ANCHORED: f64 = 0.07;
/// Share of the files with a word that have another one, too, from which it is a part of that one's domain.
const PART: f64 = 0.6;
/// Share of the files with a word below whose folder another domain goes on, from which it is a layer.
const LAYER: f64 = 0.5;
/// Fewest domains that go through a layer.
const CROSSED: usize = 4;
/// What a word counts that is not the first of its name, and how much less the last name of a path does
/// than the first.
const SECOND: f64 = 0.5;
const LATE: f64 = 0.3;
/// Share of the dependencies of the smaller of two slices that lead to the other, from which they are one.
const MERGED: f64 = 0.4;

/// Words of the longest folder name that names a domain.
const LONG: usize = 3;

/// A domain.
pub(crate) struct Slice {
    /// The word that its files share, as they most often spell it.
    pub(crate) name: String,
    pub(crate) set: FileSet,
}

id!(
    /// A word of the paths.
    Word
);

/// The words of one file, by the names of its path.
type Names = Vec<Vec<Word>>;

/// The domains of a universe, by name; no file is in two of them.
pub(crate) fn slices(universe: &Universe) -> Vec<Slice> {
    let lexicon = Lexicon::of(universe);
    let mut domains = lexicon.domains(universe);
    lexicon.drop_layers(&mut domains);
    let wholes = lexicon.wholes(&domains);
    let mut slices: BTreeMap<Word, Vec<Vertex>> = BTreeMap::new();
    for (file, names) in (0..).map(Vertex::new).zip(&lexicon.names) {
        if let Some(word) = best(names, &domains) {
            let whole = whole(word, &wholes);
            slices.entry(whole).or_default().push(file);
        }
    }
    let merged = merge(slices, &universe.ties, &lexicon.texts);
    let named = merged.into_iter().map(|(word, files)| Slice {
        name: lexicon.spelling(word, &files, universe),
        set: files.into_iter().collect(),
    });
    let mut named: Vec<Slice> = named.collect();
    named.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.set.cmp(&b.set)));
    named
}

/// All words of a universe that may be domains.
struct Lexicon {
    /// Per file its words, name by name.
    names: Vec<Names>,
    /// Each word, singular.
    texts: Vec<String>,
    /// Files with the word.
    files: Vec<Vec<Vertex>>,
    /// How often each word is spelt how.
    spellings: Vec<BTreeMap<String, u32>>,
}

impl Lexicon {
    /// Numbers the words of all paths, singular. Words of layers and of the program's own name are
    /// left out, unless Django declares an application of that name.
    fn of(universe: &Universe) -> Self {
        let mut numbers: BTreeMap<String, Word> = BTreeMap::new();
        let mut lexicon = Self {
            names: Vec::with_capacity(universe.len()),
            texts: Vec::new(),
            files: Vec::new(),
            spellings: Vec::new(),
        };
        let layer = &universe.knowledge.words.layer;
        for (file, path) in (0..).map(Vertex::new).zip(&universe.paths) {
            let named = stem(path);
            let mut names: Names = Vec::new();
            for name in named.split('/') {
                let mut of_name = Vec::new();
                for spelt in words::in_order(name) {
                    let text = singular(&spelt);
                    let is_layer = layer.has(&text) || layer.has(&spelt);
                    let may_be = text.chars().count() > 2
                        && (!is_layer || universe.declared.contains(&text))
                        && !universe.own_words.contains(&text);
                    if !may_be {
                        continue;
                    }
                    let word = *numbers.entry(text.clone()).or_insert_with(|| {
                        lexicon.texts.push(text);
                        lexicon.files.push(Vec::new());
                        lexicon.spellings.push(BTreeMap::new());
                        Word::new(lexicon.texts.len() - 1)
                    });
                    let files = &mut lexicon.files[word.index()];
                    if files.last() != Some(&file) {
                        files.push(file);
                    }
                    *lexicon.spellings[word.index()].entry(spelt).or_default() += 1;
                    of_name.push(word);
                }
                names.push(of_name);
            }
            lexicon.names.push(names);
        }
        lexicon
    }

    /// Words whose files use each other more than chance has it, with their cohesion.
    fn domains(&self, universe: &Universe) -> BTreeMap<Word, f64> {
        let all = universe.len() as f64;
        let size = |files: &Vec<Vertex>| {
            files.len() >= FEWEST
                && files.len() as f64 >= RARE * all
                && files.len() as f64 <= COMMON * all
        };
        let words = self
            .files
            .iter()
            .enumerate()
            .filter(|(_, files)| size(files));
        let mut inside = vec![false; universe.len()];
        let mut domains = BTreeMap::new();
        for (word, files) in words {
            files.iter().for_each(|&file| inside[file.index()] = true);
            let cohesion = cohesion(&universe.ties, files, &inside);
            files.iter().for_each(|&file| inside[file.index()] = false);
            let anchored = universe.anchors.contains(&self.texts[word]);
            if cohesion >= if anchored { ANCHORED } else { COHESION } {
                domains.insert(Word::new(word), cohesion);
            }
        }
        domains
    }

    /// Drops words of folders below which other domains go on: `jaxrs/json/InvoiceJson`,
    /// `jaxrs/json/PaymentJson`, … make `jaxrs` a layer, whatever holds its files together.
    fn drop_layers(&self, domains: &mut BTreeMap<Word, f64>) {
        let is_layer = |&word: &Word| {
            let files = &self.files[word.index()];
            let mut crossing: BTreeMap<Word, usize> = BTreeMap::new();
            let mut crossed = 0;
            for &file in files {
                let below = self.below(file, word, domains);
                crossed += usize::from(!below.is_empty());
                for other in below {
                    *crossing.entry(other).or_default() += 1;
                }
            }
            let most = crossing.values().copied().max().unwrap_or_default();
            crossing.len() >= CROSSED
                && most * 2 < files.len()
                && crossed as f64 >= LAYER * files.len() as f64
        };
        let layers: BTreeSet<Word> = domains.keys().copied().filter(is_layer).collect();
        domains.retain(|word, _| !layers.contains(word));
    }

    /// Domains that a path names below the last folder with `word`, and that have a third of their
    /// files elsewhere.
    fn below(&self, file: Vertex, word: Word, domains: &BTreeMap<Word, f64>) -> BTreeSet<Word> {
        let names = &self.names[file.index()];
        let last = names.iter().rposition(|name| name.contains(&word));
        let below = last.map_or(&[][..], |last| &names[last + 1..]);
        let files = &self.files[word.index()];
        let elsewhere = |other: &Word| {
            let of_other = &self.files[other.index()];
            let outside = of_other.len() - common(of_other, files);
            outside * 3 >= of_other.len()
        };
        let found = below.iter().flatten().copied();
        found
            .filter(|other| *other != word && domains.contains_key(other))
            .filter(elsewhere)
            .collect()
    }

    /// The word that each one is a part of: most of its files have that one, too, and it has more.
    fn wholes(&self, domains: &BTreeMap<Word, f64>) -> BTreeMap<Word, Word> {
        let mut wholes = BTreeMap::new();
        for &part in domains.keys() {
            let files = &self.files[part.index()];
            let mut shared: BTreeMap<Word, usize> = BTreeMap::new();
            for &file in files {
                let names = self.names[file.index()].iter().flatten();
                let others: BTreeSet<Word> = names.copied().collect();
                for other in others {
                    *shared.entry(other).or_default() += 1;
                }
            }
            let size = |word: Word| self.files[word.index()].len();
            let holds = |&(other, both): &(Word, usize)| {
                domains.contains_key(&other)
                    && size(other) > files.len()
                    && both as f64 >= PART * files.len() as f64
            };
            let candidates = shared.into_iter().filter(holds);
            let smallest = candidates.min_by(|a, b| {
                (size(a.0), &self.texts[a.0.index()]).cmp(&(size(b.0), &self.texts[b.0.index()]))
            });
            if let Some((whole, _)) = smallest {
                wholes.insert(part, whole);
            }
        }
        wholes
    }

    /// The word as its files spell it: the folder that half of them lie in where it says more
    /// (`two_factor` for *two*), else the singular where any does, else what is most frequent.
    fn spelling(&self, word: Word, files: &[Vertex], universe: &Universe) -> String {
        let text = &self.texts[word.index()];
        let mut folders: BTreeMap<String, usize> = BTreeMap::new();
        for &file in files {
            let bearing = folder_names(&universe.paths[file.index()]);
            let bearing = bearing.filter(|name| {
                let words = words::in_order(name);
                (2..=LONG).contains(&words.len())
                    && words.iter().any(|other| singular(other) == *text)
            });
            if let Some(folder) = bearing.last() {
                *folders.entry(folder).or_default() += 1;
            }
        }
        let most = folders
            .into_iter()
            .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(&a.0)));
        if let Some((folder, _)) = most.filter(|(_, count)| count * 2 >= files.len()) {
            return folder;
        }
        let spellings = &self.spellings[word.index()];
        if spellings.contains_key(text) {
            return text.clone();
        }
        let most = spellings
            .iter()
            .max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0)));
        most.map_or_else(|| text.clone(), |(spelt, _)| spelt.clone())
    }
}

/// The word that a file belongs to: the most cohesive one, the first of each name and earlier names before others.
fn best(names: &Names, domains: &BTreeMap<Word, f64>) -> Option<Word> {
    let all: usize = names.iter().map(Vec::len).sum();
    let mut found: Option<(f64, Word)> = None;
    let mut at = 0usize;
    for name in names {
        let mut first = true;
        for &word in name {
            if let Some(&cohesion) = domains.get(&word) {
                let rank = if first { 1.0 } else { SECOND };
                let value = cohesion * rank * (1.0 - LATE * at as f64 / all as f64);
                if found.is_none_or(|(best, _)| value > best) {
                    found = Some((value, word));
                }
                first = false;
            }
            at += 1;
        }
    }
    found.map(|(_, word)| word)
}

/// The largest word that `word` is a part of, part by part. Each is larger than the one before, so this ends.
fn whole(mut word: Word, wholes: &BTreeMap<Word, Word>) -> Word {
    while let Some(&larger) = wholes.get(&word) {
        word = larger;
    }
    word
}

/// (edges inside − edges that chance puts there) / edges that touch the set: 1 where nothing crosses
/// its border, 0 or less where its files use each other no more than any others do.
fn cohesion(ties: &Digraph, files: &[Vertex], inside: &[bool]) -> f64 {
    let (mut within, mut out, mut into) = (0usize, 0usize, 0usize);
    for &file in files {
        let uses = ties.successors(file);
        within += uses.iter().filter(|&&to| inside[to.index()]).count();
        out += uses.len();
        into += ties.predecessors(file).len();
    }
    let touching = out + into - within;
    if touching == 0 {
        return -1.0;
    }
    let chance = out as f64 * into as f64 / ties.edges().max(1) as f64;
    (within as f64 - chance) / touching as f64
}

/// Members of both sorted lists.
fn common(a: &[Vertex], b: &[Vertex]) -> usize {
    let (small, large) = if a.len() < b.len() { (a, b) } else { (b, a) };
    small
        .iter()
        .filter(|file| large.binary_search(file).is_ok())
        .count()
}

/// Joins slices that mostly use each other, the closest first.
fn merge(
    mut slices: BTreeMap<Word, Vec<Vertex>>,
    ties: &Digraph,
    texts: &[String],
) -> BTreeMap<Word, Vec<Vertex>> {
    let mut uses = Uses::of(&slices, ties);
    while let Some((a, b)) = uses.closest(texts) {
        let larger = |word: Word| (slices[&word].len(), std::cmp::Reverse(&texts[word.index()]));
        let (kept, gone) = if larger(a) >= larger(b) {
            (a, b)
        } else {
            (b, a)
        };
        let files = slices.remove(&gone).unwrap_or_default();
        slices.entry(kept).or_default().extend(files);
        uses.join(kept, gone);
    }
    slices
}

/// How many ties slices have, in all and with each other.
#[derive(Default)]
struct Uses {
    /// By pair, the smaller word first.
    between: BTreeMap<(Word, Word), u64>,
    /// By slice: those to itself and to others.
    touching: BTreeMap<Word, u64>,
}

impl Uses {
    /// Counts the ties of each slice with itself and with every other.
    fn of(slices: &BTreeMap<Word, Vec<Vertex>>, ties: &Digraph) -> Self {
        let mut of_file: BTreeMap<Vertex, Word> = BTreeMap::new();
        for (&word, files) in slices {
            of_file.extend(files.iter().map(|&file| (file, word)));
        }
        let mut uses = Self::default();
        for (from, to, _) in ties.iter() {
            uses.count(of_file.get(&from).copied(), of_file.get(&to).copied());
        }
        uses
    }

    /// Counts one tie for each slice at its ends, and for the pair where they differ. An end
    /// outside of all slices still makes the tie one of the other end.
    fn count(&mut self, from: Option<Word>, to: Option<Word>) {
        let ends: BTreeSet<Word> = [from, to].into_iter().flatten().collect();
        for end in ends {
            *self.touching.entry(end).or_default() += 1;
        }
        if let (Some(a), Some(b)) = (from, to)
            && a != b
        {
            *self.between.entry((a.min(b), a.max(b))).or_default() += 1;
        }
    }

    /// The two slices that use each other most, measured by the smaller; `None` where none do mostly.
    fn closest(&self, texts: &[String]) -> Option<(Word, Word)> {
        let share = |(&(a, b), &edges): (&(Word, Word), &u64)| {
            let smaller = self.touching[&a].min(self.touching[&b]);
            (edges as f64 / smaller.max(1) as f64, a, b)
        };
        let closest = self.between.iter().map(share).max_by(|x, y| {
            let names = |pair: &(f64, Word, Word)| (&texts[pair.1.index()], &texts[pair.2.index()]);
            x.0.total_cmp(&y.0).then_with(|| names(y).cmp(&names(x)))
        });
        let (_, a, b) = closest.filter(|pair| pair.0 >= MERGED)?;
        Some((a, b))
    }

    /// Counts the ties of the slice that is gone as those of the one that it went into.
    fn join(&mut self, kept: Word, gone: Word) {
        let pair = (kept.min(gone), kept.max(gone));
        let inner = self.between.remove(&pair).unwrap_or_default();
        let joined = self.touching.remove(&gone).unwrap_or_default();
        *self.touching.entry(kept).or_default() += joined - inner;
        let of_gone = |((x, y), _): &(&(Word, Word), &u64)| *x == gone || *y == gone;
        let pairs = self.between.iter().filter(of_gone);
        let pairs: Vec<((Word, Word), u64)> = pairs.map(|(pair, edges)| (*pair, *edges)).collect();
        for ((x, y), edges) in pairs {
            self.between.remove(&(x, y));
            let other = if x == gone { y } else { x };
            let pair = (kept.min(other), kept.max(other));
            *self.between.entry(pair).or_default() += edges;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_their_plural() {
        let pairs = [
            ("orders", "order"),
            ("categories", "category"),
            ("boxes", "box"),
            ("addresses", "address"),
            ("status", "status"),
            ("analysis", "analysis"),
            ("gas", "gas"),
        ];
        for (word, one) in pairs {
            assert_eq!(singular(word), one);
        }
    }
}
