//! How to get to the proposed parts, by the strategy that was asked for.
//!
//! In: [`View`]. Out: the steps, the services that would come out, or what to build around the old code.
//! Invariant: a strategy without anything to plan is one plain sentence.
//! Never: a long list without the number of what it leaves out (`--all` shows everything).

use std::io::{self, Write};

use super::layout::{bold, counted, place, thousands, wrapped, wrapped_after};
use crate::analysis::{
    Addition, Additive, Complete, Figures, Gradual, NewService, Roadmap, RoadmapStep, ServiceCall,
    ServiceLoop, Shim, TableUser, TornTable,
};
use crate::report::view::escape::shown;
use crate::report::view::reporter::View;

/// Entries of a list, symbols of a file and places of a dependency that are named unless all are asked for.
const ENTRIES: usize = 10;
const SYMBOLS: usize = 6;
const PLACES: usize = 2;
const FREED: usize = 3;

/// The roadmap that was asked for; nothing without one. A strategy with nothing to plan says so in
/// its remark.
pub(super) fn write(view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let Some(roadmap) = &view.analysis.roadmap else {
        return Ok(());
    };
    let (title, remark) = match roadmap {
        Roadmap::Gradual(plan) => ("one part after the other", &plan.remark),
        Roadmap::Complete(plan) => ("all at once", &plan.remark),
        Roadmap::Additive(plan) => ("around frozen code", &plan.remark),
    };
    let title = format!("Roadmap: {title}");
    writeln!(sink, "\n{}", bold(view.show.color, &title))?;
    if let Some(remark) = remark {
        writeln!(sink, "   {}", wrapped(remark, 3))?;
    }
    match roadmap {
        Roadmap::Gradual(plan) => gradual(plan, view, sink),
        Roadmap::Complete(plan) => complete(plan, view, sink),
        Roadmap::Additive(plan) => additive(plan, view, sink),
    }
}

/// A line below a heading, its further lines indented.
fn line(text: &str, sink: &mut dyn Write) -> io::Result<()> {
    writeln!(sink, "   {}", wrapped_after(&shown(text), 6, 0))
}

/// The entries that are shown, and how many more there are.
fn short<'a, T>(all: &'a [T], view: &View<'_>) -> (&'a [T], usize) {
    let most = if view.show.all { all.len() } else { ENTRIES };
    (&all[..all.len().min(most)], all.len().saturating_sub(most))
}

/// `and 3 more files (--all)`; nothing where none is left.
fn more(left: usize, one: &str, many: &str, sink: &mut dyn Write) -> io::Result<()> {
    if left == 0 {
        return Ok(());
    }
    line(
        &format!("and {} more (--all)", counted(left as u64, one, many)),
        sink,
    )
}

/// One paragraph per step, after the figures of today.
fn gradual(plan: &Gradual, view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    if plan.steps.is_empty() {
        return Ok(());
    }
    line(
        "The cheapest of what is left goes next. Cost: call sites to the monolith, those to break first three times, interfaces and uses of the shared kernel a quarter.",
        sink,
    )?;
    line(&format!("now: {}", figures(&plan.start)), sink)?;
    for (number, one) in (1..).zip(&plan.steps) {
        step(number, one, view, sink)?;
    }
    Ok(())
}

/// A step with its cost, its border and the figures after it.
fn step(
    number: usize,
    step: &RoadmapStep,
    view: &View<'_>,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let name = format!("{number}. {} {}", view.letter(step.rank), shown(&step.name));
    writeln!(
        sink,
        " {}   {}, cost {:.0}: {}",
        bold(view.show.color, &name),
        counted(step.files, "file", "files"),
        step.cost,
        counted(
            step.call_sites,
            "call site to the monolith",
            "call sites to the monolith"
        ),
    )?;
    line(&format!("border: {}", border(step)), sink)?;
    line(&format!("after it: {}", figures(&step.after)), sink)?;
    cheaper(step, view, sink)
}

/// What crosses the border of a step.
fn border(step: &RoadmapStep) -> String {
    let mut cost = vec![
        format!(
            "{} in, {} out",
            thousands(step.dependencies_in),
            thousands(step.dependencies_out)
        ),
        counted(
            step.to_break,
            "call site to break first",
            "call sites to break first",
        ),
    ];
    if step.interfaces > 0 {
        let interfaces = counted(step.interfaces, "call site of", "call sites of");
        cost.push(format!("{interfaces} interfaces that are there by then"));
    }
    cost.join(", ")
}

