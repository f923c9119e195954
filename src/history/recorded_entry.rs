//! One changed file in a recorded log.
//!
//! In: a line of `--raw`, `--name-status`, `--numstat` or `--name-only`. Out: [`Entry`].
//! Invariant: the formats are told apart line by line, so that they may be mixed.
//! Never: panics on any bytes.

use super::commit::What;
use super::quoted::unquote;
use crate::model::PathId;

/// A changed file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Path after the commit.
    pub path: Vec<u8>,
    /// The letter that git gives the change: `A`, `C`, `D`, `M`, `R` and others.
    status: u8,
    /// Path before a rename or copy.
    old: Option<Vec<u8>>,
}

/// Remembers whether a commit has lines that say what happened, which others only repeat.
#[derive(Default)]
pub(super) struct Previous {
    /// Some line of `--raw` or `--name-status` was read.
    statuses: bool,
}

impl Entry {
    /// What happened; `id` names the path before a rename.
    pub(super) fn what(&self, id: &mut impl FnMut(&[u8]) -> PathId) -> What {
        match (self.status, &self.old) {
            (b'R', Some(old)) => What::RenamedFrom(id(old)),
            (b'A' | b'C', _) => What::Added,
            (b'D', _) => What::Deleted,
            _ => What::Modified,
        }
    }
}

/// Reads one line; `None` if it only repeats what an earlier line of the commit says.
///
/// With `--raw --numstat`, each file stands in two lines: the second tells nothing new.
pub(super) fn parse(line: &[u8], previous: &mut Previous) -> Result<Option<Entry>, &'static str> {
    if let Some(raw) = line.strip_prefix(b":") {
        previous.statuses = true;
        return raw_line(raw)
            .ok_or("is no line of `git log --raw`")
            .map(Some);
    }
    if is_stat(line) {
        return Ok(None);
    }
    let mut fields = line.split(|&byte| byte == b'\t');
    let first = fields.next().unwrap_or_default();
    let rest: Vec<&[u8]> = fields.collect();
    match rest.as_slice() {
        [] => Ok((!previous.statuses).then(|| Entry {
            path: unquote(first),
            status: b'M',
            old: None,
        })),
        paths if is_status(first) => {
            previous.statuses = true;
            with_status(first, paths).ok_or("lacks a path").map(Some)
        }
        [deleted, path] if is_count(first) && is_count(deleted) => {
            Ok((!previous.statuses).then(|| counted(path)))
        }
        _ => Err("is no changed file"),
    }
}

/// A line of `--stat` or `--shortstat`: ` src/cart.rs | 3 +-`, ` 2 files changed, 3 insertions(+)`.
fn is_stat(line: &[u8]) -> bool {
    let has = |mark: &[u8]| memchr::memmem::find(line, mark).is_some();
    line.starts_with(b" ")
        && (has(b" | ") || has(b" changed") || has(b" => ") || has(b" mode "))
        && !line.contains(&b'\t')
}

/// A line of `--raw` without its colon: `100644 100644 4f2c… 8a1b… M`, a tab, and the path.
fn raw_line(raw: &[u8]) -> Option<Entry> {
    let mut fields = raw.split(|&byte| byte == b'\t');
    let status = fields.next()?.split(|&byte| byte == b' ').nth(4)?;
    let paths: Vec<&[u8]> = fields.collect();
    with_status(status, &paths)
}

/// An entry of a status and its paths: one, or old and new.
fn with_status(status: &[u8], paths: &[&[u8]]) -> Option<Entry> {
    let status = *status.first()?;
    match paths {
        [path] => Some(Entry {
            path: unquote(path),
            status,
            old: None,
        }),
        [old, path] => Some(Entry {
            path: unquote(path),
            status,
            old: Some(unquote(old)),
        }),
        _ => None,
    }
}

/// Whether a word is a status: a letter, and for renames the similarity in percent (`R100`).
fn is_status(text: &[u8]) -> bool {
    let Some((letter, number)) = text.split_first() else {
        return false;
    };
    b"ACDMRTUX".contains(letter) && number.len() <= 3 && number.iter().all(u8::is_ascii_digit)
}

/// Whether a word is a number of lines; `-` stands for binary files.
fn is_count(text: &[u8]) -> bool {
    text == b"-" || (!text.is_empty() && text.iter().all(u8::is_ascii_digit))
}

/// The path column of `--numstat`, where renames read `a/{b => c}/d` or `a => b`.
///
/// `src/{old => new}/a.rs` names both paths; with an empty side (`src/{ => new}/a.rs`) one
/// slash goes.
fn counted(path: &[u8]) -> Entry {
    let modified = |path| Entry {
        path,
        status: b'M',
        old: None,
    };
    if path.starts_with(b"\"") {
        return modified(unquote(path));
    }
    let Some(arrow) = memchr::memmem::find(path, b" => ") else {
        return modified(path.to_vec());
    };
    let (before, after) = (&path[..arrow], &path[arrow + 4..]);
    let open = memchr::memrchr(b'{', before);
    let close = memchr::memchr(b'}', after);
    let (head, old, new, tail) = match (open, close) {
        (Some(open), Some(close)) => (
            &before[..open],
            &before[open + 1..],
            &after[..close],
            &after[close + 1..],
        ),
        _ => (&b""[..], before, after, &b""[..]),
    };
    let join = |middle: &[u8]| {
        let tail = if middle.is_empty() {
            tail.strip_prefix(b"/").unwrap_or(tail)
        } else {
            tail
        };
        [head, middle, tail].concat()
    };
    Entry {
        path: join(new),
        status: b'R',
        old: Some(join(old)),
    }
}
