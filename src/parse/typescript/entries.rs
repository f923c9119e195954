//! What a bundler builds: the outputs that a manifest names, and the sources that a build file lists.
//!
//! In: `package.json` and the build files beside it. Out: sources by the paths of their outputs.
//! Invariant: an output leads to a listed source of its name, or nowhere.
//! Never: runs a build file.

use std::collections::BTreeSet;
use std::sync::Arc;

use globset::GlobBuilder;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::conventions::{OUTPUTS, clean};
use crate::model::{FileId, Package, names};
use crate::source::Source;

/// How the names of build files start.
const BUILDERS: [&str; 12] = [
    "build", "bundle", "esbuild", "farm", "rolldown", "rollup", "rslib", "tsdown", "tsup",
    "unbuild", "vite", "webpack",
];

/// Folders of a package in which its build files may lie.
const HELPERS: [&str; 2] = ["scripts", "build"];

/// Keys of a manifest that name outputs.
const ENTRIES: [&str; 5] = ["exports", "main", "module", "types", "typings"];

/// Endings of built files; the declaration endings stand before those they end with.
const MADE: [&str; 6] = [".d.ts", ".d.mts", ".d.cts", ".mjs", ".cjs", ".js"];
/// Endings of sources; the first three are also tried on paths without one.
const CODE: [&str; 7] = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs"];

/// A source that a build file lists, and the name that it gets there.
struct Listed {
    /// The key before the path in an object of entries: `cli` of `{ cli: "src/main.ts" }`.
    name: Option<String>,
    /// Path of the listed file, from the analysed folder.
    path: String,
}

type Files = FxHashMap<Arc<str>, FileId>;
/// Build files by the folder that may hold their package.
type Builders<'f> = FxHashMap<&'f str, BTreeSet<&'f str>>;
/// Outputs and their sources; the first of equal outputs counts.
type Built = Vec<(String, String)>;

/// The sources behind the outputs that the manifests of `packages` name.
pub(super) fn sources<'p>(
    packages: impl Iterator<Item = &'p Package>,
    files: &Files,
    source: &Source,
) -> FxHashMap<String, String> {
    let builders = build_files(files);
    let packages: Vec<&Package> = packages.collect();
    let of_package = |package: &&Package| built(package, &builders, files, source);
    let found: Vec<Built> = packages.par_iter().map(of_package).collect();
    let mut all = FxHashMap::default();
    for (output, path) in found.into_iter().flatten() {
        all.entry(output).or_insert(path);
    }
    all
}

/// Outputs of one package with their sources.
///
/// Strings are gathered from the manifest itself (its scripts may name sources:
/// `tsup src/index.ts`) and from every build file of the package.
fn built(package: &Package, builders: &Builders<'_>, files: &Files, source: &Source) -> Built {
    let text = source.text(&package.manifest).unwrap_or_default();
    let value: Value = serde_json::from_str(&text).unwrap_or_default();
    let outputs = outputs(&value);
    let mut found = Vec::new();
    if outputs.is_empty() {
        return found;
    }
    let own = builders.get(package.dir.as_str()).into_iter().flatten();
    let mut listed = listed(&package.dir, "", &text, files);
    for path in own {
        let inside = names::folder(path);
        let inside = inside.strip_prefix(package.dir.as_str()).unwrap_or("");
        let text = source.text(path).unwrap_or_default();
        listed.extend(self::listed(&package.dir, inside, &text, files));
    }
    for output in outputs {
        add(&package.dir, &output, &listed, &mut found);
    }
    found
}

/// The build files of each folder that may hold a package, in order.
fn build_files(files: &Files) -> Builders<'_> {
    let mut found = Builders::default();
    let paths: BTreeSet<&Arc<str>> = files.keys().filter(|path| is_builder(path)).collect();
    for path in paths {
        let dir = names::folder(path);
        let (above, last) = dir.rsplit_once('/').unwrap_or(("", dir));
        let holder = if HELPERS.contains(&last) { above } else { dir };
        found.entry(holder).or_default().insert(path);
    }
    found
}

/// Whether a file is called like a build file: `vite.config.ts`, `build.mjs`,
/// `rollup.prod.js`.
fn is_builder(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let first = name.split('.').next().unwrap_or(name);
    BUILDERS.contains(&first) && is_code(name)
}

/// Every path that a manifest names as something that others import.
///
/// Walks nested conditions (`exports["."].import.types`). Only paths inside of a folder that
/// end like a built file count: a bare `index.js` is a source that needs no leading back.
fn outputs(manifest: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&Value> = ENTRIES.iter().filter_map(|key| manifest.get(key)).collect();
    while let Some(value) = open.pop() {
        match value {
            Value::String(path) => {
                found.insert(path.trim_start_matches("./").to_owned());
            }
            Value::Object(inner) => open.extend(inner.values()),
            Value::Array(inner) => open.extend(inner),
            _ => {}
        }
    }
    found.retain(|path| path.contains('/') && MADE.iter().any(|end| path.ends_with(end)));
    found
}

