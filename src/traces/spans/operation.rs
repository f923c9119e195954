//! Names of operations without the values in them.
//!
//! In: a span's name. Out: the same name for all calls of one operation.
//! Invariant: a name without path, query or long numbers stays as it is.
//! Never: guesses about words.

/// Replaces path segments that are ids (numbers, UUIDs, long hexadecimal) by `{}` and cuts the query off.
///
/// `GET /carts/17/items?page=2` → `GET /carts/{}/items`. A name without a slash stays,
/// whatever it holds.
pub(in crate::traces) fn template(name: &str) -> String {
    if !name.contains('/') {
        return name.to_owned();
    }
    let path = name.split(['?', '#']).next().unwrap_or_default();
    let segment = |part| if is_id(part) { "{}" } else { part };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

/// Whether a name may hold values that [`template`] takes out.
pub(super) fn has_values(name: &[u8]) -> bool {
    let varies = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'?' | b'#');
    name.contains(&b'/') && name.iter().any(varies)
}

/// Whether a segment is an id: only digits, or at least 16 hexadecimal digits and hyphens
/// with some digit among them. `cafe` is a word.
fn is_id(part: &str) -> bool {
    let hex = part
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    digits > 0 && hex && (digits == part.len() || part.len() >= 16)
}

/// Whether the operation on a collection changes it.
///
/// By its first word: `UPDATE orders`, `users.insert`, `set_key`; `findAndModify` writes
/// wherever it stands.
pub(in crate::traces) fn writes(operation: &str) -> bool {
    let lower = operation.to_ascii_lowercase();
    let first = lower.split([' ', '.', '_']).next().unwrap_or_default();
    [
        "insert", "update", "delete", "replace", "upsert", "put", "set", "del", "hset", "create",
        "drop", "write", "save", "incr",
    ]
    .iter()
    .any(|verb| first.starts_with(verb))
        || lower.contains("findandmodify")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_paths_become_holes() {
        assert_eq!(template("GET /users/123/carts?x=1"), "GET /users/{}/carts");
        assert_eq!(template("/a/550e8400-e29b-41d4-a716-446655440000"), "/a/{}");
        assert_eq!(template("/v1/face/deed"), "/v1/face/deed");
        assert_eq!(template("compose_post_server"), "compose_post_server");
    }

    #[test]
    fn verbs_tell_writes() {
        assert!(writes("insertOne") && writes("UPDATE") && writes("findAndModify"));
        assert!(!writes("find") && !writes("get"));
    }
}
