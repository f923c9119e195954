//! Which files the load of a profile or an access log belongs to.
//!
//! In: [`MeasuredLoad`], the [`Index`] of places. Out: [`Measured`]: load by file, own and total shares.
//! Invariant: load of code outside of the repository belongs to the file that calls it; the places of a stack
//! count once each; an ambiguous place is nobody's, and its callers are not charged instead.
//! Never: a guess between files.

use std::collections::{BTreeMap, BTreeSet};

use super::metric::{Load, share};
use super::places::{Index, Spot};
use crate::model::{
    CodeLoad, FileId, LoadPart, LoadSource, MeasuredLoad, MissedLoad, NodeId, NodeKind, RouteLoad,
};

/// Files and modules that are listed, each.
const PARTS: usize = 50;
/// Names without a file that are told.
const MISSED: usize = 5;

/// Load of one source by file.
pub(super) struct Measured {
    pub(super) files: Vec<Option<Load>>,
    pub(super) source: LoadSource,
}

/// Shares of one part while they are summed up.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    own: u64,
    load: u64,
    total: u64,
}

/// Finds the files of `load`.
pub(super) fn attribute(load: &MeasuredLoad, index: &Index<'_>) -> Measured {
    let spots: Vec<Spot> = load.places.iter().map(|place| index.spot(place)).collect();
    let mut tally = Tally::new(index.files());
    for stack in &load.stacks {
        let found: Vec<Spot> = stack
            .places
            .iter()
            .filter_map(|at| spots.get(*at as usize).copied())
            .collect();
        let more = Load {
            calls: stack.calls,
            weight: stack.weight,
            self_time_ns: if load.nanoseconds { stack.weight } else { 0 },
            critical_ns: 0,
        };
        let charged = tally.add(&found, more, index);
        if let Some(ambiguous) = charged {
            let leaf = stack.places.first();
            let leaf = leaf.and_then(|at| load.places.get(*at as usize));
            tally.miss(leaf.map(shown).unwrap_or_default(), stack.weight, ambiguous);
        }
    }
    tally.finish(load, index)
}

/// What stacks add up to.
struct Tally {
    files: Vec<Option<Load>>,
    by_file: BTreeMap<FileId, Sum>,
    by_module: BTreeMap<String, Sum>,
    missed: BTreeMap<(String, bool), u64>,
    ambiguous: u64,
}

impl Tally {
    /// Nothing added yet, with room for that many files.
    fn new(files: usize) -> Self {
        Self {
            files: vec![None; files],
            by_file: BTreeMap::new(),
            by_module: BTreeMap::new(),
            missed: BTreeMap::new(),
            ambiguous: 0,
        }
    }

    /// Adds a stack, the leaf first; where nobody is charged, whether that is because several files fit.
    fn add(&mut self, spots: &[Spot], more: Load, index: &Index<'_>) -> Option<bool> {
        let weight = more.weight;
        let files: BTreeSet<FileId> = spots.iter().filter_map(|spot| spot.file()).collect();
        let modules: BTreeSet<String> = files
            .iter()
            .filter_map(|file| index.module(*file))
            .collect();
        for file in &files {
            self.by_file.entry(*file).or_default().total += weight;
        }
        for module in modules {
            self.by_module.entry(module).or_default().total += weight;
        }
        let charged = spots.iter().find(|spot| **spot != Spot::Outside);
        let leaf = spots.first().and_then(|spot| spot.file());
        let Some(file) = charged.and_then(|spot| spot.file()) else {
            let ambiguous = charged == Some(&Spot::Ambiguous);
            self.ambiguous += if ambiguous { weight } else { 0 };
            return Some(ambiguous);
        };
        let own = if leaf == Some(file) { weight } else { 0 };
        if let Some(known) = self.files.get_mut(file.index()) {
            *known = Some(known.unwrap_or_default().with(more));
        }
        let sum = self.by_file.entry(file).or_default();
        (sum.own, sum.load) = (sum.own + own, sum.load + weight);
        if let Some(module) = index.module(file) {
            let sum = self.by_module.entry(module).or_default();
            (sum.own, sum.load) = (sum.own + own, sum.load + weight);
        }
        None
    }

    fn miss(&mut self, name: String, weight: u64, ambiguous: bool) {
        *self.missed.entry((name, ambiguous)).or_default() += weight;
    }

