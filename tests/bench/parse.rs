//! Target P1: streams a tree through the parsers alone, or through the whole analysis.
//!
//! usage: bench-parse parse|scopes|extract|whole DIR [THREADS]
//!
//! `parse` walks, reads and parses with the parser of each language and drops the tree (Go and Java:
//! our own scanner, whose parser makes no tree, so that it is the same as `extract`); `scopes` has oxc
//! bind the names of TypeScript, too, the least that whoever follows symbols must do; `extract` keeps
//! what a file tells until the next one; `whole` goes on to the scored graph, without history.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use rayon::prelude::*;
use seamline::parse::nesting::{Syntax, check};
use seamline::{history, parse, pipeline, source};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SCRIPTS: [&str; 8] = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"];

fn files(dir: &str) -> Vec<PathBuf> {
    let entries = ignore::WalkBuilder::new(dir).build().flatten();
    let mut found: Vec<PathBuf> = entries
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .map(ignore::DirEntry::into_path)
        .filter(|path| parse::language_of(extension(path)).is_some())
        .collect();
    found.sort();
    found
}

fn extension(path: &std::path::Path) -> &str {
    let extension = path.extension().and_then(std::ffi::OsStr::to_str);
    extension.unwrap_or("")
}

/// What is done with each file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Job {
    Parse,
    Scopes,
    Extract,
}

/// Bytes that were parsed.
fn one(path: &PathBuf, job: Job) -> usize {
    let alone = job != Job::Extract;
    let bytes = std::fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    match extension(path) {
        "rs" if alone => {
            if check(&text, Syntax::Rust).is_ok() {
                drop(syn::parse_file(&text));
            }
        }
        "py" | "pyi" if alone => {
            drop(ruff_python_parser::parse_module(&text));
        }
        script if alone && SCRIPTS.contains(&script) => {
            let allocator = oxc_allocator::Allocator::default();
            let kind = oxc_span::SourceType::from_path(path).unwrap_or_default();
            let parsed = oxc_parser::Parser::new(&allocator, &text, kind).parse();
            if job == Job::Scopes {
                drop(oxc_semantic::SemanticBuilder::new().build(&parsed.program));
            }
        }
        other => parse::probe(other, &text),
    }
    bytes.len()
}

fn stream(dir: &str, threads: usize, job: Job) -> anyhow::Result<String> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .stack_size(256 << 20)
        .build()?;
    let found = files(dir);
    let bytes: usize = pool.install(|| {
        found
            .par_iter()
            .with_max_len(1)
            .map(|path| one(path, job))
            .sum()
    });
    Ok(format!(
        "files={} mb={:.1}",
        found.len(),
        bytes as f64 / 1e6
    ))
}

fn whole(dir: &str, threads: usize) -> anyhow::Result<String> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()?;
    let analysis = pipeline::analyze(&pipeline::Options {
        roots: vec![dir.into()],
        limits: source::Limits::default(),
        history: history::Options {
            origin: history::Origin::Nowhere,
            ..history::Options::default()
        },
        ..pipeline::Options::default()
    })?;
    Ok(format!(
        "nodes={} edges={}",
        analysis.nodes.len(),
        analysis.edges.len()
    ))
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [job, dir, rest @ ..] = arguments.as_slice() else {
        anyhow::bail!("usage: bench-parse parse|scopes|extract|whole DIR [THREADS]");
    };
    let threads = rest.first().map_or(Ok(2), |threads| threads.parse())?;
    let start = Instant::now();
    let line = match job.as_str() {
        "whole" => whole(dir, threads)?,
        "parse" => stream(dir, threads, Job::Parse)?,
        "scopes" => stream(dir, threads, Job::Scopes)?,
        _ => stream(dir, threads, Job::Extract)?,
    };
    let seconds = start.elapsed().as_secs_f64();
    writeln!(std::io::stdout(), "{job}: {line} wall_s={seconds:.3}")?;
    Ok(())
}
