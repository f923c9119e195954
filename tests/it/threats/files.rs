//! Files that are too large, no text, no files, or named to confuse (rows 3 to 12).

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Instant;

use proptest::prelude::*;

use super::{analyze, analyze_code, folder, program, run};

#[test]
fn a_sparse_terabyte_is_not_read() {
    let dir = folder(&[("b.py", b"x = 1\n")]);
    let file = std::fs::File::create(dir.path().join("a.py")).expect("a file");
    if file.set_len(1 << 40).is_err() {
        return; // this file system has no sparse files
    }
    let start = Instant::now();
    let run = analyze_code(dir.path());
    assert!(run.has("too-large", "a.py"), "{:?}", run.notes());
    assert_eq!(run.parsed(), 1);
    assert!(start.elapsed().as_secs() < 10);
}

#[test]
fn one_line_of_megabytes_is_parsed_with_right_columns() {
    let mut script = "f(1);".repeat(400_000);
    script.push_str("import('./b');");
    let column = script.len() - "import('./b');".len() + 1;
    let dir = folder(&[
        ("a.js", script.as_bytes()),
        ("b.js", b"export const c = 1\n"),
    ]);
    let run = analyze_code(dir.path());
    let json = run.json();
    let edge = json["edges"]
        .as_array()
        .expect("edges")
        .iter()
        .find(|edge| edge["from"] == "file:a.js");
    let place = &edge.expect("an edge")["locations"][0];
    let found = place["column"].as_u64().expect("a column") as usize;
    assert_eq!(place["line"], 1);
    assert!(
        (column..column + 10).contains(&found),
        "{found} instead of {column}"
    );
}

#[test]
fn what_is_no_text_is_named_and_wide_text_is_read() {
    let wide = |text: &str| {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xFF, 0xFE].into_iter().chain(units).collect::<Vec<u8>>()
    };
    let dir = folder(&[
        ("a.rs", b"\x7fELF\0\0"),
        ("b.ts", b"MZ\0\0"),
        ("c.go", b"package c\0"),
        ("D.java", &wide("class D { E e; }")),
        ("E.java", b"class E {}"),
        ("f.py", b"x = '\xFF\xFE\xC0'\nimport g\n"),
        ("g.py", b""),
    ]);
    let run = analyze_code(dir.path());
    for name in ["a.rs", "b.ts", "c.go"] {
        assert!(run.has("binary", name), "{name}: {:?}", run.notes());
    }
    let json = run.json();
    let edges: BTreeSet<String> = json["edges"]
        .as_array()
        .expect("edges")
        .iter()
        .map(|edge| {
            format!(
                "{}>{}",
                edge["from"].as_str().unwrap_or(""),
                edge["to"].as_str().unwrap_or("")
            )
        })
        .collect();
    assert!(edges.contains("file:D.java>file:E.java"), "{edges:?}");
    assert!(edges.contains("file:f.py>file:g.py"), "{edges:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn odd_names_come_back_whole_and_harm_no_terminal() {
    use std::os::unix::ffi::OsStrExt;
    let names: [&[u8]; 6] = [
        b"b\xFF.py",
        b"-rf.py",
        b"new\nline.py",
        b"\x1b[31m.py",
        b"A.py",
        b"a.py",
    ];
    let dir = folder(&[("main.py", b"import a\n")]);
    for name in names {
        std::fs::write(
            dir.path().join(std::ffi::OsStr::from_bytes(name)),
            b"x = 1\n",
        )
        .expect("a file");
    }
    let long = format!("{}.py", "n".repeat(252));
    std::fs::write(dir.path().join(&long), b"x = 1\n").expect("a file");
    let found = analyze_code(dir.path());
    assert_eq!(found.parsed(), 8);
    let json = found.json();
    let ids: BTreeSet<&str> = json["nodes"]
        .as_array()
        .expect("nodes")
        .iter()
        .filter_map(|node| node["path"].as_str())
        .collect();
    for path in [
        "b\\xFF.py",
        "-rf.py",
        "new\nline.py",
        "\u{1b}[31m.py",
        "A.py",
        "a.py",
        &long,
    ] {
        assert!(ids.contains(path), "{path:?} is not in {ids:?}");
    }
    let mut command = Command::new(program());
    command.arg("analyze").arg(dir.path()).args([
        "--no-git",
        "--show-skipped",
        "--show-unresolved",
        "--all",
    ]);
    let text = run(&mut command);
    let bad = |letter: char| letter.is_control() && letter != '\n';
    assert!(
        !text.out.contains(bad) && !text.err.contains(bad),
        "{:?} {:?}",
        text.out,
        text.err
    );
}

