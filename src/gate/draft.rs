//! A policy to start from: what the system keeps to today.
//!
//! In: [`Analysis`]. Out: [`Draft`], the text of the tables that `seamline init` writes.
//! Invariant: the system as it was analysed passes; shares are rounded down, bounds rounded up.
//! Never: a promise about a part that is in a cycle today.

use std::collections::{BTreeMap, BTreeSet};

use super::coverage;
use super::edges::{self, Dependency};
use super::policy::{Coverage, Policy};
use super::select::Nodes;
use crate::analysis::{Analysis, NodeRecord};
use crate::model::{Level, Role, RuleId};

/// Rules that are denied where nothing breaks them; none of them moves with the time window.
const RULES: [RuleId; 6] = [
    RuleId::ImportCycle,
    RuleId::ServiceCycle,
    RuleId::DistributedMonolith,
    RuleId::AsyncCycle,
    RuleId::SharedTable,
    RuleId::ForeignWrite,
];
/// Metrics that say how tangled the modules are.
const METRICS: [&str; 2] = ["propagation_cost", "relative_cyclicity"];
/// Shares that are kept.
const SHARES: [Coverage; 4] = [
    Coverage::Resolved,
    Coverage::Parsed,
    Coverage::Owned,
    Coverage::Languages,
];
/// Most ranks that are worth a line each.
const RANKS: usize = 8;
/// Most parts of an order that a person can review.
const PARTS: usize = 40;
/// Folders that are entered to find one that is divided into parts.
const DEPTH: usize = 4;

/// The tables of a policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Keys that stand before the first table.
    pub limits: String,
    /// The `[layers]` table; empty where no order of folders was found.
    pub layers: String,
    /// The `[gate]` table.
    pub gate: String,
}

/// Drafts the policy that `analysis` keeps to.
#[must_use]
pub fn draft(analysis: &Analysis) -> Draft {
    let nodes = Nodes::of(analysis);
    Draft {
        limits: limits(&nodes),
        layers: layers(analysis, &nodes).unwrap_or_default(),
        gate: gate(analysis),
    }
}

/// Bounds of the metrics of whole levels at today's values.
fn limits(nodes: &Nodes<'_>) -> String {
    let system = nodes.all.iter().find(|node| node.level == Level::System);
    let bound = |metric: &&str| {
        let value = system?.metrics.get(&format!("{metric}@module"))?;
        // No metric is minus nothing.
        let max = (value.as_ref()? * 1000.0).ceil() / 1000.0 + 0.0;
        Some(format!(
            "    {{ metric = \"{metric}\", level = \"module\", max = {max:?}, reason = \"no worse than today\" }},\n"
        ))
    };
    let bounds: String = METRICS.iter().filter_map(bound).collect();
    if bounds.is_empty() {
        return bounds;
    }
    format!("limits = [\n{bounds}]\n")
}

/// The rules that nothing breaks, and the shares that the analysis saw.
fn gate(analysis: &Analysis) -> String {
    let denies = |rule: &RuleId| {
        let policy = Policy {
            deny: vec![*rule],
            deny_by_default: false,
            ..Policy::default()
        };
        super::judge::check(analysis, &policy, None)
            .violations
            .is_empty()
    };
    let (clean, broken): (Vec<RuleId>, Vec<RuleId>) = RULES.into_iter().partition(denies);
    let quoted = |rules: &[RuleId]| {
        let names: Vec<String> = rules.iter().map(|rule| format!("\"{rule}\"")).collect();
        names.join(", ")
    };
    let mut text = format!("[gate]\ndeny = [{}]\n", quoted(&clean));
    if !broken.is_empty() {
        text.push_str(&format!(
            "# Broken today; open the line and run `seamline baseline create` to fail on new ones only.\n#: deny-new = [{}]\n",
            quoted(&broken)
        ));
    }
    let share = |kind: Coverage| {
        // A whole share would fail on the first reference that nobody can resolve.
        let share = coverage::share(analysis, kind)?.min(0.99);
        let floor = (share * 100.0).floor() / 100.0;
        Some(format!("{} = {floor:?}", kind.name()))
    };
    let shares: Vec<String> = SHARES.into_iter().filter_map(share).collect();
    if !shares.is_empty() {
        text.push_str(&format!("min-coverage = {{ {} }}\n", shares.join(", ")));
    }
    text
}

