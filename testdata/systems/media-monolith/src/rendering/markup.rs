//! Paragraphs and emphasis.

use tracing::instrument;

/// One HTML paragraph for each line.
#[instrument(skip_all)]
pub fn html(text: &str) -> String {
    text.lines()
        .map(|line| format!("<p>{}</p>\n", toggle(&toggle(line, "**", "strong"), "*", "em")))
        .collect()
}

/// Turns every other `mark` into an opening tag, the rest into closing ones.
fn toggle(line: &str, mark: &str, tag: &str) -> String {
    let mut out = String::new();
    for (i, part) in line.split(mark).enumerate() {
        match i {
            0 => {}
            i if i % 2 == 1 => out = out + "<" + tag + ">",
            _ => out = out + "</" + tag + ">",
        }
        out += part;
    }
    out
}
