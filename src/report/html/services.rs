//! The table of services, and a card for each.
//!
//! In: [`Analysis`]. Out: [`Services`]; `None` where there are fewer than two.
//! Invariant: every place is one to open; every list says how much it leaves out.
//! Never: infrastructure among the cards; the table has it.

use serde::Serialize;

use super::findings;
use super::short::Short;
use crate::analysis::{Analysis, RouteRecord, ServiceRecord};
use crate::model::NodeKind;
use crate::report::view::map::anchor;
use crate::report::view::names::{UNKNOWN, count, percent, place};
use crate::report::view::pairs::Pair;
use crate::report::view::services::{self, Neighbour, Service};

/// Lists on a card.
const PLACES: usize = 2;
const ROUTES: usize = 12;
const TABLES: usize = 20;
const NEIGHBOURS: usize = 20;
/// Cards on the page.
const CARDS: usize = 120;

/// The section.
#[derive(Serialize)]
pub(super) struct Services {
    rows: Vec<Row>,
    cards: Short<Card>,
    /// Whether a column names owners.
    owners: bool,
}

/// A service in the table.
#[derive(Serialize)]
struct Row {
    name: String,
    link: String,
    kind: &'static str,
    folder: String,
    owners: String,
    files: String,
    callers: usize,
    callees: usize,
    stores: usize,
    tables: usize,
    commits: String,
    spark: Option<Spark>,
    load: String,
    findings: usize,
    grade: &'static str,
    unknown: bool,
}

/// Twelve months as a small line.
#[derive(Serialize)]
pub(super) struct Spark {
    points: String,
    said: String,
}

/// A service with its neighbours, routes and tables.
#[derive(Serialize)]
struct Card {
    name: String,
    anchor: String,
    kind: &'static str,
    folder: String,
    unknown: bool,
    aliases: String,
    owners: String,
    authors: String,
    callers: Short<End>,
    callees: Short<End>,
    stores: Short<End>,
    topics: Vec<String>,
    routes: Short<(String, String)>,
    tables: Short<(String, String, String)>,
    findings: Vec<(String, String)>,
}

/// A caller, callee or store of a service.
#[derive(Serialize)]
struct End {
    name: String,
    link: Option<String>,
    how: String,
    places: Short<String>,
}

/// The section. Fewer than two services of one's own are a program, not a system. Infrastructure
/// gets a card only where something joins it.
pub(super) fn services(analysis: &Analysis) -> Option<Services> {
    let all = services::services(analysis);
    let own = all.iter().filter(|service| service.node.role.is_business());
    if own.count() < 2 {
        return None;
    }
    let has_code = |service: &&Service<'_>| {
        service.node.role.is_business()
            || !service.callers.is_empty()
            || !service.callees.is_empty()
    };
    Some(Services {
        rows: all.iter().map(row).collect(),
        owners: all.iter().any(|service| !owners(service).is_empty()),
        cards: Short::new(all.iter().filter(has_code).map(card), CARDS),
    })
}

/// The table row of a service. It is unknown where no call of a business service was found.
fn row(service: &Service<'_>) -> Row {
    let node = service.node;
    let metric = |id: &str| node.metrics.get(id).copied().flatten();
    let record = service.record;
    Row {
        name: node.name.to_string(),
        link: anchor(&node.id),
        kind: node.role.name(),
        folder: node.path.as_deref().unwrap_or(UNKNOWN).to_owned(),
        owners: Some(owners(service))
            .filter(|names| !names.is_empty())
            .unwrap_or_else(|| UNKNOWN.to_owned()),
        files: record.map_or_else(|| UNKNOWN.to_owned(), |record| count(record.files)),
        callers: service.callers.len(),
        callees: service.callees.len(),
        stores: service.stores.len(),
        tables: record.map_or(0, tables),
        commits: match record.map(|record| record.months.iter().sum::<u64>()) {
            Some(commits) if commits > 0 => count(commits),
            _ => UNKNOWN.to_owned(),
        },
        spark: record.and_then(|record| spark(&record.months)),
        load: metric("load_share").map_or_else(|| UNKNOWN.to_owned(), percent),
        findings: service.findings.len(),
        grade: grade(service),
        unknown: !service.known && node.role.is_business(),
    }
}

/// Who owns its files, as `CODEOWNERS` says.
fn owners(service: &Service<'_>) -> String {
    let names = service.record.map_or(&[][..], |record| &record.owners);
    names.join(", ")
}

