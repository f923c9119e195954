//! What constants and settings stand for, and texts with their placeholders filled in.
//!
//! In: [`Material`]. Out: texts.
//! Invariant: what is not known is left empty, or the default that the text itself gives.
//! Never: more than six placeholders of one text.

use crate::model::Setting;

use super::directory::Index;
use super::material::Material;

impl Material<'_> {
    /// The text that a constant of the service, or of shared code, stands for.
    pub(super) fn constant(&self, service: Option<Index>, name: &str) -> Option<&str> {
        let of = |service: Option<Index>| self.constants[service].get(name)?.as_deref();
        let own = service.and_then(|service| {
            let mut twins = self.twins[service].iter();
            of(Some(service)).or_else(|| twins.find_map(|twin| of(Some(*twin))))
        });
        own.or_else(|| of(None))
    }

    /// The value of a setting of the service: exactly, or as frameworks relax names.
    pub(super) fn setting(&self, service: Index, name: &str) -> Option<&Setting> {
        let at = self.lookups[service].find(name)?;
        Some(&self.settings[service][at])
    }

    /// `text` with `${name:default}`, `#{…}` and `$(NAME)` replaced as far as settings tell.
    pub(super) fn expand(&self, service: Index, text: &str) -> String {
        let mut text = text.to_owned();
        for _ in 0..6 {
            let Some((start, end)) = innermost(&text) else {
                break;
            };
            let inner = text.get(start + 2..end).unwrap_or_default();
            let (name, default) = inner.split_once(':').unwrap_or((inner, ""));
            let default = default.trim_start_matches('-');
            let value = self
                .setting(service, name.trim())
                .map(|s| s.value.clone())
                .filter(|v| !v.contains(inner));
            // `const ORDERS = env.ORDERS || "orders"` holds the look-up of its own name.
            let constant = || {
                let text = self.constant(Some(service), name)?;
                (!text.contains(inner) || name == inner).then(|| text.to_owned())
            };
            let value = value.or_else(constant);
            let value = value.unwrap_or_else(|| default.to_owned());
            text.replace_range(start..=end, &value);
        }
        text
    }
}

/// The innermost `${…}`, `#{…}` or `$(…)`: its first and last byte.
fn innermost(text: &str) -> Option<(usize, usize)> {
    let starts = ["${", "#{", "$("];
    let start = starts.iter().filter_map(|mark| text.rfind(mark)).max()?;
    let close = if text.get(start..)?.starts_with("$(") {
        ')'
    } else {
        '}'
    };
    let end = start + text.get(start..)?.find(close)?;
    Some((start, end))
}
