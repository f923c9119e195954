//! Whether the system is a distributed monolith, decided once for every output.
//!
//! In: services, their edges, judged cycles, recorded calls. Out: [`SystemVerdict`].
//! Invariant: what was not seen is *unknown*, never *no*: "none found" needs most services to have a known call.
//! Never: a sentence; the outputs word it.

use std::collections::BTreeSet;

use super::record::{Analysis, Answer, EdgeRecord, NodeRecord, SystemVerdict};
use crate::cycles::Cycle;
use crate::cycles::monolith::Verdict;
use crate::model::{CallProfile, EdgeKind, Grade, Level, NodeId, Provenance};

/// Least share of the business services with a known call for "none found".
const SEEN: f64 = 0.8;

/// Decides the verdict.
pub(super) fn verdict(
    nodes: &[NodeRecord],
    edges: &[EdgeRecord],
    cycles: &[Cycle],
    calls: Option<&CallProfile>,
) -> SystemVerdict {
    let services = nodes
        .iter()
        .filter(|node| node.level == Level::Service && node.role.is_business());
    let services: Vec<&NodeRecord> = services.collect();
    let known = known(&services, edges, calls).len();
    let waiting = cycles
        .iter()
        .filter(|cycle| cycle.level == Level::Service && cycle.synchronous == Some(true));
    let in_cycles: BTreeSet<&NodeId> = waiting.clone().flat_map(|cycle| &cycle.members).collect();
    let proven = waiting
        .clone()
        .any(|cycle| cycle.verdict == Some(Verdict::DistributedMonolith));
    let answer = if services.len() < 2 {
        Answer::NotApplicable
    } else if proven {
        Answer::Yes
    } else if !in_cycles.is_empty() {
        Answer::Suspected
    } else if known as f64 >= SEEN * services.len() as f64 {
        Answer::NoneFound
    } else {
        Answer::Unknown
    };
    SystemVerdict {
        answer,
        services: services.len() as u64,
        known: known as u64,
        in_cycles: in_cycles.len() as u64,
        traced: !recorded(calls).is_empty(),
    }
}

/// The business services whose code is here and of which a call is known, and those that left spans.
#[must_use]
pub fn known_services(analysis: &Analysis) -> BTreeSet<&NodeId> {
    let services = analysis
        .nodes
        .iter()
        .filter(|node| node.level == Level::Service && node.role.is_business());
    let services: Vec<&NodeRecord> = services.collect();
    known(&services, &analysis.edges, analysis.runtime.as_ref())
}

fn known<'a>(
    services: &[&'a NodeRecord],
    edges: &[EdgeRecord],
    calls: Option<&CallProfile>,
) -> BTreeSet<&'a NodeId> {
    let (called, recorded) = (called(edges), recorded(calls));
    let is_known = |node: &&&NodeRecord| {
        let mut names = node.aliases.iter().chain([&node.name]);
        // Whom a program calls that is only deployed here, nobody knows.
        let called = node.path.is_some() && called.contains(&node.id);
        called || names.any(|name| recorded.contains(&**name))
    };
    services
        .iter()
        .filter(is_known)
        .map(|node| &node.id)
        .collect()
}

/// Ids of both ends of every call and message between services that code or traffic shows.
fn called(edges: &[EdgeRecord]) -> BTreeSet<&NodeId> {
    let counts = |edge: &&EdgeRecord| {
        (edge.kind.is_synchronous() || edge.kind == EdgeKind::Messaging)
            && match edge.grade {
                // The address reaches code that sends, wherever it is written.
                Some(grade) => grade == Grade::Called,
                None => matches!(edge.provenance, Provenance::Code | Provenance::Trace),
            }
    };
    let ends = edges.iter().filter(counts);
    ends.flat_map(|edge| [&edge.from, &edge.to]).collect()
}

/// Services that left spans.
fn recorded(calls: Option<&CallProfile>) -> BTreeSet<&str> {
    let operations = calls.into_iter().flat_map(|calls| &calls.operations);
    operations.map(|operation| &*operation.service).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::{Labels, Role};

    fn service(name: &str) -> NodeRecord {
        NodeRecord {
            id: NodeId::service(name),
            level: Level::Service,
            name: name.into(),
            parent: None,
            path: Some(name.into()),
            language: None,
            aliases: Vec::new(),
            instances: None,
            role: Role::Business,
            metrics: BTreeMap::new(),
        }
    }

    fn call(from: &str, to: &str, provenance: Provenance) -> EdgeRecord {
        EdgeRecord {
            from: NodeId::service(from),
            to: NodeId::service(to),
            kind: EdgeKind::Http,
            labels: Labels::NONE,
            provenance,
            grade: None,
            weight: 1,
            symbols: Vec::new(),
            via: None,
            locations: Vec::new(),
        }
    }

    fn cycle(verdict: Option<Verdict>) -> Cycle {
        Cycle {
            id: "cycle:a".to_owned(),
            level: Level::Service,
            members: ["a", "b"].map(NodeId::service).to_vec(),
            shortest: Vec::new(),
            cut: Vec::new(),
            steps: Vec::new(),
            synchronous: Some(true),
            verdict,
            score: None,
            exempt: None,
        }
    }

    #[test]
    fn none_is_found_only_where_most_was_seen() {
        let five = ["a", "b", "c", "d", "e"].map(service);
        let answer = |edges: &[EdgeRecord]| verdict(&five, edges, &[], None);
        let some = [
            call("a", "b", Provenance::Code),
            call("c", "b", Provenance::Code),
        ];
        assert_eq!(
            (answer(&some).answer, answer(&some).known),
            (Answer::Unknown, 3)
        );
        let most = [some[0].clone(), call("c", "d", Provenance::Trace)];
        assert_eq!(
            (answer(&most).answer, answer(&most).known),
            (Answer::NoneFound, 4)
        );
        let declared = [some[0].clone(), call("c", "d", Provenance::Declared)];
        assert_eq!(
            answer(&declared).answer,
            Answer::Unknown,
            "an address is no call"
        );
        let mut far = five.clone();
        far[3].path = None;
        let seen = verdict(&far, &most[..1], &[], None).known;
        assert_eq!((seen, answer(&some[..1]).known), (2, 2));
        let ends = [some[0].clone(), call("c", "d", Provenance::Code)];
        let seen = verdict(&far, &ends, &[], None).known;
        assert_eq!(seen, 3, "what is only deployed here may call anybody");
        let mut used = declared;
        used[1].grade = Some(Grade::Called);
        assert_eq!(
            answer(&used).known,
            4,
            "one that reaches code which sends is"
        );
        assert_eq!(
            verdict(&five[..1], &most, &[], None).answer,
            Answer::NotApplicable
        );
    }

    #[test]
    fn a_cycle_is_suspected_until_it_is_felt() {
        let two = ["a", "b"].map(service);
        let answer = |found: Option<Verdict>| verdict(&two, &[], &[cycle(found)], None);
        assert_eq!(answer(Some(Verdict::Suspect)).answer, Answer::Suspected);
        let proven = answer(Some(Verdict::DistributedMonolith));
        assert_eq!((proven.answer, proven.in_cycles), (Answer::Yes, 2));
    }
}
