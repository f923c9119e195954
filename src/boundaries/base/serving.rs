//! Whether services or libraries are asked for, and which files each of the programs consists of.
//!
//! In: first-party files. Out: [`Question`], groups of files that are cut apart together.
//! Invariant: every file that is cut belongs to one group; what runs in a browser to none.
//! Never: guesses that a file answers requests; a route or an import tells.

use std::collections::{BTreeMap, BTreeSet};

use super::input::{Input, Intent};
use super::never::{self, Browser};
use crate::graph::{Digraph, NodeIndex, Vertex, reach};
use crate::model::names::{counted, folders, tail, thousands};
use crate::model::{FileRole, Labels, LanguageId, Level, LoadKind, ServiceId};

/// Fewest files of a universe in which anything is proposed; less needs no cutting apart.
pub(crate) const SMALLEST: usize = 12;
/// Least share of what answers for a language to count, and of all files for a folder to be a program.
const SHARE: f64 = 0.1;
/// Files that answer requests from which a program with a start is an application, and their least share.
const ANSWERING: (usize, f64) = (3, 0.004);
/// The same where no start is known.
const STARTLESS: (usize, f64) = (20, 0.01);
/// Pairs of files by which one service uses the code of another from which both are one program.
const JOINED: usize = 5;

/// What the proposals are an answer to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    pub(crate) intent: Intent,
    pub(crate) reason: String,
}

/// Services where requests are answered, libraries where nobody calls.
pub(crate) fn question(input: &Input<'_>) -> Question {
    let services = services_with_code(input);
    let (answering, files) = (answering(input), own_files(input));
    let share = answering.len() as f64 / files.max(1) as f64;
    let enough = |least: (usize, f64)| answering.len() >= least.0 && share >= least.1;
    let (calls, requests) = recorded(input);
    let (intent, reason) = if calls {
        (Intent::Service, "calls were recorded".to_owned())
    } else if requests {
        (Intent::Service, "requests were recorded".to_owned())
    } else if services > 1 {
        (
            Intent::Service,
            if input.project.unsupported.is_empty() {
                format!("{services} services have code here")
            } else {
                format!("code of {services} services is read")
            },
        )
    } else if enough(ANSWERING) && (services > 0 || starts(input)) || enough(STARTLESS) {
        (Intent::Service, told(input, &answering, files))
    } else if answering.is_empty() {
        (
            Intent::Library,
            "nothing that is read here answers requests".to_owned(),
        )
    } else {
        let files = format!(
            "only {} of {files} files {} a framework that answers requests",
            answering.len(),
            use_or_uses(answering.len())
        );
        (Intent::Library, files)
    };
    Question { intent, reason }
}

/// The verb that agrees with a number of files.
const fn use_or_uses(files: usize) -> &'static str {
    if files == 1 { "uses" } else { "use" }
}

/// How many files answer requests; those of languages that are not read are none of `files`.
fn told(input: &Input<'_>, answering: &BTreeSet<&str>, files: usize) -> String {
    let project = input.project;
    let read = |path: &&&str| {
        let file = project.file(path);
        file.is_some_and(|file| project.source(file).language.is_some())
    };
    let unread = answering.len() - answering.iter().filter(read).count();
    match unread {
        0 => format!(
            "{} of {files} files {} a framework that answers requests",
            answering.len(),
            use_or_uses(answering.len())
        ),
        unread => format!(
            "{} answer requests, {} in languages that are not read",
            counted(answering.len() as u64, "file", "files"),
            thousands(unread as u64),
        ),
    }
}

/// Whether calls were recorded, and whether requests were; a profile of a program tells of neither.
fn recorded(input: &Input<'_>) -> (bool, bool) {
    let Some((profile, _)) = input.calls else {
        return (false, false);
    };
    let mut measured = profile.measured.iter();
    let requests = measured.any(|load| load.kind == LoadKind::AccessLog);
    (profile.tells_calls(), requests)
}

/// Source files that are cut apart at all, pages aside.
fn own_files(input: &Input<'_>) -> usize {
    let folders = &input.project.knowledge.folders;
    let browser = Browser::of(input.project);
    let files = input.project.files.iter();
    let own = files.filter(|file| file.language.is_some() && file.role == FileRole::Source);
    let own =
        own.filter(|file| never::kind(folders, &file.path).is_none() && !browser.runs(&file.path));
    own.count()
}

