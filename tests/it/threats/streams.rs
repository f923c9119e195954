//! What goes to which stream, and how a run ends when the stream does not take it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{folder, program, run};

/// Two modules in a circle, with a policy that denies it.
fn circular() -> tempfile::TempDir {
    folder(&[
        ("a/x.py", b"from b import y\n\ndef f():\n    return y.g()\n"),
        ("a/__init__.py", b""),
        ("b/__init__.py", b""),
        ("b/y.py", b"from a import x\n\ndef g():\n    return x.f()\n"),
        ("seamline.toml", b"[gate]\ndeny = [\"import-cycle\"]\n"),
    ])
}

fn seamline(arguments: &[&str], dir: &tempfile::TempDir) -> Command {
    let mut command = Command::new(program());
    command.current_dir(dir.path()).args(arguments);
    command
}

#[test]
fn the_exit_code_says_what_happened_and_is_never_a_count() {
    let dir = circular();
    let code = |arguments: &[&str]| run(&mut seamline(arguments, &dir)).code;
    assert_eq!(
        code(&["analyze", ".", "--no-git"]),
        Some(0),
        "analyze never fails on findings"
    );
    assert_eq!(code(&["check", ".", "--no-git"]), Some(1));
    assert_eq!(code(&["check", ".", "--no-git", "--exit-zero"]), Some(0));
    assert_eq!(code(&["check", "--no-such-option"]), Some(2));
    assert_eq!(code(&["check", "nowhere"]), Some(2));
    assert_eq!(code(&["analyze", ".", "--since", "soon"]), Some(2));
    assert_eq!(code(&["--help"]), Some(0));
    assert_eq!(code(&["--version"]), Some(0));
}

#[test]
fn results_go_to_stdout_and_all_else_to_stderr() {
    let dir = circular();
    let loud = run(&mut seamline(
        &["analyze", ".", "--no-git", "--format", "json"],
        &dir,
    ));
    assert_eq!(loud.json()["version"], 1);
    assert!(
        loud.err.contains("configuration:") && loud.err.contains("analysed"),
        "{}",
        loud.err
    );
    let quiet = run(&mut seamline(
        &["analyze", ".", "--no-git", "--format", "json", "-q"],
        &dir,
    ));
    assert_eq!(
        (quiet.err.as_str(), quiet.out.as_str()),
        ("", loud.out.as_str())
    );
}

#[test]
fn every_format_can_be_written_in_one_run_and_replaces_whole_files() {
    let dir = circular();
    let formats: Vec<&str> = seamline::report::REPORTERS
        .iter()
        .map(|reporter| reporter.id)
        .collect();
    let wanted: Vec<String> = formats.iter().map(|id| format!("{id}=out.{id}")).collect();
    fs::write(dir.path().join("out.json"), "old").expect("a file");
    let mut command = seamline(&["check", ".", "--no-git", "-q"], &dir);
    wanted.iter().for_each(|format| {
        command.args(["--format", format]);
    });
    let done = run(&mut command);
    assert_eq!(
        (done.code, done.out.as_str()),
        (Some(1), ""),
        "{}",
        done.err
    );
    for id in formats {
        let text = fs::read_to_string(dir.path().join(format!("out.{id}"))).expect(id);
        assert!(!text.trim().is_empty() && text != "old", "{id}");
    }
    let left: Vec<_> = fs::read_dir(dir.path())
        .expect("a folder")
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    assert!(
        !left
            .iter()
            .any(|name| name.to_string_lossy().starts_with(".seamline-")),
        "{left:?}"
    );
}

