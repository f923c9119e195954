//! Schemas of Prisma: which kind of database, and the variable that holds its address.
//!
//! In: a text. Out: [`Source`]s.
//! Invariant: in source order.
//! Never: a model.

use crate::model::Position;

/// The database of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::links) struct Source {
    /// As the schema spells it: `postgresql`.
    pub(in crate::links) provider: String,
    /// The variable of its address.
    pub(in crate::links) variable: String,
    pub(in crate::links) at: Position,
}

/// Whether the file is one, by its name.
pub(super) fn is_schema(name: &str) -> bool {
    name.ends_with(".prisma")
}

/// The databases that a schema names.
pub(in crate::links) fn sources(text: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let (mut inside, mut provider) = (false, "");
    for (line, text) in (1..).zip(text.lines()) {
        let text = text.trim();
        inside = inside && !text.starts_with('}') || text.starts_with("datasource ");
        let Some((key, value)) = text.split_once('=').filter(|_| inside) else {
            continue;
        };
        let quoted = value.split('"').nth(1).unwrap_or_default();
        match key.trim() {
            "provider" => provider = quoted,
            "url" if value.contains("env(") && !quoted.is_empty() => found.push(Source {
                provider: provider.to_owned(),
                variable: quoted.to_owned(),
                at: Position::new(line, 1),
            }),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_names_a_provider_and_a_variable() {
        let text = "generator client {\n  provider = \"prisma-client-js\"\n}\ndatasource db {\n  provider = \"postgresql\"\n  url = env(\"DB_URL\")\n}\n";
        let found = sources(text);
        let found: Vec<_> = found
            .iter()
            .map(|s| (&*s.provider, &*s.variable, s.at.line))
            .collect();
        assert_eq!(found, [("postgresql", "DB_URL", 6)]);
        assert_eq!(sources("model url {\n  url = env(\"X\")\n}\n"), []);
    }
}
