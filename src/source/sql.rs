//! Which tables a statement names, and what it does with them.
//!
//! In: the text of a statement or of a schema (SQL and its kin; other languages give nothing). Out: [`Named`]s.
//! Invariant: a table is what stands where a statement has one; aliases, literals and prose are none.
//! Never: a grammar of one database.

/// A table that a statement names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// Its name without schema and quotes, in small letters.
    pub(crate) table: String,
    /// What the statement does with it.
    pub(crate) deed: Deed,
    /// Lines above it, inside of the text.
    pub(crate) line: u32,
}

/// What a statement does with a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// It reads rows.
    Read,
    /// It adds, changes or deletes rows, or creates the table.
    Write,
    /// It changes the table itself, or empties it.
    Alter,
    /// It drops the table.
    Drop,
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
pub(crate) fn is_statement(text: &str) -> bool {
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
        let ends = word.as_bytes().get(with.len());
        let ends = ends.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
        ends && head.is_some_and(|head| head.eq_ignore_ascii_case(with.as_bytes()))
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
        6 if is("update") => text.contains('=') && among(5, &["set"]),
        6 if is("delete") => among(1, &["from"]),
        6 => is("create") && among(1, &CREATED),
        7 => is("replace") && among(4, &["into"]),
        _ => false,
    }
}

/// The tables of all statements in `sql`, in their order.
pub(crate) fn tables(sql: &str) -> Vec<Named> {
    let words = Words(words(sql));
    let aliases = words.aliases();
    let tables = (0..words.0.len()).filter_map(|index| {
        let (place, deed) = words.deed(index)?;
        let place = words.behind(place, &SKIPPED);
        let (name, line) = words.0.get(place)?;
        let table = table_name(name)?;
        let is_alias = aliases
            .iter()
            .any(|alias| alias.eq_ignore_ascii_case(table));
        let known = !is_alias && !is_prose(table, words.at(place + 1));
        known.then(|| Named {
            table: table.to_ascii_lowercase(),
            deed,
            line: *line,
        })
    });
    tables.collect()
}

/// Words that may stand before the name of a table.
const SKIPPED: [&str; 6] = ["only", "low_priority", "ignore", "if", "not", "exists"];

/// The words of a text with their lines.
struct Words<'a>(Vec<(&'a str, u32)>);

impl<'a> Words<'a> {
    /// The word at a place; empty behind the end.
    fn at(&self, index: usize) -> &'a str {
        self.0.get(index).map_or("", |(word, _)| word)
    }

    /// Whether the word at a place is this one, in any case.
    fn is(&self, index: usize, wanted: &str) -> bool {
        self.at(index).eq_ignore_ascii_case(wanted)
    }

    /// Whether it is one of these.
    fn is_any(&self, index: usize, wanted: &[&str]) -> bool {
        wanted.iter().any(|wanted| self.is(index, wanted))
    }

    /// Whether one of the words stands right before `index`.
    fn follows(&self, index: usize, wanted: &[&str]) -> bool {
        index > 0 && self.is_any(index - 1, wanted)
    }

    /// Where a word stands among the next `count` after `index`.
    fn next(&self, index: usize, count: usize, wanted: &str) -> Option<usize> {
        (index + 1..=index + count).find(|at| self.is(*at, wanted))
    }

    /// The first place from `place` on that holds none of the words.
    fn behind(&self, place: usize, words: &[&str]) -> usize {
        let mut places = place..self.0.len();
        places
            .find(|at| !self.is_any(*at, words))
            .unwrap_or(self.0.len())
    }

    /// Where the word at `index` says that a table follows, and what is done with it.
    fn deed(&self, index: usize) -> Option<(usize, Deed)> {
        let is = |wanted: &str| self.is(index, wanted);
        if is("from") {
            // `DELETE o FROM orders o` deletes, too; a trigger `ON DELETE` does not.
            let mut before = index.saturating_sub(3)..index;
            let deletes = |at| self.is(at, "delete") && !self.follows(at, &["on"]);
            let delete = before.any(deletes);
            Some((index + 1, if delete { Deed::Write } else { Deed::Read }))
        } else if is("join") {
            Some((index + 1, Deed::Read))
        } else if is("insert") || is("replace") || is("merge") {
            Some((self.next(index, 4, "into")? + 1, Deed::Write))
        } else if is("update") && !self.follows(index, &["for", "key", "on"]) {
            let place = self.behind(index + 1, &SKIPPED);
            // The summary of a call may be no more than the verb and the table.
            let counts = index == 0 || self.next(place, 3, "set").is_some();
            counts.then_some((place, Deed::Write))
        } else if is("create") {
            Some((self.next(index, 3, "table")? + 1, Deed::Write))
        } else if is("alter") || is("drop") {
            let deed = if is("drop") { Deed::Drop } else { Deed::Alter };
            Some((self.next(index, 1, "table")? + 1, deed))
        } else if is("truncate") {
            Some((self.behind(index + 1, &["table"]), Deed::Alter))
        } else {
            None
        }
    }

    /// Second names of tables: `o` in `FROM orders o` and in `JOIN orders AS o`.
    fn aliases(&self) -> Vec<&'a str> {
        let after_table = |index: usize| {
            let place = if self.is(index + 2, "as") { 3 } else { 2 };
            let (table, alias) = (self.at(index + 1), self.at(index + place));
            let short = alias.len() <= LONGEST_ALIAS && !alias.eq_ignore_ascii_case(table);
            let usable = short && !is_keyword(alias);
            table_name(alias).filter(|_| usable)
        };
        let opens = |index: &usize| self.is_any(*index, &["from", "join"]);
        let places = (0..self.0.len()).filter(opens);
        places.filter_map(after_table).collect()
    }
}

