//! Any bytes as a commit, a tree or a blob of git: a history or a note, no panic.
#![no_main]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use seamline::history::{Options, read};
use seamline::source::{Limits, Source};

/// A repository whose newest commit, its tree and a file of it are the objects below.
static FOLDER: OnceLock<PathBuf> = OnceLock::new();
const COMMIT: &str = "1111111111111111111111111111111111111111";
const TREE: &str = "2222222222222222222222222222222222222222";
const BLOB: &str = "3333333333333333333333333333333333333333";

fn put(folder: &Path, id: &str, kind: &str, bytes: &[u8]) {
    let dir = folder.join(".git/objects").join(&id[..2]);
    std::fs::create_dir_all(&dir).expect("a folder");
    let file = std::fs::File::create(dir.join(&id[2..])).expect("a file");
    let mut packed = flate2::write::ZlibEncoder::new(file, flate2::Compression::fast());
    packed
        .write_all(format!("{kind} {}\0", bytes.len()).as_bytes())
        .expect("written");
    packed.write_all(bytes).expect("written");
}

libfuzzer_sys::fuzz_target!(|input: (u8, &[u8])| {
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder").keep();
        std::fs::create_dir_all(folder.join(".git/refs/heads")).expect("a folder");
        std::fs::write(folder.join(".git/HEAD"), "ref: refs/heads/main\n").expect("a file");
        std::fs::write(folder.join(".git/refs/heads/main"), COMMIT).expect("a file");
        std::fs::write(
            folder.join(".git/config"),
            "[core]\nrepositoryformatversion = 0\n",
        )
        .expect("a file");
        folder
    });
    let (choice, bytes) = input;
    let people = "Ada <a@b> 1750000000 +0000";
    let commit = format!("tree {TREE}\nauthor {people}\ncommitter {people}\n\nx\n");
    let mut tree = b"100644 .mailmap\0".to_vec();
    tree.extend_from_slice(&[0x33; 20]);
    put(
        folder,
        COMMIT,
        "commit",
        if choice % 3 == 0 {
            bytes
        } else {
            commit.as_bytes()
        },
    );
    put(
        folder,
        TREE,
        "tree",
        if choice % 3 == 1 { bytes } else { &tree },
    );
    put(
        folder,
        BLOB,
        "blob",
        if choice % 3 == 2 {
            bytes
        } else {
            b"Ada <a@b> <c@d>\n"
        },
    );
    let source = Source::open(std::slice::from_ref(folder), Limits::default()).expect("a source");
    let log = read(&source, &Options::default());
    assert!(log.commits.iter().all(|commit| {
        commit
            .files
            .iter()
            .all(|&file| file.index() < log.paths.len())
    }));
});
