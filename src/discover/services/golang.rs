//! Programs of Go modules: folders with a package `main` that listens.
//!
//! In: the files of a module. Out: candidates.
//! Invariant: a program that calls nothing that listens, itself or one package further, is a tool.
//! Never: follows imports out of the module.

use std::collections::BTreeSet;

use super::candidate::{Candidate, Origin};
use super::{gosource, jobs};
use crate::knowledge::{Knowledge, Programs};
use crate::model::names::{below, folder, folders, is_generic, tail, within};
use crate::model::{Location, Position};
use crate::source::ReadText;

/// A program and the module that holds it.
struct Program<'p> {
    main: &'p str,
    module: &'p str,
}

/// How many packages a call that listens may lie behind a program.
const NEAR: usize = 1;
const FAR: usize = 3;

/// The programs among `paths` that listen.
pub(super) fn programs(
    knowledge: &Knowledge,
    paths: &[&str],
    text: &ReadText<'_>,
) -> Vec<Candidate> {
    let mains = paths.iter().filter(|path| tail(path) == "main.go");
    let mains: Vec<&str> = mains.copied().collect();
    all(knowledge, paths, &mains, NEAR, text)
}

/// The same, with those that listen further away and those whose file is called otherwise.
pub(super) fn further(
    knowledge: &Knowledge,
    paths: &[&str],
    text: &ReadText<'_>,
) -> Vec<Candidate> {
    let words = &knowledge.frameworks.programs.start_words;
    let starts = |path: &&&str| {
        let stem = tail(path).strip_suffix(".go");
        stem.is_some_and(|stem| words.has(stem) || stem == tail(folder(path)))
    };
    let is_main = |path: &&str| text(path).contains("func main()");
    let mains = paths.iter().filter(starts).copied().filter(is_main);
    let mut dirs = BTreeSet::new();
    let mains: Vec<&str> = mains.filter(|path| dirs.insert(folder(path))).collect();
    all(knowledge, paths, &mains, FAR, text)
}

/// The programs among `mains` that listen, at most `hops` packages away. Each belongs to the
/// innermost module around it; a file outside of all modules is none.
fn all(
    knowledge: &Knowledge,
    paths: &[&str],
    mains: &[&str],
    hops: usize,
    text: &ReadText<'_>,
) -> Vec<Candidate> {
    let modules = gosource::modules(paths, text);
    let mut found: Vec<Program<'_>> = Vec::new();
    for main in mains.iter().copied() {
        let module = folders(main).find(|dir| modules.contains_key(dir));
        let Some(module) = module.filter(|module| {
            let name = modules.get(module).map(String::as_str);
            serves(knowledge, (paths, hops), text, main, module, name)
        }) else {
            continue;
        };
        found.push(Program { main, module });
    }
    found
        .iter()
        .map(|program| candidate(knowledge, program, &text(program.main), mains))
        .collect()
}

/// A program by the name that it registers under, else by its folder.
fn candidate(
    knowledge: &Knowledge,
    program: &Program<'_>,
    code: &str,
    mains: &[&str],
) -> Candidate {
    let dir = own_dir(program, mains);
    let location = Location::new(program.main, Position::new(1, 1));
    let mut found = Candidate::new(Origin::Build, name_of(folder(program.main), dir), location);
    if let Some(own) = own_name(&knowledge.frameworks.programs, code) {
        let by_folder = std::mem::replace(&mut found.name, own);
        found.aliases.insert(by_folder);
    }
    found
        .hints
        .extend(["go-program", "lone-binary"].map(str::to_owned));
    found.in_dir(dir)
}

/// The folder of a program: its module, or what holds `cmd`, where no other program lies in it; else its own.
fn own_dir<'p>(program: &Program<'p>, mains: &[&str]) -> &'p str {
    let own = folder(program.main);
    let is_alone = |dir: &str| mains.iter().filter(|main| within(main, dir)).count() == 1;
    if is_alone(program.module) {
        return program.module;
    }
    let mut around = folders(own).take_while(|dir| within(dir, program.module));
    let holds = |dir: &&str| within(own, &below(dir, "cmd")) && is_alone(dir);
    around.find(holds).unwrap_or(own)
}

/// What a program is called by its folders: `orders` of `cmd/orders`, `cart-service` of `cart/service/cmd/server`.
fn name_of(own: &str, dir: &str) -> String {
    let says_nothing = matches!(tail(own), "cmd" | "src" | "server" | "app");
    let named = if says_nothing { dir } else { own };
    let above = tail(folder(named));
    if says_nothing && is_generic(tail(named)) && !matches!(above, "" | "cmd") {
        format!("{above}-{}", tail(named))
    } else {
        tail(named).to_owned()
    }
}

