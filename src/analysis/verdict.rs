//! Whether the system is a distributed monolith, decided once for every output.
//!
//! In: services, their edges, judged cycles, recorded calls. Out: [`SystemVerdict`].
//! Invariant: what was not seen is *unknown*, never *no*: "none found" needs most services to have a known call.
//! Never: a sentence; the outputs word it.

use std::collections::BTreeSet;

use super::record::{Analysis, Answer, EdgeRecord, NodeRecord, SystemVerdict};
use crate::cycles::Cycle;
use crate::cycles::monolith::Verdict;
use crate::model::{CallProfile, EdgeKind, Grade, Level, NodeId, Provenance, Role};

/// Least share of the business services with a known call for "none found".
const SEEN: f64 = 0.8;

/// Decides the verdict.
pub(super) fn verdict(
    nodes: &[NodeRecord],
    edges: &[EdgeRecord],
    cycles: &[Cycle],
    calls: Option<&CallProfile>,
) -> SystemVerdict {
    let services = business(nodes).count();
    let known = known(nodes, edges, calls).len();
    let waiting = cycles
        .iter()
        .filter(|cycle| cycle.level == Level::Service && cycle.synchronous == Some(true));
    let in_cycles: BTreeSet<&NodeId> = waiting.clone().flat_map(|cycle| &cycle.members).collect();
    let proven = waiting
        .clone()
        .any(|cycle| cycle.verdict == Some(Verdict::DistributedMonolith));
    let answer = if services < 2 {
        Answer::NotApplicable
    } else if proven {
        Answer::Yes
    } else if !in_cycles.is_empty() {
        Answer::Suspected
    } else if known as f64 >= SEEN * services as f64 {
        Answer::NoneFound
    } else {
        Answer::Unknown
    };
    SystemVerdict {
        answer,
        services: services as u64,
        known: known as u64,
        in_cycles: in_cycles.len() as u64,
        traced: !recorded(calls).is_empty(),
    }
}

/// The business services whose code is here and of which a call is known, and those that left spans.
#[must_use]
pub fn known_services(analysis: &Analysis) -> BTreeSet<&NodeId> {
    known(&analysis.nodes, &analysis.edges, analysis.runtime.as_ref())
}

/// The business services.
fn business(nodes: &[NodeRecord]) -> impl Iterator<Item = &NodeRecord> {
    let services = nodes.iter().filter(|node| node.level == Level::Service);
    services.filter(|node| node.role.is_business())
}

/// The business services of which a call is known: one that is called out, one that left spans, or
/// one whose code surely calls nobody, where calls of others were found. A service without code
/// here is none, whatever it looks like.
fn known<'a>(
    nodes: &'a [NodeRecord],
    edges: &[EdgeRecord],
    calls: Option<&CallProfile>,
) -> BTreeSet<&'a NodeId> {
    let gateways = nodes.iter().filter(|node| node.role == Role::Gateway);
    let gateways: BTreeSet<&NodeId> = gateways.map(|node| &node.id).collect();
    let (called, recorded) = (called(edges, &gateways), recorded(calls));
    // Where no call at all was seen, that nothing looks like one tells nothing.
    let any = !called.is_empty();
    let is_known = |node: &&NodeRecord| {
        let mut names = node.aliases.iter().chain([&node.name]);
        // Whom a program calls that is only deployed here, nobody knows.
        let told = node.path.is_some() && (any && node.quiet || called.contains(&node.id));
        told || names.any(|name| recorded.contains(&**name))
    };
    let known = business(nodes).filter(is_known);
    known.map(|node| &node.id).collect()
}

/// Ids of the services whose calls to others, or whose messages, code or traffic shows: who is only called may itself
/// call anybody, and a gateway may pass a call on to anybody.
fn called<'e>(edges: &'e [EdgeRecord], gateways: &BTreeSet<&NodeId>) -> BTreeSet<&'e NodeId> {
    let counts = |edge: &&EdgeRecord| {
        !gateways.contains(&edge.to)
            && (edge.kind.is_synchronous() || edge.kind == EdgeKind::Messaging)
            && match edge.grade {
                // The address reaches code that sends, wherever it is written.
                Some(grade) => grade == Grade::Called,
                None => matches!(edge.provenance, Provenance::Code | Provenance::Trace),
            }
    };
    let ends = edges.iter().filter(counts);
    let taking = |edge: &&EdgeRecord| edge.kind == EdgeKind::Messaging;
    let takers = ends.clone().filter(taking).map(|edge| &edge.to);
    ends.map(|edge| &edge.from).chain(takers).collect()
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
    use crate::model::Labels;

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
            quiet: false,
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
        let mut five = ["a", "b", "c", "d", "e"].map(service);
        five[4].quiet = true;
        let answer = |edges: &[EdgeRecord]| verdict(&five, edges, &[], None);
        let some = [
            call("a", "b", Provenance::Code),
            call("c", "b", Provenance::Code),
        ];
        let seen = |edges: &[EdgeRecord]| (answer(edges).answer, answer(edges).known);
        assert_eq!(seen(&some), (Answer::Unknown, 3), "who is called may call");
        let most = [
            some[0].clone(),
            some[1].clone(),
            call("d", "b", Provenance::Trace),
        ];
        assert_eq!(seen(&most), (Answer::NoneFound, 4));
        let mut message = some.clone();
        message[0].kind = EdgeKind::Messaging;
        assert_eq!(seen(&message).1, 4, "who takes messages is known by them");
        assert_eq!(seen(&[]), (Answer::Unknown, 0), "no call at all");
        let declared = [some[0].clone(), call("c", "d", Provenance::Declared)];
        assert_eq!(seen(&declared).1, 2, "an address is no call");
        let mut used = declared;
        used[1].grade = Some(Grade::Called);
        assert_eq!(seen(&used).1, 3, "one that reaches code which sends is");
        let mut far = five.clone();
        far[0].path = None;
        let known = verdict(&far, &some, &[], None).known;
        assert_eq!(known, 2, "what is only deployed here may call anybody");
        let mut fronted = five.clone();
        fronted[1].role = Role::Gateway;
        let known = verdict(&fronted, &some, &[], None).known;
        assert_eq!(known, 0, "whom a gateway passes a call on to is not known");
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
