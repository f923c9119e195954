//! Which file a written module path means.
//!
//! In: a path and the file that holds it. Out: [`Meaning`].
//! Invariant: the answers of the TypeScript compiler, with sources in place of outputs.
//! Never: a package of the tree taken for an external one.

use std::cell::OnceCell;
use std::sync::{Mutex, PoisonError};

use oxc_resolver::{ResolveOptions, ResolverGeneric, TsconfigDiscovery};
use rustc_hash::FxHashMap;

use super::conventions;
use super::conventions::{clean, split_package};
use super::files::Tree;
use crate::model::FileId;
use crate::model::names::{below, folder, folders};

/// What the compiler keeps of imports that only types use.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Emits {
    /// Classes that decorators know (`emitDecoratorMetadata`).
    pub(super) decorated: bool,
    /// Every import without `type` in front (`verbatimModuleSyntax`).
    pub(super) verbatim: bool,
}

/// What a module path means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A file of the tree, read as code.
    File(FileId),
    /// A package that is not part of the tree, or a module of the platform.
    External,
    /// A file of the tree that holds data, such as JSON.
    Data,
    /// Nothing that is known.
    Missing,
}

/// Endings that may be left out, in the compiler's order; bundlers add the last.
///
/// Each is appended before the path is tried as written.
const ENDINGS: [&str; 11] = [
    ".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".json", ".vue",
];

/// Written endings and those of the files that they may stand for.
const ALIASES: [(&str, &[&str]); 4] = [
    (".mjs", &[".mts", ".d.mts", ".mjs"]),
    (".cjs", &[".cts", ".d.cts", ".cjs"]),
    (".jsx", &[".tsx", ".d.ts", ".jsx"]),
    (".js", &[".ts", ".tsx", ".d.ts", ".js", ".jsx"]),
];

/// A file that writes paths, and what decides beside them, once it is known.
pub(super) struct Place<'p> {
    /// Path of the file that writes.
    path: &'p str,
    /// Key of what decides beside the path, found when the first bare path is met.
    project: OnceCell<String>,
}

impl<'p> Place<'p> {
    /// The place of the file at `path`, with nothing looked up so far.
    pub(super) fn new(path: &'p str) -> Self {
        let project = OnceCell::new();
        Self { path, project }
    }
}

/// Finds the files that module paths mean.
pub(super) struct Paths {
    /// The files of the project, shared with the resolvers.
    tree: Tree,
    /// Resolves with the configuration (`tsconfig.json`) that includes the file.
    resolver: ResolverGeneric<Tree>,
    /// Resolves by packages and endings alone.
    plain: ResolverGeneric<Tree>,
    /// What paths without dots mean, by what decides beside them.
    bare: Mutex<FxHashMap<Box<str>, FxHashMap<Box<str>, Meaning>>>,
}

impl Paths {
    /// Sets up both resolvers over `tree`, which stands for the disk.
    pub(super) fn new(tree: Tree) -> Self {
        let plain = options(&tree);
        let configured = ResolveOptions {
            tsconfig: Some(TsconfigDiscovery::Auto),
            ..options(&tree)
        };
        Self {
            resolver: ResolverGeneric::new_with_file_system(tree.clone(), configured),
            plain: ResolverGeneric::new_with_file_system(tree.clone(), plain),
            tree,
            bare: Mutex::default(),
        }
    }

    /// What `written` means in a file.
    ///
    /// A query (`./a.svg?raw`) or a loader (`style!./a.css`) behind the path is cut off. Relative
    /// paths depend on their folder and are looked up each time; a bare path means the same to
    /// all files that share a configuration, and is looked up once for them.
    pub(super) fn meaning(&self, place: &Place<'_>, written: &str) -> Meaning {
        let path = place.path;
        let written = written.split(['?', '!']).next().unwrap_or(written);
        let dir = folder(path);
        if is_relative(written) {
            return self.relative(path, dir, written);
        }
        if written.starts_with("node:") || written.contains("://") || written.is_empty() {
            return Meaning::External;
        }
        let project = place.project.get_or_init(|| self.project(path));
        let bare = || self.bare.lock().unwrap_or_else(PoisonError::into_inner);
        let known = bare()
            .get(project.as_str())
            .and_then(|known| known.get(written))
            .copied();
        known.unwrap_or_else(|| {
            let meaning = self.absolute(path, written);
            let mut bare = bare();
            let of_project = bare.entry(project.as_str().into()).or_default();
            of_project.insert(written.into(), meaning);
            meaning
        })
    }

