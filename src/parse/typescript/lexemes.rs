//! What a file of JavaScript or TypeScript consists of, as its own lexer tells it apart.
//!
//! In: the text of a file and what was parsed of it. Out: [`Lexemes`].
//! Invariant: a template is one text, its expressions included; a regular expression is a mark.
//! Never: text between elements, which is prose; code that only a test runner runs.

use std::ops::Range;

use oxc_ast::ast::{Program, Statement};
use oxc_parser::{Kind, ParserReturn};
use oxc_span::GetSpan;

use crate::parse::any;
use crate::parse::lexemes::{Class, Lexemes};

/// Reads the tokens of `text`, and its markup where it is a component.
pub(super) fn lexemes(
    text: &str,
    markup: Option<&[Range<usize>]>,
    parsed: &ParserReturn<'_>,
) -> Lexemes {
    let mut found = Lexemes::of(text.len());
    for test in tests(text, &parsed.program) {
        found.leave_out(test);
    }
    let mut markup = markup.unwrap_or_default().iter().peekable();
    let mut template = None;
    for token in &parsed.tokens {
        let span = token.start() as usize..token.end() as usize;
        while let Some(before) = markup.next_if(|before| before.start < span.start) {
            any::read("vue", text, before.clone(), &mut found);
        }
        step(text, token.kind(), span, &mut template, &mut found);
    }
    for rest in markup {
        any::read("vue", text, rest.clone(), &mut found);
    }
    found
}

/// The start of the outermost template that is open, and how many are.
type Template = Option<(usize, u32)>;

fn step(text: &str, kind: Kind, span: Range<usize>, template: &mut Template, found: &mut Lexemes) {
    match (kind, &mut *template) {
        (Kind::TemplateHead, Some((_, open))) => *open += 1,
        (Kind::TemplateHead, None) => *template = Some((span.start, 1)),
        (Kind::TemplateTail, Some((start, 1))) => {
            found.push(Class::Text, *start..span.end);
            *template = None;
        }
        (Kind::TemplateTail, Some((_, open))) => *open -= 1,
        (_, Some(_)) | (Kind::JSXText | Kind::HashbangComment | Kind::Eof, None) => {}
        (Kind::Str | Kind::NoSubstitutionTemplate, None) => found.push(Class::Text, span),
        (Kind::RegExp, None) => found.push(Class::Marks, span.start..span.start + 1),
        (Kind::PrivateIdentifier, None) => {
            found.push(Class::Marks, span.start..span.start + 1);
            found.push(Class::Word, span.start + 1..span.end);
        }
        (_, None) => {
            let first = text.as_bytes().get(span.start).copied().unwrap_or(0);
            let word = first.is_ascii_alphanumeric() || matches!(first, b'_' | b'$' | 0x80..);
            found.push(if word { Class::Word } else { Class::Marks }, span);
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
    use crate::parse::lexemes::{Kind, Token};

    fn shown(extension: &str, text: &str) -> String {
        let show = |token: &Token<'_>| match token.kind {
            Kind::Text => format!("<{}>", token.text),
            Kind::Word | Kind::Mark => token.text.to_owned(),
        };
        let found = parse::lexemes(extension, text);
        let shown: Vec<String> = found.tokens(text).iter().map(show).collect();
        shown.join(" ")
    }

    #[test]
    fn templates_are_whole_and_regular_expressions_hold_no_text() {
        assert_eq!(
            shown("ts", "get(`/a/${b ? `c${d}` : '`'}/e`, /[\"'`]/g, x >> 2);"),
            "get ( </a/${b ? `c${d}` : '`'}/e> , / , x > > 2 ) ;"
        );
        assert_eq!(
            shown("js", "#!/bin/node\nclass A { #b = a ?? 'c' } // d"),
            "class A { # b = a ? ? <c> }"
        );
    }

    #[test]
    fn prose_between_elements_is_none() {
        assert_eq!(
            shown("tsx", "f(<a href=\"/x\">don't {b('c')}</a>)"),
            "f ( < a href = </x> > { b ( <c> ) } < / a > )"
        );
        assert_eq!(
            shown("vue", "<a href=\"/x\">b</a><script>c('d')</script>"),
            "< a href = </x> > b < / a > c ( <d> ) < / script >"
        );
    }

    #[test]
    fn tests_beside_the_code_are_left_out() {
        let text = "f();\nif (import.meta.vitest) {\n  get('http://a:1');\n}\ng();\n";
        assert_eq!(shown("ts", text), "f ( ) ; g ( ) ;");
    }
}
