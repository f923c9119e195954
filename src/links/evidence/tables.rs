//! Tables and collections that services read and write.
//!
//! In: the tables that files name, connections. Out: [`TableUse`]s.
//! Invariant: a table without a known database keeps `datastore: None`.
//! Never: guesses which of several databases a statement goes to.

use std::collections::{BTreeMap, BTreeSet};

use crate::links::signs::sql::{Access, Mention};
use crate::model::names::tail;
use crate::model::{Location, TableUse};

use super::code::CodeFile;
use super::directory::Index;
use super::material::Material;
use super::store::Connections;

/// Uses of tables with service and database.
pub(super) fn join(material: &Material<'_>, stores: &Connections) -> Vec<TableUse> {
    let mut found = BTreeSet::new();
    let gone = dropped(material);
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
        let service = file.service.map(|index| material.directory.service(index));
        let connections = file
            .service
            .and_then(|index| stores.get(&index))
            .filter(|names| names.len() == 1);
        let undone = is_undone(&file.path);
        let dropped = gone.get(&file.service);
        let schema = file.path.ends_with(".sql");
        let counts = |mention: &&Mention| {
            let is_gone = schema && dropped.is_some_and(|gone| gone.contains(&*mention.table));
            !undone && !is_gone && mention.access != Access::Dropped
        };
        for mention in file.tables.iter().filter(counts) {
            found.insert(TableUse {
                service: service.map(|service| service.name.clone()),
                datastore: connections.and_then(|names| names.first().cloned()),
                table: mention.table.clone(),
                write: match mention.access {
                    Access::Write => true,
                    Access::Read | Access::Dropped => false,
                    Access::Mapped => saves,
                },
                location: Location::new(file.path.clone(), mention.at),
            });
        }
    }
    found.into_iter().collect()
}

/// Whether a file takes a migration back: `down.sql`, `0002_orders.down.sql`.
fn is_undone(path: &str) -> bool {
    let name = tail(path);
    name == "down.sql" || name.ends_with(".down.sql")
}

/// The tables of each owner that its migrations drop in the end, read in the order of their paths.
fn dropped<'m>(material: &'m Material<'_>) -> BTreeMap<Option<Index>, BTreeSet<&'m str>> {
    let schemas = material.code.iter();
    let mut schemas: Vec<&CodeFile> = schemas
        .filter(|file| file.path.ends_with(".sql") && !is_undone(&file.path))
        .collect();
    schemas.sort_by(|a, b| a.path.cmp(&b.path));
    let mut gone: BTreeMap<Option<Index>, BTreeSet<&str>> = BTreeMap::new();
    for file in schemas {
        let own = gone.entry(file.service).or_default();
        let mut mentions: Vec<&Mention> = file.tables.iter().collect();
        mentions.sort_by_key(|mention| mention.at);
        for mention in mentions {
            match mention.access {
                Access::Dropped => own.insert(&mention.table),
                Access::Write => own.remove(&*mention.table),
                Access::Read | Access::Mapped => continue,
            };
        }
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_a_migration_back_is_known_by_its_name() {
        assert!(is_undone("m/2024-01-01/down.sql") && is_undone("m/0002_orders.down.sql"));
        assert!(!is_undone("m/2024-01-01/up.sql") && !is_undone("m/shutdown.sql"));
    }
}
