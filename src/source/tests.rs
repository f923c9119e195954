use super::files::HEAD;
use super::*;

fn source(files: &[(&str, &[u8])]) -> (tempfile::TempDir, Source) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (path, bytes) in files {
        std::fs::write(dir.path().join(path), bytes).expect("a file");
    }
    let source = Source::open(
        &[dir.path().to_path_buf()],
        Limits {
            file_bytes: 100,
            files: 10,
        },
    )
    .expect("a source");
    (dir, source)
}

#[test]
fn decodes_byte_order_marks_and_broken_utf8() {
    let (_dir, source) = source(&[
        ("bom", b"\xEF\xBB\xBFabc"),
        ("utf16", b"\xFF\xFEa\0b\0"),
        ("broken", b"a\xFFb"),
    ]);
    assert_eq!(source.text("bom").expect("text"), "abc");
    assert_eq!(source.text("utf16").expect("text"), "ab");
    assert_eq!(source.text("broken").expect("text"), "a\u{FFFD}b");
}

#[test]
fn a_nul_far_behind_the_start_is_part_of_a_text() {
    let text = |nul: usize| [vec![b'a'; nul], vec![0, b'b']].concat();
    assert!(decode(text(HEAD - 1)).is_err());
    assert_eq!(decode(text(HEAD)).expect("text").len(), HEAD + 2);
}

#[test]
fn refuses_binary_and_large_files_with_the_path() {
    let (_dir, source) = source(&[("binary", b"a\0b"), ("large", &[b'x'; 101])]);
    let binary = source.text("binary").expect_err("binary");
    assert_eq!(
        (&*binary.kind, binary.path.as_deref()),
        ("binary", Some("binary"))
    );
    assert_eq!(&*source.text("large").expect_err("large").kind, "too-large");
}

#[test]
#[cfg(unix)]
fn never_follows_a_symbolic_link() {
    let (dir, source) = source(&[("real.rs", b"fn a() {}")]);
    std::os::unix::fs::symlink("/etc/hostname", dir.path().join("link.rs")).expect("a link");
    assert_eq!(
        &*source.text("link.rs").expect_err("link").kind,
        "not-a-file"
    );
    let listed = source.list(&[]);
    assert_eq!(
        listed
            .entries
            .iter()
            .map(|entry| &*entry.path)
            .collect::<Vec<_>>(),
        ["real.rs"]
    );
    assert_eq!(&*listed.notifications[0].kind, "symlink");
}

#[test]
#[cfg(unix)]
fn says_what_links_inside_the_folder_stand_for() {
    let (dir, source) = source(&[("Cargo.toml", b"")]);
    for folder in ["a/src", "b"] {
        std::fs::create_dir_all(dir.path().join(folder)).expect("folders");
    }
    for (link, target) in [
        ("b/src", "../a/./src/"),
        ("b/out", "../../elsewhere"),
        ("b/root", "/etc"),
    ] {
        std::os::unix::fs::symlink(target, dir.path().join(link)).expect("a link");
    }
    let links = source.list(&[]).links;
    assert_eq!(links, [("b/src".into(), "a/src".into())]);
}

#[test]
fn ignore_rules_count_from_the_top_of_the_repository_downwards() {
    let dir = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(path, text).expect("a file");
    };
    write(".gitignore", "*\n");
    write("repo/.gitignore", "*.out\n");
    for path in [
        "repo/a.rs",
        "repo/b.out",
        "repo/src/c.rs",
        "repo/src/d.out",
        "alone/e.rs",
    ] {
        write(path, "");
    }
    let listed = |folder: &str| {
        let root = dir.path().join(folder);
        let source = Source::open(&[root], Limits::default()).expect("a folder");
        let entries = source.list(&[]).entries.into_iter();
        let names = entries.map(|entry| entry.path.to_string());
        names
            .filter(|name| !name.ends_with("ignore"))
            .collect::<Vec<_>>()
    };
    assert_eq!(listed("alone"), ["e.rs"]);
    assert_eq!(listed("repo"), ["a.rs", "src/c.rs"]);
    std::fs::create_dir(dir.path().join("repo/.git")).expect("a folder");
    assert_eq!(listed("repo/src"), ["c.rs"]);
}

#[test]
fn a_short_list_holds_the_first_files_whatever_the_walk_meets_first() {
    let dir = tempfile::tempdir().expect("a folder");
    for folder in 0..20 {
        let folder = dir.path().join(format!("f{folder:02}"));
        std::fs::create_dir(&folder).expect("a folder");
        for file in 0..10 {
            std::fs::write(folder.join(format!("{file}.rs")), "").expect("a file");
        }
    }
    for (files, last) in [(0, None), (1, Some("f00/0.rs")), (25, Some("f02/4.rs"))] {
        let limits = Limits {
            files,
            ..Limits::default()
        };
        let source = Source::open(&[dir.path().to_path_buf()], limits).expect("a folder");
        let listed = source.list(&[]);
        assert_eq!(listed.entries.len(), files);
        assert_eq!(listed.entries.last().map(|entry| &*entry.path), last);
    }
}

#[test]
#[cfg(unix)]
fn reads_names_that_are_no_utf8_and_refuses_to_leave_the_folder() {
    use std::os::unix::ffi::OsStrExt;
    let (dir, source) = source(&[("a.rs", b"fn a() {}")]);
    let name = std::ffi::OsStr::from_bytes(b"b\xFF.rs");
    std::fs::write(dir.path().join(name), b"fn b() {}").expect("a file");
    let listed = source.list(&[]);
    assert_eq!(&*listed.entries[1].path, "b\\xFF.rs");
    assert_eq!(source.text("b\\xFF.rs").expect("text"), "fn b() {}");
    assert!(source.bytes("../a.rs").is_err());
}
