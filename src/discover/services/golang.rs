//! Programs of Go modules: folders with a package `main` that listens.
//!
//! In: the files of a module. Out: candidates.
//! Invariant: a program that calls nothing that listens, itself or one package further, is a tool.
//! Never: follows imports out of the module.

use std::collections::BTreeMap;

use super::build::Read;
use super::candidate::{Candidate, Origin};
use super::jobs;
use crate::knowledge::Knowledge;
use crate::model::names::{folder, folders, tail};
use crate::model::{Location, Position};

/// A program and the module that holds it.
struct Program<'p> {
    main: &'p str,
    module: &'p str,
}

/// The programs among `paths` that listen.
pub(super) fn programs(knowledge: &Knowledge, paths: &[&str], text: &Read<'_>) -> Vec<Candidate> {
    let manifests = paths.iter().filter(|path| tail(path) == "go.mod");
    let modules: BTreeMap<&str, String> =
        manifests.map(|path| (folder(path), text(path))).collect();
    let mains = paths.iter().filter(|path| tail(path) == "main.go");
    let mut found: Vec<Program<'_>> = Vec::new();
    for main in mains {
        let module = folders(main).find(|dir| modules.contains_key(dir));
        let Some(module) = module.filter(|module| {
            let name = modules.get(module).and_then(|text| module_name(text));
            serves(knowledge, paths, text, main, module, name)
        }) else {
            continue;
        };
        found.push(Program { main, module });
    }
    // Beside tools a program is not all of its module.
    let alone = |program: &Program<'_>| {
        let mains = paths.iter().filter(|path| tail(path) == "main.go");
        let module = |path: &&&str| {
            folders(path).find(|dir| modules.contains_key(dir)) == Some(program.module)
        };
        mains.filter(module).count() == 1
    };
    found
        .iter()
        .map(|program| candidate(program, alone(program)))
        .collect()
}

fn candidate(program: &Program<'_>, alone: bool) -> Candidate {
    let own = folder(program.main);
    // The only program of a module is all of the module.
    let dir = if alone { program.module } else { own };
    let location = Location::new(program.main, Position::new(1, 1));
    let named = if matches!(tail(own), "cmd" | "src" | "server" | "app") {
        dir
    } else {
        own
    };
    let mut found = Candidate::new(Origin::Build, tail(named), location).in_dir(dir);
    found
        .hints
        .extend(["go-program", "lone-binary"].map(str::to_owned));
    found
}

fn module_name(text: &str) -> Option<&str> {
    text.lines()
        .find_map(|line| line.strip_prefix("module "))
        .map(str::trim)
}

fn serves(
    knowledge: &Knowledge,
    paths: &[&str],
    text: &Read<'_>,
    main: &str,
    module: &str,
    name: Option<&str>,
) -> bool {
    let listens = |text: &str| {
        knowledge
            .frameworks
            .programs
            .go
            .iter()
            .any(|call| text.contains(call))
    };
    // A socket further away may be one between a tool and its helpers.
    let answers = |text: &str| {
        let mut calls = knowledge.frameworks.programs.go.iter();
        calls.any(|call| !call.starts_with("net.") && text.contains(call))
    };
    let code = text(main);
    if !code.lines().any(|line| line.trim() == "package main") {
        return false;
    }
    // A tool that shows its figures on a port is one all the same.
    if jobs::is_task_name(&knowledge.images.jobs, tail(folder(main))) {
        return false;
    }
    let beside = sources(paths, folder(main));
    if listens(&code)
        || beside
            .iter()
            .any(|path| *path != main && listens(&text(path)))
    {
        return true;
    }
    let Some(name) = name else {
        return false;
    };
    let imports = code
        .split('"')
        .skip(1)
        .step_by(2)
        .filter_map(|path| path.strip_prefix(name));
    imports
        .filter_map(|path| path.strip_prefix('/'))
        .any(|path| {
            let dir = if module.is_empty() {
                path.to_owned()
            } else {
                format!("{module}/{path}")
            };
            sources(paths, &dir).iter().any(|path| answers(&text(path)))
        })
}

/// The sources that lie in `dir` itself; `paths` is sorted.
fn sources<'p>(paths: &[&'p str], dir: &str) -> Vec<&'p str> {
    let prefix = if dir.is_empty() {
        String::new()
    } else {
        format!("{dir}/")
    };
    let first = paths.partition_point(|path| *path < prefix.as_str());
    let below = paths
        .iter()
        .skip(first)
        .take_while(|path| path.starts_with(&prefix));
    let own =
        |path: &&&str| folder(path) == dir && path.ends_with(".go") && !path.ends_with("_test.go");
    below.filter(own).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(files: &[(&str, &str)]) -> Vec<(String, Option<String>)> {
        let mut paths: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
        paths.sort_unstable();
        let text = |path: &str| {
            let found = files.iter().find(|(known, _)| *known == path);
            found.map_or(String::new(), |(_, text)| (*text).to_owned())
        };
        let found = programs(&Knowledge::default(), &paths, &text);
        found.into_iter().map(|c| (c.name, c.dir)).collect()
    }

    #[test]
    fn programs_that_listen_count() {
        let listen = "package main\nfunc main() { http.ListenAndServe(a, nil) }";
        let further = "package main\nimport \"x.org/shop/internal/web\"\nfunc main() { web.Run() }";
        let files = [
            ("go.mod", "module x.org/shop\n"),
            ("cmd/orders/main.go", listen),
            ("cmd/billing/main.go", further),
            (
                "cmd/gen/main.go",
                "package main\nfunc main() { os.WriteFile() }",
            ),
            ("cmd/migrate/main.go", further),
            ("cmd/shop-stress/main.go", listen),
            (
                "internal/web/web.go",
                "package web\nfunc Run() { gin.New() }",
            ),
        ];
        let dir = |dir: &str| Some(dir.to_owned());
        let expected = [
            ("billing".to_owned(), dir("cmd/billing")),
            ("orders".to_owned(), dir("cmd/orders")),
        ];
        assert_eq!(names(&files), expected);
        let alone = [("a/go.mod", "module a\n"), ("a/cmd/server/main.go", listen)];
        assert_eq!(names(&alone), [("a".to_owned(), dir("a"))]);
    }
}
