//! Events on a bus that a provider runs: who puts them there under which source, whose rules take them.
//!
//! In: texts of code, settings of templates. Out: messaging links.
//! Invariant: a rule that names sources or kinds joins only those who put such events on the bus.
//! Never: a rule for everything; a source that several use, where the kind of their events is not known.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{EdgeKind, Grade, LinkEnd, Location, Provenance, ServiceLink, stacks};

use super::code::CodeFile;
use super::directory::Index;
use super::found::Found;
use super::material::Material;

/// Sources under which services put events on a bus, each with the kinds of its events as far as they are known.
type Put = BTreeMap<(Index, String), (BTreeSet<String>, BTreeSet<Location>)>;

/// A rule: who takes events of which sources and kinds.
struct Rule<'m> {
    service: Index,
    sources: Vec<&'m str>,
    kinds: Vec<&'m str>,
    at: &'m Location,
}

/// A link from each service that puts events on the bus to each service with a rule that takes
/// them.
pub(super) fn links(material: &Material<'_>, found: &mut Found) {
    let rules = rules(material);
    if rules.is_empty() {
        return;
    }
    let put = put(material, &rules);
    for rule in &rules {
        for ((from, source), (kinds, places)) in &put {
            if *from == rule.service || !fits(&put, rule, source, kinds) {
                continue;
            }
            let name = |index| material.directory.service(index).name.clone();
            found.links.push(ServiceLink {
                from: name(*from),
                to: LinkEnd::Service(name(rule.service)),
                kind: EdgeKind::Messaging,
                provenance: Provenance::Code,
                grade: Grade::Called,
                via: Some(source.clone()),
                evidence: "bus-event".into(),
                locations: places.iter().chain([rule.at]).cloned().collect(),
            });
        }
    }
}

/// The rules that the templates of all services set up.
fn rules<'m>(material: &'m Material<'_>) -> Vec<Rule<'m>> {
    let mut found = Vec::new();
    for service in material.calling() {
        let settings = material.settings[service].iter();
        for setting in settings.filter(|setting| setting.key == stacks::TAKES) {
            let (sources, kinds) = stacks::parts(&setting.value);
            let at = &setting.location;
            found.push(Rule {
                service,
                sources,
                kinds,
                at,
            });
        }
    }
    found
}

/// Whether a rule takes what is put under a source.
fn fits(put: &Put, rule: &Rule<'_>, source: &str, kinds: &BTreeSet<String>) -> bool {
    let from = rule.sources.is_empty() || rule.sources.contains(&source);
    let of_kind = rule.kinds.iter().any(|kind| kinds.contains(*kind));
    let alone = put.keys().filter(|(_, other)| other == source).count() == 1;
    let unknown = kinds.is_empty() && alone && !rule.sources.is_empty();
    from && (of_kind || unknown || rule.kinds.is_empty())
}

/// What each service puts on the bus. Code that sends names the source as a text: one that some
/// rule takes, or one under the key of a source. Settings tell the rest: what a permission lets a
/// service emit, and texts that the code of a sender reads.
fn put(material: &Material<'_>, rules: &[Rule<'_>]) -> Put {
    let sources: BTreeSet<&str> = rules
        .iter()
        .flat_map(|rule| rule.sources.iter().copied())
        .collect();
    let kinds: BTreeSet<&str> = rules
        .iter()
        .flat_map(|rule| rule.kinds.iter().copied())
        .collect();
    let mut found = Put::new();
    let mut sending: BTreeSet<Index> = BTreeSet::new();
    for (service, file) in material.callers().filter(|(_, file)| sends(material, file)) {
        sending.insert(service);
        let known = &material.knowledge.serverless.bus;
        let texts = || file.uses.iter().filter(|u| !u.name);
        let own: BTreeSet<String> = texts()
            .filter(|u| kinds.contains(&*u.text) || known.kinds.has_key(&u.key))
            .map(|u| u.text.clone())
            .collect();
        let named = texts().filter(|u| sources.contains(&*u.text) || known.sources.has_key(&u.key));
        for u in named {
            let slot = found.entry((service, u.text.clone())).or_default();
            slot.0.extend(own.iter().cloned());
            slot.1.insert(Location::new(file.path.clone(), u.at));
        }
    }
    for service in material.calling() {
        for setting in &material.settings[service] {
            let told = setting.key == stacks::EMITS;
            let given = sending.contains(&service) && sources.contains(&*setting.value);
            if told || given {
                let slot = found.entry((service, setting.value.clone())).or_default();
                slot.1.insert(setting.location.clone());
            }
        }
    }
    found
}

/// Whether a file puts events on a bus.
fn sends(material: &Material<'_>, file: &CodeFile) -> bool {
    let mut words = material.knowledge.serverless.bus.senders.iter();
    words.any(|word| file.held.says(word))
}
