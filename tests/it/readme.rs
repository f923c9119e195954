//! The examples of the README, run as they stand there.
//!
//! In: `README.md`, the demo system. Out: assertions on output and exit code.
//! Invariant: the screen shown is the screen printed.
//! Never: an example that is left out in silence.

use std::path::Path;
use std::process::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The lines of each fenced block of a language, in order.
fn blocks(readme: &str, language: &str) -> Vec<String> {
    let fence = format!("\n```{language}\n");
    let starts = readme.split(&fence).skip(1);
    let ends = starts.filter_map(|rest| rest.split_once("\n```"));
    ends.map(|(block, _)| block.to_owned()).collect()
}

fn run(arguments: &str, folder: &Path) -> String {
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let output = Command::new(env!("CARGO_BIN_EXE_seamline"))
        .args(&arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("the program runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_main_job_prints_the_screen_shown() {
    let readme = std::fs::read_to_string(Path::new(ROOT).join("README.md")).expect("the README");
    let commands = blocks(&readme, "sh");
    let main = commands[0]
        .strip_prefix("cargo run --release -- ")
        .expect("the main job first");
    let screen = format!("{}\n", blocks(&readme, "text")[0]);
    assert_eq!(run(main, Path::new(ROOT)), screen);
}

#[test]
fn the_other_examples_run_on_the_demo_system() {
    let readme = std::fs::read_to_string(Path::new(ROOT).join("README.md")).expect("the README");
    let commands = blocks(&readme, "sh").join("\n");
    let examples: Vec<&str> = commands
        .lines()
        .filter_map(|line| line.strip_prefix("seamline "))
        .collect();
    assert!(examples.len() >= 3, "{examples:?}");
    let results = tempfile::tempdir().expect("a folder");
    let systems = Path::new(ROOT).join("testdata/systems");
    let demo = systems.join("media");
    let judged = tempfile::tempdir().expect("a folder");
    let app = judged.path().join("app.py");
    std::fs::write(app, "import requests\n").expect("a file");
    let organisation = Path::new(ROOT).join("testdata/organisation");
    for example in examples {
        let in_results = |name: &str| results.path().join(name).display().to_string();
        let example = example
            .replace("traces/", &demo.join("traces").display().to_string())
            .replace("analyze . ", &format!("analyze {} ", demo.display()))
            .replace("check . ", &format!("check {} ", judged.path().display()))
            .replace("../", &format!("{}/", organisation.display()))
            .replace("*.part", &in_results("storefront.part"))
            .replace("parts/", &in_results(""))
            .replace("analysis.json", &in_results("analysis.json"))
            .replace("review.html", &in_results("review.html"));
        run(&example, results.path());
    }
}
