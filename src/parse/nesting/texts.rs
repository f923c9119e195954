//! Texts within code: literals of every kind, regular expressions, and the holes of templates.
//!
//! In: the scanner at a quote. Out: the scanner behind the text.
//! Invariant: never stands still; what is not closed ends with its line or the file.
//! Never: what a text says.

use memchr::{memchr, memchr2, memmem};

use super::scan::{Hole, Last, Scan, is_format_prefix};
use super::shape::Syntax;

impl Scan<'_> {
    /// A regular expression literal stands where an operand may begin.
    ///
    /// After an operand `/` divides: `a / b`. After an operator, at the start of a statement or
    /// after a word like `return` it opens a literal, which ends at a `/` outside of `[…]` on the
    /// same line. Without a closing `/` on the line nothing is skipped and the sign is an operator.
    /// Between tags of JSX `/` belongs to a closing tag.
    pub(super) fn regex(&mut self) -> bool {
        let possible = matches!(self.last, Last::Start | Last::Operator | Last::Prefix);
        if !matches!(self.syntax, Syntax::TypeScript | Syntax::Tsx)
            || !possible
            || self.elements() > 0
        {
            return false;
        }
        let mut class = false;
        let mut at = self.at + 1;
        while let Some(&byte) = self.text.get(at) {
            match byte {
                b'\\' => at += 1,
                b'\n' => return false,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => {
                    self.at = at + 1;
                    self.operand();
                    return true;
                }
                _ => {}
            }
            at += 1;
        }
        false
    }

    /// Skips the literal that `quote` opens in this language, or takes it for a plain sign.
    ///
    /// An apostrophe between tags of JSX (`<p>don't</p>`) is text, a backtick in Java, Rust and
    /// Python an error; both count as operators, so that nothing behind them is skipped.
    pub(super) fn quote(&mut self, quote: u8) {
        match (self.syntax, quote) {
            (Syntax::Tsx, _) if self.elements() > 0 => self.operator(),
            (Syntax::Rust, b'\'') => self.rust_tick(),
            (Syntax::Rust, b'"') => self.plain_string(quote, true),
            (Syntax::Rust | Syntax::Java, b'`') => self.operator(),
            (Syntax::Java, b'"') if self.is_triple(quote) => self.skip_past(b"\"\"\""),
            (Syntax::Go, b'`') => {
                self.at += 1;
                self.at =
                    memchr(b'`', self.rest()).map_or(self.text.len(), |found| self.at + found + 1);
                self.operand();
            }
            (Syntax::TypeScript | Syntax::Tsx, b'`') => {
                self.at += 1;
                self.string_with_holes(Hole {
                    quote,
                    triple: false,
                });
            }
            (Syntax::Python, b'"' | b'\'') if self.is_triple(quote) => self.skip_past(&[quote; 3]),
            (Syntax::Python, b'`') => self.operator(),
            _ => self.plain_string(quote, false),
        }
    }

    /// Whether three quotes stand here: `"""`.
    pub(super) fn is_triple(&self, quote: u8) -> bool {
        self.rest().starts_with(&[quote; 3])
    }

    /// Skips a literal of three quotes, minding escapes.
    pub(super) fn skip_past(&mut self, quotes: &[u8]) {
        self.at += 3;
        while let Some(found) = memchr2(b'\\', quotes.first().copied().unwrap_or(b'"'), self.rest())
        {
            self.at += found;
            if self.rest().starts_with(quotes) {
                self.at += 3;
                return self.operand();
            }
            self.at += if self.peek(0) == b'\\' { 2 } else { 1 };
        }
        self.at = self.text.len();
    }

    /// Skips a literal in one-byte quotes with escapes; unless `many_lines`, it ends with its line.
    pub(super) fn plain_string(&mut self, quote: u8, many_lines: bool) {
        self.at += 1;
        while let Some(&byte) = self.text.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'\n' if !many_lines => break,
                _ if byte == quote => break,
                _ => {}
            }
        }
        self.operand();
    }

    /// A lifetime or a character.
    ///
    /// `'a'`, `'\n'` and `'é'` are characters: an escape, or a quote behind one character. `'a` in
    /// `&'a T` is a lifetime, of which only the tick is skipped. The width comes from the first
    /// byte of UTF-8.
    pub(super) fn rust_tick(&mut self) {
        let width = self.rest().get(1).map_or(0, |byte| match byte {
            0..0xC0 => 1,
            0xC0..0xE0 => 2,
            0xE0..0xF0 => 3,
            0xF0.. => 4,
        });
        if self.peek(1) == b'\\' || self.peek(1 + width) == b'\'' {
            return self.plain_string(b'\'', true);
        }
        self.at += 1;
    }

    /// A string that a word introduces: raw strings of Rust, format strings of Python.
    pub(super) fn prefixed_string(&mut self, word: &[u8]) {
        match (self.syntax, self.peek(0)) {
            (Syntax::Rust, b'"' | b'#') if matches!(word, b"r" | b"br" | b"cr") => {
                self.raw_string();
            }
            (Syntax::Python, quote @ (b'"' | b'\'')) if is_format_prefix(word) => {
                let triple = self.is_triple(quote);
                self.at += if triple { 3 } else { 1 };
                self.string_with_holes(Hole { quote, triple });
            }
            _ => {}
        }
    }

    /// `#"…"#` after `r`: ends at a quote with as many `#`; `r#type` is an identifier and is left
    /// alone.
    pub(super) fn raw_string(&mut self) {
        let hashes = self.rest().iter().take_while(|byte| **byte == b'#').count();
        if self.peek(hashes) != b'"' {
            return;
        }
        let mut end = vec![b'"'];
        end.resize(hashes + 1, b'#');
        self.at += hashes + 1;
        self.at = memmem::find(self.rest(), &end)
            .map_or(self.text.len(), |found| self.at + found + end.len());
        self.operand();
    }

    /// Reads on in a string whose holes hold code.
    ///
    /// Python: `f"{a}"`, with `{{` for a plain brace. TypeScript: `${a}` in backticks. A hole opens
    /// a frame that remembers the string, so that `close` goes on behind the `}`; strings in holes
    /// of strings nest to any depth without recursion.
    pub(super) fn string_with_holes(&mut self, hole: Hole) {
        while let Some(&byte) = self.text.get(self.at) {
            let python = self.syntax == Syntax::Python;
            match byte {
                b'\\' => self.at += 1,
                b'{' if python && self.peek(1) == b'{' => self.at += 1,
                b'{' if python => return self.open(byte, Some(hole)),
                b'$' if !python && self.peek(1) == b'{' => {
                    self.at += 1;
                    return self.open(b'{', Some(hole));
                }
                b'\n' if python && !hole.triple => break,
                _ if byte == hole.quote && (!hole.triple || self.is_triple(byte)) => {
                    self.at += if hole.triple { 3 } else { 1 };
                    return self.operand();
                }
                _ => {}
            }
            self.at += 1;
        }
        self.operand();
    }
}
