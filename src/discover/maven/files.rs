//! What the readers of Maven and Gradle take from the tree.
//!
//! In: files of the project. Out: texts of manifests, folders of sources.
//! Invariant: in the order of paths; a folder holds at least one file.
//! Never: knows a manifest.

use std::sync::Arc;

use crate::model::names::below;
use crate::model::{Notification, Project, SourceRoot, is_within};
use crate::source::Source;

/// The text of the manifests that `wanted` accepts, in path order.
pub(super) fn read<'p>(
    project: &'p Project,
    source: &Source,
    notifications: &mut Vec<Notification>,
    wanted: impl Fn(&str) -> bool,
) -> Vec<(&'p Arc<str>, String)> {
    let mut texts = Vec::new();
    for file in project.files.iter().filter(|file| wanted(&file.path)) {
        match source.text(&file.path) {
            Ok(text) => texts.push((&file.path, text)),
            Err(problem) => notifications.push(problem),
        }
    }
    texts
}

/// Those of the folders `main` and `test` below `dir` that hold a file.
pub(super) fn source_roots(
    project: &Project,
    dir: &str,
    main: &str,
    test: &str,
) -> Vec<SourceRoot> {
    let holds = |root: &str| {
        let start = project.files.partition_point(|file| *file.path < *root);
        project
            .files
            .get(start)
            .is_some_and(|file| is_within(&file.path, root))
    };
    let roots = [(main, false), (test, true)].map(|(rest, test)| SourceRoot {
        dir: below(dir, rest),
        test,
    });
    roots.into_iter().filter(|root| holds(&root.dir)).collect()
}
