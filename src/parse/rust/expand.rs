//! What a `macro_rules!` of the tree makes of a call.
//!
//! In: the tokens of both. Out: the tokens of the first arm that matches.
//! Invariant: bounded in depth and size; a call that no arm matches gives nothing.
//! Never: guesses; the name of another crate behind `$crate`.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};

/// Brackets in brackets deeper than this are not followed.
const MAX_DEPTH: u32 = 16;
/// Most tokens that a call may become.
const MAX_TOKENS: usize = 20_000;

/// What the parameters of an arm stand for.
#[derive(Default)]
struct Bound {
    /// The tokens of each parameter outside of repetitions.
    one: BTreeMap<String, Vec<TokenTree>>,
    /// Each `$( … )*` by the names inside, with one entry per repetition.
    many: Vec<(Vec<String>, Vec<Bound>)>,
}

/// What stands in the place of a call; `None` when that cannot be told.
///
/// `arms` is the body of the `macro_rules!`, `call` the tokens of the call. With the arm
/// `($($m:ident),*) => { $(mod $m;)* }` the call `a, b` becomes `mod a ; mod b ;`.
pub(super) fn expand(arms: &str, call: &str) -> Option<TokenStream> {
    let call: Vec<TokenTree> = call.parse::<TokenStream>().ok()?.into_iter().collect();
    let groups = arms.parse::<TokenStream>().ok()?.into_iter();
    let groups = groups.filter_map(|token| match token {
        TokenTree::Group(group) => Some(tokens(&group)),
        _ => None,
    });
    let groups: Vec<Vec<TokenTree>> = groups.collect();
    let (arms, _) = groups.as_chunks();
    for [pattern, body] in arms {
        let mut bound = Bound::default();
        if arms_match(pattern, &call, &mut bound, 0) == Some(call.len()) {
            let mut out = Vec::new();
            write(body, &[&bound], &mut out, 0)?;
            return Some(out.into_iter().collect());
        }
    }
    None
}

/// The tokens inside a group.
fn tokens(group: &Group) -> Vec<TokenTree> {
    group.stream().into_iter().collect()
}

/// The character of a punctuation token.
fn sign(token: &TokenTree) -> Option<char> {
    match token {
        TokenTree::Punct(punct) => Some(punct.as_char()),
        _ => None,
    }
}

/// `( … ) separator op` behind a `$`: the inner tokens, the separator, the operator, tokens in all.
///
/// `$(a),*` has the separator `,` and takes three tokens behind the `$`, `$(a)*` takes two.
fn repetition(at: &[TokenTree]) -> Option<(Vec<TokenTree>, Option<&TokenTree>, char, usize)> {
    let [TokenTree::Group(group), behind @ ..] = at else {
        return None;
    };
    if group.delimiter() != Delimiter::Parenthesis {
        return None;
    }
    let op = |at: &TokenTree| sign(at).filter(|sign| matches!(sign, '*' | '+' | '?'));
    match behind {
        [at, ..] if op(at).is_some() => Some((tokens(group), None, op(at)?, 2)),
        [separator, at, ..] => Some((tokens(group), Some(separator), op(at)?, 3)),
        _ => None,
    }
}

/// How many tokens of `input` a pattern takes.
///
/// Fills `bound` on the way. There is no backtracking, as in the compiler: a fragment takes all
/// that it can, and if the rest does not match, the arm does not.
fn arms_match(
    pattern: &[TokenTree],
    input: &[TokenTree],
    bound: &mut Bound,
    depth: u32,
) -> Option<usize> {
    let (mut pattern, mut rest) = (pattern, input);
    while let [token, behind @ ..] = pattern {
        if sign(token) != Some('$') {
            let (given, more) = rest.split_first()?;
            same(token, given, bound, depth)?;
            (pattern, rest) = (behind, more);
        } else if let Some((inner, separator, op, len)) = repetition(behind) {
            rest = &rest[repeated(&inner, separator, op, rest, bound, depth)?..];
            pattern = &behind[len..];
        } else if let [
            TokenTree::Ident(name),
            _,
            TokenTree::Ident(kind),
            behind @ ..,
        ] = behind
        {
            let (value, more) = rest.split_at_checked(fragment(&kind.to_string(), rest)?)?;
            bound.one.insert(name.to_string(), value.to_vec());
            (pattern, rest) = (behind, more);
        } else {
            return None;
        }
    }
    Some(input.len() - rest.len())
}

