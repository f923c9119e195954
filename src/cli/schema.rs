//! `seamline schema`: JSON Schemas of the configuration and of a saved analysis, for editors and scripts.
//!
//! In: a name. Out: JSON Schema 2020-12.
//! Invariant: names of rules, metrics, levels and kinds come from the code; keys are tested against the parser.
//! Never: a key that the parser does not know.

use std::process::ExitCode;

use anyhow::Result;

use super::args::{Schema, SchemaName};
use super::output;
use crate::{analysis, config};

/// Prints a schema.
pub(super) fn run(schema: &Schema) -> Result<ExitCode> {
    let text = text(schema.name);
    output::write(None, |sink| sink.write_all(text.as_bytes()))?;
    Ok(ExitCode::SUCCESS)
}

/// The schema as indented JSON.
fn text(name: SchemaName) -> String {
    let schema = match name {
        SchemaName::Config => config::schema(),
        SchemaName::Analysis => analysis::schema::schema(),
    };
    format!("{schema:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::schema::tests::faults;
    use crate::cli::input::{Input, Sources};
    use crate::cli::{analyze, flags};
    use crate::config::Found;

    #[test]
    fn the_file_for_editors_is_the_schema_of_this_version() {
        let file = include_str!("../../seamline.schema.json");
        let wanted = text(SchemaName::Config);
        assert!(
            file == wanted,
            "write it anew: seamline schema config > seamline.schema.json"
        );
    }

    #[test]
    fn real_output_has_the_shape_of_the_schema() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(dir.path().join("a.py"), "import b\n").expect("written");
        std::fs::write(dir.path().join("b.py"), "import a\nimport gone\n").expect("written");
        let input = Input::of(&Sources {
            paths: vec![dir.path().to_path_buf()],
            no_git: true,
            quiet: true,
            ..Sources::default()
        });
        let flags = flags::of(&input);
        let result =
            analyze::analyze(&input, &flags, || Ok(Found::default())).expect("an analysis");
        let value = serde_json::to_value(&result).expect("JSON");
        let schema = analysis::schema::schema();
        let mut found = Vec::new();
        faults(&schema, &value, "", &mut found);
        assert_eq!(found, Vec::<String>::new());
        assert!(value["runtime"].is_null() && value["roadmap"].is_null());
        let unknown = |key: &&String| schema["properties"].get(key.as_str()).is_none();
        assert_eq!(
            value.as_object().expect("an object").keys().find(unknown),
            None
        );
    }
}
