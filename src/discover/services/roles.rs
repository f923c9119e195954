//! What a deployable is for, judged by words of its names, image, dependencies and annotations.
//!
//! In: the words. Out: a [`Role`].
//! Invariant: what a program depends on outweighs its image, its image outweighs its name.
//! Never: a name of one particular system.

use std::collections::BTreeSet;

use crate::model::Role;
use crate::model::names::{self, key, words};

const DATASTORES: &[&str] = &[
    "postgres",
    "postgresql",
    "postgis",
    "mysql",
    "mariadb",
    "mongo",
    "mongodb",
    "redis",
    "memcached",
    "memcache",
    "cassandra",
    "scylla",
    "couchdb",
    "couchbase",
    "elasticsearch",
    "opensearch",
    "neo4j",
    "influxdb",
    "cockroach",
    "cockroachdb",
    "dynamodb",
    "mssql",
    "sqlserver",
    "sqldata",
    "clickhouse",
    "minio",
    "valkey",
    "keydb",
    "solr",
    "arangodb",
    "timescaledb",
    "ravendb",
    "percona",
    "tidb",
    "yugabyte",
    "azurite",
    "db2",
    "oracledb",
    "hsqldb",
    "dragonfly",
    "qdrant",
    "milvus",
    "weaviate",
    "edgedb",
    "surrealdb",
    "eventstore",
    "database",
    "hazelcast",
    "mcrouter",
    "questdb",
    "riak",
    "aerospike",
    "mongod",
    "mongos",
    "firestore",
    "spanner",
    "alloydb",
    "pgvector",
];
const BROKERS: &[&str] = &[
    "broker",
    "messagebroker",
    "rabbitmq",
    "rabbit",
    "kafka",
    "nats",
    "activemq",
    "artemis",
    "pulsar",
    "mosquitto",
    "redpanda",
    "nsqd",
    "nsqlookupd",
    "rocketmq",
    "emqx",
    "hivemq",
    "zeromq",
    "jetstream",
    "mqtt",
    "elasticmq",
    "servicebus",
    "eventhubs",
    "stan",
];
const GATEWAYS: &[&str] = &[
    "nginx",
    "envoy",
    "traefik",
    "haproxy",
    "kong",
    "httpd",
    "caddy",
    "krakend",
    "apisix",
    "ocelot",
    "yarp",
    "tyk",
    "gateway",
    "apigateway",
    "apigw",
    "ingress",
    "loadbalancer",
    "varnish",
    "openresty",
    "ambassador",
    "proxy",
    "frontendproxy",
    "reverseproxy",
    "edgerouter",
    "apache",
    "apache2",
    "webserver",
];
const INFRASTRUCTURE: &[&str] = &[
    "consul",
    "eureka",
    "zookeeper",
    "etcd",
    "zipkin",
    "jaeger",
    "prometheus",
    "grafana",
    "otel",
    "otelcol",
    "opentelemetry",
    "otelcollector",
    "opentelemetrycollector",
    "collector",
    "loki",
    "promtail",
    "fluentd",
    "fluentbit",
    "logstash",
    "kibana",
    "filebeat",
    "metricbeat",
    "tempo",
    "hystrix",
    "turbine",
    "vault",
    "keycloak",
    "adminer",
    "pgadmin",
    "phpmyadmin",
    "mailhog",
    "maildev",
    "mailpit",
    "mailcatcher",
    "nacos",
    "apollo",
    "sentinel",
    "seata",
    "cadvisor",
    "exporter",
    "statsd",
    "pushgateway",
    "alertmanager",
    "portainer",
    "telegraf",
    "flagd",
    "localstack",
    "kafdrop",
    "akhq",
    "dapr",
    "skywalking",
    "datadog",
    "newrelic",
    "sonarqube",
    "jenkins",
    "minikube",
    "registry",
    "dashboard",
    "admin-server",
    "logspout",
    "graylog",
    "flyway",
    "liquibase",
    "watchtower",
    "webstatus",
    "discovery",
    "seq",
    "namerd",
    "linkerd",
    "istio",
    "mongoexpress",
    "rediscommander",
    "kowl",
    "certbot",
    "oap",
    "pyroscope",
    "weavescope",
    "netdata",
    "elk",
    "monitoring",
    "monitor",
    "configserver",
    "zipkinserver",
    "opamp",
    "pgpool",
];
const LOAD: &[&str] = &[
    "locust",
    "k6",
    "artillery",
    "jmeter",
    "gatling",
    "vegeta",
    "wrk",
    "wrk2",
    "fortio",
    "loadgenerator",
    "loadgen",
    "loadtest",
    "loadtester",
    "hey",
];

/// Parts of dependency and annotation names that make a first-party program part of the infrastructure.
const INFRASTRUCTURE_HINTS: &[&str] = &[
    "config-server",
    "eureka-server",
    "zipkin-server",
    "zipkin-stream-server",
    "hystrix-dashboard",
    "turbine",
    "admin-server",
    "admin-starter-server",
    "dataflow-server",
];
/// How names of such dependencies and annotations start.
const HINT_STARTS: &[&str] = &["spring-", "enable-", "zipkin-"];
const GATEWAY_HINTS: &[&str] = &[
    "enable-zuul-proxy",
    "enable-zuul-server",
    "spring-cloud-starter-zuul",
    "spring-cloud-starter-netflix-zuul",
    "spring-cloud-starter-gateway",
    "spring-cloud-gateway-server",
    "spring-cloud-starter-gateway-server-webflux",
    "spring-cloud-starter-gateway-server-webmvc",
    "spring-cloud-starter-gateway-mvc",
    "ocelot",
    "yarp.reverseproxy",
];

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
}