/// Tables, whether read or written.
fn tables(record: &ServiceRecord) -> usize {
    let mut names: Vec<&str> = record.tables.iter().map(|used| &*used.table).collect();
    names.dedup();
    names.len()
}

/// The best evidence of its calls.
fn grade(service: &Service<'_>) -> &'static str {
    let pairs = || {
        service
            .callers
            .iter()
            .chain(&service.callees)
            .map(|end| &end.pair)
    };
    if pairs().any(|pair| pair.observed > 0) {
        "recorded"
    } else if pairs().any(|pair| !pair.only_configured()) {
        "in code"
    } else if pairs().next().is_some() {
        "configured only"
    } else {
        "no call known"
    }
}

/// Commits by month as a line of 100 by 20; `None` without a history.
pub(super) fn spark(months: &[u64]) -> Option<Spark> {
    let most = *months.iter().max()?;
    let last = months.len().saturating_sub(1).max(1);
    let point = |(at, commits): (usize, &u64)| {
        format!("{},{}", 100 * at / last, 19 - 18 * commits / most.max(1))
    };
    let points: Vec<String> = months.iter().enumerate().map(point).collect();
    let numbers: Vec<String> = months.iter().map(|commits| count(*commits)).collect();
    Some(Spark {
        points: points.join(" "),
        said: format!("commits by month, oldest first: {}", numbers.join(", ")),
    })
}

/// The card of a service, each list cut at its own limit.
fn card(service: &Service<'_>) -> Card {
    let node = service.node;
    let none: &[RouteRecord] = &[];
    let routes = service.record.map_or(none, |record| &record.routes);
    let route = |route: &RouteRecord| {
        (
            format!("{} {}", route.method, route.route)
                .trim()
                .to_owned(),
            place(&route.location),
        )
    };
    let authors = service.record.map(|record| {
        let named = record
            .authors
            .iter()
            .map(|(name, commits)| format!("{name} ({})", count(*commits)));
        named.collect::<Vec<_>>().join(", ")
    });
    Card {
        name: node.name.to_string(),
        anchor: anchor(&node.id),
        kind: node.role.name(),
        folder: node.path.as_deref().unwrap_or_default().to_owned(),
        unknown: !service.known && node.role.is_business(),
        aliases: node
            .aliases
            .iter()
            .map(|alias| &**alias)
            .collect::<Vec<_>>()
            .join(", "),
        owners: owners(service),
        authors: authors.unwrap_or_default(),
        callers: ends(&service.callers),
        callees: ends(&service.callees),
        stores: ends(&service.stores),
        topics: service
            .topics
            .iter()
            .map(|(topic, publishes)| {
                format!(
                    "{} {topic}",
                    if *publishes {
                        "publishes"
                    } else {
                        "subscribes to"
                    }
                )
            })
            .collect(),
        routes: Short::new(routes.iter().map(route), ROUTES),
        tables: Short::new(used(service), TABLES),
        findings: service
            .findings
            .iter()
            .map(|(_, finding)| (findings::anchor(finding), finding.title.clone()))
            .collect(),
    }
}

/// Table, access and place, once for each use.
fn used<'a>(service: &'a Service<'_>) -> impl Iterator<Item = (String, String, String)> + 'a {
    let tables = service.record.into_iter().flat_map(|record| &record.tables);
    tables.map(|used| {
        let access = if used.write { "writes" } else { "reads" };
        (used.table.clone(), access.to_owned(), place(&used.location))
    })
}

/// The neighbours with a link to their own card, where they are services.
fn ends(list: &[Neighbour]) -> Short<End> {
    let end = |end: &Neighbour| End {
        name: end.id.name.to_string(),
        link: (end.id.kind == NodeKind::Service).then(|| anchor(&end.id)),
        how: how(&end.pair),
        places: Short::new(end.pair.places.iter().map(place), PLACES),
    };
    Short::new(list.iter().map(end), NEIGHBOURS)
}

/// `http; 340 recorded calls`.
fn how(pair: &Pair) -> String {
    let kinds: Vec<&str> = pair.kinds.iter().copied().collect();
    let mut how = kinds.join(", ");
    if pair.only_configured() {
        how.push_str("; configured only, no call seen");
    }
    if pair.observed > 0 {
        how.push_str(&format!(
            "; {}",
            crate::report::view::names::counted(
                pair.observed as usize,
                "recorded call",
                "recorded calls"
            )
        ));
    }
    how
}
