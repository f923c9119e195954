//! One Go program for several services: it runs the command that its first argument names.
//!
//! In: the files of a module. Out: candidates.
//! Invariant: every command lies in a folder of its own beside the others, and at least two of them serve.
//! Never: a command that neither serves nor asks another by a generated client: a tool.
//!
//! `boulder boulder-ra --config ra.json` and `boulder boulder-sa --config sa.json` are two processes of one
//! image. The main program imports a package per command, often for its side effects alone.

use std::collections::{BTreeMap, BTreeSet};

use super::candidate::{Candidate, Origin};
use super::gosource;
use crate::knowledge::Knowledge;
use crate::model::names::{folder, folders, tail};
use crate::model::{Location, Position};
use crate::source::ReadText;

/// How many commands make a program a launcher.
const COMMANDS: usize = 3;

/// What the commands of a launcher do.
struct Command {
    dir: String,
    file: String,
    serves: bool,
    asks: bool,
}

/// The commands of launchers among `paths` that are services.
pub(super) fn programs(
    knowledge: &Knowledge,
    paths: &[&str],
    text: &ReadText<'_>,
) -> Vec<Candidate> {
    let modules = gosource::modules(paths, text);
    let mains = paths.iter().filter(|path| tail(path) == "main.go");
    let mut found = BTreeMap::new();
    for main in mains {
        let module = folders(main).find_map(|dir| modules.get_key_value(dir));
        let Some((module, name)) = module else {
            continue;
        };
        let commands = commands(paths, text, main, module, name, knowledge);
        if commands.iter().filter(|command| command.serves).count() > 1 {
            for command in commands.into_iter().filter(|c| c.serves || c.asks) {
                found.insert(command.dir.clone(), candidate(command));
            }
        }
    }
    found.into_values().collect()
}

/// A command as a mention, marked as a part of a launcher.
fn candidate(command: Command) -> Candidate {
    let at = Location::new(command.file, Position::new(1, 1));
    let mut found = Candidate::new(Origin::Build, tail(&command.dir), at).in_dir(&*command.dir);
    found.hints.insert("sub-command".to_owned());
    found
}

/// The commands that a main program imports, where it is a launcher.
fn commands(
    paths: &[&str],
    text: &ReadText<'_>,
    main: &str,
    module: &str,
    name: &str,
    knowledge: &Knowledge,
) -> Vec<Command> {
    let own = folder(main);
    let texts: Vec<String> = gosource::files(paths, own).map(text).collect();
    let launches = |text: &String| {
        ["os.Args", "AddCommand(", "Commands:"]
            .iter()
            .any(|mark| text.contains(mark))
    };
    let is_main = |text: &String| text.lines().any(|line| line.trim() == "package main");
    if !texts.iter().any(launches) || !texts.iter().any(is_main) {
        return Vec::new();
    }
    let mut beside: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let dirs: BTreeSet<String> = texts
        .iter()
        .flat_map(|text| gosource::imports(text, module, name))
        .collect();
    for dir in &dirs {
        beside.entry(folder(dir)).or_default().insert(dir.clone());
    }
    // Commands lie beside each other, and beside the launcher or below it.
    let near = |parent: &str| parent == folder(own) || parent == own || tail(parent) == "cmd";
    let found = beside
        .into_iter()
        .filter(|(parent, dirs)| near(parent) && dirs.len() >= COMMANDS);
    let dirs = found.flat_map(|(_, dirs)| dirs);
    dirs.filter_map(|dir| command(paths, text, dir, knowledge))
        .collect()
}

/// What the package in `dir` does: whether it listens, and whether it builds a client of another
/// service. `None` where nothing in it starts; a package of helpers is no command.
fn command(
    paths: &[&str],
    text: &ReadText<'_>,
    dir: String,
    knowledge: &Knowledge,
) -> Option<Command> {
    let files: Vec<&str> = gosource::files(paths, &dir).collect();
    let texts: Vec<String> = files.iter().map(|path| text(path)).collect();
    // A package that starts something has a function that does.
    let starts = |text: &String| {
        ["func main(", "func Main(", "func Run(", "func init("]
            .iter()
            .any(|mark| text.contains(mark))
    };
    let file = files
        .iter()
        .zip(&texts)
        .find(|(_, text)| starts(text))
        .map(|(file, _)| *file)?;
    let listens = |text: &String| {
        let mut calls = knowledge.frameworks.programs.go.iter();
        text.contains("_ServiceDesc")
            || text.contains(".NewServer(")
            || calls.any(|call| text.contains(call))
    };
    Some(Command {
        file: file.to_owned(),
        serves: texts.iter().any(listens),
        asks: texts.iter().any(|text| builds_client(text)),
        dir,
    })
}

/// `pb.NewOrdersClient(conn)`: a generated client is built over a connection.
fn builds_client(text: &str) -> bool {
    text.split("pb.New").skip(1).any(|rest| {
        let name = rest.split('(').next().unwrap_or_default();
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric());
        plain && name.len() > "Client".len() && name.ends_with("Client")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::services::held;

    fn names(files: &[(&str, &str)]) -> Vec<String> {
        let paths = held::paths(files);
        let text = held::text(files);
        let found = programs(&Knowledge::default(), &paths, &text);
        found.into_iter().map(|c| c.name).collect()
    }

    const MAIN: &str = "package main\nimport (\n _ \"x.org/shop/cmd/orders\"\n _ \"x.org/shop/cmd/billing\"\n \
                        _ \"x.org/shop/cmd/sweeper\"\n _ \"x.org/shop/cmd/checker\"\n)\n\
                        func main() { run(os.Args[1]) }";
    const SERVES: &str =
        "package orders\nfunc main() { grpc.NewServer() }\nfunc init() { Register(main) }";

    #[test]
    fn commands_that_serve_or_ask_are_services_and_tools_are_none() {
        let files = |billing| {
            names(&[
                ("go.mod", "module x.org/shop\n"),
                ("cmd/shop/main.go", MAIN),
                ("cmd/orders/main.go", SERVES),
                ("cmd/billing/main.go", billing),
                (
                    "cmd/sweeper/main.go",
                    "package s\nfunc main() { c := orderspb.NewOrdersClient(conn) }",
                ),
                (
                    "cmd/checker/main.go",
                    "package c\nfunc main() { os.Open(f) }",
                ),
            ])
        };
        assert_eq!(files(SERVES), ["billing", "orders", "sweeper"]);
        let tool = "package b\nfunc main() { fmt.Println() }";
        assert_eq!(
            files(tool),
            Vec::<String>::new(),
            "one server and its tools"
        );
    }
}
