//! Where the files of modules lie.
//!
//! In: a module declaration and the folders of its scope. Out: files of the project.
//! Invariant: paths that leave the analysed folder find nothing.
//! Never: touches the disk.

use super::read::facts::ModuleDecl;
use crate::model::names::{folder, join_written};
use crate::model::{FileId, Project};

/// The folders that count in one scope of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Dirs {
    /// Where `mod x;` looks for `x.rs` and `x/mod.rs`.
    children: String,
    /// What `#[path]` is relative to.
    base: String,
}

impl Dirs {
    /// A file that owns its folder: a crate root, `mod.rs`, a file named by `#[path]`.
    pub(super) fn of_root(path: &str) -> Self {
        let folder = path
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder)
            .to_owned();
        Self {
            children: folder.clone(),
            base: folder,
        }
    }

    /// `name.rs`, which owns the folder `name/` beside it.
    fn of_leaf(path: &str) -> Self {
        let folder = path
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder)
            .to_owned();
        let children = path.strip_suffix(".rs").unwrap_or(path).to_owned();
        Self {
            children,
            base: folder,
        }
    }

    /// The folders inside an inline module.
    ///
    /// In `mod a { mod b; }` of `src/lib.rs`, `b` is looked for in `src/a/`. With `#[path = "x"]`
    /// on `a` it is `src/x/`.
    pub(super) fn inside(&self, name: &str, path: Option<&str>) -> Self {
        let folder = match path {
            Some(path) => join_written(&self.base, path).unwrap_or_default(),
            None => join_written(&self.children, name).unwrap_or_default(),
        };
        Self {
            children: folder.clone(),
            base: folder,
        }
    }
}

/// The files that `mod name;` means, each with the folders inside it.
///
/// None when the file is missing, several when `#[path]` stands under conditions:
/// `#[cfg_attr(unix, path = "unix.rs")] mod sys;` may mean `unix.rs` or `sys.rs`.
pub(super) fn files(
    project: &Project,
    dirs: &Dirs,
    name: &str,
    module: &ModuleDecl,
) -> Vec<(FileId, Dirs)> {
    let mut found = Vec::new();
    for path in &module.paths {
        if let Some(path) = join_written(&dirs.base, path)
            && let Some(file) = project.file_behind_links(&path)
        {
            found.push((file, Dirs::of_root(&path)));
        }
    }
    if module.paths_conditional {
        let leaf = join_written(&dirs.children, &format!("{name}.rs"));
        let folder = join_written(&dirs.children, &format!("{name}/mod.rs"));
        let leaf =
            leaf.and_then(|path| Some((project.file_behind_links(&path)?, Dirs::of_leaf(&path))));
        let folder = || {
            folder.and_then(|path| Some((project.file_behind_links(&path)?, Dirs::of_root(&path))))
        };
        found.extend(
            leaf.or_else(folder)
                .filter(|(file, _)| !found.iter().any(|(known, _)| known == file)),
        );
    }
    found
}

/// The modules that the files directly in a folder of a package make, by name.
pub(super) fn files_of_folder(
    project: &Project,
    package: &str,
    path: &str,
) -> Vec<(FileId, String)> {
    let Some(folder) = join_written(package, path) else {
        return Vec::new();
    };
    let prefix = format!("{folder}/");
    let first = project.files.partition_point(|file| *file.path < *prefix);
    let below = project.files.iter().enumerate().skip(first);
    let below = below.take_while(|(_, file)| file.path.starts_with(&prefix));
    let named = below.filter_map(|(index, file)| {
        let name = file.path.strip_prefix(&prefix)?.strip_suffix(".rs")?;
        let module = !name.contains('/') && !matches!(name, "mod" | "lib" | "main");
        module.then(|| (FileId::new(index), name.replace('-', "_")))
    });
    named.collect()
}

/// The file that `include!("path")` in `file` means.
pub(super) fn included(project: &Project, file: FileId, path: &str) -> Option<FileId> {
    let folder = folder(&project.source(file).path);
    project.file_behind_links(&join_written(folder, path)?)
}
