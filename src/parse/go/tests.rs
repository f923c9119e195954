//! What the parser keeps of small Go files.

use super::parser;
use super::parser::extract::FileExtract;
use super::parser::extract::{Alias, Build};
use crate::parse::tokens::Parsed;

fn parse(text: &str, build: Build, conditional: bool) -> Parsed<FileExtract> {
    parser::parse(text, build, conditional, None)
}

/// The uses of `body` inside a function of a file that imports nothing.
fn uses(body: &str) -> Vec<String> {
    let text = format!("package p\nfunc f(par int) {{\n{body}\n}}\n");
    uses_in(&text)
}

fn uses_in(text: &str) -> Vec<String> {
    let parsed = parse(text, Build::Active, false);
    assert_eq!((parsed.error, parsed.too_deep), (None, None), "{text}");
    let extract = parsed.extract;
    let name = |name| extract.names.text(name).to_owned();
    let mut found: Vec<String> = Vec::new();
    for place in &extract.references {
        let used = extract.uses[place.of];
        found.push(match used.selected {
            Some(selected) => format!("{}.{}", name(used.name), name(selected)),
            None => name(used.name),
        });
    }
    found
}

#[test]
fn locals_parameters_and_labels_are_no_uses() {
    assert_eq!(uses("x, y := a(), par\nx.b(y)"), ["a"]);
    assert_eq!(
        uses("L:\nfor i := range xs { if i > par { continue L } }"),
        ["xs"]
    );
    assert_eq!(
        uses("if v, ok := m[par]; ok { use(v) } else { v.x() }\nv()"),
        ["m", "use", "v"]
    );
    assert_eq!(
        uses("switch t := x.(type) { case pkg.T: t.run(); case *U, []V: }"),
        ["x", "pkg.T", "U", "V"]
    );
    assert_eq!(
        uses("select { case v := <-ch: v.x(); case out <- val: default: }"),
        ["ch", "out", "val"]
    );
    assert_eq!(uses("x := x\nx.y()"), ["x"]);
}

#[test]
fn a_blank_name_is_no_declaration_and_no_alias() {
    let extract = parse(
        "package p\nimport _ \"a\"\nimport p \"b\"\nvar _ = p.X\n",
        Build::Active,
        false,
    )
    .extract;
    assert_eq!(extract.declarations.len(), 0);
    let aliases = extract.imports.iter().map(|import| import.alias);
    let aliases: Vec<Alias> = aliases.collect();
    assert!(matches!(aliases[..], [Alias::Blank, Alias::Named(_)]));
}

#[test]
fn parameters_types_and_results_are_told_apart() {
    assert_eq!(
        uses_in("package p\nfunc f(a, b T, c ...pkg.U) (n V, err error) { a(n, err) }"),
        ["T", "pkg.U", "V"]
    );
    assert_eq!(
        uses_in("package p\nfunc f(T, pkg.U, *V) W"),
        ["T", "pkg.U", "V", "W"]
    );
    assert_eq!(
        uses_in("package p\nfunc f(a []T, b [N]U, G[V]) {}\n"),
        ["T", "N", "U", "G", "V"]
    );
    assert_eq!(
        uses_in("package p\nfunc (r *R[K]) m(k K) T { return r.x(k) }"),
        ["R", "T"]
    );
    assert_eq!(
        uses_in("package p\nfunc F[S ~[]E, E C[S]](s S) E { var e E; return e }"),
        ["C"]
    );
}

#[test]
fn generic_types_and_array_types_are_told_apart() {
    assert_eq!(
        uses_in("package p\ntype A[T any] struct { x T; y B[T] }"),
        ["B"]
    );
    assert_eq!(
        uses_in("package p\ntype A [N]B\ntype C [pkg.N * 2]D\ntype E []F"),
        ["N", "B", "pkg.N", "D", "F"]
    );
    assert_eq!(
        uses_in("package p\ntype S struct {\n\tT\n\t*pkg.U `tag`\n\tG[V]\n\ta, b W\n\tc [2]X\n}"),
        ["T", "pkg.U", "G", "V", "W", "X"]
    );
    assert_eq!(
        uses_in("package p\ntype I interface {\n\tJ\n\tm(T) U\n\t~X | Y\n}"),
        ["J", "T", "U", "X", "Y"]
    );
}

#[test]
fn keys_of_literals_follow_the_type() {
    assert_eq!(uses("_ = []T{A: 1, {B: 2}}"), ["T", "A"]);
    assert_eq!(uses("_ = map[K]V{A: {B: c}}"), ["K", "V", "A", "c"]);
    assert_eq!(uses("_ = struct{ A int }{A: B}"), ["B"]);
    assert_eq!(
        uses("type row struct{ a T }\nfor _, r := range []row{{a: B}} { r() }"),
        ["T", "B"]
    );
    assert_eq!(
        uses("if x == (T{A: 1}) {}\nif y { z() }"),
        ["x", "T", "y", "z"]
    );
}

#[test]
fn function_literals_and_conversions() {
    assert_eq!(uses("go func(a T) { a(b) }(c)"), ["T", "b", "c"]);
    assert_eq!(
        uses("_ = (*T)(nil).m\n_ = []byte(s)\n_ = <-chan U(v)"),
        ["T", "s", "U", "v"]
    );
    assert_eq!(
        uses("x := pkg.F[int, U](a...)\n_ = x.(V)"),
        ["pkg.F", "U", "a", "V"]
    );
}

#[test]
fn no_prefix_and_no_mutation_of_a_file_hangs_or_panics() {
    let text = include_str!("../../../testdata/lang/go/torture.go.txt");
    for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
        parse(&text[..end], Build::Active, false);
    }
    let mut state = 7_u64;
    for _ in 0..3_000 {
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..4 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(state >> 33).unwrap_or(0) % bytes.len();
            bytes[at] =
                b"(){}[];,.:=<>*&\"`'\n/ax0"[usize::try_from(state >> 20).unwrap_or(0) % 23];
        }
        parse(&String::from_utf8_lossy(&bytes), Build::Active, false);
    }
}

#[test]
fn deep_nesting_is_noted_and_survived() {
    for open in [
        "(", "[", "{", "func() {", "*", "if a {", "T{", "!", "<-", "[]",
    ] {
        let text = format!("package p\nfunc f() {{ x = {}", open.repeat(100_000));
        parse(&text, Build::Active, false);
    }
}

#[test]
fn links_see_what_a_text_consists_of() {
    let text =
        "package a\nvar b = c{'d', `e\n\"`} /* \n */ // f\nfunc g() { h([]i{{\"j\"}}, 1.5) }\n";
    assert_eq!(
        crate::parse::lexemes("go", text).shown(text),
        "package a ; var b = c ={ , <e\n\"> } ; func g ( ) :{ h ( [ ] i ={ ={ <j> } } , 1.5 ) } ;"
    );
}
