//! Which services use which tables.
//!
//! In: statements found in code, statements recorded. Out: [`TableUsers`], and the signal that rests on them.
//! Invariant: code and traces are counted apart; the larger share counts.
//! Never: one table for two names that are equal in two databases.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::calls::Names;
use super::system::{System, TableUsers};
use crate::cycles::monolith::Signal;
use crate::model::{CallProfile, StaticLinks};

impl System<'_> {
    /// The larger share of tables written by several members, by code or by traces.
    pub(super) fn data(&self, members: &BTreeSet<Arc<str>>) -> Signal {
        let of = |tables: &Vec<TableUsers>| {
            let used: Vec<&TableUsers> = tables
                .iter()
                .filter(|table| !table.users.is_disjoint(members))
                .collect();
            let shared = used
                .iter()
                .filter(|table| table.writers.intersection(members).count() > 1)
                .count();
            Signal::share(shared as u64, used.len() as u64).known
        };
        Signal::known(self.tables.iter().map(of).fold(0.0, f64::max))
    }
}

/// Tables as code shows them.
pub(super) fn static_tables(links: &StaticLinks) -> Vec<TableUsers> {
    let mut found: BTreeMap<String, TableUsers> = BTreeMap::new();
    for table in &links.tables {
        let Some(service) = &table.service else {
            continue;
        };
        // Without a known database, equal names prove nothing: the table counts for its service alone.
        let store = table
            .datastore
            .clone()
            .unwrap_or_else(|| format!("?{service}"));
        add_user(
            &mut found,
            format!("{store}/{}", table.table),
            service.as_str().into(),
            table.write,
        );
    }
    found.into_values().collect()
}

/// Tables as traces show them.
pub(super) fn traced_tables(calls: Option<&CallProfile>, names: &Names<'_>) -> Vec<TableUsers> {
    let mut found: BTreeMap<String, TableUsers> = BTreeMap::new();
    for table in calls
        .iter()
        .flat_map(|calls| &calls.tables)
        .filter(|table| !table.table.is_empty())
    {
        add_user(
            &mut found,
            format!("{}/{}", table.datastore, table.table),
            names.of(&table.service),
            table.write,
        );
    }
    found.into_values().collect()
}

/// Notes that a service uses a table; who writes it uses it as well.
fn add_user(
    found: &mut BTreeMap<String, TableUsers>,
    name: String,
    service: Arc<str>,
    write: bool,
) {
    let users = found.entry(name.clone()).or_insert_with(|| TableUsers {
        name,
        ..TableUsers::default()
    });
    users.users.insert(service.clone());
    if write {
        users.writers.insert(service);
    }
}
