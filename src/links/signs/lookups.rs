//! Names that hold what is looked up in the environment or in settings.
//!
//! In: tokens of a file. Out: names with `${KEY}` or `${KEY:default}`.
//! Invariant: the look-up is the whole value, its default aside.
//! Never: the value; settings tell it per service.

use crate::knowledge::Clients;

use super::lex::{self, Kind, Token};
use super::uses::Use;

/// Furthest token behind an assignment that is looked at.
const MAX_VALUE: usize = 24;

/// A name, and the look-up that it holds as a placeholder.
pub(in crate::links) type Lookup = (String, String);

/// All names of a file that hold a look-up.
pub(in crate::links) fn lookups(clients: &Clients, tokens: &[Token<'_>]) -> Vec<Lookup> {
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if token.is("=") {
            found.extend(assigned(clients, tokens, index));
        } else if token.is("@") {
            found.extend(injected(tokens, index));
        } else if token.kind == Kind::Text {
            found.extend(tagged(tokens, index));
        }
    }
    found
}

/// Whether a call looks a variable or setting up by the name that it is given.
pub(in crate::links) fn looks_up(clients: &Clients, callee: &str) -> bool {
    let chain = callee.split('<').next().unwrap_or(callee);
    let last = chain.rsplit('.').next().unwrap_or(chain);
    let held = || clients.lookup_holders.has_word(chain);
    clients.lookups.has_key(last) || clients.lookup_calls.has_key(last) && held()
}

/// The text or name of a use that is itself a look-up, as the placeholder of what it finds.
pub(in crate::links) fn placeholder(clients: &Clients, u: &Use) -> Option<String> {
    let looked_up = looks_up(clients, &u.callee);
    if looked_up && !u.name && u.argument == 0 && u.key.is_empty() && is_key(&u.text) {
        return Some(format!("${{{}}}", u.text));
    }
    let default = !u.name && (looked_up || is_variable(&u.default_of));
    (default && is_key(&u.default_of)).then(|| format!("${{{}:{}}}", u.default_of, u.text))
}

/// `name = getenv("KEY", "default")`, `name = process.env.KEY || "default"`.
fn assigned(clients: &Clients, tokens: &[Token<'_>], equals: usize) -> Option<Lookup> {
    let compared = lex::is(tokens, equals + 1, "=") || lex::is(tokens, equals.checked_sub(1)?, "=");
    let name = name_before(tokens, equals).filter(|_| !compared)?;
    let value = value(clients, tokens, equals + 1)?;
    Some((name.to_owned(), value))
}

/// The name that is assigned: `a.name =`, `name: Type =`, `name :=`, `name, err :=`.
fn name_before<'a>(tokens: &[Token<'a>], equals: usize) -> Option<&'a str> {
    let is = |at: Option<usize>, mark: &str| {
        at.and_then(|at| tokens.get(at))
            .is_some_and(|token| token.is(mark))
    };
    let mut at = equals.checked_sub(1)?;
    if is(Some(at), ":") || is(Some(at), "?") {
        at = at.checked_sub(1)?;
    }
    if is(Some(at), ">") {
        at = (at.saturating_sub(6)..at)
            .rev()
            .find(|at| is(Some(*at), "<"))?
            .checked_sub(1)?;
    }
    let typed = at.checked_sub(1).filter(|before| is(Some(*before), ":"));
    let listed = at.checked_sub(1).filter(|before| is(Some(*before), ","));
    let name = match typed.or(listed) {
        Some(mark) => lex::word(tokens, mark.checked_sub(1)?)?,
        None => lex::word(tokens, at)?,
    };
    Some(name.text)
}

