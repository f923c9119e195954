//! Reads one Python file: a syntax tree, walked once and dropped.
//!
//! In: path and text. Out: [`Extract`].
//! Invariant: a syntax error costs what stands around it; only nesting too deep costs the file.
//! Never: another file.

use ruff_python_ast::PySourceType;
use ruff_python_parser::parse_unchecked_source;
use ruff_text_size::Ranged;

use super::extract::Extract;
use super::lexemes::lexemes;
use super::walk::Walker;
use super::watched::Watched;
use crate::model::Notification;
use crate::parse::language::{Listen, Outcome};
use crate::parse::nesting;
use crate::source::lines::Lines;

/// Parses `text` and keeps what matters.
///
/// The parser recovers from syntax errors; only the first is told.
pub(super) fn read(path: &str, text: &str, listen: Listen<'_>) -> Outcome<Extract> {
    nesting::check(text, nesting::Syntax::Python).map_err(|problem| problem.in_file(path))?;
    let stub = std::path::Path::new(path)
        .extension()
        .is_some_and(|extension| extension == "pyi");
    let kind = if stub {
        PySourceType::Stub
    } else {
        PySourceType::Python
    };
    let parsed = parse_unchecked_source(text, kind);
    let lines = Lines::new(text);
    let problems = parsed.errors().first().map(|error| {
        let line = lines.line(error.range().start().to_usize());
        let message = format!(
            "syntax error, the rest of the file is read as far as it goes: {}",
            error.error
        );
        let problem = Notification::warning("syntax-error", message).in_file(path);
        problem.at_line(line)
    });
    if let Some(listen) = listen {
        listen(&|| lexemes(text, parsed.tokens()));
    }
    let watched = Watched::of(text, parsed.tokens());
    let mut walker = Walker::new(text, &lines, watched);
    walker.exports.stub = stub;
    walker.exports.spread = path.ends_with("__init__.py") && spreads(text);
    walker.module(&parsed.syntax().body);
    let mut extract = walker.finish();
    extract.own.lines = lines.count();
    Ok((extract, problems.into_iter().collect()))
}

/// Whether an `__init__` calls `extend_path(__path__, …)` or `declare_namespace(…)`, as their manuals say.
fn spreads(text: &str) -> bool {
    let code = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default());
    let mut code = code.map(str::trim_start);
    code.any(|line| {
        line.starts_with("__path__") && line.contains("extend_path(")
            || line.contains("declare_namespace(__name__")
    })
}
