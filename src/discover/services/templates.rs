//! Makes templated manifests (Helm, Go templates) readable as YAML.
//!
//! In: a template, a look-up of values. Out: text with the same number of lines.
//! Invariant: lines and keys keep their place, so that evidence stays accurate.
//! Never: evaluates conditions or loops; both branches stay, and a name stands for what a loop renders.

use std::collections::BTreeMap;

mod each;

use each::Scopes;
pub(super) use each::{EACH, each};

/// Replaces every `{{ … }}`: lines that hold only control words go blank, values are looked up.
pub(super) fn plain(text: &str, values: &BTreeMap<String, String>) -> String {
    if !text.contains("{{") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut open = false;
    let mut scopes = Scopes::default();
    for line in text.lines() {
        open = push_line(line, values, &mut scopes, open, &mut out);
        out.push('\n');
    }
    out
}

/// Writes one line without its actions; tells whether an action is still open at its end.
fn push_line(
    line: &str,
    values: &BTreeMap<String, String>,
    scopes: &mut Scopes,
    open: bool,
    out: &mut String,
) -> bool {
    let mut rest = line;
    if open {
        let Some((_, after)) = rest.split_once("}}") else {
            return true;
        };
        rest = after;
    }
    let mut written = String::new();
    while let Some((before, after)) = rest.split_once("{{") {
        written.push_str(before);
        let Some((action, after)) = after.split_once("}}") else {
            push_unless_blank(&written, out);
            return true;
        };
        match scopes.rendered(action, values) {
            Some(rendered) => written.push_str(&rendered),
            None => written.push_str(&value(action, values)),
        }
        rest = after;
    }
    written.push_str(rest);
    push_unless_blank(&written, out);
    false
}

/// Appends what is written of a line, unless it is blank.
fn push_unless_blank(written: &str, out: &mut String) {
    if !written.trim().is_empty() {
        out.push_str(written);
    }
}

/// The text of an action: a value of the chart, or nothing.
fn value(action: &str, values: &BTreeMap<String, String>) -> String {
    let action = action.trim_matches(['-', ' ']);
    let first = action
        .split(['|', ' '])
        .find(|word| !word.is_empty() && *word != "quote")
        .unwrap_or_default();
    let path = first.trim_start_matches(['$', '(']).trim_start_matches('.');
    if let Some(value) = path
        .strip_prefix("Values.")
        .and_then(|path| values.get(path))
    {
        return value.clone();
    }
    let named = action.contains("fullname") || action.contains(".name\"");
    if path == "Chart.Name"
        || path == "Release.Name"
        || (first == "include" && named)
        || first == "template"
    {
        let own = named.then(|| own_name(action, values)).flatten();
        let chart = || values.get("Chart.Name").cloned().unwrap_or_default();
        return own.map_or_else(chart, |name| name.replace('.', "-"));
    }
    match action.split_once("default") {
        Some((_, rest)) => rest.split('"').nth(1).unwrap_or_default().to_owned(),
        None => String::new(),
    }
}

/// `orders` in `include "orders.fullname" .`, where the chart itself defines that name.
fn own_name<'a>(action: &'a str, values: &BTreeMap<String, String>) -> Option<&'a str> {
    let (name, _) = action.split('"').nth(1)?.rsplit_once('.')?;
    values.contains_key(&defined(name)).then_some(name)
}

/// The entry of the values that says that a chart defines the full name of `name`.
pub(super) fn defined(name: &str) -> String {
    format!("define {name}")
}

/// Names whose full name the text of a chart's helpers defines.
pub(super) fn definitions(helpers: &str) -> impl Iterator<Item = &str> {
    let defined = helpers.split("define \"").skip(1);
    defined.filter_map(|rest| rest.split('"').next()?.strip_suffix(".fullname"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_lines_and_fills_values_in() {
        let values = [("cart.name", "cart"), ("Chart.Name", "shop")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()));
        let text = "{{- if .Values.on }}\nname: {{ .Values.cart.name | quote }}\n{{- /* x\ny */}}\n\
                    app: {{ include \"shop.fullname\" . }}-db\n{{ end }}\n";
        let plain = plain(text, &BTreeMap::from(values));
        assert_eq!(plain, "\nname: cart\n\n\napp: shop-db\n\n");
    }

    #[test]
    fn a_chart_that_defines_a_name_of_its_own_is_called_that() {
        let helpers = "{{- define \"orders.fullname\" -}}x{{- end }}{{ define \"orders.labels\" }}";
        let mut values =
            BTreeMap::from([("Chart.Name".to_owned(), "shop-orders-chart".to_owned())]);
        let text = "name: {{ include \"orders.fullname\" . }}\n";
        assert_eq!(plain(text, &values), "name: shop-orders-chart\n");
        values.extend(definitions(helpers).map(|name| (defined(name), String::new())));
        assert_eq!(plain(text, &values), "name: orders\n");
    }
}