#[test]
#[cfg(target_os = "linux")]
fn of_names_that_read_the_same_one_is_left_out_loudly() {
    use std::os::unix::ffi::OsStrExt;
    let dir = folder(&[("x\\xFF.py", b"import missing\n")]);
    let odd = std::ffi::OsStr::from_bytes(b"x\xFF.py");
    std::fs::write(dir.path().join(odd), b"x = 1\n").expect("a file");
    let run = analyze_code(dir.path());
    assert!(run.has("same-name", "x\\xFF.py"), "{:?}", run.notes());
    assert_eq!(run.parsed(), 1);
}

#[test]
#[cfg(target_os = "linux")]
fn a_crate_in_a_folder_of_odd_bytes_keeps_its_edges() {
    use std::os::unix::ffi::OsStrExt;
    let dir = folder(&[]);
    let krate = dir.path().join(std::ffi::OsStr::from_bytes(b"k\xFF"));
    std::fs::create_dir_all(krate.join("src")).expect("a folder");
    let manifest = "[package]\nname = \"k\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    for (name, text) in [
        ("Cargo.toml", manifest),
        ("src/lib.rs", "mod a;\nuse a::A;\npub fn f(_: A) {}\n"),
        ("src/a.rs", "pub struct A;\n"),
    ] {
        std::fs::write(krate.join(name), text).expect("a file");
    }
    assert_eq!(edges_of(dir.path()), 2);
}

/// The edges of a small system of one language whose files were changed by `change`.
fn edges(extension: &str, files: &[(&str, &str)], change: &dyn Fn(&str) -> Vec<u8>) -> Vec<String> {
    let files: Vec<(String, Vec<u8>)> = files
        .iter()
        .map(|(name, text)| (format!("{name}.{extension}"), change(text)))
        .collect();
    let shown: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_slice()))
        .collect();
    let dir = folder(&shown);
    let source = seamline::source::Source::open(
        &[dir.path().to_path_buf()],
        seamline::source::Limits::default(),
    );
    let source = source.expect("a source");
    let project = seamline::discover::discover(
        &source,
        &seamline::discover::Options::default(),
        seamline::parse::language_of,
    );
    let facts = seamline::parse::parse(&project, &source);
    let mut found = Vec::new();
    for parsed in &facts.files {
        for reference in &parsed.facts.references {
            found.push(format!("{:?} {reference:?}", parsed.file));
        }
    }
    found
}

/// Two files that use each other, line by line, per language.
const SYSTEMS: [(&str, [(&str, &[&str]); 2]); 5] = [
    (
        "rs",
        [
            (
                "main",
                &["// uses b", "mod b;", "fn main() {", "    b::f();", "}"],
            ),
            ("b", &["pub fn f() {", "    crate::main();", "}"]),
        ],
    ),
    (
        "java",
        [
            ("A", &["// uses B", "class A {", "    B b = new B();", "}"]),
            ("B", &["class B {", "    A a;", "}"]),
        ],
    ),
    (
        "py",
        [
            (
                "a",
                &["# uses b", "import b", "def f():", "    return b.g()"],
            ),
            ("b", &["import a", "def g():", "    return a.f()"]),
        ],
    ),
    (
        "ts",
        [
            (
                "a",
                &[
                    "// uses b",
                    "import { g } from './b'",
                    "export const f = () => g()",
                ],
            ),
            (
                "b",
                &[
                    "import { f } from './a'",
                    "export function g() {",
                    "  return f()",
                    "}",
                ],
            ),
        ],
    ),
    (
        "go",
        [
            ("a", &["package m", "// uses b", "func F() {", "\tG()", "}"]),
            ("b", &["package m", "func G() {", "\tF()", "}"]),
        ],
    ),
];

