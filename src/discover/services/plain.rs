//! Programs that nothing deploys and no build file tells of: what listens, folder by folder.
//!
//! In: paths, texts of files that may start a program. Out: candidates.
//! Invariant: asked only where nothing else makes several programs known; one alone is no system.
//! Never: a folder of tests, examples or tools; reads a file that is not called like one that starts a program.

use std::collections::BTreeSet;

use super::candidate::{Candidate, Origin};
use super::dirs::Folders;
use super::golang;
use crate::knowledge::Knowledge;
use crate::model::names::{self, folder, key, tail, within};
use crate::model::{Location, Position};

/// Most files whose texts are read.
const MAX_FILES: usize = 2_000;

/// The programs among `paths` (sorted), at least two of them.
pub(super) fn read(
    knowledge: &Knowledge,
    paths: &[&str],
    folders: &Folders,
    text: &crate::source::ReadText<'_>,
) -> Vec<Candidate> {
    let own: Vec<&str> = paths
        .iter()
        .copied()
        .filter(|path| !folders.is_auxiliary(path) && !folders.is_tooling(folder(path)))
        .collect();
    let marked: BTreeSet<&str> = own
        .iter()
        .filter(|path| is_mark(knowledge, path))
        .map(|path| folder(path))
        .collect();
    let mut found = golang::further(knowledge, &own, text);
    let starts = own.iter().filter(|path| may_start(knowledge, path));
    for path in starts.take(MAX_FILES) {
        if listens(knowledge, path, &text(path)) {
            let dir = unit(path, &marked);
            let place = Location::new(*path, Position::new(1, 1));
            found.push(Candidate::new(Origin::Build, called(dir), place).in_dir(dir));
        }
    }
    let dirs: BTreeSet<String> = found.iter().filter_map(|c| c.dir.clone()).collect();
    let outer = |dir: &String| {
        let around = |other: &String| other != dir && within(dir, other) && !other.is_empty();
        !dir.is_empty() && !dirs.iter().any(around)
    };
    let mut seen = BTreeSet::new();
    found.retain(|c| {
        let dir = c.dir.clone().unwrap_or_default();
        outer(&dir) && seen.insert(dir)
    });
    if found.len() > 1 { found } else { Vec::new() }
}

/// Whether a file marks its folder as one that is built or started by itself.
fn is_mark(knowledge: &Knowledge, path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    let files = &knowledge.files;
    let programs = &knowledge.frameworks.programs;
    files.units.has(file)
        || files.jvm_builds.has(file)
        || programs.unit_files.has(file)
        || programs.start_files.has(file)
        || file.ends_with(".csproj")
}

/// Whether a file is called like one that starts a program.
fn may_start(knowledge: &Knowledge, path: &str) -> bool {
    let programs = &knowledge.frameworks.programs;
    let file = path.rsplit('/').next().unwrap_or(path);
    let (stem, extension) = file.rsplit_once('.').unwrap_or((file, ""));
    let called = || {
        let word = names::words(stem).pop().unwrap_or_default();
        programs.start_words.has(&word) || key(stem) == key(tail(folder(path)))
    };
    programs.start_files.has(file) || programs.listening.contains_key(extension) && called()
}

/// Whether a file starts a server: by its name, or by a call that the language uses to listen.
fn listens(knowledge: &Knowledge, path: &str, text: &str) -> bool {
    let programs = &knowledge.frameworks.programs;
    let file = path.rsplit('/').next().unwrap_or(path);
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    let marks = programs.listening.get(extension);
    programs.start_files.has(file)
        || marks.is_some_and(|marks| marks.iter().any(|mark| text.contains(mark)))
}

/// The folder of the program that a file starts: the innermost that is built by itself, else its own.
fn unit<'p>(path: &'p str, marked: &BTreeSet<&str>) -> &'p str {
    let mut around = names::folders(path).filter(|dir| !dir.is_empty());
    let own = folder(path);
    let inner = own.strip_suffix("/src").unwrap_or(own);
    around.find(|dir| marked.contains(dir)).unwrap_or(inner)
}

/// The last folder that says more than what kind of program lies in it.
fn called(dir: &str) -> &str {
    let around = std::iter::once(dir).chain(names::folders(dir));
    let mut telling = around
        .map(tail)
        .filter(|name| !name.is_empty() && !names::is_generic(name));
    telling.next().unwrap_or_else(|| tail(dir))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::services::held;

    fn shown(files: &[(&str, &str)]) -> Vec<String> {
        let paths = held::paths(files);
        let text = held::text(files);
        let knowledge = Knowledge::default();
        let folders = Folders::new(&paths, &knowledge, Vec::new());
        let found = read(&knowledge, &paths, &folders, &text);
        let show = |c: Candidate| format!("{}={}", c.name, c.dir.unwrap_or_default());
        let mut found: Vec<String> = found.into_iter().map(show).collect();
        found.sort();
        found
    }

    /// The same file in two folders, and whatever else.
    fn both(file: &str, text: &str, more: &[(&str, &str)]) -> Vec<String> {
        let place = |name: &str| format!("{name}/{file}");
        let (orders, billing) = (place("orders"), place("billing"));
        let mut files = vec![(orders.as_str(), text), (billing.as_str(), text)];
        files.extend(more);
        shown(&files)
    }

    const BOTH: [&str; 2] = ["billing=billing", "orders=orders"];

    #[test]
    fn folders_that_each_start_a_server_are_programs() {
        assert_eq!(both("manage.py", "import os", &[]), BOTH);
        assert_eq!(both("main.py", "app = FastAPI()", &[]), BOTH);
        assert_eq!(both("server.py", "s = grpc.server(pool)", &[]), BOTH);
        assert_eq!(
            both("src/index.js", "http.createServer(f).listen(1)", &[]),
            BOTH
        );
        assert_eq!(both("config.ru", "run App", &[]), BOTH);
        assert_eq!(both("artisan", "#!php", &[]), BOTH);
        let kotlin = "fun main() { embeddedServer(Netty) {} }";
        let built = [
            ("orders/build.gradle.kts", ""),
            ("billing/build.gradle.kts", ""),
        ];
        assert_eq!(both("src/main/kotlin/App.kt", kotlin, &built), BOTH);
    }

    #[test]
    fn programs_of_go_are_followed_further() {
        let main = "package main\nimport \"x.org/shop/app\"\nfunc main() { app.Run() }";
        let more = [
            ("go.mod", "module x.org/shop\n"),
            ("app/app.go", "package app\nimport \"x.org/shop/web\"\n"),
            (
                "web/web.go",
                "package web\nfunc Serve() { http.ListenAndServe(a, nil) }",
            ),
        ];
        assert_eq!(both("main.go", main, &more), BOTH);
        let served = "package main\nfunc main() { http.ListenAndServe(a, nil) }";
        assert_eq!(both("server.go", served, &more[..1]), BOTH);
    }

    #[test]
    fn one_program_and_what_does_not_listen_are_no_system() {
        assert!(shown(&[("orders/main.py", "app = FastAPI()"), ("lib/main.py", "x")]).is_empty());
        assert!(both("main.py", "print(1)", &[]).is_empty());
        let examples = both(
            "main.py",
            "",
            &[
                ("examples/a/main.py", "app = FastAPI()"),
                ("examples/b/main.py", "app = FastAPI()"),
            ],
        );
        assert!(examples.is_empty());
    }
}
