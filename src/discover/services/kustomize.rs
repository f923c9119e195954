//! Maps of settings that kustomize generates.
//!
//! In: the text of a `kustomization.yaml`, texts of files. Out: settings by the name of their map.
//! Invariant: a map keeps its name as written; the hash that kustomize appends is added to all who name it.
//! Never: patches, which change objects that are read elsewhere.

use std::collections::BTreeMap;

use super::variables;
use crate::model::{Location, Setting, names};
use crate::source::ReadText;
use crate::source::yaml::{self, Item};

/// Whether a file of this path is one of kustomize's.
pub(super) fn is_kustomization(path: &str) -> bool {
    matches!(
        names::tail(path),
        "kustomization.yaml" | "kustomization.yml"
    )
}

/// All maps that the file generates.
pub(super) fn maps(path: &str, text: &str, file: &ReadText<'_>) -> Vec<(String, Vec<Setting>)> {
    let documents = yaml::read(text).documents;
    let generators = documents
        .iter()
        .filter_map(|document| document.get("configMapGenerator"));
    let map = |item: &Item| Some((item.text_of("name")?.to_owned(), settings(path, item, file)));
    generators.flat_map(Item::items).filter_map(map).collect()
}

/// Settings of one generator: its literals `KEY=value`, then the variables of the files that `envs`
/// names.
fn settings(path: &str, map: &Item, file: &ReadText<'_>) -> Vec<Setting> {
    let literals = map.get("literals").into_iter().flat_map(Item::items);
    let literal = |item: &Item| {
        let (key, value) = item.text()?.split_once('=')?;
        Some(Setting {
            key: key.trim().to_owned(),
            value: value.trim_matches(['"', '\'']).to_owned(),
            location: Location::new(path, item.at),
        })
    };
    let lists = ["envs", "env"].into_iter().filter_map(|key| map.get(key));
    let named = lists.flat_map(|list| list.items().chain([list]));
    let paths = named.filter_map(|item| names::join(names::folder(path), item.text()?));
    let from_files = paths.flat_map(|path| {
        let text = file(&path);
        variables::of_file(&path, &text, &BTreeMap::new())
    });
    literals.filter_map(literal).chain(from_files).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_files_make_a_map() {
        let text = "configMapGenerator:\n- name: cfg\n  literals: [\"A=http://a\", 'B=1=2']\n  envs: [c.env]\n- name: none\n                    secretGenerator:\n- name: keys\n  literals: [\"K=x\"]\n";
        let file = |path: &str| {
            assert_eq!(path, "k8s/c.env");
            "C=c\n".to_owned()
        };
        let found = maps("k8s/kustomization.yaml", text, &file);
        let shown: Vec<String> = found
            .iter()
            .flat_map(|(name, settings)| {
                settings
                    .iter()
                    .map(move |s| format!("{name}:{}={}", s.key, s.value))
            })
            .collect();
        assert_eq!(shown, ["cfg:A=http://a", "cfg:B=1=2", "cfg:C=c"]);
        assert!(is_kustomization("a/kustomization.yml") && !is_kustomization("a/values.yaml"));
    }
}
