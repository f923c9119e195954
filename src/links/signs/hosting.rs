//! What an application model in code gives to the programs that it starts: the host of .NET Aspire.
//!
//! In: tokens. Out: [`Grant`]s.
//! Invariant: one per reference to a store; in source order.
//! Never: what a program waits for; that is the order of the start.

use std::collections::BTreeMap;

use crate::model::Position;

use super::lex::{Kind, Token};

/// A store that a program is given the connection string of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::links) struct Grant {
    /// Names of the program: that of the resource, that of the project.
    pub(in crate::links) programs: Vec<String>,
    /// Name of the connection string.
    pub(in crate::links) store: String,
    pub(in crate::links) at: Position,
}

/// A resource of the model.
struct Resource {
    names: Vec<String>,
    store: bool,
}

/// What makes resources that hold data.
const STORES: [&str; 15] = [
    "AddConnectionString",
    "AddDatabase",
    "AddElasticsearch",
    "AddGarnet",
    "AddMilvus",
    "AddMongoDB",
    "AddMySql",
    "AddOracle",
    "AddPostgres",
    "AddQdrant",
    "AddRedis",
    "AddSqlServer",
    "AddSqlite",
    "AddValkey",
    "AddAzureCosmosDB",
];

/// All stores that the programs of an application model are given.
pub(in crate::links) fn grants(tokens: &[Token<'_>]) -> Vec<Grant> {
    if !tokens
        .iter()
        .any(|token| token.text == "DistributedApplication")
    {
        return Vec::new();
    }
    let mut resources: BTreeMap<&str, Resource> = BTreeMap::new();
    let mut found = Vec::new();
    for statement in tokens.split(|token| token.is(";")) {
        let variable = assigned(statement);
        if let Some(resource) = resource(statement) {
            let own = resource.names.clone();
            resources.insert(variable.unwrap_or(""), resource);
            found.extend(references(statement, &own, &resources));
        } else if let Some(root) = statement.iter().find(|token| token.kind == Kind::Word) {
            let own = resources.get(root.text).map(|r| r.names.clone());
            found.extend(references(statement, &own.unwrap_or_default(), &resources));
        }
    }
    found
}

/// The variable of `var name = …`.
fn assigned<'a>(statement: &[Token<'a>]) -> Option<&'a str> {
    let equals = statement.iter().position(|token| token.is("="))?;
    let name = statement.get(equals.checked_sub(1)?)?;
    (name.kind == Kind::Word).then_some(name.text)
}

/// The resource that `builder.AddProject<Projects.Orders>("orders")` or `server.AddDatabase("db")` makes.
fn resource(statement: &[Token<'_>]) -> Option<Resource> {
    let adds = |token: &Token<'_>| token.kind == Kind::Word && token.text.starts_with("Add");
    let at = statement.iter().rposition(adds)?;
    let behind = statement.get(at..)?;
    let name = behind.iter().find(|token| token.kind == Kind::Text)?;
    let mut names = vec![name.text.to_owned()];
    let project = behind
        .windows(3)
        .find(|around| around[0].text == "Projects");
    names.extend(project.map(|around| around[2].text.to_owned()));
    Some(Resource {
        names,
        store: STORES.contains(&statement.get(at)?.text),
    })
}

fn references(
    statement: &[Token<'_>],
    own: &[String],
    resources: &BTreeMap<&str, Resource>,
) -> Vec<Grant> {
    let calls = statement.windows(3);
    let named = calls.filter(|around| around[0].text == "WithReference" && around[1].is("("));
    let grant = |around: &[Token<'_>]| {
        let target = resources.get(around[2].text).filter(|r| r.store)?;
        Some(Grant {
            programs: own.to_vec(),
            store: target.names.first()?.clone(),
            at: around[0].at,
        })
    };
    named
        .filter_map(grant)
        .filter(|_| !own.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;

    #[test]
    fn references_to_stores_are_grants_and_what_is_waited_for_is_none() {
        let text = "var builder = DistributedApplication.CreateBuilder(args);\n            var pg = builder.AddPostgres(\"pg\").WithPgAdmin();\n            var db = pg.AddDatabase(\"ordersdb\");\n            var billing = builder.AddProject<Projects.Billing>(\"billing\");\n            var orders = builder.AddProject<Projects.Orders>(\"orders\").WithReference(db).WaitFor(billing);\n            orders.WithReference(billing);";
        let found = grants(&tokens("cs", text));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].store, "ordersdb");
        assert_eq!(found[0].programs, ["orders", "Orders"]);
        assert!(grants(&tokens("cs", "x.WithReference(db);")).is_empty());
    }
}
