//! New services around old code that nobody touches any more.
//!
//! In: [`Ground`]. Out: [`Additive`].
//! Invariant: every symbol, route and folder named exists.
//! Never: a change to the old code.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use super::ground::{Ground, NOTHING, Part};
use crate::boundaries::base::input::Input;
use crate::boundaries::base::roadmap::{Addition, Additive, CommonShim, Entry, Shim};
use crate::graph::Vertex;
use crate::model::DeclaredRoute;

/// Services that need a file that rests on nothing, from which it is a library.
const SEVERAL: usize = 3;

/// What to build around the old code: shims, routes, tables and a policy for each part.
pub(super) fn additive(input: &Input<'_>, ground: &Ground) -> Additive {
    if ground.parts.is_empty() {
        return Additive {
            remark: Some(NOTHING.to_owned()),
            ..Additive::default()
        };
    }
    let mut needs = needs(input, ground);
    let services: Vec<Addition> = (0..)
        .zip(&ground.parts)
        .map(|(at, part)| Addition {
            rank: part.rank,
            name: part.name.clone(),
            needs: needs.remove(&at).unwrap_or_default(),
            routes: routes(input, ground, part),
            tables: tables(input, ground, at),
            frozen: frozen(ground, part),
        })
        .collect();
    Additive {
        remark: None,
        common: common(&services),
        freeze: freeze(&services),
        services,
    }
}

/// What the files of each part use outside of it, most call sites first.
fn needs(input: &Input<'_>, ground: &Ground) -> BTreeMap<u32, Vec<Shim>> {
    let owners = ground.owners();
    let rest = ground.parts.len() as u32;
    let universe = &ground.universe;
    let mut needs: BTreeMap<u32, BTreeMap<Vertex, (u64, BTreeSet<Arc<str>>)>> = BTreeMap::new();
    for (from, to, sites) in universe.digraph.iter() {
        let (owner, other) = (owners[from.index()], owners[to.index()]);
        if owner != rest && owner != other {
            needs.entry(owner).or_default().entry(to).or_default().0 += sites;
        }
    }
    let edges = input.graph.edges().iter();
    for edge in edges.filter(|edge| edge.kind.is_code() && edge.is_counted()) {
        let (from, to) = (universe.position(edge.from), universe.position(edge.to));
        let (Some(from), Some(to)) = (from, to) else {
            continue;
        };
        let files = needs.get_mut(&owners[from.index()]);
        if let Some((_, symbols)) = files.and_then(|files| files.get_mut(&to)) {
            symbols.extend(edge.symbols.iter().map(|symbol| symbol.name.clone()));
        }
    }
    let needing = |file: Vertex| {
        needs
            .values()
            .filter(|files| files.contains_key(&file))
            .count()
    };
    let copied: BTreeSet<Vertex> = universe
        .vertices()
        .filter(|&file| {
            ground.kernel[file.index()] || needing(file) >= SEVERAL && is_leaf(ground, file)
        })
        .collect();
    let shim = |(file, (call_sites, symbols)): (Vertex, (u64, BTreeSet<Arc<str>>))| Shim {
        file: universe.paths[file.index()].clone(),
        symbols: symbols.into_iter().collect(),
        call_sites,
        of: ground
            .parts
            .get(owners[file.index()] as usize)
            .map(|part| part.name.clone()),
        kernel: copied.contains(&file),
    };
    let sorted = needs.into_iter().map(|(part, files)| {
        let mut shims: Vec<Shim> = files.into_iter().map(shim).collect();
        shims.sort_by_key(|it| Reverse(it.call_sites));
        (part, shims)
    });
    sorted.collect()
}

/// Whether a file uses only the shared kernel and files that use nothing: a type, an error, constants.
fn is_leaf(ground: &Ground, file: Vertex) -> bool {
    let uses = |file: Vertex| ground.universe.digraph.successors(file);
    let is_base = |&used: &Vertex| ground.kernel[used.index()] || uses(used).is_empty();
    uses(file).iter().all(is_base)
}

