//! Places as links to their source.
//!
//! In: a place such as `src/a.rs:12`, the address of the source. Out: HTML, escaped here.
//! Invariant: an address that was given goes before the one guessed from the remote; without any a place is text.
//! Never: an address that is not http(s); a name that breaks out of the link.

use std::collections::HashMap;

use tera::{Tera, Value, escape_html, to_value, try_get_value};

use super::super::view::reporter::View;

/// Makes the filter `source` known, which every place on the page goes through.
pub(super) fn register(tera: &mut Tera, view: &View<'_>) {
    let address = view
        .page
        .source_url
        .or(view.analysis.project.pages.as_deref())
        .filter(|url| is_web(url))
        .map(str::to_owned);
    let commit = view
        .analysis
        .project
        .commit
        .clone()
        .unwrap_or_else(|| "HEAD".to_owned());
    tera.register_filter(
        "source",
        move |value: &Value, _: &HashMap<String, Value>| {
            let place = try_get_value!("source", "value", String, value);
            let text = match &address {
                Some(address) => linked(&place, address, &commit),
                None => format!("<code>{}</code>", escape_html(&place)),
            };
            Ok(to_value(text)?)
        },
    );
}

/// Whether an address may become a link: a `javascript:` address must not.
fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// `src/a.rs:12` as a link. `address` holds the placeholders `{commit}`, `{path}` and `{line}`; a
/// place without a line number leads to line 1.
fn linked(place: &str, address: &str, commit: &str) -> String {
    let (path, line) = match place.rsplit_once(':') {
        Some((path, line))
            if !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            (path, line)
        }
        _ => (place, "1"),
    };
    let address = address
        .replace("{commit}", &encoded(commit))
        .replace("{path}", &encoded(path))
        .replace("{line}", line);
    format!(
        "<a href=\"{}\" rel=\"noreferrer\"><code>{}</code></a>",
        escape_html(&address),
        escape_html(place)
    )
}

/// Everything but letters, digits and `-._~/` as percent codes (RFC 3986).
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lead_to_their_line_and_stay_inside_of_the_link() {
        let address = "https://host/a/b/blob/{commit}/{path}#L{line}";
        assert_eq!(
            linked("src/a b.rs:12", address, "1f"),
            "<a href=\"https:&#x2F;&#x2F;host&#x2F;a&#x2F;b&#x2F;blob&#x2F;1f&#x2F;src&#x2F;a%20b.rs#L12\" rel=\"noreferrer\"><code>src&#x2F;a b.rs:12</code></a>"
        );
        assert!(!linked("\" onload=\"x:1", address, "1f").contains("\" onload"));
        assert!(!is_web("javascript:alert(1)"));
    }
}