/// The role of a deployable.
pub(super) fn role(signs: &Signs<'_>) -> Role {
    let hinted = |list: &[&str]| {
        signs
            .hints
            .iter()
            .any(|hint| list.contains(&hint.to_lowercase().as_str()))
    };
    let server = |hint: &String| {
        let start = HINT_STARTS.iter().any(|start| hint.starts_with(start));
        start && INFRASTRUCTURE_HINTS.iter().any(|part| hint.contains(part))
    };
    if signs.hints.iter().any(server) {
        return Role::Infrastructure;
    }
    let routes = signs
        .hints
        .iter()
        .any(|hint| hint.starts_with("enable-zuul"));
    if routes || (hinted(GATEWAY_HINTS) && signs.names.iter().any(|name| says_gateway(name))) {
        return Role::Gateway;
    }
    let image = signs.image.map(names::tail);
    if signs.names.iter().copied().chain(image).any(is_load) || signs.hints.contains("locust") {
        return Role::LoadGenerator;
    }
    let by_base = signs.base.and_then(|base| by_words(names::tail(base)));
    if signs.code && !signs.built && image.and_then(by_words) == Some(Role::Gateway) {
        return Role::Gateway;
    }
    if signs.code {
        return by_base
            .filter(|role| *role != Role::Gateway)
            .unwrap_or_else(|| first_party(signs));
    }
    let by_name = signs.names.iter().find_map(|name| by_words(name));
    let sets_up = signs.names.iter().any(|name| is_setup(name));
    let by_image = if sets_up {
        by_name
    } else {
        image.and_then(by_words).or(by_base)
    };
    let other = if signs.own_image {
        Role::Business
    } else {
        Role::Infrastructure
    };
    by_image.or(by_name).unwrap_or(other)
}

/// Code of the tree is a business service unless its name says gateway or its parts are packaging only.
fn first_party(signs: &Signs<'_>) -> Role {
    let named = |name: &&str| {
        words(name)
            .iter()
            .any(|word| matches!(word.as_str(), "gateway" | "apigateway" | "gw" | "apigw"))
    };
    let edge = |name: &&str| {
        matches!(
            key(name).as_str(),
            "edgeserver" | "edgeservice" | "edge" | "zuul" | "zuulserver"
        )
    };
    if signs.names.iter().any(|name| named(name) || edge(name)) {
        return Role::Gateway;
    }
    let infra = |name: &&str| {
        matches!(
            key(name).as_str(),
            "configserver"
                | "configservice"
                | "discoveryserver"
                | "discoveryservice"
                | "eurekaserver"
                | "serviceregistry"
                | "registryserver"
                | "broker"
                | "messagebroker"
                | "adminserver"
                | "zipkinserver"
                | "hystrixdashboard"
        )
    };
    match signs.names.iter().find(|name| infra(name)) {
        Some(name) if key(name).contains("broker") => Role::Broker,
        Some(_) => Role::Infrastructure,
        None => Role::Business,
    }
}

/// Words that make a database or broker a tool beside one.
const TOOLS: &[&str] = &[
    "exporter",
    "ui",
    "admin",
    "manager",
    "commander",
    "express",
    "operator",
];
const SETUP: &[&str] = &[
    "init",
    "setup",
    "migrate",
    "migration",
    "migrations",
    "migrator",
    "seed",
    "backup",
    "populate",
    "bootstrap",
    "restore",
    "hook",
];

/// A library for routing makes a gateway only of what is called one; others use parts of it.
fn says_gateway(name: &str) -> bool {
    let words = words(name);
    let listed = [
        "gateway",
        "apigateway",
        "gw",
        "apigw",
        "edge",
        "proxy",
        "router",
        "zuul",
        "bff",
        "ingress",
        "frontdoor",
    ];
    words.iter().any(|word| listed.contains(&word.as_str()))
}

fn is_setup(name: &str) -> bool {
    words(name)
        .iter()
        .any(|word| SETUP.contains(&word.as_str()))
}

fn is_load(name: &str) -> bool {
    let words = words(name);
    let joined = key(name);
    let pair = words.iter().any(|w| w == "load" || w == "traffic")
        && words
            .iter()
            .any(|w| matches!(w.as_str(), "generator" | "gen" | "test" | "tester"));
    pair || words.iter().any(|word| LOAD.contains(&word.as_str()))
        || LOAD.contains(&joined.as_str())
}

/// The role that the words of a name or image speak for; exporters and user interfaces come first.
pub(super) fn by_words(name: &str) -> Option<Role> {
    let words = words(name);
    let joined = key(name);
    let has = |list: &[&str]| {
        let listed = |word: &str| {
            list.contains(&word)
                || list.contains(&word.trim_end_matches(|c: char| c.is_ascii_digit()))
        };
        words.iter().any(|word| listed(word)) || listed(&joined)
    };
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if (any(TOOLS) || is_setup(name)) && (has(DATASTORES) || has(BROKERS)) {
        return Some(Role::Infrastructure);
    }
    let spanning = [
        (INFRASTRUCTURE, Role::Infrastructure),
        (BROKERS, Role::Broker),
        (DATASTORES, Role::Datastore),
        (GATEWAYS, Role::Gateway),
    ];
    let db = any(&["db", "cache"])
        || joined.ends_with("db")
        || joined.ends_with("postgres")
        || joined.ends_with("mongo");
    if db && is_setup(name) {
        return Some(Role::Infrastructure);
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

    fn of(names: &[&str], image: Option<&str>, hints: &[&str], code: bool) -> Role {
        let hints = hints.iter().map(|hint| (*hint).to_owned()).collect();
        role(&Signs {
            names: names.to_vec(),
            image,
            base: None,
            hints: &hints,
            code,
            built: false,
            own_image: false,
        })
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
}
