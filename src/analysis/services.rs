//! What is known of each service besides its dependencies: routes, tables, changes by month.
//!
//! In: [`Project`], [`StaticLinks`], [`ChangeLog`]. Out: one [`ServiceRecord`] per service, sorted by id.
//! Invariant: a commit counts once for a service, whatever number of its files it touches.
//! Never: commits of programs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::authors::{Authors, is_bot};
use crate::model::{ChangeLog, Location, NodeId, Project, StaticLinks};

/// Months told apart.
const MONTHS: usize = 12;
/// Seconds of an average month.
const MONTH: i64 = 2_629_746;

/// What is known of a service besides its dependencies.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ServiceRecord {
    /// Its id.
    pub id: NodeId,
    /// Files of its code, tests included.
    pub files: u64,
    /// Routes that its code declares, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<RouteRecord>,
    /// Tables that it uses, sorted, each once for reading and once for writing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tables: Vec<TableRecord>,
    /// Commits by month, the oldest of twelve first; empty without a history.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub months: Vec<u64>,
    /// Who wrote most of its commits in the window, most first, with their number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<(Arc<str>, u64)>,
    /// Who owns its files, most first, as `CODEOWNERS` says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<Arc<str>>,
}

/// A route that code declares.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RouteRecord {
    /// Path as written.
    pub route: String,
    /// Method in upper case; empty for any.
    pub method: String,
    /// Where it is declared.
    #[serde(flatten)]
    pub location: Location,
}

/// A table that a service uses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TableRecord {
    /// Table or collection, lower case.
    pub table: String,
    /// Whether it is written (else read).
    pub write: bool,
    /// The first statement or entity.
    #[serde(flatten)]
    pub location: Location,
}

/// The records of all services.
pub(super) fn records(
    project: &Project,
    links: &StaticLinks,
    changes: &ChangeLog,
    authors: &Authors<'_>,
) -> Vec<ServiceRecord> {
    let mut found: BTreeMap<&str, ServiceRecord> = BTreeMap::new();
    for service in &project.services {
        let record = ServiceRecord {
            id: NodeId::service(service.name.as_str()),
            files: 0,
            routes: Vec::new(),
            tables: Vec::new(),
            months: Vec::new(),
            authors: Vec::new(),
            owners: Vec::new(),
        };
        found.insert(&service.name, record);
    }
    for file in &project.files {
        if let (Some(service), Some(_)) = (file.service, &file.language)
            && let Some(record) = found.get_mut(&*project.services[service.index()].name)
        {
            record.files += 1;
        }
    }
    add_routes(&mut found, links);
    add_tables(&mut found, links);
    add_changes(&mut found, project, changes, authors);
    found.into_values().collect()
}

/// Adds the routes that code of each service declares; a prefix is no route of its own.
fn add_routes(found: &mut BTreeMap<&str, ServiceRecord>, links: &StaticLinks) {
    for route in links.routes.iter().filter(|route| !route.prefix) {
        let Some(record) = route
            .service
            .as_deref()
            .and_then(|name| found.get_mut(name))
        else {
            continue;
        };
        record.routes.push(RouteRecord {
            route: route.path.clone(),
            method: route.method.clone(),
            location: route.location.clone(),
        });
    }
    for record in found.values_mut() {
        record.routes.sort();
        record.routes.dedup();
    }
}

/// Adds the tables that each service uses, the first place of each for reading and for writing.
fn add_tables(found: &mut BTreeMap<&str, ServiceRecord>, links: &StaticLinks) {
    for used in &links.tables {
        let Some(record) = used.service.as_deref().and_then(|name| found.get_mut(name)) else {
            continue;
        };
        record.tables.push(TableRecord {
            table: used.table.clone(),
            write: used.write,
            location: used.location.clone(),
        });
    }
    for record in found.values_mut() {
        record.tables.sort();
        record
            .tables
            .dedup_by(|a, b| (&a.table, a.write) == (&b.table, b.write));
    }
}

/// Adds commits by month and the most active authors. Months are counted back from the newest
/// commit and not from today, so that an old checkout gives the same record on every day.
fn add_changes(
    found: &mut BTreeMap<&str, ServiceRecord>,
    project: &Project,
    changes: &ChangeLog,
    authors: &Authors<'_>,
) {
    let Some(newest) = changes.commits.iter().map(|commit| commit.time).max() else {
        return;
    };
    let of_file = project.files.iter().filter_map(|file| {
        let service = file.service?;
        Some((&*file.path, &*project.services[service.index()].name))
    });
    let of_file: Vec<(&str, &str)> = of_file.collect();
    let mut paths: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for &(path, service) in &of_file {
        paths.entry(service).or_default().push(path);
    }
    let of_file: FxHashMap<&str, &str> = of_file.into_iter().collect();
    for commit in changes
        .commits
        .iter()
        .filter(|commit| !is_bot(changes, commit))
    {
        let touched = commit
            .files
            .iter()
            .filter_map(|path| of_file.get(&*changes.paths[*path]));
        let touched: BTreeSet<&str> = touched.copied().collect();
        for service in touched {
            let Some(record) = found.get_mut(service) else {
                continue;
            };
            count_month(&mut record.months, newest, commit.time);
        }
    }
    for (service, paths) in paths {
        if let Some(record) = found.get_mut(service) {
            record.authors = authors.most(paths.into_iter());
        }
    }
}

/// Commits by month, the oldest of twelve first; empty without a history.
pub(super) fn months(changes: &ChangeLog) -> Vec<u64> {
    let mut months = Vec::new();
    if let Some(newest) = changes.commits.iter().map(|commit| commit.time).max() {
        let own = changes
            .commits
            .iter()
            .filter(|commit| !is_bot(changes, commit));
        own.for_each(|commit| count_month(&mut months, newest, commit.time));
    }
    months
}

/// Adds a commit to its month, as counted back from the newest one; older than twelve months counts nowhere.
fn count_month(months: &mut Vec<u64>, newest: i64, time: i64) {
    months.resize(MONTHS, 0);
    let back = usize::try_from((newest - time).max(0) / MONTH).unwrap_or(MONTHS);
    if back < MONTHS {
        months[MONTHS - 1 - back] += 1;
    }
}
