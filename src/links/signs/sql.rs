//! Statements of SQL: which tables they read and write.
//!
//! In: the text of a literal, or a schema file. Out: [`Mention`]s.
//! Invariant: a table is what stands where a statement has one; aliases and prose are none.
//! Never: a grammar of one database.

use std::collections::BTreeSet;

use crate::model::Position;

/// A table in one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::links) struct Mention {
    pub(in crate::links) table: String,
    pub(in crate::links) access: Access,
    pub(in crate::links) at: Position,
}

/// What a mention tells about the use of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::links) enum Access {
    Read,
    Write,
    /// A class or collection stands for it; calls elsewhere tell what is done with it.
    Mapped,
}

/// What may be created by the first of several statements.
const CREATED: [&str; 23] = [
    "table",
    "temp",
    "temporary",
    "unlogged",
    "global",
    "local",
    "external",
    "foreign",
    "virtual",
    "or",
    "if",
    "index",
    "unique",
    "type",
    "domain",
    "extension",
    "schema",
    "database",
    "view",
    "materialized",
    "function",
    "procedure",
    "sequence",
];

/// Whether a text begins like a statement of SQL that can name a table, and unlike a sentence
/// ("Update the size"); what stands behind its first words does not count.
pub(in crate::links) fn is_statement(text: &str) -> bool {
    let text = text.trim_ascii_start();
    // No further than the longest verb: what follows may be all the rest of a file.
    let verb = text
        .bytes()
        .take(8)
        .position(|byte| byte.is_ascii_whitespace());
    let (verb, rest) = verb
        .and_then(|end| text.split_at_checked(end))
        .unwrap_or_default();
    let mut words = rest.split_ascii_whitespace();
    let is = |wanted: &str| verb.eq_ignore_ascii_case(wanted);
    let begins = |word: &str, with: &str| {
        let head = word.as_bytes().get(..with.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(with.as_bytes()))
    };
    let mut among = |count: usize, wanted: &[&str]| {
        let mut next = words.by_ref().take(count);
        next.any(|word| wanted.iter().any(|wanted| begins(word, wanted)))
    };
    match verb.len() {
        _ if text.len() <= 11 => false,
        4 => is("with") && among(40, &["as"]),
        5 => is("merge") && among(1, &["into"]),
        6 if is("select") => true,
        6 if is("insert") => among(4, &["into"]),
        6 if is("update") => among(5, &["set"]),
        6 if is("delete") => among(1, &["from"]),
        6 => is("create") && among(1, &CREATED),
        7 => is("replace") && among(4, &["into"]),
        _ => false,
    }
}

/// Tables of the statements in `sql`; `start` is where it begins.
pub(in crate::links) fn statements(sql: &str, start: Position, found: &mut Vec<Mention>) {
    let words: Vec<(&str, u32)> = sql_words(sql);
    let aliases = aliases(&words);
    let word = |index: usize| words.get(index).map_or("", |(word, _)| word);
    let is = |index: usize, wanted: &str| word(index).eq_ignore_ascii_case(wanted);
    for index in 0..words.len() {
        let (skip, write) = if is(index, "insert") || is(index, "replace") || is(index, "merge") {
            let into = (index + 1..index + 5).find(|at| is(*at, "into"));
            (into.map(|at| at + 1), true)
        } else if is(index, "update")
            && !is(index.wrapping_sub(1), "for")
            && !is(index.wrapping_sub(1), "key")
            && !is(index.wrapping_sub(1), "on")
        {
            (
                Some(index + 1).filter(|at| (at + 1..at + 4).any(|at| is(at, "set"))),
                true,
            )
        } else if is(index, "delete") && is(index + 1, "from") {
            (Some(index + 2), true)
        } else if is(index, "create") && (index + 1..index + 4).any(|at| is(at, "table")) {
            let mut at = (index + 1..index + 4)
                .find(|at| is(*at, "table"))
                .unwrap_or(index)
                + 1;
            while is(at, "if") || is(at, "not") || is(at, "exists") {
                at += 1;
            }
            (Some(at), true)
        } else if (is(index, "from") && !is(index.wrapping_sub(1), "delete")) || is(index, "join") {
            (Some(index + 1), false)
        } else {
            (None, false)
        };
        let Some(place) = skip else { continue };
        let Some((name, line)) = words.get(place) else {
            continue;
        };
        let known = |table: &String| !is_prose(table, word(place + 1)) && !aliases.contains(table);
        if let Some(table) = table_name(name).filter(known) {
            let access = if write { Access::Write } else { Access::Read };
            let at = if *line == 0 {
                start
            } else {
                Position::new(start.line + line, 1)
            };
            found.push(Mention { table, access, at });
        }
    }
}

