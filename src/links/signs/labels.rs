//! What Python code names by text: models of other applications, and classes that a loader finds.
//!
//! In: source text. Out: labels such as `order.Order` and `catalogue.views`, as written.
//! Invariant: only what is handed to a relation or a loader counts.
//! Never: resolves a label; which file it means depends on the layout.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// Relations between models, and loaders of models and classes by name (Django and what builds on it).
const NAMING: [&str; 8] = [
    "ForeignKey(",
    "OneToOneField(",
    "ManyToManyField(",
    "ParentalKey(",
    "get_model(",
    "get_class(",
    "get_classes(",
    "is_model_registered(",
];
/// Longest label.
const LONGEST: usize = 80;

static CALLS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let longest = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(NAMING);
    longest.ok()
});

/// The labels that a text of Python names.
pub(in crate::links) fn labels(text: &str) -> impl Iterator<Item = &str> {
    let found = CALLS.as_ref().map(|calls| calls.find_iter(text));
    found.into_iter().flatten().filter_map(|call| {
        let rest = text.get(call.end()..)?.trim_start();
        let rest = rest.strip_prefix("to=").unwrap_or(rest);
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let label = rest.get(1..)?.split(quote).next()?;
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let is_label = !label.is_empty() && label.len() <= LONGEST && label.chars().all(is_name);
        is_label.then_some(label)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations_and_loaders_name_what_they_need() {
        let text = "a = models.ForeignKey(\n    'order.Order', on_delete=1)\nb = ForeignKey(User)\n\
            P = get_model('catalogue', 'Product')\nV = get_class(\"basket.views\", 'V')\nc = get('x')";
        let found: Vec<&str> = labels(text).collect();
        assert_eq!(found, ["order.Order", "catalogue", "basket.views"]);
    }
}