/// Files that declare a route or import a framework that answers, unless that is their own.
pub(crate) fn answering<'i>(input: &Input<'i>) -> BTreeSet<&'i str> {
    let folders = &input.project.knowledge.folders;
    let own = own_frameworks(input);
    let imports = input.answering.iter();
    let imports = imports.filter(|(_, import)| !own.contains(import.as_str()));
    let routes = input.routes.iter().filter(|route| !route.prefix);
    let paths = imports
        .map(|(path, _)| &**path)
        .chain(routes.map(|route| &*route.location.path));
    let is_own = |path: &&str| {
        let file = input
            .project
            .file(path)
            .map(|file| input.project.source(file));
        file.is_some_and(|file| file.role == FileRole::Source)
            && never::kind(folders, path).is_none()
    };
    paths.filter(is_own).collect()
}

/// Frameworks that are developed here: a package bears the name, or folders are laid out like it.
fn own_frameworks<'i>(input: &Input<'i>) -> BTreeSet<&'i str> {
    let imports: BTreeSet<&str> = input
        .answering
        .iter()
        .map(|(_, import)| import.as_str())
        .collect();
    let is_own = |import: &&str| {
        let folder = format!("{}/", import.replace('.', "/"));
        let packages = input.project.packages.iter();
        let mut named = packages.map(|package| tail(&package.name).replace('-', "_"));
        let first = import.rsplit('/').next().unwrap_or(import);
        let first = first.split('.').next().unwrap_or(first).replace('-', "_");
        let whole = !import.contains("org.") && !import.starts_with('@') && first.len() > 2;
        let mut files = input.project.files.iter();
        whole && named.any(|name| name == first) || files.any(|file| file.path.contains(&folder))
    };
    imports.into_iter().filter(is_own).collect()
}

/// Whether a file starts a program, by its name.
fn starts(input: &Input<'_>) -> bool {
    let folders = &input.project.knowledge.folders;
    let entries = &input.project.knowledge.frameworks.entries;
    let mut files = input.project.files.iter();
    files.any(|file| {
        if file.path.ends_with("WEB-INF/web.xml") {
            return true;
        }
        let coded = file.language.is_some() && file.role == FileRole::Source;
        let name = tail(&file.path);
        let stem = name
            .rsplit_once('.')
            .map_or(name, |(stem, _)| stem)
            .to_lowercase();
        let named = entries.has(&stem) || stem.ends_with("application");
        coded && named && never::kind(folders, &file.path).is_none()
    })
}

/// Business services with code of their own that no folder of examples holds.
fn services_with_code(input: &Input<'_>) -> usize {
    let folders = &input.project.knowledge.folders;
    let files = input.project.files.iter();
    let coded = files.filter(|file| {
        file.language.is_some()
            && file.role == FileRole::Source
            && never::kind(folders, &file.path).is_none()
    });
    let with_code: BTreeSet<ServiceId> = coded.filter_map(|file| file.service).collect();
    let is_business = |id: &&ServiceId| {
        let service = input.project.services.get(id.index());
        service.is_some_and(|service| service.role.is_business())
    };
    with_code.iter().filter(is_business).count()
}

/// The files of each program that could become services; those of no program come first.
///
/// Services whose code uses each other directly are one program. A file of none belongs to the program
/// that uses it; where several do, to the one that is larger than all others together, else to no one.
pub(crate) fn programs(input: &Input<'_>, files: &[NodeIndex]) -> Vec<Vec<NodeIndex>> {
    let browser = Browser::of(input.project);
    let kept: Vec<NodeIndex> = files
        .iter()
        .copied()
        .filter(|&file| !browser.runs(path(input, file)))
        .collect();
    let references = references(input);
    let owners = Owners::of(input, &kept, &references);
    let mut groups: BTreeMap<Option<Vertex>, Vec<NodeIndex>> = BTreeMap::new();
    for &file in &kept {
        let group = match owners.of_file(input, file) {
            Owner::Program(program) => Some(program),
            Owner::Nobody => None,
            Owner::Infrastructure => continue,
        };
        groups.entry(group).or_default().push(file);
    }
    groups.entry(None).or_default();
    let routed: BTreeSet<&str> = answering(input);
    let kept = groups
        .into_values()
        .map(|files| serving(input, files, &routed, &references));
    kept.collect()
}

/// Whom a file belongs to.
enum Owner {
    /// A program, by the service that stands for it.
    Program(Vertex),
    Nobody,
    /// A service that is no business of the system.
    Infrastructure,
}

/// Which program each file belongs to.
struct Owners<'a> {
    /// The program of each node: a service of the graph that stands for it.
    programs: BTreeMap<Vertex, Vertex>,
    /// Files of each folder that belong to a program, by program.
    folders: BTreeMap<&'a str, BTreeMap<Vertex, usize>>,
}