/// The placeholder for the look-up that makes up a value: `os.getenv("KEY", "x")`, `config["key"]`,
/// `settings.Get<string>("Key")`, `process.env.KEY`. `None` for any other value: `prefix +
/// getenv("KEY")` is not what the variable holds.
fn value(clients: &Clients, tokens: &[Token<'_>], start: usize) -> Option<String> {
    let token = |at: usize| tokens.get(at);
    let is = |at: usize, mark: &str| token(at).is_some_and(|token| token.is(mark));
    let mut chain: Vec<&str> = Vec::new();
    let mut at = start;
    while at < start + MAX_VALUE {
        let next = token(at)?;
        match next.kind {
            Kind::Word if matches!(next.text, "await" | "new" | "const") => {}
            Kind::Word => chain.push(next.text),
            Kind::Mark if [".", ":", "!", "?"].iter().any(|mark| next.is(mark)) => {
                if next.is("?") && !is(at + 1, ".") {
                    break;
                }
            }
            Kind::Mark | Kind::Text => break,
        }
        // A word after a word starts another statement.
        if next.kind == Kind::Word && token(at + 1).is_some_and(|t| t.kind == Kind::Word) {
            at += 1;
            break;
        }
        at += 1;
    }
    let opens = is(at, "(") || is(at, "[") || is(at, "<");
    if opens {
        let generic = is(at, "<");
        let open = if generic {
            (at..at + 6).find(|at| is(*at, ">"))? + 1
        } else {
            at
        };
        let name = token(open + 1).filter(|t| t.kind == Kind::Text && is_key(t.text))?;
        let callee = format!("{}{}", chain.join("."), if is(at, "[") { "[]" } else { "" });
        if !looks_up(clients, &callee) {
            return None;
        }
        let default = default(tokens, open + 2);
        return Some(with_default(name.text, default));
    }
    // `process.env.KEY`: the name itself is the key.
    let [.., holder, name] = chain.as_slice() else {
        return None;
    };
    let known = matches!(*holder, "env" | "ENV") && is_key(name);
    known.then(|| with_default(name, default(tokens, at)))
}

/// The text that stands in when nothing is found: a second argument or an alternative.
fn default<'a>(tokens: &[Token<'a>], from: usize) -> Option<&'a str> {
    let mut alternative = false;
    for at in from..from + 12 {
        let token = tokens.get(at)?;
        let next = |mark: &str| lex::is(tokens, at + 1, mark);
        match token.kind {
            Kind::Text => return alternative.then_some(token.text),
            Kind::Word => {
                let falls_back = token.text == "or"
                    || token.text.starts_with("unwrap_or")
                    || token.text.starts_with("orElse")
                    || token.text.starts_with("getOrElse");
                // Any other word belongs to what comes next, unless it makes a text of a text.
                if !falls_back && !alternative {
                    return None;
                }
                alternative = true;
            }
            Kind::Mark if token.is(";") => return None,
            Kind::Mark if token.is("}") && !alternative => return None,
            Kind::Mark => {
                alternative |= token.is(",")
                    || token.is("|") && next("|")
                    || token.is("?") && (next("?") || next(":"));
            }
        }
    }
    None
}

