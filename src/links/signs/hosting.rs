//! What an application model in code gives to the programs that it starts: the host of .NET Aspire.
//!
//! In: tokens. Out: [`Grant`]s.
//! Invariant: one per reference to a store; in source order.
//! Never: what a program waits for; that is the order of the start.

use std::collections::BTreeMap;

use crate::model::Position;

use crate::knowledge::Datastores;

use super::lex::{Kind, Token};

/// A store that a program is given the connection string of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::links) struct Grant {
    /// Names of the program: that of the resource, that of the project.
    pub(in crate::links) programs: Vec<String>,
    /// Name of the connection string.
    pub(in crate::links) store: String,
    /// Name of the server that the application model puts the store on, where it does.
    pub(in crate::links) server: Option<String>,
    pub(in crate::links) at: Position,
}

/// A program that a gateway of the application model is told to lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::links) struct Fronted {
    pub(in crate::links) gateway: String,
    /// Names of the program: that of the resource, that of the project.
    pub(in crate::links) programs: Vec<String>,
    pub(in crate::links) at: Position,
}

/// A program that is given the address of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::links) struct Introduced {
    /// Names of the program.
    pub(in crate::links) programs: Vec<String>,
    /// Names of the other one.
    pub(in crate::links) to: Vec<String>,
    /// The variable that holds the address, where it is given one.
    pub(in crate::links) variable: Option<String>,
    pub(in crate::links) at: Position,
}

/// What an application model tells of its programs; names are texts, or constants as they are written.
#[derive(Clone, Debug, Default)]
pub(in crate::links) struct Hosted {
    pub(in crate::links) grants: Vec<Grant>,
    pub(in crate::links) fronted: Vec<Fronted>,
    pub(in crate::links) introduced: Vec<Introduced>,
}

/// A resource of the model.
struct Resource {
    names: Vec<String>,
    store: bool,
    server: Option<String>,
}

/// All stores that the programs of an application model are given, and the programs behind its gateways.
pub(in crate::links) fn hosted(known: &Datastores, tokens: &[Token<'_>]) -> Hosted {
    if !tokens
        .iter()
        .any(|token| token.text == "DistributedApplication")
    {
        return Hosted::default();
    }
    let mut resources: BTreeMap<&str, Resource> = BTreeMap::new();
    let mut found = Hosted::default();
    // Variables that hold the address of a program.
    let mut ends: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for statement in tokens.split(|token| token.is(";")) {
        found.fronted.extend(fronted(statement, &resources));
        let variable = assigned(statement);
        if let Some(end) = endpoint(statement, &resources) {
            ends.extend(variable.map(|variable| (variable, end)));
        }
        if let Some(mut resource) = resource(known, statement) {
            let root = statement.windows(2).find(|pair| pair[1].is("."));
            let server = root.and_then(|pair| resources.get(pair[0].text));
            let server = server.filter(|server| server.store);
            resource.server = server.and_then(|server| server.names.first().cloned());
            let own = resource.names.clone();
            resources.insert(variable.unwrap_or(""), resource);
            references(statement, &own, &resources, &mut found);
            variables(statement, &own, &ends, &mut found);
        } else if let Some(root) = statement.iter().find(|token| token.kind == Kind::Word) {
            let own = resources.get(root.text).map(|r| r.names.clone());
            let own = own.unwrap_or_default();
            references(statement, &own, &resources, &mut found);
            variables(statement, &own, &ends, &mut found);
        }
    }
    found
}

/// The program of `orders.GetEndpoint("http")` at the end of a statement.
fn endpoint(statement: &[Token<'_>], resources: &BTreeMap<&str, Resource>) -> Option<Vec<String>> {
    let mut calls = statement.windows(3);
    let call = calls.find(|around| around[1].is(".") && around[2].text == "GetEndpoint")?;
    Some(resources.get(call[0].text)?.names.clone())
}

/// Adds the addresses that the program of a statement is given in variables:
/// `orders.WithEnvironment("Identity__Url", identityEndpoint)`.
fn variables(
    statement: &[Token<'_>],
    own: &[String],
    ends: &BTreeMap<&str, Vec<String>>,
    found: &mut Hosted,
) {
    let calls = statement.windows(5);
    let given = calls.filter(|around| around[0].text == "WithEnvironment" && around[3].is(","));
    for around in given.filter(|_| !own.is_empty()) {
        if let Some(to) = ends.get(around[4].text) {
            found.introduced.push(Introduced {
                programs: own.to_vec(),
                to: to.clone(),
                variable: Some(around[2].text.to_owned()),
                at: around[0].at,
            });
        }
    }
}

/// The variable of `var name = …`.
fn assigned<'a>(statement: &[Token<'a>]) -> Option<&'a str> {
    let equals = statement.iter().position(|token| token.is("="))?;
    let name = statement.get(equals.checked_sub(1)?)?;
    (name.kind == Kind::Word).then_some(name.text)
}

