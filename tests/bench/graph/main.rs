//! Times the graph algorithms on a synthetic layered graph and writes it for peers.
//!
//! Arguments: NODES EDGES [FILE], where FILE receives the edges for `peer.py`.

#![expect(clippy::print_stdout, reason = "figures are what it is for")]

use std::io::Write as _;
use std::time::Instant;

use petgraph::algo::dominators::simple_fast;
use seamline::graph::{Digraph, Similarity, Vertex, WeightedEdge, feedback, leiden, reach, scc};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: usize| {
        arguments
            .get(at)
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    };
    let (nodes, edges) = (number(0, 100_000), number(1, 1_000_000));
    let edges = synthetic(nodes, edges);
    if let Some(file) = arguments.get(2) {
        let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
        edges
            .iter()
            .try_for_each(|(from, to, _)| writeln!(out, "{} {}", from.index(), to.index()))?;
    }
    let graph = timed("build", || {
        Digraph::from_edges(nodes, edges.iter().copied())
    });
    println!("nodes {} edges {}", graph.nodes(), graph.edges());
    println!(
        "components {}",
        timed("scc", || scc::components(&graph)).count
    );
    let root = graph.vertices().next();
    root.map(|root| timed("dominators", || simple_fast(&graph, root)));
    let arcs = timed("feedback arcs", || feedback::arcs(&graph));
    println!("feedback arcs {}", arcs.len());
    let reached = timed("reach", || reach::sizes(&graph));
    println!(
        "mean reach {:.1} exact {}",
        reached.total() / nodes as f64,
        reached.exact
    );
    let pairs = graph.iter().map(|(from, to, _)| (from, to, 1.0));
    let similarity = timed("undirected", || Similarity::from_pairs(nodes, pairs));
    let found = timed("leiden", || leiden::communities(&similarity, 1.0, 2));
    println!("modularity {:.4}", leiden::quality(&similarity, &found));
    Ok(())
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let result = work();
    println!("{what}: {:.3} s", began.elapsed().as_secs_f64());
    result
}

/// Modules of 100 nodes in layers: most edges go down inside a module, some to the modules below, one in
/// a thousand back up inside its module.
fn synthetic(nodes: usize, edges: usize) -> Vec<WeightedEdge> {
    let mut state = 7u64;
    let mut draw = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below.max(1)
    };
    (0..edges)
        .map(|_| {
            let from = draw(nodes);
            let module = from / 100 * 100;
            let place = from - module;
            let to = match draw(1_000) {
                0..850 if place < 99 => from + 1 + draw(99 - place),
                0..999 => module + 100 + draw(2_000),
                _ => module + draw(place + 1),
            };
            (Vertex::new(from), Vertex::new(to.min(nodes - 1)), 1)
        })
        .collect()
}
