//! Where a gateway of GraphQL finds the services that it joins to one graph.
//!
//! In: a composed schema, or the configuration that one is composed from. Out: [`Target`]s.
//! Invariant: in source order.
//! Never: an `extend type` of a schema; the gateway resolves it, no service asks another.

use crate::model::Position;
use crate::model::names::tail;
use crate::source::settings::Entry;

use super::proxy::Target;

/// Whether a file may be a composed schema, by its name.
pub(in crate::links) fn is_schema(path: &str) -> bool {
    let ends = [".graphql", ".graphqls", ".gql"];
    ends.iter().any(|end| tail(path).ends_with(end))
}

/// The services of a composed schema: `ORDERS @join__graph(name: "orders", url: "http://orders:4000")`.
pub(in crate::links) fn joined(text: &str) -> Vec<Target> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let url = line
            .split_once("@join__graph(")
            .and_then(|(_, rest)| rest.split_once("url:"))
            .and_then(|(_, rest)| rest.split('"').nth(1));
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        found.extend(url.map(|url| Target {
            text: url.to_owned(),
            at: Position::new(number(index + 1), 1),
            federated: true,
        }));
    }
    found
}

/// The services of the configuration of a gateway: `subgraphs.orders.routing_url` or `override_subgraph_url.orders`.
pub(in crate::links) fn configured(entries: &[Entry]) -> Vec<Target> {
    let leads = |entry: &&Entry| {
        let mut parts = entry.key.split('.');
        let last = parts.clone().next_back();
        parts.any(|part| part == "override_subgraph_url")
            || matches!(last, Some("routing_url" | "routingUrl"))
    };
    let target = |entry: &Entry| Target {
        text: entry.value.clone(),
        at: entry.at,
        federated: true,
    };
    entries.iter().filter(leads).map(target).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::settings;

    #[test]
    fn a_composed_schema_and_its_configuration_name_services() {
        let schema = "extend type Product @key(fields: \"id\")\nenum join__Graph {\n  \
                      A @join__graph(name: \"a\" url: \"http://a:4000/graphql\")\n  \
                      B @join__graph(name: \"b\", url: \"\")\n}\n# url: \"http://c\"\n";
        let texts = |found: Vec<Target>| -> Vec<String> {
            found.into_iter().map(|target| target.text).collect()
        };
        assert_eq!(texts(joined(schema)), ["http://a:4000/graphql", ""]);
        let yaml = "subgraphs:\n  a:\n    routing_url: http://a:1/graphql\n    schema: {file: ./a.graphql}\n\
                    override_subgraph_url:\n  b: http://b:1\nother:\n  url: http://c:1\n";
        let entries = settings::read("supergraph.yaml", yaml);
        assert_eq!(
            texts(configured(&entries)),
            ["http://a:1/graphql", "http://b:1"]
        );
    }
}