    /// The shares of all parts. Shares are of the whole weight of the source, lost weight included:
    /// files that were found must not look heavier because others were not.
    fn finish(self, load: &MeasuredLoad, index: &Index<'_>) -> Measured {
        let of_all = |weight: u64| share(weight, load.weight).unwrap_or_default();
        let part = |id: NodeId, sum: &Sum| LoadPart {
            id,
            own: of_all(sum.own),
            load: of_all(sum.load),
            total: of_all(sum.total),
        };
        let files = self.by_file.iter();
        let files = files
            .map(|(file, sum)| part(NodeId::file(index.project.source(*file).path.clone()), sum));
        let modules = self.by_module.iter();
        let modules =
            modules.map(|(name, sum)| part(NodeId::new(NodeKind::Module, name.as_str()), sum));
        let Load {
            weight: found,
            calls,
            ..
        } = Load::sum(self.files.iter().copied());
        let asked: u64 = load.stacks.iter().map(|stack| stack.calls).sum();
        let source = LoadSource {
            kind: load.kind,
            inputs: load.inputs.clone(),
            unit: load.unit.clone(),
            weight: load.weight,
            found: share(found.min(load.weight), load.weight),
            requests: share(calls, asked).filter(|_| load.nanoseconds),
            ambiguous: of_all(self.ambiguous),
            parts: [heaviest(files), heaviest(modules)].concat(),
            routes: routes(load, index),
            missed: missed(&self.missed, of_all),
        };
        Measured {
            files: self.files,
            source,
        }
    }
}

/// The routes with most requests, each with the file that answers it.
fn routes(load: &MeasuredLoad, index: &Index<'_>) -> Vec<RouteLoad> {
    let mut routes: Vec<(&RouteLoad, &CodeLoad)> = load.routes.iter().zip(&load.places).collect();
    routes.sort_by_key(|(route, _)| (std::cmp::Reverse(route.calls), &route.operation));
    let routes = routes.into_iter().take(PARTS);
    let found = |(route, place): (&RouteLoad, &CodeLoad)| RouteLoad {
        path: index
            .spot(place)
            .file()
            .map(|file| index.project.source(file).path.clone()),
        ..route.clone()
    };
    routes.map(found).collect()
}

/// The heaviest parts, by load and total.
fn heaviest(parts: impl Iterator<Item = LoadPart>) -> Vec<LoadPart> {
    let mut parts: Vec<LoadPart> = parts.collect();
    parts.sort_by(|a, b| {
        let order = b.load.total_cmp(&a.load);
        order
            .then_with(|| b.total.total_cmp(&a.total))
            .then_with(|| a.id.cmp(&b.id))
    });
    parts.truncate(PARTS);
    parts
}

/// The heaviest of what found no file.
fn missed(all: &BTreeMap<(String, bool), u64>, of_all: impl Fn(u64) -> f64) -> Vec<MissedLoad> {
    let mut list: Vec<_> = all.iter().collect();
    list.sort_by_key(|(_, weight)| std::cmp::Reverse(**weight));
    let list = list.into_iter().take(MISSED);
    list.map(|((name, ambiguous), weight)| MissedLoad {
        name: name.clone(),
        share: of_all(*weight),
        ambiguous: *ambiguous,
    })
    .collect()
}

