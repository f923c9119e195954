//! Repositories as git itself makes them, and as an attacker bends them (rows 15 to 19). Tests that need
//! the `git` program pass without it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Run, analyze, folder};

/// A `git` that reads no configuration of this machine.
fn git(dir: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .current_dir(dir)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "Ada")
        .env("GIT_AUTHOR_EMAIL", "ada@example.org")
        .env("GIT_AUTHOR_DATE", "1750000000 +0000")
        .env("GIT_COMMITTER_NAME", "Ada")
        .env("GIT_COMMITTER_EMAIL", "ada@example.org")
        .env("GIT_COMMITTER_DATE", "1750000000 +0000")
        .args([
            "-c",
            "protocol.file.allow=always",
            "-c",
            "advice.detachedHead=false",
        ])
        .args(arguments)
        .output()
        .ok()?;
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A repository of six commits at `name` in `home`; `None` without git.
fn repository(home: &Path, name: &str, more: &[&str]) -> Option<PathBuf> {
    let dir = home.join(name);
    fs::create_dir_all(&dir).expect("a folder");
    git(&dir, &[&["init", "-q", "-b", "main"], more].concat())?;
    for round in 0..6 {
        fs::write(dir.join("a.py"), format!("import b\nx = {round}\n")).expect("a file");
        fs::write(
            dir.join(format!("m{round}.py")),
            "y = 1\n".repeat(round + 1),
        )
        .expect("a file");
        git(&dir, &["add", "."])?;
        git(
            &dir,
            &["commit", "-q", "-m", &format!("PAY-{round}: change")],
        )?;
    }
    Some(dir)
}

