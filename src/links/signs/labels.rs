//! What Python code names by text: models of other applications, and classes that a loader finds.
//!
//! In: source text. Out: labels such as `order.Order` and `catalogue.views`, as written.
//! Invariant: only what is handed to a relation or a loader counts.
//! Never: resolves a label; which file it means depends on the layout.

use aho_corasick::AhoCorasick;

/// Longest label.
const LONGEST: usize = 80;

/// The labels that a text of Python names by calls such as `get_model(`.
pub(in crate::links) fn labels<'t>(
    calls: &'t AhoCorasick,
    text: &'t str,
) -> impl Iterator<Item = &'t str> {
    calls.find_iter(text).filter_map(|call| {
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
    use super::super::SignReader;
    use super::*;
    use crate::knowledge::Knowledge;

    #[test]
    fn relations_and_loaders_name_what_they_need() {
        let text = "a = models.ForeignKey(\n    'order.Order', on_delete=1)\nb = ForeignKey(User)\n\
            P = get_model('catalogue', 'Product')\nV = get_class(\"basket.views\", 'V')\nc = get('x')";
        let knowledge = Knowledge::default();
        let reader = SignReader::new(&knowledge);
        let calls = reader.namings.as_ref().expect("calls");
        let found: Vec<&str> = labels(calls, text).collect();
        assert_eq!(found, ["order.Order", "catalogue", "basket.views"]);
    }
}
