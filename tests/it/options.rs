//! Every option of every command changes something.
//!
//! In: a small system, the commands as `clap` knows them. Out: assertions on results with and without each option.
//! Invariant: an option that changes nothing fails here, and so does a new one without a case.
//! Never: a list of options beside the program's own.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use clap::CommandFactory;
use seamline::cli::Cli;

use crate::history::Repository;

/// Options of which a user sees no difference: they cost or save time and memory.
const UNSEEN: [&str; 2] = ["threads", "max-trace-spans"];

/// Two services that call each other, a circle of modules, a broken file, owners, traces.
fn system() -> Repository {
    let repository = Repository::new();
    let mut files: Vec<(String, String)> = vec![
        (".github/CODEOWNERS".into(), "/orders/ @a\n/billing/ @b\n".into()),
        ("docker-compose.yml".into(), "services:\n  orders:\n    build: ./orders\n  billing:\n    build: ./billing\n".into()),
        ("orders/requirements.txt".into(), "flask\nrequests\n".into()),
        ("orders/Dockerfile".into(), "FROM python\nCMD python main.py\n".into()),
        ("orders/main.py".into(), "import requests\nfrom flask import Flask\nimport stock\nimport gone.away\napp = Flask('orders')\n\n@app.route('/orders')\ndef orders():\n    return requests.get('http://billing:80/bills').json()\n".into()),
        ("orders/stock.py".into(), "import price\n\ndef stock():\n    return price.price()\n".into()),
        ("orders/price.py".into(), "import stock\n\ndef price():\n    return stock.stock()\n".into()),
        ("orders/broken.py".into(), "def (:\n".into()),
        ("billing/requirements.txt".into(), "flask\nrequests\n".into()),
        ("billing/Dockerfile".into(), "FROM python\nCMD python main.py\n".into()),
        ("billing/main.py".into(), "import requests\nfrom flask import Flask\napp = Flask('billing')\n\n@app.route('/bills')\ndef bills():\n    return requests.get('http://orders:80/orders').json()\n".into()),
    ];
    for part in ["invoice", "refund"] {
        for at in 0..12 {
            let next = (at + 1) % 12;
            let text = format!(
                "import {part}{next}\n\ndef {part}_{at}():\n    return {part}{next}.{part}_{next}()\n"
            );
            files.push((format!("billing/{part}/{part}{at}.py"), text));
        }
    }
    let texts = |files: &[(String, String)]| -> Vec<(String, String)> { files.to_vec() };
    let mut parents = Vec::new();
    for (at, time) in [1_700_000_000_u64, 1_705_000_000].into_iter().enumerate() {
        let mut now = texts(&files);
        if at == 0 {
            now.retain(|(path, _)| path != "orders/price.py");
        }
        let now: Vec<(&str, &str)> = now
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        parents = vec![repository.commit(
            &parents,
            &now,
            "A <a@example.org>",
            &time.to_string(),
            "change",
        )];
    }
    files.push((
        "seamline.toml".into(),
        "[gate]\ndeny-new = [\"import-cycle\"]\n".into(),
    ));
    files.push(("other.toml".into(), "exclude = [\"billing/**\"]\n".into()));
    files.push(("baseline.txt".into(), "hub file:gone.py\n".into()));
    files.push((
        "log".into(),
        "commit 1\nauthor B <b@example.org>\ndate 1705000000\nsubject x\n\nM\torders/main.py\n"
            .into(),
    ));
    for (path, text) in &files {
        let file = repository.root().join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        fs::write(file, text).expect("written");
    }
    let traces =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/traces/otlp/dsb.otlp.jsonl.gz");
    fs::copy(traces, repository.root().join("t.jsonl.gz")).expect("copied");
    repository
}

/// The results of a run: exit code, both streams without times, and the files that it wrote.
fn run(
    root: &Path,
    arguments: &[String],
) -> (Option<i32>, String, String, BTreeMap<String, Vec<u8>>) {
    let out = root.join("out");
    let _ = fs::remove_dir_all(&out);
    fs::create_dir(&out).expect("made");
    let done = Command::new(env!("CARGO_BIN_EXE_seamline"))
        .args(arguments)
        .current_dir(root)
        .output()
        .expect("a run");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let notes = text(&done.stderr);
    let notes = notes
        .lines()
        .map(|line| line.split(" files in ").next().unwrap_or(line));
    let mut written = BTreeMap::new();
    let mut folders = vec![out];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                written.insert(path.display().to_string(), fs::read(&path).expect("read"));
            }
        }
    }
    (
        done.status.code(),
        text(&done.stdout),
        notes.collect::<Vec<_>>().join("\n"),
        written,
    )
}

/// What a command is run with, the option aside.
fn base(command: &str, option: &str) -> &'static str {
    match (command, option) {
        ("analyze", "all" | "color") => "analyze .",
        ("analyze", option) if option.starts_with("show-") => "analyze .",
        ("analyze", _) => "analyze . --format json",
        ("report", "output" | "html-dir") => "report .",
        ("report", "strict" | "quiet") => "report . -o out/page.html",
        ("report", _) => "report . -o out/page.html",
        ("graph", _) => "graph . --format json",
        ("cycles", "color") => "cycles .",
        ("cycles", _) => "cycles . --format json",
        ("boundaries", "all" | "color") => "boundaries .",
        ("boundaries", _) => "boundaries . --format json",
        ("whatif", "extract" | "merge" | "async" | "drop" | "pass") => "whatif .",
        ("whatif", _) => "whatif . --drop orders,billing --format json",
        ("traces fold", _) => "traces fold t.jsonl.gz --format json",
        ("traces query", _) => "traces query clickhouse-otel",
        ("check", "all") => "check . --baseline out/baseline.txt",
        ("check", _) => "check . --format json",
        ("diff", "all") => "diff HEAD~1 .",
        ("diff", _) => "diff HEAD~1 . --format json",
        ("baseline", "baseline") => "baseline create .",
        ("baseline", _) => "baseline create . --baseline out/baseline.txt",
        _ => panic!("no case for `{command} --{option}`"),
    }
}

