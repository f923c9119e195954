//! Rules of the configuration that say which file answers an operation.
//!
//! In: the texts of a recorded place. Out: a path.
//! Invariant: the first rule that fits counts; `*` stands for any text.
//! Never: a rule that fits everything.

use serde::Deserialize;

use crate::model::CodeLoad;

/// Gives load to a file where spans do not tell their place in the code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CodeRule {
    /// Name of the service in the traces; any when left out.
    pub service: Option<String>,
    /// Operation as the traces name it, such as `GET /cart/*`.
    pub operation: Option<String>,
    /// Namespace or module as the traces name it, such as `shop.cart.*`.
    pub namespace: Option<String>,
    /// The file, relative to the analysed folder.
    pub path: String,
}

impl CodeRule {
    /// Whether the rule says anything about what it applies to.
    #[must_use]
    pub fn is_bound(&self) -> bool {
        self.service.is_some() || self.operation.is_some() || self.namespace.is_some()
    }

    /// Whether the rule speaks of the place.
    #[must_use]
    pub fn fits(&self, load: &CodeLoad) -> bool {
        let fits = |rule: &Option<String>, text: Option<&str>| match rule {
            Some(pattern) => text.is_some_and(|text| is_like(pattern, text)),
            None => true,
        };
        self.is_bound()
            && fits(&self.service, Some(&load.service))
            && fits(&self.operation, load.operation.as_deref())
            && fits(&self.namespace, load.namespace.as_deref())
    }
}

/// Whether `text` is `pattern` with any text for each `*`.
fn is_like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text) in [
            ("GET /cart/*", "GET /cart/{id}"),
            ("*", ""),
            ("a*b*c", "a1b2c"),
            ("x", "x"),
        ] {
            assert!(is_like(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("GET /cart/*", "POST /cart/1"),
            ("a*b", "ab-"),
            ("ab*ba", "aba"),
            ("x", "xy"),
        ] {
            assert!(!is_like(pattern, text), "{pattern} {text}");
        }
    }
}
