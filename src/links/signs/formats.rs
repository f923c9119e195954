//! Texts with holes: formats with their arguments, and expressions inside of texts.
//!
//! In: tokens, the place of a text. Out: the text with its holes filled.
//! Invariant: a literal fills its hole; a name or look-up becomes `${NAME}` or `${NAME:default}`; all else nothing.
//! Never: what a name stands for; a text that is logged, not made into another one.

use super::lex::{self, Kind, Role, Token};

/// Most characters of a text whose holes are filled.
const MAX_TEXT: usize = 400;
/// Most tokens of the arguments of a format.
const MAX_ARGUMENTS: usize = 80;

/// Calls that make a text of a format.
const CALLS: [&str; 6] = [
    "format",
    "Format",
    "formatted",
    "sprintf",
    "Sprintf",
    "vsprintf",
];

/// The text at `index` with all holes filled; `None` when it has none or is no address.
pub(super) fn filled(tokens: &[Token<'_>], index: usize) -> Option<String> {
    let token = tokens.get(index)?;
    let text = token.text;
    let address = text.contains("://") || text.contains(":%") || text.contains(":{");
    let holes = address && text.len() < MAX_TEXT && text.contains(['%', '{', '$']);
    if !holes {
        return None;
    }
    let arguments = arguments(tokens, index);
    let found = fill(text, arguments.as_deref(), token.role == Role::Formatted);
    (found != text).then_some(found)
}

/// What a hole is replaced with, and the bytes of the text that it takes.
type Hole = (String, usize);

/// The text with each hole replaced, from left to right. What looks like a hole and is none stays
/// as it is.
fn fill(text: &str, arguments: Option<&[String]>, prefixed: bool) -> String {
    let mut out = String::new();
    let (mut rest, mut next) = (text, 0);
    while let Some(first) = rest.chars().next() {
        let hole = match first {
            '%' => arguments.and_then(|all| printed(rest, all, &mut next)),
            '{' => braces(rest, arguments, prefixed, &mut next),
            '$' | '#' => expression(rest),
            _ => None,
        };
        let (written, bytes) = hole.unwrap_or_else(|| (first.to_string(), first.len_utf8()));
        out.push_str(&written);
        rest = rest.get(bytes..).unwrap_or_default();
    }
    out
}

/// `%s`, `%d`, `%v`: the next argument.
fn printed(rest: &str, arguments: &[String], next: &mut usize) -> Option<Hole> {
    rest.get(1..2).filter(|kind| "sdviq".contains(kind))?;
    *next += 1;
    Some((arguments.get(*next - 1).cloned().unwrap_or_default(), 2))
}

/// `{}`, `{0}` and, where the language reads names there, `{host}`.
fn braces(
    rest: &str,
    arguments: Option<&[String]>,
    prefixed: bool,
    next: &mut usize,
) -> Option<Hole> {
    let end = rest.find('}')?;
    let inside = rest.get(1..end)?;
    let position = inside.split([':', '!']).next().unwrap_or(inside).trim();
    if prefixed && !position.is_empty() {
        return Some((placeholder(inside), end + 1));
    }
    let arguments = arguments?;
    let number = match position {
        "" => {
            *next += 1;
            *next - 1
        }
        name => match name.parse() {
            Ok(number) => number,
            Err(_) => return Some((placeholder(name), end + 1)),
        },
    };
    Some((arguments.get(number).cloned().unwrap_or_default(), end + 1))
}

/// `${process.env.HOST || "orders"}`, `#{host}` and, in Kotlin, `$host`.
fn expression(rest: &str) -> Option<Hole> {
    if let Some(inside) = rest.get(1..).filter(|inside| inside.starts_with('{')) {
        let end = inside.find('}')?;
        return Some((placeholder(inside.get(1..end)?), end + 2));
    }
    let name = rest.strip_prefix('$')?;
    let end = name
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(name.len());
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
    starts.then(|| (format!("${{{}}}", &name[..end]), end + 1))
}

/// What an expression stands for, as far as one look at it tells: `${NAME:default}`.
fn placeholder(expression: &str) -> String {
    let mut quoted = expression.split(['"', '\'', '`']).skip(1).step_by(2);
    let plain = |text: &&str| !text.is_empty() && !text.contains(['$', '{', '}', ' ']);
    let alternative = ["||", "??", "?:", " or "]
        .iter()
        .find_map(|mark| expression.split_once(mark));
    let (front, default) = match alternative {
        Some((front, back)) => (front, back.split(['"', '\'', '`']).nth(1)),
        None => (expression, None),
    };
    let called = front.contains(['(', '[']);
    let (name, default) = if called {
        let name = quoted.next();
        (name, default.or_else(|| quoted.next()))
    } else {
        let front = front.split(['|', '!']).next().unwrap_or(front).trim();
        let word = |c: char| c.is_ascii_alphanumeric() || "_.:-?".contains(c);
        let chain = Some(front).filter(|front| front.chars().all(word));
        // `${orders.host:default}` of a setting keeps its whole name.
        return match (chain, default) {
            (None, _) => String::new(),
            (Some(chain), Some(default)) => format!("${{{}:{default}}}", last(chain)),
            (Some(chain), None) if chain.contains(':') => format!("${{{chain}}}"),
            (Some(chain), None) => format!("${{{}}}", last(chain)),
        };
    };
    let Some(name) = name.filter(plain) else {
        return String::new();
    };
    match default.filter(plain) {
        Some(default) => format!("${{{name}:{default}}}"),
        None => format!("${{{name}}}"),
    }
}

/// The last name of a chain.
fn last(chain: &str) -> &str {
    let chain = chain.trim_end_matches(['?', '.']);
    chain.rsplit(['.', ':']).next().unwrap_or(chain)
}

/// The arguments that fill the format at `index`; `None` when it is no format.
fn arguments(tokens: &[Token<'_>], index: usize) -> Option<Vec<String>> {
    let named = |at: usize| tokens.get(at).is_some_and(|t| CALLS.contains(&t.text));
    if lex::is(tokens, index + 1, "%") {
        let start = index + 2;
        if lex::is(tokens, start, "(") {
            return Some(split(tokens, start + 1));
        }
        // Without brackets only a name, or a chain of them, is sure to end where it seems to.
        let mut end = start + 1;
        while lex::is(tokens, end, ".") {
            end += 2;
        }
        return Some(vec![argument(tokens.get(start..end)?)]);
    }
    if lex::is(tokens, index + 1, ".") && named(index + 2) && lex::is(tokens, index + 3, "(") {
        return Some(split(tokens, index + 4));
    }
    let open = index
        .checked_sub(1)
        .filter(|at| lex::is(tokens, *at, "("))?;
    let before = open.checked_sub(1)?;
    let callee = if lex::is(tokens, before, "!") {
        before.checked_sub(1)?
    } else {
        before
    };
    named(callee).then(|| {
        let start = if lex::is(tokens, index + 1, ",") {
            index + 2
        } else {
            index + 1
        };
        split(tokens, start)
    })
}

/// The arguments from `start` to the closing bracket.
fn split(tokens: &[Token<'_>], start: usize) -> Vec<String> {
    let mut found = Vec::new();
    let (mut depth, mut from) = (0i32, start);
    for at in start..tokens.len().min(start + MAX_ARGUMENTS) {
        let Some(token) = tokens.get(at) else { break };
        let opens = ["(", "[", "{"].iter().any(|mark| token.is(mark));
        let closes = [")", "]", "}"].iter().any(|mark| token.is(mark));
        let ends = depth == 0 && (closes || token.is(",") || token.is(";"));
        if ends {
            if at > from {
                found.push(argument(tokens.get(from..at).unwrap_or_default()));
            }
            if !token.is(",") {
                return found;
            }
            from = at + 1;
        }
        depth += i32::from(opens) - i32::from(closes);
    }
    found
}

/// What one argument stands for.
fn argument(tokens: &[Token<'_>]) -> String {
    let [first, ..] = tokens else {
        return String::new();
    };
    let texts: Vec<&str> = tokens
        .iter()
        .filter(|token| token.kind == Kind::Text)
        .map(|token| token.text)
        .collect();
    let chain = |token: &Token<'_>| {
        token.kind == Kind::Word || token.is(".") || token.is(":") || token.is("&") || token.is("*")
    };
    match (tokens, texts.as_slice()) {
        ([_], [text]) => (*text).to_owned(),
        ([_], []) if first.text.starts_with(|c: char| c.is_ascii_digit()) => first.text.to_owned(),
        (_, []) if tokens.iter().all(chain) => match tokens.last() {
            Some(last) if last.kind == Kind::Word => format!("${{{}}}", last.text),
            _ => String::new(),
        },
        (_, [name]) => format!("${{{name}}}"),
        (_, [name, default]) => format!("${{{name}:{default}}}"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;

    fn shown(extension: &str, text: &str) -> String {
        let tokens = tokens(extension, text);
        let texts = (0..tokens.len()).filter(|at| tokens[*at].kind == Kind::Text);
        let found: Vec<String> = texts.filter_map(|at| filled(&tokens, at)).collect();
        found.join(" ")
    }

    #[test]
    fn literals_fill_holes_and_names_stay_names() {
        let java = "String u = String.format(\"http://%s:%d/pay\", \"billing\", 8080);";
        assert_eq!(shown("java", java), "http://billing:8080/pay");
        let go = "u := fmt.Sprintf(\"http://%s/%s\", cfg.Host, id)";
        assert_eq!(shown("go", go), "http://${Host}/${id}");
        let go = "u := fmt.Sprintf(\"%s:%d\", os.Getenv(\"HOST\"), 80)";
        assert_eq!(shown("go", go), "${HOST}:80");
        assert_eq!(shown("py", "u = 'http://%s/x' % HOST"), "http://${HOST}/x");
        assert_eq!(
            shown("py", "u = 'http://{}/x'.format(HOST)"),
            "http://${HOST}/x"
        );
        assert_eq!(
            shown("py", "u = f'http://{c.HOST}:{PORT}'"),
            "http://${HOST}:${PORT}"
        );
        assert_eq!(
            shown("js", "u = `http://${process.env.H || 'cart'}:80`"),
            "http://${H:cart}:80"
        );
        assert_eq!(
            shown("kt", "val u = \"http://$host:80\""),
            "http://${host}:80"
        );
        assert_eq!(
            shown("cs", "var u = $\"http://{Host}:80\";"),
            "http://${Host}:80"
        );
        assert_eq!(
            shown("rs", "let u = format!(\"http://{HOST}:{}\", 80);"),
            "http://${HOST}:80"
        );
        assert_eq!(
            shown("py", "u = f\"http://{os.getenv('H', 'cart')}/\""),
            "http://${H:cart}/"
        );
    }

    #[test]
    fn what_is_logged_is_no_address() {
        assert_eq!(shown("java", "log.info(\"http://{}:80\", host);"), "");
        assert_eq!(shown("go", "log.Printf(\"http://%s\", host)"), "");
    }
}