/// A text whose lines end in a chosen way.
fn written(text: &str, ends: &[u8], mark: bool, shebang: Option<&str>) -> Vec<u8> {
    let mut bytes = if mark {
        vec![0xEF, 0xBB, 0xBF]
    } else {
        Vec::new()
    };
    for line in shebang.into_iter().chain(text.lines()) {
        bytes.extend_from_slice(line.as_bytes());
        bytes.extend_from_slice(ends);
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn line_ends_marks_and_blank_lines_change_no_edge(
        system in 0..SYSTEMS.len(),
        ends in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        mark: bool,
        blank in 0_usize..4,
    ) {
        let (extension, files) = &SYSTEMS[system];
        let texts: Vec<(&str, String)> = files
            .iter()
            .map(|(name, lines)| (*name, format!("{}{}", "\n".repeat(blank), lines.join("\n"))))
            .collect();
        let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let plain = edges(extension, &files, &|text| written(text, b"\n", false, None));
        let changed = edges(extension, &files, &|text| written(text, ends.as_bytes(), mark, None));
        prop_assert!(plain.len() >= 2, "{extension} has {plain:?}");
        prop_assert_eq!(plain, changed, "{} {:?} {}", extension, ends, mark);
    }
}

#[test]
fn a_first_line_for_the_shell_changes_no_edge_but_the_lines() {
    for (extension, files) in SYSTEMS
        .iter()
        .filter(|(name, _)| matches!(*name, "rs" | "py" | "ts"))
    {
        let texts: Vec<(&str, String)> = files
            .iter()
            .map(|(name, lines)| (*name, lines.join("\n")))
            .collect();
        let files: Vec<(&str, &str)> = texts
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        let plain = edges(extension, &files, &|text| {
            written(text, b"\n", false, Some(""))
        });
        let shebang = Some("#!/usr/bin/env run");
        let changed = edges(extension, &files, &|text| {
            written(text, b"\r\n", true, shebang)
        });
        assert_eq!(plain, changed, "{extension}");
    }
}

#[test]
#[cfg(unix)]
fn links_are_recorded_and_not_followed() {
    let dir = folder(&[("src/a.py", b"x = 1\n")]);
    let link = |to: &str, name: &str| {
        std::os::unix::fs::symlink(to, dir.path().join(name)).expect("a link");
    };
    link(".", "loop");
    link("../..", "src/up");
    link("/etc", "etc");
    link("/etc/passwd", "passwd.py");
    let run = analyze_code(dir.path());
    assert_eq!(run.parsed(), 1);
    for name in ["loop", "src/up", "etc", "passwd.py"] {
        assert!(run.has("symlink", name), "{name}: {:?}", run.notes());
    }
    assert!(!run.out.contains("root:"));
}

#[test]
#[cfg(target_os = "linux")]
fn what_the_owner_locked_is_named_and_strict_says_incomplete() {
    use std::os::unix::fs::PermissionsExt;
    let dir = folder(&[
        ("a.py", b"x = 1\n"),
        ("locked.py", b"y = 1\n"),
        ("closed/b.py", b"z = 1\n"),
    ]);
    let lock = |name: &str, mode: u32| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(dir.path().join(name), mode).expect("a mode");
    };
    lock("locked.py", 0);
    lock("closed", 0);
    let readable = std::fs::read(dir.path().join("locked.py")).is_ok();
    if !readable {
        let run = analyze(dir.path(), &["--no-git"]);
        assert_eq!((run.code, run.parsed()), (Some(0), 1), "{}", run.err);
        assert!(run.has("unreadable", "locked.py"), "{:?}", run.notes());
        assert_eq!(
            run.notes()
                .iter()
                .filter(|note| note.0 == "unreadable")
                .count(),
            2
        );
        assert_eq!(analyze(dir.path(), &["--no-git", "--strict"]).code, Some(2));
    }
    lock("closed", 0o755);
}

