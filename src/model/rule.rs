//! Which rule something broke.
//!
//! In: nothing, or the text of an id. Out: [`RuleId`].
//! Invariant: one id per rule of the findings and of the gate, sorted by name; a text is read here and nowhere else.
//! Never: what a rule means; its own file says that.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Declares the ids with their names.
macro_rules! rules {
    ($($id:ident $name:literal,)*) => {
        /// The id of a rule; its kebab-case name says the bad thing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum RuleId {
            $(#[doc = concat!("`", $name, "`")] $id,)*
        }

        impl RuleId {
            /// All ids, sorted by name.
            pub const ALL: &[Self] = &[$(Self::$id,)*];

            /// The name in the contract.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$id => $name,)*
                }
            }

            /// The id of that name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|id| id.name() == name)
            }
        }
    };
}

rules! {
    AsyncCycle "async-cycle",
    BypassedContract "bypassed-contract",
    ChattyPair "chatty-pair",
    DeepChain "deep-chain",
    DistributedMonolith "distributed-monolith",
    ForbiddenEdge "forbidden-edge",
    ForeignWrite "foreign-write",
    FrozenGrowth "frozen-growth",
    HiddenCoupling "hidden-coupling",
    Hotspot "hotspot",
    Hub "hub",
    ImportCycle "import-cycle",
    LayerCut "layer-cut",
    LayerViolation "layer-violation",
    LimitExceeded "limit-exceeded",
    LockstepChange "lockstep-change",
    LockstepLibrary "lockstep-library",
    LowCoverage "low-coverage",
    RepeatedCall "repeated-call",
    ServiceCycle "service-cycle",
    SharedDatastoreLoad "shared-datastore-load",
    SharedTable "shared-table",
    UndeclaredEdge "undeclared-edge",
    UnstableDependency "unstable-dependency",
    UnusedEdge "unused-edge",
    WastefulEdge "wasteful-edge",
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_name_and_are_read_as_written() {
        assert!(RuleId::ALL.iter().map(|id| id.name()).is_sorted());
        for &id in RuleId::ALL {
            assert_eq!(RuleId::named(id.name()), Some(id));
            assert_eq!(serde_json::to_value(id).expect("a text"), id.name());
        }
        let bad = serde_json::from_str::<RuleId>("\"import-cycles\"").expect_err("no such rule");
        assert!(bad.to_string().contains("expected one of `async-cycle`"));
    }
}
