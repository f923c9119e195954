//! What a file of JavaScript or TypeScript consists of, as its own lexer tells it apart.
//!
//! In: the text of a file and what was parsed of it. Out: [`Lexemes`].
//! Invariant: a template is one text, its expressions included; a regular expression is a mark.
//! Never: text between elements, which is prose; code that only a test runner runs.

use std::ops::Range;

use oxc_ast::ast::{Program, Statement};
use oxc_parser::{Kind, ParserReturn};
use oxc_span::GetSpan;
use rustc_hash::FxHashMap;

use crate::parse::tokens::any;
use crate::parse::tokens::lexemes::{Class, Lexemes, Role};

/// What the syntax tree tells of braces and line ends.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// Where braces open, and whether around statements or the parts of a value.
    pub(super) braces: Vec<(u32, Role)>,
    /// Where statements end that no mark ends.
    pub(super) ends: Vec<u32>,
    /// Where the function ends that was entered last of those that are one expression, which ends no statement.
    pub(super) expression_end: u32,
}

/// Reads the tokens of `text`, and its markup where it is a component.
///
/// `markup` are the parts of a component outside of its scripts (`None`: the file is no
/// component). They are read by the rules for Vue templates, and merged with the script's
/// tokens in source order.
pub(super) fn lexemes(
    text: &str,
    markup: Option<&[Range<usize>]>,
    parsed: &ParserReturn<'_>,
    layout: &Layout,
) -> Lexemes {
    let mut reading = Reading::new(text, layout);
    for test in tests(text, &parsed.program) {
        reading.found.leave_out(test);
    }
    let mut markup = markup.unwrap_or_default().iter().peekable();
    for token in &parsed.tokens {
        let span = token.start() as usize..token.end() as usize;
        while let Some(before) = markup.next_if(|before| before.start < span.start) {
            any::read("vue", text, before.clone(), &mut reading.found);
        }
        reading.step(token.kind(), span);
    }
    reading.end(text.len());
    for rest in markup {
        any::read("vue", text, rest.clone(), &mut reading.found);
    }
    reading.found
}

/// The state of one pass over the tokens of a file.
struct Reading<'t> {
    /// The text of the whole file, markup included.
    text: &'t str,
    /// The role of each brace that the syntax tree tells about, by offset.
    braces: FxHashMap<u32, Role>,
    /// Where statements end, the last first.
    ends: Vec<u32>,
    /// The start of the outermost template that is open, and how many are.
    template: Option<(usize, u32)>,
    /// What was read so far.
    found: Lexemes,
}

impl<'t> Reading<'t> {
    /// Starts with the braces and statement ends of `layout`, which may note an end twice.
    fn new(text: &'t str, layout: &Layout) -> Self {
        let mut ends = layout.ends.clone();
        ends.sort_unstable_by(|a, b| b.cmp(a));
        ends.dedup();
        Self {
            text,
            braces: layout.braces.iter().copied().collect(),
            ends,
            template: None,
            found: Lexemes::of(text.len()),
        }
    }

    /// Ends the statements that end up to `offset`.
    fn end(&mut self, offset: usize) {
        let ended = |end: &mut u32| *end as usize <= offset;
        while let Some(end) = self.ends.pop_if(ended) {
            let end = end as usize;
            // The tokens of a template make one.
            if self.template.is_none() {
                self.found.push(Class::End, end..end);
            }
        }
    }

