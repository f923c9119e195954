//! The header and the first line of a commit object.
//!
//! In: the bytes of a commit object. Out: [`Header`].
//! Invariant: any bytes give a header or `None`; absurd dates become 0.
//! Never: verifies a signature, decodes a diff.

use gix::ObjectId;

use super::{noise, tickets};

/// The parts of a commit object that the history needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// The tree of the commit.
    pub tree: ObjectId,
    /// Its parents: none for the first commit, several for a merge.
    pub parents: Vec<ObjectId>,
    /// Committer date, seconds since 1970.
    pub committed: i64,
    /// What it says of itself.
    pub about: About,
}

/// The parts of a commit that do not steer the walk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct About {
    /// `Name <address>`.
    pub author: String,
    /// Author date, seconds since 1970.
    pub authored: i64,
    /// Ids of tickets in its first line.
    pub tickets: Vec<Box<str>>,
    /// Says of itself that it only lays out code.
    pub reformats: bool,
}

/// Reads a commit object; `None` if it has no tree.
///
/// Unknown lines (`gpgsig`, `encoding`) are skipped. The subject is the first line that is
/// not empty behind the header.
pub(super) fn parse(bytes: &[u8]) -> Option<Header> {
    let mut tree = None;
    let mut parents = Vec::new();
    let mut committed = 0;
    let mut about = About::default();
    let mut rest = bytes;
    while let Some((line, after)) = split_line(rest) {
        rest = after;
        match line.split(|&byte| byte == b' ').next().unwrap_or_default() {
            b"" if line.is_empty() => break,
            b"tree" => tree = tree.or_else(|| id(line, b"tree ")),
            b"parent" => parents.extend(id(line, b"parent ")),
            b"author" => {
                (about.author, about.authored) = signature(line.get(7..).unwrap_or_default());
            }
            b"committer" => committed = signature(line.get(10..).unwrap_or_default()).1,
            _ => {}
        }
    }
    let subject = rest
        .split(|&byte| byte == b'\n')
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let subject = String::from_utf8_lossy(subject);
    about.tickets = tickets::find(&subject);
    about.reformats = noise::reformats(&subject);
    Some(Header {
        tree: tree?,
        parents,
        committed,
        about,
    })
}

/// The first line without its end, and the rest; `None` at the end.
fn split_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    if bytes.is_empty() {
        return None;
    }
    let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
    Some((&bytes[..end], bytes.get(end + 1..).unwrap_or_default()))
}

/// The object id behind a key.
fn id(line: &[u8], key: &[u8]) -> Option<ObjectId> {
    ObjectId::from_hex(line.strip_prefix(key)?).ok()
}

/// `Name <address> 1700000000 +0100` as (`Name <address>`, 1700000000).
fn signature(text: &[u8]) -> (String, i64) {
    let end = text
        .iter()
        .rposition(|&byte| byte == b'>')
        .map_or(text.len(), |at| at + 1);
    let (who, when) = text.split_at(end);
    let when = String::from_utf8_lossy(when);
    let seconds = when
        .split_whitespace()
        .next()
        .and_then(|word| word.parse().ok());
    (
        String::from_utf8_lossy(who).trim().to_owned(),
        seconds.unwrap_or(0),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n";

    #[test]
    fn reads_the_parts_and_ignores_the_rest() {
        let text = format!(
            "{TREE}parent 1111111111111111111111111111111111111111\nauthor A B <a@b> 100 +0100\n\
             committer C <c@d> 200 -0300\ngpgsig x\n parent not-me\n\nPAY-7: fix (#12)\n\nauthor nobody\n"
        );
        let header = parse(text.as_bytes()).expect("a header");
        assert_eq!(header.parents.len(), 1);
        assert_eq!((header.committed, header.about.authored), (200, 100));
        assert_eq!(header.about.author, "A B <a@b>");
        assert_eq!(header.about.tickets, ["#12".into(), "PAY-7".into()]);
    }

    #[test]
    fn survives_absurd_dates_and_truncation() {
        let text = format!("{TREE}author X <x> 99999999999999999999999 +0000\ncommitter Y");
        let header = parse(text.as_bytes()).expect("a header");
        assert_eq!((header.about.authored, header.committed), (0, 0));
        assert_eq!(parse(b"author X <x> 1 +0000\n\nhello"), None);
        assert_eq!(parse(b""), None);
    }
}
