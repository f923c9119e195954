//! Functions that hand an argument on to a client: the first half of one hop of propagation.
//!
//! In: tokens of a file. Out: [`Function`]s.
//! Invariant: exactly one hop.
//! Never: follows a value through a data structure.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::declarations::is_body;
use super::lex::{self, Kind, Role, Token};
use super::uses::Use;
use crate::knowledge::Clients;

/// A function that hands some of its parameters on to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::links) struct Function {
    pub(in crate::links) name: String,
    /// Positions of the parameters that reach a client.
    pub(in crate::links) handed_on: Vec<usize>,
}

/// Whether a call of this name reaches out to another program.
pub(in crate::links) fn is_outward(clients: &Clients, callee: &str) -> bool {
    let last = callee.rsplit('.').next().unwrap_or(callee);
    let inward = crate::model::names::words(last)
        .iter()
        .any(|word| clients.inward.has(word));
    !inward
        && crate::model::names::words(callee)
            .iter()
            .any(|word| clients.outward.has(word))
}

/// Whether it does so without doubt: it takes the name of a service.
pub(in crate::links) fn is_certain(clients: &Clients, callee: &str) -> bool {
    let last = callee.rsplit('.').next().unwrap_or(callee);
    let plain = crate::model::names::key(last);
    clients.certain.iter().any(|word| plain.contains(word))
}

/// A function that is defined in a file.
pub(in crate::links) struct Definition<'a> {
    pub(super) name: &'a str,
    /// The words of each parameter: its name and type.
    pub(super) parameters: Parameters<'a>,
    /// The tokens of its body: the first one and the one behind.
    pub(super) body: (usize, usize),
}

/// The functions that a file defines, in source order.
pub(super) fn definitions<'a>(tokens: &[Token<'a>]) -> Vec<Definition<'a>> {
    let defined = |index: usize| {
        let (name, parameters, body) = definition(tokens, index)?;
        let end = end_of_body(tokens, index, body);
        Some(Definition {
            name,
            parameters,
            body: (body, end),
        })
    };
    (0..tokens.len()).filter_map(defined).collect()
}

