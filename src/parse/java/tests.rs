//! What the parser keeps of small Java files.

use super::parser;
use super::parser::extract::FileExtract;
use super::parser::extract::Role;
use crate::parse::tokens::Parsed;

fn parse(text: &str) -> Parsed<FileExtract> {
    parser::parse(text, None)
}

/// The uses of `body` inside a method of a class without supertypes.
fn uses(body: &str) -> Vec<String> {
    uses_in(&format!("class A {{ void f(int par) {{ {body} }} }}"))
}

/// Types as `T`, expressions as `=x`, methods as `m(2)`, references as `m::`, constants as `#X`.
fn uses_in(text: &str) -> Vec<String> {
    let parsed = parse(text);
    assert_eq!((parsed.error, parsed.too_deep), (None, None), "{text}");
    let extract = parsed.extract;
    let shown = |of| {
        let used = extract.uses[of];
        let names = extract.chain(used).iter();
        let names: Vec<&str> = names.map(|&name| extract.names.text(name)).collect();
        let chain = names.join(".");
        match used.role {
            Role::Type => chain,
            Role::Expression => format!("={chain}"),
            Role::Method(arity) => format!("{chain}({arity})"),
            Role::MethodReference => format!("{chain}::"),
            Role::Constant => format!("#{chain}"),
        }
    };
    extract
        .references
        .iter()
        .map(|place| shown(place.of))
        .collect()
}

#[test]
fn locals_are_no_uses_and_types_are() {
    assert_eq!(
        uses("B b = new C<D>(par); b.x(); e.f.g();"),
        ["B", "C", "D", "e.f.g(0)"]
    );
    assert_eq!(
        uses("for (B b : bs) { b.x = Q.y; } b.z();"),
        ["B", "=bs", "=Q.y", "b.z(0)"]
    );
    assert_eq!(
        uses("try (R r = open()) { r.x(); } catch (E | F e) { e.x(); }"),
        ["R", "open(0)", "E", "F"]
    );
    assert_eq!(
        uses("var v = x; v.y(); final int[] z = {1, W.q};"),
        ["=x", "=W.q"]
    );
    assert_eq!(
        uses("class L extends M {} L l = new L(); a.b.C.d();"),
        ["M", "a.b.C.d(0)"]
    );
}

#[test]
fn comparisons_casts_and_generics_are_told_apart() {
    assert_eq!(
        uses("boolean b = x < y && z > w;"),
        ["=x", "=y", "=z", "=w"]
    );
    assert_eq!(
        uses("List<Map<K, ? extends V[]>> l = (T<U>) o; int i = (par) + (int) -q;"),
        ["List", "Map", "K", "V", "T", "U", "=o", "=q"]
    );
    assert_eq!(uses("f(a < b, c > (d));"), ["f(2)", "=a", "=b", "=c", "=d"]);
    assert_eq!(
        uses("X.<T>of(1); Y<Z>::new; W[]::new; V::m; this.<U>g();"),
        ["X.of(1)", "T", "Y", "Z", "W", "V.m::", "U"]
    );
    assert_eq!(
        uses("int s = par >> 2 >>> 1; s >>= 1; boolean c = par >= s;"),
        Vec::<String>::new()
    );
}

#[test]
fn lambdas_switches_and_patterns_bind() {
    assert_eq!(
        uses("f(x -> x.y(), (a, b) -> { a.b(); }, (final C c) -> c, D::e);"),
        ["f(4)", "C", "D.e::"]
    );
    assert_eq!(
        uses(
            "Object r = switch (q) { case P(int x, var y) when x > Z.w -> y; case B b -> b; case K, L -> { yield M.n; } default -> throw new E(); };"
        ),
        ["Object", "=q", "P", "=Z.w", "B", "#K", "#L", "=M.n", "E"]
    );
    assert_eq!(
        uses("if (!(o instanceof B b && b.x())) return; b.y();"),
        ["=o", "B"]
    );
    assert_eq!(
        uses("switch (par) { case 1: int k; case C.D: k = 2; }"),
        ["=C.D"]
    );
    assert_eq!(
        uses("x = a ? b -> c : d; L: for (;;) { break L; }"),
        ["=x", "=a", "=c", "=d"]
    );
}

#[test]
fn declarations_of_every_kind() {
    let text = "package a.b;\nimport static c.D.*;\nimport e.F;\n@Ann(value = G.class, x = {@H})\npublic sealed abstract class A<T extends I & J<T>> extends K<T> implements L permits M {\n  @N T t;\n  static O o = new P() { Q q; };\n  <U> U m(U u, R... r) throws S { return u; }\n}\nrecord Rec(V v) implements W { Rec { v.x(); } }\nenum En { X(Y.z) { Z f; }, B; }\n@interface An { AA[] value() default {}; }\n";
    assert_eq!(
        uses_in(text),
        [
            "Ann", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "V", "W",
            "=Y.z", "Z", "AA"
        ]
    );
    let extract = parse(text).extract;
    assert_eq!((&*extract.package, extract.imports.len()), ("a.b", 2));
    let names: Vec<_> = extract
        .classes
        .iter()
        .filter(|class| class.parent.is_none())
        .map(|class| extract.name_of(class))
        .collect();
    assert_eq!(names, ["A", "Rec", "En", "An"]);
    assert_eq!(
        extract
            .functions
            .iter()
            .map(|function| &*function.name)
            .collect::<Vec<_>>(),
        ["A::m", "Rec::Rec"]
    );
}

#[test]
fn modules_provide_and_use() {
    let text = "import x.Y;\n@Deprecated open module a.b { requires transitive java.sql; exports c.d to e; provides f.G with h.I, j.K; uses l.M; }";
    assert_eq!(uses_in(text), ["Deprecated", "f.G", "h.I", "j.K", "l.M"]);
}

#[test]
fn no_prefix_and_no_mutation_of_a_file_hangs_or_panics() {
    let text = include_str!("../../../testdata/lang/java/Torture.java.txt");
    assert_eq!(parse(text).error, None);
    for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
        parse(&text[..end]);
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
                b"(){}[];,.:=<>*&\"@'\n/ax?-"[usize::try_from(state >> 20).unwrap_or(0) % 24];
        }
        parse(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn deep_nesting_is_survived() {
    for open in [
        "(",
        "[",
        "{",
        "a(",
        "a<",
        "new A() {",
        "x -> ",
        "if (a) ",
        "!",
        "(A) ",
        "a ? ",
        "@A(",
        "class A {",
        "switch (a) { case ",
    ] {
        parse(&format!(
            "class A {{ void f() {{ x = {}",
            open.repeat(50_000)
        ));
        parse(&open.repeat(50_000));
    }
}

#[test]
fn links_see_what_a_text_consists_of() {
    let text = "@A({\"b\"}) class C { /* x */ char d = '\"'; String[] e = {\"\"\"\n f\"\"\", 'g'}; int h() { return 1 >>= 2; } }";
    assert_eq!(
        crate::parse::lexemes("java", text).shown(text),
        "@ A ( ={ <b> } ) class C :{ char d = ; String [ ] e = ={ <\n f> , } ; int h ( ) :{ return 1 > > = 2 ; } }"
    );
}
