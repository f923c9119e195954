//! What a deployable is for, judged by words of its names, image, dependencies and annotations.
//!
//! In: the words. Out: a [`Role`].
//! Invariant: what a program depends on outweighs its image, its image outweighs its name.
//! Never: a name of one particular system.

use std::collections::BTreeSet;

use crate::knowledge::{Images, List};
use crate::model::Role;
use crate::model::names::{self, key, words};

/// The words that tell a role.
pub(super) struct Signs<'a> {
    /// Name and aliases.
    pub(super) names: Vec<&'a str>,
    /// Image that runs, when no code of the tree is built into it.
    pub(super) image: Option<&'a str>,
    /// Base image of the Dockerfile.
    pub(super) base: Option<&'a str>,
    /// Dependencies and annotations.
    pub(super) hints: &'a BTreeSet<String>,
    /// Whether source code of the tree belongs to it.
    pub(super) code: bool,
    /// Whether a manifest says how its image is built.
    pub(super) built: bool,
    /// Whether its image comes from the makers of the system.
    pub(super) own_image: bool,
    /// Whether its command ends.
    pub(super) job: bool,
}

/// The hint of a program that runs in a browser, whatever hands it out.
pub(super) const FRONT: &str = "browser-program";

/// The role of a deployable.
pub(super) fn role(images: &Images, signs: &Signs<'_>) -> Role {
    if signs.job {
        return Role::Job;
    }
    if signs.hints.contains(FRONT) {
        return Role::Frontend;
    }
    if let Some(role) = by_hints(images, signs) {
        return role;
    }
    let by_words = |name: &str| by_words(images, name);
    let image = signs.image.map(names::tail);
    let by_base = signs.base.and_then(|base| by_words(names::tail(base)));
    if signs.code && !signs.built && image.and_then(by_words) == Some(Role::Gateway) {
        return Role::Gateway;
    }
    if signs.code {
        // `FROM postgres` runs a database, `FROM acme/skywalking-python` a program with an agent beside it.
        let base = signs
            .base
            .and_then(|base| by_head(images, names::tail(base)));
        let base = base.filter(|role| matches!(role, Role::Datastore | Role::Broker));
        return base.unwrap_or_else(|| first_party(images, signs));
    }
    if signs.own_image && signs.image.is_some_and(|image| image.contains('/')) {
        return own_image(images, signs, image);
    }
    // Of `apollographql/router` both parts are needed.
    let is_gateway = |image: &str| images.gateways.has(&with_organisation(image));
    if signs.image.is_some_and(is_gateway) {
        return Role::Gateway;
    }
    let by_name = signs.names.iter().find_map(|name| by_words(name));
    let sets_up = signs.names.iter().any(|name| is_setup(images, name));
    let by_image = image.and_then(by_words).or(by_base);
    let other = if signs.own_image {
        Role::Business
    } else {
        Role::Infrastructure
    };
    by_image.filter(|_| !sets_up).or(by_name).unwrap_or(other)
}

/// The role that dependencies, annotations and names tell of any program.
fn by_hints(images: &Images, signs: &Signs<'_>) -> Option<Role> {
    let hints = &images.hints;
    let any = |test: &dyn Fn(&String) -> bool| signs.hints.iter().any(test);
    let starts = |list: &List, hint: &str| list.iter().any(|start| hint.starts_with(start));
    let operates = |hint: &String| {
        let mut parts = hints.infrastructure.iter();
        starts(&hints.infrastructure_starts, hint) && parts.any(|part| hint.contains(part))
    };
    let may_route = |hint: &String| hints.gateways.has(&hint.to_lowercase());
    let called_gateway = || signs.names.iter().any(|name| says_gateway(images, name));
    let image = signs.image.map(names::tail);
    let mut called = signs.names.iter().copied().chain(image);
    if any(&operates) {
        Some(Role::Infrastructure)
    } else if any(&|hint| starts(&hints.gateway_starts, hint))
        || any(&may_route) && called_gateway()
    {
        Some(Role::Gateway)
    } else if called.any(|name| is_load(images, name))
        || any(&|hint| hints.load_generators.has(hint))
    {
        Some(Role::LoadGenerator)
    } else {
        None
    }
}

