//! A start command: its words, and the flags that hold an address, settings of the program that takes them.
//!
//! In: a command of a manifest. Out: words; settings, each called like its flag.
//! Invariant: a flag of one letter, or one that tells what to wait for, is none.
//! Never: an address that no flag names, as in `wait-for-it db:5432 -- orders`.

use crate::model::names;
use crate::model::{Location, Position, Setting};
use crate::source::yaml::Item;

/// The flags of `command`, a text or a list of words, whose values `expand` completes.
pub(super) fn read(path: &str, command: &Item, expand: &dyn Fn(&str) -> String) -> Vec<Setting> {
    let items = command.items().map(|item| (item.text(), item.at));
    let texts = std::iter::once((command.text(), command.at)).chain(items);
    let words: Vec<(String, Position)> = texts
        .filter_map(|(text, at)| Some((expand(text?), at)))
        .flat_map(|(text, at)| {
            let words = text.split_whitespace();
            let words = words.map(|word| word.trim_matches(['"', '\'']).to_owned());
            words.map(|word| (word, at)).collect::<Vec<_>>()
        })
        .collect();
    let following = words.iter().skip(1).map(Some).chain([None]);
    let pairs = words.iter().zip(following);
    let setting = |(word, next): (&(String, Position), Option<&(String, Position)>)| {
        let flag = word.0.strip_prefix('-')?.trim_start_matches('-');
        let (name, value, at) = match flag.split_once('=') {
            Some((name, value)) => (name, value, word.1),
            None => (flag, next?.0.as_str(), next?.1),
        };
        let counts = name.len() > 1 && is_address(value) && !waits(name);
        counts.then(|| Setting {
            key: property(name).to_owned(),
            value: value.trim_matches(['"', '\'']).to_owned(),
            location: Location::new(path, at),
        })
    };
    pairs.filter_map(setting).collect()
}

/// The words of a start command, or the one text that holds them.
pub(super) fn words(item: &Item) -> Vec<String> {
    let texts = item
        .text()
        .into_iter()
        .chain(item.items().filter_map(Item::text));
    texts.map(str::to_owned).collect()
}

/// All words of a start command.
pub(super) fn all_words(item: &Item) -> Vec<String> {
    let split = |text: String| -> Vec<String> {
        let words = text.split_whitespace();
        words.map(str::to_owned).collect()
    };
    words(item).into_iter().flat_map(split).collect()
}

/// The words of a start command that may name a program or a path.
pub(super) fn programs(item: &Item) -> Vec<String> {
    let texts = item
        .text()
        .into_iter()
        .chain(item.items().filter_map(Item::text));
    let words = texts.flat_map(|text| text.split_whitespace());
    words
        .filter(|word| !word.starts_with('-'))
        .map(|word| word.trim_matches('"').to_owned())
        .collect()
}

/// Whether a value may be an address: it holds a colon and does not begin with one, as a port alone
/// does.
fn is_address(value: &str) -> bool {
    value.contains(':') && !value.starts_with(['-', ':'])
}

/// Whether the flag names what has to be there before the program starts.
fn waits(flag: &str) -> bool {
    names::words(flag).iter().any(|word| word == "wait")
}

/// `Dserver.url` is the property `server.url` of a Java program.
fn property(flag: &str) -> &str {
    let inside = flag.strip_prefix('D').filter(|rest| rest.contains('.'));
    inside.unwrap_or(flag)
}
