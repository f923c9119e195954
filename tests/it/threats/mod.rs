//! Hostile trees and repositories against the real program: the exit code, the diagnostic, the time
//! and the memory that a user would see.

mod files;
mod git;
mod manifests;
mod nesting;
mod streams;

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// No input of a few megabytes may take longer; generous, because machines of CI are slow.
const LONGEST: Duration = Duration::from_mins(2);
/// Peak memory that no small hostile input may pass, in KiB.
const MOST_MEMORY: u64 = 512 << 10;

/// What a run of the program left behind.
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
    /// Peak resident memory in KiB, as last seen (Linux only).
    peak: u64,
}

impl Run {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("no JSON: {error}\n{}\n{}", self.out, self.err))
    }

    /// The notifications as (kind, path).
    fn notes(&self) -> Vec<(String, String)> {
        let json = self.json();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let list = json["notifications"].as_array().expect("notifications");
        list.iter()
            .map(|note| (text(&note["kind"]), text(&note["path"])))
            .collect()
    }

    fn kinds(&self) -> Vec<String> {
        let mut kinds: Vec<String> = self.notes().into_iter().map(|(kind, _)| kind).collect();
        kinds.sort();
        kinds.dedup();
        kinds
    }

    fn has(&self, kind: &str, path: &str) -> bool {
        let notes = self.notes();
        notes
            .iter()
            .any(|note| (note.0.as_str(), note.1.as_str()) == (kind, path))
    }

    fn parsed(&self) -> u64 {
        self.json()["coverage"]["files"]["parsed"]
            .as_u64()
            .expect("a count")
    }

    fn commits(&self) -> u64 {
        self.json()["coverage"]["history"]["commits"]
            .as_u64()
            .expect("a count")
    }
}

fn program() -> &'static str {
    env!("CARGO_BIN_EXE_seamline")
}

/// Runs a command to its end, or fails after [`LONGEST`].
fn run(command: &mut Command) -> Run {
    let start = Instant::now();
    let command = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut out = child.stdout.take().expect("a pipe");
    let mut err = child.stderr.take().expect("a pipe");
    let out = std::thread::spawn(move || {
        let mut text = Vec::new();
        out.read_to_end(&mut text).map(|_| text)
    });
    let err = std::thread::spawn(move || {
        let mut text = Vec::new();
        err.read_to_end(&mut text).map(|_| text)
    });
    let mut peak = 0;
    let status = loop {
        peak = peak_of(&child).max(peak);
        if let Some(status) = child.try_wait().expect("a status") {
            break status;
        }
        if start.elapsed() > LONGEST {
            child.kill().expect("killed");
            panic!("took longer than {LONGEST:?}");
        }
        std::thread::sleep(Duration::from_millis(3));
    };
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Run {
        code: status.code(),
        out: text(out.join().expect("a thread").expect("output")),
        err: text(err.join().expect("a thread").expect("errors")),
        peak,
    }
}

fn peak_of(child: &Child) -> u64 {
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

/// `seamline analyze FOLDER --format json -q` and further arguments; it must end without a signal.
fn analyze(folder: &Path, more: &[&str]) -> Run {
    let mut command = Command::new(program());
    command
        .arg("analyze")
        .arg(folder)
        .args(["--format", "json", "-q"])
        .args(more);
    let run = run(&mut command);
    assert!(run.code.is_some(), "ended by a signal: {}", run.err);
    assert!(!run.err.contains("panicked"), "{}", run.err);
    assert!(run.peak < MOST_MEMORY, "{} MiB", run.peak >> 10);
    run
}

/// The same without history, which must succeed.
fn analyze_code(folder: &Path) -> Run {
    let run = analyze(folder, &["--no-git"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    run
}

/// A folder with these files.
fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for (path, bytes) in files {
        let place: PathBuf = dir.path().join(path);
        std::fs::create_dir_all(place.parent().expect("a parent")).expect("a folder");
        std::fs::write(place, bytes).expect("a file");
    }
    dir
}
