//! Which files of shared projects of .NET a program builds upon: those whose types it reaches.
//!
//! In: sorted paths, texts, programs with the projects that they refer to. Out: files of those projects.
//! Invariant: what a container of dependencies is only told of is not reached.
//! Never: a type that is found by its name alone while the program runs.
//!
//! `Orders.Api` and `Orders.Jobs` both refer to `Orders.Core`. A controller of the first sends `PlaceOrder`, so the
//! handler of `PlaceOrder` is its own, and what the handler takes by its interface is, too; that both programs register
//! all types of `Orders.Core` says nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::dirs::inside;
use crate::model::names::{folder, tail};
use crate::source::ReadText;

/// The types that a source declares, those that it derives from, and all that it names.
#[derive(Debug, Default)]
struct Types {
    declared: BTreeSet<String>,
    bases: BTreeSet<String>,
    said: BTreeSet<String>,
}

/// Sources of projects, read once each.
pub(super) struct Sources<'a> {
    paths: &'a [&'a str],
    text: &'a ReadText<'a>,
    read: BTreeMap<String, Types>,
}

impl<'a> Sources<'a> {
    /// None of `paths` is read yet.
    pub(super) fn new(paths: &'a [&'a str], text: &'a ReadText<'a>) -> Self {
        Self {
            paths,
            text,
            read: BTreeMap::new(),
        }
    }

    /// The files in `shared` that the sources in `own` lead to, directly or through others.
    pub(super) fn reached<'d>(
        &mut self,
        own: impl Iterator<Item = &'d String>,
        shared: &BTreeSet<String>,
    ) -> BTreeSet<String> {
        let own: Vec<String> = own.flat_map(|dir| self.files(dir)).collect();
        let shared: Vec<String> = shared.iter().flat_map(|dir| self.files(dir)).collect();
        let known = |file: &String| &self.read[file];
        let declared = own.iter().chain(&shared).map(known);
        let declared: BTreeSet<&String> = declared.flat_map(|types| &types.declared).collect();
        let mut leads: BTreeMap<&String, Vec<&String>> = BTreeMap::new();
        for file in &shared {
            let bases = known(file).bases.iter();
            for name in bases.filter(|name| declared.contains(name)) {
                leads.entry(name).or_default().push(file);
            }
        }
        leads.retain(|_, derived| derived.len() <= MAX_DERIVED);
        for file in &shared {
            for name in &known(file).declared {
                leads.entry(name).or_default().push(file);
            }
        }
        // A program means its own type by a name that shared code gives to another.
        for name in own.iter().flat_map(|file| &known(file).declared) {
            leads.remove(name);
        }
        let mut found = BTreeSet::new();
        let mut next: Vec<&String> = own.iter().collect();
        while let Some(file) = next.pop() {
            for name in &known(file).said {
                let files = leads.remove(name).unwrap_or_default();
                next.extend(
                    files
                        .into_iter()
                        .filter(|file| found.insert((*file).clone())),
                );
            }
        }
        found
    }

    /// The sources in a folder and below, those of tests left out.
    fn files(&mut self, dir: &str) -> Vec<String> {
        let sources = inside(self.paths, dir).filter(|path| path.ends_with(".cs"));
        let sources: Vec<String> = sources.map(str::to_owned).collect();
        for path in &sources {
            if !self.read.contains_key(path) {
                self.read.insert(path.clone(), types(&(self.text)(path)));
            }
        }
        sources
    }
}

/// What the interface of what handles messages is called at its end.
const HANDLERS: [&str; 4] = ["Consumer", "Handler", "HandlerAsync", "Subscriber"];
/// How calls begin whose generic arguments are only put on a list: of services, of mappings.
const LISTS: [&str; 3] = ["Add", "CreateMap", "TryAdd"];
/// Most types that derive from one that is taken for any of them; of more it is a mark or a common ground.
const MAX_DERIVED: usize = 8;

/// Whether a path is that of a project.
pub(super) fn is_project(path: &str) -> bool {
    path.ends_with(".csproj")
}

/// The folders of the projects in `paths`.
pub(super) fn projects(paths: &[&str]) -> BTreeSet<String> {
    let projects = paths.iter().filter(|path| is_project(tail(path)));
    projects.map(|path| folder(path).to_owned()).collect()
}

