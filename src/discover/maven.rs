//! Maven and Gradle modules.
//!
//! In: `pom.xml`, `settings.gradle`, `build.gradle`. Out: packages of the ecosystems `maven` and `gradle`.
//! Invariant: read as text; a dependency on the tests of a module has a key that ends in `:test-jar`.
//! Never: runs a build, expands entities, asks a repository.

mod gradle;
mod pom;

use crate::model::names::below;
use crate::model::{Notification, Package, Project, SourceRoot, is_within};
use crate::source::Source;

/// The Maven and Gradle modules of a tree.
#[must_use]
pub(super) fn packages(project: &Project, source: &Source) -> (Vec<Package>, Vec<Notification>) {
    let (mut packages, mut notifications) = pom::packages(project, source);
    let (more, problems) = gradle::packages(project, source);
    let of_gradle = more
        .into_iter()
        .filter(|one| !packages.iter().any(|other| other.dir == one.dir));
    let of_gradle: Vec<Package> = of_gradle.collect();
    packages.extend(of_gradle);
    notifications.extend(problems);
    (packages, notifications)
}

/// The text of the manifests that `wanted` accepts, in path order.
fn read<'p>(
    project: &'p Project,
    source: &Source,
    notifications: &mut Vec<Notification>,
    wanted: impl Fn(&str) -> bool,
) -> Vec<(&'p std::sync::Arc<str>, String)> {
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
fn source_roots(project: &Project, dir: &str, main: &str, test: &str) -> Vec<SourceRoot> {
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
