//! Opens regular files, and no others, and makes text of them.
//!
//! In: a path, a limit. Out: bytes, text.
//! Invariant: opening never waits and never follows a link.
//! Never: more than the limit, a lossless claim about bytes that are no text.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use crate::model::Notification;

/// The bytes of a regular file of at most `limit` bytes. The check comes after opening and asks the
/// open file, so that nothing can be put in its place in between.
pub(super) fn read_regular(path: &Path, limit: u64) -> Result<Vec<u8>, Notification> {
    let unreadable =
        |error: io::Error| Notification::warning("unreadable", format!("not read: {error}"));
    let closed = |error: io::Error| match path.symlink_metadata() {
        Ok(meta) if !meta.is_file() => special(),
        _ => unreadable(error),
    };
    let file = open_regular(path).map_err(closed)?;
    let meta = file.metadata().map_err(unreadable)?;
    if !meta.is_file() {
        return Err(special());
    }
    if meta.len() > limit {
        return Err(too_large(limit));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0));
    // What is written to it meanwhile does not count.
    let mut known = file.take(meta.len());
    known.read_to_end(&mut bytes).map_err(unreadable)?;
    Ok(bytes)
}

/// That something is no regular file: a folder, a pipe, a device.
pub(super) fn special() -> Notification {
    Notification::note("not-a-file", "not read: no regular file")
}

/// That a file is larger than what is read.
pub(super) fn too_large(limit: u64) -> Notification {
    let message = format!("not read: larger than {limit} bytes (--max-file-bytes)");
    Notification::warning("too-large", message)
}

/// Opens a file for reading, without waiting and without following a link.
#[cfg(unix)]
pub(super) fn open_regular(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    /// `O_NONBLOCK | O_NOFOLLOW`: a FIFO or a link in place of a file cannot hang or lead away.
    #[cfg(target_os = "linux")]
    const FLAGS: i32 = 0o4000 | 0o400_000;
    #[cfg(not(target_os = "linux"))]
    const FLAGS: i32 = 0x0004 | 0x0100;
    OpenOptions::new().read(true).custom_flags(FLAGS).open(path)
}

#[cfg(not(unix))]
pub(super) fn open_regular(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

/// As far as NUL bytes are looked for: git asks the same of a file's beginning, and a later one may be part of a text.
pub(super) const HEAD: usize = 8_000;

/// Text of bytes by their byte order mark, else as UTF-8. NUL bytes near the beginning mean a
/// binary file; invalid bytes become replacement characters.
pub(super) fn decode(bytes: Vec<u8>) -> Result<String, Notification> {
    match bytes.as_slice() {
        [0xEF, 0xBB, 0xBF, rest @ ..] => return Ok(lossy(rest.to_vec())),
        [0xFF, 0xFE, rest @ ..] => return Ok(utf16(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => return Ok(utf16(rest, u16::from_be_bytes)),
        _ => {}
    }
    if memchr::memchr(0, bytes.get(..HEAD).unwrap_or(&bytes)).is_some() {
        return Err(Notification::warning(
            "binary",
            "not read: it is a binary file (NUL bytes)",
        ));
    }
    Ok(lossy(bytes))
}

/// The text with invalid UTF-8 replaced. Valid bytes, the usual case, are not copied.
fn lossy(bytes: Vec<u8>) -> String {
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    with_line_feeds(text)
}

/// Lines that end in a lone carriage return, as on old Macs, end in a line feed.
///
/// Only a text without any line feed is meant so: elsewhere the byte is part of a line.
fn with_line_feeds(text: String) -> String {
    let old = memchr::memchr(b'\n', text.as_bytes()).is_none() && text.contains('\r');
    if old { text.replace('\r', "\n") } else { text }
}

/// Text of UTF-16; unpaired surrogates are replaced and an odd last byte is dropped.
fn utf16(bytes: &[u8], read: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
    let text = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER));
    with_line_feeds(text.collect())
}