fn seen(dir: &Path) -> (Run, u64) {
    let run = analyze(dir, &["--since", "all"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let commits = run.commits();
    (run, commits)
}

#[test]
fn every_shape_of_repository_is_read_or_labelled() {
    let home = tempfile::tempdir().expect("a folder");
    let home = home.path();
    let Some(full) = repository(home, "full", &[]) else {
        return;
    };
    let clone = |arguments: &[&str], name: &str| {
        git(home, &[&["clone", "-q"], arguments, &[name]].concat());
        home.join(name)
    };
    let url = format!("file://{}", full.display());
    let path = full.display().to_string();

    assert_eq!(seen(&full).1, 6);
    assert_eq!(seen(&clone(&["--bare", &path], "bare.git")).1, 6);
    git(&full, &["worktree", "add", "-q", "../tree"]);
    assert_eq!(seen(&home.join("tree")).1, 6);
    let sha256 = repository(home, "sha256", &["--object-format=sha256"]).expect("git is there");
    assert_eq!(seen(&sha256).1, 6);
    let detached = clone(&[&path], "detached");
    git(&detached, &["checkout", "-q", "--detach", "HEAD~2"]);
    assert_eq!(seen(&detached).1, 4);

    let shallow = seen(&clone(&["--depth", "3", &url], "shallow"));
    assert_eq!(
        (shallow.1, shallow.0.kinds()),
        (2, vec!["shallow-history".to_owned()])
    );
    assert_eq!(shallow.0.json()["coverage"]["history"]["shallow"], true);

    fs::create_dir_all(home.join("empty")).expect("a folder");
    git(&home.join("empty"), &["init", "-q"]);
    assert_eq!(seen(&home.join("empty")).0.kinds(), ["no-history"]);

    let outer = repository(home, "outer", &[]).expect("git is there");
    git(&outer, &["submodule", "add", "-q", &path, "sub"]);
    assert_eq!(seen(&outer.join("sub")).1, 6);
    assert_eq!(seen(&outer).1, 6);

    let shared = seen(&clone(&["--shared", &path], "shared"));
    assert_eq!(
        (shared.1, shared.0.kinds()),
        (0, vec!["refused-history".to_owned()])
    );
    assert!(
        shared.0.out.contains("git repack -a -d"),
        "the hint says how to make it whole"
    );

    let stray = folder(&[("a.py", b"x = 1\n")]);
    fs::write(stray.path().join(".git"), format!("gitdir: {path}/.git\n")).expect("a file");
    assert_eq!(seen(stray.path()).0.kinds(), ["refused-history"]);
}

#[test]
fn replaced_and_grafted_history_is_labelled() {
    let home = tempfile::tempdir().expect("a folder");
    let Some(full) = repository(home.path(), "full", &[]) else {
        return;
    };
    git(&full, &["replace", "HEAD~2", "HEAD~4"]);
    let (run, commits) = seen(&full);
    assert_eq!(
        (commits, run.kinds()),
        (4, vec!["replaced-history".to_owned()]),
        "as git log counts"
    );
    let replaced = git(&full, &["replace", "-l"]).expect("git is there");
    git(&full, &["replace", "-d", &replaced]);
    fs::create_dir_all(full.join(".git/info")).expect("a folder");
    fs::write(full.join(".git/info/grafts"), format!("{replaced}\n")).expect("a file");
    let (run, commits) = seen(&full);
    assert_eq!(
        (commits, run.kinds()),
        (6, vec!["replaced-history".to_owned()]),
        "read as committed"
    );
}

/// The eight ways in which a repository names programs that git would run.
#[test]
fn no_program_that_the_repository_names_is_run() {
    let home = tempfile::tempdir().expect("a folder");
    let Some(full) = repository(home.path(), "full", &[]) else {
        return;
    };
    let payload = home.path().join("payload");
    let touch = format!("touch {}", payload.display());
    let config = format!(
        "[core]\n\trepositoryformatversion = 1\n\tfsmonitor = {touch}\n\thooksPath = {0}\n\tpager = {touch}\n\tsshCommand = {touch}\n\
         [log]\n\tshowSignature = true\n[gpg]\n\tprogram = {touch}\n[diff]\n\texternal = {touch}\n\
         [diff \"x\"]\n\ttextconv = {touch}\n\tcommand = {touch}\n\
         [filter \"x\"]\n\tclean = {touch}\n\tsmudge = {touch}\n\tprocess = {touch}\n\
         [extensions]\n\tpartialClone = evil\n[remote \"evil\"]\n\turl = ext::sh -c '{touch}'\n\tpromisor = true\n\tuploadpack = {touch}\n",
        full.join(".git/hooks").display()
    );
    fs::write(full.join(".git/config"), config).expect("a configuration");
    fs::write(full.join(".gitattributes"), "* diff=x filter=x\n").expect("a file");
    let hook = full.join(".git/hooks/post-index-change");
    fs::create_dir_all(full.join(".git/hooks")).expect("a folder");
    fs::write(hook, format!("#!/bin/sh\n{touch}\n")).expect("a hook");
    let objects = full.join(".git/objects");
    let lost = fs::read_dir(&objects)
        .expect("objects")
        .flatten()
        .map(|entry| entry.path());
    let lost = lost
        .filter(|path| path.file_name().is_some_and(|name| name.len() == 2))
        .min();
    fs::remove_dir_all(lost.expect("a folder of objects")).expect("removed");
    let (run, _) = seen(&full);
    assert_eq!(run.parsed(), 7);
    assert!(!payload.exists());
    for command in ["check", "cycles", "boundaries"] {
        let mut program = Command::new(super::program());
        let run = super::run(program.arg(command).arg(&full).args(["--since", "all"]));
        assert!(matches!(run.code, Some(0 | 1)), "{command}: {}", run.err);
        assert!(!payload.exists(), "{command}");
    }
}

#[test]
fn flipped_bits_cost_history_never_the_code() {
    let home = tempfile::tempdir().expect("a folder");
    let Some(full) = repository(home.path(), "full", &[]) else {
        return;
    };
    git(&full, &["gc", "-q"]);
    let packs = full.join(".git/objects/pack");
    let files: Vec<PathBuf> = fs::read_dir(&packs)
        .expect("packs")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    let options = seamline::history::Options {
        window: seamline::history::Window::All,
        ..seamline::history::Options::default()
    };
    let mut partial = 0;
    for end in ["pack", "idx"] {
        let file = files
            .iter()
            .find(|path| path.extension().is_some_and(|own| own == end));
        let file = file.expect("a pack and its index");
        let intact = fs::read(file).expect("bytes");
        writable(file);
        for at in (0..intact.len()).step_by(64) {
            let mut bytes = intact.clone();
            bytes[at] ^= 1 << (at / 64 % 8);
            fs::write(file, bytes).expect("a file");
            let source = seamline::source::Source::open(
                std::slice::from_ref(&full),
                seamline::source::Limits::default(),
            );
            let log = seamline::history::read(&source.expect("a source"), &options);
            assert!(
                log.commits.len() == 6 || !log.notifications.is_empty(),
                "{end} {at}: silent loss"
            );
            partial += usize::from(!log.notifications.is_empty());
        }
        fs::write(file, &intact[..intact.len() / 2]).expect("a file");
        let (run, _) = seen(&full);
        assert_eq!(run.parsed(), 7, "{end}: the code is analysed all the same");
        assert!(!run.kinds().is_empty(), "{end} cut in half");
        fs::write(file, &intact).expect("a file");
    }
    assert!(partial > 0);
    assert_eq!(seen(&full).1, 6);
}

#[cfg(unix)]
fn writable(file: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(0o644)).expect("a mode");
}

#[cfg(not(unix))]
fn writable(_: &Path) {}

#[test]
fn an_object_that_inflates_without_end_is_capped() {
    let home = tempfile::tempdir().expect("a folder");
    let Some(full) = repository(home.path(), "full", &[]) else {
        return;
    };
    let tree = git(&full, &["rev-parse", "HEAD^{tree}"]).expect("git is there");
    let (folder, file) = tree.split_at(2);
    let place = full.join(".git/objects").join(folder).join(file);
    writable(&place);
    let mut bomb = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut bomb, b"tree 1073741824\0").expect("bytes");
    let zeros = vec![0; 1 << 20];
    for _ in 0..1024 {
        std::io::Write::write_all(&mut bomb, &zeros).expect("bytes");
    }
    fs::write(&place, bomb.finish().expect("bytes")).expect("a file");
    let (run, commits) = seen(&full);
    assert_eq!(
        (commits, run.kinds()),
        (5, vec!["broken-commit".to_owned()])
    );
    assert!(run.peak < 256 << 10, "{} MiB", run.peak >> 10);
}

