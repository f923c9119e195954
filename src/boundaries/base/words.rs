//! Files whose paths share words: maintainers name what belongs together.
//!
//! In: sorted paths. Out: a [`Similarity`].
//! Invariant: rare words weigh more; each file keeps its nearest files only.
//! Never: a word that counts more than others but for being rare.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::paths::{common, parent, stands_for_folder, stem};
use crate::graph::{Similarity, Vertex};

/// Nearest files that are kept for each file.
const NEAREST: usize = 10;
/// Files beyond which a word says nothing about a pair; also at most half of all files.
const MOST_FILES: usize = 500;
/// Letters of the shortest word.
const SHORTEST: usize = 3;

/// Cosine of the words in the paths below the common folder, each weighed by its count times
/// ln((files + 1) / files that have it) (Salton, Buckley 1988).
pub(crate) fn similarity(paths: &[Arc<str>]) -> Similarity {
    let vectors = vectors(paths);
    let mut files_of: BTreeMap<u32, Vec<(Vertex, f64)>> = BTreeMap::new();
    for (file, vector) in vectors.iter().enumerate() {
        for &(word, weight) in vector {
            files_of
                .entry(word)
                .or_default()
                .push((Vertex::new(file), weight));
        }
    }
    let nearest: Vec<Vec<(Vertex, f64)>> = vectors
        .par_iter()
        .enumerate()
        .map(|(file, vector)| nearest(Vertex::new(file), vector, &files_of))
        .collect();
    let mut pairs: BTreeMap<(Vertex, Vertex), f64> = BTreeMap::new();
    for (file, near) in nearest.iter().enumerate() {
        for &(other, cosine) in near {
            let file = Vertex::new(file);
            pairs.insert((file.min(other), file.max(other)), cosine);
        }
    }
    let pairs = pairs.into_iter().map(|((a, b), cosine)| (a, b, cosine));
    Similarity::from_pairs(paths.len(), pairs)
}

/// The files with the largest cosine to one file, at most `NEAREST`. Only files that share a word
/// are looked at; all vectors have length 1, so the sum of products is the cosine.
fn nearest(
    file: Vertex,
    vector: &[(u32, f64)],
    files_of: &BTreeMap<u32, Vec<(Vertex, f64)>>,
) -> Vec<(Vertex, f64)> {
    let mut cosines: BTreeMap<Vertex, f64> = BTreeMap::new();
    for (word, weight) in vector {
        for &(other, there) in files_of.get(word).into_iter().flatten() {
            *cosines.entry(other).or_default() += weight * there;
        }
    }
    cosines.remove(&file);
    let mut near: Vec<(Vertex, f64)> = cosines.into_iter().collect();
    near.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    near.truncate(NEAREST);
    near
}

/// Per file its words with their weights, scaled to length 1.
fn vectors(paths: &[Arc<str>]) -> Vec<Vec<(u32, f64)>> {
    let top = common(paths).len();
    let counted: Vec<BTreeMap<String, u32>> = paths
        .iter()
        .map(|path| count(named(path).get(top..).unwrap_or_default()))
        .collect();
    let mut files: BTreeMap<&str, usize> = BTreeMap::new();
    for word in counted.iter().flat_map(BTreeMap::keys) {
        *files.entry(word).or_default() += 1;
    }
    let most = MOST_FILES.min(paths.len() / 2);
    files.retain(|_, files| (2..=most).contains(files));
    let known: BTreeMap<&str, (u32, f64)> = files
        .into_iter()
        .enumerate()
        .map(|(word, (text, files))| {
            let rarity = ((paths.len() + 1) as f64 / files as f64).ln();
            (text, (word as u32, rarity))
        })
        .collect();
    let vector = |words: &BTreeMap<String, u32>| {
        let weigh = |(text, &count): (&String, &u32)| {
            let &(word, rarity) = known.get(text.as_str())?;
            Some((word, f64::from(count) * rarity))
        };
        let mut vector: Vec<(u32, f64)> = words.iter().filter_map(weigh).collect();
        let length = vector
            .iter()
            .map(|word| word.1 * word.1)
            .sum::<f64>()
            .sqrt();
        vector.iter_mut().for_each(|word| word.1 /= length);
        vector
    };
    counted.iter().map(vector).collect()
}

