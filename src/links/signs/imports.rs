//! Which files answer requests, by the frameworks that they import.
//!
//! In: source text. Out: whether an import names a framework of the table.
//! Invariant: a name counts where that language writes an import, not in prose.
//! Never: which requests; routes are found elsewhere.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::knowledge::Knowledge;

/// All that is imported from frameworks, the longest first of those that start together.
static IMPORTS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let known = Knowledge::default();
    let imports = known
        .frameworks
        .server
        .values()
        .flat_map(|imports| imports.iter());
    let longest = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(imports);
    longest.ok()
});

/// The frameworks that a text of a file with that extension imports, as the table writes them.
pub(in crate::links) fn imported<'t>(
    extension: &str,
    text: &'t str,
) -> impl Iterator<Item = &'t str> {
    let written: fn(&str, &str) -> bool = match extension {
        "go" => |before, _| before.ends_with('"'),
        "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "mts" | "cts" => |before, after| {
            before.ends_with(['\'', '"', '`']) && after.starts_with(['\'', '"', '`', '/'])
        },
        "rs" => |before, after| {
            after.starts_with("::") || starts(before, &["use ", "pub use ", "extern crate "])
        },
        "py" => |before, _| starts(before, &["from ", "import "]),
        _ => |before, _| starts(before, &["import "]),
    };
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let found = IMPORTS.as_ref().map(|imports| imports.find_iter(text));
    found.into_iter().flatten().filter_map(move |found| {
        let (before, after) = (text.get(..found.start())?, text.get(found.end()..)?);
        let apart = !before.ends_with(|c| is_name(c) || matches!(c, '.' | '/' | '@' | '-'))
            && !after.starts_with(|c: char| is_name(c) || c == '-');
        (apart && written(before, after))
            .then(|| text.get(found.range()))
            .flatten()
    })
}

/// Whether the line that ends at the end of `before` is the beginning of such a statement.
fn starts(before: &str, statements: &[&str]) -> bool {
    let line = before.rsplit('\n').next().unwrap_or(before).trim_start();
    statements
        .iter()
        .any(|statement| line.starts_with(statement))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_count_and_prose_does_not() {
        let found = |extension: &str, text: &str| imported(extension, text).count() > 0;
        for (extension, text) in [
            (
                "java",
                "import org.springframework.web.bind.annotation.GetMapping;",
            ),
            ("py", "  from flask import Blueprint"),
            ("go", "import (\n\t\"github.com/gin-gonic/gin\"\n)"),
            ("ts", "import { Controller } from '@nestjs/common';"),
            ("js", "const app = require(\"express\")()"),
            ("rs", "use axum::Router;"),
            ("rs", "fn f() -> axum::Router {}"),
        ] {
            assert!(found(extension, text), "{text}");
        }
        for (extension, text) in [
            ("py", "# like flask"),
            ("py", "import flasky"),
            ("ts", "const a = 'express-handlebars'"),
            ("ts", "// express"),
            ("rs", "let axum = 1;"),
            ("go", "// see github.com/gin-gonic/gin"),
            ("java", "// org.springframework.web.bind.annotation"),
        ] {
            assert!(!found(extension, text), "{text}");
        }
    }
}