/// Matches a token that stands for itself.
fn same(pattern: &TokenTree, given: &TokenTree, bound: &mut Bound, depth: u32) -> Option<()> {
    match (pattern, given) {
        (TokenTree::Group(pattern), TokenTree::Group(given)) => {
            if pattern.delimiter() != given.delimiter() || depth >= MAX_DEPTH {
                return None;
            }
            let given = tokens(given);
            let taken = arms_match(&tokens(pattern), &given, bound, depth + 1)?;
            (taken == given.len()).then_some(())
        }
        (TokenTree::Group(_), _) | (_, TokenTree::Group(_)) => None,
        (pattern, given) => (pattern.to_string() == given.to_string()).then_some(()),
    }
}

/// How many tokens of `input` a `$( … )` takes, round by round, as long as `inner` matches.
///
/// A round that takes nothing ends the loop, which it would repeat for ever. `?` allows one round,
/// `+` demands one.
fn repeated(
    inner: &[TokenTree],
    separator: Option<&TokenTree>,
    op: char,
    input: &[TokenTree],
    bound: &mut Bound,
    depth: u32,
) -> Option<usize> {
    if depth >= MAX_DEPTH {
        return None;
    }
    let mut rounds = Vec::new();
    let mut taken = 0;
    loop {
        let mut more = &input[taken..];
        if let Some(separator) = separator.filter(|_| !rounds.is_empty()) {
            match more {
                [given, rest @ ..] if given.to_string() == separator.to_string() => more = rest,
                _ => break,
            }
        }
        let mut round = Bound::default();
        let len = arms_match(inner, more, &mut round, depth + 1);
        let Some(len) = len.filter(|len| *len > 0) else {
            break;
        };
        taken = input.len() - more.len() + len;
        rounds.push(round);
        if op == '?' {
            break;
        }
    }
    if op == '+' && rounds.is_empty() {
        return None;
    }
    bound.many.push((parameters(inner, 0), rounds));
    Some(taken)
}

/// Names of the parameters that tokens mention.
///
/// Only by their `$`: what is not bound later is a name of some macro inside.
fn parameters(tokens_of: &[TokenTree], depth: u32) -> Vec<String> {
    let mut names = Vec::new();
    let mut behind_dollar = false;
    for token in tokens_of {
        match token {
            TokenTree::Group(group) if depth < MAX_DEPTH => {
                names.extend(parameters(&tokens(group), depth + 1));
            }
            TokenTree::Ident(name) if behind_dollar => names.push(name.to_string()),
            _ => {}
        }
        behind_dollar = sign(token) == Some('$');
    }
    names
}

/// How many tokens a fragment of a kind takes at the start of `input`.
///
/// Types, paths, expressions and items are parsed to find their end. `None` where no such fragment
/// starts, or for a kind that is not known, such as `pat`.
fn fragment(kind: &str, input: &[TokenTree]) -> Option<usize> {
    let first = input.first();
    let is = |found: bool, len| found.then_some(len);
    match kind {
        "ident" => is(matches!(first, Some(TokenTree::Ident(_))), 1),
        "tt" => is(first.is_some(), 1),
        "block" => is(
            matches!(first, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace),
            1,
        ),
        "literal" => is(matches!(first, Some(TokenTree::Literal(_))), 1),
        "lifetime" => is(first.and_then(sign) == Some('\''), 2),
        "vis" => prefix::<syn::Visibility>(input),
        "path" => prefix::<syn::Path>(input),
        "ty" => prefix::<syn::Type>(input),
        "expr" | "expr_2021" => prefix::<syn::Expr>(input),
        "item" => prefix::<syn::Item>(input),
        "meta" => prefix::<syn::Meta>(input),
        _ => None,
    }
}

/// How many tokens `T` takes when it is parsed at the start of `input`.
fn prefix<T: Parse>(input: &[TokenTree]) -> Option<usize> {
    let parser = |stream: ParseStream<'_>| {
        stream.parse::<T>()?;
        let rest: TokenStream = stream.parse()?;
        Ok(rest.into_iter().count())
    };
    let rest = parser.parse2(input.iter().cloned().collect()).ok()?;
    input.len().checked_sub(rest)
}

/// Writes the body of an arm with the parameters replaced.
///
/// `None` when the body repeats a group whose rounds are not known, or when it grows beyond the
/// bounds.
fn write(
    body: &[TokenTree],
    scopes: &[&Bound],
    out: &mut Vec<TokenTree>,
    depth: u32,
) -> Option<()> {
    if depth >= MAX_DEPTH || out.len() > MAX_TOKENS {
        return None;
    }
    let mut rest = body;
    while let [token, behind @ ..] = rest {
        rest = behind;
        match (token, behind) {
            (dollar, [TokenTree::Ident(name), behind @ ..]) if sign(dollar) == Some('$') => {
                parameter(dollar, name, scopes, out);
                rest = behind;
            }
            (dollar, _) if sign(dollar) == Some('$') => {
                let (inner, separator, _, len) = repetition(behind)?;
                rounds(&inner, separator, scopes, out, depth)?;
                rest = &behind[len..];
            }
            (TokenTree::Group(group), _) => {
                let mut inner = Vec::new();
                write(&tokens(group), scopes, &mut inner, depth + 1)?;
                out.push(Group::new(group.delimiter(), inner.into_iter().collect()).into());
            }
            (token, _) => out.push(token.clone()),
        }
    }
    Some(())
}

