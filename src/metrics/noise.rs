//! Files whose changes say nothing about the design.
//!
//! In: a path. Out: yes or no.
//! Invariant: decided by the file's name alone.
//! Never: leaves a file out of churn.

use crate::knowledge::Files;

/// Whether the file is written by a package manager.
#[must_use]
pub fn is_lock(files: &Files, path: &str) -> bool {
    files.locks.has(name(path))
}

/// Whether the file names versions and dependencies: a release touches all of them at once. An image's recipe is
/// one of them (its base image is bumped everywhere at once), and so are lists of requirements.
#[must_use]
pub fn is_manifest(files: &Files, path: &str) -> bool {
    let name = name(path);
    let requirements =
        name.starts_with("requirements") && (name.ends_with(".txt") || name.ends_with(".in"));
    let compose = name.contains("compose") && (name.ends_with(".yml") || name.ends_with(".yaml"));
    let image = name.starts_with("Dockerfile") || name.ends_with(".Dockerfile");
    let project = name.ends_with(".csproj") || name.ends_with(".fsproj");
    requirements || compose || image || project || files.manifests.has(name)
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_and_manifests_are_told_by_their_names() {
        let knowledge = crate::knowledge::Knowledge::default();
        let is_lock = |path| is_lock(&knowledge.files, path);
        let is_manifest = |path| is_manifest(&knowledge.files, path);
        assert!(is_lock("a/Cargo.lock") && is_lock("yarn.lock") && !is_lock("a/lock.rs"));
        assert!(is_manifest("x/y/pom.xml") && !is_manifest("Cargo.lock"));
        for path in [
            "a/Dockerfile",
            "a/requirements-dev.in",
            "docker-compose.yml",
            "src/Cart.csproj",
        ] {
            assert!(is_manifest(path), "{path}");
        }
        assert!(!is_manifest("a/requirements.py") && !is_manifest("compose.rs"));
    }
}