impl<'a> Owners<'a> {
    /// Assigns files to programs: first those of business services, then files of none, through the
    /// programs that use them.
    fn of(input: &'a Input<'_>, files: &[NodeIndex], references: &Digraph) -> Self {
        let service = |file: NodeIndex| {
            let service = input.graph.ancestor(file, Level::Service)?;
            input
                .graph
                .node(service)
                .role
                .is_business()
                .then(|| vertex(service))
        };
        let own: BTreeMap<Vertex, Vertex> = files
            .iter()
            .filter_map(|&file| Some((vertex(file), service(file)?)))
            .collect();
        let standing = joined(&own, references);
        let mut programs: BTreeMap<Vertex, Vertex> = own
            .iter()
            .map(|(&file, service)| (file, standing[service]))
            .collect();
        let free: BTreeSet<Vertex> = files
            .iter()
            .map(|&file| vertex(file))
            .filter(|file| !own.contains_key(file))
            .collect();
        share_out(&mut programs, &free, references);
        Self {
            folders: by_folder(input, files, &programs),
            programs,
        }
    }

    /// The program of a file; a file that nothing leads to follows those around it in its package.
    fn of_file(&self, input: &Input<'_>, file: NodeIndex) -> Owner {
        let service = input.graph.ancestor(file, Level::Service);
        if service.is_some_and(|service| !input.graph.node(service).role.is_business()) {
            return Owner::Infrastructure;
        }
        if let Some(&program) = self.programs.get(&vertex(file)) {
            return Owner::Program(program);
        }
        let path = path(input, file);
        let package = input
            .project
            .file(path)
            .and_then(|file| input.project.source(file).package);
        let dir = package.map_or("", |package| &*input.project.packages[package.index()].dir);
        let mut around = folders(path).take_while(|folder| crate::model::is_within(folder, dir));
        let owners = around.find_map(|folder| self.folders.get(folder));
        let most = owners.and_then(|owners| {
            owners
                .iter()
                .max_by_key(|(owner, files)| (**files, std::cmp::Reverse(**owner)))
        });
        match most.filter(|_| !dir.is_empty()) {
            Some((&owner, _)) => Owner::Program(owner),
            None => Owner::Nobody,
        }
    }
}

/// Gives files of no program to the only one that uses them; of several, to the one with most of the code.
fn share_out(
    programs: &mut BTreeMap<Vertex, Vertex>,
    free: &BTreeSet<Vertex>,
    references: &Digraph,
) {
    let mut sizes: BTreeMap<Vertex, usize> = BTreeMap::new();
    programs
        .values()
        .for_each(|&program| *sizes.entry(program).or_default() += 1);
    let mut users: BTreeMap<Vertex, BTreeSet<Vertex>> = BTreeMap::new();
    for &program in sizes.keys() {
        let starts = programs.iter().filter(|(_, owner)| **owner == program);
        let reached = reach::from(references, starts.map(|(&file, _)| file).collect());
        for node in reached.into_iter().filter(|node| free.contains(node)) {
            users.entry(node).or_default().insert(program);
        }
    }
    let all: usize = sizes.values().sum();
    let main = sizes
        .iter()
        .find(|(_, size)| **size * 2 > all)
        .map(|(program, _)| *program);
    for (node, users) in users {
        let only = users.first().copied().filter(|_| users.len() == 1);
        if let Some(owner) = only.or(main.filter(|main| users.contains(main))) {
            programs.insert(node, owner);
        }
    }
}

/// Files of each folder that belong to a program, by program.
fn by_folder<'a>(
    input: &'a Input<'_>,
    files: &[NodeIndex],
    programs: &BTreeMap<Vertex, Vertex>,
) -> BTreeMap<&'a str, BTreeMap<Vertex, usize>> {
    let mut found: BTreeMap<&str, BTreeMap<Vertex, usize>> = BTreeMap::new();
    for &file in files {
        let Some(&owner) = programs.get(&vertex(file)) else {
            continue;
        };
        for folder in folders(path(input, file)) {
            let owners = found.entry(folder).or_default();
            *owners.entry(owner).or_default() += 1;
        }
    }
    found
}

