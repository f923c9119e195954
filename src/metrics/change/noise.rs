//! Files whose changes say nothing about the design.
//!
//! In: a path. Out: yes or no.
//! Invariant: decided by the file's name alone.
//! Never: leaves a file out of churn.

/// Files that package managers write.
const LOCKS: [&str; 22] = [
    "Cargo.lock",
    "Gemfile.lock",
    "Package.resolved",
    "Pipfile.lock",
    "Podfile.lock",
    "bun.lock",
    "bun.lockb",
    "composer.lock",
    "deno.lock",
    "flake.lock",
    "go.sum",
    "go.work.sum",
    "gradle.lockfile",
    "mix.lock",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "packages.lock.json",
    "pnpm-lock.yaml",
    "poetry.lock",
    "pubspec.lock",
    "uv.lock",
    "yarn.lock",
];

/// Files that name versions and dependencies.
const MANIFESTS: [&str; 15] = [
    "Cargo.toml",
    "Chart.yaml",
    "Directory.Packages.props",
    "Pipfile",
    "build.gradle",
    "build.gradle.kts",
    "go.mod",
    "go.work",
    "gradle.properties",
    "package.json",
    "pom.xml",
    "pyproject.toml",
    "settings.gradle",
    "setup.cfg",
    "setup.py",
];

/// Whether the file is written by a package manager.
#[must_use]
pub fn is_lock(path: &str) -> bool {
    LOCKS.binary_search(&name(path)).is_ok()
}

/// Whether the file names versions and dependencies: a release touches all of them at once. An image's recipe is
/// one of them (its base image is bumped everywhere at once), and so are lists of requirements.
#[must_use]
pub fn is_manifest(path: &str) -> bool {
    let name = name(path);
    let requirements =
        name.starts_with("requirements") && (name.ends_with(".txt") || name.ends_with(".in"));
    let compose = name.contains("compose") && (name.ends_with(".yml") || name.ends_with(".yaml"));
    let image = name.starts_with("Dockerfile") || name.ends_with(".Dockerfile");
    let project = name.ends_with(".csproj") || name.ends_with(".fsproj");
    requirements || compose || image || project || MANIFESTS.binary_search(&name).is_ok()
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_found() {
        assert!(LOCKS.is_sorted() && MANIFESTS.is_sorted());
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