/// The routes that files of the part declare, each below the prefix of its file.
fn routes(input: &Input<'_>, ground: &Ground, part: &Part) -> Vec<Entry> {
    let universe = &ground.universe;
    let declares = |route: &&DeclaredRoute| {
        let file = universe.paths.binary_search(&route.location.path);
        file.is_ok_and(|at| part.set.members().binary_search(&Vertex::new(at)).is_ok())
    };
    let own: Vec<&DeclaredRoute> = input.routes.iter().filter(declares).collect();
    let mut prefixes: BTreeMap<&Arc<str>, Vec<&str>> = BTreeMap::new();
    for route in own.iter().filter(|route| route.prefix) {
        prefixes
            .entry(&route.location.path)
            .or_default()
            .push(&route.path);
    }
    let entry = |route: &&DeclaredRoute| {
        let of_file = prefixes.get(&route.location.path).map(Vec::as_slice);
        let path = match of_file {
            Some([prefix]) if !route.path.starts_with(*prefix) => below(prefix, &route.path),
            Some(_) | None => route.path.clone(),
        };
        Entry {
            method: route.method.clone(),
            path,
            location: route.location.clone(),
        }
    };
    let mut entries: Vec<Entry> = own
        .iter()
        .filter(|route| !route.prefix)
        .map(entry)
        .collect();
    entries.sort();
    entries.dedup_by(|a, b| (&a.method, &a.path) == (&b.method, &b.path));
    entries
}

/// A route behind the prefix of its file; one slash joins them.
fn below(prefix: &str, path: &str) -> String {
    let (prefix, path) = (prefix.trim_end_matches('/'), path.trim_start_matches('/'));
    if path.is_empty() {
        prefix.to_owned()
    } else {
        format!("{prefix}/{path}")
    }
}

/// Tables that files of the part use, and others, too.
fn tables(input: &Input<'_>, ground: &Ground, part: u32) -> Vec<String> {
    let owners = ground.owners();
    let mut sides: BTreeMap<&str, [bool; 2]> = BTreeMap::new();
    for table in input.tables {
        if let Ok(at) = ground.universe.paths.binary_search(&table.location.path) {
            sides.entry(&table.table).or_default()[usize::from(owners[at] == part)] = true;
        }
    }
    let shared = sides
        .into_iter()
        .filter(|(_, sides)| *sides == [true, true]);
    shared.map(|(table, _)| table.to_owned()).collect()
}

/// The largest folders that hold files of the part only, then the other files.
fn frozen(ground: &Ground, part: &Part) -> Vec<String> {
    let inside = part.set.flags(ground.universe.len());
    let mut whole: BTreeMap<&str, bool> = BTreeMap::new();
    for (path, inside) in ground.universe.paths.iter().zip(&inside) {
        for folder in crate::model::names::folders(path).filter(|folder| !folder.is_empty()) {
            *whole.entry(folder).or_insert(true) &= inside;
        }
    }
    let pattern = |file: Vertex| {
        let path = &ground.universe.paths[file.index()];
        let folders = crate::model::names::folders(path);
        let largest = folders
            .filter(|folder| whole.get(folder) == Some(&true))
            .min_by_key(|folder| folder.len());
        largest.map_or_else(|| path.to_string(), |folder| format!("{folder}/**"))
    };
    let patterns: BTreeSet<String> = part.set.iter().map(pattern).collect();
    patterns.into_iter().collect()
}

/// Files that several services need, most of them first.
fn common(services: &[Addition]) -> Vec<CommonShim> {
    let mut files: BTreeMap<&Arc<str>, CommonShim> = BTreeMap::new();
    for service in services {
        for need in service.needs.iter().filter(|need| !need.kernel) {
            let shim = files.entry(&need.file).or_default();
            shim.services.push(service.name.clone());
            shim.call_sites += need.call_sites;
        }
    }
    let several = files
        .into_iter()
        .filter(|(_, shim)| shim.services.len() > 1);
    let mut common: Vec<CommonShim> = several
        .map(|(file, shim)| CommonShim {
            file: file.clone(),
            ..shim
        })
        .collect();
    common.sort_by_key(|it| (Reverse(it.services.len()), Reverse(it.call_sites)));
    common
}

/// One `[[freeze]]` per service, as text to paste.
fn freeze(services: &[Addition]) -> String {
    let mut text = "# Proposed policy for seamline.toml: `seamline check --against REF` judges what a change adds there.\n".to_owned();
    for service in services {
        text.push_str("\n[[freeze]]\npaths = [\n");
        for path in &service.frozen {
            let _ = writeln!(text, "    {},", quoted(path));
        }
        let reason = format!("replaced by the new service {}", service.name);
        let _ = writeln!(text, "]\nreason = {}", quoted(&reason));
    }
    text
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", letter as u32);
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