    /// Takes one token of the parser's lexer.
    ///
    /// From the head of a template to its tail, everything belongs to one text; templates may
    /// nest, hence the count. A brace takes its class from the syntax tree, since the lexer
    /// cannot tell a block from an object. Text between elements leaves nothing.
    fn step(&mut self, kind: Kind, span: Range<usize>) {
        self.end(span.start);
        match (kind, &mut self.template) {
            (Kind::TemplateHead, Some((_, open))) => *open += 1,
            (Kind::TemplateHead, None) => self.template = Some((span.start, 1)),
            (Kind::TemplateTail, Some((start, 1))) => {
                self.found.push(Class::Text, *start..span.end);
                self.template = None;
            }
            (Kind::TemplateTail, Some((_, open))) => *open -= 1,
            (_, Some(_)) | (Kind::JSXText | Kind::HashbangComment | Kind::Eof, None) => {}
            (Kind::Str | Kind::NoSubstitutionTemplate, None) => self.found.push(Class::Text, span),
            (Kind::RegExp, None) => self.found.push(Class::Marks, span.start..span.start + 1),
            (Kind::PrivateIdentifier, None) => {
                self.found.push(Class::Marks, span.start..span.start + 1);
                self.found.push(Class::Word, span.start + 1..span.end);
            }
            (Kind::LCurly, None) => {
                let class = match self.braces.get(&(span.start as u32)) {
                    Some(Role::Body) => Class::Body,
                    Some(Role::Block) => Class::Block,
                    Some(Role::Value) => Class::Value,
                    Some(Role::Plain | Role::Formatted) | None => Class::Marks,
                };
                self.found.push(class, span);
            }
            (_, None) => {
                let first = self.text.as_bytes().get(span.start).copied().unwrap_or(0);
                let word = first.is_ascii_alphanumeric() || matches!(first, b'_' | b'$' | 0x80..);
                let class = if word { Class::Word } else { Class::Marks };
                self.found.push(class, span);
            }
        }
    }
}

/// `if (import.meta.vitest) { … }`, which holds tests beside what they test.
fn tests(text: &str, program: &Program<'_>) -> Vec<Range<usize>> {
    let span = |statement: &Statement<'_>| match statement {
        Statement::IfStatement(condition) => {
            let test = condition.test.span();
            let test = text.get(test.start as usize..test.end as usize)?;
            let span = condition.span;
            let tests = test.starts_with("import.meta.vitest");
            tests.then_some(span.start as usize..span.end as usize)
        }
        _ => None,
    };
    program.body.iter().filter_map(span).collect()
}

#[cfg(test)]
mod tests {
    use crate::parse;

    fn shown(extension: &str, text: &str) -> String {
        parse::lexemes(extension, text).shown(text)
    }

    #[test]
    fn templates_are_whole_and_regular_expressions_hold_no_text() {
        assert_eq!(
            shown("ts", "get(`/a/${b ? `c${d}` : '`'}/e`, /[\"'`]/g, x >> 2);"),
            "get ( </a/${b ? `c${d}` : '`'}/e> , / , x > > 2 ) ;"
        );
        assert_eq!(
            shown("js", "#!/bin/node\nclass A { #b = a ?? 'c' } // d"),
            "class A :{ # b = a ? ? <c> ; }"
        );
    }

    #[test]
    fn prose_between_elements_is_none() {
        assert_eq!(
            shown("tsx", "f(<a href=\"/x\">don't {b('c')}</a>)"),
            "f ( < a href = </x> > { b ( <c> ) } < / a > ) ;"
        );
        assert_eq!(
            shown("vue", "<a href=\"/x\">b</a><script>c('d')</script>"),
            "< a href = </x> > b < / a > c ( <d> ) ; < / script >"
        );
    }

    #[test]
    fn braces_say_what_they_hold() {
        assert_eq!(
            shown(
                "ts",
                "class A { f() { switch (b) { } return { a } } }\ng = () => ({ c })\nimport { d } from 'e'"
            ),
            "class A :{ f ( ) :{ switch ( b ) { } return ={ a } } } g = ( ) = > ( ={ c } ) ; import { d } from <e> ;"
        );
    }

    #[test]
    fn tests_beside_the_code_are_left_out() {
        let text = "f();\nif (import.meta.vitest) {\n  get('http://a:1');\n}\ng();\n";
        assert_eq!(shown("ts", text), "f ( ) ; g ( ) ;");
    }
}
