//! Modules, packages and imports of Go, as far as they say which folders belong together.
//!
//! In: sorted paths, texts. Out: folders and files.
//! Invariant: a package is a folder; tests are no part of it.
//! Never: imports that lead out of the module.

use std::collections::BTreeMap;

use crate::model::names::{below, folder, tail, within};
use crate::source::ReadText;

/// The names of the modules by their folders.
pub(super) fn modules<'p>(paths: &[&'p str], text: &ReadText<'_>) -> BTreeMap<&'p str, String> {
    let manifests = paths.iter().filter(|path| tail(path) == "go.mod");
    let named = manifests.filter_map(|path| {
        let text = text(path);
        let name = text.lines().find_map(|line| line.strip_prefix("module "))?;
        Some((folder(path), name.trim().to_owned()))
    });
    named.collect()
}

/// The folders of the module `name` in `module` that a source imports.
pub(super) fn imports(text: &str, module: &str, name: &str) -> Vec<String> {
    // Imports stand before the first function.
    let head = text.find("\nfunc ").map_or(text, |end| &text[..end]);
    let quoted = head.split('"').skip(1).step_by(2);
    let inside = quoted.filter_map(|path| path.strip_prefix(name)?.strip_prefix('/'));
    inside.map(|path| below(module, path)).collect()
}

/// The sources that lie in `dir` itself.
pub(super) fn files<'p>(paths: &[&'p str], dir: &str) -> impl Iterator<Item = &'p str> {
    sources(paths, dir).filter(move |path| folder(path) == dir)
}

/// The packages in `dir` and below.
pub(super) fn packages<'p>(paths: &[&'p str], dir: &str) -> impl Iterator<Item = &'p str> {
    sources(paths, dir).map(folder)
}

fn sources<'p>(paths: &[&'p str], dir: &str) -> impl Iterator<Item = &'p str> {
    let first = paths.partition_point(|path| *path < dir);
    let below = paths[first..].iter().copied();
    // Between `a` and `a/b` may stand `a-c`.
    let below = below.take_while(move |path| path.starts_with(dir));
    below.filter(move |path| {
        within(path, dir) && path.ends_with(".go") && !path.ends_with("_test.go")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_folders_with_sources_and_imports_stand_at_the_top() {
        let paths = [
            "a-c/x.go",
            "a/b/y.go",
            "a/go.mod",
            "a/x.go",
            "a/x_test.go",
            "ab.go",
        ];
        assert_eq!(files(&paths, "a").collect::<Vec<_>>(), ["a/x.go"]);
        assert_eq!(packages(&paths, "a").collect::<Vec<_>>(), ["a/b", "a"]);
        let text =
            "package x\nimport (\n\t\"x.org/a/b\"\n\t\"fmt\"\n)\nfunc f() { g(\"x.org/a/c\") }";
        assert_eq!(imports(text, "a", "x.org/a"), ["a/b"]);
        assert_eq!(
            modules(&paths, &|_| "module x.org/a\n".to_owned())["a"],
            "x.org/a"
        );
    }
}