    /// What the compiler is told of the imports of a file.
    ///
    /// Defaults when no configuration is around the file. One that the nearest configuration does
    /// not include (a test) is compiled with its settings all the same by most tools.
    pub(super) fn emits(&self, path: &str) -> Emits {
        let config = self.resolver.find_tsconfig(self.tree.absolute(path));
        let including = config.ok().flatten();
        let config = including.or_else(|| {
            let nearest = folders(path).find(|dir| self.holds(dir, "tsconfig.json"))?;
            let nearest = self.tree.absolute(&below(nearest, "tsconfig.json"));
            self.resolver.resolve_tsconfig(nearest).ok()
        });
        config.map_or(Emits::default(), |config| {
            let options = &config.compiler_options;
            Emits {
                decorated: options.emit_decorator_metadata == Some(true),
                verbatim: options.verbatim_module_syntax == Some(true),
            }
        })
    }

    /// What decides, beside the path itself: the nearest folder that may, and the configuration that includes the file.
    fn project(&self, path: &str) -> String {
        let config = self.resolver.find_tsconfig(self.tree.absolute(path));
        let config = config.ok().flatten();
        let config = config.as_ref().and_then(|config| config.path.to_str());
        format!("{} {}", self.config_dir(path), config.unwrap_or(""))
    }

