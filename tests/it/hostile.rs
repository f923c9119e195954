//! Rust sources that overflow a recursive parser: refused or parsed, never an abort.

use seamline::source::{Limits, Source};
use seamline::{discover, parse};

/// A nasty shape of `n` levels inside an otherwise plain file.
type Shape = (&'static str, fn(usize) -> String);

fn wrap(n: usize, open: &str, middle: &str, close: &str) -> String {
    format!("{}{middle}{}", open.repeat(n), close.repeat(n))
}

/// Shapes that nest: they stay below the limit of brackets at 400 levels.
const NESTED: [Shape; 9] = [
    ("generics", |n| {
        format!("type T = {};", wrap(n, "V<", "u8", ">"))
    }),
    ("modules", |n| wrap(n, "mod m {", "", "}")),
    ("blocks", |n| format!("fn f() {}", wrap(n, "{", "", "}"))),
    ("parentheses", |n| {
        format!("fn f() {{ {} }}", wrap(n, "(", "1", ")"))
    }),
    ("use_tree", |n| {
        format!("use {};", wrap(n, "a::{", "b", "}"))
    }),
    ("macro_tokens", |n| {
        format!("m!{{ {} }}", wrap(n, "[", "", "]"))
    }),
    ("macro_calls", |n| {
        format!("fn f() {{ {} }}", wrap(n, "m!(", "1", ")"))
    }),
    ("matches", |n| {
        format!("fn f() {{ {} }}", wrap(n, "match 1 { _ => ", "1", " }"))
    }),
    ("closures", |n| {
        format!("fn f() {{ {} }}", wrap(n, "|| {", "1", "}"))
    }),
];

/// Shapes that chain: they stay below the limit of operators at 8,000 links.
const CHAINED: [Shape; 10] = [
    ("use_path", |n| format!("use {}b;", "a::".repeat(n))),
    ("not", |n| format!("fn f() {{ {}true; }}", "!".repeat(n))),
    ("references", |n| {
        format!("fn f(a: {}u8) {{}}", "&mut ".repeat(n))
    }),
    ("bare_closures", |n| {
        format!("fn f() {{ {}1; }}", "|a| ".repeat(n))
    }),
    ("sum", |n| format!("fn f() {{ {}1; }}", "1+".repeat(n))),
    ("calls", |n| format!("fn f() {{ x{}; }}", ".a()".repeat(n))),
    ("else_if", |n| {
        format!("fn f() {{ if a {{}} {} }}", "else if b {} ".repeat(n))
    }),
    ("assignments", |n| {
        format!("fn f() {{ {}1; }}", "a=".repeat(n))
    }),
    ("function_types", |n| {
        format!("type T = {}u8;", "fn() -> ".repeat(n / 2))
    }),
    ("returns", |n| {
        format!("fn f() {{ {} }}", "return ".repeat(n))
    }),
];

fn kinds(n: usize, shapes: &[Shape]) -> Vec<(String, String)> {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, shape) in shapes {
        std::fs::write(dir.path().join(format!("{name}.rs")), shape(n)).expect("a file");
    }
    let source = Source::open(&[dir.path().to_path_buf()], Limits::default()).expect("a source");
    let project = discover::discover(&source, &discover::Options::default(), parse::language_of);
    let facts = parse::parse(&project, &source);
    let note = |note: &seamline::model::Notification| {
        (
            note.path.as_deref().unwrap_or_default().to_owned(),
            note.kind.to_string(),
        )
    };
    facts.notifications.iter().map(note).collect()
}

/// Shapes that were not parsed: too deep, or too large to be read at all.
fn refused(notes: &[(String, String)], shapes: &[Shape]) -> Vec<&'static str> {
    let is = |name: &str| {
        let of = |kind: &str| notes.contains(&(format!("{name}.rs"), kind.to_owned()));
        of("too-deep") || of("too-large")
    };
    shapes
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| is(name))
        .collect()
}

#[test]
fn what_the_check_lets_through_is_parsed_and_dropped() {
    for (n, shapes) in [
        (100, &NESTED[..]),
        (1_600, &NESTED[..]),
        (100, &CHAINED[..]),
        (8_000, &CHAINED[..]),
    ] {
        let notes = kinds(n, shapes);
        assert_eq!(refused(&notes, shapes), Vec::<&str>::new(), "{n}");
        assert!(
            notes.iter().all(|(_, kind)| kind != "parser-failure"),
            "{notes:?}"
        );
    }
}

#[test]
fn absurd_depths_are_refused_with_the_file_named() {
    for n in [50_000, 100_000, 1_000_000] {
        for shapes in [&NESTED[..], &CHAINED[..]] {
            let names: Vec<&str> = shapes.iter().map(|(name, _)| *name).collect();
            assert_eq!(refused(&kinds(n, shapes), shapes), names, "{n}");
        }
    }
}
