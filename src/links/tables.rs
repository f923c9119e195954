//! Tables and collections that services read and write.
//!
//! In: SQL statements, schema files, entity classes. Out: [`TableUse`]s.
//! Invariant: a table without a known database keeps `datastore: None`.
//! Never: guesses which of several databases a statement goes to.

use std::collections::BTreeSet;

use crate::model::names::{key, words};
use crate::model::{Location, Position, TableUse};

use super::directory::Index;
use super::lex::{Kind, Token};
use super::scan::Material;
use super::store::Connections;
use super::uses::Use;

/// A table in one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mention {
    table: String,
    access: Access,
    at: Position,
}

/// What a mention tells about the use of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Access {
    Read,
    Write,
    /// A class or collection stands for it; calls elsewhere tell what is done with it.
    Mapped,
}

/// Calls of mappers and drivers that change what is stored.
const SAVING: [&str; 29] = [
    "save",
    "saveall",
    "saveandflush",
    "savechanges",
    "savechangesasync",
    "persist",
    "insertone",
    "insertmany",
    "insertinto",
    "updateone",
    "updatemany",
    "updatefirst",
    "updatemulti",
    "findandmodify",
    "findoneandupdate",
    "findoneandreplace",
    "findoneanddelete",
    "findbyidandupdate",
    "findbyidanddelete",
    "replaceone",
    "deleteone",
    "deletemany",
    "deletebyid",
    "deleteall",
    "deleteallbyid",
    "bulkwrite",
    "bulkcreate",
    "bulksave",
    "upsert",
];
/// Calls that do so on something that stores, and mean other things elsewhere.
const CHANGING: [&str; 8] = [
    "insert", "update", "delete", "remove", "create", "add", "addall", "merge",
];
/// Last words of the names of what stores.
const STORES: [&str; 12] = [
    "repository",
    "repo",
    "dao",
    "mapper",
    "manager",
    "collection",
    "session",
    "db",
    "objects",
    "diesel",
    "template",
    "table",
];

/// Words without which a file names no table, statements aside: what [`named`] and [`entities`] look for.
pub(super) const NAMING: [&str; 15] = [
    "Table",
    "Document",
    "Entity",
    "DbSet",
    "create_table",
    "createTable",
    "ToTable",
    "toTable",
    "collection",
    "Collection",
    "getCollection",
    "GetCollection",
    "__tablename__",
    "tableName",
    "db_table",
];