/// A place as a person would name it.
fn shown(place: &CodeLoad) -> String {
    let function = place.function.as_deref().unwrap_or_default();
    match (&place.operation, &place.file, &place.namespace) {
        (Some(operation), ..) => operation.to_string(),
        (None, Some(file), _) => file.to_string(),
        (None, None, Some(namespace)) => format!("{namespace}.{function}"),
        (None, None, None) if function.is_empty() => "(no name)".to_owned(),
        (None, None, None) => function.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Places;
    use crate::metrics::attribution::golden::project;
    use crate::model::{LoadKind, MeasuredStack};

    fn frame(text: &str) -> CodeLoad {
        let mut parts = text
            .split('|')
            .map(|part| (!part.is_empty()).then(|| part.into()));
        CodeLoad {
            file: parts.next().flatten(),
            namespace: parts.next().flatten(),
            function: parts.next().flatten(),
            ..CodeLoad::default()
        }
    }

    /// Load of stacks, each the leaf first.
    fn measured(stacks: &[(&[&str], u64)]) -> MeasuredLoad {
        let mut load = MeasuredLoad {
            kind: LoadKind::Profile,
            inputs: vec!["a.collapsed".into()],
            unit: "CPU samples".into(),
            nanoseconds: false,
            weight: stacks.iter().map(|stack| stack.1).sum(),
            routes: Vec::new(),
            places: Vec::new(),
            stacks: Vec::new(),
        };
        for (frames, weight) in stacks {
            let first = load.places.len() as u32;
            load.places.extend(frames.iter().map(|text| frame(text)));
            load.stacks.push(MeasuredStack {
                places: (first..load.places.len() as u32).collect(),
                weight: *weight,
                calls: 0,
            });
        }
        load
    }

    const FILES: [(&str, &str, &str); 9] = [
        ("services/shop/app/orders.py", "app.orders", "total"),
        ("services/shop/app/queue.py", "app.queue", "get"),
        ("a/util.py", "a.util", "x"),
        ("b/util.py", "b.util", "x"),
        ("web/Order.java", "com.acme", "Order.add"),
        ("web/src/orders.ts", "src/orders", "total"),
        ("orders/svc.go", "github.com/acme/shop/orders", "Total"),
        ("orders/server.go", "github.com/acme/shop/orders", "Serve"),
        ("shop/src/cart.rs", "shop::cart", "Cart::total"),
    ];

    #[test]
    fn frames_find_their_file_or_none() {
        let (project, code) = project(&FILES);
        let index = Index::of(Places {
            project: &project,
            code: &code,
            routes: &[],
            rules: &[],
        });
        let shown = |text: &str| match index.spot(&frame(text)) {
            Spot::File(file) => project.source(file).path.to_string(),
            Spot::Ambiguous => "several".to_owned(),
            Spot::Outside => "none".to_owned(),
        };
        for (text, wanted) in [
            ("/srv/app/orders.py", "services/shop/app/orders.py"),
            ("app/orders.py", "services/shop/app/orders.py"),
            ("orders.py", "services/shop/app/orders.py"),
            // Relative to a package that is installed elsewhere, and in the library of the language.
            ("flask/orders.py", "none"),
            ("/usr/lib/python3.12/queue.py", "none"),
            ("/app/.venv/lib/python3.12/site-packages/x/queue.py", "none"),
            ("<frozen importlib>", "none"),
            ("/srv/util.py", "several"),
            ("/srv/b/util.py", "b/util.py"),
            ("|com.acme.Order|add", "web/Order.java"),
            ("|com/acme/Order$Line|lambda$sum$0", "web/Order.java"),
            ("|Order|add", "web/Order.java"),
            ("|java/util/HashMap|get", "none"),
            ("/srv/web/dist/orders.js", "web/src/orders.ts"),
            ("/srv/node_modules/x/src/orders.js", "none"),
            (
                "/build/orders/svc.go|github.com/acme/shop/orders|(*Svc).Total",
                "orders/svc.go",
            ),
            (
                "/go/src/net/http/server.go|net/http|(*Server).Serve",
                "none",
            ),
            ("|github.com/acme/shop/orders|(*Svc).Total", "orders/svc.go"),
            ("|github.com/acme/shop/orders|other", "several"),
            ("|shop::cart::Cart|total", "shop/src/cart.rs"),
            ("|shop::cart|total", "shop/src/cart.rs"),
            ("|core::str|find", "none"),
            ("||malloc", "none"),
        ] {
            assert_eq!(shown(text), wanted, "{text}");
        }
    }

    #[test]
    fn foreign_code_is_charged_to_its_caller_and_ambiguous_code_to_nobody() {
        let (project, code) = project(&FILES);
        let index = Index::of(Places {
            project: &project,
            code: &code,
            routes: &[],
            rules: &[],
        });
        let (orders, java) = ("app/orders.py", "|com.acme.Order|add");
        let load = measured(&[
            (&["||malloc", orders, java], 30),
            (&[orders, java], 20),
            (&["/srv/util.py", orders, java], 10),
            (&["||gc"], 40),
        ]);
        let found = attribute(&load, &index);
        let weights: Vec<u64> = found
            .files
            .iter()
            .map(|load| load.map_or(0, |load| load.weight))
            .collect();
        assert_eq!(weights, [50, 0, 0, 0, 0, 0, 0, 0, 0]);
        let source = found.source;
        assert_eq!((source.found, source.ambiguous), (Some(0.5), 0.1));
        let part = |id: &str| {
            let mut parts = source.parts.iter();
            let part = parts
                .find(|part| part.id.to_string() == id)
                .expect("a part");
            (part.own, part.load, part.total)
        };
        assert_eq!(part("file:services/shop/app/orders.py"), (0.2, 0.5, 0.6));
        assert_eq!(part("module:app.orders"), (0.2, 0.5, 0.6));
        assert_eq!(part("file:web/Order.java"), (0.0, 0.0, 0.6));
        let missed: Vec<(&str, f64, bool)> = source
            .missed
            .iter()
            .map(|missed| (&*missed.name, missed.share, missed.ambiguous))
            .collect();
        assert_eq!(missed, [("gc", 0.4, false), ("/srv/util.py", 0.1, true)]);
        assert_eq!(
            source.phrase(),
            "CPU samples in a.collapsed, 50 % of them found their file"
        );
    }
}