/// The functions of a file that hand parameters on.
pub(in crate::links) fn functions(
    clients: &Clients,
    tokens: &[Token<'_>],
    definitions: &[Definition<'_>],
) -> Vec<Function> {
    let mut found = Vec::new();
    let mut outward = FxHashMap::default();
    for Definition {
        name,
        parameters,
        body,
    } in definitions
    {
        let inside = tokens.get(body.0..body.1).unwrap_or_default();
        let handed_on: Vec<usize> = (0..parameters.len())
            .filter(|position| {
                parameters
                    .get(*position)
                    .is_some_and(|names| reaches_out(clients, inside, names, &mut outward))
            })
            .collect();
        if !handed_on.is_empty() {
            found.push(Function {
                name: (*name).to_owned(),
                handed_on,
            });
        }
    }
    found
}

/// Parameters of the functions of a file, each with a plain name that a call in the same file gives for it:
/// `queue` and `ordersQueue` of `consume(ordersQueue)`.
pub(in crate::links) fn passed(
    definitions: &[Definition<'_>],
    uses: &[Use],
) -> Vec<(String, String)> {
    let mut calls: FxHashMap<&str, Vec<&Use>> = FxHashMap::default();
    for u in uses.iter().filter(|u| u.name && u.key.is_empty()) {
        let last = u.callee.rsplit('.').next().unwrap_or(&u.callee);
        calls.entry(last).or_default().push(u);
    }
    let mut found = Vec::new();
    for definition in definitions {
        for u in calls.get(definition.name).into_iter().flatten() {
            let own = |names: &&BTreeSet<&str>| !names.contains(u.text.as_str());
            let names = definition.parameters.get(u.argument).filter(own);
            let names = names.into_iter().flatten();
            let names = names.filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase()));
            found.extend(names.map(|name| ((*name).to_owned(), u.text.clone())));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

pub(in crate::links) type Parameters<'a> = Vec<BTreeSet<&'a str>>;

/// Furthest token that belongs to the parameters of a type, and to a type in brackets.
const MAX_GENERIC: usize = 16;
const MAX_TYPE: usize = 60;
/// Furthest token that belongs to the parameters of a function.
const MAX_PARAMETERS: usize = 200;

/// `name(parameters) … {` or `name = (parameters) => {`; the place where the body starts.
fn definition<'a>(tokens: &[Token<'a>], index: usize) -> Option<(&'a str, Parameters<'a>, usize)> {
    let name = lex::word(tokens, index)?;
    let generic = behind_generic(tokens, index + 1);
    let (open, assigned) = if lex::is(tokens, generic, "(") {
        (generic, false)
    } else {
        (assigned(tokens, index)?, true)
    };
    let before = lex::before(tokens, index, 1);
    let called = before.is_some_and(|t| {
        t.is(".") || t.is("=") || t.is("(") || t.is(",") || t.text == "new" || t.text == "return"
    });
    if (called && !assigned)
        || matches!(
            name.text,
            "if" | "for" | "while" | "switch" | "catch" | "func" | "function" | "match"
        )
    {
        return None;
    }
    let (mut parameters, close) = parameters(tokens, open)?;
    let receiver = |names: &BTreeSet<&str>| {
        let plain = names
            .iter()
            .all(|name| matches!(*name, "mut" | "self" | "cls"));
        plain && !names.is_empty()
    };
    if parameters.len() > 1 && parameters.first().is_some_and(receiver) {
        parameters.remove(0);
    }
    let body = body(tokens, index, close, assigned)?;
    Some((name.text, parameters, body))
}

/// The place behind the parameters of a type, as `<T>` and `[T any]`, if they start at `at`.
fn behind_generic(tokens: &[Token<'_>], at: usize) -> usize {
    let (open, close) = if lex::is(tokens, at, "<") {
        ("<", ">")
    } else if lex::is(tokens, at, "[") {
        ("[", "]")
    } else {
        return at;
    };
    balanced(tokens, at, open, close, MAX_GENERIC).unwrap_or(at)
}

/// The place behind the bracket that closes the one at `at`.
fn balanced(
    tokens: &[Token<'_>],
    at: usize,
    open: &str,
    close: &str,
    most: usize,
) -> Option<usize> {
    let mut depth = 0i32;
    let mut inside = at..tokens.len().min(at + most);
    let end = inside.find(|&i| {
        depth += i32::from(tokens[i].is(open)) - i32::from(tokens[i].is(close));
        depth == 0
    });
    end.map(|end| end + 1)
}

/// Where the brackets open of a function that is assigned to the name at `index`.
fn assigned(tokens: &[Token<'_>], index: usize) -> Option<usize> {
    let mut at = index + 1;
    if !lex::is(tokens, at, "=") {
        return None;
    }
    at += 1;
    for word in ["async", "function"] {
        at += usize::from(lex::text(tokens, at) == word);
    }
    lex::is(tokens, at, "(").then_some(at)
}

/// The words of each parameter between the brackets that open at `open`, and the place behind them.
fn parameters<'a>(tokens: &[Token<'a>], open: usize) -> Option<(Parameters<'a>, usize)> {
    let mut parameters = vec![BTreeSet::new()];
    let (mut depth, mut generic, mut default) = (1, 0, false);
    let mut at = open + 1;
    while depth > 0 {
        let token = tokens.get(at)?;
        let arrow = || lex::before(tokens, at, 1).is_some_and(|t| t.is("=") || t.is("-"));
        match (token.kind, token.text) {
            (Kind::Mark, "(" | "[" | "{") => depth += 1,
            (Kind::Mark, ")" | "]" | "}") => depth -= 1,
            (Kind::Mark, "<") => generic += 1,
            (Kind::Mark, ">") if generic > 0 && !arrow() => generic -= 1,
            (Kind::Mark, ",") if depth == 1 && generic == 0 => {
                parameters.push(BTreeSet::new());
                default = false;
            }
            (Kind::Mark, "=") => default = true,
            // A text is the default of a parameter or part of its type; elsewhere it is given to a call.
            (Kind::Text, _) if default || generic > 0 => {}
            (Kind::Text, _) => return None,
            (Kind::Word, word) => drop(parameters.last_mut()?.insert(word)),
            (Kind::Mark, _) => {}
        }
        at += 1;
        if at > open + MAX_PARAMETERS {
            return None;
        }
    }
    Some((parameters, at))
}

/// Where the body starts of a function whose parameters end before `close`.
fn body(tokens: &[Token<'_>], name: usize, close: usize, assigned: bool) -> Option<usize> {
    let defined = lex::before(tokens, name, 1).is_some_and(|t| t.text == "def");
    let last = lex::before(tokens, close, 1)?.at.line;
    let below = tokens
        .get(close)
        .is_some_and(|t| t.at.line > last && !t.is("{"));
    if defined && below {
        // Ruby: the body ends at a word.
        return Some(close);
    }
    if let Some(body) = expression(tokens, name, close) {
        return Some(body);
    }
    let body = opening(tokens, close)?;
    let arrow = || (close..body).any(|i| lex::is(tokens, i, ">"));
    let function = || lex::is(tokens, close, "{");
    (is_body(tokens, name, body) && (!assigned || arrow() || function())).then_some(body)
}

/// Where the expression starts that is all of a function: `=> f(a);`, and `= f(a)` of Kotlin.
fn expression(tokens: &[Token<'_>], name: usize, close: usize) -> Option<usize> {
    let kotlin = lex::before(tokens, name, 1).is_some_and(|t| t.text == "fun");
    let ends = |i: &usize| {
        let marks = [";", "{", "}", "(", ","];
        tokens
            .get(*i)
            .is_some_and(|t| !marks.iter().any(|mark| t.is(mark)))
    };
    let mut head = (close..close + 10).take_while(ends);
    let equals = head.find(|i| lex::is(tokens, *i, "="))?;
    let arrow = lex::is(tokens, equals + 1, ">");
    let body = equals + 1 + usize::from(arrow);
    let whole = lex::word(tokens, body).is_some();
    (whole && (arrow || kotlin)).then_some(body)
}

/// The brace that opens a body behind parameters, over the type of what is returned: `(Reader, error)` of Go, or
/// `Promise<{ name: string }>`.
fn opening(tokens: &[Token<'_>], close: usize) -> Option<usize> {
    let mut at = close;
    for _ in 0..12 {
        let token = tokens.get(at)?;
        let of_type = || {
            let before = lex::before(tokens, at, 1);
            before.is_some_and(|t| ["<", "|", "&", ":", ","].iter().any(|mark| t.is(mark)))
        };
        at = match (token.kind, token.text) {
            (Kind::Mark, "{") if token.role == Role::Body || !of_type() => return Some(at),
            (Kind::Mark, "{") => balanced(tokens, at, "{", "}", MAX_TYPE)?,
            (Kind::Mark, "(") if at == close => balanced(tokens, at, "(", ")", MAX_TYPE)?,
            (Kind::Mark, ";" | "(" | "}") => return None,
            _ => at + 1,
        };
    }
    None
}

/// The end of a body.
fn end_of_body(tokens: &[Token<'_>], name: usize, body: usize) -> usize {
    let limit = tokens.len().min(body + 2_000);
    let def = lex::before(tokens, name, 1).filter(|t| t.text == "def");
    if let Some(def) = def.filter(|_| !lex::is(tokens, body, "{")) {
        let ends = |at: &usize| tokens[*at].text == "end" && tokens[*at].at.column == def.at.column;
        return (body..limit).find(ends).unwrap_or(limit);
    }
    if !lex::is(tokens, body, "{") {
        return end_of_expression(tokens, body, limit);
    }
    let mut depth = 0i32;
    for at in body..limit {
        depth += match tokens.get(at) {
            Some(t) if t.is("{") => 1,
            Some(t) if t.is("}") => -1,
            _ => 0,
        };
        if depth == 0 {
            return at;
        }
    }
    limit
}

/// The end of an expression: at a semicolon, behind the bracket around it, or where a line starts with another name.
fn end_of_expression(tokens: &[Token<'_>], body: usize, limit: usize) -> usize {
    let mut depth = 0i32;
    for at in body..limit {
        let token = &tokens[at];
        let opens = ["(", "[", "{"].iter().any(|mark| token.is(mark));
        let closes = [")", "]", "}"].iter().any(|mark| token.is(mark));
        depth += i32::from(opens) - i32::from(closes);
        let below = tokens[at.max(1) - 1].at.line < token.at.line && token.kind == Kind::Word;
        if depth < 0 || depth == 0 && (token.is(";") || at > body && below) {
            return at;
        }
    }
    limit
}

/// Whether a call in the body reaches out and takes one of the names; `outward` remembers what names tell.
fn reaches_out<'a>(
    clients: &Clients,
    body: &[Token<'a>],
    names: &BTreeSet<&str>,
    outward: &mut FxHashMap<&'a str, bool>,
) -> bool {
    let mut calls: Vec<bool> = Vec::new();
    for (index, token) in body.iter().enumerate() {
        if token.is("(") {
            let callee = index
                .checked_sub(1)
                .and_then(|i| body.get(i))
                .filter(|t| t.kind == Kind::Word);
            let mut reaches = |name| {
                *outward
                    .entry(name)
                    .or_insert_with(|| is_outward(clients, name))
            };
            calls.push(callee.is_some_and(|t| reaches(t.text)));
        } else if token.is(")") {
            calls.pop();
        } else if token.kind == Kind::Word
            && calls.last() == Some(&true)
            && names.contains(token.text)
        {
            let member = body.get(index + 1).is_some_and(|t| t.is("."));
            if !member {
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;
    use crate::knowledge::Knowledge;

    fn shown(extension: &str, text: &str) -> Vec<(String, Vec<usize>)> {
        let tokens = tokens(extension, text);
        let definitions = definitions(&tokens);
        functions(&Knowledge::default().clients, &tokens, &definitions)
            .into_iter()
            .map(|f| (f.name, f.handed_on))
            .collect()
    }

    #[test]
    fn names_of_callers_are_no_targets() {
        let clients = &Knowledge::default().clients;
        let is_outward = |callee| is_outward(clients, callee);
        assert!(is_outward("s.initSearchClient") && !is_outward("clients.inMemory.withClient"));
    }

    #[test]
    fn a_parameter_stands_for_what_calls_of_the_file_give() {
        let passed = |text: &str| {
            let tokens = tokens("go", text);
            passed(&definitions(&tokens), &super::super::uses::uses(&tokens))
        };
        let code = "func start(ctx C) { consume(ctx, orders) }\nfunc consume(ctx C, queue string) { r.Receive(queue) }\n";
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let wanted = [pair("queue", "orders"), pair("string", "orders")];
        assert_eq!(passed(code), wanted);
        assert_eq!(passed("func f() { other(orders) }\n"), []);
    }

    #[test]
    fn functions_that_hand_a_name_to_a_client_are_found() {
        let go = "func (s *Server) initReservation(name string) error {\n conn, err := s.getGrpcConn(name)\n return nil }";
        assert_eq!(shown("go", go), [("initReservation".to_owned(), vec![0])]);
        let python = "def call(a, service):\n    return requests.request(url(service))\n";
        assert_eq!(shown("py", python), [("call".to_owned(), vec![1])]);
        assert_eq!(
            shown("java", "void log(String user) { out.print(user); }"),
            []
        );
    }

    #[test]
    fn a_call_in_a_condition_declares_nothing() {
        for (extension, text) in [
            (
                "java",
                "class A { void f() { if (may(host)) { getGrpcConn(host); } } }",
            ),
            (
                "ts",
                "function f() { if (may(host)) { getGrpcConn(host) } }",
            ),
            (
                "go",
                "package a\nfunc f() { for may(host) { getGrpcConn(host) } }",
            ),
            ("rs", "fn f() { if may(host) { getGrpcConn(host); } }"),
            (
                "py",
                "def f():\n    if may(host):\n        getGrpcConn(host)\n",
            ),
            ("py", "class A(host):\n    x = getGrpcConn(host)\n"),
        ] {
            assert_eq!(shown(extension, text), [], "{text}");
        }
    }
}
