//! Names from outside, made visible and inert.
//!
//! In: the values of the page. Out: the same without control and direction characters.
//! Invariant: the last step before the template, so that no value can be forgotten.
//! Never: markup; the template engine escapes that.

use serde_json::Value;

use crate::report::view::escape::shown;

/// Longest text of one value, in characters; the JSON has all of it.
const LONGEST: usize = 2000;

/// Replaces what a browser would act on or hide in every text of `value`.
///
/// The recursion is as deep as the page's own records, whatever the input is.
pub(super) fn clean(value: &mut Value) {
    match value {
        Value::String(text) => *text = shortened(&shown(text)),
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::Object(fields) => fields.values_mut().for_each(clean),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Cuts `text` after `LONGEST` characters, never within one, and marks the cut with `…`.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_become_visible_everywhere() {
        let mut value =
            serde_json::json!({ "a": ["x\u{2028}y", { "b": "\u{202e}z\u{7}" }], "n": 1 });
        clean(&mut value);
        let expected =
            serde_json::json!({ "a": ["x\\u{2028}y", { "b": "\\u{202e}z\\u{7}" }], "n": 1 });
        assert_eq!(value, expected);
    }
}
