//! Tables and collections that one file names.
//!
//! In: SQL statements, schema files, entity classes. Out: [`Mention`]s.
//! Invariant: a mapped table is neither read nor written by its mapping.
//! Never: which database holds a table.

use crate::knowledge::Datastores;
use crate::model::Position;
use crate::model::names::{key, words};
use crate::source::sql::is_statement;

use super::lex::{Kind, Token};
use super::sql::{Access, Mention, statements};
use super::uses::Use;

/// Words without which a file names no table, statements aside: what [`named`] and [`entities`] look for.
pub(in crate::links) const NAMING: [&str; 15] = [
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
pub(in crate::links) fn may_name(tokens: &[Token<'_>]) -> bool {
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
pub(in crate::links) fn saves(mappers: &Datastores, tokens: &[Token<'_>]) -> bool {
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
            let named = words(receiver.text);
            named.last().is_some_and(|word| mappers.stores.has(word))
        };
        mappers.saving.has(&called) || (mappers.changing.has(&called) && stores())
    })
}

/// Finds tables in a file.
pub(in crate::links) fn scan(
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

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::super::uses::uses;
    use super::*;
    use crate::knowledge::Knowledge;

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
                        Access::Dropped => "d ",
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
            shown(
                "java",
                "q(\"select o from Orders o left join fetch o.items\")"
            ),
            ["r orders:1"]
        );
        assert_eq!(
            shown("py", "log('select one item from a list')"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_mapped_table_is_written_by_those_who_save() {
        let saves =
            |text: &str| super::saves(&Knowledge::default().datastores, &tokens("java", text));
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
