//! Modules, packages and imports of Go, as far as they say which folders belong together.
//!
//! In: sorted paths, texts. Out: folders and files.
//! Invariant: a package is a folder; tests are no part of it.
//! Never: imports that lead out of the module.

use std::collections::{BTreeMap, BTreeSet};

use super::dirs::inside;
use crate::model::names::{below, folder, tail};
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

/// What a source declares at its top, the types that its methods are of among it, and all words that it says.
pub(super) struct Names {
    pub(super) declared: BTreeSet<String>,
    pub(super) said: BTreeSet<String>,
}

/// The names of a source.
pub(super) fn names(text: &str) -> Names {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !inside(c));
        words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let mut declared = BTreeSet::new();
    let mut grouped = false;
    for line in text.lines() {
        let (word, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        let declares = matches!(word, "const" | "func" | "type" | "var");
        grouped = declares && word != "func" && rest == "(" || grouped && line != ")";
        let receiver = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
        if let Some((receiver, _)) = receiver.filter(|_| word == "func") {
            let receiver = receiver.split('[').next().unwrap_or(receiver);
            declared.extend(words(receiver).pop());
        } else if declares {
            declared.extend(words(rest).into_iter().next());
        } else if grouped && line.starts_with('\t') && !line.starts_with("\t\t") {
            declared.extend(words(line).into_iter().next());
        }
    }
    Names {
        declared,
        said: words(text).into_iter().collect(),
    }
}

/// The sources that lie in `dir` itself.
pub(super) fn files<'p>(paths: &[&'p str], dir: &str) -> impl Iterator<Item = &'p str> {
    sources(paths, dir).filter(move |path| folder(path) == dir)
}

/// The packages in `dir` and below.
pub(super) fn packages<'p>(paths: &[&'p str], dir: &str) -> impl Iterator<Item = &'p str> {
    sources(paths, dir).map(folder)
}

/// The sources in `dir` and below, tests left out.
fn sources<'p>(paths: &[&'p str], dir: &str) -> impl Iterator<Item = &'p str> {
    let below = inside(paths, dir);
    below.filter(|path| path.ends_with(".go") && !path.ends_with("_test.go"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_at_the_top_and_types_of_methods() {
        let text = "package x\nconst (\n\tA = iota\n\tB\n)\nvar c, d = 1, 2\ntype E[T any] struct {\n\tf int\n}\nfunc (e *E[T]) Run() {}\nfunc (g G) Go() {}\nfunc h() { i() }\n";
        let found = names(text);
        let declared: Vec<&str> = found.declared.iter().map(String::as_str).collect();
        assert_eq!(declared, ["A", "B", "E", "G", "c", "h"]);
        assert!(found.said.contains("i"));
    }

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
