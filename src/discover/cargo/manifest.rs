//! One Cargo manifest, with the places of its entries.
//!
//! In: TOML text. Out: [`Manifest`].
//! Invariant: joined paths never leave the top folder.
//! Never: a guess about a manifest that does not parse.

use globset::{GlobBuilder, GlobMatcher};
use toml::de::{DeTable, DeValue};

use crate::model::Notification;
use crate::model::names::join_written;
use crate::source::lines::position_in;

pub(super) type Table<'t> = DeTable<'t>;
pub(super) type Value<'t> = DeValue<'t>;

pub(super) struct Manifest<'t> {
    pub(super) path: &'t str,
    text: &'t str,
    pub(super) root: Table<'t>,
}

impl<'t> Manifest<'t> {
    /// Parses a manifest; the error is a warning with the line at which it fails.
    pub(super) fn parse(path: &'t str, text: &'t str) -> Result<Self, Notification> {
        match DeTable::parse(text) {
            Ok(root) => Ok(Self {
                path,
                text,
                root: root.into_inner(),
            }),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                let message = format!("manifest not read: {}", error.message());
                Err(Notification::warning("bad-manifest", message)
                    .in_file(path)
                    .at_line(line(text, at)))
            }
        }
    }

    /// The line, from 1, of a byte offset.
    pub(super) fn line(&self, at: usize) -> u32 {
        line(self.text, at)
    }

    /// The table at a path of keys.
    pub(super) fn table(&self, keys: &[&str]) -> Option<&Table<'t>> {
        keys.iter().try_fold(&self.root, |table, key| {
            table.get(*key)?.get_ref().as_table()
        })
    }

    /// The `[package]` table, or `[project]` as old manifests call it.
    pub(super) fn package(&self) -> Option<&Table<'t>> {
        self.table(&["package"])
            .or_else(|| self.table(&["project"]))
    }

    pub(super) fn workspace(&self) -> Option<&Table<'t>> {
        self.table(&["workspace"])
    }

    /// Whether this workspace, in the folder `root`, leaves the package in `dir` out.
    pub(super) fn excludes(&self, root: &str, dir: &str) -> bool {
        let listed = |key: &str| -> Vec<String> {
            let list = self
                .workspace()
                .and_then(|table| table.get(key)?.get_ref().as_array());
            let paths = list
                .into_iter()
                .flatten()
                .filter_map(|path| path.get_ref().as_str());
            paths.filter_map(|path| join_written(root, path)).collect()
        };
        let excluded = listed("exclude")
            .iter()
            .any(|path| crate::model::is_within(dir, path));
        excluded && !listed("members").iter().any(|glob| is_match(glob, dir))
    }
}

fn line(text: &str, at: usize) -> u32 {
    position_in(text, at).line
}

fn is_match(glob: &str, dir: &str) -> bool {
    let built = GlobBuilder::new(glob).literal_separator(true).build();
    built.is_ok_and(|glob| GlobMatcher::is_match(&glob.compile_matcher(), dir))
}
