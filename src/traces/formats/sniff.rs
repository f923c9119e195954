//! What the first bytes of an input tell.
//!
//! In: the head of a decompressed input. Out: [`Head`], for the formats to judge.
//! Invariant: only the structure counts, never a word inside a value.
//! Never: more than the head.

use super::json::{Cursor, Stop};

/// Most records that are looked at.
const SAMPLE: usize = 512;

/// Deepest level of members that is named.
const DEEPEST: usize = 8;

/// Most members that are named.
const NAMED: usize = 2048;

/// Most records without an end that are looked at; each is looked for to the end of the sample.
const CUT: usize = 8;

/// The head of an input.
#[derive(Debug, Default)]
pub struct Head {
    /// The first bytes.
    pub bytes: Vec<u8>,
    /// The input starts with an array.
    pub array: bool,
    /// Keys of the first object, as far as the head goes.
    pub keys: Vec<Vec<u8>>,
    /// Those of them that hold an object or array.
    pub holders: Vec<Vec<u8>>,
    /// Keys below keys, joined by dots (`data.spans.segmentId`); of an array, those of its first element.
    paths: Vec<Vec<u8>>,
}

impl Head {
    /// Looks at `bytes`.
    ///
    /// A byte order mark is skipped; what cannot be read leaves the head empty from there on.
    pub fn of(bytes: &[u8]) -> Self {
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mut head = Self {
            bytes: bytes.to_vec(),
            ..Self::default()
        };
        let _ = head.look(&mut Cursor::new(text));
        head
    }

    /// The heads that the records of a sample have, the first one first: what a file starts with need not be
    /// what it holds (a record of another signal, a line of text, the end of a cut line).
    ///
    /// A record that is damaged is skipped with its line. Records that are cut are costly, as
    /// each is searched to the end of the sample; hence `CUT`.
    pub fn sample(bytes: &[u8]) -> Vec<Self> {
        let mut heads = vec![Self::of(bytes)];
        let (mut at, mut array, mut cut) = (0, false, 0);
        while heads.len() < SAMPLE && cut < CUT {
            let rest = bytes.get(at..).unwrap_or_default();
            let mut cursor = Cursor::new(rest);
            let next = match cursor.peek() {
                Ok(b'[') => {
                    array = true;
                    cursor.eat(b'[')
                }
                Ok(byte @ (b']' | b',')) => cursor.eat(byte),
                Ok(b'{') => {
                    let mut head = Self {
                        array,
                        ..Self::default()
                    };
                    let next = head.members(&mut cursor);
                    heads.push(head);
                    next
                }
                Ok(_) => Err(Stop::Syntax),
                Err(stop) => Err(stop),
            };
            cut += usize::from(next == Err(Stop::End));
            at += match next {
                Ok(()) => cursor.position(),
                // What is no record ends with its line; a record cut by the end of the sample has none.
                Err(_) => match memchr::memchr(b'\n', rest) {
                    Some(end) => end + 1,
                    None => break,
                },
            };
        }
        heads
    }

    /// Enters arrays around the first object, then names its members.
    fn look(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Stop> {
        while cursor.peek()? == b'[' {
            cursor.eat(b'[')?;
            self.array = true;
        }
        self.members(cursor)
    }

    /// Names the members of the object here and of those in it.
    ///
    /// Of an array only the first element is looked into. A flat loop with a stack of open
    /// brackets: `byte + 2` is the bracket that closes `byte` in ASCII.
    fn members(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Stop> {
        cursor.eat(b'{')?;
        let mut path = Vec::new();
        let mut open = vec![(b'}', 0, true)];
        while let Some((close, length, first)) = open.last_mut() {
            let begins = *first;
            path.truncate(*length);
            if *close == b'}' {
                let Some(key) = cursor.next_key(first)? else {
                    open.pop();
                    continue;
                };
                let top = open.len() == 1;
                self.name(&mut path, key, top.then(|| cursor.peek()).transpose()?);
            } else if !cursor.next_item(first, b']')? {
                open.pop();
                continue;
            } else if !begins {
                cursor.skip()?;
                continue;
            }
            match cursor.peek()? {
                byte @ (b'{' | b'[') if open.len() < DEEPEST => {
                    cursor.eat(byte)?;
                    open.push((byte + 2, path.len(), true));
                }
                _ => cursor.skip()?,
            }
        }
        Ok(())
    }

    /// Notes the member `key` below `path`; `top` is the first byte of its value if it is one of the record itself.
    fn name(&mut self, path: &mut Vec<u8>, key: &[u8], top: Option<u8>) {
        if top.is_some() {
            self.keys.push(key.to_vec());
        } else {
            path.push(b'.');
        }
        if matches!(top, Some(b'{' | b'[')) {
            self.holders.push(key.to_vec());
        }
        path.extend_from_slice(key);
        if self.paths.len() < NAMED {
            self.paths.push(path.clone());
        }
    }

    /// Whether the first object has a member that ends in one of `names`, at any level (`spans.segmentId`).
    pub fn reaches(&self, names: &[&str]) -> bool {
        let ends = |path: &[u8], name: &str| {
            path.strip_suffix(name.as_bytes())
                .is_some_and(|rest| rest.is_empty() || rest.ends_with(b"."))
        };
        self.paths
            .iter()
            .any(|path| names.iter().any(|name| ends(path, name)))
    }

    /// Whether the first object has one of `names` as a key.
    pub fn has(&self, names: &[&str]) -> bool {
        is_among(&self.keys, names)
    }

    /// Whether the first object has an object or array as one of `names`.
    pub fn holds(&self, names: &[&str]) -> bool {
        is_among(&self.holders, names)
    }
}

/// Whether one of the keys is one of the names.
fn is_among(keys: &[Vec<u8>], names: &[&str]) -> bool {
    keys.iter()
        .any(|key| names.iter().any(|name| name.as_bytes() == key.as_slice()))
}
