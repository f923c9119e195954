//! What is never proposed: code beside the program, and code for a browser where services are cut out.
//!
//! In: paths, packages. Out: why a file stays out.
//! Invariant: decided by names of folders, endings and dependencies; the tables say which.
//! Never: a rule for one framework.

use std::collections::{BTreeMap, BTreeSet};

use super::input::Intent;
use super::words::folder_names;
use crate::knowledge::{Folders, Frameworks, LowerList};
use crate::model::names::folders;
use crate::model::{FileRole, LanguageId, Package, PackageId, Project, SourceFile};

/// Where a package for a browser holds pages, one stands for so many scripts; a library for both sides,
/// which needs the framework for its types, holds fewer. Older packages hold pages in plain scripts.
const SCRIPTS_PER_PAGE_OF_PACKAGE: usize = 5;
/// Depth to which a folder counts as one at the top of a repository.
const TOP: usize = 2;
/// A folder with so many pages, and one page for so many scripts, is for a browser.
const PAGES: usize = 5;
const SCRIPTS_PER_PAGE: usize = 3;

/// The kind of folders that a library may well be about: its tests are told apart when files are listed.
const TESTS: &str = "tests";

/// What the folders of a file hold, where that is never cut out for that intent: `migrations`, `examples`, …
pub(crate) fn kind_for<'f>(known: &'f Folders, path: &str, intent: Intent) -> Option<&'f str> {
    kind(known, path).filter(|kind| intent == Intent::Service || *kind != TESTS)
}

/// What the folders of a file hold, where that is no part of a program.
pub(crate) fn kind<'f>(known: &'f Folders, path: &str) -> Option<&'f str> {
    let holds = |kinds: &'f BTreeMap<String, LowerList>, name: &str| {
        let found = kinds.iter().find(|(_, names)| names.has(name));
        found.map(|(kind, _)| kind.as_str())
    };
    folder_names(path).enumerate().find_map(|(depth, name)| {
        let top = || (depth < TOP).then(|| holds(&known.top, &name)).flatten();
        holds(&known.never, &name).or_else(top)
    })
}

/// Tells files that run in a browser.
pub(crate) struct Browser<'a> {
    project: &'a Project,
    packages: BTreeSet<PackageId>,
    folders: BTreeSet<&'a str>,
}

impl<'a> Browser<'a> {
    /// Finds the packages and folders that run in a browser. A package counts where its
    /// dependencies say so and, if it has pages, enough of them: a library for both sides names the
    /// framework for its types only.
    pub(crate) fn of(project: &'a Project) -> Self {
        let pages = pages(project);
        let shown = |(at, package): (usize, &Package)| -> Option<PackageId> {
            let (pages, all) = pages.get(&PackageId::new(at)).copied().unwrap_or_default();
            let shows = pages == 0 || pages * SCRIPTS_PER_PAGE_OF_PACKAGE >= all;
            (project.is_for_browser(package) && shows).then(|| PackageId::new(at))
        };
        let packages = project.packages.iter().enumerate();
        Self {
            project,
            packages: packages.filter_map(shown).collect(),
            folders: page_folders(project),
        }
    }

    /// Whether the file is a page, a part of one, or a script beside them.
    pub(crate) fn runs(&self, path: &str) -> bool {
        let Some(file) = self
            .project
            .file(path)
            .map(|file| self.project.source(file))
        else {
            return false;
        };
        if !is_script(file) {
            return false;
        }
        let known = &self.project.knowledge;
        let plain = || {
            path.ends_with(".js") && folder_names(path).any(|name| known.folders.browser.has(&name))
        };
        is_page(&known.frameworks, path)
            || file
                .package
                .is_some_and(|package| self.packages.contains(&package))
            || folders(path).any(|folder| self.folders.contains(folder))
            || plain()
    }
}

fn is_script(file: &SourceFile) -> bool {
    let family = file.language.map(LanguageId::family);
    family == Some(LanguageId("typescript"))
}

fn is_page(frameworks: &Frameworks, path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    frameworks.browser_extensions.has(extension)
}

/// Pages and all scripts of each package.
fn pages(project: &Project) -> BTreeMap<PackageId, (usize, usize)> {
    let mut counts: BTreeMap<PackageId, (usize, usize)> = BTreeMap::new();
    let scripts = project.files.iter();
    for file in scripts.filter(|file| is_script(file) && file.role == FileRole::Source) {
        let Some(package) = file.package else {
            continue;
        };
        let (pages, all) = counts.entry(package).or_default();
        *pages += usize::from(is_page(&project.knowledge.frameworks, &file.path));
        *all += 1;
    }
    counts
}

/// Folders in which every third script is a page; one that holds packages is told by these.
fn page_folders(project: &Project) -> BTreeSet<&str> {
    let dirs = project.packages.iter().map(|package| &*package.dir);
    let of_packages: BTreeSet<&str> = dirs.flat_map(folders).collect();
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let scripts = project.files.iter();
    let scripts = scripts.filter(|file| is_script(file) && file.role == FileRole::Source);
    for file in scripts {
        let page = usize::from(is_page(&project.knowledge.frameworks, &file.path));
        let inside = folders(&file.path).take_while(|folder| !of_packages.contains(folder));
        for folder in inside.filter(|folder| !folder.is_empty()) {
            let (pages, all) = counts.entry(folder).or_default();
            *pages += page;
            *all += 1;
        }
    }
    counts.retain(|_, (pages, all)| *pages >= PAGES && *pages * SCRIPTS_PER_PAGE >= *all);
    counts.into_keys().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    #[test]
    fn folders_tell_what_is_never_cut_out() {
        let knowledge = Knowledge::default();
        let kind = |path| kind(&knowledge.folders, path);
        assert_eq!(
            kind("shop/order/migrations/0001_initial.py"),
            Some("migrations")
        );
        assert_eq!(kind("Examples/a/b.ts"), Some("examples"));
        assert_eq!(kind("tools/gen.go"), Some("tooling"));
        assert_eq!(
            kind("src/agents/parts/tools/web.py"),
            None,
            "deeper it may be a domain"
        );
        assert_eq!(kind("src/order/service.ts"), None);
    }
}