    /// The nearest folder whose configuration may change what a path means.
    fn config_dir<'p>(&self, path: &'p str) -> &'p str {
        let names = ["tsconfig.json", "package.json", "jsconfig.json"];
        let mut dirs = folders(path);
        let config = dirs.find(|dir| names.iter().any(|name| self.holds(dir, name)));
        config.unwrap_or("")
    }

    /// Whether the folder `dir` holds the listed file `name`.
    fn holds(&self, dir: &str, name: &str) -> bool {
        self.tree.file(&below(dir, name)).is_some()
    }

    /// The meaning of a path with leading dots.
    ///
    /// The order is that of the compiler: a file, a folder, then the source behind a built file,
    /// and `rootDirs` last. A path that ends in a slash or in dots can only mean a folder.
    /// `Missing` also when the dots lead out of the analysed folder.
    fn relative(&self, path: &str, dir: &str, written: &str) -> Meaning {
        let Some(target) = clean(&format!("{dir}/{written}")) else {
            return Meaning::Missing;
        };
        let target = target.trim_start_matches('/');
        let folder =
            written.ends_with('/') || matches!(written.rsplit('/').next(), Some("." | ".."));
        let file = if folder { None } else { self.file_at(target) };
        let found = file.or_else(|| self.folder_at(path, target, written));
        let found = found
            .or_else(|| self.tree.source_of(target))
            .or_else(|| self.configured(path, written));
        found.map_or(Meaning::Missing, Meaning::File)
    }

    /// The file at a path, its ending replaced, added or as written.
    ///
    /// `a/cart.js` → `a/cart.ts` if that exists; `a/cart` → `a/cart.ts`. A source beside its
    /// output comes first, as it does for the compiler.
    fn file_at(&self, target: &str) -> Option<FileId> {
        for (ending, sources) in ALIASES {
            if let Some(stem) = target.strip_suffix(ending) {
                let found = sources
                    .iter()
                    .find_map(|source| self.tree.file(&format!("{stem}{source}")));
                if found.is_some() {
                    return found;
                }
            }
        }
        let exact = || self.tree.file(target);
        ENDINGS
            .iter()
            .find_map(|ending| self.tree.file(&format!("{target}{ending}")))
            .or_else(exact)
    }

    /// The entry of a folder: what its `package.json` says, else its `index`.
    fn folder_at(&self, path: &str, target: &str, written: &str) -> Option<FileId> {
        if !target.is_empty() && !self.tree.is_folder(target) {
            return None;
        }
        if self.holds(target, "package.json") {
            let found = self
                .plain
                .resolve_file(self.tree.absolute(path), written)
                .ok();
            let found = found.and_then(|found| self.tree.located(found.path()));
            if found.is_some() {
                return found;
            }
        }
        self.file_at(&below(target, "index"))
    }

    /// A file, else the index of a folder.
    fn file_or_index(&self, target: &str) -> Option<FileId> {
        let index = || self.file_at(&below(target, "index"));
        self.file_at(target).or_else(index)
    }

    /// What the compiler's configuration makes of the path (`rootDirs`, `paths`, `baseUrl`).
    fn configured(&self, path: &str, written: &str) -> Option<FileId> {
        let found = self
            .resolver
            .resolve_file(self.tree.absolute(path), written);
        let found = found
            .or_else(|_| self.plain.resolve_file(self.tree.absolute(path), written))
            .ok()?;
        self.tree.located(found.path())
    }

    /// The meaning of a path without leading dots.
    ///
    /// The order: configuration and packages, aliases of the nearest configuration, usual
    /// prefixes of frameworks (`@/`), generated modules (`#app`), a package of the tree. All else
    /// is external. A package of the tree without any source that fits is `Missing`: the program
    /// does not find it in a registry.
    fn absolute(&self, path: &str, written: &str) -> Meaning {
        let (name, rest) = split_package(written);
        if let Some(file) = self.configured(path, written) {
            // A program that runs finds the package, whatever folder has its name.
            let hidden = self.tree.needs(path, name) && self.is_below_base(path, written);
            return if hidden {
                Meaning::External
            } else {
                Meaning::File(file)
            };
        }
        if let Some(file) = self.aliased(path, written) {
            return Meaning::File(file);
        }
        if let Some((places, rest)) = conventions::usual_places(written) {
            let found = self.usual(path, places, rest);
            return found.map_or(Meaning::Missing, Meaning::File);
        }
        if written.starts_with('#') {
            let made = conventions::is_made_by_a_framework(written);
            return if made {
                Meaning::External
            } else {
                Meaning::Missing
            };
        }
        let Some(dir) = self.tree.package(name) else {
            return Meaning::External;
        };
        self.workspace(dir, rest)
            .map_or(Meaning::Missing, Meaning::File)
    }

    /// Whether `baseUrl` alone gives a name a place: no pattern of `paths` does.
    ///
    /// With `"baseUrl": "src"`, the folder `src/lodash` hides the package `lodash` for the
    /// compiler.
    fn is_below_base(&self, path: &str, written: &str) -> bool {
        let Ok(Some(config)) = self.resolver.find_tsconfig(self.tree.absolute(path)) else {
            return false;
        };
        let options = &config.compiler_options;
        let fits = |pattern: &String| match pattern.split_once('*') {
            Some((head, _)) => written.starts_with(head),
            None => pattern == written,
        };
        let mut patterns = options.paths.iter().flat_map(|paths| paths.keys());
        options.base_url.is_some() && !patterns.any(fits)
    }

    /// For a file that no configuration includes (a component, a test): what the nearest one makes of the path, as bundlers read it.
    fn aliased(&self, path: &str, written: &str) -> Option<FileId> {
        if let Ok(Some(_)) = self.resolver.find_tsconfig(self.tree.absolute(path)) {
            return None;
        }
        let nearest = folders(path).find(|dir| self.holds(dir, "tsconfig.json"))?;
        let nearest = self.tree.absolute(&below(nearest, "tsconfig.json"));
        let config = self.resolver.resolve_tsconfig(nearest).ok()?;
        let places = config.resolve_path_alias_or_base_url(written);
        let mut inside = places.iter().filter_map(|place| self.tree.inside(place));
        inside.find_map(|place| self.file_or_index(place))
    }

    /// The file at the first place that has it, in the nearest package above `path`.
    fn usual(&self, path: &str, places: &[&str], rest: &str) -> Option<FileId> {
        let package = folders(path).find(|dir| self.holds(dir, "package.json"));
        let dir = package.unwrap_or("");
        let found = |place: &&str| self.file_or_index(&below(&below(dir, place), rest));
        places.iter().find_map(found)
    }

    /// The source of a package of the tree whose entry is not built.
    fn workspace(&self, dir: &str, rest: &str) -> Option<FileId> {
        if rest.is_empty() {
            let entries = [
                "src/index",
                "src/main",
                "index",
                "lib/index",
                "source/index",
            ];
            return entries
                .iter()
                .find_map(|entry| self.file_at(&below(dir, entry)));
        }
        let places = [below(dir, &below("src", rest)), below(dir, rest)];
        places.iter().find_map(|place| self.file_or_index(place))
    }
}

/// Whether a path starts with a dot segment; `.env` and `...` do not.
fn is_relative(written: &str) -> bool {
    written == "." || written == ".." || written.starts_with("./") || written.starts_with("../")
}

/// Resolver settings without a configuration file: endings, aliases and conditions of the
/// compiler. Links are not followed, because the tree has resolved them already.
fn options(tree: &Tree) -> ResolveOptions {
    let list = |items: &[&str]| {
        items
            .iter()
            .map(|item| (*item).to_owned())
            .collect::<Vec<_>>()
    };
    ResolveOptions {
        extensions: list(&ENDINGS),
        extension_alias: ALIASES
            .iter()
            .map(|(ending, sources)| ((*ending).to_owned(), list(sources)))
            .collect(),
        condition_names: [
            tree.conditions(),
            &list(&["types", "import", "node", "default"]),
        ]
        .concat(),
        main_fields: list(&["types", "typings", "main", "module"]),
        symlinks: false,
        node_path: false,
        ..ResolveOptions::default()
    }
}
