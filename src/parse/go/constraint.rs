//! Build constraints: `//go:build`, `// +build` and file name suffixes.
//!
//! In: a path and its text. Out: whether the default build has the file.
//! Invariant: the default is linux, amd64, cgo, the gc compiler, any Go version, no custom tag.
//! Never: reads beyond the package clause.

use super::parser::extract::Build;

/// Values of `GOOS` that file names and constraints may use.
const SYSTEMS: [&str; 18] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
];

/// Values of `GOARCH` that file names and constraints may use.
const PROCESSORS: [&str; 24] = [
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

/// Experiments that the toolchain (Go 1.27) turns on by itself on linux/amd64.
const EXPERIMENTS: [&str; 7] = [
    "dwarf5",
    "greenteagc",
    "jsonv2",
    "randomizedheapbase64",
    "regabiargs",
    "regabiwrappers",
    "sizespecializedmalloc",
];

/// How the file at `path` stands to the default build, and whether anything guards it.
///
/// `a_windows.go` is `Inactive`, and guarded. `a.go` with `//go:build ignore` is `Ignored`: scripts
/// that are run by name stand beside a package without being part of it. A file that the constraint
/// `ignore || linux` admits is `Active` all the same.
pub(super) fn judge(path: &str, text: &str) -> (Build, bool) {
    let by_name = suffix(path);
    let header = header(text);
    let holds = by_name.unwrap_or(true) && header.holds.unwrap_or(true);
    let build = match (header.ignored, holds) {
        (_, true) => Build::Active,
        (true, false) => Build::Ignored,
        (false, false) => Build::Inactive,
    };
    (build, by_name.is_some() || header.holds.is_some())
}

/// Whether the `_GOOS_GOARCH` suffix fits; `None` without one.
///
/// `a_linux_arm64.go` names both, `a_arm64.go` a processor only, `linux.go` nothing: the part
/// before the first `_` is never a suffix. `_test` at the end is no part of it.
fn suffix(path: &str) -> Option<bool> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    let stem = stem.strip_suffix("_test").unwrap_or(stem);
    let (_, tail) = stem.split_once('_')?;
    let mut parts = tail.rsplit('_');
    let last = parts.next()?;
    let before = parts.next();
    if PROCESSORS.contains(&last) {
        let system = before.is_none_or(|part| !SYSTEMS.contains(&part) || is_set(part));
        return Some(is_set(last) && system);
    }
    SYSTEMS.contains(&last).then(|| is_set(last))
}

/// Whether the default build has the tag: `linux`, `cgo`, `go1.22`, `goexperiment.jsonv2`.
///
/// Any version of Go counts as reached, so that `!go1.22` takes out what is kept for old
/// toolchains.
fn is_set(tag: &str) -> bool {
    match tag.strip_prefix("goexperiment.") {
        Some(experiment) => EXPERIMENTS.contains(&experiment),
        None => matches!(tag, "linux" | "amd64" | "unix" | "cgo" | "gc") || tag.starts_with("go1."),
    }
}

/// What the comments before the package clause say.
#[derive(Default)]
struct Header {
    /// Whether the constraints hold; `None` without any.
    holds: Option<bool>,
    /// Whether the file only ever runs by name.
    ignored: bool,
}

/// Reads the comments before the package clause.
///
/// A `//go:build` line decides alone; `// +build` lines count without one, and all of them must
/// hold. Within a `+build` line one option is enough.
fn header(text: &str) -> Header {
    let mut found = Header::default();
    let mut legacy: Option<bool> = None;
    let mut in_block = false;
    for line in text.lines() {
        let line = line.trim();
        if in_block {
            in_block = !line.contains("*/");
        } else if let Some(rule) = line.strip_prefix("//go:build ") {
            let mut expression = Expression {
                rest: rule,
                depth: 0,
            };
            found.holds = Some(expression.any());
            found.ignored = mentions_ignore(rule);
            return found;
        } else if let Some(comment) = line.strip_prefix("//") {
            if let Some(rule) = comment.trim_start().strip_prefix("+build ") {
                legacy = Some(legacy.unwrap_or(true) && rule.split_whitespace().any(legacy_option));
                found.ignored |= rule.split_whitespace().any(|word| word == "ignore");
            }
        } else if line.starts_with("/*") {
            in_block = !line.contains("*/");
        } else if !line.is_empty() {
            break;
        }
    }
    found.holds = legacy;
    found
}

/// Whether the expression asks for the tag `ignore`; `!ignore` does not.
fn mentions_ignore(rule: &str) -> bool {
    rule.split(|byte: char| !byte.is_alphanumeric() && byte != '_' && byte != '!')
        .any(|word| word == "ignore")
}

/// `a,!b` of a `+build` line: all must hold.
fn legacy_option(option: &str) -> bool {
    option.split(',').all(|term| match term.strip_prefix('!') {
        Some(tag) => !is_set(tag),
        None => is_set(term),
    })
}

/// A `//go:build` expression, read from the left.
struct Expression<'t> {
    /// What is still to be read.
    rest: &'t str,
    /// Parentheses around this place; beyond 100 no more are opened.
    depth: u32,
}

impl Expression<'_> {
    /// Takes `text`, if it comes next; blanks before it are skipped in any case.
    fn eat(&mut self, text: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// `a || b`; every operand is read, even when the value is known.
    fn any(&mut self) -> bool {
        let mut value = self.all();
        while self.eat("||") {
            value |= self.all();
        }
        value
    }

    /// `a && b`, which binds more tightly than `||`.
    fn all(&mut self) -> bool {
        let mut value = self.term();
        while self.eat("&&") {
            value &= self.term();
        }
        value
    }

    /// A tag or an expression in parentheses, perhaps behind `!`.
    fn term(&mut self) -> bool {
        let mut negated = false;
        while self.eat("!") {
            negated = !negated;
        }
        let value = if self.depth < 100 && self.eat("(") {
            self.depth += 1;
            let value = self.any();
            self.depth -= 1;
            self.eat(")");
            value
        } else {
            let is_part =
                |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-');
            let end = self
                .rest
                .find(|letter| !is_part(letter))
                .unwrap_or(self.rest.len());
            let (tag, rest) = self.rest.split_at(end);
            self.rest = rest;
            is_set(tag)
        };
        value != negated
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, expected: (Build, bool)) {
        assert_eq!(judge(path, text), expected, "{path}: {text}");
    }

    #[test]
    fn file_names_and_comments_decide() {
        check("a/b_linux.go", "package a", (Build::Active, true));
        check("a/b_windows_test.go", "package a", (Build::Inactive, true));
        check("a/linux.go", "package a", (Build::Active, false));
        check("a/b_windows_amd64.go", "package a", (Build::Inactive, true));
        check("a/b_linux_arm64.go", "package a", (Build::Inactive, true));
        check(
            "a.go",
            "// Text\n\n//go:build (darwin || linux) && !windows\n\npackage a",
            (Build::Active, true),
        );
        check(
            "a.go",
            "//go:build ignore\n\npackage a",
            (Build::Ignored, true),
        );
        check(
            "a.go",
            "//go:build tool || ignore || !x\n\npackage a",
            (Build::Active, true),
        );
        check(
            "a.go",
            "//go:build !ignore\n\npackage a",
            (Build::Active, true),
        );
        check(
            "a.go",
            "// +build linux,!cgo darwin\n\npackage a",
            (Build::Inactive, true),
        );
        check(
            "a.go",
            "/* text\n*/\npackage a\n//go:build windows\n",
            (Build::Active, false),
        );
    }
}
