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
            interface.iter().any(|mark| head.contains(mark))
                || (has("\"realm\"") && (has("\"redirectUris\"") || has("\"clientId\"")))
                || has("\"_postman_id\"")
                || has("schema.getpostman.com")
                || has("\"__export_format\"")
                || (head.contains("\"$schema\"") && has("json-schema.org"))
                || (has("\"panels\"") && has("\"schemaVersion\""))
        }
        "yaml" | "yml" => {
            let interface = ["openapi:", "swagger:", "asyncapi:", "\"openapi\":"];
            interface.iter().any(|mark| starts(mark))
                || (starts("realm:") && has("clientId:") && starts("clients:"))
        }
        _ => false,
    }
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
    }
}