/// Whether a file can name a table at all: a quick look before the thorough one.
pub(super) fn may_name(tokens: &[Token<'_>]) -> bool {
    let next_is = |at: usize, mark: &str| tokens.get(at + 1).is_some_and(|next| next.is(mark));
    let tells = |(at, token): (usize, &Token<'_>)| {
        let diesel = || token.text == "table" && next_is(at, "!");
        match token.kind {
            Kind::Mark => false,
            Kind::Word => NAMING.contains(&token.text) || diesel(),
            Kind::Text => NAMING.contains(&token.text) || is_statement(token.text),
        }
    };
    tokens.iter().enumerate().any(tells)
}

/// Whether a file calls a mapper or driver that changes what is stored.
pub(super) fn saves(tokens: &[Token<'_>]) -> bool {
    let is = |at: usize, mark: &str| tokens.get(at).is_some_and(|token| token.is(mark));
    tokens.iter().enumerate().any(|(at, token)| {
        if token.kind != Kind::Word || !is(at + 1, "(") {
            return false;
        }
        let receiver = match at {
            2.. if is(at - 1, ".") => tokens.get(at - 2),
            3.. if is(at - 1, ":") && is(at - 2, ":") => tokens.get(at - 3),
            _ => None,
        };
        let Some(receiver) = receiver else {
            return false;
        };
        let called = key(token.text);
        let stores = || {
            words(receiver.text)
                .last()
                .is_some_and(|word| STORES.contains(&word.as_str()))
        };
        SAVING.contains(&called.as_str()) || (CHANGING.contains(&called.as_str()) && stores())
    })
}

/// Finds tables in a file.
pub(super) fn scan(
    extension: &str,
    text: &str,
    tokens: &[Token<'_>],
    uses: &[Use],
) -> Vec<Mention> {
    let mut found = Vec::new();
    if extension == "sql" {
        statements(text, Position::new(1, 1), &mut found);
        return found;
    }
    for u in uses.iter().filter(|u| !u.name) {
        if is_statement(&u.text) && !u.callee.starts_with("@Query") {
            statements(&u.text, u.at, &mut found);
        }
        found.extend(named(u));
    }
    found.extend(entities(tokens));
    found
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
pub(super) fn is_statement(text: &str) -> bool {
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
fn statements(sql: &str, start: Position, found: &mut Vec<Mention>) {
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
    ];
    (plain && !keyword.contains(&name.as_str())).then_some(name)
}

/// Tables that annotations, columns and calls name.
fn named(u: &Use) -> Option<Mention> {
    let last = u
        .callee
        .rsplit('.')
        .next()
        .unwrap_or(&u.callee)
        .split('<')
        .next()
        .unwrap_or_default();
    let key = u.key.as_str();
    let mention = |access| {
        Some(Mention {
            table: u.text.to_ascii_lowercase(),
            access,
            at: u.at,
        })
    };
    let plain = !u.text.is_empty()
        && u.text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if !plain {
        return None;
    }
    match last {
        "@Table" | "Table" if matches!(key, "name" | "") && u.argument == 0 => {
            mention(Access::Mapped)
        }
        "@Document" if matches!(key, "collection" | "value" | "") => mention(Access::Mapped),
        "@Entity" if matches!(key, "name" | "") && u.argument == 0 => mention(Access::Mapped),
        "create_table" | "createTable" if u.argument == 0 => mention(Access::Write),
        "ToTable" | "toTable" if u.argument == 0 => mention(Access::Mapped),
        "collection" | "Collection" | "getCollection" | "GetCollection"
            if u.argument == 0 && u.text.len() > 2 =>
        {
            mention(Access::Mapped)
        }
        _ if key == "__tablename__" || key == "tableName" || key == "db_table" => {
            mention(Access::Mapped)
        }
        _ => None,
    }
}

/// Entity classes without a table name of their own: `@Entity class OrderItem` is `order_item`.
fn entities(tokens: &[Token<'_>]) -> Vec<Mention> {
    let mut found = Vec::new();
    let text = |index: usize| tokens.get(index).map_or("", |token| token.text);
    for index in 0..tokens.len() {
        let annotated = text(index) == "@" && text(index + 1) == "Entity";
        if annotated {
            let names_itself = (index..index + 12).any(|at| {
                text(at) == "Table"
                    || (text(at) == "Entity"
                        && text(at + 1) == "("
                        && tokens.get(at + 2).is_some_and(|t| t.kind == Kind::Text))
            });
            let class =
                (index..index + 40).find(|at| text(*at) == "class" || text(*at) == "record");
            if let Some(class) = class.filter(|_| !names_itself) {
                found.push(Mention {
                    table: words(text(class + 1)).join("_"),
                    access: Access::Mapped,
                    at: tokens.get(index).map_or_else(Position::default, |t| t.at),
                });
            }
        }
        if text(index) == "DbSet" && text(index + 1) == "<" && text(index + 3) == ">" {
            let at = tokens.get(index).map_or_else(Position::default, |t| t.at);
            found.push(Mention {
                table: text(index + 4).to_ascii_lowercase(),
                access: Access::Mapped,
                at,
            });
        }
        let diesel = text(index) == "table" && text(index + 1) == "!" && text(index + 2) == "{";
        if diesel && tokens.get(index + 3).is_some_and(|t| t.kind == Kind::Word) {
            let at = tokens.get(index).map_or_else(Position::default, |t| t.at);
            found.push(Mention {
                table: text(index + 3).to_ascii_lowercase(),
                access: Access::Mapped,
                at,
            });
        }
    }
    found.retain(|mention| !mention.table.is_empty());
    found
}

/// Uses of tables with service and database.
pub(super) fn join(material: &Material<'_>, stores: &Connections) -> Vec<TableUse> {
    let mut found = BTreeSet::new();
    let saving: BTreeSet<Index> = material
        .code
        .iter()
        .filter(|file| file.saves)
        .filter_map(|file| file.service)
        .collect();
    for file in &material.code {
        let saves = file
            .service
            .is_some_and(|service| saving.contains(&service));
        let service = file
            .service
            .and_then(|index| material.directory.service(index));
        let connections = file
            .service
            .and_then(|index| stores.get(&index))
            .filter(|names| names.len() == 1);
        for mention in &file.tables {
            found.insert(TableUse {
                service: service.map(|service| service.name.clone()),
                datastore: connections.and_then(|names| names.first().cloned()),
                table: mention.table.clone(),
                write: match mention.access {
                    Access::Write => true,
                    Access::Read => false,
                    Access::Mapped => saves,
                },
                location: Location::new(file.path.clone(), mention.at),
            });
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::super::uses::uses;
    use super::*;

    fn shown(extension: &str, text: &str) -> Vec<String> {
        let tokens = tokens(extension, text);
        let found = scan(extension, text, &tokens, &uses(&tokens));
        let quick = extension == "sql" || may_name(&tokens);
        assert!(quick || found.is_empty(), "{text} passes the quick look");
        found
            .iter()
            .map(|m| {
                format!(
                    "{}{}:{}",
                    match m.access {
                        Access::Write => "w ",
                        Access::Read => "r ",
                        Access::Mapped => "m ",
                    },
                    m.table,
                    m.at.line
                )
            })
            .collect()
    }

    #[test]
    fn statements_tell_reads_from_writes() {
        assert_eq!(
            shown(
                "rs",
                "q(\"UPDATE article_stats SET views = 1 WHERE id = ?1\")"
            ),
            ["w article_stats:1"]
        );
        assert_eq!(
            shown("py", "q('select a from x.Orders o join items i on 1=1')"),
            ["r orders:1", "r items:1"]
        );
        assert_eq!(
            shown(
                "sql",
                "-- CREATE TABLE no\nCREATE TABLE IF NOT EXISTS users (id int);\ninsert into items values (1)"
            ),
            ["w users:2", "w items:3"]
        );
        assert_eq!(
            shown("go", "log(\"update from the server\")"),
            Vec::<String>::new()
        );
        assert_eq!(
            shown("go", "q(\"SELECT 1 FROM carts FOR UPDATE\")"),
            ["r carts:1"]
        );
        assert_eq!(shown("go", "q(\"SELECT 1 FROM a FOR UPDATE\")"), ["r a:1"]);
        assert_eq!(
            shown("py", "q('UPDATE o SET x = 1 FROM orders o WHERE o.id = 2')"),
            ["r orders:1"],
            "an alias is no table"
        );
        assert_eq!(
            shown("py", "log('select one item from a list')"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_mapped_table_is_written_by_those_who_save() {
        let saves = |text: &str| super::saves(&tokens("java", text));
        assert!(saves("orderRepository.save(order);") && saves("em.orders_dao.delete(o);"));
        assert!(!saves(
            "orderRepository.findById(1); list.add(order); save(order);"
        ));
    }

    #[test]
    fn entities_name_their_tables() {
        assert_eq!(
            shown("java", "@Entity\n@Table(name = \"orders\")\nclass Order {}"),
            ["m orders:2"]
        );
        assert_eq!(
            shown("java", "@Entity\npublic class OrderItem {}"),
            ["m order_item:1"]
        );
        assert_eq!(
            shown("py", "class A(Base):\n  __tablename__ = 'users'"),
            ["m users:2"]
        );
        assert_eq!(
            shown("cs", "public DbSet<Order> Orders { get; }"),
            ["m orders:1"]
        );
        assert_eq!(shown("go", "c := db.Collection(\"geo\")"), ["m geo:1"]);
    }
}