#[test]
fn files_that_come_go_and_grow_under_the_walk_end_nothing() {
    let dir = folder(&[("keep.py", b"import other\n"), ("other.py", b"x = 1\n")]);
    let stop = std::sync::atomic::AtomicBool::new(false);
    let over = || stop.load(std::sync::atomic::Ordering::Relaxed);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut round = 0_usize;
            while !over() {
                round += 1;
                let place = dir.path().join(format!("m{}.py", round % 7));
                // Each may lose a race against the other thread or the reader; that is the point.
                let _ = std::fs::write(&place, "import keep\n".repeat(round % 50));
                if round.is_multiple_of(3) {
                    let _ = std::fs::remove_file(&place);
                }
            }
        });
        for _ in 0..200 {
            let found = edges_of(dir.path());
            assert!(found >= 1, "the edge that stands still is always seen");
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

fn edges_of(path: &std::path::Path) -> usize {
    let options = seamline::pipeline::Options {
        roots: vec![path.to_path_buf()],
        history: seamline::history::Options {
            origin: seamline::history::Origin::Nowhere,
            ..seamline::history::Options::default()
        },
        ..seamline::pipeline::Options::default()
    };
    seamline::pipeline::analyze(&options)
        .expect("an analysis")
        .edges
        .len()
}

#[test]
#[cfg(target_os = "linux")]
fn pipes_sockets_and_devices_are_named_and_not_opened() {
    let dir = folder(&[("a.py", b"x = 1\n")]);
    let made = ["p.rs", "Cargo.toml", "compose.yaml", ".gitignore"]
        .iter()
        .all(|name| {
            let made = Command::new("mkfifo").arg(dir.path().join(name)).status();
            made.is_ok_and(|status| status.success())
        });
    if !made {
        return; // no mkfifo on this machine
    }
    let _socket =
        std::os::unix::net::UnixListener::bind(dir.path().join("s.go")).expect("a socket");
    let start = Instant::now();
    let run = analyze_code(dir.path());
    assert_eq!(run.parsed(), 1);
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    for name in ["p.rs", "Cargo.toml", "compose.yaml", "s.go"] {
        assert!(run.has("not-a-file", name), "{name}: {:?}", run.notes());
    }
}

#[test]
#[cfg(target_os = "linux")]
fn folders_deeper_than_a_path_can_name_are_left_out_loudly() {
    let dir = folder(&[("a.py", b"x = 1\n")]);
    let script = "chdir $ARGV[0] or die; for (1..4096) { mkdir 'd'; chdir 'd' or die }";
    let made = Command::new("perl")
        .args(["-e", script])
        .arg(dir.path())
        .status();
    if !made.is_ok_and(|status| status.success()) {
        return; // no perl on this machine
    }
    let run = analyze_code(dir.path());
    assert_eq!(
        (run.parsed(), run.kinds()),
        (1, vec!["unreadable".to_owned()])
    );
    let removed = Command::new("rm")
        .arg("-rf")
        .arg(dir.path().join("d"))
        .status();
    assert!(removed.is_ok_and(|status| status.success()));
}

#[test]
fn ignore_rules_that_would_eat_the_memory_are_refused() {
    let mut rules = String::new();
    for line in 0..20_000 {
        rules.push_str(&format!("{}{line}**/[a-z]*{{x,y}}\n", "*a".repeat(200)));
    }
    let name = format!("{}.py", "a".repeat(200));
    let dir = folder(&[
        (".gitignore", rules.as_bytes()),
        (&name, b"x = 1\n"),
        ("sub/.gitignore", rules.as_bytes()),
        ("sub/b.py", b"x = 1\n"),
    ]);
    let run = analyze_code(dir.path());
    assert_eq!(run.parsed(), 1);
    assert!(run.has("too-large", ".gitignore"), "{:?}", run.notes());
    assert!(run.has("too-large", "sub/.gitignore"), "{:?}", run.notes());
}