/// The last two parts of the path of an image, without its tag: `apollographqlrouter` of `ghcr.io/apollographql/router:v1`.
fn with_organisation(image: &str) -> String {
    let (path, name) = (names::folder(image), names::tail(image));
    key(&format!("{}{name}", names::tail(path)))
}

/// An image of the makers of the system is what its last word says: `acme/shop-redis` is a datastore,
/// `acme/mqtt-transport` is a program of theirs.
fn own_image(images: &Images, signs: &Signs<'_>, image: Option<&str>) -> Role {
    let head = image.and_then(|image| by_head(images, image));
    let base = || by_words(images, names::tail(signs.base?)).filter(|role| *role != Role::Gateway);
    head.or_else(base)
        .unwrap_or_else(|| first_party(images, signs))
}

/// The role that the last word of an image speaks for, generic words left out.
pub(super) fn by_head(images: &Images, image: &str) -> Option<Role> {
    let telling = |word: &String| !names::is_generic(word) && word.parse::<u32>().is_err();
    let words: Vec<String> = words(image).into_iter().filter(telling).collect();
    let [front @ .., last] = words.as_slice() else {
        return None;
    };
    let pair = front
        .last()
        .and_then(|word| by_words(images, &format!("{word}{last}")));
    by_words(images, last).or(pair)
}

/// Code of the tree is a business service unless its name says gateway or its parts are packaging only.
fn first_party(images: &Images, signs: &Signs<'_>) -> Role {
    let own = &images.own;
    let gateway = |name: &&str| {
        let called = has_word(&own.gateway_words, name) || own.gateways.has_key(name);
        called && !has_word(&own.outward_words, name)
    };
    if signs.names.iter().any(gateway) {
        return Role::Gateway;
    }
    let known = |name: &&str| {
        let name = key(name);
        let broker = own.brokers.has(&name).then_some(Role::Broker);
        broker.or_else(|| {
            own.infrastructure
                .has(&name)
                .then_some(Role::Infrastructure)
        })
    };
    signs.names.iter().find_map(known).unwrap_or(Role::Business)
}

fn has_word(list: &List, name: &str) -> bool {
    list.has_word(name)
}

/// A library for routing makes a gateway only of what is called one; others use parts of it.
fn says_gateway(images: &Images, name: &str) -> bool {
    has_word(&images.own.gateway_words, name) || has_word(&images.own.routing_words, name)
}

fn is_setup(images: &Images, name: &str) -> bool {
    has_word(&images.setup, name)
}

/// Whether a name speaks of generating load: a known tool, or `load` or `traffic` together with a
/// word such as `generator`. `load-balancer` is none.
fn is_load(images: &Images, name: &str) -> bool {
    let words = words(name);
    let pair = words.iter().any(|w| w == "load" || w == "traffic")
        && words
            .iter()
            .any(|w| matches!(w.as_str(), "generator" | "gen" | "test" | "tester"));
    pair || words.iter().any(|word| images.load_generators.has(word))
        || images.load_generators.has_key(name)
}

