//! Which files hold settings, and which only look like it.
//!
//! In: a path, a text. Out: yes or no.
//! Invariant: manifests of builds and of platforms, translations and descriptions of interfaces set nothing here.
//! Never: the settings themselves.

use crate::knowledge::{Files, Folders, Knowledge};
use crate::model::names;
use crate::source::settings;

/// Whether the file at `path` holds settings, by its name.
pub(in crate::links) fn holds_settings(knowledge: &Knowledge, path: &str) -> bool {
    let name = names::tail(path);
    settings::is_settings(name)
        && !is_build_file(&knowledge.files, name)
        && !is_translation(&knowledge.folders, path)
}

/// Whether a file lies among texts for people in several languages, which set nothing.
fn is_translation(known: &Folders, path: &str) -> bool {
    let kinds = known.never.get("translations");
    let mut folders = names::folder(path).split('/');
    folders.any(|folder| kinds.is_some_and(|kinds| kinds.has(folder)))
}

/// Whether a name is that of a build or tool, whose keys are no settings of a program:
/// `package.json`, `tsconfig.base.json`.
fn is_build_file(files: &Files, name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let mut parts = files.no_settings_parts.iter();
    files.no_settings.has(&lower)
        || lower.starts_with("tsconfig")
        || parts.any(|part| lower.contains(part))
}

/// Whether a text is the manifest of a platform, or describes an interface.
pub(in crate::links) fn is_manifest(name: &str, text: &str) -> bool {
    let yaml = name.ends_with(".yaml") || name.ends_with(".yml");
    let described = |line: &str| line.starts_with("openapi: ") || line.starts_with("swagger: ");
    let of_provider = text.contains("Resources") && text.contains("AWS::")
        || name.starts_with("serverless.") && text.contains("functions");
    of_provider
        || yaml
            && ((text.contains("apiVersion:") && text.contains("kind:"))
                || text.lines().any(described))
}

/// Whether a name says that the file serves tests.
pub(in crate::links) fn is_for_tests(name: &str) -> bool {
    name.to_ascii_lowercase()
        .split(['-', '_', '.'])
        .any(|word| matches!(word, "test" | "tests" | "it" | "e2e"))
}
