//! What the gate's own rules mean.
//!
//! In: nothing. Out: [`TEXTS`] for `explain` and for reports.
//! Invariant: one entry per rule that only the gate can break.
//! Never: a threshold; those stand in the policy.

use crate::model::RuleId;

/// The texts of a rule.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// Kebab-case id.
    pub id: RuleId,
    /// One line.
    pub summary: &'static str,
    /// What it does.
    pub what: &'static str,
    /// Why it is bad.
    pub why: &'static str,
    /// An example.
    pub example: &'static str,
    /// What to do.
    pub fix: &'static str,
}

/// Every rule that only the gate can break.
pub const TEXTS: &[Text] = &[
    Text {
        id: RuleId::ForbiddenEdge,
        summary: "A dependency that the policy forbids.",
        what: "Compares every import and every call between services with the `[[forbid]]` entries of \
               seamline.toml. Tests and build scripts do not count.",
        why: "The entry was written down because this dependency had a price before.",
        example: "from = \"domain/**\", to = \"web/**\": domain/order.rs imports web/session.rs.",
        fix: "Turn the dependency round (the domain declares what it needs, the web layer supplies it), or move \
              what is needed to where both may reach it.",
    },
    Text {
        id: RuleId::FrozenGrowth,
        summary: "Frozen code that grew.",
        what: "With `--against`, compares the files of a `[[freeze]]` entry with those of the base: new files, routes, \
               public items, tables and dependencies on other parts fail. Edits, removals and tests pass.",
        why: "Code that is being replaced must drain: whatever is added to it has to be moved again.",
        example: "legacy/orders.py gains the route POST /refunds while `legacy/**` is frozen.",
        fix: "Put it into the part that takes over. `check --against` tells how many files outside still depend on the \
              frozen code, before and after.",
    },
    Text {
        id: RuleId::LayerViolation,
        summary: "A dependency against the order of the layers, or a file in no layer.",
        what: "Places every file in a part of `[layers]` and judges every import: only downwards, no siblings, \
               and only to what `may` lists for a part.",
        why: "Layers that are not kept become a knot in which nothing can be changed or moved alone.",
        example: "`graph` below `report`: src/graph/build.rs imports src/report/text.rs.",
        fix: "Pass what is needed as data from above, or move it to a lower layer.",
    },
    Text {
        id: RuleId::LimitExceeded,
        summary: "A metric beyond the limit that the policy sets.",
        what: "Compares the metric of each node of a level, or of the level as a whole, with `max` and `min` of a \
               `[[limits]]` entry. Undefined values are not judged.",
        why: "Structure decays in steps too small for any one review to stop.",
        example: "propagation_cost at level module above 0.40.",
        fix: "`seamline explain METRIC` says what moves it; cycles are the usual cause.",
    },
    Text {
        id: RuleId::LowCoverage,
        summary: "The analysis saw less than the policy demands.",
        what: "Compares the shares of references resolved, files parsed, source files that belong to a service, spans \
               used and load attributed, of services with known calls and of files in languages that are read with \
               `min-coverage`: resolved, parsed, owned, calls, languages, spans, attributed-load.",
        why: "What the analysis does not see, the gate cannot judge: a pass would mean little.",
        example: "min-coverage = { resolved = 0.85 }, but only 80 % of the references were resolved.",
        fix: "`--show-skipped` and `--show-unresolved` list what is missing; declare services and sources where \
              discovery is wrong.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::RULES;

    #[test]
    fn every_rule_is_explained_once() {
        let explained = RULES.iter().map(|rule| rule.id);
        let mut ids: Vec<_> = explained.chain(TEXTS.iter().map(|text| text.id)).collect();
        ids.sort_unstable();
        assert_eq!(ids, RuleId::ALL);
    }
}
