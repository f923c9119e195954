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
        assert!(most.tokens >= found.tokens, "{syntax:?} {text}");
        assert!(most.readings >= found.readings, "{syntax:?} {text}");
    };
    for (_, syntax, text) in hostile(40) {
        holds(syntax, &text);
    }
    let parts = [
        "a", "if ", "\n", "    ", "(", ")", "<", ">", "{", "}", "`${", "f\"{", "'", "\"", "\\",
        "/*", "//", "#", "=>", "!", ".b()", ",", ";", "é", "r#\"", "</a>", "1", "=", " as ", "?",
        "infer ", "a<", "extends ", ">", "[",
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

/// Forms that the TypeScript parser reads again on every level, `n` levels of them.
fn ambiguous(n: usize) -> Vec<String> {
    let wrap = |head: &str, open: &str, middle: &str, close: &str| {
        format!("{head}{}{middle}{};", open.repeat(n), close.repeat(n))
    };
    vec![
        wrap("x=", "(a=a<", "a", ")=>1"),
        wrap("x = ", "( a = b.c < ( ", "a", ") => 1 )"),
        wrap("x=", "a<{[", "b", "]:c}"),
        wrap("x=", "a<({b=", "c", "})=>1"),
        wrap("x=", "({a=a as ", "a", "})=>1"),
        wrap("x=", "({a=a satisfies ", "a", "})=>1"),
        wrap("x=", "new a<(b=", "a", ")=>1"),
        wrap("x=", "a<new(b=", "a", ")=>1"),
        wrap("x=", "a<-1|(b=", "a", ")=>1"),
        wrap("x=", "a<b extends c?(b=", "a", ")=>1"),
        wrap("x=", "([a=b<(", "d", ")]=c)=>1"),
        wrap("x=", "({a=b<{c(d=", "d", ")}})=>1"),
        wrap("x=", "(a=class extends b<", "d", "{})=>1"),
        wrap("x=", "(a=b<\")\"|(c=", "d", ")=>1)=>1"),
        wrap(
            "type A=B extends ",
            "(infer B extends ",
            "(infer C)",
            ")?D:E",
        ),
        wrap("type A=B extends ", "{a:infer B extends ", "C", "?D:E}"),
        wrap("type A=B extends ", "X<infer B extends ", "C", "?D:E>"),
    ]
}

#[test]
fn ambiguous_forms_are_refused_before_they_eat_the_memory() {
    for syntax in [Syntax::TypeScript, Syntax::Tsx] {
        for text in ambiguous(24) {
            let refused = check(&text, syntax).expect_err(&text);
            assert_eq!(&*refused.kind, "too-deep", "{text}");
        }
        for text in ambiguous(4) {
            assert!(check(&text, syntax).is_ok(), "{text}");
        }
    }
    // Not nested, they are read a few times each.
    assert!(check(&ambiguous(2).concat().repeat(1_000), Syntax::TypeScript).is_ok());
}

#[test]
fn ordinary_generics_casts_and_comparisons_are_read_once() {
    let lines = [
        "const f = useCallback<Props>((a = 1) => { const [x] = useState<{ a: string }>({ a }); }, []);\n",
        "type Q = { a?: Maybe<{ b: Array<{ c: Promise<{ d: Map<string, { e: number }> }> }> }> };\n",
        "for (let i = 0; i < n; i++) { if (a < (b + c)) { x = (y as Foo).bar((z) => (z as Bar).baz()) } }\n",
        "type T<A> = A extends [infer B, infer C, infer D] ? B : A extends E<infer F> ? F : never;\n",
        "const schema = z.object({}); type S = z.infer<typeof schema>; const y = x as unknown as Foo\n",
        "describe<A>('a', () => { it('b', async () => { const c = await d<E>(() => { f(g as H) }) }) })\n",
        "const big = a < b ? (c) : d < e && (f) || g << (h)\n",
    ];
    let text = lines.concat().repeat(500);
    for syntax in [Syntax::TypeScript, Syntax::Tsx] {
        let found = measure(&text, syntax);
        assert!(found.readings < found.tokens * 2, "{found:?}");
        assert!(check(&text, syntax).is_ok(), "{syntax:?} {found:?}");
    }
}

#[test]
fn texts_whose_tree_would_not_fit_are_refused() {
    use Syntax::{Go, Java, Python, Rust, TypeScript};
    let kind = |text: &str, syntax| check(text, syntax).err().map(|found| found.kind);
    let large = |text: &str, syntax| kind(text, syntax).as_deref() == Some("too-large");
    assert!(large(&";".repeat(1_600_000), Rust));
    assert!(large(&"a\n".repeat(2_100_000), Python));
    assert!(large(&"a;".repeat(1_300_000), TypeScript));
    assert!(large(&"a;".repeat(800_000), Rust));
    let words = "one two three ".repeat(1_000_000);
    for (comment, syntax) in [("// ", Rust), ("# ", Python), ("// ", TypeScript)] {
        assert_eq!(kind(&format!("{comment}{words}"), syntax), None);
    }
    assert_eq!(kind(&format!("x = \"{words}\""), Python), None);
    for syntax in [Go, Java] {
        assert_eq!(kind(&"a;".repeat(2_000_000), syntax), None);
    }
}
