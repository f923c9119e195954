//! Source text to tokens, as far as languages with C-like words and literals agree.
//!
//! In: source text. Out: [`Token`]s, [`Symbols`].
//! Invariant: linear time; every bracket knows its match or its own index.
//! Never: fails; knows what a token means.

use super::brackets::{Bracket, Brackets};
use super::symbols::{Symbol, Symbols};

/// One token: 12 bytes, no text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<K> {
    /// What it is.
    pub(crate) kind: K,
    /// Byte offset of its first byte.
    pub(crate) start: u32,
    /// The symbol of a word, the index of the matching bracket, the end of a text; else 0.
    data: u32,
}

impl<K> Token<K> {
    /// A token without data that starts at the offset `start`.
    pub(crate) const fn new(kind: K, start: usize) -> Self {
        let (start, data) = (start as u32, 0);
        Self { kind, start, data }
    }

    /// The symbol of a token that is a word.
    pub(crate) const fn symbol(&self) -> Symbol {
        Symbol::new(self.data as usize)
    }

    /// The index of the matching bracket of a token that is a bracket; its own for a stray one.
    pub(crate) const fn partner(&self) -> usize {
        self.data as usize
    }

    /// The byte offset after a token that was pushed with it.
    pub(crate) const fn end(&self) -> u32 {
        self.data
    }
}

/// A place in a text and the tokens before it; `K` tells the tokens of a language apart.
pub(crate) struct Scanner<'t, K> {
    /// All of the text.
    text: &'t str,
    /// The same as bytes.
    bytes: &'t [u8],
    /// Offset of the next byte.
    pub(crate) at: usize,
    /// The tokens so far.
    pub(crate) tokens: Vec<Token<K>>,
    /// The words so far.
    pub(crate) symbols: Symbols<'t>,
    /// Brackets that wait for their partners.
    open: Brackets,
}

impl<'t, K> Scanner<'t, K> {
    /// At the start of `text`; the words of `known` are the first symbols.
    pub(crate) fn new(text: &'t str, known: &[&'t str]) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            tokens: Vec::with_capacity(text.len() / 4 + 16),
            symbols: Symbols::new(known),
            open: Brackets::default(),
        }
    }

    /// Whether all of the text was read.
    pub(crate) fn is_done(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// The byte that is `ahead` of the next one; 0 after the end.
    pub(crate) fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// What follows, from `ahead` of the next byte on.
    pub(crate) fn rest(&self, ahead: usize) -> &'t [u8] {
        self.bytes.get(self.at + ahead..).unwrap_or_default()
    }

    /// Adds a token that starts at the offset `start`.
    pub(crate) fn push(&mut self, kind: K, start: usize, data: usize) {
        self.tokens.push(Token {
            kind,
            start: start as u32,
            data: data as u32,
        });
    }

    /// Reads a word of letters, digits, `_`, all beyond ASCII, and `also`.
    pub(crate) fn word(&mut self, also: u8) -> Symbol {
        let is_part = |byte: u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | 0x80..) || byte == also
        };
        let (start, rest) = (self.at, self.rest(0));
        let end = rest.iter().position(|&byte| !is_part(byte));
        self.at += end.unwrap_or(rest.len());
        self.symbols.intern(&self.text[start..self.at])
    }

    /// Reads a number: digits, letters, `_`, a dot, a sign after an exponent.
    ///
    /// `0x1p-2` and `1e+5` are one number each: `p` takes a sign in hexadecimal numbers, `e` in
    /// others, where `0x1e+5` is a sum. A dot before another dot ends the number (`1..n`).
    pub(crate) fn number(&mut self) {
        let exponent: [u8; 2] = if matches!(self.peek(1), b'x' | b'X') {
            *b"pP"
        } else {
            *b"eE"
        };
        loop {
            let byte = self.peek(0);
            let dot = byte == b'.' && self.peek(1) != b'.';
            if exponent.contains(&byte) && matches!(self.peek(1), b'+' | b'-') {
                self.at += 2;
            } else if byte.is_ascii_alphanumeric() || byte == b'_' || dot {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// Reads a literal in one-byte quotes with escapes; it ends with its line at the latest.
    pub(crate) fn quoted(&mut self) {
        let quote = self.peek(0);
        self.at += 1;
        while !self.is_done() {
            match self.peek(0) {
                b'\\' => self.at += 2,
                b'\n' => break,
                byte => {
                    self.at += 1;
                    if byte == quote {
                        break;
                    }
                }
            }
        }
        self.at = self.at.min(self.bytes.len());
    }

    /// Goes to the end of the line.
    pub(crate) fn line_comment(&mut self) {
        let rest = self.rest(0);
        self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
    }

    /// Goes behind `*/` and tells what stands before it.
    pub(crate) fn block_comment(&mut self) -> &'t [u8] {
        let rest = self.rest(2);
        let length = memchr::memmem::find(rest, b"*/").map_or(rest.len(), |length| length + 2);
        self.at += 2 + length;
        &rest[..length]
    }

    /// Reads an operator of `length` bytes; 0 leaves an unknown byte out.
    ///
    /// A bracket is joined to its partner; a stray or wrong one stays alone.
    pub(crate) fn operator(&mut self, kind: K, length: usize) {
        let (start, byte) = (self.at, self.peek(0));
        self.at += length.max(1);
        if length == 0 {
            return;
        }
        let index = self.tokens.len();
        self.push(kind, start, index);
        let here = index as u32;
        let partner = match Bracket::of(byte) {
            Some((bracket, true)) => return self.open.open(bracket, here),
            Some((bracket, false)) => self.open.close(bracket),
            None => return,
        };
        for (at, other) in partner
            .into_iter()
            .flat_map(|open| [(open, here), (here, open)])
        {
            self.tokens[at as usize].data = other;
        }
    }
}
