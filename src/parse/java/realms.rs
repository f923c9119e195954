//! Which modules of the build a file sees.
//!
//! In: [`Project`] with its packages. Out: [`Realms`].
//! Invariant: the own module first, then declared dependencies in order, transitively.
//! Never: a test class for main code while a module says which is which.

use std::cmp::Reverse;
use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::index::ClassIndex;
use crate::model::names::folder;
use crate::model::{DependencyScope, IndexVec, PackageId, Project, SourceFile, id};

id!(
    /// A source root.
    RootId
);

/// Where a file stands: its module and its source root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sight {
    /// The module of the build that the file belongs to.
    module: Option<PackageId>,
    /// The folder that its package starts below.
    root: RootId,
}

impl Sight {
    /// Whether no manifest says what the file belongs to.
    pub(super) const fn is_alone(self) -> bool {
        self.module.is_none()
    }
}

/// What each module sees.
pub(super) struct Realms {
    /// Per module: rank of each visible module.
    visible: IndexVec<PackageId, FxHashMap<PackageId, Reach>>,
    /// The number of each source root.
    roots: FxHashMap<String, RootId>,
    /// Their paths.
    paths: IndexVec<RootId, String>,
}

/// How a module reaches another.
#[derive(Clone, Copy)]
struct Reach {
    /// Place in the order in which modules were reached; the smallest is asked first.
    rank: u32,
    /// Tests only.
    tests_only: bool,
    /// The other's tests, too.
    its_tests: bool,
}

/// Ends of keys of dependencies on the tests of a module.
const TEST_KEYS: [&str; 2] = [":test-jar", ":test-fixtures"];

impl Realms {
    /// What the modules of `project` see.
    pub(super) fn new(project: &Project) -> Self {
        let packages = (0..project.packages.len()).map(PackageId::new);
        let visible = packages.map(|id| reach(project, id)).collect();
        Self {
            visible,
            roots: FxHashMap::default(),
            paths: IndexVec::default(),
        }
    }

    /// Where `file` with the package `package` stands; the source root is what the package leaves.
    ///
    /// `src/main/java/org/shop` with the package `org.shop` leaves `src/main/java`. Where the
    /// folder does not end like the package, it is the root itself.
    pub(super) fn sight(&mut self, file: &SourceFile, package: &str, _test: bool) -> Sight {
        let dir = folder(&file.path);
        let tail = package.replace('.', "/");
        let root = dir
            .strip_suffix(tail.as_str())
            .unwrap_or(dir)
            .trim_end_matches('/');
        let next = RootId::new(self.roots.len());
        let known = self.roots.get(root).copied();
        let root = known.unwrap_or_else(|| {
            self.roots.insert(root.to_owned(), next);
            self.paths.push(root.to_owned())
        });
        Sight {
            module: file.package,
            root,
        }
    }

    /// The source root of a file.
    pub(super) fn root(&self, sight: Sight) -> &str {
        &self.paths[sight.root]
    }

    /// How many folders two source roots share: of equal names, the nearest is meant.
    fn shared(&self, left: Sight, right: Sight) -> usize {
        let parts = |sight: Sight| self.root(sight).split('/');
        let both = parts(left).zip(parts(right));
        both.take_while(|(left, right)| left == right).count()
    }

    /// The class among `candidates` that a file at `from` means.
    ///
    /// `from` and each candidate come with where they stand, and whether they are tests. Own
    /// modules and near dependencies win, then the same source root, then main code over tests for
    /// files that are no tests, then the root with the most folders in common. A class that no
    /// dependency makes visible is taken only when it is the one candidate: among several, nothing
    /// says which is meant.
    pub(super) fn choose(
        &self,
        from: (Sight, bool),
        candidates: impl Iterator<Item = (ClassIndex, (Sight, bool))>,
    ) -> Option<ClassIndex> {
        let mut best: Option<((u32, bool, bool, Reverse<usize>), ClassIndex)> = None;
        let mut hidden: Option<ClassIndex> = None;
        let mut hidden_count = 0_u32;
        for (class, (sight, test)) in candidates {
            let Some(rank) = self.rank(from, (sight, test)) else {
                hidden.get_or_insert(class);
                hidden_count += 1;
                continue;
            };
            let far = Reverse(self.shared(from.0, sight));
            let key = (rank, sight.root != from.0.root, test && !from.1, far);
            if best.is_none_or(|(known, _)| key < known) {
                best = Some((key, class));
            }
        }
        // A manifest may say less than the build knows; one single candidate is no guess.
        best.map(|(_, class)| class)
            .or(hidden.filter(|_| hidden_count == 1))
    }

    /// How near `target` is to `from`, 0 for the own module; `None` if it is not visible.
    ///
    /// Without a manifest on either side everything is visible. Tests are seen by tests, and those
    /// of another module only through a dependency on them (`test-jar`).
    fn rank(&self, from: (Sight, bool), target: (Sight, bool)) -> Option<u32> {
        let (Some(own), Some(other)) = (from.0.module, target.0.module) else {
            return Some(u32::from(from.0.module != target.0.module));
        };
        if own == other {
            return (from.1 || !target.1 || from.0.root == target.0.root).then_some(0);
        }
        let reach = self.visible[own].get(&other)?;
        let seen = (from.1 || !reach.tests_only) && (!target.1 || (from.1 && reach.its_tests));
        seen.then_some(reach.rank)
    }
}

/// Everything that `start` sees, breadth first.
///
/// Dependencies for tests count for `start` only, not for the modules that it reaches, and what is
/// reached through one is for tests only. Ranks count up in the order of the manifest, so that the
/// class path of the build is asked in its own order.
fn reach(project: &Project, start: PackageId) -> FxHashMap<PackageId, Reach> {
    let mut found: FxHashMap<PackageId, Reach> = FxHashMap::default();
    let dependencies = |id: PackageId| {
        let package = &project.packages[id.index()];
        let jvm = matches!(package.ecosystem, "maven" | "gradle");
        jvm.then_some(&package.dependencies).into_iter().flatten()
    };
    let mut queue: VecDeque<(PackageId, bool)> = VecDeque::from([(start, false)]);
    let mut rank = 0;
    while let Some((id, tests_only)) = queue.pop_front() {
        for dependency in dependencies(id) {
            let dev = dependency.scope == DependencyScope::Dev;
            let Some(target) = dependency
                .target
                .filter(|target| *target != start && (id == start || !dev))
            else {
                continue;
            };
            let its_tests = TEST_KEYS.iter().any(|end| dependency.key.ends_with(end));
            rank += 1;
            let tests_only = tests_only || dev;
            if let Some(known) = found.get_mut(&target) {
                known.its_tests |= its_tests;
                // What lies behind it is open to the code as well then.
                if known.tests_only && !tests_only {
                    known.tests_only = false;
                    queue.push_back((target, false));
                }
            } else {
                found.insert(
                    target,
                    Reach {
                        rank,
                        tests_only,
                        its_tests,
                    },
                );
                queue.push_back((target, tests_only));
            }
        }
    }
    found
}
