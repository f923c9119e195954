//! A name for each service that no other one has.
//!
//! In: services as they were found. Out: the same, sorted by name, each name once.
//! Invariant: an alias that two services share names neither.
//! Never: drops a program that has a folder of its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Service, names};

/// Sorted by name, each name once; an alias that two services share names neither.
pub(super) fn named(mut services: Vec<Service>) -> Vec<Service> {
    let depth = |service: &Service| {
        service
            .dirs
            .first()
            .map_or(0, |dir| dir.matches('/').count())
    };
    let place = |service: &Service| {
        (
            service.image.is_none(),
            depth(service),
            service.evidence.clone(),
        )
    };
    services.sort_by(|a, b| (&a.name, place(a)).cmp(&(&b.name, place(b))));
    name_by_folder(&mut services);
    services.sort_by(|a, b| a.name.cmp(&b.name));
    services.dedup_by(|later, first| later.name == first.name);
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for service in &services {
        let own = service.aliases.iter().chain([&service.name]);
        for name in own.map(|name| names::key(name)).collect::<BTreeSet<_>>() {
            *uses.entry(name).or_default() += 1;
        }
    }
    for service in &mut services {
        let own = names::key(&service.name);
        service.aliases.retain(|alias| {
            let alias = names::key(alias);
            alias == own || uses[&alias] == 1
        });
    }
    services
}

/// Of several programs of one name that lie in folders of their own, the first keeps it; the others are called by as
/// much of their paths as tells them apart: `rest-payment` beside `payment`.
fn name_by_folder(services: &mut [Service]) {
    let dir = |service: &Service| service.dirs.first().cloned();
    let same = |a: &Service, b: &Service| a.name == b.name && dir(b).is_some() && dir(a) != dir(b);
    let later = (1..services.len()).filter(|at| same(&services[at - 1], &services[*at]));
    for at in later.collect::<Vec<_>>() {
        let own = dir(&services[at]).unwrap_or_default();
        let spelt = |dir: &str| -> Vec<String> {
            let around = names::folders(dir).skip(1);
            let around = around.map(|around| dir[around.len()..].trim_matches('/'));
            around.map(|rest| rest.replace('/', "-")).collect()
        };
        let taken: BTreeSet<String> = services
            .iter()
            .filter(|other| dir(other).is_some_and(|dir| dir != own))
            .flat_map(|other| spelt(&dir(other).unwrap_or_default()))
            .collect();
        let names = spelt(&own).into_iter();
        let mut names = names.filter(|name| !taken.contains(name));
        if let Some(name) = names.next() {
            services[at].name = name;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_of_one_name_are_told_apart_by_their_folders() {
        let service = |dir: &str| Service {
            name: "payment".to_owned(),
            dirs: vec![dir.to_owned()],
            ..Service::default()
        };
        let all = ["java/payment", "rest/java/payment", "rest/go/payment"];
        let found = named(all.iter().map(|dir| service(dir)).collect());
        let names: Vec<&str> = found.iter().map(|service| &*service.name).collect();
        assert_eq!(names, ["go-payment", "payment", "rest-java-payment"]);
    }
}
