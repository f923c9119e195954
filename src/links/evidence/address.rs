//! Hosts in texts: URLs, connection strings, `host:port` pairs.
//!
//! In: a text. Out: [`Address`]es.
//! Invariant: a host never holds a placeholder.
//! Never: guesses a host from a bare word; that needs a context.

/// An address in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// `http`, `jdbc:postgresql`, `lb`, …; empty for `host:port`.
    pub(super) scheme: String,
    /// The host, lower case.
    pub(super) host: String,
    /// The port, if written.
    pub(super) port: Option<u16>,
    /// Name of the database or first path segment; empty when there is none.
    pub(super) path: String,
}

/// Schemes whose authority is empty: the path names what a resolver looks up.
const RESOLVERS: [&str; 15] = [
    "consul",
    "discovery",
    "dns",
    "etcd",
    "eureka",
    "k8s",
    "kubernetes",
    "nacos",
    "passthrough",
    "polaris",
    "srv",
    "static",
    "xds",
    "zk",
    "zookeeper",
];

/// Schemes behind which no host stands, but a file, a bucket, an image or a name.
const HOSTLESS: [&str; 26] = [
    "arn",
    "chrome-extension",
    "classpath",
    "docker",
    "docker-image",
    "dynamodb",
    "file",
    "gcs",
    "git+file",
    "gs",
    "jar",
    "memory",
    "oci",
    "otpauth",
    "package",
    "pkg",
    "queue",
    "resource",
    "s3",
    "s3a",
    "s3n",
    "sqlite",
    "sqlite3",
    "topic",
    "unix",
    "urn",
];

/// Every address in `text`; several for lists of hosts.
pub(super) fn addresses(text: &str) -> Vec<Address> {
    if text.len() > 4_000 {
        return Vec::new();
    }
    let mut found = urls(text);
    if found.is_empty() {
        found = keyed(text);
    }
    if found.is_empty() {
        found.extend(text.split([',', ' ', ';']).filter_map(pair));
    }
    found
}

/// Every address behind a `://`, the DSN of Go's driver for `MySQL`, an address without scheme, and
/// Oracle's `jdbc:oracle:thin:@host:port`. One text may hold several, as a list of brokers does.
fn urls(text: &str) -> Vec<Address> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(offset) = text.get(from..).and_then(|rest| rest.find("://")) {
        let start = from + offset;
        let before = text.get(..start).unwrap_or_default();
        let scheme_start = before
            .rfind(|c: char| !(c.is_ascii_alphanumeric() || "+:.-".contains(c)))
            .map_or(0, |i| i + 1);
        let scheme = before.get(scheme_start..).unwrap_or_default();
        let body = text.get(start + 3..).unwrap_or_default();
        found.extend(authority(scheme, body));
        from = start + 3;
    }
    // `root:secret@tcp(mysql:3306)/orders` of Go's driver.
    if let Some((_, rest)) = text.split_once("@tcp(")
        && let Some((host, database)) = rest.split_once(')')
    {
        found.extend(authority("mysql", &format!("{host}{database}")));
    }
    // `//localhost:8100`: the scheme is that of the page.
    if let Some(body) = text.strip_prefix("//")
        && body.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !body.contains(char::is_whitespace)
    {
        found.extend(authority("http", body));
    }
    if found.is_empty()
        && let Some(body) = text.strip_prefix("jdbc:oracle:thin:@")
    {
        found.extend(authority("jdbc:oracle", body.trim_start_matches('/')));
    }
    found
}

/// Hosts of `user:password@host:port,host:port/path?query`.
fn authority(scheme: &str, body: &str) -> Vec<Address> {
    let scheme = scheme.trim_start_matches(':').to_ascii_lowercase();
    if HOSTLESS.contains(&scheme.as_str()) {
        return Vec::new();
    }
    // `dns:///orders:80` asks a resolver for the host; the host of `postgresql:///orders` is left out.
    let resolved = RESOLVERS.contains(&scheme.as_str()) || scheme == "jdbc:oracle";
    let body = match body.strip_prefix('/') {
        Some(_) if !resolved => return Vec::new(),
        _ => body.trim_start_matches('/'),
    };
    let end = body
        .find(|c: char| c.is_whitespace() || "\"'`<>)\\".contains(c))
        .unwrap_or(body.len());
    let body = body.get(..end).unwrap_or_default();
    let (hosts, path) = body.split_at(body.find(['/', '?', ';']).unwrap_or(body.len()));
    let hosts = hosts.rsplit_once('@').map_or(hosts, |(_, hosts)| hosts);
    let database = path
        .trim_start_matches('/')
        .split(['?', '/', ';', '&'])
        .next()
        .unwrap_or_default();
    let named = path.split([';', '?', '&']).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.eq_ignore_ascii_case("databaseName").then_some(value)
    });
    let one = |host: &str| {
        let (host, port) = host_port(host)?;
        let path = named.unwrap_or(database).to_owned();
        Some(Address {
            scheme: scheme.clone(),
            host,
            port,
            path,
        })
    };
    // `consul://consul:8500/orders` and `etcd:///services/orders` name what is looked up last.
    let looked_up = path.split('?').next().unwrap_or_default();
    let looked_up = looked_up.rsplit('/').find(|part| !part.is_empty());
    let looked_up = looked_up.filter(|_| RESOLVERS.contains(&scheme.as_str()));
    let all = hosts.split(',').chain(looked_up);
    all.filter_map(one).collect()
}