/// Longest word that is taken for a second name; a longer one may be the next table of a list.
const LONGEST_ALIAS: usize = 3;

/// Second names of tables: `o` in `FROM orders o` and in `JOIN orders AS o`.
fn aliases(words: &[(&str, u32)]) -> BTreeSet<String> {
    let word = |index: usize| words.get(index).map_or("", |(word, _)| word);
    let after_table = |index: usize| {
        let place = if word(index + 2).eq_ignore_ascii_case("as") {
            3
        } else {
            2
        };
        let (table, alias) = (word(index + 1), word(index + place));
        let short = alias.len() <= LONGEST_ALIAS && !alias.eq_ignore_ascii_case(table);
        let usable = short && !is_keyword(alias);
        table_name(alias).filter(|_| usable)
    };
    let opens = |index: &usize| {
        let word = word(*index);
        word.eq_ignore_ascii_case("from") || word.eq_ignore_ascii_case("join")
    };
    (0..words.len())
        .filter(opens)
        .filter_map(after_table)
        .collect()
}

/// Words that may follow the name of a table.
fn is_keyword(word: &str) -> bool {
    let known = [
        "as",
        "where",
        "set",
        "for",
        "join",
        "inner",
        "left",
        "right",
        "full",
        "cross",
        "outer",
        "natural",
        "on",
        "using",
        "order",
        "group",
        "having",
        "limit",
        "offset",
        "union",
        "except",
        "intersect",
        "values",
        "select",
        "default",
        "returning",
        "with",
        "fetch",
        "window",
    ];
    known
        .iter()
        .any(|keyword| word.eq_ignore_ascii_case(keyword))
}

/// Whether a word is an article of a sentence rather than a table: `delete from a server`.
fn is_prose(word: &str, next: &str) -> bool {
    let article = ["a", "an", "the", "each"].contains(&word);
    let plain = next.chars().all(|c| c.is_ascii_alphabetic());
    article && plain && !next.is_empty() && !is_keyword(next)
}

/// Words of a statement with their line from 0; comments are left out.
fn sql_words(sql: &str) -> Vec<(&str, u32)> {
    let mut found = Vec::new();
    for (number, line) in sql.lines().enumerate() {
        let code = line.split("--").next().unwrap_or_default();
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let parts = code.split(|c: char| c.is_whitespace() || "(),;".contains(c));
        found.extend(
            parts
                .filter(|word| !word.is_empty())
                .map(|word| (word, number)),
        );
    }
    found
}

/// The name of a table without schema and quotes, lower case; `None` for what is no name.
fn table_name(word: &str) -> Option<String> {
    let last = word.rsplit('.').next().unwrap_or(word);
    let name = last
        .trim_matches(['`', '"', '[', ']', '\'', '\\'])
        .to_ascii_lowercase();
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let keyword = [
        "select", "set", "where", "values", "lateral", "unnest", "dual", "only", "table",
        // `left join fetch o.items` of object query languages names a property.
        "fetch",
    ];
    (plain && !keyword.contains(&name.as_str())).then_some(name)
}
