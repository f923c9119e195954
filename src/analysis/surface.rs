//! What each file offers to the rest: routes, public items, tables.
//!
//! In: facts of the code, [`StaticLinks`]. Out: [`Offer`]s, sorted.
//! Invariant: test code offers nothing.
//! Never: saved; only a policy that freezes code reads it.

use std::sync::Arc;

use crate::model::{CodeFacts, FileRole, Location, Project, StaticLinks};

/// Something that other code can use or must respect.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Offer {
    /// The file that offers it.
    pub path: Arc<str>,
    /// What it is.
    pub kind: OfferKind,
    /// Its name: `GET /orders/{id}`, `Order`, `orders`.
    pub name: String,
    /// Where it stands.
    pub location: Location,
}

/// What is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OfferKind {
    /// A type, function or value that other code can name.
    Item,
    /// A route that is answered.
    Route,
    /// A table that is read.
    Table,
    /// A table that is written.
    WrittenTable,
}

impl OfferKind {
    /// What to call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Item => "public item",
            Self::Route => "route",
            Self::Table => "table",
            Self::WrittenTable => "written table",
        }
    }
}

/// Everything that the files of a system offer.
#[must_use]
pub fn surface(project: &Project, code: &CodeFacts, links: &StaticLinks) -> Vec<Offer> {
    let own = code
        .files
        .iter()
        .filter(|file| project.source(file.file).role == FileRole::Source);
    let items = own.flat_map(|file| {
        let path = &project.source(file.file).path;
        let public = file.facts.declarations.iter().filter(|it| it.public);
        public.map(|it| Offer {
            path: Arc::clone(path),
            kind: OfferKind::Item,
            name: it.name.to_string(),
            location: Location {
                path: Arc::clone(path),
                at: it.at,
            },
        })
    });
    let routes = links.routes.iter().filter(|route| !route.prefix);
    let routes = routes.map(|route| {
        let name = format!("{} {}", route.method, route.path);
        offer(OfferKind::Route, name.trim(), &route.location)
    });
    let tables = links.tables.iter().map(|used| {
        let kind = if used.write {
            OfferKind::WrittenTable
        } else {
            OfferKind::Table
        };
        offer(kind, &used.table, &used.location)
    });
    let mut found: Vec<Offer> = items.chain(routes).chain(tables).collect();
    found.sort();
    found
}

/// An offer at its place; the file is that of the place.
fn offer(kind: OfferKind, name: &str, location: &Location) -> Offer {
    Offer {
        path: Arc::clone(&location.path),
        kind,
        name: name.to_owned(),
        location: location.clone(),
    }
}