/// `@Value("${key:default}") private String name`, `@ConfigProperty(name = "key") String name`.
fn injected(tokens: &[Token<'_>], index: usize) -> Option<Lookup> {
    let token = |at: usize| tokens.get(at);
    let annotation = token(index + 1)?.text;
    let open = token(index + 2)
        .filter(|token| token.is("("))
        .map(|_| index + 2)?;
    let close = (open..open + 14).find(|at| token(*at).is_some_and(|token| token.is(")")))?;
    let texts = || {
        let inside = tokens.get(open..close).unwrap_or_default().iter();
        inside
            .filter(|token| token.kind == Kind::Text)
            .map(|token| token.text)
    };
    let placeholder = match annotation {
        "Value" => texts()
            .next()
            .filter(|text| text.contains("${"))?
            .replace("\\$", "$"),
        "ConfigProperty" | "Property" => with_default(texts().next()?, texts().nth(1)),
        _ => return None,
    };
    // `private String name;`: the last word of the declaration.
    let ends = |at: &usize| {
        token(*at).is_none_or(|t| [";", "=", ",", ")", ":", "{"].iter().any(|mark| t.is(mark)))
    };
    let end = (close + 1..close + 14).find(ends)?;
    let name = token(end.checked_sub(1)?).filter(|t| t.kind == Kind::Word)?;
    Some((name.text.to_owned(), placeholder))
}

/// ``OrderTopic string `env:"ORDER_TOPIC"` ``: a field of a struct of Go that a library fills.
fn tagged(tokens: &[Token<'_>], index: usize) -> Option<Lookup> {
    let token = tokens.get(index)?;
    let value = |tag: &str| {
        let (_, rest) = token.text.split_once(tag)?;
        rest.strip_prefix(":\"")?.split(['"', ',']).next()
    };
    let tags = ["mapstructure", "envconfig", "env"];
    let name = tags
        .iter()
        .find_map(|tag| value(tag))
        .filter(|name| is_variable(name))?;
    let default = ["envDefault", "env-default", "default"]
        .iter()
        .find_map(|tag| value(tag));
    let line = |at: usize| lex::before(tokens, index, at).filter(|t| t.at.line == token.at.line);
    let field = (1..8).map_while(line).last()?;
    let field = Some(field).filter(|field| field.kind == Kind::Word)?;
    Some((field.text.to_owned(), with_default(name, default)))
}

/// `${NAME:default}`, or `${NAME}` where the default could not be told from the placeholder.
fn with_default(name: &str, default: Option<&str>) -> String {
    match default {
        Some(default) if !default.contains(['$', '{', '}']) => format!("${{{name}:{default}}}"),
        _ => format!("${{{name}}}"),
    }
}

/// Whether a text can be the name of a variable or the path of a setting.
fn is_key(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_.:-".contains(c);
    text.len() > 1 && text.len() < 80 && text.chars().all(plain)
}

/// Whether a name is spelt like a variable of the environment.
pub(in crate::links) fn is_variable(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    name.len() > 2 && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;
    use crate::knowledge::Knowledge;

    fn shown(extension: &str, text: &str) -> String {
        let known = Knowledge::default();
        let found = lookups(&known.clients, &tokens(extension, text));
        let show = |(name, value): &Lookup| format!("{name}={value}");
        found.iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn look_ups_of_every_language_are_found() {
        for (extension, text, wanted) in [
            ("go", "topic := os.Getenv(\"TOPIC\")\nx()", "topic=${TOPIC}"),
            (
                "kt",
                "val topic: String = System.getenv(\"T\u{5f}X\") ?: \"a\"",
                "topic=${T_X:a}",
            ),
            (
                "py",
                "topic = os.environ.get(\"TOPIC\", \"a\")",
                "topic=${TOPIC:a}",
            ),
            (
                "py",
                "topic = os.environ[\"TOPIC\"]\nx = 1",
                "topic=${TOPIC}",
            ),
            (
                "py",
                "self.topic = os.getenv('TOPIC') or 'a'",
                "topic=${TOPIC:a}",
            ),
            (
                "ts",
                "const topic: string = process.env.TOPIC ?? 'a';",
                "topic=${TOPIC:a}",
            ),
            (
                "ts",
                "const topic = this.config.get<string>('kafka.topic');",
                "topic=${kafka.topic}",
            ),
            (
                "rs",
                "let t = std::env::var(\"TOPIC\").unwrap_or_else(|_| \"a\".into());",
                "t=${TOPIC:a}",
            ),
            (
                "cs",
                "var t = Environment.GetEnvironmentVariable(\"TOPIC\") ?? \"a\";",
                "t=${TOPIC:a}",
            ),
            (
                "java",
                "@Value(\"${topics.orders:a}\") private String topic;",
                "topic=${topics.orders:a}",
            ),
            (
                "java",
                "@ConfigProperty(name = \"a.b\") String topic;",
                "topic=${a.b}",
            ),
            ("rb", "topic = ENV[\"TOPIC\"]", "topic=${TOPIC}"),
            (
                "go",
                "type C struct {\n OrderTopic string `env:\"ORDER_TOPIC\" envDefault:\"a\"`\n Name string `json:\"NAME_X\"`\n}",
                "OrderTopic=${ORDER_TOPIC:a}",
            ),
        ] {
            assert_eq!(shown(extension, text), wanted, "{text}");
        }
    }

    #[test]
    fn other_values_are_none() {
        for (extension, text) in [
            ("js", "const a = cache.get('KEY')"),
            ("go", "a == os.Getenv(\"KEY\")"),
            ("py", "a = names['KEY']"),
            ("js", "const env = 'prod'"),
        ] {
            assert_eq!(shown(extension, text), "", "{text}");
        }
    }
}