#[test]
#[cfg(unix)]
fn outputs_that_are_no_plain_files_are_refused() {
    let dir = circular();
    let target = dir.path().join("target.json");
    fs::write(&target, "mine").expect("a file");
    std::os::unix::fs::symlink(&target, dir.path().join("link.json")).expect("a link");
    fs::create_dir(dir.path().join("folder.json")).expect("a folder");
    for name in ["link.json", "folder.json", "none/x.json", "/dev/null/x"] {
        let done = run(&mut seamline(
            &[
                "analyze",
                ".",
                "--no-git",
                "-q",
                "--format",
                &format!("json={name}"),
            ],
            &dir,
        ));
        assert_eq!(done.code, Some(2), "{name}");
        assert!(
            done.err.starts_with("error: cannot write") && done.err.contains(name),
            "{}",
            done.err
        );
    }
    assert_eq!(fs::read_to_string(target).expect("a file"), "mine");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error_and_a_closed_pipe_is_not() {
    let dir = circular();
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("a device");
    let status = seamline(&["check", ".", "--no-git", "-q", "--format", "json"], &dir)
        .stdout(full)
        .stderr(Stdio::null())
        .status();
    assert_eq!(status.expect("a status").code(), Some(2));
    let script = "\"$0\" check . --no-git -q --format json | true; echo ${PIPESTATUS[0]}";
    let mut command = Command::new("bash");
    command
        .current_dir(dir.path())
        .args(["-c", script, program()]);
    if let Ok(output) = command.output() {
        assert_eq!(
            String::from_utf8_lossy(&output.stdout).trim(),
            "1",
            "the gate's status is kept"
        );
        assert!(
            output.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let mut closed = Command::new("bash");
    closed.current_dir(dir.path()).args([
        "-c",
        "\"$0\" check . --no-git -q >&- 2>&-; echo $?",
        program(),
    ]);
    if let Ok(output) = closed.output() {
        assert_eq!(
            String::from_utf8_lossy(&output.stdout).trim(),
            "1",
            "closed streams change no verdict"
        );
    }
}

#[test]
#[cfg(unix)]
fn a_signal_ends_the_run_at_once_and_leaves_nothing() {
    use std::os::unix::process::ExitStatusExt;
    let dir = circular();
    for (signal, expected) in [("INT", 130), ("TERM", 143)] {
        // The traces come from a pipe that never ends, so that the run waits.
        let mut command = seamline(&["analyze", ".", "--no-git", "-q", "--traces", "-"], &dir);
        let child = command
            .args(["--format", "json=out.json"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let mut child = child.expect("the program starts");
        // Waiting for the child would close the pipe; a signal before the program listens may be lost.
        let id = child.id().to_string();
        let status = loop {
            let sent = Command::new("kill").args(["-s", signal, &id]).status();
            assert!(sent.expect("kill runs").success());
            std::thread::sleep(std::time::Duration::from_millis(10));
            if let Some(status) = child.try_wait().expect("a status") {
                break status;
            }
        };
        // What a shell shows of a process that a signal ended.
        let code = status.code().or(status.signal().map(|number| 128 + number));
        assert_eq!(code, Some(expected), "{signal}");
    }
    let left: Vec<_> = fs::read_dir(dir.path())
        .expect("a folder")
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    assert!(
        !left
            .iter()
            .any(|name| name == "out.json" || name.to_string_lossy().starts_with(".seamline-")),
        "{left:?}"
    );
}

#[test]
fn the_same_input_gives_the_same_bytes_at_any_number_of_threads() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/systems/media");
    let analysed = |threads: usize| {
        let mut command = Command::new(program());
        command
            .arg("analyze")
            .arg(&root)
            .arg("--traces")
            .arg(root.join("traces"));
        command.arg("--history").arg(root.join("history.log"));
        run(command.args(["-q", "--format", "json", "--threads", &threads.to_string()])).out
    };
    let first = analysed(1);
    assert!(first.len() > 10_000);
    for threads in [1, 2, 3, 8] {
        assert!(analysed(threads) == first, "{threads} threads");
    }
}

#[test]
fn a_recording_is_named_without_the_place_where_it_lies() {
    let dir = circular();
    let recording = dir.path().join("cut.jsonl");
    let whole = Path::new(env!("CARGO_MANIFEST_DIR"));
    let whole = whole.join("testdata/systems/media/traces/subscription.jsonl");
    let mut bytes = std::fs::read(whole).expect("a recording");
    bytes.extend_from_slice(b"{\"resourceSpans\":[{");
    std::fs::write(&recording, bytes).expect("a file");
    let folder = dir.path().display().to_string();
    let mut command = Command::new(program());
    command
        .arg("analyze")
        .arg(dir.path())
        .arg("--traces")
        .arg(&recording);
    command.args(["--no-git", "--format", "json", "-q"]);
    let found = run(&mut command);
    assert!(!found.out.contains(&folder), "{}", found.out);
    assert!(found.out.contains("\"cut.jsonl\""), "{}", found.err);
}

#[test]
fn what_a_run_cost_is_told_apart_from_its_result() {
    let dir = circular();
    let plain = run(&mut seamline(
        &["analyze", ".", "--no-git", "--format", "json"],
        &dir,
    ));
    let told = run(&mut seamline(
        &["analyze", ".", "--no-git", "--format", "json", "--timings"],
        &dir,
    ));
    assert_eq!(plain.out, told.out);
    for stage in [
        "list files",
        "read code and links",
        "build graph",
        "in all",
        "graph: ",
    ] {
        assert!(told.err.contains(stage), "{}", told.err);
        assert!(!plain.err.contains(stage), "{}", plain.err);
    }
}
