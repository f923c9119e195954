//! Which braces hold the body of a class or function, rather than the fields of a value.
//!
//! In: tokens. Out: the name of what is declared.
//! Invariant: no further back than the statement that the brace ends.
//! Never: a grammar; the words that declare are the same in most languages.

use super::lex::{Kind, Role, Token};

/// Furthest token before a brace that is looked at.
const MAX_HEAD: usize = 40;

/// Whether the brace at `body` can be that of what is called `name`: not of a statement, a value, or
/// a class whose brackets hold what it is derived from.
pub(super) fn is_body(tokens: &[Token<'_>], name: usize, body: usize) -> bool {
    let is = |at: Option<usize>, text: &str| {
        let token = at.and_then(|at| tokens.get(at));
        token.is_some_and(|token| token.text == text)
    };
    match tokens.get(body).map(|brace| brace.role) {
        // A layout opens it behind a colon.
        Some(Role::Body) if is(body.checked_sub(1), ":") => is(name.checked_sub(1), "def"),
        Some(Role::Block | Role::Value) | None => false,
        Some(_) => true,
    }
}

/// Words before the name of a type with a body.
const TYPES: [&str; 11] = [
    "class",
    "enum",
    "impl",
    "interface",
    "module",
    "namespace",
    "object",
    "record",
    "struct",
    "trait",
    "union",
];

/// Words before the name of a function, or between its parameters and its body.
const FUNCTIONS: [&str; 6] = ["def", "fn", "fun", "func", "function", "throws"];

/// The name of the class or function whose body the brace at `index` opens; empty for a function,
/// and for other statements where the syntax tells their braces from those of values.
pub(super) fn body_of<'a>(tokens: &[Token<'a>], index: usize) -> Option<&'a str> {
    match tokens.get(index)?.role {
        Role::Block => Some(""),
        Role::Body => Some(declared(tokens, index).unwrap_or("")),
        Role::Value => None,
        Role::Plain | Role::Formatted => declared(tokens, index),
    }
}

/// What the words before a brace declare.
fn declared<'a>(tokens: &[Token<'a>], index: usize) -> Option<&'a str> {
    let at = |at: usize| tokens.get(at);
    let mut open = 0i32;
    for word in (index.saturating_sub(MAX_HEAD)..index).rev() {
        let token = at(word)?;
        open += i32::from(token.is(")")) - i32::from(token.is("("));
        let ends = [";", "{", "}", "="].iter().any(|mark| token.is(mark));
        if ends || open < 0 {
            return None;
        }
        // `f(): Type {` declares what a function returns.
        if token.is(":") && at(word.checked_sub(1)?)?.is(")") && word + 2 == index {
            return Some("");
        }
        let name = at(word + 1).filter(|name| name.kind == Kind::Word);
        if token.kind == Kind::Word && open == 0 {
            match name {
                Some(name) if TYPES.contains(&token.text) => return Some(name.text),
                Some(_) if FUNCTIONS.contains(&token.text) => return Some(""),
                _ => {}
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;

    fn shown(extension: &str, text: &str) -> Vec<Option<String>> {
        let tokens = tokens(extension, text);
        let braces = (0..tokens.len()).filter(|at| tokens[*at].is("{"));
        braces
            .map(|at| body_of(&tokens, at).map(str::to_owned))
            .collect()
    }

    #[test]
    fn bodies_are_told_from_values() {
        let named = |name: &str| Some(name.to_owned());
        assert_eq!(
            shown(
                "java",
                "public class In extends Base { void f() throws IOException { x(new A() { }); } }"
            ),
            [named("In"), named(""), named("")]
        );
        assert_eq!(
            shown(
                "kt",
                "object Topics { const val A = \"a\" }\nfun f(): String { return a }"
            ),
            [named("Topics"), named("")]
        );
        assert_eq!(
            shown(
                "go",
                "func f() { w := &kafka.Writer{Topic: \"a\"}; record := Foo{} }"
            ),
            [named(""), None, None]
        );
        assert_eq!(shown("rs", "impl Sink for Out { }"), [named("Sink")]);
    }
}
