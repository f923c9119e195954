//! Manifests and configurations that lead out, run in circles or multiply (rows 13 and 14).

use std::process::Command;
use std::time::Instant;

use super::{analyze_code, folder, program, run};

#[test]
fn no_manifest_leads_out_of_the_root() {
    let outside = folder(&[
        ("secret.py", b"TOKEN = 1\n"),
        ("secret.rs", b"pub fn token() {}\n"),
        ("secret.ts", b"export const token = 1\n"),
        (
            "Cargo.toml",
            b"[package]\nname = \"outsider\"\nversion = \"0.1.0\"\n",
        ),
        ("go.mod", b"module outsider\n"),
        ("package.json", b"{\"name\": \"outsider\"}"),
    ]);
    let out = outside.path().display();
    let up = "../".repeat(20);
    let cargo = format!(
        "[package]\nname = \"a\"\nversion = \"0.1.0\"\n[workspace]\nmembers = [\"../../..\", \"{out}\", \"**/**\"]\n\
         [dependencies]\noutsider = {{ path = \"{up}{out}\" }}\nself = {{ path = \".\" }}\n[lib]\npath = \"{out}/secret.rs\"\n"
    );
    let rust = format!(
        "#[path = \"{up}{out}/secret.rs\"] mod secret; mod own; include!(\"{out}/secret.rs\");"
    );
    let script = format!("import {{ token }} from '{up}{out}/secret'; import x from 'outsider';");
    let config = format!(
        "{{\"extends\": \"{out}/tsconfig.json\", \"compilerOptions\": {{\"baseUrl\": \"{up}{out}\", \"paths\": {{\"*\": [\"{up}{out}/*\"]}}}}}}"
    );
    let dir = folder(&[
        ("Cargo.toml", cargo.as_bytes()),
        ("src/lib.rs", rust.as_bytes()),
        ("src/own.rs", b""),
        ("tsconfig.json", config.as_bytes()),
        ("package.json", format!("{{\"name\":\"w\",\"workspaces\":[\"{up}{out}\"],\"dependencies\":{{\"outsider\":\"file:{out}\"}}}}").as_bytes()),
        ("a.ts", script.as_bytes()),
        ("go.work", format!("go 1.22\nuse (\n\t./\n\t{out}\n\t{up}\n)\n").as_bytes()),
        ("go.mod", format!("module m\n\ngo 1.22\n\nreplace outsider => {out}\n").as_bytes()),
        ("a.go", b"package m\nimport _ \"outsider\"\n"),
        ("pom.xml", format!("<project><artifactId>p</artifactId><parent><relativePath>{out}/pom.xml</relativePath></parent><modules><module>{out}</module></modules></project>").as_bytes()),
        ("settings.gradle", format!("include 'x'\nproject(':x').projectDir = file('{up}{out}')\n").as_bytes()),
        ("pyproject.toml", format!("[tool.setuptools.packages.find]\nwhere = [\"{out}\", \"{up}\"]\n").as_bytes()),
        ("compose.yaml", format!("services:\n  web:\n    build: {out}\n    env_file: {out}/secret.py\n").as_bytes()),
    ]);
    let run = analyze_code(dir.path());
    let json = run.json();
    for node in json["nodes"].as_array().expect("nodes") {
        let id = node["id"].as_str().expect("an id");
        assert!(!id.contains("secret") && !id.contains(".."), "{id}");
    }
    for edge in json["edges"].as_array().expect("edges") {
        for place in edge["locations"].as_array().into_iter().flatten() {
            let path = place["path"].as_str().expect("a path");
            assert!(!path.starts_with('/') && !path.contains(".."), "{path}");
        }
    }
    assert!(!run.out.contains("TOKEN"));
}

