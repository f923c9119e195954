//! Routes of reverse proxies in one configuration file: nginx, Apache, `HAProxy`, Caddy.
//!
//! In: the text of the file. Out: [`Target`]s.
//! Invariant: in source order.
//! Never: a commented-out route; which service a target is.

use crate::knowledge::Proxies;
use crate::model::Position;
use crate::model::names::tail;

/// A target that a proxy configuration names.
pub(in crate::links) struct Target {
    /// All words behind the directive.
    pub(in crate::links) text: String,
    /// Where the directive stands.
    pub(in crate::links) at: Position,
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
    for (index, line) in text.lines().enumerate() {
        let code = line.split('#').next().unwrap_or_default();
        let directive = code.split_whitespace().next().unwrap_or_default();
        if proxies.directives.has(directive) {
            let column = code.len() - code.trim_start().len() + 1;
            let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            found.push(Target {
                text: target(code),
                at: Position::new(number(index + 1), number(column)),
            });
        }
    }
    found
}

/// The part of a line that may hold a target: all words but the directive.
fn target(code: &str) -> String {
    let words = code
        .split_whitespace()
        .skip(1)
        .map(|word| word.trim_matches([';', '"', '{', '}']));
    words.collect::<Vec<_>>().join(" ")
}
