//! Tells tests, build scripts, vendored and generated files by their paths.
//!
//! In: a path. Out: [`FileRole`].
//! Invariant: decided by names alone; the first lines of a file may later say `generated`.
//! Never: reads a file.

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::knowledge::{Files, Knowledge, List};
use crate::model::names::{self, is_java_test};
use crate::model::{FileRole, LanguageInfo, Notification};

/// Decides the role of a file by its path.
pub(super) struct Classifier<'a> {
    knowledge: &'a Knowledge,
    tests: GlobSet,
}

impl<'a> Classifier<'a> {
    /// Compiles the globs for tests. A bad glob is reported and skipped, so that the other ones
    /// still hold.
    pub(super) fn new(
        knowledge: &'a Knowledge,
        tests: &[String],
        problems: &mut Vec<Notification>,
    ) -> Self {
        let mut set = GlobSetBuilder::new();
        for glob in tests {
            match Glob::new(glob) {
                Ok(glob) => drop(set.add(glob)),
                Err(error) => problems.push(Notification::error("bad-glob", error.to_string())),
            }
        }
        Self {
            knowledge,
            tests: set.build().unwrap_or_default(),
        }
    }

    /// The role of the file at `path`, where `is_file` knows the files of the tree.
    pub(super) fn role(&self, path: &str, is_file: impl Fn(&str) -> bool) -> FileRole {
        let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
        let (folders, files) = (&self.knowledge.folders, &self.knowledge.files);
        let in_folder = |names: &List| dir.split('/').any(|part| names.has(part));
        if in_folder(&folders.vendored) {
            FileRole::Vendored
        } else if !is_java_main(dir) && (in_folder(&folders.tests) || is_test_name(name))
            || is_java_test(dir)
            || self.tests.is_match(path)
        {
            FileRole::Test
        } else if files.generated_ends.iter().any(|end| name.ends_with(end))
            || in_folder(&folders.generated)
        {
            FileRole::Generated
        } else if is_build_script(files, name) && !is_module(path, is_file) {
            FileRole::Build
        } else {
            FileRole::Source
        }
    }
}

/// `build.rs` and its kin by name, or `vite.config.js` of a known tool; a file such as
/// `vite.config.test.js` is not its configuration.
fn is_build_script(files: &Files, name: &str) -> bool {
    let tool =
        |(tool, ending): (&str, &str)| files.configured_tools.has(tool) && !ending.contains('.');
    files.build_scripts.has(name) || name.split_once(".config.").is_some_and(tool)
}

/// Whether a file that is called like a script of the build is a module: cargo runs `build.rs` only beside a manifest,
/// and `setup.py` beside `__init__.py` is imported.
fn is_module(path: &str, is_file: impl Fn(&str) -> bool) -> bool {
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
    let beside = |name: &str| is_file(&names::below(dir, name));
    match name {
        "build.rs" => !beside("Cargo.toml"),
        "setup.py" => beside("__init__.py"),
        _ => false,
    }
}

/// Below the main source set a folder is a package: `org.acme.test` is a library for tests, no test.
fn is_java_main(dir: &str) -> bool {
    let mut parts = dir.split('/');
    parts.any(|part| part == "src") && parts.next() == Some("main")
}

/// Whether the language of the file takes it for a test by its name: `orders_test.go`,
/// `OrdersTest.java`.
fn is_test_name(name: &str) -> bool {
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return false;
    };
    LanguageInfo::of_extension(extension).is_some_and(|language| language.tests.fits(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_set_for_tests_is_spelt_in_one_word_or_with_a_dash() {
        assert!(is_java_test("a/src/integrationTest/java/b"));
        assert!(is_java_test("src/component-test/java/b"));
        assert!(!is_java_test("src/ab-test") && !is_java_test("src/main/java/contest"));
    }

    fn role(path: &str) -> FileRole {
        let knowledge = Knowledge::default();
        let classifier = Classifier::new(&knowledge, &["qa/**".to_owned()], &mut Vec::new());
        let files = [
            "crates/a/Cargo.toml",
            "crates/a/build.rs",
            "core/__init__.py",
        ];
        classifier.role(path, |path| files.contains(&path))
    }

    #[test]
    fn tells_tests_by_folder_name_and_glob() {
        for path in [
            "a/tests/b.rs",
            "pkg/x_test.go",
            "src/test/java/A.java",
            "a.spec.ts",
            "src/orders/orders.e2e.ts",
            "src/app.e2e-spec.ts",
            "a.test-d.tsx",
            "a.bench.ts",
            "bench/memory/a.ts",
            "crates/parser/test_data/err/a.rs",
            "packages/x/__benchmarks__/a.ts",
            "test_a.py",
            "qa/x.py",
        ] {
            assert_eq!(role(path), FileRole::Test, "{path}");
        }
        for path in [
            "src/contest.rs",
            "src/latest.go",
            "a/attest.py",
            "commands/bench.py",
            "crates/test-utils/src/lib.rs",
            "src/main/java/Test.java",
            "lib/src/main/java/org/acme/test/Context.java",
        ] {
            assert_eq!(role(path), FileRole::Source, "{path}");
        }
    }

    #[test]
    fn tells_vendored_generated_and_build_files() {
        assert_eq!(role("vendor/x/a.go"), FileRole::Vendored);
        assert_eq!(role("api/user.pb.go"), FileRole::Generated);
        assert_eq!(role("crates/a/build.rs"), FileRole::Build);
        assert_eq!(role("tools/setup.py"), FileRole::Build);
        assert_eq!(role("core/setup.py"), FileRole::Source);
        assert_eq!(role("crates/a/src/graph/build.rs"), FileRole::Source);
        assert_eq!(role("ui/vite.config.mts"), FileRole::Build);
        assert_eq!(role("src/app/app.config.ts"), FileRole::Source);
        assert_eq!(role("builder/src/webpack.config.base.ts"), FileRole::Source);
        assert_eq!(role("src/lib.rs"), FileRole::Source);
    }
}
