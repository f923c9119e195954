//! Documents that lie among the settings and set nothing: they describe something for others.
//!
//! In: a name, a text. Out: yes or no.
//! Invariant: told by the marks of the format, not by the name of the file.
//! Never: a file that a framework reads as the settings of the program itself.

/// Furthest byte at which the head of a document is looked for.
const HEAD: usize = 2_000;

/// Whether a text describes an interface, a realm of users, a collection of requests, a dashboard or a schema: the
/// addresses in it are examples, or tell browsers where to go.
pub(super) fn describes(name: &str, text: &str) -> bool {
    let has = |mark: &str| text.contains(mark);
    let starts = |mark: &str| text.lines().any(|line| line.starts_with(mark));
    match name.rsplit_once('.').map_or("", |(_, end)| end) {
        "json" => {
            let head = text.get(..HEAD).unwrap_or(text);
            let interface = ["\"openapi\"", "\"swagger\"", "\"asyncapi\""];
            let versioned = |mark: &&str| head.split(mark).skip(1).any(starts_version);
            interface.iter().any(versioned)
                || (has("\"realm\"")
                    && has("\"clients\"")
                    && (has("\"redirectUris\"") || has("\"clientId\"")))
                || has("\"_postman_id\"")
                || has("schema.getpostman.com")
                || has("\"__export_format\"")
                || (head.contains("\"$schema\"") && has("json-schema.org"))
                || (has("\"panels\"") && has("\"schemaVersion\""))
        }
        "yaml" | "yml" => {
            let interface = ["openapi", "swagger", "asyncapi", "\"openapi\""];
            let versioned = |line: &str| {
                let rest = interface.iter().find_map(|mark| line.strip_prefix(mark));
                rest.is_some_and(starts_version)
            };
            text.lines().any(versioned)
                || (starts("realm:") && has("clientId:") && starts("clients:"))
        }
        _ => false,
    }
}

/// Whether the value behind a key is a version: settings of a program may have a part called `swagger`, too.
fn starts_version(rest: &str) -> bool {
    let value = rest.trim_start().strip_prefix(':').map(str::trim_start);
    let value = value.map(|value| value.trim_start_matches(['"', '\'']));
    value.is_some_and(|value| value.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_set_nothing() {
        let realm = r#"{"realm":"Shop","clients":[{"clientId":"web","rootUrl":"http://web:80"}]}"#;
        assert!(describes("shop.json", realm));
        assert!(describes(
            "api.json",
            r#"{ "openapi": "3.0.0", "servers": [{"url": "http://web:80"}] }"#
        ));
        assert!(describes(
            "realm.yml",
            "realm: shop\nclients:\n  - clientId: web\n"
        ));
        assert!(!describes(
            "config.json",
            r#"{ "keycloak": { "realm": "Shop", "url": "http://keycloak:8080" } }"#
        ));
        assert!(!describes("application.yml", "keycloak:\n  realm: shop\n"));
        assert!(describes("api.yml", "swagger: '2.0'\nhost: web:80\n"));
        assert!(!describes(
            "application.yml",
            "orders:\n  host: orders\nswagger:\n  package: shop\n"
        ));
    }
}
