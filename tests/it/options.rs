//! Every option of every command changes something.
//!
//! In: a small system, the commands as `clap` knows them. Out: assertions on results with and without each option.
//! Invariant: an option that changes nothing fails here, and so does a new one without a case.
//! Never: a list of options beside the program's own.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use clap::CommandFactory;
use seamline::cli::Cli;

use crate::history::Repository;

/// Options of which a user sees no difference: they cost or save time and memory.
const UNSEEN: [&str; 6] = [
    "threads",
    "max-trace-spans",
    // Seen where calls are listed, in `analyze` and `traces fold`; caps of memory elsewhere.
    "max-trace-services",
    "max-trace-operations",
    "max-spans-per-trace",
    "max-trace-bytes",
];

/// Two services that call each other, parts worth cutting out, circles of modules, owners.
fn files() -> BTreeMap<String, String> {
    let app = |name: &str, port: &str| {
        format!(
            "import requests\nfrom flask import Flask\napp = Flask('{name}')\n\n@app.route('/{name}')\n\
             def own():\n    return requests.get('{port}').json()\n"
        )
    };
    let mut files: BTreeMap<String, String> = [
        (".github/CODEOWNERS", "/orders/ @a\n/billing/ @b\n"),
        (
            "docker-compose.yml",
            "services:\n  orders:\n    build: ./orders\n  billing:\n    build: ./billing\n",
        ),
        ("orders/requirements.txt", "flask\nrequests\n"),
        ("orders/Dockerfile", "FROM python\nCMD python main.py\n"),
        (
            "orders/stock.py",
            "import price\nimport gone.away\n\ndef stock():\n    return price.price()\n",
        ),
        (
            "orders/price.py",
            "import stock\n\ndef price():\n    return stock.stock()\n",
        ),
        ("billing/requirements.txt", "flask\nrequests\n"),
        ("billing/Dockerfile", "FROM python\nCMD python main.py\n"),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .into();
    files.insert(
        "orders/main.py".into(),
        app("orders", "http://billing:80/billing"),
    );
    files.insert(
        "billing/main.py".into(),
        app("billing", "http://orders:80/orders"),
    );
    for part in ["invoice", "refund", "ledger"] {
        for at in 0..14 {
            let next = (at + 1) % 14;
            let text = format!(
                "from billing.{part} import {part}_{next}\n\ndef {part}_of_{at}():\n    \
                 return {part}_{next}.{part}_of_{next}()\n"
            );
            files.insert(format!("billing/{part}/{part}_{at}.py"), text);
        }
    }
    files
}

/// The system with fourteen commits, the last of which closes two circles, and traces of both services.
fn system() -> Repository {
    let repository = Repository::new();
    let files = files();
    let mut parents = Vec::new();
    for commit in 0..14_u64 {
        let mut now = files.clone();
        if commit < 13 {
            now.remove("orders/price.py");
            now.remove("billing/main.py");
        }
        for path in [
            "orders/main.py",
            "orders/stock.py",
            "billing/invoice/invoice_0.py",
            "billing/ledger/ledger_1.py",
        ] {
            now.entry(path.to_owned())
                .or_default()
                .push_str(&format!("# {commit}\n"));
        }
        let now: Vec<(&str, &str)> = now
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        let time = (1_690_000_000 + commit * 1_000_000).to_string();
        parents = vec![repository.commit(&parents, &now, "A <a@example.org>", &time, "change")];
    }
    let put = |path: &str, bytes: &[u8]| {
        let file = repository.root().join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        fs::write(file, bytes).expect("written");
    };
    for (path, text) in &files {
        put(path, text.as_bytes());
    }
    put(
        "seamline.toml",
        b"[gate]\ndeny-new = [\"import-cycle\", \"service-cycle\", \"distributed-monolith\", \"repeated-call\", \
          \"hotspot\", \"hidden-coupling\", \"lockstep-change\", \"unused-edge\"]\n\
          [[exceptions]]\nrule = \"import-cycle\"\nsubject = [\"orders/**\"]\nreason = \"x\"\nexpires = \"2999-12-31\"\n",
    );
    put("other.toml", b"exclude = [\"billing/**\"]\n");
    put(
        "baseline.txt",
        b"import-cycle file:gone.py -> file:lost.py\n",
    );
    put(
        "log",
        b"commit 1\nauthor B <b@example.org>\ndate 1705000000\nsubject x\n\nM\torders/main.py\n",
    );
    put("t.jsonl.gz", &traces());
    repository
}

/// Requests that go round: orders, billing, orders.
fn traces() -> Vec<u8> {
    let span = |service: &str, trace: u32, id: u32, parent: u32, kind: u32| {
        let parent = if parent == 0 {
            String::new()
        } else {
            format!("{parent:016x}")
        };
        let start = 1_700_000_000_000_000_000_u64
            + u64::from(trace) * 1_000_000_000
            + u64::from(id) * 1_000_000;
        let end = start + u64::from(20 - id) * 1_000_000;
        format!(
            r#"{{"resourceSpans":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"{service}"}}}}]}},"scopeSpans":[{{"spans":[{{"traceId":"{trace:032x}","spanId":"{id:016x}","parentSpanId":"{parent}","name":"GET /{service}","kind":{kind},"startTimeUnixNano":"{start}","endTimeUnixNano":"{end}"}}]}}]}}]}}"#
        ) + "\n"
    };
    let mut text = String::new();
    for trace in 1..9 {
        text += &span("orders", trace, 1, 0, 2);
        for (at, service) in (0..).zip(["billing", "orders", "billing", "billing"]) {
            let caller = if service == "billing" {
                "orders"
            } else {
                "billing"
            };
            text += &span(
                caller,
                trace,
                2 + 2 * at,
                if at < 2 { 1 + 2 * at } else { 1 },
                3,
            );
            text += &span(service, trace, 3 + 2 * at, 2 + 2 * at, 2);
        }
    }
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).expect("packed");
    packed.finish().expect("packed")
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
        ("analyze", "all") => "analyze . --traces t.jsonl.gz",
        ("analyze", "color") => "analyze .",
        ("analyze", option) if option.starts_with("show-") => "analyze .",
        ("analyze", _) => "analyze . --format json",
        ("report", "output" | "html-dir") => "report .",
        ("report", "strict" | "quiet") => "report . -o out/page.html",
        ("report", _) => "report . -o out/page.html",
        ("graph", "level") => "graph . --format json",
        ("graph", _) => "graph . --level service --format json",
        ("cycles", "color") => "cycles .",
        ("cycles", _) => "cycles . --format json",
        ("boundaries", "all" | "color") => "boundaries .",
        ("boundaries", _) => "boundaries . --format json",
        ("whatif", "extract" | "merge" | "async" | "drop" | "pass") => "whatif .",
        ("whatif", "scip") => "whatif . --extract billing/invoice",
        ("whatif", _) => "whatif . --drop orders,billing --format json",
        ("traces fold", "strict") => "traces fold orders/main.py t.jsonl.gz --format json",
        ("traces fold", _) => "traces fold t.jsonl.gz --format json",
        ("traces query", _) => "traces query clickhouse-otel",
        ("check", "locked") => "check . --config other.toml --format json",
        ("check", "all") => "check .",
        ("check", _) => "check . --format json",
        ("diff", "all") => "diff HEAD~1 .",
        ("diff", _) => "diff HEAD~1 . --format json",
        ("man", _) => "man",
        ("baseline", "baseline" | "per-owner") => "baseline create .",
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
        (_, "max-file-bytes") => "--max-file-bytes 150",
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
        (_, "dir") => "--dir out/man",
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
        (_, "strict" | "show-skipped") => "--max-file-bytes 150",
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
            let lists = matches!(name.as_str(), "analyze" | "traces fold");
            let unseen = UNSEEN.iter().take(if lists { 2 } else { UNSEEN.len() });
            if unseen.clone().any(|name| *name == long) || matches!(long, "help" | "version") {
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