/// The part of a path that people chose.
fn named(path: &str) -> &str {
    if stands_for_folder(path) {
        parent(path)
    } else {
        stem(path)
    }
}

/// Words of a path with how often each occurs: `HttpClient`, `http_client` and `http/client` are two words.
pub(crate) fn count(path: &str) -> BTreeMap<String, u32> {
    let mut words: BTreeMap<String, u32> = BTreeMap::new();
    let long = |word: &String| word.chars().count() >= SHORTEST;
    for word in in_order(path).into_iter().filter(long) {
        *words.entry(word).or_default() += 1;
    }
    words
}

/// The words of a name or path, in small letters.
pub(crate) fn in_order(name: &str) -> Vec<String> {
    let parts = name.split(|letter: char| !letter.is_alphabetic());
    let words = parts.flat_map(humps).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Splits `HTTPClientPool` into `HTTP`, `Client`, `Pool`.
fn humps(word: &str) -> impl Iterator<Item = &str> {
    let letters: Vec<(usize, char)> = word.char_indices().collect();
    let starts = (1..letters.len()).filter(|&at| {
        let upper = |at: usize| {
            letters
                .get(at)
                .is_some_and(|(_, letter)| letter.is_uppercase())
        };
        let lower = |at: usize| {
            letters
                .get(at)
                .is_some_and(|(_, letter)| letter.is_lowercase())
        };
        upper(at) && (lower(at - 1) || lower(at + 1))
    });
    let mut cuts: Vec<usize> = starts.map(|at| letters[at].0).collect();
    cuts.insert(0, 0);
    cuts.push(word.len());
    (1..cuts.len()).map(move |at| &word[cuts[at - 1]..cuts[at]])
}

/// A word in the singular, as far as its letters tell: `orders`, `categories`, `boxes`.
pub(crate) fn singular(word: &str) -> String {
    let letters = word.len();
    let sibilant = ["sses", "xes", "ches", "shes", "zes"];
    if letters > 4 && word.ends_with("ies") {
        format!("{}y", &word[..letters - 3])
    } else if letters > 4 && sibilant.iter().any(|end| word.ends_with(end)) {
        word[..letters - 2].to_owned()
    } else if letters > 3
        && word.ends_with('s')
        && !["ss", "us", "is"].iter().any(|end| word.ends_with(end))
    {
        word[..letters - 1].to_owned()
    } else {
        word.to_owned()
    }
}

/// The folder and file names above a path, in small letters.
pub(crate) fn folder_names(path: &str) -> impl Iterator<Item = String> + '_ {
    parent(path).split('/').map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart_in_every_style() {
        let words = |path: &str| count(path).into_iter().collect::<Vec<_>>();
        let two = [("client".to_owned(), 1), ("http".to_owned(), 1)];
        for path in ["HTTPClient", "http_client", "http/Client", "httpClient2"] {
            assert_eq!(words(path), two, "{path}");
        }
        assert_eq!(
            words("motion_blur/motion"),
            [("blur".to_owned(), 1), ("motion".to_owned(), 2)]
        );
        assert!(words("a/io").is_empty());
    }

    #[test]
    fn files_with_rare_words_in_common_are_near() {
        let paths: Vec<Arc<str>> = [
            "x/bloom/node.rs",
            "x/core/a.rs",
            "x/core/node.rs",
            "x/effect/bloom.rs",
        ]
        .map(Arc::from)
        .to_vec();
        let found = similarity(&paths);
        let near: Vec<Vertex> = found.neighbours(Vertex::of(0)).map(|pair| pair.0).collect();
        assert_eq!(near, [2, 3]);
        let bloom = found.neighbours(Vertex::of(3)).next().expect("bloom");
        assert!(bloom.0 == 0 && bloom.1 > 0.3 && bloom.1 <= 1.0);
    }
}
