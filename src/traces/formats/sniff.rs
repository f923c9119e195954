//! What the first bytes of an input tell.
//!
//! In: the head of a decompressed input. Out: [`Head`], for the formats to judge.
//! Invariant: only the structure counts, never a word inside a value.
//! Never: more than the head.

use super::json::{Cursor, Stop};

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
}

impl Head {
    /// Looks at `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let mut head = Self {
            bytes: bytes.to_vec(),
            ..Self::default()
        };
        let _ = head.look(&mut Cursor::new(text));
        head
    }

    fn look(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Stop> {
        while cursor.peek()? == b'[' {
            cursor.eat(b'[')?;
            self.array = true;
        }
        cursor.eat(b'{')?;
        let mut first = true;
        while let Some(key) = cursor.next_key(&mut first)? {
            self.keys.push(key.to_vec());
            if matches!(cursor.peek()?, b'{' | b'[') {
                self.holders.push(key.to_vec());
            }
            cursor.skip()?;
        }
        Ok(())
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

fn is_among(keys: &[Vec<u8>], names: &[&str]) -> bool {
    keys.iter()
        .any(|key| names.iter().any(|name| name.as_bytes() == key.as_slice()))
}