/// Writes what a parameter stands for; other names behind a `$` are those of macros inside.
fn parameter(dollar: &TokenTree, name: &Ident, scopes: &[&Bound], out: &mut Vec<TokenTree>) {
    let text = name.to_string();
    match scopes.iter().rev().find_map(|scope| scope.one.get(&text)) {
        Some(value) => out.extend(value.iter().cloned()),
        None => out.extend([dollar.clone(), name.clone().into()]),
    }
}

/// Writes the inside of a `$( … )*` once per repetition of the parameters inside.
///
/// Parameters of one round are looked up before those around. Two repetitions that are written
/// together must have the same number of rounds: `$($a = $b;)*` with two `$a` and three `$b` gives
/// nothing.
fn rounds<'b>(
    inner: &[TokenTree],
    separator: Option<&TokenTree>,
    scopes: &[&'b Bound],
    out: &mut Vec<TokenTree>,
    depth: u32,
) -> Option<()> {
    let wanted = parameters(inner, 0);
    let known = |names: &[String]| names.iter().any(|name| wanted.contains(name));
    let groups_of = |scope: &&'b Bound| -> Vec<&'b Vec<Bound>> {
        let groups = scope.many.iter().filter(|(names, _)| known(names));
        groups.map(|(_, rounds)| rounds).collect()
    };
    // An outer repetition holds the parameters of the inner ones, too: the innermost counts.
    let mut nearest = scopes.iter().rev().map(groups_of);
    let groups = nearest.find(|groups| !groups.is_empty())?;
    let count = groups.first()?.len();
    if groups.iter().any(|rounds| rounds.len() != count) {
        return None;
    }
    for round in 0..count {
        if let Some(separator) = separator.filter(|_| round > 0) {
            out.push(separator.clone());
        }
        let own = groups.iter().map(|rounds| &rounds[round]);
        let all: Vec<&Bound> = scopes.iter().copied().chain(own).collect();
        write(inner, &all, out, depth + 1)?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arms: &str, call: &str, expected: &str) {
        let text = |tokens: TokenStream| tokens.to_string().replace(' ', "");
        let wanted = text(expected.parse().expect("tokens"));
        assert_eq!(expand(arms, call).map(text).unwrap_or_default(), wanted);
    }

    #[test]
    fn parameters_are_replaced() {
        check(
            "($(#[$meta:meta])* $vis:vis mod $name:ident) => { $(#[$meta])* $vis mod $name; }",
            "#[macro_use] pub mod util",
            "#[macro_use] pub mod util;",
        );
        check(
            "($(#[$meta:meta])* $vis:vis mod $name:ident) => { $(#[$meta])* $vis mod $name; }",
            "mod util",
            "mod util;",
        );
    }

    #[test]
    fn repetitions_are_written_once_per_match() {
        check(
            "($($name:ident => $path:path),* $(,)?) => { $(mod $name; use $path;)* }",
            "a => x::A, b => x::B,",
            "mod a; use x::A; mod b; use x::B;",
        );
        check(
            "($outer:ident: $($name:ident)+) => { mod $outer { $(pub mod $name;)+ } }",
            "all: a b",
            "mod all { pub mod a; pub mod b; }",
        );
        check(
            "($($name:ident: $($item:ident),+);*) => { $(mod $name; use $name::{$($item),+};)* }",
            "a: A; b: B, C",
            "mod a; use a::{A}; mod b; use b::{B, C};",
        );
    }

    #[test]
    fn the_first_arm_that_matches_counts() {
        let arms = "(one) => { mod a; }; ($x:ident) => { mod $x; }; ($($t:tt)*) => { use b; }";
        check(arms, "one", "mod a;");
        check(arms, "two", "mod two;");
        check(arms, "1 + 1", "use b;");
    }

    #[test]
    fn macros_inside_keep_their_parameters() {
        check(
            "() => { macro_rules! tri { ($e:expr) => { $e? }; } mod a; }",
            "",
            "macro_rules! tri { ($e:expr) => { $e? }; } mod a;",
        );
    }

    #[test]
    fn the_crate_of_the_macro_keeps_its_mark() {
        check("($n:ident) => { use $crate::$n; }", "a", "use $crate::a;");
    }

    #[test]
    fn what_does_not_match_gives_nothing() {
        check("($x:ident) => { mod $x; }", "1", "");
        check("($($x:ident),*) => { $(mod $y;)* }", "a", "");
        check("($x:ident", "a", "");
    }
}
