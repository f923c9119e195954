//! The files in which two trees differ.
//!
//! In: two tree ids. Out: [`Delta`] per file.
//! Invariant: equal subtrees are skipped by their id; work and memory per pair are capped.
//! Never: reads a file's content, recurses.

use std::rc::Rc;

use gix::ObjectId;

use super::objects::{Broken, Objects};

/// Most files that one commit may change; more is a mass import or an attack.
pub(super) const MOST_FILES: usize = 200_000;
/// Longest path, in bytes.
const LONGEST_PATH: usize = 16 << 10;

/// A file that differs: content ids before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Delta {
    /// The path, in bytes, from the top of the repository.
    pub path: Vec<u8>,
    /// `None` for an added file.
    pub old: Option<ObjectId>,
    /// `None` for a deleted file.
    pub new: Option<ObjectId>,
}

/// Compares `old` (none: an empty tree) with `new`; the order of the result is that of the walk.
///
/// A stack of folders takes the place of recursion. More than `MOST_FILES` files and folders
/// together make the commit too large.
pub(super) fn diff(
    objects: &mut Objects,
    old: Option<ObjectId>,
    new: ObjectId,
) -> Result<Vec<Delta>, Broken> {
    let mut found = Vec::new();
    if old == Some(new) {
        return Ok(found);
    }
    let mut open = vec![Folder {
        path: Vec::new(),
        old,
        new: Some(new),
    }];
    let mut visited = 0;
    while let Some(folder) = open.pop() {
        visited += 1;
        compare(objects, &folder, &mut open, &mut found)?;
        if found.len() + visited > MOST_FILES || folder.path.len() > LONGEST_PATH {
            return Err(Broken::TooLarge(MOST_FILES));
        }
    }
    Ok(found)
}

/// Two versions of one folder that differ.
struct Folder {
    /// Its path.
    path: Vec<u8>,
    /// The tree before; `None` where it was not there.
    old: Option<ObjectId>,
    /// The tree after; `None` where it is gone.
    new: Option<ObjectId>,
}

/// Compares the entries of one folder, both versions side by side in git's order.
///
/// Entries that stand on one side alone are added or deleted; folders among them are entered
/// as well.
fn compare(
    objects: &mut Objects,
    folder: &Folder,
    open: &mut Vec<Folder>,
    found: &mut Vec<Delta>,
) -> Result<(), Broken> {
    let (old, new) = (read(objects, folder.old)?, read(objects, folder.new)?);
    let width = objects.id_bytes();
    let (mut left, mut right) = (Entries::new(&old, width), Entries::new(&new, width));
    // Two versions of a folder mostly agree but for a line or two: what they begin with and what
    // they end with is skipped as bytes.
    let start = left.skip(common_start(&old, &new));
    right.rest = new.get(start..).unwrap_or_default();
    let tail = common_end(left.rest, right.rest);
    let (mut before, mut after) = (left.step(folder.old)?, right.step(folder.new)?);
    loop {
        let (one, other) = match (before, after) {
            (None, None) => return Ok(()),
            (Some(a), Some(b)) => match a.order(&b) {
                std::cmp::Ordering::Less => (before.take(), None),
                std::cmp::Ordering::Greater => (None, after.take()),
                std::cmp::Ordering::Equal => (before.take(), after.take()),
            },
            _ => (before.take(), after.take()),
        };
        if one.map(|entry| (entry.id, entry.mode)) != other.map(|entry| (entry.id, entry.mode)) {
            differ(folder, one, other, open, found);
        }
        let at_tail = left.rest.len() == right.rest.len() && left.rest.len() <= tail;
        if before.is_none() && after.is_none() && at_tail {
            return Ok(());
        }
        before = if one.is_some() {
            left.step(folder.old)?
        } else {
            before
        };
        after = if other.is_some() {
            right.step(folder.new)?
        } else {
            after
        };
    }
}

/// How many bytes two texts begin with in common.
fn common_start(a: &[u8], b: &[u8]) -> usize {
    let words = a.chunks_exact(16).zip(b.chunks_exact(16));
    let equal = words.take_while(|(a, b)| a == b).count() * 16;
    let rest = a.iter().zip(b).skip(equal);
    equal + rest.take_while(|(a, b)| a == b).count()
}

/// How many bytes two texts end with in common.
fn common_end(a: &[u8], b: &[u8]) -> usize {
    let words = a.rchunks_exact(16).zip(b.rchunks_exact(16));
    let equal = words.take_while(|(a, b)| a == b).count() * 16;
    let rest = a.iter().rev().zip(b.iter().rev()).skip(equal);
    equal + rest.take_while(|(a, b)| a == b).count()
}

/// The entries of a tree; none for a folder that is not there.
fn read(objects: &mut Objects, id: Option<ObjectId>) -> Result<Rc<[u8]>, Broken> {
    id.map_or_else(|| Ok(Rc::default()), |id| objects.tree(id))
}