/// The order of the folders that need each other one way only.
fn layers(analysis: &Analysis, nodes: &Nodes<'_>) -> Option<String> {
    let is_source = |node: &&NodeRecord| {
        node.level == Level::File && !matches!(node.role, Role::Test | Role::Generated)
    };
    let files = nodes.all.iter().filter(is_source);
    let files: Vec<&str> = files.filter_map(|node| node.path.as_deref()).collect();
    let dependencies = edges::judged(analysis, nodes);
    let mut within = String::new();
    for _ in 0..DEPTH {
        let mut parts: BTreeMap<&str, usize> = BTreeMap::new();
        for part in files.iter().filter_map(|path| part_of(path, &within)) {
            *parts.entry(part).or_default() += 1;
        }
        let order = order(&parts, &within, &dependencies);
        if order.len() > 1 && order.iter().map(Vec::len).sum::<usize>() > 2 {
            return Some(table(&within, &order));
        }
        let largest = parts.iter().max_by_key(|(name, count)| (**count, **name));
        let (name, _) = largest?;
        within = if within.is_empty() {
            (*name).to_owned()
        } else {
            format!("{within}/{name}")
        };
    }
    None
}

/// The part of `within` that a path belongs to: a folder, or a file without its extension.
fn part_of<'a>(path: &'a str, within: &str) -> Option<&'a str> {
    let rest = if within.is_empty() {
        path
    } else {
        path.strip_prefix(within)?.strip_prefix('/')?
    };
    let part = match rest.split_once('/') {
        Some((folder, _)) => folder,
        None => match rest.split_once('.') {
            Some((stem, extension)) if !extension.contains('.') => stem,
            _ => rest,
        },
    };
    // Other letters could be read as a glob.
    let is_plain =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    (!part.is_empty() && part.chars().all(is_plain)).then_some(part)
}

/// Ranks of the parts that are in no cycle, from high to low; a part depends on lower ranks only.
fn order<'a>(
    parts: &BTreeMap<&'a str, usize>,
    within: &str,
    dependencies: &[Dependency<'a>],
) -> Vec<Vec<&'a str>> {
    if parts.len() > PARTS {
        return Vec::new();
    }
    let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for dependency in dependencies.iter().filter(|it| it.is_ordinary()) {
        let part = |node: &'a NodeRecord| part_of(node.path.as_deref()?, within);
        if let (Some(from), Some(to)) = (part(dependency.from), part(dependency.to))
            && from != to
            && parts.contains_key(from)
            && parts.contains_key(to)
        {
            uses.entry(from).or_default().insert(to);
        }
    }
    let used = |part: &str| uses.get(part).into_iter().flatten().copied();
    let reaches_itself = |part: &str| {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = used(part).collect();
        while let Some(next) = open.pop() {
            if seen.insert(next) {
                open.extend(used(next));
            }
        }
        seen.contains(part)
    };
    let touched: BTreeSet<&str> = uses
        .iter()
        .flat_map(|(from, to)| to.iter().chain([from]))
        .copied()
        .collect();
    let kept: Vec<&'a str> = parts
        .keys()
        .copied()
        .filter(|part| touched.contains(part) && !reaches_itself(part))
        .collect();
    let mut rank: BTreeMap<&str, usize> = kept.iter().map(|part| (*part, 0)).collect();
    // The longest way down is no longer than the number of parts.
    for _ in 0..kept.len() {
        for part in &kept {
            let below = used(part).filter_map(|lower| rank.get(lower)).max();
            let own = below.map_or(0, |below| below + 1);
            rank.insert(part, own);
        }
    }
    let highest = rank.values().copied().max().map_or(0, |rank| rank + 1);
    let of_rank = |wanted: usize| {
        let own = kept.iter().copied();
        own.filter(|part| rank.get(part) == Some(&wanted)).collect()
    };
    (0..highest).rev().map(of_rank).collect()
}

/// The `[layers]` table: a rank per line, or all on one where there are too many.
fn table(within: &str, order: &[Vec<&str>]) -> String {
    let rank = |parts: &Vec<&str>| {
        let names: Vec<String> = parts.iter().map(|part| format!("\"{part}\"")).collect();
        format!("[{}]", names.join(", "))
    };
    let ranks: Vec<String> = order.iter().map(rank).collect();
    let ranks = if ranks.len() > RANKS {
        format!("[{}]", ranks.join(", "))
    } else {
        format!("[\n    {},\n]", ranks.join(",\n    "))
    };
    let within = match within {
        "" => String::new(),
        folder => format!("within = \"{folder}\"\n"),
    };
    format!("[layers] # high to low, as the code is today\n{within}order = {ranks}\n")
}