/// The name that a program registers under: `kratos.Name("shop.orders")`, or a constant beside it.
fn own_name(known: &Programs, code: &str) -> Option<String> {
    let argument = known.go_names.iter().find_map(|call| {
        let (_, rest) = code.split_once(call)?;
        Some(rest.split([')', ',']).next()?.trim())
    })?;
    let text = |text: &str| Some(text.trim().strip_prefix('"')?.split('"').next()?.to_owned());
    let assigned = |line: &str| {
        let (name, value) = line.split_once('=')?;
        let mut words = name.trim().trim_end_matches(':').split_whitespace();
        words.any(|word| word == argument).then(|| text(value))?
    };
    let name = text(argument).or_else(|| code.lines().find_map(assigned));
    name.filter(|name| !name.is_empty())
}

/// Whether a main file starts a server. Asked in order: is it package `main` at all, is it called
/// like a task, does it or a file beside it listen, does a package up to `hops` imports away.
/// Further away a plain socket (`net.`) does not count, as tools talk to their helpers over one.
fn serves(
    knowledge: &Knowledge,
    (paths, hops): (&[&str], usize),
    text: &ReadText<'_>,
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
    let beside: Vec<&str> = gosource::files(paths, folder(main)).collect();
    let mut daemons = knowledge.frameworks.programs.go_daemons.iter();
    // A module beside others, such as one that only takes messages.
    let runs_on = !module.is_empty() && daemons.any(|call| code.contains(call));
    if runs_on
        || listens(&code)
        || beside
            .iter()
            .any(|path| *path != main && listens(&text(path)))
    {
        return true;
    }
    let Some(name) = name else {
        return false;
    };
    // What is put together beside `main` counts, too, as `wire_gen.go`.
    let imports = |code: &str| gosource::imports(code, module, name);
    let mut seen = BTreeSet::from([folder(main).to_owned()]);
    let mut next: Vec<String> = beside
        .iter()
        .flat_map(|path| imports(&text(path)))
        .collect();
    for _ in 0..hops {
        next.retain(|dir| seen.insert(dir.clone()));
        let files = next.iter().flat_map(|dir| gosource::files(paths, dir));
        let texts: Vec<String> = files.map(text).collect();
        if texts.iter().any(|text| answers(text)) {
            return true;
        }
        next = texts.iter().map(String::as_str).flat_map(imports).collect();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::services::held;

    fn names(files: &[(&str, &str)]) -> Vec<(String, Option<String>)> {
        let paths = held::paths(files);
        let text = held::text(files);
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
        let waits =
            "package main\nfunc main() { ctx, _ := signal.NotifyContext(c, s); app.Run(ctx) }";
        let module = [("pay/go.mod", "module pay\n"), ("pay/cmd/main.go", waits)];
        assert_eq!(names(&module), [("pay".to_owned(), dir("pay"))]);
        let tool = [("go.mod", "module pay\n"), ("cmd/main.go", waits)];
        assert_eq!(names(&tool), [], "a tool may wait for a signal, too");
        let alone = [("a/go.mod", "module a\n"), ("a/cmd/server/main.go", listen)];
        assert_eq!(names(&alone), [("a".to_owned(), dir("a"))]);
    }

    #[test]
    fn a_program_owns_what_holds_its_command_and_goes_by_the_name_it_registers() {
        let main =
            "package main\nvar Name = \"shop.cart\"\nfunc main() { kratos.New(kratos.Name(Name)) }";
        let wired = "package main\nimport \"x.org/shop/app/cart/service/internal/server\"\n";
        let files = [
            ("go.mod", "module x.org/shop\n"),
            ("app/cart/service/cmd/server/main.go", main),
            ("app/cart/service/cmd/server/wire_gen.go", wired),
            (
                "app/cart/service/internal/server/grpc.go",
                "package server\nvar s = grpc.NewServer(o)",
            ),
            (
                "app/pay/service/cmd/server/main.go",
                "package main\nfunc main() { gin.New() }",
            ),
        ];
        let pair = |name: &str, dir: &str| (name.to_owned(), Some(dir.to_owned()));
        let expected = [
            pair("shop.cart", "app/cart/service"),
            pair("pay-service", "app/pay/service"),
        ];
        assert_eq!(names(&files), expected);
    }
}
