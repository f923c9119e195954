//! Owners of what was found.
//!
//! In: [`Analysis`], the owners of each file. Out: the same with owners; and narrowed to one of them.
//! Invariant: a part belongs to those who own the most of its files; several do where they own equally many.
//! Never: an owner that no file has.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::record::{Analysis, NodeRecord};
use crate::model::{Level, NodeId};

type Counts = BTreeMap<Arc<str>, usize>;

/// Gives nodes, findings, services and proposals their owners.
pub fn claim(analysis: &mut Analysis, of: impl Fn(&str) -> Vec<Arc<str>>) {
    let by_id: BTreeMap<&NodeId, &NodeRecord> =
        analysis.nodes.iter().map(|node| (&node.id, node)).collect();
    let mut counts: BTreeMap<NodeId, Counts> = BTreeMap::new();
    for file in analysis
        .nodes
        .iter()
        .filter(|node| node.level == Level::File)
    {
        let owners = file.path.as_deref().map(&of).unwrap_or_default();
        let parent = |node: &&NodeRecord| by_id.get(node.parent.as_ref()?).copied();
        let chain = std::iter::successors(Some(file), parent).take(Level::ALL.len());
        for node in chain.filter(|node| node.level != Level::System && !owners.is_empty()) {
            let counts = counts.entry(node.id.clone()).or_default();
            for owner in &owners {
                *counts.entry(owner.clone()).or_default() += 1;
            }
        }
    }
    analysis.owners = counts
        .iter()
        .map(|(id, counts)| (id.clone(), leading(counts)))
        .collect();
    for service in &mut analysis.services {
        service.owners = counts.get(&service.id).map(ranked).unwrap_or_default();
    }
    for boundary in &mut analysis.boundaries {
        let mut counts = Counts::new();
        for owner in boundary.members.iter().flat_map(|path| of(path)) {
            *counts.entry(owner).or_default() += 1;
        }
        boundary.owners = ranked(&counts);
    }
    for finding in &mut analysis.findings {
        let places = finding.locations.iter().flat_map(|at| of(&at.path));
        let mut owners = owners_of(&analysis.owners, &finding.subject);
        if owners.is_empty() {
            owners = places.collect();
            owners.sort();
            owners.dedup();
        }
        finding.owners = owners;
    }
}

/// The owners of some parts, sorted.
#[must_use]
pub fn owners_of(owners: &BTreeMap<NodeId, Vec<Arc<str>>>, subject: &[NodeId]) -> Vec<Arc<str>> {
    let mut found: Vec<Arc<str>> = subject
        .iter()
        .filter_map(|id| owners.get(id))
        .flatten()
        .cloned()
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Those with the most files.
fn leading(counts: &Counts) -> Vec<Arc<str>> {
    let most = counts.values().max();
    let leading = counts.iter().filter(|(_, count)| Some(*count) == most);
    leading.map(|(owner, _)| owner.clone()).collect()
}

/// All of them, those with the most files first.
fn ranked(counts: &Counts) -> Vec<Arc<str>> {
    let mut owners: Vec<(&Arc<str>, &usize)> = counts.iter().collect();
    owners.sort_by_key(|(owner, count)| (std::cmp::Reverse(**count), (*owner).clone()));
    owners.into_iter().map(|(owner, _)| owner.clone()).collect()
}

/// Whether `wanted` names `owner`: case and a leading `@` do not count.
#[must_use]
pub fn is_owner(owner: &str, wanted: &str) -> bool {
    let plain = |name: &str| name.trim_start_matches('@').to_lowercase();
    plain(owner) == plain(wanted)
}

/// Keeps the cycles, findings, services and proposals of one owner.
pub fn keep_owner(analysis: &mut Analysis, wanted: &str) {
    let owners = &analysis.owners;
    let owns = |owners: &[Arc<str>]| owners.iter().any(|owner| is_owner(owner, wanted));
    analysis
        .cycles
        .retain(|cycle| owns(&owners_of(owners, &cycle.members)));
    analysis.findings.retain(|finding| owns(&finding.owners));
    analysis.services.retain(|service| owns(&service.owners));
    analysis
        .boundaries
        .retain(|boundary| owns(&boundary.owners));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Boundary, Finding};
    use crate::model::{Role, RuleId, Severity};

    fn file(path: &str) -> NodeRecord {
        NodeRecord {
            id: format!("file:{path}").parse().expect("an id"),
            level: Level::File,
            name: path.into(),
            parent: "module:m".parse().ok(),
            path: Some(path.into()),
            language: None,
            aliases: Vec::new(),
            instances: None,
            quiet: false,
            role: Role::Business,
            metrics: BTreeMap::new(),
        }
    }

    #[test]
    fn a_part_belongs_to_those_who_own_most_of_it() {
        let module = NodeRecord {
            id: "module:m".parse().expect("an id"),
            level: Level::Module,
            parent: None,
            path: None,
            ..file("m")
        };
        let mut analysis = Analysis {
            nodes: vec![module, file("a/x"), file("a/y"), file("b/z")],
            ..Analysis::default()
        };
        let about = |id: &str| {
            let subject = vec![id.parse().expect("an id")];
            Finding::new(RuleId::Hub, Severity::Note, subject)
        };
        analysis.findings = vec![about("module:m"), about("file:b/z")];
        analysis.boundaries = vec![Boundary {
            members: vec!["b/z".into()],
            ..Boundary::default()
        }];
        let of = |path: &str| match path.split_once('/') {
            Some(("a", _)) => vec![Arc::from("@a")],
            _ => vec![Arc::from("@Org/b")],
        };
        claim(&mut analysis, of);
        let owners = |at: usize| analysis.findings[at].owners.clone();
        assert_eq!(
            (owners(0), owners(1)),
            (vec!["@a".into()], vec!["@Org/b".into()])
        );
        assert_eq!(analysis.boundaries[0].owners, ["@Org/b".into()]);
        keep_owner(&mut analysis, "org/B");
        assert_eq!((analysis.findings.len(), analysis.boundaries.len()), (1, 1));
    }
}
