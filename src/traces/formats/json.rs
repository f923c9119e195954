//! A pull parser over bytes: nothing is built but what the caller asks for.
//!
//! In: a slice of JSON text. Out: strings, integers and borders of values, on demand.
//! Invariant: never reads past the slice; a value that is cut off gives [`Stop::End`].
//! Never: recursion, allocation for strings without escapes.

use std::borrow::Cow;

use crate::traces::spans::scalar::Scalar;

/// Why a value could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The text ends inside the value.
    End,
    /// No JSON at the cursor's position.
    Syntax,
}

/// A position in JSON text.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    /// The text, up to the end of what is known.
    bytes: &'a [u8],
    /// Offset of the next byte.
    pos: usize,
}

impl<'a> Cursor<'a> {
    /// At the start of `bytes`.
    pub(in crate::traces) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, pos: 0 }
    }

    /// Bytes read so far.
    pub(in crate::traces) fn position(&self) -> usize {
        self.pos
    }

    /// All of the text up to here, from `start` on.
    ///
    /// Empty where `start` lies behind the position.
    pub(super) fn since(&self, start: usize) -> &'a [u8] {
        self.bytes.get(start..self.pos).unwrap_or_default()
    }

    /// The next byte, whatever it is, not taken.
    pub(in crate::traces) fn first(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    /// The next byte that is no white space, not taken.
    #[inline]
    pub(super) fn peek(&mut self) -> Result<u8, Stop> {
        while let Some(&byte) = self.bytes.get(self.pos) {
            if byte > b' ' {
                return Ok(byte);
            }
            // Rotation by copying and cutting leaves NULs in a file.
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | 0) {
                return Err(Stop::Syntax);
            }
            self.pos += 1;
        }
        Err(Stop::End)
    }

    /// Takes `byte`, white space before it included.
    #[inline]
    pub(super) fn eat(&mut self, byte: u8) -> Result<(), Stop> {
        if self.peek()? == byte {
            self.pos += 1;
            return Ok(());
        }
        Err(Stop::Syntax)
    }

    /// Goes back to an earlier position.
    pub(super) fn back_to(&mut self, position: usize) {
        self.pos = position;
    }

    /// Takes `text` if it stands right here.
    #[inline]
    pub(in crate::traces) fn literal(&mut self, text: &[u8]) -> bool {
        let found = self
            .bytes
            .get(self.pos..)
            .is_some_and(|rest| rest.starts_with(text));
        if found {
            self.pos += text.len();
        }
        found
    }

    /// Enters the next member of an object, up to its value; `None` at the end of the object.
    /// `first` starts as true, after the `{` was taken.
    #[inline]
    pub(super) fn next_key(&mut self, first: &mut bool) -> Result<Option<&'a [u8]>, Stop> {
        if !self.next_item(first, b'}')? {
            return Ok(None);
        }
        let key = self.raw_string()?.0;
        self.eat(b':')?;
        Ok(Some(key))
    }

    /// Whether another element follows before `close`, which is taken.
    ///
    /// The comma before an element is taken, too; `first` is as for `next_key`.
    #[inline]
    pub(super) fn next_item(&mut self, first: &mut bool, close: u8) -> Result<bool, Stop> {
        match self.peek()? {
            byte if byte == close => {
                self.pos += 1;
                return Ok(false);
            }
            b',' if !*first => self.pos += 1,
            _ if *first => {}
            _ => return Err(Stop::Syntax),
        }
        *first = false;
        Ok(true)
    }

    /// The string as written between its quotes, and whether it has escapes.
    #[inline]
    pub(super) fn raw_string(&mut self) -> Result<(&'a [u8], bool), Stop> {
        self.eat(b'"')?;
        self.rest_of_string()
    }

    /// The rest of a string whose opening quote was taken, as written, and whether it has escapes.
    ///
    /// A backslash hides the byte behind it, whatever escape that is.
    #[inline]
    pub(super) fn rest_of_string(&mut self) -> Result<(&'a [u8], bool), Stop> {
        let start = self.pos;
        let mut escaped = false;
        loop {
            self.pos = quote_or_escape(self.bytes, self.pos).ok_or(Stop::End)?;
            if self.bytes.get(self.pos) == Some(&b'"') {
                let text = self.bytes.get(start..self.pos).unwrap_or_default();
                self.pos += 1;
                return Ok((text, escaped));
            }
            escaped = true;
            self.pos += 2;
            if self.pos > self.bytes.len() {
                return Err(Stop::End);
            }
        }
    }

    /// The string with its escapes resolved.
    #[inline]
    pub(in crate::traces) fn text(&mut self) -> Result<Cow<'a, [u8]>, Stop> {
        let (text, escaped) = self.raw_string()?;
        Ok(resolved(text, escaped))
    }

    /// The value here, if it is a string, number or literal; objects and arrays are skipped.
    pub(super) fn scalar(&mut self) -> Result<Scalar<'a>, Stop> {
        match self.peek()? {
            b'"' => Ok(Scalar::Text(self.text()?)),
            b'{' | b'[' => self.skip().map(|()| Scalar::Other),
            _ => self.bare().map(Scalar::Bare),
        }
    }

    /// The number or literal here, as written.
    ///
    /// At the end of the text this is `Stop::End`: a number may go on in text that is not there
    /// yet.
    pub(in crate::traces) fn bare(&mut self) -> Result<&'a [u8], Stop> {
        let start = self.pos;
        while let Some(&byte) = self.bytes.get(self.pos) {
            if !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')) {
                break;
            }
            self.pos += 1;
        }
        if self.pos == self.bytes.len() {
            return Err(Stop::End);
        }
        let text = self.bytes.get(start..self.pos).unwrap_or_default();
        let known = text
            .first()
            .is_some_and(|first| first.is_ascii_digit() || *first == b'-')
            || matches!(text, b"true" | b"false" | b"null" | b"NaN" | b"Infinity");
        if known { Ok(text) } else { Err(Stop::Syntax) }
    }

    /// Skips the value here, however deep it is.
    ///
    /// Brackets are only counted, not matched: `[}` counts as balanced. The caller needs the end
    /// of a value, and no proof that it is one.
    pub(in crate::traces) fn skip(&mut self) -> Result<(), Stop> {
        match self.peek()? {
            b'"' => return self.raw_string().map(drop),
            b'{' | b'[' => {}
            _ => return self.bare().map(drop),
        }
        let mut depth = 0_usize;
        loop {
            match *self.bytes.get(self.pos).ok_or(Stop::End)? {
                b'"' => {
                    self.raw_string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.pos += 1;
            if depth == 0 {
                return Ok(());
            }
        }
    }
}

/// Position of the next quote or backslash from `start`.
///
/// Eight bytes are tested at once. `word ^ 0x2222…` is zero in the bytes that are quotes;
/// `zero` marks the lowest zero byte by the borrow of a subtraction. Marks above the lowest
/// one may be wrong, and are not looked at.
#[inline]
fn quote_or_escape(bytes: &[u8], start: usize) -> Option<usize> {
    const LOW: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let zero = |word: u64| word.wrapping_sub(LOW) & !word & HIGH;
    let mut pos = start;
    while let Some(chunk) = bytes.get(pos..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        let hit = zero(word ^ (LOW * 0x22)) | zero(word ^ (LOW * 0x5C));
        if hit != 0 {
            return Some(pos + hit.trailing_zeros() as usize / 8);
        }
        pos += 8;
    }
    let tail = bytes.get(pos..)?;
    tail.iter()
        .position(|byte| matches!(byte, b'"' | b'\\'))
        .map(|offset| pos + offset)
}

/// A string as it is meant, from how it is written.
pub(super) fn resolved(text: &[u8], escaped: bool) -> Cow<'_, [u8]> {
    if escaped {
        Cow::Owned(unescape(text))
    } else {
        Cow::Borrowed(text)
    }
}

