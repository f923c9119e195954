//! What a mistyped name may have meant.
//!
//! In: a name, the names that exist. Out: a hint for a message.
//! Invariant: the same hint for the same names.
//! Never: a guess that has nothing in common with what was typed.

/// A hint at the known name nearest to `wrong`, if one is near: empty if none is.
#[must_use]
pub fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> String {
    let plain = |name: &str| name.to_lowercase().replace(['_', ' '], "-");
    let asked = plain(wrong);
    // `propagation` is no typing error, but the beginning of a name; `cycle` may be a part of one.
    let distance = |name: &str| {
        let name = plain(name);
        let parts = || asked.split('-').all(|part| name.contains(part));
        match strsim::levenshtein(&asked, &name) {
            typed if typed <= 1 + asked.len() / 3 => Some(typed),
            _ if asked.len() > 2 && name.starts_with(&asked) => Some(asked.len()),
            _ if asked.len() > 2 && parts() => Some(asked.len() + 1),
            _ => None,
        }
    };
    let nearest = known
        .filter_map(|name| Some((distance(name)?, name.len().abs_diff(wrong.len()), name)))
        .min();
    nearest.map_or_else(String::new, |(_, _, name)| {
        format!("; did you mean `{name}`?")
    })
}