/// The files of the package that the strings of `text` name, with the keys before them.
///
/// Paths are tried from the package first, then from `inside`, the folder of the build file
/// below it. A string may hold several words, as a script of a manifest does.
fn listed(dir: &str, inside: &str, text: &str, files: &Files) -> Vec<Listed> {
    let mut found = Vec::new();
    for (key, literal) in strings(text) {
        let words = literal.split_ascii_whitespace();
        for word in words.filter(|word| may_name(word)) {
            let below =
                |base: &str| clean(&format!("/{base}/{word}")).map(|path| path[1..].to_owned());
            let places = [below(dir), below(&format!("{dir}{inside}"))];
            let paths = places
                .into_iter()
                .flatten()
                .find_map(|path| named(&path, files));
            for path in paths.into_iter().flatten() {
                let name = key.map(str::to_owned);
                found.push(Listed { name, path });
            }
        }
    }
    found
}

/// Whether a word looks like the path of a source, or a pattern of such.
fn may_name(word: &str) -> bool {
    word.contains("src/") || word.contains('*') || is_code(word)
}

fn is_code(path: &str) -> bool {
    CODE.iter().any(|end| path.ends_with(end))
}

/// The files behind a written path: itself, with an ending, or all that a pattern covers.
///
/// `src/index` finds `src/index.ts`, `.tsx` or `.mts`; `src/*.ts` finds the files of one
/// folder, since a star does not cross a slash. `None` when nothing is listed there.
fn named(path: &str, files: &Files) -> Option<Vec<String>> {
    if let Some((head, _)) = path.split_once('*') {
        let glob = GlobBuilder::new(path)
            .literal_separator(true)
            .build()
            .ok()?;
        let glob = glob.compile_matcher();
        let covered = files
            .keys()
            .filter(|path| path.starts_with(head) && is_code(path));
        let covered: BTreeSet<&Arc<str>> = covered.filter(|path| glob.is_match(&***path)).collect();
        let covered: Vec<String> = covered.iter().map(|path| path.to_string()).collect();
        return Some(covered).filter(|covered| !covered.is_empty());
    }
    let endings = if is_code(path) { &[""][..] } else { &CODE[..3] };
    let whole = path.contains("src/") || is_code(path);
    let found = endings.iter().map(|end| format!("{path}{end}"));
    let found = found.filter(|path| whole && files.contains_key(path.as_str()));
    found.map(|path| vec![path]).next()
}

/// The strings of a text, each with the key before it.
///
/// A quote that its line does not close is skipped: it is more likely an apostrophe in a
/// comment. Escapes are not looked at; paths hold none.
fn strings(text: &str) -> Vec<(Option<&str>, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((start, quote)) = next_quote(text, at) {
        let inner = &text[start + 1..];
        let Some(length) = inner.find([quote, '\n']) else {
            break;
        };
        let end = start + 1 + length;
        if inner[length..].starts_with(quote) {
            found.push((key(&text[..start]), &inner[..length]));
        }
        at = end + 1;
    }
    found
}

/// The next quote from `at` on: its offset, and which of the three kinds it is.
fn next_quote(text: &str, at: usize) -> Option<(usize, char)> {
    let rest = &text[at..];
    let start = rest.find(['"', '\'', '`'])?;
    Some((at + start, rest[start..].chars().next()?))
}

/// `name` of `name: ` at the end of `head`.
///
/// Both `cli: "…"` and `"cli": "…"` have the key `cli`; `None` for a string of a list or a
/// call.
fn key(head: &str) -> Option<&str> {
    let head = head.trim_end().strip_suffix(':')?.trim_end();
    let quoted = head.strip_suffix(['"', '\'']);
    let start = match quoted {
        Some(inner) => inner.rfind(['"', '\'', '\n'])? + 1,
        None => head.rfind(|c: char| !c.is_alphanumeric() && !"_-$".contains(c))? + 1,
    };
    quoted
        .unwrap_or(head)
        .get(start..)
        .filter(|key| !key.is_empty())
}

/// Notes the source of one output of a package, for every form in which it may be asked for.
///
/// The manifest may name `dist/a.js` while importers ask for `dist/a.d.ts` or `dist/a.mjs`:
/// all are outputs of one source. A star in the output (`dist/*.js`) stands for each listed
/// file, by its key or its file name.
fn add(dir: &str, output: &str, listed: &[Listed], found: &mut Built) {
    let Some(stem) = MADE.iter().find_map(|end| output.strip_suffix(end)) else {
        return;
    };
    let mut note = |stem: &str, path: &str| {
        for end in MADE {
            let output = clean(&format!("/{dir}/{stem}{end}")).unwrap_or_default();
            let output = output.trim_start_matches('/').to_owned();
            found.push((output, path.to_owned()));
        }
    };
    if stem.contains('*') {
        for one in listed {
            let file = one.path.rsplit('/').next().unwrap_or_default();
            let plain = one.name.as_deref().unwrap_or(without_ending(file));
            note(&stem.replace('*', plain), &one.path);
        }
    } else if let Some(path) = behind(dir, stem, listed) {
        note(stem, path);
    }
}

