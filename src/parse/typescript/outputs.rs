//! Which folders TypeScript builds write, and from where.
//!
//! In: [`Config`]s. Out: [`Output`]s.
//! Invariant: paths lie inside the analysed folder.
//! Never: an output folder as a source of itself.

use serde_json::Value;

use super::configs::Config;
use super::conventions::clean;

/// A folder that a build writes, and the folders that it reads.
#[derive(Debug)]
pub(super) struct Output {
    /// The written folder, from the analysed folder.
    pub(super) out: String,
    /// Where its sources may lie, the most likely first.
    pub(super) sources: Vec<String>,
}

/// What `outDir`, `declarationDir` and `rootDir` of every configuration say.
pub(super) fn find(configs: &[Config]) -> Vec<Output> {
    configs.iter().flat_map(outputs).collect()
}

/// Conditions of package exports that the configurations add, each once.
pub(super) fn conditions(configs: &[Config]) -> Vec<String> {
    let lists = configs
        .iter()
        .filter_map(|config| config.option("customConditions")?.as_array());
    let mut found: Vec<String> = Vec::new();
    for condition in lists.flatten().filter_map(Value::as_str) {
        if !found.iter().any(|known| known == condition) {
            found.push(condition.to_owned());
        }
    }
    found
}

/// The outputs of one configuration. Sources lie in `rootDir` if it is given, else beside the
/// configuration or in the `src` beside it.
///
/// An output that is the folder of the configuration itself is left out: files beside their
/// sources need no leading back.
fn outputs(config: &Config) -> Vec<Output> {
    let dir = config.dir();
    let below = |value: &str| {
        let value = value.trim_start_matches("${configDir}/");
        clean(&format!("{dir}/{value}")).map(|path| path.trim_start_matches('/').to_owned())
    };
    let outs = ["outDir", "declarationDir"]
        .into_iter()
        .filter_map(|key| below(config.text(key)?));
    let root = config.text("rootDir").and_then(below);
    outs.filter(|out| !out.is_empty() && out.as_str() != dir)
        .map(|out| {
            let usual = [below(""), below("src")].into_iter().flatten();
            let sources = root
                .clone()
                .into_iter()
                .chain(usual)
                .filter(|source| *source != out)
                .collect();
            Output { out, sources }
        })
        .collect()
}
