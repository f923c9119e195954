//! Hostile and ordinary shapes for the nesting check.
//!
//! In: generated texts. Out: assertions.
//! Invariant: a shape that aborts a parser at depth n is refused far below n.
//! Never: files.

use super::*;

fn shape(text: &str, syntax: Syntax) -> (u32, u32) {
    let found = measure(text, syntax);
    (found.depth, found.chain)
}

/// Shapes that make recursive parsers overflow: a name, the syntax, text of `n` levels.
#[expect(clippy::too_many_lines, reason = "a table")]
fn hostile(n: usize) -> Vec<(&'static str, Syntax, String)> {
    use Syntax::{Go, Java, Python, Rust, Tsx, TypeScript};
    let wrap = |open: &str, middle: &str, close: &str| {
        format!("{}{middle}{}", open.repeat(n), close.repeat(n))
    };
    let function = |body: String| format!("fn f() {{ {body} }}");
    vec![
        (
            "generics",
            Rust,
            format!("type T = {};", wrap("V<", "u8", ">")),
        ),
        (
            "qualified paths",
            Rust,
            format!(
                "type T = {}u8{};",
                "<<A>::B as B<".repeat(n),
                ">>::C".repeat(n)
            ),
        ),
        ("modules", Rust, wrap("mod m {", "", "}")),
        ("blocks", Rust, function(wrap("{", "", "}"))),
        ("parentheses", Rust, function(wrap("(", "1", ")"))),
        ("use tree", Rust, format!("use {};", wrap("a::{", "b", "}"))),
        ("use path", Rust, format!("use {}b;", "a::".repeat(n))),
        ("not", Rust, function(format!("{}true", "!".repeat(n)))),
        (
            "references",
            Rust,
            format!("fn f(a: {}u8) {{}}", "&mut ".repeat(n)),
        ),
        ("returns", Rust, function("return ".repeat(n))),
        ("returns on lines", Rust, function("return\n".repeat(n))),
        ("closures", Rust, function(format!("{}1", "|a| ".repeat(n)))),
        (
            "empty closures",
            Rust,
            function(format!("{}1", "|| ".repeat(n))),
        ),
        (
            "macro tokens",
            Rust,
            format!("m!{{ {} }}", wrap("[", "", "]")),
        ),
        ("sum", Rust, function(format!("{}1", "1+".repeat(n)))),
        (
            "sum of strings",
            Rust,
            function(format!("{}1", r##"r#")"#+"##.repeat(n))),
        ),
        (
            "assignments",
            Rust,
            function(format!("{}1", "a=".repeat(n))),
        ),
        ("casts", Rust, function(format!("1{}", " as u8".repeat(n)))),
        ("calls", Rust, function(format!("x{}", ".a()".repeat(n)))),
        (
            "curried calls",
            Rust,
            function(format!("x{}", "()".repeat(n))),
        ),
        ("indexes", Rust, function(format!("x{}", "[0]".repeat(n)))),
        ("questions", Rust, function(format!("x{}", "?".repeat(n)))),
        (
            "else if",
            Rust,
            function(format!("if a {{}} {}", "else if b {} ".repeat(n))),
        ),
        (
            "function types",
            Rust,
            format!("type T = {}u8;", "fn() -> ".repeat(n)),
        ),
        (
            "pointers",
            Rust,
            format!("type T = {}u8;", "*const ".repeat(n)),
        ),
        (
            "java parentheses",
            Java,
            format!("class A {{ int a = {}; }}", wrap("(", "1", ")")),
        ),
        (
            "java generics",
            Java,
            format!("class A {{ {} a; }}", wrap("L<", "B", ">")),
        ),
        (
            "java braceless if",
            Java,
            format!("class A {{ void m() {{ {} x(); }} }}", "if (a) ".repeat(n)),
        ),
        (
            "java else if",
            Java,
            format!(
                "class A {{ void m() {{ if (a) {{}} {} }} }}",
                "else if (a) {} ".repeat(n)
            ),
        ),
        (
            "go brackets",
            Go,
            format!("package p\nvar a {}int", "[]".repeat(n)),
        ),
        (
            "go blocks",
            Go,
            format!("package p\nfunc f() {{ {} }}", wrap("{\n", "", "}\n")),
        ),
        (
            "go calls",
            Go,
            format!("package p\nvar a = x{}", ".\na()".repeat(n)),
        ),
        ("python brackets", Python, wrap("[", "", "]")),
        ("python not", Python, format!("x = {}1", "not ".repeat(n))),
        (
            "python lambda",
            Python,
            format!("x = {}1", "lambda: ".repeat(n)),
        ),
        (
            "python continued",
            Python,
            format!("x = {}1", "1 + \\\n".repeat(n)),
        ),
        (
            "python format strings",
            Python,
            format!("x = {}", "f\"{".repeat(n)),
        ),
        ("arrows", TypeScript, format!("x = {}1", "a=>".repeat(n))),
        ("templates", TypeScript, wrap("`${", "1", "}`")),
        (
            "ternaries",
            TypeScript,
            format!("x = {}1", "a ? b : ".repeat(n)),
        ),
        (
            "typeof lines",
            TypeScript,
            format!("x = {}1", "typeof\n".repeat(n)),
        ),
        (
            "braceless if lines",
            TypeScript,
            format!("{} x()", "if (a)\n".repeat(n)),
        ),
        (
            "elements",
            Tsx,
            format!("x = ({})", wrap("<a>", "", "</a>")),
        ),
        (
            "elements with text",
            Tsx,
            format!("x = {}", wrap("<a>it's; \n", "", "</a>")),
        ),
    ]
}

#[test]
fn refuses_every_hostile_shape_far_below_the_abort() {
    for n in [50_000, 100_000, 1_000_000] {
        for (name, syntax, text) in hostile(n) {
            let refused = check(&text, syntax).expect_err(name);
            assert_eq!(
                (&*refused.kind, refused.line.is_some()),
                ("too-deep", true),
                "{name} {n}"
            );
        }
    }
}

#[test]
fn sees_every_level_of_a_shape() {
    for (name, syntax, text) in hostile(100) {
        let (depth, chain) = shape(&text, syntax);
        assert!(depth.max(chain) >= 99, "{name}: {depth} {chain}");
        assert!(check(&text, syntax).is_ok(), "{name}");
    }
}

#[test]
fn counts_indentation_as_nesting() {
    let nested = |n: usize| {
        (0..n)
            .map(|i| format!("{}if a:\n", " ".repeat(i)))
            .collect::<String>()
    };
    assert!(check(&nested(2_000), Syntax::Python).is_ok());
    assert!(check(&nested(5_000), Syntax::Python).is_err());
}

#[test]
fn ignores_strings_comments_and_characters() {
    let rust = r##"fn f<'a>(x: &'a str) { let _ = ['(', '\'', '"', '\\']; /* ( /* [ */ { */ "([{\"" ; r#"((("#; } // ((("##;
    assert_eq!(shape(rust, Syntax::Rust).0, 2);
    assert_eq!(
        shape("x = '((' + \"((\" + '''((\n''' # ((\n", Syntax::Python).0,
        0
    );
    assert_eq!(
        shape("x = /[(/]\\/(((/ + `((${'('}` // ((", Syntax::TypeScript).0,
        1
    );
    assert_eq!(shape("var x = `((` + \"((\" /* (( */", Syntax::Go).0, 0);
    assert_eq!(
        shape(
            "String x = \"\"\"\n ((\"(( \"\"\"; char c = '(';",
            Syntax::Java
        )
        .0,
        0
    );
}

#[test]
fn ordinary_code_does_not_accumulate() {
    let rust = "impl A { fn f(&self) -> Vec<u8> { if a < b { c.d()?; } while i < n { } x } }\n"
        .repeat(5_000);
    assert!(check(&rust, Syntax::Rust).is_ok());
    let method = "pub fn f<T>(&self, a: T) -> Vec<u8> where T: A { a.b() }\n";
    assert!(
        check(
            &format!("impl A {{ {} }}", method.repeat(20_000)),
            Syntax::Rust
        )
        .is_ok()
    );
    let go = "func f() {\n\tif a < b {\n\t\tc = d + 1\n\t}\n\tx.y = 2\n}\n".repeat(20_000);
    assert!(check(&go, Syntax::Go).is_ok());
    let script =
        "const f = (a) => a.b < c ? `x${a}` : {}\nfoo<T>(x)\nexport { a }\n".repeat(20_000);
    assert!(check(&script, Syntax::TypeScript).is_ok());
    let python = "class A:\n    def f(self):\n        if a < b: return x.y\n".repeat(20_000);
    assert!(check(&python, Syntax::Python).is_ok());
}

#[test]
fn counting_bytes_never_finds_less_than_the_scanner() {
    use Syntax::{Go, Java, Python, Rust, Tsx, TypeScript};
    let holds = |syntax: Syntax, text: &str| {
        let (most, found) = (bound::of(text.as_bytes(), syntax), measure(text, syntax));
        assert!(most.depth >= found.depth, "{syntax:?} {text}");
        assert!(most.chain >= found.chain, "{syntax:?} {text}");
    };
    for (_, syntax, text) in hostile(40) {
        holds(syntax, &text);
    }
    let parts = [
        "a", "if ", "\n", "    ", "(", ")", "<", ">", "{", "}", "`${", "f\"{", "'", "\"", "\\",
        "/*", "//", "#", "=>", "!", ".b()", ",", ";", "é", "r#\"", "</a>", "1",
    ];
    let mut state = 11_u64;
    for _ in 0..3_000 {
        let mut text = String::new();
        for _ in 0..30 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            text.push_str(parts[usize::try_from(state >> 33).unwrap_or(0) % parts.len()]);
        }
        for syntax in [Go, Java, Python, Rust, Tsx, TypeScript] {
            holds(syntax, &text);
        }
    }
}
