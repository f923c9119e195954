//! Which file a frame of a profile or a request of a log means.
//!
//! In: a place as a profiler writes it, the [`Index`] of the repository. Out: a [`Spot`].
//! Invariant: a path means the file with the longest tail in common; a relative one must be that tail, or hold it, whole.
//! Never: a guess between files, or a file for what lies in a runtime or an installed package.

use super::places::{Index, Spot, common_tail, file_name};
use super::routes;
use crate::model::{CodeLoad, DeclaredRoute, FileId, FileRole};

/// What a script may have been compiled from, by its ending.
const SCRIPTS: [(&str, &[&str]); 4] = [
    (".js", &[".js", ".ts", ".tsx", ".jsx"]),
    (".mjs", &[".mjs", ".mts", ".ts"]),
    (".cjs", &[".cjs", ".cts", ".ts"]),
    (".jsx", &[".jsx", ".tsx"]),
];

impl Index<'_> {
    /// The file of a place that no span tells.
    pub(super) fn spot(&self, place: &CodeLoad) -> Spot {
        if let Some(rule) = self.places.rules.iter().find(|rule| rule.fits(place)) {
            return self.at(&rule.path).map_or(Spot::Outside, Spot::File);
        }
        if let Some(operation) = &place.operation {
            return self.of_request(operation, &place.service);
        }
        let named = || match &place.namespace {
            Some(namespace) => self.of_module(namespace, place),
            None => Spot::Outside,
        };
        let Some(path) = &place.file else {
            return named();
        };
        if self.is_outside(path) {
            return Spot::Outside;
        }
        if path.ends_with(".go") && place.namespace.is_some() {
            return self.of_go(path, place);
        }
        // `Order.java` of the class `com.acme.Order`: the class tells the folder.
        match named() {
            found if !path.contains('/') && found != Spot::Outside => found,
            _ => self.of_script(path),
        }
    }

    /// The module of a file, as its node is called.
    pub(super) fn module(&self, file: FileId) -> Option<String> {
        let name = self.module_of(file)?;
        let name = if name.is_empty() { "(root)" } else { name };
        let test = self.project.source(file).role == FileRole::Test;
        Some(format!("{name}{}", if test { "#test" } else { "" }))
    }

    /// Whether a path lies in a runtime, a standard library or an installed package.
    fn is_outside(&self, path: &str) -> bool {
        let known = &self.project.knowledge.profilers;
        let rooted = format!("/{path}");
        known.outside_starts.iter().any(|start| path.starts_with(&**start))
            || known.outside.iter().any(|part| rooted.contains(&**part))
            // A package of Go with its version: `gin@v1.9.0/context.go`.
            || path.contains("@v")
    }

    /// The file of the repository that a path means.
    fn of_path(&self, path: &str) -> (usize, Spot) {
        let absolute = path.starts_with('/') || path.get(1..3) == Some(":/");
        let whole = path.split('/').count();
        let fits = |file: FileId| {
            let own = &*self.project.source(file).path;
            let tail = common_tail(path, own);
            let held = tail == whole || tail == own.split('/').count();
            (tail > 0 && (absolute || held)).then_some((tail, file))
        };
        let found: Vec<(usize, FileId)> = self.named(file_name(path)).filter_map(fits).collect();
        let best = found.iter().map(|(tail, _)| *tail).max().unwrap_or(0);
        let of_best = found.iter().filter(|(tail, _)| *tail == best);
        (best, Spot::of(of_best.map(|(_, file)| *file)))
    }

    /// The same, or what a build made the file from.
    fn of_script(&self, path: &str) -> Spot {
        let (mut best, mut spot) = self.of_path(path);
        let ends = SCRIPTS.iter().find(|(end, _)| path.ends_with(end));
        let Some((end, sources)) = ends else {
            return spot;
        };
        let stem = path.strip_suffix(end).unwrap_or(path);
        let written = self.before_build(stem);
        for (stem, source) in written
            .iter()
            .flat_map(|stem| sources.iter().map(move |source| (stem, source)))
        {
            let (tail, found) = self.of_path(&format!("{stem}{source}"));
            if tail > best {
                (best, spot) = (tail, found);
            }
        }
        spot
    }

    /// The paths that a built one may have had: the folder of the build was `src`, or was not there.
    fn before_build(&self, stem: &str) -> Vec<String> {
        let parts: Vec<&str> = stem.split('/').collect();
        let outputs = &self.project.knowledge.profilers.outputs;
        let at = parts.iter().rposition(|part| outputs.has(part));
        let mut paths = vec![stem.to_owned()];
        if let Some(at) = at {
            let (before, after) = (&parts[..at], &parts[at + 1..]);
            paths.push([before, &["src"], after].concat().join("/"));
            paths.push([before, after].concat().join("/"));
        }
        paths
    }

    /// A file of a package of Go: the package must be one of the repository, or `main`.
    fn of_go(&self, path: &str, place: &CodeLoad) -> Spot {
        let namespace = place.namespace.as_deref().unwrap_or_default();
        let package = if namespace.contains('/') {
            namespace
        } else {
            namespace.split('.').next().unwrap_or(namespace)
        };
        let mut own = self.files_of(package).peekable();
        if own.peek().is_some() {
            let name = file_name(path);
            let same = |file: &FileId| file_name(&self.project.source(*file).path) == name;
            return Spot::of(own.filter(same));
        }
        let first = package.split('/').next().unwrap_or(package);
        if package == "main" || first.contains('.') {
            return self.of_path(path).1;
        }
        Spot::Outside
    }

    /// The file of a class or module, by the spelling of the profiler or with dots.
    fn of_module(&self, namespace: &str, place: &CodeLoad) -> Spot {
        let dotted = namespace.replace('/', ".");
        for name in [namespace, &dotted] {
            let found = self.in_module(name, place);
            if found != Spot::Outside {
                return found;
            }
        }
        let class = namespace.split('$').next().unwrap_or(namespace);
        let simple = !class.contains(['.', ':', '/']) && class.starts_with(char::is_uppercase);
        if simple {
            return Spot::of(self.named(&format!("{class}.java")));
        }
        Spot::Outside
    }

    /// The file that answers a request; of the service that answered it, if the log tells one that is known.
    fn of_request(&self, operation: &str, service: &str) -> Spot {
        let owner = self.project.service_named(service);
        let owner = owner.and_then(|owner| self.project.services.get(owner.index()));
        let near = |route: &&DeclaredRoute| {
            let known = owner.zip(route.service.as_ref());
            known.is_none_or(|(owner, service)| owner.name == *service)
        };
        let found = routes::of_request(operation, self.places.routes.iter().filter(near));
        self.of_routes(&found)
    }
}
