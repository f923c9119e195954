//! Reads one file of TypeScript, JavaScript or of components around it: a syntax tree, walked and dropped.
//!
//! In: path and text. Out: [`Extract`].
//! Invariant: a syntax error costs what stands behind it; what is no code is blank, so that places hold.
//! Never: another file.

use oxc_allocator::Allocator;
use oxc_parser::config::TokensParserConfig;
use oxc_parser::{Parser, ParserReturn};
use oxc_span::SourceType;

use super::component;
use super::extract::Extract;
use super::flow::{self, Kept};
use super::lexemes::{Layout, lexemes};
use super::walk::Walker;
use crate::model::Notification;
use crate::parse::language::{Listen, Outcome};
use crate::parse::nesting;
use crate::source::lines::Lines;

/// The syntax of a file by its name: language, module kind, elements.
///
/// A `.js` file may hold elements, and may be a script or a module: its statements decide.
/// Unknown endings are read as JavaScript.
fn source_type(path: &str) -> SourceType {
    let by_name = SourceType::from_path(path).unwrap_or_else(|_| SourceType::mjs());
    let javascript = by_name.is_javascript();
    if by_name.is_typescript_definition() {
        by_name
    } else if javascript {
        by_name.with_jsx(true).with_unambiguous(true)
    } else {
        by_name
    }
}

/// Parses the script of a file and keeps what matters.
///
/// A Flow file that the parser gives up on is read again from its outline, with all uses
/// first. Each attempt that fails keeps less, since one odd declaration may make the whole
/// outline unreadable. After the last one the module counts as open: it may declare any name.
pub(super) fn read(path: &str, text: &str, listen: Listen<'_>) -> Outcome<Extract> {
    let component = component::is_component(path).then(|| component::take_apart(text));
    let (script, kind) = match &component {
        Some(component) => (component.script.as_str(), component.kind),
        None => (text, source_type(path)),
    };
    let syntax = if kind.is_jsx() {
        nesting::Syntax::Tsx
    } else {
        nesting::Syntax::TypeScript
    };
    nesting::check(script, syntax).map_err(|problem| problem.in_file(path))?;
    let lines = Lines::new(text);
    let allocator = Allocator::default();
    let parser = Parser::new(&allocator, script, kind);
    let mut parsed = match listen {
        Some(_) => parser.with_config(TokensParserConfig).parse(),
        None => parser.parse(),
    };
    let listen = listen.filter(|_| !parsed.panicked);
    let flow = parsed.panicked && flow::is_flow(text);
    let problem = problem(&parsed, flow, &lines).map(|problem| problem.in_file(path));
    let mut outline = text;
    let mut open = false;
    for kept in [Kept::Uses, Kept::Declarations, Kept::Statements] {
        if flow && parsed.panicked {
            outline = allocator.alloc_str(&flow::outline(text, kept));
            parsed = Parser::new(&allocator, outline, SourceType::tsx()).parse();
            open = kept == Kept::Statements;
        }
    }
    let mut walker = Walker::new(outline, &lines);
    walker.module.open = open;
    walker.layout = listen.map(|_| Layout::default());
    walker.program(&parsed.program);
    let markup = component.as_ref().map(|component| &*component.markup);
    if let (Some(listen), Some(layout)) = (listen, walker.layout.take()) {
        listen(&|| lexemes(text, markup, &parsed, &layout));
    }
    if let Some(markup) = markup {
        walker.component(markup);
    }
    let mut extract = walker.finish(kind.is_typescript_definition(), kind.is_javascript());
    extract.own.lines = lines.count();
    Ok((extract, problem.into_iter().collect()))
}

/// The first syntax error, and what it costs.
///
/// `None` for a file without errors. The line is that of the first place that the parser
/// marks.
fn problem(parsed: &ParserReturn<'_>, flow: bool, lines: &Lines<'_>) -> Option<Notification> {
    let error = parsed.diagnostics.iter().next()?;
    let lost = if flow {
        "only its imports, what they are used for and what starts a line are read"
    } else if parsed.panicked {
        "the file is not read"
    } else {
        "it is read as far as it goes"
    };
    let problem = Notification::warning("syntax-error", format!("syntax error, {lost}: {error}"));
    Some(match error.labels.first() {
        Some(label) => problem.at_line(lines.line(label.offset() as usize)),
        None => problem,
    })
}