#[test]
#[cfg(unix)]
fn the_repository_of_another_user_is_refused_with_a_hint() {
    let home = tempfile::tempdir().expect("a folder");
    let Some(full) = repository(home.path(), "full", &[]) else {
        return;
    };
    if std::os::unix::fs::chown(full.join(".git"), Some(65_534), None).is_err() {
        return; // only root can give a folder away
    }
    let run = analyze(&full, &[]);
    assert_eq!(
        (run.code, run.kinds()),
        (Some(0), vec!["refused-history".to_owned()])
    );
    assert!(run.out.contains("another user") && run.out.contains("--no-git"));
    assert_eq!(run.parsed(), 7);
}

/// Writes commits through `git fast-import`, which checks no date.
fn import(home: &Path, stream: &str) -> Option<PathBuf> {
    let dir = home.join("imported");
    fs::create_dir_all(&dir).expect("a folder");
    git(&dir, &["init", "-q", "-b", "main"])?;
    let file = home.join("stream");
    fs::write(&file, stream).expect("a file");
    let input = fs::File::open(&file).expect("a file");
    let import = Command::new("git")
        .current_dir(&dir)
        .args(["fast-import", "--quiet", "--date-format=raw-permissive"])
        .stdin(input)
        .output();
    let import = import.expect("git runs");
    assert!(
        import.status.success(),
        "{}",
        String::from_utf8_lossy(&import.stderr)
    );
    Some(dir)
}

fn commit(mark: usize, time: &str, parents: &[usize], files: &str) -> String {
    let who = format!("Ada <ada@example.org> {time} +0000");
    let mut text =
        format!("commit refs/heads/main\nmark :{mark}\nauthor {who}\ncommitter {who}\ndata 1\nx\n");
    for (index, parent) in parents.iter().enumerate() {
        text.push_str(&format!(
            "{} :{parent}\n",
            if index == 0 { "from" } else { "merge" }
        ));
    }
    text + files + "\n"
}

#[test]
fn absurd_commits_are_clamped_and_capped() {
    let home = tempfile::tempdir().expect("a folder");
    let file =
        |name: &str, text: &str| format!("M 644 inline {name}\ndata {}\n{text}\n", text.len());
    let many: String = (0..100_000)
        .map(|n| file(&format!("d{}/f{n}.txt", n % 100), "x"))
        .collect();
    let map = "Ada <ada@example.org> <b@b>\nB <b@b> <ada@example.org>\n";
    let mut stream = commit(1, "0", &[], &file("a.py", "1"));
    stream += &commit(2, "9223372036854775807", &[1], &file("a.py", "2"));
    stream += &commit(3, "99999999999", &[2], &file("a.py", "3"));
    stream += &commit(4, "1750000000", &[3], &many);
    stream += &commit(5, "1750000001", &[4], &file(".mailmap", map));
    let Some(dir) = import(home.path(), &stream) else {
        return;
    };
    let (run, commits) = seen(&dir);
    assert_eq!((commits, run.kinds()), (5, vec!["odd-dates".to_owned()]));
}

