//! What frameworks give a meaning to without any configuration in the tree.
//!
//! In: written module paths. Out: places to look at.
//! Invariant: asked only where the configurations say nothing.
//! Never: a place outside of the package that writes the path.

use crate::model::names::tail;
use crate::model::{Notification, Project};

/// Prefixes that bundlers and frameworks lead into the package, and the folders that are tried.
const PREFIXES: [(&str, &[&str]); 6] = [
    ("@", &["src", "app", ""]),
    ("~", &["app", "src", ""]),
    ("@@", &[""]),
    ("~~", &[""]),
    ("$lib", &["src/lib"]),
    ("#shared", &["shared"]),
];

/// Modules that a framework writes while it builds (Nuxt).
///
/// Any other path that starts with `#` should stand in the `imports` of a manifest.
const MADE: [&str; 5] = ["#app", "#build", "#components", "#head", "#imports"];

/// Where a path with a usual prefix may lie below its package: folders, and the rest of the path.
///
/// `@/cart/total` → (`src`, `app`, the package itself; `cart/total`). The prefix must be a
/// whole segment: `@shop/ui` is a package of a scope. Only `$lib` may also stand alone.
pub(super) fn usual_places(written: &str) -> Option<(&'static [&'static str], &str)> {
    let after = |(prefix, places): &(&str, &'static [&'static str])| {
        let rest = written.strip_prefix(prefix)?;
        let whole = rest.is_empty() && written.starts_with('$');
        (whole || rest.starts_with('/')).then(|| (*places, rest.trim_start_matches('/')))
    };
    PREFIXES.iter().find_map(after)
}

/// Whether a framework writes the module while it builds.
pub(super) fn is_made_by_a_framework(written: &str) -> bool {
    let name = written.split('/').next().unwrap_or(written);
    MADE.contains(&name)
}

/// That a framework hands names to files which write no import.
pub(super) fn notes(project: &Project) -> impl Iterator<Item = Notification> {
    let configs = project.files.iter().map(|file| &file.path);
    let configs = configs.filter(|path| tail(path).starts_with("nuxt.config."));
    configs.map(|path| {
        let message = "Nuxt hands components and composables to every file by name; \
                       what is used without an import is not seen";
        Notification::note("implicit-imports", message).in_file(&**path)
    })
}

/// Folders that builds usually write to.
pub(super) const OUTPUTS: [&str; 8] = ["dist", "lib", "build", "out", "esm", "cjs", "es", "output"];

/// `@scope/name/rest` → (`@scope/name`, `rest`).
pub(super) fn split_package(path: &str) -> (&str, &str) {
    let slashes = usize::from(path.starts_with('@'));
    match path.match_indices('/').nth(slashes) {
        Some((at, _)) => (&path[..at], &path[at + 1..]),
        None => (path, ""),
    }
}

/// `path` without `.` and `..`; `None` when it leads out of the top.
///
/// `a/./b/../c` → `a/c`; `../a` → `None`. A leading slash stays.
pub(super) fn clean(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            other => parts.push(other),
        }
    }
    let lead = if path.starts_with('/') { "/" } else { "" };
    Some(format!("{lead}{}", parts.join("/")))
}
