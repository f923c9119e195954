//! Maven and Gradle modules.
//!
//! In: `pom.xml`, `settings.gradle`, `build.gradle`. Out: packages of the ecosystems `maven` and `gradle`.
//! Invariant: read as text; a dependency on the tests of a module has a key that ends in `:test-jar`.
//! Never: runs a build, expands entities, asks a repository.

mod files;
mod gradle;
mod pom;

use crate::model::{Notification, Package, Project};
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