/// Resolves escapes; what is no escape of JSON becomes U+FFFD.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut quoted = Vec::with_capacity(text.len() + 2);
    quoted.push(b'"');
    quoted.extend_from_slice(text);
    quoted.push(b'"');
    match serde_json::from_slice::<String>(&quoted) {
        Ok(clean) => clean.into_bytes(),
        Err(_) => String::from_utf8_lossy(text)
            .replace('\\', "\u{FFFD}")
            .into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_members_and_skips_the_rest() {
        let text = br#" {"a" : "x\"y", "b":[1,{"c":"]}"}], "d": 12 } "#;
        let mut cursor = Cursor::new(text);
        cursor.eat(b'{').expect("an object");
        let mut first = true;
        assert_eq!(cursor.next_key(&mut first), Ok(Some(&b"a"[..])));
        assert_eq!(cursor.text().expect("text").as_ref(), b"x\"y");
        assert_eq!(cursor.next_key(&mut first), Ok(Some(&b"b"[..])));
        cursor.skip().expect("skipped");
        assert_eq!(cursor.next_key(&mut first), Ok(Some(&b"d"[..])));
        assert_eq!(cursor.scalar().expect("scalar").uint(), Some(12));
        assert_eq!(cursor.next_key(&mut first), Ok(None));
    }

    #[test]
    fn every_cut_is_an_end_not_a_panic() {
        let text = br#"{"a":"x\u0041","b":[1,{"c":"]}"}],"d":12}"#;
        for cut in 0..text.len() {
            assert_eq!(
                Cursor::new(&text[..cut]).skip(),
                Err(Stop::End),
                "cut at {cut}"
            );
        }
        Cursor::new(text).skip().expect("whole");
    }
}
