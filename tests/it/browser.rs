//! The page in a real browser.
//!
//! In: pages that the program writes, Debian's Chromium. Out: assertions on what a reader can do.
//! Invariant: no console error, no request to anywhere, nothing of a hostile name runs.
//! Never: passes in silence where no browser is, and none can be installed; it says so aloud.
//!
//! The browser is asked through its pipe for remote control (messages of JSON that end in NUL),
//! which two named pipes lead to. Rejected: its socket, which would need a client of web sockets.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

const PROGRAM: &str = env!("CARGO_BIN_EXE_seamline");
const DEMO: &str = "testdata/systems/media";

/// A browser that is told what to do.
struct Browser {
    child: Child,
    to: File,
    from: BufReader<File>,
    last: u64,
    session: String,
    events: Vec<Value>,
    _folder: tempfile::TempDir,
}

/// Names of the browser, Debian's first.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// The browser of the machine, installed where it is missing; `None`, said aloud, where that cannot be.
fn browser() -> Option<Browser> {
    static FOUND: OnceLock<Option<&str>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        on_path().or_else(|| {
            install();
            on_path()
        })
    });
    if found.is_none() {
        aloud(
            "*** SKIPPED: no Chromium on the PATH, and none could be installed (apt-get as root): \
             the page was not tried in a browser ***",
        );
    }
    found.map(Browser::start)
}

fn on_path() -> Option<&'static str> {
    let folders = std::env::var("PATH").unwrap_or_default();
    NAMES.into_iter().find(|name| {
        folders
            .split(':')
            .any(|folder| Path::new(folder).join(name).is_file())
    })
}

/// Installs Debian's Chromium; without the right to, nothing happens.
fn install() {
    aloud("installing Chromium for the tests of the page (apt-get)");
    for arguments in [
        &["update", "-qq"][..],
        &[
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            "chromium",
        ],
    ] {
        let mut command = Command::new("apt-get");
        command
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive");
        let done = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let _ = done.status();
    }
}

/// Says a line past the test harness, which keeps what passing tests print to itself.
fn aloud(line: &str) {
    let _ = writeln!(std::io::stderr(), "\n{line}\n");
}

impl Browser {
    fn start(name: &str) -> Self {
        let folder = tempfile::tempdir().expect("as asked");
        let pipe = |name: &str| {
            let path = folder.path().join(name);
            assert!(
                Command::new("mkfifo")
                    .arg(&path)
                    .status()
                    .expect("as asked")
                    .success()
            );
            path
        };
        let (to, from) = (pipe("to"), pipe("from"));
        let script = format!(
            "exec {name} --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
             --disable-background-networking --disable-component-update --disable-sync \
             --remote-debugging-pipe --user-data-dir={0}/user 3<{0}/to 4>{0}/from",
            folder.path().display()
        );
        let child = Command::new("sh")
            .args(["-c", &script])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let child = child.expect("as asked");
        let to = OpenOptions::new().write(true).open(to).expect("as asked");
        let from = BufReader::new(File::open(from).expect("as asked"));
        let mut browser = Self {
            child,
            to,
            from,
            last: 0,
            session: String::new(),
            events: Vec::new(),
            _folder: folder,
        };
        let target = browser.ask("Target.createTarget", json!({"url": "about:blank"}));
        let attached = browser.ask(
            "Target.attachToTarget",
            json!({"targetId": target["targetId"], "flatten": true}),
        );
        browser.session = attached["sessionId"].as_str().expect("as asked").to_owned();
        for domain in ["Page", "Runtime", "Network", "Log"] {
            browser.ask(&format!("{domain}.enable"), json!({}));
        }
        browser
    }

    /// The answer to a command; what happens meanwhile is kept.
    #[expect(clippy::needless_pass_by_value, reason = "made where it is asked")]
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let mut message = json!({"id": self.last, "method": method, "params": params});
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        self.to
            .write_all(format!("{message}\0").as_bytes())
            .expect("as asked");
        loop {
            let answer = self.next();
            if answer["id"] == json!(self.last) {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
            self.events.push(answer);
        }
    }

