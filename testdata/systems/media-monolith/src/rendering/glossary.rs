//! Explanations of terms.

use tracing::instrument;

/// The editors' terms.
const TERMS: [(&str, &str); 8] = [
    ("blotter", "a police log"),
    ("byline", "who wrote it"),
    ("editor", "who answers for it"),
    ("embargo", "not before"),
    ("gazette", "a newspaper"),
    ("lede", "the first sentence"),
    ("masthead", "who makes the paper"),
    ("reporter", "who was there"),
];

/// Explains every term where it stands.
#[instrument(skip_all)]
pub fn explain(html: &str) -> String {
    html.split_inclusive(' ').map(term).collect()
}

fn term(word: &str) -> String {
    let bare: String = word.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    match TERMS.iter().find(|(term, _)| *term == bare) {
        Some((_, meaning)) => format!("<abbr title=\"{meaning}\">{}</abbr> ", word.trim_end()),
        None => word.to_owned(),
    }
}