/// `Server=db,1433;Database=orders` and `host=db port=5432 dbname=orders`.
fn keyed(text: &str) -> Vec<Address> {
    if !text.contains('=') {
        return Vec::new();
    }
    let separator = if text.contains(';') { ';' } else { ' ' };
    let pairs: Vec<(String, &str)> = text
        .split(separator)
        .filter_map(|part| part.split_once('='))
        .map(|(key, value)| (last_part(key.trim()).to_ascii_lowercase(), value.trim()))
        .collect();
    let of = |keys: &[&str]| {
        pairs
            .iter()
            .find(|(key, _)| keys.contains(&key.as_str()))
            .map(|(_, value)| *value)
    };
    let Some(host) = of(&[
        "server",
        "host",
        "data source",
        "datasource",
        "addr",
        "address",
        "hostname",
    ]) else {
        return Vec::new();
    };
    let host = host.trim_start_matches("tcp:").replace(',', ":");
    let path = of(&["database", "initial catalog", "dbname"])
        .unwrap_or_default()
        .to_owned();
    let known = path.is_empty() && pairs.len() < 2;
    let is_file = |host: &str| {
        [".db", ".sqlite", ".sqlite3", ".mdb"]
            .iter()
            .any(|end| host.ends_with(end))
    };
    let address = host_port(&host).filter(|(host, _)| !known && !is_file(host));
    let parts = address.map(|(host, port)| Address {
        scheme: "connection".to_owned(),
        host,
        port,
        path,
    });
    parts.into_iter().collect()
}

/// `mysql:host` is `host`.
fn last_part(key: &str) -> &str {
    key.rsplit(':').next().unwrap_or(key)
}

/// `host:port` with a numeric port.
fn pair(text: &str) -> Option<Address> {
    let text = text.trim().trim_end_matches('/');
    let text = text.split('/').next().unwrap_or(text);
    let (host, port) = host_port(text)?;
    port?;
    Some(Address {
        scheme: String::new(),
        host,
        port,
        path: String::new(),
    })
}

/// Host and port of `orders:8080` or `orders`. A port that is a placeholder is unknown but valid; a
/// host needs a letter unless it is this machine, so that versions such as `1.2.3` are none.
fn host_port(text: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, port.split(':').next()),
        None => (text, None),
    };
    let valid = host.len() > 1
        && host
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let numeric = port.and_then(|port| port.parse().ok());
    let lettered = host.chars().any(|c| c.is_ascii_alphabetic())
        || host.starts_with("127.")
        || host == "0.0.0.0";
    let port_ok = numeric.is_some()
        || port.is_none_or(|port| port.is_empty() || port.starts_with(['{', '$', '%']));
    (valid && lettered && port_ok).then(|| (host.to_ascii_lowercase(), numeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let show =
            |a: &Address| format!("{}|{}|{}|{}", a.scheme, a.host, a.port.unwrap_or(0), a.path);
        addresses(text).iter().map(show).collect()
    }

    #[test]
    fn reads_urls_connection_strings_and_pairs() {
        assert_eq!(
            shown("http://auth-service:5000/uaa/x"),
            ["http|auth-service|5000|uaa"]
        );
        assert_eq!(
            shown("jdbc:postgresql://postgres/dborder?x=1"),
            ["jdbc:postgresql|postgres|0|dborder"]
        );
        assert_eq!(
            shown("root:secret@tcp(mysql:3306)/orders?charset=utf8"),
            ["mysql|mysql|3306|orders"]
        );
        assert_eq!(
            shown("mongodb://u:p@m1:27017,m2:27018/db"),
            ["mongodb|m1|27017|db", "mongodb|m2|27018|db"]
        );
        assert_eq!(
            shown("Server=sqldata;Database=Orders;User Id=sa"),
            ["connection|sqldata|0|Orders"]
        );
        assert_eq!(shown("host=db port=5432 dbname=x"), ["connection|db|0|x"]);
        assert_eq!(shown("mysql:host=db;dbname=x"), ["connection|db|0|x"]);
        assert_eq!(shown("redis-cart:6379"), ["|redis-cart|6379|"]);
        assert_eq!(shown("kafka1:9092,kafka2:9092").len(), 2);
        assert_eq!(shown("lb://orders"), ["lb|orders|0|"]);
        assert_eq!(shown("http://%s:80/x"), Vec::<String>::new());
        assert_eq!(shown("http://${HOST}/x"), Vec::<String>::new());
        for no_host in [
            "postgresql:///orders?host=/var/run/postgresql",
            "mysql://root@/orders",
            "sqlite://orders.db",
            "s3://orders/a.jpg",
            "Data Source=orders.db;Cache=Shared",
        ] {
            assert_eq!(shown(no_host), Vec::<String>::new(), "{no_host}");
        }
        assert_eq!(shown("dns:///orders:50051"), ["dns|orders|50051|"]);
        assert_eq!(shown("12:30:45"), Vec::<String>::new());
        assert_eq!(
            shown("jdbc:sqlserver://db:1433;databaseName=shop"),
            ["jdbc:sqlserver|db|1433|shop"]
        );
    }
}
