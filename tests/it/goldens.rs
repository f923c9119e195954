//! What every format shows of the recorded systems, to be read like a change of behaviour.
//!
//! The two largest formats are kept for the smallest system only: a page and a contract of hundreds of
//! kilobytes are not read line by line three times over. A part names the checkout that it was made in, so that
//! none is kept; `organisation` tests what parts say.

use std::path::Path;
use std::process::Command;

use seamline::report::REPORTERS;

const SYSTEMS: [&str; 3] = ["media", "media-monolith", "media-repaired"];
const LARGE: [&str; 2] = ["html", "json"];
const OF_THE_CHECKOUT: &str = "part";

fn shown(system: &str, format: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/systems")
        .join(system);
    let output = Command::new(env!("CARGO_BIN_EXE_seamline"))
        .args(["analyze", "-q", "--format", format])
        .arg("--traces")
        .arg(root.join("traces"))
        .arg("--history")
        .arg(root.join("history.log"))
        .arg(&root)
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn every_format_shows_what_was_reviewed() {
    insta::with_settings!({ snapshot_path => "../../testdata/goldens", prepend_module_to_snapshot => false, omit_expression => true }, {
        for system in SYSTEMS {
            let formats = REPORTERS.iter().map(|reporter| reporter.id);
            for format in formats.filter(|&id| id != OF_THE_CHECKOUT) {
                if system == "media-monolith" || !LARGE.contains(&format) {
                    insta::assert_snapshot!(format!("{system}.{format}"), shown(system, format));
                }
            }
        }
    });
}
