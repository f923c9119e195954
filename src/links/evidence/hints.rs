//! What names and paths say about the address beside them.
//!
//! In: names of variables, keys and functions; addresses. Out: yes or no.
//! Invariant: the words that count are rows of the table of clients.
//! Never: which service is meant.

use crate::knowledge::Clients;
use crate::model::names::{any_word, key, words};

use super::address::Address;

/// Whether an address only asks whether the program behind it lives.
pub(super) fn is_health(clients: &Clients, address: &Address) -> bool {
    clients.health.has(&address.path.to_ascii_lowercase())
}

/// Whether a name says that the address beside it is no target: one of callers, or the program's own one for people.
pub(super) fn is_backward(clients: &Clients, name: &str) -> bool {
    let public = || {
        let mut ends = clients.public_addresses.iter();
        ends.any(|end| key(name).ends_with(end)) && any_word(name, |word| word == "public")
    };
    let for_browsers = || {
        let mut sections = name.split(['.', ':']).rev().skip(1);
        sections.any(|section| clients.browser_sections.has_word(section))
    };
    clients.backward.has_word(name) || public() || for_browsers()
}

/// Whether a setting stands in a section of logs or telemetry: a database that it names is where those go.
pub(super) fn is_of_telemetry(clients: &Clients, name: &str) -> bool {
    let Some((front, _)) = name.rsplit_once(['.', '_', ':']) else {
        return false;
    };
    let mut sections = front
        .split(['.', '[', ':'])
        .flat_map(|part| part.split("__"));
    sections.any(|section| {
        let words = words(section);
        words
            .first()
            .is_some_and(|word| clients.telemetry_sections.has(word))
    })
}

/// Whether a word under a key that asks for a host can be the name of one, and no number, flag or path.
pub(super) fn is_host(name: &str) -> bool {
    let word = name.starts_with(|c: char| c.is_ascii_alphabetic());
    word && !matches!(name, "true" | "false" | "null" | "none" | "localhost")
}

/// Whether a variable or the last part of a key asks for the name of a host or service.
pub(super) fn asks_for_host(clients: &Clients, key: &str) -> bool {
    let key = key
        .trim_end_matches(|c: char| c == ']' || c.is_ascii_digit())
        .trim_end_matches('[');
    let words = words(key.rsplit('.').next().unwrap_or(key));
    words
        .last()
        .is_some_and(|word| clients.host_keys.has(word) && (word != "id" || names_program(&words)))
}

/// Whether it is the id of a program: `app-id`, `service_id`, not `schedulerId`.
fn names_program(words: &[String]) -> bool {
    let before = words.iter().rev().nth(1);
    before.is_some_and(|word| matches!(word.as_str(), "app" | "application" | "service" | "target"))
}