/// The steps that get cheaper by this one.
fn cheaper(step: &RoadmapStep, view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let most = if view.show.all { usize::MAX } else { FREED };
    let left = step.frees.len().saturating_sub(most);
    let freed: Vec<String> = step
        .frees
        .iter()
        .take(most)
        .map(|it| {
            let name = format!("{} {}", view.letter(it.rank), it.name);
            let (before, after) = (thousands(it.before), thousands(it.after));
            format!("{name} costs {after} instead of {before} call sites")
        })
        .collect();
    if !freed.is_empty() {
        let more = if left > 0 {
            format!(" and {left} more get cheaper")
        } else {
            String::new()
        };
        let freed = freed.join(", ");
        line(&format!("after {} is out, {freed}{more}", step.name), sink)?;
    }
    Ok(())
}

/// `120 files in the monolith, 34 dependencies across borders, propagation 0.120, 2 cycles of
/// files`.
fn figures(figures: &Figures) -> String {
    let mut parts = vec![counted(
        figures.files_left,
        "file in the monolith",
        "files in the monolith",
    )];
    if figures.dependencies_across > 0 {
        let across = counted(figures.dependencies_across, "dependency", "dependencies");
        parts.push(format!("{across} across borders"));
    }
    if let Some(propagation) = figures.propagation {
        parts.push(format!("propagation {propagation:.3}"));
    }
    parts.push(counted(figures.cycles, "cycle of files", "cycles of files"));
    parts.join(", ")
}

/// The services, the kernel and what stays, then what is in the way: cycles between services, calls
/// across, uses by the kernel and shared tables.
fn complete(plan: &Complete, view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    if plan.services.is_empty() {
        return Ok(());
    }
    line(&plan.verdict, sink)?;
    let names: Vec<String> = plan.services.iter().map(|it| service(it, view)).collect();
    line(&format!("services: {}", names.join(", ")), sink)?;
    line(
        &format!(
            "shared kernel (a library): {}; stays: {}",
            counted(plan.kernel.len() as u64, "file", "files"),
            counted(plan.stays.len() as u64, "file", "files"),
        ),
        sink,
    )?;
    held_back(plan, view, sink)?;
    for one in &plan.cycles {
        cycle(one, view, sink)?;
    }
    list("calls would cross most", &plan.calls, view, sink)?;
    list(
        "the shared kernel uses these; a library must not",
        &plan.kernel_uses,
        view,
        sink,
    )?;
    tables(&plan.torn_tables, view, sink)
}

/// `A billing (34)`: letter, name and number of files. A service that is no proposal has no letter.
fn service(service: &NewService, view: &View<'_>) -> String {
    let letter = service.rank.map(|rank| format!("{} ", view.letter(rank)));
    format!(
        "{}{} ({})",
        letter.unwrap_or_default(),
        service.name,
        thousands(service.files.len() as u64)
    )
}

/// The services whose files use what stays.
fn held_back(plan: &Complete, view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let mut held: Vec<&NewService> = plan.services.iter().collect();
    held.retain(|it| it.stays_sites > 0);
    held.sort_by_key(|it| std::cmp::Reverse(it.stays_sites));
    let (first, left) = short(&held, view);
    let named: Vec<String> = first
        .iter()
        .map(|it| {
            format!(
                "{} ({})",
                it.name,
                counted(it.stays_sites, "call site", "call sites")
            )
        })
        .collect();
    if named.is_empty() {
        return Ok(());
    }
    let more = if left > 0 {
        format!(" and {left} more")
    } else {
        String::new()
    };
    line(
        &format!("still need what stays: {}{more}", named.join(", ")),
        sink,
    )
}

/// `orders → stock: 12 call sites in 3 dependencies, 340 recorded calls`.
fn call(call: &ServiceCall) -> String {
    let recorded = call
        .recorded
        .map(|calls| format!(", {}", counted(calls, "recorded call", "recorded calls")));
    format!(
        "{} → {}: {} in {}{}",
        call.from,
        call.to,
        counted(call.call_sites, "call site", "call sites"),
        counted(call.dependencies, "dependency", "dependencies"),
        recorded.unwrap_or_default()
    )
}

/// Calls under a heading; nothing without calls.
fn list(
    title: &str,
    calls: &[ServiceCall],
    view: &View<'_>,
    sink: &mut dyn Write,
) -> io::Result<()> {
    if calls.is_empty() {
        return Ok(());
    }
    writeln!(sink, " {}", bold(view.show.color, title))?;
    let (first, left) = short(calls, view);
    for one in first {
        line(&call(one), sink)?;
    }
    more(left, "dependency", "dependencies", sink)
}

/// Services that need each other, one way round, and the calls to invert.
fn cycle(cycle: &ServiceLoop, view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let title = format!("{} services need each other", cycle.services.len());
    writeln!(sink, " {}", bold(view.show.color, &title))?;
    line(&cycle.services.join(", "), sink)?;
    line(
        &format!("one way round: {}", cycle.shortest.join(" → ")),
        sink,
    )?;
    line("to invert, the cheapest first:", sink)?;
    let (first, left) = short(&cycle.turn_round, view);
    for turn in first {
        let places: Vec<String> = turn.locations.iter().take(PLACES).map(place).collect();
        let text = format!("{} (at {})", call(&turn.call), places.join(", "));
        writeln!(sink, "   - {}", wrapped_after(&shown(&text), 5, 0))?;
    }
    more(left, "dependency", "dependencies", sink)
}

