//! Nesting and chains that overflow recursive readers (rows 1 and 2): every language, every kind of
//! manifest, from a hundred levels to a million.

use std::path::Path;
use std::process::Command;

use super::{Run, analyze, analyze_code, folder, program, run};

fn wrap(n: usize, open: &str, middle: &str, close: &str) -> String {
    format!("{}{middle}{}", open.repeat(n), close.repeat(n))
}

/// Sources of `n` levels or links.
fn sources(n: usize) -> Vec<(&'static str, String)> {
    vec![
        (
            "generics.rs",
            format!("type T = {};", wrap(n, "V<", "u8", ">")),
        ),
        ("sum.rs", format!("fn f() {{ {}1; }}", "1+".repeat(n))),
        (
            "else_if.rs",
            format!("fn f() {{ if a {{}} {} }}", "else if b {} ".repeat(n)),
        ),
        (
            "Parens.java",
            format!("class A {{ int a = {}; }}", wrap(n, "(", "1", ")")),
        ),
        (
            "Generics.java",
            format!("class A {{ {} a; }}", wrap(n, "L<", "B", ">")),
        ),
        (
            "Blocks.java",
            format!("class A {{ void m() {} }}", wrap(n, "{", "", "}")),
        ),
        ("Classes.java", wrap(n, "class A {", "", "}")),
        (
            "Sum.java",
            format!("class A {{ int a = {}1; }}", "1+".repeat(n)),
        ),
        (
            "Calls.java",
            format!("class A {{ int a = x{}; }}", ".a()".repeat(n)),
        ),
        (
            "Lambdas.java",
            format!("class A {{ F a = {}1; }}", "a -> ".repeat(n)),
        ),
        (
            "ElseIf.java",
            format!(
                "class A {{ void m() {{ if (a) {{}} {} }} }}",
                "else if (a) {} ".repeat(n)
            ),
        ),
        (
            "parens.go",
            format!("package p\nvar a = {}\n", wrap(n, "(", "1", ")")),
        ),
        (
            "blocks.go",
            format!("package p\nfunc f() {}\n", wrap(n, "{", "", "}")),
        ),
        (
            "types.go",
            format!("package p\nvar a {}int\n", "[]".repeat(n)),
        ),
        (
            "functions.go",
            format!("package p\nvar a = {}\n", wrap(n, "func() {", "", "}")),
        ),
        (
            "calls.go",
            format!("package p\nvar a = x{}\n", ".a()".repeat(n)),
        ),
        ("not.go", format!("package p\nvar a = {}b\n", "!".repeat(n))),
        ("parens.py", format!("x = {}\n", wrap(n, "(", "1", ")"))),
        ("not_.py", format!("x = {}1\n", "not ".repeat(n))),
        ("lambda_.py", format!("x = {}1\n", "lambda: ".repeat(n))),
        ("attributes.py", format!("x = y{}\n", ".a".repeat(n))),
        ("calls.py", format!("x = y{}\n", "()".repeat(n))),
        ("parens.ts", format!("x = {};", wrap(n, "(", "1", ")"))),
        ("arrows.ts", format!("x = {}1;", "a=>".repeat(n))),
        ("templates.ts", wrap(n, "`${", "1", "}`")),
        ("types.ts", format!("type T = {};", wrap(n, "A<", "u", ">"))),
        ("ternaries.ts", format!("x = {}1;", "a ? b : ".repeat(n))),
        (
            "elements.tsx",
            format!("x = ({});", wrap(n, "<a>", "", "</a>")),
        ),
    ]
}