/// The role that the words of a name or image speak for; exporters and user interfaces come first.
pub(super) fn by_words(images: &Images, name: &str) -> Option<Role> {
    let words = words(name);
    let joined = key(name);
    let has = |list: &List| {
        let listed = |word: &str| {
            list.has(word) || list.has(word.trim_end_matches(|c: char| c.is_ascii_digit()))
        };
        words.iter().any(|word| listed(word)) || listed(&joined)
    };
    if images.gateways.has(&joined) {
        return Some(Role::Gateway);
    }
    let is_tool = words.iter().any(|word| images.tools.has(word));
    let stores = has(&images.datastores) || has(&images.brokers);
    if is_setup(images, name) && stores {
        return Some(Role::Job);
    }
    if is_tool && stores {
        return Some(Role::Infrastructure);
    }
    let spanning = [
        (&images.infrastructure, Role::Infrastructure),
        (&images.brokers, Role::Broker),
        (&images.datastores, Role::Datastore),
        (&images.gateways, Role::Gateway),
    ];
    let db = words
        .iter()
        .any(|word| matches!(word.as_str(), "db" | "cache"))
        || joined.ends_with("db")
        || joined.ends_with("postgres")
        || joined.ends_with("mongo");
    if db && is_setup(images, name) {
        return Some(Role::Job);
    }
    spanning
        .iter()
        .find(|(list, _)| has(list))
        .map(|(_, role)| *role)
        .or(db.then_some(Role::Datastore))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    fn of(names: &[&str], image: Option<&str>, hints: &[&str], code: bool) -> Role {
        let hints = hints.iter().map(|hint| (*hint).to_owned()).collect();
        role(
            &Knowledge::default().images,
            &Signs {
                names: names.to_vec(),
                image,
                base: None,
                hints: &hints,
                code,
                built: false,
                own_image: false,
                job: false,
            },
        )
    }

    #[test]
    fn images_and_names_tell_what_runs() {
        assert_eq!(
            of(&["orders-db"], Some("postgres:16"), &[], false),
            Role::Datastore
        );
        assert_eq!(
            of(&["auth-mongodb"], Some("acme/piggy-mongodb"), &[], false),
            Role::Datastore
        );
        assert_eq!(
            of(&["broker"], Some("confluentinc/cp-kafka"), &[], false),
            Role::Broker
        );
        assert_eq!(
            of(&["x"], Some("danielqsj/kafka-exporter"), &[], false),
            Role::Infrastructure
        );
        assert_eq!(of(&["web"], Some("nginx:1"), &[], false), Role::Gateway);
        assert_eq!(
            of(&["unknown"], Some("vendor/tool"), &[], false),
            Role::Infrastructure
        );
    }

    #[test]
    fn code_of_the_tree_is_business_unless_it_depends_on_something_else() {
        assert_eq!(of(&["redis-orders"], None, &[], true), Role::Business);
        assert_eq!(
            of(&["config"], None, &["enable-config-server"], true),
            Role::Infrastructure
        );
        assert_eq!(
            of(&["edge"], None, &["spring-cloud-starter-gateway"], true),
            Role::Gateway
        );
        assert_eq!(of(&["api-gateway"], None, &[], true), Role::Gateway);
        assert_eq!(
            of(&["load-generator"], None, &[], true),
            Role::LoadGenerator
        );
    }

    #[test]
    fn a_library_on_the_class_path_and_a_word_of_a_name_decide_nothing() {
        let library = ["spring-cloud-starter-netflix-hystrix-dashboard"];
        assert_eq!(of(&["orders"], None, &library, true), Role::Business);
        let switched_on = ["enable-hystrix-dashboard"];
        let role = of(&["monitor"], None, &switched_on, true);
        assert_eq!(role, Role::Infrastructure);
        assert_eq!(of(&["payment-gateway"], None, &[], true), Role::Business);
        assert_eq!(of(&["shop-gateway"], None, &[], true), Role::Gateway);
    }

    #[test]
    fn the_last_word_of_an_own_image_tells_what_it_is() {
        let images = &Knowledge::default().images;
        let head = |image| by_head(images, image);
        assert_eq!(head("shop-mqtt-transport"), None);
        assert_eq!(head("monitoring-reports-service"), None);
        assert_eq!(head("piggy-mongodb"), Some(Role::Datastore));
        assert_eq!(
            head("petclinic-discovery-server"),
            Some(Role::Infrastructure)
        );
    }

    #[test]
    fn every_row_decides() {
        let images = &Knowledge::default().images;
        for (list, role) in [
            (&images.infrastructure, Role::Infrastructure),
            (&images.brokers, Role::Broker),
            (&images.datastores, Role::Datastore),
            (&images.gateways, Role::Gateway),
        ] {
            for row in list.iter() {
                assert_eq!(by_words(images, row), Some(role), "{row}");
            }
        }
        for row in images.load_generators.iter() {
            assert_eq!(of(&[row], None, &[], true), Role::LoadGenerator, "{row}");
        }
        for row in images
            .own
            .gateways
            .iter()
            .chain(images.own.gateway_words.iter())
        {
            assert_eq!(of(&[row], None, &[], true), Role::Gateway, "{row}");
        }
        for row in images.own.infrastructure.iter() {
            assert_eq!(of(&[row], None, &[], true), Role::Infrastructure, "{row}");
        }
        for row in images.hints.gateways.iter() {
            assert_eq!(of(&["edge"], None, &[row], true), Role::Gateway, "{row}");
        }
    }
}
