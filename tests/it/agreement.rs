//! Terminal and page tell the same: the verdict, and the three things to do in the same order.
//!
//! In: systems of `testdata`. Out: assertions on both outputs.
//! Invariant: words are compared, not how they are laid out.
//! Never: a golden.

use std::path::Path;
use std::process::Command;

fn run(arguments: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_seamline"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("a run");
    assert!(done.status.success(), "{arguments:?}");
    String::from_utf8(done.stdout).expect("text")
}

/// The words of a text: no tags, no entities, no line ends, small letters.
fn words(text: &str) -> String {
    let mut plain = String::new();
    let mut in_tag = false;
    for c in text.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            c if !in_tag => plain.push(c),
            _ => {}
        }
    }
    for (entity, c) in [
        ("&amp;", "&"),
        ("&#x2F;", "/"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
    ] {
        plain = plain.replace(entity, c);
    }
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// What the terminal says to do, thing by thing.
fn told(text: &str) -> Vec<String> {
    let things = text.split("to do: ").skip(1);
    let ends = [
        "simulated, with",
        " 2 ",
        " 3 ",
        "more findings",
        "extract next",
    ];
    let advice = things.map(|rest| {
        let rest = words(rest);
        let end = ends.iter().filter_map(|end| rest.find(end)).min();
        let rest = rest[..end.unwrap_or(rest.len())].trim_end();
        let digits = |c: char| c.is_ascii_digit();
        rest.trim_end_matches(digits).trim().to_owned()
    });
    advice.collect()
}

#[test]
fn terminal_and_page_name_the_same_three_things() {
    let dir = tempfile::tempdir().expect("a folder");
    for (system, least) in [
        ("systems/media", 3),
        ("systems/media-monolith", 1),
        ("links/hosted", 0),
    ] {
        let root = format!("testdata/{system}");
        let page = dir.path().join("page.html");
        let page = page.to_str().expect("a path");
        let text = run(&["analyze", &root, "--no-git", "-q"]);
        run(&["report", &root, "--no-git", "-q", "-o", page]);
        let page = std::fs::read_to_string(Path::new(page)).expect("a page");
        let things = told(&text);
        assert!(things.len() >= least, "{system}: {things:?}");
        let cards = page.split("<ol class=\"actions\">").nth(1);
        let cards = cards.and_then(|rest| rest.split("</ol>").next());
        let cards: Vec<&str> = cards.unwrap_or_default().split("<h3>").skip(1).collect();
        assert_eq!(cards.len(), things.len(), "{system}");
        for (card, thing) in cards.iter().zip(&things) {
            assert!(
                words(card).contains(thing),
                "{system}: {thing:?} is not in {}",
                words(card)
            );
        }
        let verdict = text.split("Verdict  ").nth(1).expect("a verdict");
        let verdict = words(verdict.split("Health ").next().unwrap_or_default());
        let first = verdict.split(". ").next().unwrap_or_default();
        assert!(
            words(&page).contains(first.trim_end_matches('.')),
            "{system}: {first}"
        );
    }
}