/// A value that makes a difference, with what else it needs.
fn with(command: &str, option: &str) -> &'static str {
    match (command, option) {
        (_, "traces") => "--traces t.jsonl.gz",
        (_, "since") => "--since 2023-12-01",
        (_, "history") => "--history log",
        (_, "scip") => "--scip other.toml",
        (_, "config") => "--config other.toml",
        (_, "max-file-bytes") => "--max-file-bytes 60",
        (_, "max-files") => "--max-files 5",
        (_, "within") => "--within orders",
        (_, "owner") => "--owner @a",
        ("report", "format") => panic!("a page has one format"),
        (_, "format") => "--format text=out/text",
        ("report", "output") => "--output out/other.html",
        ("traces fold", "output") => "--output out/x.profile",
        (_, "html-dir") => "--html-dir out/page",
        (_, "source-url") => "--source-url https://host/{path}",
        ("diff" | "report", "against") => "--against HEAD~1",
        ("check", "against") => "--against HEAD~1",
        ("graph", "level") => "--level service",
        (_, "level") => "--level file",
        (_, "top") => "--top 1",
        (_, "intent") => "--intent library",
        (_, "axes") => "--axes none",
        (_, "views") => "--views words",
        (_, "plan") => "--plan gradual",
        (_, "merge") => "--merge orders,billing",
        (_, "async") => "--async orders,billing",
        (_, "drop") => "--drop orders,billing",
        (_, "pass") => "--pass orders,billing",
        (_, "extract") => "--extract billing/invoice",
        (_, "baseline") => "--baseline baseline.txt",
        (_, "with") => "--with other.toml",
        (_, "color") => "--color always",
        (_, "table") => "--table spans",
        (_, "from") => "--from 2026-01-31",
        (_, "to") => "--to 2026-01-31",
        (_, "shard") => "--shard 0/2",
        (_, "max-trace-services") => "--max-trace-services 1",
        (_, "max-trace-operations") => "--max-trace-operations 1",
        (_, "max-trace-bytes") => "--max-trace-bytes 9",
        (_, "max-spans-per-trace") => "--max-spans-per-trace 1",
        (_, "sampling-ratio") => "--sampling-ratio 0.01",
        (_, "environment") => "--environment nowhere",
        _ => "",
    }
}

/// What must be there with and without the option.
fn needs(command: &str, option: &str) -> &'static str {
    let of_traces = [
        "max-trace-services",
        "max-trace-operations",
        "max-trace-bytes",
        "max-spans-per-trace",
        "sampling-ratio",
        "environment",
    ];
    match (command, option) {
        ("traces fold", "allow-empty") => "--environment nowhere",
        ("traces fold", _) => "",
        (_, "allow-empty") => "--traces t.jsonl.gz --environment nowhere",
        (_, option) if of_traces.contains(&option) => "--traces t.jsonl.gz",
        (_, "locked") => "--baseline baseline.txt",
        _ => "",
    }
}

fn words(texts: &[&str]) -> Vec<String> {
    let words = texts.iter().flat_map(|text| text.split_whitespace());
    words.map(str::to_owned).collect()
}

#[test]
fn every_option_changes_something() {
    let repository = system();
    let root = repository.root();
    let mut idle = Vec::new();
    let mut seen: BTreeMap<Vec<String>, _> = BTreeMap::new();
    let cli = Cli::command();
    let commands = cli.get_subcommands().flat_map(|command| {
        let own = command.get_name().to_owned();
        let below: Vec<_> = command.get_subcommands().collect();
        if below.is_empty() {
            return vec![(own, command)];
        }
        let name = |inner: &clap::Command| format!("{own} {}", inner.get_name());
        below
            .into_iter()
            .map(|inner| (name(inner), inner))
            .collect()
    });
    for (name, command) in commands {
        for option in command.get_arguments().filter(|it| !it.is_positional()) {
            let long = option.get_long().expect("a long name");
            if UNSEEN.contains(&long) || matches!(long, "help" | "version") {
                continue;
            }
            let plain = words(&[base(&name, long), needs(&name, long)]);
            let value = with(&name, long);
            let flag = format!("--{long}");
            let given = if value.is_empty() { &flag } else { value };
            let without = seen
                .entry(plain.clone())
                .or_insert_with(|| run(&root, &plain))
                .clone();
            let mut all = plain.clone();
            all.extend(words(&[given]));
            let result = run(&root, &all);
            if result == without {
                idle.push(all.join(" "));
            } else if result.0 == Some(2) && result.2.contains("unexpected argument") {
                idle.push(format!("{} is no such option", all.join(" ")));
            }
        }
    }
    assert_eq!(idle, Vec::<String>::new());
}
