//! Which files a proposal is about, on one line.
//!
//! In: paths, sorted. Out: the folder that holds them, and what lies in it.
//! Invariant: names no more than a person reads; what is not named is counted.
//! Never: a path twice.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Files, or folders of many files, that are named of a proposal.
const NAMED: usize = 8;

/// The files below the folder that holds them all; of many the entries of that folder with their numbers.
pub(super) fn line(paths: &[Arc<str>]) -> String {
    let folder = |path: &str| path.rfind('/').map_or(0, |end| end + 1);
    let top = paths.first().map_or("", |first| {
        let holds = |top: &str| paths.iter().all(|path| path.starts_with(top));
        let mut top = &first[..folder(first)];
        while !holds(top) {
            top = &top[..folder(&top[..top.len() - 1])];
        }
        top
    });
    let mut entries = entries(paths, top);
    let more = entries.len().saturating_sub(NAMED);
    entries.truncate(NAMED);
    let text = entries.iter().map(|&(entry, files)| {
        if entry.ends_with('/') {
            format!("{entry} ({files})")
        } else {
            entry.to_owned()
        }
    });
    let rest = (more > 0).then(|| format!("{more} more"));
    let text: Vec<String> = text.chain(rest).collect();
    match top {
        "" => format!("files: {}", text.join(", ")),
        top => format!("in {top}: {}", text.join(", ")),
    }
}

/// The files below `top` where they are few; else its folders with their numbers of files, the largest
/// opened where it holds folders, as long as not more are named than a person reads.
fn entries<'a>(paths: &'a [Arc<str>], top: &str) -> Vec<(&'a str, u64)> {
    let below = |path: &'a str, start: usize| match path[start..].find('/') {
        Some(end) if paths.len() > NAMED => &path[..=start + end],
        _ => path,
    };
    let mut entries: BTreeMap<&str, u64> = BTreeMap::new();
    for path in paths {
        *entries.entry(below(path, top.len())).or_default() += 1;
    }
    let mut closed: Vec<&str> = Vec::new();
    loop {
        let open = entries
            .iter()
            .filter(|(entry, _)| entry.ends_with('/') && !closed.contains(entry));
        let Some((&folder, _)) = open.max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))) else {
            break;
        };
        let mut inner: BTreeMap<&str, u64> = BTreeMap::new();
        for path in paths.iter().filter(|path| path.starts_with(folder)) {
            *inner.entry(below(path, folder.len())).or_default() += 1;
        }
        let has_folders = inner.keys().any(|entry| entry.ends_with('/'));
        if has_folders && entries.len() + inner.len() <= NAMED + 1 {
            entries.remove(folder);
            entries.extend(inner);
        } else {
            closed.push(folder);
        }
    }
    let mut entries: Vec<(&str, u64)> = entries.into_iter().collect();
    entries.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let start = |entry: &'a str| entry.get(top.len()..).unwrap_or(entry);
    entries
        .into_iter()
        .map(|(entry, files)| (start(entry), files))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_folders_are_opened_until_enough_is_named() {
        let below = |folder: &str, files: u32| {
            let name = |at| Arc::from(format!("{folder}/f{at}.rs"));
            (0..files).map(name).collect::<Vec<Arc<str>>>()
        };
        let mut paths = below("crates/globset/src", 4);
        paths.extend(below("crates/ignore/src", 9));
        paths.extend(below("fuzz", 1));
        assert_eq!(
            line(&paths),
            "files: crates/ignore/src/ (9), crates/globset/src/ (4), fuzz/ (1)"
        );
        assert_eq!(line(&below("a/b", 2)), "in a/b/: f0.rs, f1.rs");
    }
}