/// The listed source of which `stem` (`dist/esm/a/b`) is the output.
///
/// `dist` is cut off first. If nothing listed fits `esm/a/b`, leading folders that name a
/// format are cut off as well, and `a/b` is looked for. Cutting any folder would lead
/// `dist/server/index` to a source of the client that is called `index`, too.
fn behind<'l>(dir: &str, stem: &str, listed: &'l [Listed]) -> Option<&'l str> {
    let mut rest = stem.split_once('/')?.1;
    loop {
        let found = by_name(dir, rest, listed);
        let next = rest.split_once('/');
        let next = next.filter(|(first, _)| OUTPUTS.contains(first) || *first == "types");
        match (found, next) {
            (Some(found), _) => return Some(found),
            (None, Some((_, inner))) => rest = inner,
            (None, None) => return None,
        }
    }
}

/// The source that is called `name` by its key, by its place below the package, or by the end of its path.
///
/// A key is the most certain sign. Of several paths that end in the name, the shortest is
/// meant: `index` is `src/index.ts` rather than `src/plugins/index.ts`.
fn by_name<'l>(dir: &str, name: &str, listed: &'l [Listed]) -> Option<&'l str> {
    let keyed = listed.iter().find(|one| one.name.as_deref() == Some(name));
    let inside = |one: &Listed| {
        let path = one.path.strip_prefix(dir).unwrap_or(&one.path);
        without_ending(path.trim_start_matches('/')).to_owned()
    };
    let ends = |one: &&Listed| {
        let path = inside(one);
        let head = path.strip_suffix(name);
        head.is_some_and(|head| head.is_empty() || head.ends_with('/'))
    };
    let shortest = || listed.iter().filter(ends).min_by_key(|one| one.path.len());
    keyed.or_else(shortest).map(|one| one.path.as_str())
}

/// The path without a source's ending; unchanged if it has none.
fn without_ending(path: &str) -> &str {
    let stem = CODE.iter().find_map(|end| path.strip_suffix(end));
    stem.unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(manifest: &str, build: &str, paths: &[&str], wanted: &[(&str, &str)]) {
        let files: Files = paths
            .iter()
            .enumerate()
            .map(|(id, path)| (Arc::from(*path), FileId::new(id)))
            .collect();
        let mut listed = listed("p", "", manifest, &files);
        listed.extend(super::listed("p", "", build, &files));
        let mut found = Built::new();
        for output in outputs(&serde_json::from_str(manifest).expect("JSON")) {
            add("p", &output, &listed, &mut found);
        }
        for (output, source) in wanted {
            let built = found.iter().find(|(built, _)| built == output);
            assert_eq!(built.map_or("", |(_, path)| path), *source, "{output}");
        }
    }

    #[test]
    fn an_output_leads_to_the_entry_of_its_name() {
        check(
            r#"{"exports": {"./a": "./dist/a.mjs", "./b": {"types": "./dist/esm/b.d.ts"}, "./c": "./dist/c.js"}}"#,
            "// it's\nexport default { entry: ['src/exports/a.ts', './src/exports/b.tsx'] }",
            &[
                "p/src/a.ts",
                "p/src/exports/a.ts",
                "p/src/exports/b.tsx",
                "p/src/c.ts",
            ],
            &[
                ("p/dist/a.mjs", "p/src/exports/a.ts"),
                ("p/dist/a.d.mts", "p/src/exports/a.ts"),
                ("p/dist/esm/b.js", "p/src/exports/b.tsx"),
                ("p/dist/c.js", ""),
            ],
        );
    }

    #[test]
    fn keys_scripts_and_patterns_name_entries_too() {
        check(
            r#"{"main": "dist/index.js", "exports": {"./*": "./lib/*.mjs"}, "scripts": {"build": "tsup src/main/index.ts"}}"#,
            "build({ entry: { 'x-y': 'src/deep/z.ts', w: `src/w.ts` }, also: ['src/parts/*.ts'] })",
            &[
                "p/src/main/index.ts",
                "p/src/deep/z.ts",
                "p/src/w.ts",
                "p/src/parts/q.ts",
                "p/src/parts/r/s.ts",
            ],
            &[
                ("p/dist/index.cjs", "p/src/main/index.ts"),
                ("p/lib/x-y.mjs", "p/src/deep/z.ts"),
                ("p/lib/w.mjs", "p/src/w.ts"),
                ("p/lib/q.mjs", "p/src/parts/q.ts"),
                ("p/lib/s.mjs", ""),
            ],
        );
    }
}
