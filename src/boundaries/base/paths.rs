//! What a path says of its file.
//!
//! In: paths. Out: parts of them.
//! Invariant: a file that a language gives its name to stands for its folder.
//! Never: opens a file.

pub(crate) use crate::model::names::folder as parent;

/// File names that a language prescribes; such a file stands for its folder.
const PRESCRIBED: [&str; 8] = [
    "mod",
    "lib",
    "main",
    "index",
    "__init__",
    "__main__",
    "package-info",
    "module-info",
];

/// The deepest folder that holds every one of `paths`.
pub(crate) fn common(paths: &[std::sync::Arc<str>]) -> &str {
    let Some(first) = paths.first() else {
        return "";
    };
    let mut folder = parent(first);
    while !paths
        .iter()
        .all(|path| crate::model::is_within(path, folder))
    {
        folder = parent(folder);
    }
    folder
}

/// Whether the language prescribes the file's name.
pub(crate) fn stands_for_folder(path: &str) -> bool {
    let own = stem(path);
    PRESCRIBED.contains(&own.rsplit('/').next().unwrap_or(own))
}

/// The path without the extension of its file name.
pub(crate) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path).len();
    match path.rfind('.') {
        Some(dot) if dot > path.len() - name => &path[..dot],
        _ => path,
    }
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_of_files() {
        assert_eq!(
            (stem("a/b.c/d.rs"), stem("a.b/c"), stem(".hidden")),
            ("a/b.c/d", "a.b/c", ".hidden")
        );
    }
}
