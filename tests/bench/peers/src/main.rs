//! Streams a tree through tree-sitter and a query for imports, declarations, types and calls.
//!
//! usage: bench-peers go|java DIR [THREADS]

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use rayon::prelude::*;
use streaming_iterator::StreamingIterator;
use tree_sitter::{Language, Parser, Query, QueryCursor};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const GO: &str = "(import_spec path: (_) @import) (package_identifier) @package
    (type_identifier) @type (qualified_type) @qualified
    (call_expression function: (_) @call) (selector_expression) @selector
    (function_declaration name: (_) @declared) (method_declaration name: (_) @method)
    (type_spec name: (_) @named)";

const JAVA: &str = "(import_declaration (_) @import) (package_declaration (_) @package)
    (type_identifier) @type (scoped_type_identifier) @qualified
    (method_invocation name: (_) @call) (object_creation_expression) @new (field_access) @selector
    (class_declaration name: (_) @class) (interface_declaration name: (_) @interface)
    (method_declaration name: (_) @method) (annotation) @annotation (marker_annotation) @marker";

fn files(dir: &str, extension: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = ignore::WalkBuilder::new(dir)
        .build()
        .flatten()
        .map(ignore::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|known| known == extension))
        .collect();
    found.sort();
    found
}

/// Bytes and captures of one file.
fn one(path: &PathBuf, language: &Language, query: &Query) -> (usize, usize) {
    let text = std::fs::read(path).unwrap_or_default();
    let mut parser = Parser::new();
    parser.set_language(language).expect("a grammar of this version");
    let Some(tree) = parser.parse(&text, None) else {
        return (text.len(), 0);
    };
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(query, tree.root_node(), text.as_slice());
    let mut captures = 0;
    while let Some(found) = matches.next() {
        captures += found.captures.len();
    }
    (text.len(), captures)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, dir, threads @ ..] = arguments.as_slice() else {
        let _ = writeln!(std::io::stderr(), "usage: bench-peers go|java DIR [THREADS]");
        std::process::exit(2);
    };
    let threads = threads.first().and_then(|threads| threads.parse().ok()).unwrap_or(2);
    let (language, query): (Language, &str) = match name.as_str() {
        "go" => (tree_sitter_go::LANGUAGE.into(), GO),
        _ => (tree_sitter_java::LANGUAGE.into(), JAVA),
    };
    let start = Instant::now();
    let query = Query::new(&language, query).expect("a query of this grammar");
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let found = files(dir, name);
    let (bytes, captures) = pool.install(|| {
        let sums = found.par_iter().with_max_len(1).map(|path| one(path, &language, &query));
        sums.reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1))
    });
    let seconds = start.elapsed().as_secs_f64();
    let mib = bytes as f64 / 1e6;
    let _ = writeln!(
        std::io::stdout(),
        "tree-sitter + query {name}: files={} mb={mib:.1} captures={captures} wall_s={seconds:.3} mb_per_s={:.1}",
        found.len(),
        mib / seconds
    );
}
