//! Which names of a table a file imports: frameworks that answer requests, drivers of databases.
//!
//! In: source text. Out: names.
//! Invariant: a name counts where that language writes an import, not in prose.
//! Never: what is done with what is imported.

use aho_corasick::AhoCorasick;

use crate::model::LanguageInfo;

/// The name of the language of an extension; empty where it is not known.
fn language(extension: &str) -> &'static str {
    LanguageInfo::of_extension(extension).map_or("", |language| language.name)
}

/// The names that a text of a file with that extension imports, as the table writes them.
pub(in crate::links) fn imported<'t>(
    names: &'t AhoCorasick,
    extension: &str,
    text: &'t str,
) -> impl Iterator<Item = &'t str> {
    // Paths of Go hold a slash; `json:"mysql"` is a tag.
    let path = |name: &str| name.contains('/');
    let is_go = language(extension) == "go";
    let written: fn(&str, &str) -> bool = match language(extension) {
        "go" => |before, after| before.ends_with('"') && after.starts_with(['"', '/']),
        "javascript" | "typescript" => |before, after| {
            let from = before.strip_suffix(['\'', '"', '`']).unwrap_or_default();
            let ends = ["from", "import", "require(", "import(", "require.resolve("];
            let from = from.trim_end();
            ends.iter().any(|end| from.ends_with(end)) && after.starts_with(['\'', '"', '`', '/'])
        },
        "rust" => |before, after| {
            after.starts_with("::") || starts(before, &["use ", "pub use ", "extern crate "])
        },
        "python" => |before, _| starts(before, &["from ", "import "]),
        "c#" => |before, _| starts(before, &["using ", "global using "]),
        _ => |before, _| starts(before, &["import "]),
    };
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    names.find_iter(text).filter_map(move |found| {
        let (before, after) = (text.get(..found.start())?, text.get(found.end()..)?);
        let apart = !before.ends_with(|c| is_name(c) || matches!(c, '.' | '/' | '@' | '-'))
            && !after.starts_with(|c: char| is_name(c) || c == '-');
        let name = text.get(found.range())?;
        (apart && written(before, after) && (!is_go || path(name))).then_some(name)
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
    use super::super::SignReader;
    use super::*;
    use crate::knowledge::Knowledge;

    #[test]
    fn imports_count_and_prose_does_not() {
        let knowledge = Knowledge::default();
        let reader = SignReader::new(&knowledge);
        let frameworks = reader.imports.as_ref().expect("imports");
        let found = |extension: &str, text: &str| imported(frameworks, extension, text).count() > 0;
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
            ("ts", "const words = ['express', 'koa']"),
            ("ts", "// express"),
            ("rs", "let axum = 1;"),
            ("go", "// see github.com/gin-gonic/gin"),
            ("go", "a := []string{\"fastify\"}"),
            ("java", "// org.springframework.web.bind.annotation"),
        ] {
            assert!(!found(extension, text), "{text}");
        }
    }
}