/// Tables that several services use, with their writers and readers.
fn tables(tables: &[TornTable], view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    if tables.is_empty() {
        return Ok(());
    }
    writeln!(sink, " {}", bold(view.show.color, "tables used by several"))?;
    let (first, left) = short(tables, view);
    for table in first {
        let written = match table.writers.as_slice() {
            [] => "no writer known".to_owned(),
            writers => format!("written by {}", users(writers)),
        };
        let read = match table.readers.as_slice() {
            [] => String::new(),
            readers => format!("; read by {}", users(readers)),
        };
        line(&format!("{}: {written}{read}", table.table), sink)?;
    }
    more(left, "table", "tables", sink)
}

/// `orders (3 places), stock`; a single place is not counted out.
fn users(users: &[TableUser]) -> String {
    let names = users.iter().map(|user| match user.places {
        1 => user.service.clone(),
        places => format!("{} ({places} places)", user.service),
    });
    names.collect::<Vec<String>>().join(", ")
}

/// Shims that several services share, each service, and the policy to paste.
fn additive(plan: &Additive, view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    if plan.services.is_empty() {
        return Ok(());
    }
    line(
        "The old code stays as it is. New services reach it through shims; a gateway leads requests to them.",
        sink,
    )?;
    if !plan.common.is_empty() {
        writeln!(
            sink,
            " {}",
            bold(view.show.color, "shims that several services need")
        )?;
        let (first, left) = short(&plan.common, view);
        for shim in first {
            let sites = counted(shim.call_sites, "call site", "call sites");
            line(
                &format!("{}: {} ({sites})", shim.file, shim.services.join(", ")),
                sink,
            )?;
        }
        more(left, "file", "files", sink)?;
    }
    for one in &plan.services {
        addition(one, view, sink)?;
    }
    writeln!(
        sink,
        " {}",
        bold(view.show.color, "freeze policy, to paste")
    )?;
    for text in plan.freeze.lines() {
        writeln!(sink, "{}", shown(text))?;
    }
    Ok(())
}

/// What one service needs of the old code, which tables have to be kept in step, and which routes
/// the gateway leads to it. Files of the kernel are listed apart, as they need no shim.
fn addition(one: &Addition, view: &View<'_>, sink: &mut dyn Write) -> io::Result<()> {
    let name = format!("{} {}", view.letter(one.rank), shown(&one.name));
    let (kernel, shims): (Vec<&Shim>, Vec<&Shim>) = one.needs.iter().partition(|it| it.kernel);
    let sites = shims.iter().map(|it| it.call_sites).sum();
    writeln!(
        sink,
        " {}   needs {} of the old code ({})",
        bold(view.show.color, &name),
        counted(shims.len() as u64, "file", "files"),
        counted(sites, "call site", "call sites"),
    )?;
    let (first, left) = short(&shims, view);
    for shim in first {
        line(&wrapper(shim), sink)?;
    }
    more(left, "file", "files", sink)?;
    if !kernel.is_empty() {
        let (first, left) = short(&kernel, view);
        let names: Vec<&str> = first.iter().map(|it| &*it.file).collect();
        let names = names.join(", ");
        line(
            &format!("a library or a copy instead of a shim: {names}"),
            sink,
        )?;
        more(left, "file", "files", sink)?;
    }
    if !one.tables.is_empty() {
        line(
            &format!("tables to keep in step: {}", one.tables.join(", ")),
            sink,
        )?;
    }
    let (routes, left) = short(&one.routes, view);
    for route in routes {
        let method = if route.method.is_empty() {
            "ANY"
        } else {
            &route.method
        };
        let at = place(&route.location);
        line(&format!("route {method} {} ({at})", route.path), sink)?;
    }
    more(left, "route", "routes", sink)
}

/// A file to wrap: `src/a.rs [billing]: total, price and 3 more (12 call sites)`. The brackets name
/// the service that will own the file.
fn wrapper(shim: &Shim) -> String {
    let names = shim.symbols.iter().take(SYMBOLS).map(|symbol| &**symbol);
    let names = names.collect::<Vec<&str>>().join(", ");
    let more = match shim.symbols.len().saturating_sub(SYMBOLS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let names = if names.is_empty() {
        String::new()
    } else {
        format!(": {names}{more}")
    };
    let of = shim
        .of
        .as_ref()
        .map_or_else(String::new, |of| format!(" [{of}]"));
    let sites = counted(shim.call_sites, "call site", "call sites");
    format!("{}{of}{names} ({sites})", shim.file)
}