/// The types of a source, by its words. What only registers services names none.
fn types(text: &str) -> Types {
    let mut found = Types::default();
    let registers = text.contains("this IServiceCollection");
    let mut words = Words { rest: text };
    let (mut before, mut skipped) = ("", 0);
    while let Some((word, mark)) = words.next() {
        if matches!(word, "using" | "namespace") && !words.rest.trim_start().starts_with(['(', 'v'])
        {
            words.skip_past(';');
        } else if matches!(before, "class" | "interface" | "record" | "struct" | "enum")
            && word != "struct"
        {
            found.declared.insert(word.to_owned());
            let head = words.rest.split(['{', ';']).next().unwrap_or_default();
            found.bases.extend(bases(head));
        } else if LISTS.iter().any(|start| word.starts_with(start)) {
            skipped = usize::from(mark == Some('<'));
        } else if skipped == 0 && word.starts_with(|c: char| c.is_uppercase()) {
            found.said.insert(word.to_owned());
        }
        if skipped > 0 && mark == Some('(') {
            skipped = 0;
        }
        before = word;
    }
    if registers {
        found.said.clear();
    }
    found
}

/// The types behind the colon of a declaration, outside of the parameters of its constructor. Of a handler what it
/// handles, too: of `IRequestHandler<PlaceOrder, Result>` the first argument.
fn bases(head: &str) -> Vec<String> {
    let mut depth = 0_i32;
    let colon = head.char_indices().find(|(_, c)| {
        depth += i32::from(*c == '(') - i32::from(*c == ')');
        *c == ':' && depth == 0
    });
    let mut named = Words {
        rest: colon.map_or("", |(at, _)| &head[at + 1..]),
    };
    let mut found = Vec::new();
    let (mut depth, mut handles) = (0_i32, false);
    while let Some((word, mark)) = named.next() {
        if word == "where" {
            break;
        }
        if depth == 0 || handles {
            found.push(word.to_owned());
        }
        handles = mark == Some('<') && HANDLERS.iter().any(|end| word.ends_with(end));
        let between = named.rest.find(char::is_alphanumeric);
        let between = &named.rest[..between.unwrap_or(named.rest.len())];
        for mark in between.chars() {
            depth += i32::from(mark == '<') - i32::from(mark == '>');
        }
    }
    found
}

/// The words of a source that are no comments, each with the mark behind it.
struct Words<'t> {
    rest: &'t str,
}

impl<'t> Words<'t> {
    /// The next word.
    fn next(&mut self) -> Option<(&'t str, Option<char>)> {
        let inside = |c: char| c.is_alphanumeric() || c == '_';
        loop {
            let start = self.rest.find(|c: char| inside(c) || c == '/')?;
            self.rest = &self.rest[start..];
            if self.rest.starts_with("//") {
                self.skip_past('\n');
            } else if let Some(rest) = self.rest.strip_prefix('/') {
                self.rest = rest;
            } else {
                break;
            }
        }
        let end = self.rest.find(|c: char| !inside(c));
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        Some((word, rest.chars().next()))
    }

    /// Goes on behind the next `end`.
    fn skip_past(&mut self, end: char) {
        self.rest = self.rest.split_once(end).map_or("", |(_, rest)| rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::services::held;

    #[test]
    fn types_are_declared_derived_from_and_named() {
        let text = "using Shop.Orders;\nnamespace Shop;\n// Unsaid\npublic sealed class Place(IBus bus, Clock c)\n    : IHandler<PlaceOrder, Unit>, IPlace where T : New\n{\n  void Run() { services.AddScoped<IQuiet, Quiet>(); bus.Send(new Placed()); }\n}\npublic record struct Row(int A);\n";
        let found = types(text);
        let shown = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(" ");
        assert_eq!(shown(&found.declared), "Place Row");
        assert_eq!(shown(&found.bases), "IHandler IPlace PlaceOrder");
        assert!(found.said.contains("Placed") && found.said.contains("IBus"));
        let never = ["Orders", "Unsaid", "Quiet", "IQuiet", "Shop"];
        assert!(never.iter().all(|name| !found.said.contains(*name)));
    }

    #[test]
    fn a_program_reaches_what_it_sends_and_takes_by_its_interface() {
        let files = [
            (
                "Api/C.cs",
                "class C { void F() { mediator.Send(new PlaceOrder()); } }",
            ),
            ("Core/Bus.cs", "class Bus : IBus { }"),
            ("Core/IBus.cs", "interface IBus { }"),
            ("Core/Order.cs", "record PlaceOrder;"),
            (
                "Core/Place.cs",
                "class Place(IBus bus) : IRequestHandler<PlaceOrder> { }",
            ),
            (
                "Core/Setup.cs",
                "static class Setup { static void AddCore(this IServiceCollection s) { s.Add(new Unused()); } }",
            ),
            (
                "Core/Unused.cs",
                "class Unused : IRequestHandler<Other> { }",
            ),
        ];
        let paths = held::paths(&files);
        let text = held::text(&files);
        let mut sources = Sources::new(&paths, &text);
        let shared = BTreeSet::from(["Core".to_owned()]);
        let found = sources.reached([String::from("Api")].iter(), &shared);
        let found: Vec<&str> = found.iter().map(|path| tail(path)).collect();
        assert_eq!(found, ["Bus.cs", "IBus.cs", "Order.cs", "Place.cs"]);
    }
}