#[test]
fn a_merge_of_very_many_parents_is_one_merge() {
    let home = tempfile::tempdir().expect("a folder");
    let mut stream = commit(1, "1750000000", &[], "M 644 inline a.py\ndata 1\n1\n");
    // fast-import refuses more than 16 parents, so the object is written by hand.
    for mark in 2..2_000 {
        stream += &commit(
            mark,
            &(1_750_000_000 + mark).to_string(),
            &[1],
            &format!("M 644 inline a.py\ndata 4\n{mark:04}\n"),
        );
        stream += &format!("reset refs/tags/t{mark}\nfrom :{mark}\n\n");
    }
    let Some(dir) = import(home.path(), &stream) else {
        return;
    };
    let tree = git(&dir, &["rev-parse", "main^{tree}"]).expect("git is there");
    let parents = git(
        &dir,
        &["for-each-ref", "--format=%(objectname)", "refs/tags"],
    )
    .expect("git is there");
    let mut text = format!("tree {tree}\n");
    for _ in 0..50 {
        parents
            .lines()
            .for_each(|parent| text.push_str(&format!("parent {parent}\n")));
    }
    text.push_str(
        "author Ada <a@b> 1760000000 +0000\ncommitter Ada <a@b> 1760000000 +0000\n\nmany\n",
    );
    let object = home.path().join("object");
    fs::write(&object, text).expect("a file");
    let object = object.display().to_string();
    let id = git(
        &dir,
        &["hash-object", "-t", "commit", "--literally", "-w", &object],
    )
    .expect("git is there");
    git(&dir, &["update-ref", "refs/heads/main", &id]);
    let (run, commits) = seen(&dir);
    assert_eq!(commits, 1_999);
    assert_eq!(run.json()["coverage"]["history"]["dropped"]["merge"], 1);
}

/// A reader of git would take each of these whole, and several times as much memory.
#[test]
fn metadata_of_absurd_size_is_refused() {
    let home = tempfile::tempdir().expect("a folder");
    let Some(dir) = repository(home.path(), "large", &[]) else {
        return;
    };
    for name in [
        "HEAD",
        "config",
        "packed-refs",
        "shallow",
        "objects/info/alternates",
    ] {
        let file = dir.join(".git").join(name);
        let before = fs::read(&file).ok();
        fs::File::create(&file)
            .and_then(|file| file.set_len(2 << 30))
            .expect("a sparse file");
        let run = analyze(&dir, &[]);
        assert_eq!(run.code, Some(0), "{name}: {}", run.err);
        assert_eq!(run.kinds(), ["refused-history"], "{name}");
        match before {
            Some(bytes) => fs::write(&file, bytes).expect("as it was"),
            None => fs::remove_file(&file).expect("gone"),
        }
    }
    assert_eq!(seen(&dir).1, 6);
}

#[test]
fn references_in_another_format_are_named() {
    let home = tempfile::tempdir().expect("a folder");
    let Some(dir) = repository(home.path(), "tables", &[]) else {
        return;
    };
    fs::create_dir(dir.join(".git/reftable")).expect("a folder");
    let run = analyze(&dir, &[]);
    assert_eq!(run.kinds(), ["refused-history"]);
    assert!(run.out.contains("reftable"), "{}", run.out);
}

/// The window counts back from the newest commit, whatever the clock says; that it holds nothing else is told.
#[test]
fn a_newest_commit_of_the_future_is_told() {
    let home = tempfile::tempdir().expect("a folder");
    let file = |text: &str| format!("M 644 inline a.py\ndata {}\n{text}\n", text.len());
    let stream =
        commit(1, "1750000000", &[], &file("1")) + &commit(2, "4000000000", &[1], &file("2"));
    let Some(dir) = import(home.path(), &stream) else {
        return;
    };
    let run = analyze(&dir, &[]);
    assert_eq!(run.kinds(), ["lone-commit"]);
    assert_eq!(seen(&dir).1, 2);
}