/// The service that stands for each one: the first of those whose code uses each other.
fn joined(own: &BTreeMap<Vertex, Vertex>, references: &Digraph) -> BTreeMap<Vertex, Vertex> {
    let mut pairs: BTreeMap<(Vertex, Vertex), usize> = BTreeMap::new();
    for (&file, &service) in own {
        for to in references.successors(file) {
            if let Some(&other) = own.get(to).filter(|other| **other != service) {
                *pairs
                    .entry((service.min(other), service.max(other)))
                    .or_default() += 1;
            }
        }
    }
    let mut sizes: BTreeMap<Vertex, usize> = BTreeMap::new();
    own.values()
        .for_each(|&service| *sizes.entry(service).or_default() += 1);
    let mut standing: BTreeMap<Vertex, Vertex> =
        sizes.keys().map(|&service| (service, service)).collect();
    for ((a, b), edges) in pairs {
        if edges >= JOINED.min(sizes[&a].min(sizes[&b])) {
            let (a, b) = (standing[&a], standing[&b]);
            let (kept, gone) = (a.min(b), a.max(b));
            standing
                .values_mut()
                .filter(|it| **it == gone)
                .for_each(|it| *it = kept);
        }
    }
    standing
}

/// Drops what lies beside a server: files in another language, and whole folders that no program
/// that answers requests leads to.
fn serving(
    input: &Input<'_>,
    files: Vec<NodeIndex>,
    answering: &BTreeSet<&str>,
    references: &Digraph,
) -> Vec<NodeIndex> {
    let routed = files.iter().copied();
    let routed: BTreeSet<NodeIndex> = routed
        .filter(|file| answering.contains(path(input, *file)))
        .collect();
    let apart = of_other_programs(input, &files, &routed, references);
    let near: Vec<NodeIndex> = files
        .iter()
        .copied()
        .filter(|file| !apart.contains(file))
        .collect();
    let kept = in_answering_languages(input, &near, &routed);
    if kept.len() < SMALLEST { files } else { kept }
}

fn path<'i>(input: &Input<'i>, file: NodeIndex) -> &'i str {
    input.graph.node(file).path.as_deref().unwrap_or_default()
}

/// Files in a language of which a tenth of what answers is: files of services and those that answer.
fn in_answering_languages(
    input: &Input<'_>,
    files: &[NodeIndex],
    routed: &BTreeSet<NodeIndex>,
) -> Vec<NodeIndex> {
    let family = |file: NodeIndex| input.graph.node(file).language.map(LanguageId::family);
    let is_of_service = |file: NodeIndex| {
        let service = input.graph.ancestor(file, Level::Service);
        service.is_some_and(|service| input.graph.node(service).role.is_business())
    };
    let answering = files.iter().copied();
    let answering = answering.filter(|file| routed.contains(file) || is_of_service(*file));
    let mut counts: BTreeMap<Option<LanguageId>, usize> = BTreeMap::new();
    for file in answering {
        *counts.entry(family(file)).or_default() += 1;
    }
    let least = SHARE * counts.values().sum::<usize>() as f64;
    counts.retain(|_, count| *count as f64 >= least);
    let answers = |file: &NodeIndex| counts.is_empty() || counts.contains_key(&family(*file));
    files.iter().copied().filter(answers).collect()
}

/// Files of large folders in which nothing belongs to a program that answers requests: what leads to
/// a file that does, and all that this leads to, belongs to such a program.
fn of_other_programs(
    input: &Input<'_>,
    files: &[NodeIndex],
    routed: &BTreeSet<NodeIndex>,
    references: &Digraph,
) -> BTreeSet<NodeIndex> {
    if routed.is_empty() {
        return BTreeSet::new();
    }
    let starts = routed.iter().map(|&file| vertex(file)).collect();
    let users = reach::to(references, starts);
    let programs = reach::from(references, users.into_iter().collect());
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for &file in files {
        for folder in folders(path(input, file)) {
            let (all, of_programs) = counts.entry(folder).or_default();
            *all += 1;
            *of_programs += usize::from(programs.contains(&vertex(file)));
        }
    }
    let least = SMALLEST.max((SHARE * files.len() as f64) as usize);
    counts.retain(|_, (all, of_programs)| *all >= least && *of_programs == 0);
    let is_apart =
        |file: &NodeIndex| folders(path(input, *file)).any(|dir| counts.contains_key(dir));
    files.iter().copied().filter(is_apart).collect()
}

/// The vertex of a node in the graph of references, which has all of them.
fn vertex(node: NodeIndex) -> Vertex {
    Vertex::new(node.index())
}

/// References between files, those of types too.
fn references(input: &Input<'_>) -> Digraph {
    let edges = input.graph.edges().iter();
    let of_code = edges.filter(|edge| edge.kind.is_code() && !edge.labels.any(Labels::TEST));
    let pairs = of_code.map(|edge| (vertex(edge.from), vertex(edge.to), 1));
    Digraph::from_edges(input.graph.nodes().len(), pairs)
}