/// Manifests of `n` levels.
fn manifests(n: usize) -> Vec<(&'static str, String)> {
    vec![
        (
            "json/package.json",
            format!("{{\"name\": {}}}", wrap(n, "[", "1", "]")),
        ),
        ("tsconfig/tsconfig.json", wrap(n, "{\"a\":", "1", "}")),
        (
            "toml/Cargo.toml",
            format!("a = {}\n", wrap(n, "[", "", "]")),
        ),
        (
            "tables/Cargo.toml",
            format!("a = {}\n", wrap(n, "{a=", "1", "}")),
        ),
        (
            "dotted/pyproject.toml",
            format!("{}b = 1\n", "a.".repeat(n)),
        ),
        ("xml/pom.xml", wrap(n, "<project>", "", "</project>")),
        (
            "yaml/compose.yaml",
            format!("services: {}\n", wrap(n, "[", "", "]")),
        ),
        ("lists/docker-compose.yml", format!("{}x\n", "- ".repeat(n))),
        (
            "maps/deployment.yaml",
            format!("kind: Deployment\na: {}\n", wrap(n, "{a: ", "1", "}")),
        ),
        ("gradle/build.gradle", wrap(n, "a {", "", "}")),
        (
            "docker/Dockerfile",
            format!("FROM a\nRUN {}\n", wrap(n, "(", "", ")")),
        ),
        ("go/go.mod", format!("module {}\n", "a/".repeat(n))),
    ]
}

