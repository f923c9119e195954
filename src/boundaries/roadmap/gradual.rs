//! One proposal after the other, each the cheapest that is left.
//!
//! In: [`Ground`]. Out: [`Gradual`].
//! Invariant: cost counts the border to what is still in the monolith; ties go by rank.
//! Never: counts an edge between two parts that are both out as a cost again.
//!
//! The order of `plan.order` goes by who uses whom, once. Here every step is weighed anew: taking out
//! *order* turns its use by *payment* from a call into the monolith to a call of an interface.

use super::ground::{Ground, NOTHING, Part};
use crate::boundaries::base::roadmap::{Figures, Freed, Gradual, Step};
use crate::graph::{Vertex, scc};
use crate::metrics::lakos;

/// How much more a reference costs that has to be broken first.
const BREAK: f64 = 2.0;
/// What a reference to a part that is out already, or to the shared kernel, costs.
const INTERFACE: f64 = 0.25;

/// References from one part to another.
#[derive(Clone, Copy, Default)]
struct Traffic {
    dependencies: u64,
    sites: u64,
    /// Those of the sites that use the shared kernel.
    kernel: u64,
}

/// What a part would cost now.
#[derive(Clone, Copy, Default)]
struct Price {
    into: u64,
    out: u64,
    sites: u64,
    to_break: u64,
    interfaces: u64,
    cost: f64,
}

/// The steps, and what each leaves behind.
pub(super) fn gradual(ground: &Ground) -> Gradual {
    let table = Table::of(ground);
    let parts = &ground.parts;
    let mut out = vec![false; parts.len()];
    let at_first: Vec<Price> = (0..parts.len()).map(|at| table.price(at, &out)).collect();
    let mut steps: Vec<Step> = Vec::new();
    while let Some((at, price)) = table.cheapest(&out) {
        let before: Vec<Price> = (0..parts.len()).map(|at| table.price(at, &out)).collect();
        out[at] = true;
        steps.push(Step {
            rank: parts[at].rank,
            name: parts[at].name.clone(),
            files: parts[at].set.len() as u64,
            dependencies_in: price.into,
            dependencies_out: price.out,
            call_sites: price.sites,
            call_sites_at_first: at_first[at].sites,
            to_break: price.to_break,
            interfaces: price.interfaces,
            cost: price.cost,
            frees: freed(&table, parts, &before, &out),
            after: figures(ground, &table, &out),
        });
    }
    Gradual {
        remark: match steps.len() {
            0 => Some(NOTHING.to_owned()),
            1 => Some(
                "Only one proposal is worth extracting: there is no order to choose.".to_owned(),
            ),
            _ => None,
        },
        start: figures(ground, &table, &vec![false; parts.len()]),
        steps,
    }
}

/// What all parts use of each other, and of what none of them takes.
struct Table {
    parts: usize,
    owners: Vec<u32>,
    /// By dependent, then dependency; what no part takes is the last.
    rows: Vec<Traffic>,
}

impl Table {
    /// Sums the references between each two parts in one pass, so that a step is priced without the
    /// graph.
    fn of(ground: &Ground) -> Self {
        let (parts, owners) = (ground.parts.len(), ground.owners());
        let mut rows = vec![Traffic::default(); (parts + 1) * (parts + 1)];
        for (from, to, sites) in ground.universe.digraph.iter() {
            let (a, b) = (owners[from.index()], owners[to.index()]);
            let row = &mut rows[a as usize * (parts + 1) + b as usize];
            row.dependencies += 1;
            row.sites += sites;
            row.kernel += if ground.kernel[to.index()] { sites } else { 0 };
        }
        Self {
            parts,
            owners,
            rows,
        }
    }

    fn traffic(&self, from: usize, to: usize) -> Traffic {
        self.rows[from * (self.parts + 1) + to]
    }

    /// What taking a part out costs while those in `out` are out already. References to what is out
    /// go through an interface and cost a quarter, uses of the kernel as well; of the two
    /// directions to the monolith the lesser has to be broken and counts three times.
    fn price(&self, part: usize, out: &[bool]) -> Price {
        let mut price = Price::default();
        let (mut into, mut away, mut kernel) = (0, 0, 0);
        for other in (0..=self.parts).filter(|&other| other != part) {
            let (of_it, by_it) = (self.traffic(other, part), self.traffic(part, other));
            if out.get(other).copied().unwrap_or(false) {
                price.interfaces += of_it.sites + by_it.sites;
                continue;
            }
            price.into += of_it.dependencies;
            price.out += by_it.dependencies;
            price.sites += of_it.sites + by_it.sites;
            kernel += of_it.kernel + by_it.kernel;
            into += of_it.sites - of_it.kernel;
            away += by_it.sites - by_it.kernel;
        }
        price.to_break = into.min(away);
        price.cost = (into + away) as f64
            + BREAK * price.to_break as f64
            + INTERFACE * (price.interfaces + kernel) as f64;
        price
    }

    /// The cheapest of the parts that are left.
    fn cheapest(&self, out: &[bool]) -> Option<(usize, Price)> {
        let left = (0..self.parts).filter(|&at| !out[at]);
        let priced = left.map(|at| (at, self.price(at, out)));
        priced.min_by(|a, b| a.1.cost.total_cmp(&b.1.cost).then(a.0.cmp(&b.0)))
    }
}

/// The parts left that cost fewer call sites than before.
fn freed(table: &Table, parts: &[Part], before: &[Price], out: &[bool]) -> Vec<Freed> {
    let left = (0..parts.len()).filter(|&at| !out[at]);
    let compared = left.map(|at| Freed {
        rank: parts[at].rank,
        name: parts[at].name.clone(),
        before: before[at].sites,
        after: table.price(at, out).sites,
    });
    let mut freed: Vec<Freed> = compared.filter(|it| it.after < it.before).collect();
    freed.sort_by_key(|it| (std::cmp::Reverse(it.before - it.after), it.rank));
    freed
}

/// How the monolith stands: files, propagation and cycles of what is left, and what crosses the
/// borders of the parts that are out.
fn figures(ground: &Ground, table: &Table, out: &[bool]) -> Figures {
    let is_out = |owner: usize| out.get(owner).copied().unwrap_or(false);
    let files = ground.universe.vertices();
    let left: Vec<Vertex> = files
        .filter(|&file| !is_out(table.owners[file.index()] as usize))
        .collect();
    let rest = ground.universe.digraph.induced(&left);
    let mut figures = Figures {
        files_left: left.len() as u64,
        propagation: lakos::propagation_cost(&rest),
        cycles: scc::components(&rest).cycles().len() as u64,
        ..Figures::default()
    };
    for from in 0..=table.parts {
        for to in (0..=table.parts).filter(|&to| to != from && (is_out(from) || is_out(to))) {
            let traffic = table.traffic(from, to);
            figures.dependencies_across += traffic.dependencies;
            figures.call_sites_across += traffic.sites;
        }
    }
    figures
}
