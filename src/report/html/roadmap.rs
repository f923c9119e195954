//! The roadmap as tables.
//!
//! In: [`Analysis`]. Out: [`Section`], if a roadmap was asked for.
//! Invariant: one kind of table for every strategy, so that the template knows none of them.
//! Never: a list without the number of what it leaves out.

use serde::Serialize;

use super::super::view::proposal::letter;
use super::short::Short;
use crate::analysis::{
    Addition, Additive, Analysis, Complete, Gradual, Roadmap, RoadmapStep, ServiceCall,
    ServiceLoop, TableUser,
};
use crate::report::view::names::{UNKNOWN, count, place};

/// Rows of a table, and entries of a cell.
const ROWS: usize = 40;
const ENTRIES: usize = 5;

/// The section.
#[derive(Serialize)]
pub(super) struct Section {
    title: &'static str,
    lead: String,
    tables: Vec<Table>,
    /// The policy to paste, line by line, as every text of the page is one line.
    freeze: Vec<String>,
}

/// A table with its heading.
#[derive(Serialize)]
struct Table {
    title: String,
    /// Each column, and whether it holds numbers.
    head: Vec<(&'static str, bool)>,
    rows: Short<Vec<String>>,
}

impl Table {
    /// A table of at most `ROWS` rows; `None` without rows, so that no empty heading is shown.
    fn new(
        title: impl Into<String>,
        head: &[(&'static str, bool)],
        rows: impl IntoIterator<Item = Vec<String>>,
    ) -> Option<Self> {
        let rows = Short::new(rows, ROWS);
        (!rows.items.is_empty()).then(|| Self {
            title: title.into(),
            head: head.to_vec(),
            rows,
        })
    }
}

/// The section of the strategy that was asked for. `named` puts the letter of a proposal before its
/// name.
pub(super) fn section(analysis: &Analysis) -> Option<Section> {
    let named =
        |rank: u32, name: &str| format!("{} {name}", letter(&analysis.boundaries, false, rank));
    Some(match analysis.roadmap.as_ref()? {
        Roadmap::Gradual(plan) => gradual(plan, &named),
        Roadmap::Complete(plan) => complete(plan, &named),
        Roadmap::Additive(plan) => additive(plan, &named),
    })
}

/// One row per step, the cheapest first.
fn gradual(plan: &Gradual, named: &dyn Fn(u32, &str) -> String) -> Section {
    let head = [
        ("Step", true),
        ("Part", false),
        ("Files", true),
        ("Call sites to the monolith", true),
        ("To break first", true),
        ("Cost", true),
        ("Files left", true),
        ("Dependencies across borders", true),
        ("Propagation of what is left", true),
        ("Cycles left", true),
        ("Makes cheaper (call sites)", false),
    ];
    let row = |(number, step): (u64, &RoadmapStep)| {
        let freed = step.frees.iter().take(ENTRIES);
        let freed = freed.map(|it| {
            let name = named(it.rank, &it.name);
            format!("{name} {} → {}", count(it.before), count(it.after))
        });
        let after = &step.after;
        vec![
            count(number),
            named(step.rank, &step.name),
            count(step.files),
            count(step.call_sites),
            count(step.to_break),
            format!("{:.0}", step.cost),
            count(after.files_left),
            count(after.dependencies_across),
            after
                .propagation
                .map_or_else(|| UNKNOWN.to_owned(), |cost| format!("{cost:.3}")),
            count(after.cycles),
            freed.collect::<Vec<String>>().join(", "),
        ]
    };
    let lead = "Each step is the cheapest that is left after those before it. Cost: call sites across the border to what is still in the monolith, those to break first three times, interfaces and uses of the shared kernel a quarter.";
    Section {
        title: "one part after the other",
        lead: plan.remark.clone().unwrap_or_else(|| lead.to_owned()),
        tables: Table::new("Steps", &head, (1..).zip(&plan.steps).map(row))
            .into_iter()
            .collect(),
        freeze: Vec::new(),
    }
}

/// The services of the plan, then what stands in the way: cycles between them, calls across, uses
/// by the shared kernel and shared tables. A plan with a remark shows nothing else.
fn complete(plan: &Complete, named: &dyn Fn(u32, &str) -> String) -> Section {
    let calls = |title: &'static str, list: &[ServiceCall]| {
        Table::new(title, &CALLS, list.iter().map(call))
    };
    let mut tables = vec![services(plan, named)];
    tables.extend(plan.cycles.iter().map(inverted));
    tables.push(calls("Where calls would cross most", &plan.calls));
    tables.push(calls(
        "The shared kernel must not use services",
        &plan.kernel_uses,
    ));
    tables.push(torn(plan));
    let some = plan.remark.is_none();
    Section {
        title: "all at once",
        lead: plan.remark.clone().unwrap_or_else(|| plan.verdict.clone()),
        tables: tables.into_iter().flatten().filter(|_| some).collect(),
        freeze: Vec::new(),
    }
}

/// The services of the plan, and what is in none of them.
fn services(plan: &Complete, named: &dyn Fn(u32, &str) -> String) -> Option<Table> {
    let services = plan.services.iter().map(|it| {
        let name = it
            .rank
            .map_or_else(|| it.name.clone(), |rank| named(rank, &it.name));
        let numbers = [
            it.files.len() as u64,
            it.named,
            it.kernel_sites,
            it.stays_sites,
        ];
        std::iter::once(name).chain(numbers.map(count)).collect()
    });
    let head = [
        ("Service", false),
        ("Files", true),
        ("Of these by name", true),
        ("Call sites to the shared kernel", true),
        ("Call sites to what stays", true),
    ];
    let beside =
        [("shared kernel", &plan.kernel), ("what stays", &plan.stays)].map(|(name, files)| {
            let mut row = vec![name.to_owned(), count(files.len() as u64)];
            row.resize(head.len(), UNKNOWN.to_owned());
            row
        });
    Table::new("Services", &head, services.chain(beside))
}

/// The calls to turn round where services need each other.
fn inverted(cycle: &ServiceLoop) -> Option<Table> {
    let turns = cycle.turn_round.iter().map(|turn| {
        let mut row = call(&turn.call);
        let places = turn.locations.iter().take(ENTRIES).map(place);
        row.push(places.collect::<Vec<String>>().join(", "));
        row
    });
    let title = format!(
        "{} services need each other ({}): to invert",
        cycle.services.len(),
        cycle.shortest.join(" → ")
    );
    let mut head = CALLS.to_vec();
    head.push(("At", false));
    Table::new(title, &head, turns)
}

/// The tables that several services of the plan use.
fn torn(plan: &Complete) -> Option<Table> {
    let torn = plan.torn_tables.iter().map(|table| {
        vec![
            table.table.clone(),
            users(&table.writers),
            users(&table.readers),
        ]
    });
    let head = [("Table", false), ("Written by", false), ("Read by", false)];
    Table::new("Tables used by several", &head, torn)
}

const CALLS: [(&str, bool); 5] = [
    ("From", false),
    ("To", false),
    ("Call sites", true),
    ("Dependencies", true),
    ("Recorded calls", true),
];

/// A row of `CALLS`.
fn call(call: &ServiceCall) -> Vec<String> {
    vec![
        call.from.clone(),
        call.to.clone(),
        count(call.call_sites),
        count(call.dependencies),
        call.recorded.map_or_else(|| UNKNOWN.to_owned(), count),
    ]
}

/// `orders (3), stock (1)`, the number of places in brackets; a dash without users.
fn users(users: &[TableUser]) -> String {
    let names = users.iter();
    let names = names.map(|user| format!("{} ({})", user.service, count(user.places)));
    let names: Vec<String> = names.collect();
    if names.is_empty() {
        UNKNOWN.to_owned()
    } else {
        names.join(", ")
    }
}

/// Shims that several services need, then the needs and routes of each service, and the policy that
/// keeps the old code frozen.
fn additive(plan: &Additive, named: &dyn Fn(u32, &str) -> String) -> Section {
    let common = plan.common.iter().map(|shim| {
        let (file, sites) = (shim.file.to_string(), count(shim.call_sites));
        vec![file, shim.services.join(", "), sites]
    });
    let head = [("File", false), ("Needed by", false), ("Call sites", true)];
    let mut tables = vec![Table::new(
        "Shims that several services need",
        &head,
        common,
    )];
    for service in &plan.services {
        tables.extend(of_service(service, &named(service.rank, &service.name)));
    }
    let lead = "The old code stays as it is. New services reach it through shims, a gateway leads requests to them, and a policy keeps the old code frozen.";
    Section {
        title: "around frozen code",
        lead: plan.remark.clone().unwrap_or_else(|| lead.to_owned()),
        tables: tables.into_iter().flatten().collect(),
        freeze: plan.freeze.lines().map(str::to_owned).collect(),
    }
}

/// Two tables of one service: what it needs of the old code, and which routes the gateway leads to
/// it. A need of the kernel is met by a library or a copy; any other by a shim until the service
/// that will own it exists.
fn of_service(service: &Addition, name: &str) -> [Option<Table>; 2] {
    let needs = service.needs.iter().map(|need| {
        let symbols = need.symbols.iter().map(|symbol| &**symbol);
        let by = match (need.kernel, &need.of) {
            (true, _) => "library or copy".to_owned(),
            (false, Some(other)) => format!("shim, later {other}"),
            (false, None) => "shim".to_owned(),
        };
        vec![
            need.file.to_string(),
            symbols.collect::<Vec<&str>>().join(", "),
            by,
            count(need.call_sites),
        ]
    });
    let routes = service.routes.iter().map(|route| {
        let method = if route.method.is_empty() {
            "any"
        } else {
            &route.method
        };
        vec![
            method.to_owned(),
            route.path.clone(),
            place(&route.location),
        ]
    });
    let head = [
        ("File", false),
        ("Symbols", false),
        ("By", false),
        ("Call sites", true),
    ];
    let needs = Table::new(format!("{name} needs of the old code"), &head, needs);
    let head = [("Method", false), ("Route", false), ("Declared at", false)];
    let routes = Table::new(format!("The gateway leads to {name}"), &head, routes);
    [needs, routes]
}