/// Notes a differing entry: a folder is entered later, a file is found.
fn differ(
    folder: &Folder,
    old: Option<Entry>,
    new: Option<Entry>,
    open: &mut Vec<Folder>,
    found: &mut Vec<Delta>,
) {
    let Some(any) = old.or(new) else { return };
    let mut path = Vec::with_capacity(folder.path.len() + any.name.len() + 1);
    path.extend_from_slice(&folder.path);
    if !path.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(any.name);
    let (old, new) = (
        old.map(|entry| entry.object()),
        new.map(|entry| entry.object()),
    );
    if any.is_tree() {
        open.push(Folder { path, old, new });
    } else {
        found.push(Delta { path, old, new });
    }
}

/// One line of a tree object.
#[derive(Clone, Copy)]
struct Entry<'a> {
    /// Mode in octal digits: `100644`, `40000`.
    mode: &'a [u8],
    /// Name in the folder.
    name: &'a [u8],
    /// Id of its content.
    id: &'a [u8],
}

impl Entry<'_> {
    /// Whether it is a folder.
    fn is_tree(&self) -> bool {
        self.mode == b"40000" || self.mode == b"040000"
    }

    /// The id as an object id.
    fn object(&self) -> ObjectId {
        ObjectId::try_from(self.id).unwrap_or(ObjectId::null(gix::hash::Kind::Sha1))
    }

    /// Git's order: folders compare as if their names ended with `/`.
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        let common = self.name.len().min(other.name.len());
        let (head, tail) = self.name.split_at(common);
        let (other_head, other_tail) = other.name.split_at(common);
        head.cmp(other_head)
            .then_with(|| self.after(tail).cmp(&other.after(other_tail)))
    }

    /// What decides behind the common part of two names.
    fn after(&self, tail: &[u8]) -> (u8, usize, bool) {
        let next = tail.first().copied();
        let letter = next.unwrap_or(if self.is_tree() { b'/' } else { 0 });
        (letter, tail.len(), self.is_tree())
    }
}

/// Reads the entries of a tree.
struct Entries<'a> {
    /// What was not read yet.
    rest: &'a [u8],
    /// Bytes of an id.
    width: usize,
}

impl<'a> Entries<'a> {
    /// Reads from the first entry on.
    fn new(rest: &'a [u8], width: usize) -> Self {
        Self { rest, width }
    }

    /// The next entry; `None` at the end.
    fn step(&mut self, tree: Option<ObjectId>) -> Result<Option<Entry<'a>>, Broken> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let malformed = || Broken::Malformed(tree.unwrap_or(ObjectId::null(gix::hash::Kind::Sha1)));
        let entry = self.split().ok_or_else(malformed)?;
        Ok(Some(entry))
    }

    /// Skips whole entries that end within the first `bytes`; returns how many bytes they take.
    fn skip(&mut self, bytes: usize) -> usize {
        let whole = self.rest;
        let mut taken = 0;
        while taken < bytes {
            let here = self.rest;
            let end = self.split().map(|_| whole.len() - self.rest.len());
            if let Some(end) = end.filter(|&end| end <= bytes) {
                taken = end;
            } else {
                self.rest = here;
                break;
            }
        }
        taken
    }

    /// Takes one entry: `mode name`, a zero, the id. `None` where it is cut or damaged.
    fn split(&mut self) -> Option<Entry<'a>> {
        let space = self.rest.iter().take(8).position(|&byte| byte == b' ')?;
        let (mode, rest) = (self.rest.get(..space)?, self.rest.get(space + 1..)?);
        let end = memchr::memchr(0, rest)?;
        let (name, rest) = (rest.get(..end)?, rest.get(end + 1..)?);
        let (id, rest) = (rest.get(..self.width)?, rest.get(self.width..)?);
        self.rest = rest;
        Some(Entry { mode, name, id })
    }
}

/// The blob called `name` directly in the tree `tree`.
pub(super) fn child(
    objects: &mut Objects,
    tree: ObjectId,
    name: &[u8],
) -> Result<Option<ObjectId>, Broken> {
    let bytes = objects.tree(tree)?;
    let mut entries = Entries::new(&bytes, objects.id_bytes());
    while let Some(entry) = entries.step(Some(tree))? {
        if entry.name == name && entry.mode.starts_with(b"100") {
            return Ok(Some(entry.object()));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_ends_are_counted_to_the_byte() {
        let text = |middle: &str| format!("{}{middle}{}", "a".repeat(37), "z".repeat(53));
        let (old, new) = (text("old"), text("new one"));
        assert_eq!(common_start(old.as_bytes(), new.as_bytes()), 37);
        assert_eq!(common_end(old.as_bytes(), new.as_bytes()), 53);
        assert_eq!(common_start(b"same", b"same"), 4);
        assert_eq!(common_end(b"ame", b"same"), 3);
        assert_eq!(common_end(b"", b"x"), 0);
    }

    #[test]
    fn only_whole_entries_are_skipped() {
        let entry = |name: &str| [b"100644 ", name.as_bytes(), b"\0", &[7; 20]].concat();
        let tree = [entry("a"), entry("bb")].concat();
        let first = entry("a").len();
        for (bytes, taken) in [
            (0, 0),
            (first - 1, 0),
            (first, first),
            (first + 3, first),
            (tree.len(), tree.len()),
        ] {
            let mut entries = Entries::new(&tree, 20);
            assert_eq!(entries.skip(bytes), taken, "{bytes}");
            assert_eq!(entries.rest.len(), tree.len() - taken);
        }
    }
}
