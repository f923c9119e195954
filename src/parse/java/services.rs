//! Providers that `META-INF/services` names.
//!
//! In: [`Project`], [`Source`]. Out: [`Services`].
//! Invariant: names as written, binary names with `$` as dots.
//! Never: loads a class.

use std::collections::BTreeMap;

use crate::model::Project;
use crate::source::Source;

/// Providers by the name of their service.
#[derive(Default)]
pub(super) struct Services {
    /// Names of providers, in the order of the files, by the name of the service.
    providers: BTreeMap<String, Vec<String>>,
}

impl Services {
    /// Reads every `META-INF/services` file of the tree.
    ///
    /// The name of a file is that of the service, each line one provider; `#` starts a comment.
    pub(super) fn read(project: &Project, source: &Source) -> Self {
        let mut providers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in &project.files {
            let Some((dir, service)) = file.path.rsplit_once('/') else {
                continue;
            };
            if !dir.ends_with("META-INF/services") {
                continue;
            }
            let Ok(text) = source.text(&file.path) else {
                continue;
            };
            let lines = text.lines().map(|line| {
                line.split_once('#')
                    .map_or(line, |(before, _)| before)
                    .trim()
            });
            let names = lines
                .filter(|line| !line.is_empty())
                .map(|line| line.replace('$', "."));
            providers
                .entry(service.replace('$', "."))
                .or_default()
                .extend(names);
        }
        Self { providers }
    }

    /// The classes that provide `service`.
    pub(super) fn of(&self, service: &str) -> &[String] {
        self.providers.get(service).map_or(&[], Vec::as_slice)
    }
}
