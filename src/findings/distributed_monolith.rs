//! A cycle of services that is felt at run time, in changes or in the data.
//!
//! In: judged cycles. Out: a finding per cycle with that verdict.
//! Invariant: the verdict is a rule; the score only orders.
//! Never: a group without a synchronous cycle.

use super::service_cycle::{example, facts_of, members, places, way};
use super::{Facts, Finding, Rule};
use crate::cycles::monolith::Verdict;
use crate::cycles::{Cycle, Score};
use crate::model::{RuleId, Severity};
use crate::simulate::remedies;

pub(super) const RULE: Rule = Rule {
    id: RuleId::DistributedMonolith,
    summary: "services that must be changed and deployed together",
    what: "Reports a synchronous cycle of business services that is also felt: requests re-enter a service in at \
           least 1 % of all requests, or at least 30 % of the change sets touch two or more members (with five or \
           more such sets), or two members write the same table. The score is an interval from 0 to 100: floor \
           with every unknown signal at 0, ceiling with every unknown at 1.",
    why: "The system pays for distribution (network, partial failure, versions) and keeps what it wanted to get \
          rid of: one change, one deployment, one outage for all of them.",
    example: "ms-user and ms-payment call each other; 4 of 10 requests re-enter ms-user and 6 of 20 commits touch \
              both: score 33.3 to 43.3.",
    fix: "Take the remedy with the lowest score after it; every remedy of the finding was simulated. If the \
          services belong together, merge them.",
    check,
};

/// A finding for each cycle that was judged a distributed monolith.
fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let judged = |cycle: &&Cycle| cycle.verdict == Some(Verdict::DistributedMonolith);
    facts
        .cycles
        .iter()
        .filter(judged)
        .filter_map(|cycle| finding(facts, cycle))
        .collect()
}

/// An error with the score, its strongest signals and the simulated remedies, the best of which is
/// the advice. Ordered by score and traffic together; without traces the floor of the score stands
/// in.
fn finding(facts: &Facts<'_>, cycle: &Cycle) -> Option<Finding> {
    let score = cycle.score.as_ref()?;
    let group = members(cycle);
    let state = crate::simulate::group_state(facts.system, &group, &facts.assumptions);
    let remedies = remedies::for_cycle(facts.system, &group, &facts.assumptions);
    let traffic = state.traffic_share.map_or(String::new(), |share| {
        format!("; {:.0} % of all requests cross it", share * 100.0)
    });
    Some(Finding {
        title: format!("Distributed monolith{}", way(cycle)),
        evidence: format!(
            "severity {} of 100, {}{traffic}; {}",
            score.interval(),
            signals(score),
            facts_of(facts, cycle)
        ),
        advice: remedies.first().map_or_else(
            || "cut the cycle or merge its members".to_owned(),
            |remedy| remedy.action.clone(),
        ),
        locations: places(facts, cycle),
        trace: example(facts, &group),
        remedies,
        weight: state.priority.unwrap_or(score.floor),
        ..Finding::new(RULE.id, Severity::Error, cycle.members.clone())
    })
}

/// The signals of the score in words, as text and page say them.
const SIGNALS: [(&str, &str); 7] = [
    ("cycle", "they wait for each other"),
    ("lockstep", "they change in lockstep"),
    ("data", "they write the same tables"),
    ("depth", "their call chains are deep"),
    ("chat", "they call each other often"),
    ("fail", "their failures spread"),
    ("lib", "their own libraries are bumped together"),
];

/// The two strongest signals in words, such as `mostly because they wait for each other (0.88)`.
fn signals(score: &Score) -> String {
    let known = score.signals.iter();
    let known =
        known.filter_map(|(name, value)| Some((name, (*value).filter(|value| *value > 0.0)?)));
    let mut known: Vec<(&String, f64)> = known.collect();
    known.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let said = known.into_iter().take(2).filter_map(|(name, value)| {
        let (_, words) = SIGNALS.iter().find(|(id, _)| id == name)?;
        Some(format!("{words} ({value:.2})"))
    });
    let said: Vec<String> = said.collect();
    format!("mostly because {}", said.join(" and "))
}