/// Longest word that is taken for a second name; a longer one may be the next table of a list.
const LONGEST_ALIAS: usize = 3;

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
    let mut articles = ["a", "an", "the", "each"].iter();
    let article = articles.any(|article| word.eq_ignore_ascii_case(article));
    let plain = next.chars().all(|c| c.is_ascii_alphabetic());
    article && plain && !next.is_empty() && !is_keyword(next)
}

/// Words of a text with their lines from 0, a literal as one word with its quotes; comments are left out.
fn words(sql: &str) -> Vec<(&str, u32)> {
    let mut found = Vec::new();
    let (mut rest, mut line) = (sql, 0);
    while let Some(first) = rest.bytes().next() {
        let (length, is_word) = match first {
            b'-' if rest.starts_with("--") => (rest.find('\n').unwrap_or(rest.len()), false),
            b'/' if rest.starts_with("/*") => {
                (rest.find("*/").map_or(rest.len(), |end| end + 2), false)
            }
            b'\'' => (literal(rest), true),
            _ if is_apart(char::from(first)) => (1, false),
            _ => (word(rest), true),
        };
        let (taken, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
        if is_word {
            found.push((taken, line));
        } else {
            let lines = taken.bytes().filter(|byte| *byte == b'\n').count();
            line += u32::try_from(lines).unwrap_or_default();
        }
        rest = tail;
    }
    found
}

/// Whether a character separates words.
fn is_apart(c: char) -> bool {
    c.is_ascii_whitespace() || "(),;".contains(c)
}

/// Length of the literal that a text begins with; one that is not closed ends with its line.
fn literal(text: &str) -> usize {
    let inside = text.get(1..).unwrap_or_default();
    inside.find(['\'', '\n']).map_or(text.len(), |end| {
        let closed = inside.as_bytes().get(end) == Some(&b'\'');
        end + 1 + usize::from(closed)
    })
}

/// Length of the word that a text begins with.
fn word(text: &str) -> usize {
    let end = text
        .find(|c| is_apart(c) || c == '\'')
        .unwrap_or(text.len());
    let comment = text.get(..end).and_then(|word| word.find("--"));
    comment.unwrap_or(end)
}

/// Words that stand where a table might, and are none.
const NO_TABLES: [&str; 10] = [
    "select", "set", "where", "values", "lateral", "unnest", "dual", "only", "table",
    // `left join fetch o.items` of object query languages names a property.
    "fetch",
];

/// The name of a table without schema and quotes, as it is written; `None` for what is no name.
fn table_name(word: &str) -> Option<&str> {
    let last = word.rsplit('.').next().unwrap_or(word);
    let name = last.trim_matches(['`', '"', '[', ']', '\'', '\\']);
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let mut known = NO_TABLES.iter();
    (plain && !known.any(|keyword| name.eq_ignore_ascii_case(keyword))).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(statement: &str, expected: &str) {
        let show = |named: Named| {
            let deed = match named.deed {
                Deed::Read => 'r',
                Deed::Write => 'w',
                Deed::Alter => 'a',
                Deed::Drop => 'd',
            };
            format!("{deed}:{}", named.table)
        };
        let found: Vec<String> = tables(statement).into_iter().map(show).collect();
        assert_eq!(found.join(" "), expected, "{statement}");
    }

    #[test]
    fn names_tables_with_their_use() {
        check(
            "SELECT * FROM Orders o JOIN shop.`Users` u ON 1",
            "r:orders r:users",
        );
        check(
            "insert into \"public\".\"orders\"(id) values ('from x')",
            "w:orders",
        );
        check("INSERT INTO a SELECT * FROM b", "w:a r:b");
        check("update only carts set a = 1", "w:carts");
        check(
            "DELETE FROM carts WHERE id IN (SELECT id FROM old)",
            "w:carts r:old",
        );
        check("select 1 from (select 2 from t) x -- from y", "r:t");
        check("CREATE TABLE IF NOT EXISTS t (a int)", "w:t");
        check("GET key", "");
        check("", "");
    }

    #[test]
    fn prose_that_begins_with_a_verb_is_no_statement() {
        for prose in [
            "Update platform settings",
            "update platform settings: ${JSON.stringify(error)}",
            "Update the set of rules",
            "create tables for guests",
        ] {
            assert!(!is_statement(prose), "{prose}");
        }
        for statement in [
            "UPDATE carts SET a = 1",
            "update carts\nset\n a=1",
            "create table(a int)",
            "insert into \"a\"(b) values (1)",
        ] {
            assert!(is_statement(statement), "{statement}");
        }
    }

    #[test]
    fn locks_triggers_and_literals_name_no_table() {
        check("SELECT 1 FROM a FOR UPDATE SKIP LOCKED", "r:a");
        check(
            "insert into a values (1) on duplicate key update b = 2",
            "w:a",
        );
        check(
            "create table orders (b int references c on delete cascade);\nselect 1 from d",
            "w:orders r:d",
        );
        check(
            "insert into orders values ('x from b');\nselect 1 from c",
            "w:orders r:c",
        );
        check("DELETE o FROM orders o", "w:orders");
        check("UPDATE carts", "w:carts");
        check(
            "TRUNCATE TABLE orders; drop table if exists items",
            "a:orders d:items",
        );
    }

    #[test]
    fn lines_are_counted_across_comments_and_literals() {
        let lines = |text| {
            tables(text)
                .into_iter()
                .map(|named| named.line)
                .collect::<Vec<_>>()
        };
        assert_eq!(lines("-- a\n/* b\nc */ select 'x' from d\njoin e"), [2, 3]);
    }
}
