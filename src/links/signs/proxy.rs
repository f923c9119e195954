//! Routes of reverse proxies in one configuration file: nginx, Apache, `HAProxy`, Caddy.
//!
//! In: the text of the file. Out: [`Target`]s.
//! Invariant: in source order.
//! Never: a commented-out route; which service a target is.

use std::collections::BTreeMap;

use crate::knowledge::Proxies;
use crate::model::Position;
use crate::model::names::tail;

/// A target that a proxy configuration names.
pub(in crate::links) struct Target {
    /// All words behind the directive.
    pub(in crate::links) text: String,
    /// Where the directive stands.
    pub(in crate::links) at: Position,
    /// Whether a gateway of GraphQL joins the target to its graph.
    pub(in crate::links) federated: bool,
}

/// Whether a file may configure a reverse proxy.
pub(in crate::links) fn is_proxy_file(proxies: &Proxies, path: &str) -> bool {
    let name = tail(path).to_ascii_lowercase();
    name == "caddyfile"
        || name.contains("nginx") && !name.contains("dockerfile")
        || proxies.file_ends.iter().any(|end| name.ends_with(end))
}

/// The targets in a proxy configuration.
pub(in crate::links) fn targets(proxies: &Proxies, text: &str) -> Vec<Target> {
    let mut found = Vec::new();
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let code = line.split('#').next().unwrap_or_default();
        let mut start = 0;
        // Several statements and blocks may stand on one line.
        for statement in statements(code) {
            let directive = statement.split_whitespace().next().unwrap_or_default();
            let blanks = statement.len() - statement.trim_start().len();
            if directive == "set" {
                variables.extend(assigned(&target(statement)));
            }
            if proxies.directives.has(directive.trim_end_matches(';')) {
                let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
                found.push(Target {
                    text: filled(target(statement), &variables),
                    at: Position::new(number(index + 1), number(start + blanks + 1)),
                    federated: false,
                });
            }
            start += statement.len();
        }
    }
    found
}

/// `$orders_host orders`: a variable of nginx with a text that needs no other.
fn assigned(words: &str) -> Option<(String, String)> {
    let (name, value) = words.split_once(' ')?;
    let plain = !value.is_empty() && !value.contains(['$', ' ']);
    (plain && name.starts_with('$')).then(|| (name.to_owned(), value.to_owned()))
}

/// A target with the variables that were set before it; of two that begin alike the longer one comes first.
fn filled(target: String, variables: &BTreeMap<String, String>) -> String {
    let fill = |text: String, (name, value): (&String, &String)| {
        let braced = format!("${{{}}}", name.trim_start_matches('$'));
        text.replace(&braced, value).replace(name.as_str(), value)
    };
    if target.contains("://") {
        variables.iter().rev().fold(target, fill)
    } else {
        target
    }
}

/// The parts of a line that end with a statement, or where a block starts or ends.
fn statements(line: &str) -> impl Iterator<Item = &str> {
    let mut before = ' ';
    let mut next = line.chars().skip(1).chain([' ']);
    line.split_inclusive(move |c: char| {
        let (previous, next) = (before, next.next().unwrap_or(' '));
        before = c;
        // Braces of `${HOST}`, `{$HOST}` and `{{ host }}` stand for a value.
        match c {
            ';' => true,
            '{' => previous.is_whitespace() && !matches!(next, '$' | '{' | '%'),
            '}' => previous.is_whitespace() || matches!(previous, ';' | '{'),
            _ => false,
        }
    })
}

/// The part of a line that may hold a target: all words but the directive.
fn target(code: &str) -> String {
    let words = code
        .split_whitespace()
        .skip(1)
        .map(|word| word.trim_matches([';', '"', '{', '}']));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    fn shown(text: &str) -> Vec<String> {
        let known = Knowledge::default();
        let found = targets(&known.proxies, text);
        let show = |t: &Target| format!("{}@{}:{}", t.text, t.at.line, t.at.column);
        found.iter().map(show).collect()
    }

    #[test]
    fn statements_count_wherever_the_lines_end() {
        let long = "upstream a {\n  server b:80; # server no:1;\n}\n";
        assert_eq!(shown(long), ["b:80@2:3"]);
        let short = "upstream a { server b:80; server c:81; }\nserver { location / { proxy_pass http://a; } }";
        assert_eq!(
            shown(short),
            ["b:80@1:14", "c:81@1:27", "@2:1", "http://a@2:23"]
        );
    }

    #[test]
    fn variables_that_are_set_stand_for_their_value() {
        let text = "set $orders \"orders\";\nset $orders_port 80;\nproxy_pass http://$orders:$orders_port/a;\nproxy_pass http://$host;";
        let last = &shown(text)[2..];
        assert_eq!(last, ["http://orders:80/a@3:1", "http://$host@4:1"]);
    }

    #[test]
    fn variables_in_braces_do_not_end_a_target() {
        assert_eq!(
            shown("proxy_pass http://${HOST}:80/x;"),
            ["http://${HOST}:80/x@1:1"]
        );
    }
}
