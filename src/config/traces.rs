//! The key `traces`: a list of files, or a table with choices.
//!
//! In: a TOML value. Out: [`Traces`].
//! Invariant: an unknown key is an error.
//! Never: reads a trace.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::metrics::CodeRule;

/// Recorded traces and how they are read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traces {
    /// Files and folders, relative to the configuration.
    pub files: Vec<PathBuf>,
    /// Share of requests that was recorded, above 0 up to 1, for spans that do not tell it.
    pub sampling_ratio: Option<f64>,
    /// Where operations without a place in the code belong.
    pub code: Vec<CodeRule>,
}

/// The table form of the key.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Table {
    files: Vec<PathBuf>,
    sampling_ratio: Option<f64>,
    code: Vec<CodeRule>,
}

impl<'de> Deserialize<'de> for Traces {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

/// Reads either form, so that an error names both.
struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = Traces;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list of files, or a table with `files`, `sampling-ratio` and `code`")
    }

    /// A list is short for a table with nothing but `files`.
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Traces, A::Error> {
        let files = Vec::deserialize(SeqAccessDeserializer::new(list))?;
        Ok(Traces {
            files,
            ..Traces::default()
        })
    }

    /// The table with its values checked: a share above 0 and at most 1, and rules that are bound
    /// to something.
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Traces, A::Error> {
        let Table {
            files,
            sampling_ratio,
            code,
        } = Table::deserialize(MapAccessDeserializer::new(map))?;
        if sampling_ratio.is_some_and(|ratio| !(ratio > 0.0 && ratio <= 1.0)) {
            return Err(A::Error::custom(
                "`sampling-ratio` must be above 0 and at most 1",
            ));
        }
        if let Some(rule) = code.iter().find(|rule| !rule.is_bound()) {
            let path = &rule.path;
            let what =
                format!("the rule for `{path}` needs a `service`, an `operation` or a `namespace`");
            return Err(A::Error::custom(what));
        }
        Ok(Traces {
            files,
            sampling_ratio,
            code,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    #[test]
    fn traces_are_a_list_or_a_table() {
        let read = |text: &str| Config::parse(text, "x").map(|config| config.traces);
        let list = read("traces = [\"a\", \"b\"]").expect("a list");
        assert_eq!(list.files.len(), 2);
        let text = "[traces]\nfiles = [\"a\"]\nsampling-ratio = 0.1\n[[traces.code]]\noperation = \"GET /*\"\npath = \"src/a.rs\"\n";
        let table = read(text).expect("a table");
        assert_eq!((table.sampling_ratio, table.code.len()), (Some(0.1), 1));
        for (text, wrong) in [
            ("[traces]\nfile = []", "unknown field `file`"),
            ("[traces]\nsampling-ratio = 0.0", "above 0"),
            ("[[traces.code]]\npath = \"a\"", "needs a `service`"),
            ("traces = 1", "a list of files"),
        ] {
            let error = read(text).expect_err("a fault").to_string();
            assert!(error.contains(wrong), "{error}");
        }
    }
}
