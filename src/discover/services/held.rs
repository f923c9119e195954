//! Files of a test by path and text.
//!
//! In: pairs. Out: what reads a tree asks for: sorted paths, the text of one.
//! Invariant: a path that is not there has no text.
//! Never: the disk.

/// The paths, sorted.
pub(super) fn paths<'f>(files: &[(&'f str, &str)]) -> Vec<&'f str> {
    let mut paths: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
    paths.sort_unstable();
    paths
}

/// Looks a text up by its path.
pub(super) fn text<'f>(files: &'f [(&str, &str)]) -> impl Fn(&str) -> String + use<'f> {
    |path| {
        let found = files.iter().find(|(known, _)| *known == path);
        found.map_or(String::new(), |(_, text)| (*text).to_owned())
    }
}
