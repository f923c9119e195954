//! Tables and collections that services read and write.
//!
//! In: the tables that files name, connections. Out: [`TableUse`]s.
//! Invariant: a table without a known database keeps `datastore: None`.
//! Never: guesses which of several databases a statement goes to.

use std::collections::BTreeSet;

use crate::links::signs::sql::Access;
use crate::model::{Location, TableUse};

use super::directory::Index;
use super::material::Material;
use super::store::Connections;

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
        let service = file.service.map(|index| material.directory.service(index));
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