#[test]
fn circles_of_manifests_end_and_bombs_are_named() {
    let mut entities = String::from("<!DOCTYPE p [<!ENTITY a0 \"aaaaaaaaaa\">");
    let mut anchors = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let last = level - 1;
        entities.push_str(&format!(
            "<!ENTITY a{level} \"{}\">",
            format!("&a{last};").repeat(10)
        ));
        let list = vec![format!("*a{last}"); 9].join(", ");
        anchors.push_str(&format!("a{level}: &a{level} [{list}]\n"));
    }
    let pom = format!(
        "<?xml version=\"1.0\"?>{entities}]><project><artifactId>&a29;</artifactId></project>"
    );
    let compose = format!("{anchors}services:\n  web:\n    image: x\n    environment: *a29\n");
    let dir = folder(&[
        ("pom.xml", pom.as_bytes()),
        ("compose.yaml", compose.as_bytes()),
        ("tsconfig.json", b"{\"extends\": \"./b.json\"}"),
        ("b.json", b"{\"extends\": \"./tsconfig.json\"}"),
        ("a.ts", b"import { c } from './c'"),
        ("c.ts", b"export const c = 1"),
        ("one/pom.xml", b"<project><artifactId>one</artifactId><parent><artifactId>two</artifactId><relativePath>../two/pom.xml</relativePath></parent></project>"),
        ("two/pom.xml", b"<project><artifactId>two</artifactId><parent><artifactId>one</artifactId><relativePath>../one/pom.xml</relativePath></parent></project>"),
        ("x/Cargo.toml", b"[package]\nname = \"x\"\nworkspace = \"../y\"\n[dependencies]\ny = { path = \"../y\" }\n"),
        ("y/Cargo.toml", b"[package]\nname = \"y\"\nworkspace = \"../x\"\n[dependencies]\nx = { path = \"../x\" }\n"),
    ]);
    let start = Instant::now();
    let run = analyze_code(dir.path());
    assert!(start.elapsed().as_secs() < 10);
    assert!(run.has("bad-manifest", "pom.xml"), "{:?}", run.notes());
    assert!(run.has("bad-manifest", "compose.yaml"), "{:?}", run.notes());
    assert!(
        run.has("bad-manifest", "tsconfig.json"),
        "{:?}",
        run.notes()
    );
    let edges = run.json()["edges"].to_string();
    assert!(
        edges.contains("file:a.ts") && edges.contains("file:c.ts"),
        "{edges}"
    );
}

#[test]
fn a_hundred_thousand_members_are_bounded() {
    let each = |line: &dyn Fn(usize) -> String| (0..100_000).map(line).collect::<String>();
    let cargo = format!(
        "[workspace]\nmembers = [{}]\n",
        each(&|n| format!("\"m{n}/*\","))
    );
    let work = format!("go 1.22\nuse (\n{})\n", each(&|n| format!("\t./m{n}\n")));
    let package = format!(
        "{{\"name\": \"x\", \"workspaces\": [{}\"z\"]}}",
        each(&|n| format!("\"m{n}/**\","))
    );
    let pom = format!(
        "<project><modules>{}</modules></project>",
        each(&|n| format!("<module>m{n}</module>"))
    );
    let dir = folder(&[
        ("Cargo.toml", cargo.as_bytes()),
        ("go.work", work.as_bytes()),
        ("package.json", package.as_bytes()),
        ("pom.xml", pom.as_bytes()),
        ("a.go", b"package a\n"),
        ("a.ts", b"export const a = 1"),
    ]);
    let start = Instant::now();
    assert_eq!(analyze_code(dir.path()).parsed(), 2);
    assert!(start.elapsed().as_secs() < 30);
}

#[test]
fn bombs_in_the_configuration_end_with_the_line_or_without_harm() {
    let bombs = [
        format!(
            "[[forbid]]\nfrom = \"{}\"\nto = \"{}\"\nreason = \"x\"\n",
            "{a,b,c,d}".repeat(40),
            "*a".repeat(5_000)
        ),
        format!("exclude = [\"{}\"]\n", "{a*,b*,c*,d*}".repeat(40)),
        format!(
            "exclude = [\"{}a{}\"]\n",
            "{".repeat(5_000),
            "}".repeat(5_000)
        ),
        format!("exclude = [\"{}\"]\n", "*a".repeat(100_000)),
        format!("exclude = [\"{}\"]\n", "[".repeat(100_000)),
        format!("exclude = {}\n", "[".repeat(100_000)),
        format!("{}b = 1\n", "a.".repeat(100_000)),
    ];
    let name = format!("{}.py", "a".repeat(200));
    for bomb in bombs {
        let dir = folder(&[(&name, b"x = 1\n"), ("seamline.toml", bomb.as_bytes())]);
        let mut command = Command::new(program());
        command
            .arg("check")
            .arg(dir.path())
            .args(["--no-git", "-q"]);
        let run = run(&mut command);
        assert!(
            matches!(run.code, Some(0 | 2)),
            "{:?} {}",
            run.code,
            run.err
        );
        assert!(
            run.code == Some(0) || run.err.contains("seamline.toml"),
            "{}",
            run.err
        );
        assert!(run.err.len() < 2_000, "{} bytes of message", run.err.len());
        assert!(run.peak < super::MOST_MEMORY);
    }
}