fn analysed(files: &[(&'static str, String)]) -> Run {
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    analyze_code(folder(&files).path())
}

/// Every source is either parsed or named with a documented reason; returns how many were parsed, and
/// the names of those refused.
fn accounted(n: usize) -> (u64, Vec<&'static str>) {
    let files = sources(n);
    let run = analysed(&files);
    let notes = run.notes();
    assert!(
        notes.iter().all(|(kind, _)| kind != "parser-failure"),
        "{notes:?}"
    );
    let refused = |name: &&str| {
        let named = |kind: &str| notes.iter().any(|note| note.0 == kind && note.1 == *name);
        named("too-deep") || named("too-large")
    };
    let refused: Vec<&str> = files
        .iter()
        .map(|(name, _)| *name)
        .filter(refused)
        .collect();
    let json = run.json();
    let skipped = json["coverage"]["files"]["skipped"]
        .as_u64()
        .expect("a count");
    // A refused file may still be read in part; one that is not read at all is always named.
    assert!(skipped <= refused.len() as u64, "{notes:?}");
    assert_eq!(run.parsed() + skipped, files.len() as u64, "{notes:?}");
    (run.parsed(), refused)
}

#[test]
fn a_hundred_levels_are_ordinary() {
    let all = sources(100).len() as u64;
    assert_eq!(accounted(100), (all, Vec::new()));
}

#[test]
fn absurd_levels_are_refused_where_a_parser_recurses() {
    // Java and Go are scanned without recursion: some of their shapes are read at any depth.
    let recurses = |name: &&str| !name.ends_with(".java") && !name.ends_with(".go");
    for n in [10_000, 100_000] {
        let (_, refused) = accounted(n);
        let wanted: Vec<&str> = sources(1)
            .iter()
            .map(|(name, _)| *name)
            .filter(recurses)
            .collect();
        let missing = wanted.iter().filter(|name| !refused.contains(name));
        assert!(n < 100_000 || missing.count() == 0, "{n}: only {refused:?}");
    }
}

#[test]
fn a_small_main_stack_changes_nothing() {
    let files = sources(30_000);
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    let dir = folder(&files);
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg("ulimit -s 1024 && exec \"$0\" analyze \"$1\" --no-git -q --format json");
    let run = run(command.arg(program()).arg(dir.path()));
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.kinds().contains(&"too-deep".to_owned()));
}

#[test]
fn manifests_of_any_depth_end_nothing() {
    for n in [100, 10_000, 1_000_000] {
        let run = analysed(&manifests(n));
        let failed = run
            .notes()
            .into_iter()
            .filter(|(kind, _)| kind == "parser-failure");
        assert_eq!(failed.collect::<Vec<_>>(), [], "{n}");
    }
}

/// Forms of TypeScript that a parser tries, and goes back from where they turn out to be something else:
/// what opens, what stands inside, what closes, around which text.
const TRIED: [(&str, &str, &str, &str); 24] = [
    (
        "type T<X> = _;",
        "X extends (infer U extends ",
        "0",
        " ? 1 : 2) ? 3 : 4",
    ),
    (
        "type T<X> = _;",
        "X extends [infer U extends ",
        "0",
        "] ? 1 : 2",
    ),
    ("x = _;", "<T,>(a = ", "1", ") => 1"),
    ("x = _;", "async <T,>(a = ", "1", ") => 1"),
    ("x = _;", "async (a = ", "1", ") => 1"),
    ("x = _;", "(a): (b: ", "1", ") => 1 => 1"),
    ("x = _;", "a ? (b) : (c = ", "1", ") => 1"),
    ("x = _;", "a ? (b): c => (", "c", ") : d"),
    ("x = _;", "{ a: ", "1", " } as A<B>"),
    ("x = _;", "({ a: ", "1", " } as any)"),
    ("x = _;", "(", "1", " satisfies A<(b: number) => c>)"),
    ("x = _;", "new A<B>(", "1", ")"),
    ("x = _;", "new A<new () => ", "B", ">()"),
    ("x = _;", "f<A>(", "1", ")"),
    ("x = _;", "f<typeof g<", "1", ">>()"),
    ("x = _;", "a < (", "1", ")"),
    ("x = _;", "<A<(b = ", "1", ") => c>>1"),
    ("type T = _;", "(a: ", "1", ") => b"),
    ("type T = _;", "abstract new (a: ", "1", ") => b"),
    (
        "type T = _;",
        "import(\"a\", { with: { b: ",
        "c",
        " } }).D<E>",
    ),
    ("x = _;", "(a<b>(", "1", ")<c>)"),
    ("(_) => c;", "{ a = ", "b", " }"),
    ("x = _;", "a<b>`${", "1", "}`"),
    ("x = _;", "class extends A<B>(", "1", ") {}"),
];

/// Each form, in every kind of file, nested as deeply as people never do, as the check lets through, and beyond.
#[test]
fn what_is_tried_again_and_again_fits_into_the_memory() {
    for levels in [24, 780, 3_900] {
        let mut files: Vec<(String, String)> = Vec::new();
        for (number, (around, open, middle, close)) in TRIED.iter().enumerate() {
            let text = around.replace('_', &wrap(levels, open, middle, close));
            let component = format!("<script lang=\"ts\">\n{text}\n</script>\n");
            for ending in ["ts", "tsx", "mts", "cts", "d.ts", "js"] {
                files.push((format!("f{number}.{ending}"), text.clone()));
            }
            files.push((format!("f{number}.vue"), component));
        }
        let files: Vec<(&str, &[u8])> = files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_bytes()))
            .collect();
        let run = analyze(folder(&files).path(), &["--no-git", "--threads", "1"]);
        let kinds = run.kinds();
        let known = |kind: &String| matches!(kind.as_str(), "too-deep" | "syntax-error");
        assert!(kinds.iter().all(known), "{levels}: {kinds:?}");
    }
}

/// The inputs to report to those who write the parsers: each stays refused, beside a file that is read.
#[test]
fn faults_of_parsers_are_named_and_cost_no_memory() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/threats/parsers");
    let read = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        (name, std::fs::read(path).expect("a file"))
    };
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(dir)
        .expect("the folder")
        .map(read)
        .collect();
    assert!(files.len() >= 5 && files.iter().all(|(_, text)| text.len() < 1_000));
    files.push(("plain.ts".to_owned(), b"export const a = 1;".to_vec()));
    let list: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_slice()))
        .collect();
    let run = analyze(folder(&list).path(), &["--no-git", "--threads", "1"]);
    for (name, _) in &files {
        assert_eq!(
            run.has("too-deep", name),
            name != "plain.ts",
            "{name}: {:?}",
            run.notes()
        );
    }
}