/// The resource that `builder.AddProject<Projects.Orders>("orders")` or `server.AddDatabase("db")` makes.
fn resource(known: &Datastores, statement: &[Token<'_>]) -> Option<Resource> {
    let adds = |token: &Token<'_>| token.kind == Kind::Word && token.text.starts_with("Add");
    let at = statement.iter().rposition(adds)?;
    let behind = statement.get(at..)?;
    let mut names = vec![first_argument(behind)?];
    // `AddProject<Projects.Shop_Orders>`
    let open = behind.get(1).filter(|token| token.is("<"));
    let typed = open.map(|_| behind.iter().skip(2).take_while(|token| !token.is(">")));
    let typed = typed.and_then(|typed| typed.filter(|token| token.kind == Kind::Word).last());
    names.extend(typed.map(|token| token.text.to_owned()));
    Some(Resource {
        names,
        store: known.resources.has(statement.get(at)?.text),
        server: None,
    })
}

/// The text or the constant that a call is given first: `"orders"`, `Services.Orders`.
fn first_argument(call: &[Token<'_>]) -> Option<String> {
    let open = call.iter().position(|token| token.is("("))?;
    let inside = call.get(open + 1..)?;
    let first = inside.first().filter(|token| token.kind == Kind::Text);
    if let Some(text) = first {
        return Some(text.text.to_owned());
    }
    let path = inside
        .iter()
        .take_while(|token| token.kind == Kind::Word || token.is("."));
    let path: String = path.map(|token| token.text).collect();
    path.contains('.').then_some(path)
}

/// The programs whose resources are handed to the configuration of a gateway:
/// `builder.AddYarp("edge").WithConfiguration(yarp => yarp.AddRoute("/orders", orders))`.
fn fronted(statement: &[Token<'_>], resources: &BTreeMap<&str, Resource>) -> Vec<Fronted> {
    let Some(at) = statement.iter().position(|token| token.text == "AddYarp") else {
        return Vec::new();
    };
    let behind = statement.get(at..).unwrap_or_default();
    let Some(name) = first_argument(behind) else {
        return Vec::new();
    };
    let mut call = "";
    let mut found = Vec::new();
    for around in behind.windows(2) {
        if around[0].kind == Kind::Word && around[1].is("(") {
            call = around[0].text;
        }
        let target = resources.get(around[0].text);
        let target = target.filter(|r| !r.store && around[0].kind == Kind::Word);
        // What it waits for or only knows of gets no route.
        let routed = !matches!(call, "WaitFor" | "WaitForCompletion" | "WithReference");
        found.extend(target.filter(|_| routed).map(|target| Fronted {
            gateway: name.clone(),
            programs: target.names.clone(),
            at: around[0].at,
        }));
    }
    found
}

/// Adds what the program of a statement is given: stores, and addresses of other programs.
fn references(
    statement: &[Token<'_>],
    own: &[String],
    resources: &BTreeMap<&str, Resource>,
    found: &mut Hosted,
) {
    let calls = statement.windows(3);
    let named = calls.filter(|around| around[0].text == "WithReference" && around[1].is("("));
    for around in named.filter(|_| !own.is_empty()) {
        let Some(target) = resources.get(around[2].text) else {
            continue;
        };
        let (programs, at) = (own.to_vec(), around[0].at);
        if !target.store {
            let to = target.names.clone();
            let variable = None;
            found.introduced.push(Introduced {
                programs,
                to,
                variable,
                at,
            });
        } else if let Some(store) = target.names.first() {
            found.grants.push(Grant {
                programs,
                store: store.clone(),
                server: target.server.clone(),
                at,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;

    fn known() -> Datastores {
        crate::knowledge::Knowledge::default().datastores.clone()
    }

    #[test]
    fn references_to_stores_are_grants_and_what_is_waited_for_is_none() {
        let text = "var builder = DistributedApplication.CreateBuilder(args);\n            var pg = builder.AddPostgres(\"pg\").WithPgAdmin();\n            var db = pg.AddDatabase(\"ordersdb\");\n            var billing = builder.AddProject<Projects.Billing>(\"billing\");\n            var orders = builder.AddProject<Projects.Orders>(\"orders\").WithReference(db).WaitFor(billing);\n            orders.WithReference(billing);";
        let found = hosted(&known(), &tokens("cs", text)).grants;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].store, "ordersdb");
        assert_eq!(found[0].server.as_deref(), Some("pg"));
        assert_eq!(found[0].programs, ["orders", "Orders"]);
        let elsewhere = hosted(&known(), &tokens("cs", "x.WithReference(db);"));
        assert!(elsewhere.grants.is_empty());
    }

    #[test]
    fn the_address_of_a_program_may_be_given_in_a_variable() {
        let text = "var b = DistributedApplication.CreateBuilder(args);
            var identity = b.AddProject<Projects.Identity>(\"identity\");
            var end = identity.GetEndpoint(\"https\");
            var orders = b.AddProject<Projects.Orders>(\"orders\").WithEnvironment(\"Identity__Url\", end);
            orders.WithEnvironment(\"Mode\", mode);";
        let found = hosted(&known(), &tokens("cs", text)).introduced;
        let shown: Vec<_> = found
            .iter()
            .map(|i| (&*i.programs[0], &*i.to[0], i.variable.as_deref()))
            .collect();
        assert_eq!(shown, [("orders", "identity", Some("Identity__Url"))]);
    }

    #[test]
    fn what_a_gateway_is_configured_with_stands_behind_it() {
        let text = "var b = DistributedApplication.CreateBuilder(args);
            var orders = b.AddProject<Projects.Orders>(\"orders\");
            var billing = b.AddProject<Projects.Billing>(\"billing\");
            var db = b.AddRedis(\"cache\");
            b.AddYarp(\"edge\").WaitFor(billing).AddShopRoutes(orders, db);";
        let found = hosted(&known(), &tokens("cs", text)).fronted;
        let shown: Vec<_> = found
            .iter()
            .map(|f| (&*f.gateway, &*f.programs[0]))
            .collect();
        assert_eq!(shown, [("edge", "orders")]);
    }
}