    fn next(&mut self) -> Value {
        let mut text = Vec::new();
        self.from.read_until(0, &mut text).expect("as asked");
        assert!(text.pop() == Some(0), "the browser has gone");
        serde_json::from_slice(&text).expect("as asked")
    }

    /// Opens a page and waits until it is complete.
    fn open(&mut self, address: &str) {
        self.events.clear();
        self.ask("Page.navigate", json!({"url": address}));
        while !self
            .events
            .iter()
            .any(|event| event["method"] == "Page.loadEventFired")
        {
            let event = self.next();
            self.events.push(event);
        }
    }

    /// The value of an expression on the page.
    fn value(&mut self, expression: &str) -> Value {
        let asked = json!({"expression": expression, "returnByValue": true});
        let answer = self.ask("Runtime.evaluate", asked);
        assert!(
            answer["exceptionDetails"].is_null(),
            "{expression}: {answer}"
        );
        answer["result"]["value"].clone()
    }

    fn press(&mut self, key: &str) {
        for kind in ["rawKeyDown", "keyUp"] {
            self.ask(
                "Input.dispatchKeyEvent",
                json!({"type": kind, "key": key, "code": key}),
            );
        }
    }

    /// Asserts that nothing failed, nothing was fetched and nothing asked the reader.
    fn is_quiet(&self) {
        for event in &self.events {
            let (method, params) = (
                event["method"].as_str().unwrap_or_default(),
                &event["params"],
            );
            match method {
                "Runtime.exceptionThrown" | "Page.javascriptDialogOpening" => panic!("{event}"),
                "Runtime.consoleAPICalled" => panic!("{event}"),
                "Log.entryAdded" => panic!("{event}"),
                "Network.requestWillBeSent" => {
                    let address = params["request"]["url"].as_str().expect("as asked");
                    assert!(address.starts_with("file:"), "{address}");
                }
                _ => {}
            }
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(arguments: &[&str]) {
    let done = Command::new(PROGRAM)
        .args(arguments)
        .output()
        .expect("as asked");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

fn demo(folder: &Path) -> PathBuf {
    let page = folder.join("demo.html");
    let (traces, history) = (format!("{DEMO}/traces"), format!("{DEMO}/history.log"));
    run(&[
        "report",
        DEMO,
        "--traces",
        &traces,
        "--history",
        &history,
        "-o",
        page.to_str().expect("as asked"),
    ]);
    page
}

#[test]
#[expect(
    clippy::print_stderr,
    reason = "the opening time is shown, and decides nothing"
)]
fn a_reader_can_walk_the_map_sort_filter_and_keep_the_place() {
    let Some(mut browser) = browser() else { return };
    let folder = tempfile::tempdir().expect("as asked");
    let page = format!("file://{}", demo(folder.path()).display());
    browser.open(&page);
    let sections =
        "[...document.querySelectorAll('main section[id]')].map((part) => part.id).join(' ')";
    assert_eq!(
        browser.value(sections),
        "map seen numbers actions services cycles boundaries matrix runtime hotspots findings coverage glossary"
    );

    // The map: focus lights up neighbours, arrow keys walk to another node, Enter opens its card.
    browser.value("document.querySelector('svg.map a.node').focus()");
    let focused = "document.activeElement.querySelector('text').textContent.trim()";
    let first = browser.value(focused);
    assert!(
        browser
            .value("document.querySelectorAll('svg.map .lit').length")
            .as_u64()
            .expect("as asked")
            > 1
    );
    browser.press("ArrowDown");
    assert_ne!(browser.value(focused), first);
    browser.value("document.activeElement.dispatchEvent(new MouseEvent('click', {bubbles: true}))");
    assert_eq!(
        browser.value("document.querySelector(decodeURIComponent(location.hash)).open"),
        true
    );

    // A text to paste has lines of its own.
    let lines = "document.getElementById('issue-1').textContent.split('\\n').length";
    assert!(browser.value(lines).as_u64().expect("as asked") > 3);

    // A cell of the matrix leads to its references.
    browser.value("document.querySelector('table.matrix td a').click()");
    assert_eq!(
        browser.value("document.querySelector(location.hash).closest('details').open"),
        true
    );

    // A table sorts by its heading.
    let order = "[...document.querySelectorAll('#services tbody th')].map((cell) => cell.textContent).join()";
    let before = browser.value(order);
    browser.value("document.querySelectorAll('#services thead button')[3].click()");
    assert_eq!(
        browser
            .value("document.querySelectorAll('#services thead th')[3].getAttribute('aria-sort')"),
        "descending"
    );
    assert_ne!(browser.value(order), before);

    // A filter hides rows, and the address brings it back.
    let left = "[...document.querySelectorAll('#findings-table tbody tr')].filter((row) => !row.hidden).length";
    let all = browser.value(left).as_u64().expect("as asked");
    browser.value("(() => { const form = document.querySelector('form.filter'); form.elements.severity.value = 'error'; form.dispatchEvent(new Event('input')); })()");
    let some = browser.value(left).as_u64().expect("as asked");
    assert!(0 < some && some < all, "{some} of {all}");
    let address = browser
        .value("location.href")
        .as_str()
        .expect("as asked")
        .to_owned();
    browser.open("about:blank");
    browser.open(&address);
    assert_eq!(browser.value(left), some);

    // A link leads into a part that is folded.
    browser.value("location.hash = '#rule-hub'");
    browser.is_quiet();
    let seconds = "performance.getEntriesByType('navigation')[0].loadEventEnd / 1000";
    eprintln!("the demo's page opened in {} s", browser.value(seconds));
}

#[test]
fn nothing_of_a_hostile_name_runs() {
    let Some(mut browser) = browser() else { return };
    let folder = tempfile::tempdir().expect("as asked");
    let (saved, page) = (
        folder.path().join("a.json"),
        folder.path().join("hostile.html"),
    );
    let traces = format!("{DEMO}/traces");
    run(&[
        "analyze",
        DEMO,
        "--no-git",
        "--traces",
        &traces,
        "--format",
        &format!("json={}", saved.display()),
    ]);
    let hostile = "</script><script>window.ran=1;alert(1)</script><img src=x onerror=alert(1)>\" onload=\"alert(1)";
    let name = serde_json::to_string(hostile).expect("as asked");
    let text = std::fs::read_to_string(&saved).expect("as asked");
    std::fs::write(&saved, text.replace("ms-payment", name.trim_matches('"'))).expect("as asked");
    run(&[
        "report",
        saved.to_str().expect("as asked"),
        "-o",
        page.to_str().expect("as asked"),
    ]);
    browser.open(&format!("file://{}", page.display()));
    assert_eq!(browser.value("typeof window.ran"), "undefined");
    assert!(
        browser
            .value("document.body.textContent.includes('window.ran=1')")
            .as_bool()
            .expect("as asked")
    );
    assert_eq!(browser.value("document.images.length"), 0);
    browser.is_quiet();
}

#[test]
fn the_page_is_complete_without_its_script_and_with_files_of_its_own() {
    let Some(mut browser) = browser() else { return };
    let folder = tempfile::tempdir().expect("as asked");
    run(&[
        "report",
        DEMO,
        "--no-git",
        "--html-dir",
        folder.path().join("page").to_str().expect("as asked"),
    ]);
    let address = format!("file://{}", folder.path().join("page/index.html").display());
    browser.open(&address);
    assert!(
        browser
            .value("document.querySelectorAll('th button').length")
            .as_u64()
            .expect("as asked")
            > 5
    );
    assert_eq!(
        browser.value("getComputedStyle(document.querySelector('.numbers')).display"),
        "grid"
    );
    browser.is_quiet();
    browser.ask(
        "Emulation.setScriptExecutionDisabled",
        json!({"value": true}),
    );
    browser.open(&address);
    assert_eq!(
        browser.value("document.querySelectorAll('th button').length"),
        0
    );
    assert!(
        browser
            .value("document.querySelectorAll('#findings-table tbody tr').length")
            .as_u64()
            .expect("as asked")
            > 3
    );
}
