//! A place in the tokens of a file, for the parsers of Go and Java.
//!
//! In: tokens, an `END` last. Out: [`Cursor`], which a parser moves, and what it noted on its way.
//! Invariant: a step never leaves the tokens; nesting is bounded by [`TokenKind::MAX_DEPTH`].
//! Never: knows a grammar; that is in the `impl` blocks of a language for its own `S`.

use super::lexemes::{Class, Lexemes};
use super::problems::Parsed;
use super::scanner::{Scanner, Token};
use super::symbols::{Symbol, Symbols};
use crate::model::{FunctionRange, Position, id};
use crate::source::lines::Lines;

id!(
    /// Position of a use among the uses of its file.
    pub(crate) UseId
);

/// The kinds of tokens of a language.
pub(crate) trait TokenKind: Copy + Eq {
    /// Nesting beyond this is skipped; code written by people stays below 100.
    const MAX_DEPTH: u32;
    /// Behind the last token.
    const END: Self;
    /// A word that can name something.
    const NAME: Self;

    /// Whether it is `(`, `[` or `{`.
    fn opens(self) -> bool;
}

/// The kinds of tokens of a language: `Kind`, and `WORDS`, which come first among the symbols of a file.
///
/// A kind with one word is named beside it; `shared` gives words to kinds that `others` name.
macro_rules! token_kinds {
    (
        deepest $depth:literal;
        words { $($word:literal $kind:ident,)* }
        shared { $($also:literal $of:ident,)* }
        others { $($(#[$doc:meta])* $other:ident,)* }
    ) => {
        /// What a token is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Kind { $($kind,)* $($(#[$doc])* $other,)* }

        /// Words with a meaning, in the order of their symbols.
        pub(super) const WORDS: &[(&str, Kind)] =
            &[$(($word, Kind::$kind),)* $(($also, Kind::$of),)*];

        impl $crate::parse::tokens::cursor::TokenKind for Kind {
            const MAX_DEPTH: u32 = $depth;
            const END: Self = Self::End;
            const NAME: Self = Self::Ident;

            fn opens(self) -> bool {
                matches!(self, Self::OpenParen | Self::OpenBracket | Self::OpenBrace)
            }
        }
    };
}
pub(crate) use token_kinds;

/// A name in the text.
#[derive(Clone, Copy)]
pub(crate) struct Word {
    /// Which name.
    pub(crate) symbol: Symbol,
    /// Where it starts.
    pub(crate) offset: u32,
}

/// A use of a name, by the offset where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Spot {
    /// The use.
    pub(crate) of: UseId,
    /// Where it stands.
    pub(crate) offset: u32,
    /// Whether what is named is a supertype.
    pub(crate) inherits: bool,
}

/// A use of a name, by line and column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The use.
    pub(crate) of: UseId,
    /// Whether what is named is a supertype.
    pub(crate) inherits: bool,
    /// Where it stands.
    pub(crate) at: Position,
}

impl Spot {
    /// The place of the spot.
    pub(crate) fn place(self, lines: &Lines<'_>) -> Place {
        Place {
            of: self.of,
            inherits: self.inherits,
            at: lines.position(self.offset as usize),
        }
    }
}

/// A function: the type around it, its name, the offsets of its first and last token.
type Function = (Option<Symbol>, Symbol, u32, u32);

/// A place in the tokens of a file; `S` is what the parser of a language keeps beside it.
pub(crate) struct Cursor<'t, K, S> {
    text: &'t str,
    tokens: Vec<Token<K>>,
    /// Index of the next token.
    pub(crate) at: usize,
    /// The words of the text.
    pub(crate) symbols: Symbols<'t>,
    /// What the parser of the language keeps.
    pub(crate) state: S,
    /// Uses in the order in which they were read.
    pub(crate) spots: Vec<Spot>,
    /// Cyclomatic number of what was read.
    pub(crate) complexity: u32,
    /// Functions that were noted, in the order in which they end.
    functions: Vec<Function>,
    /// Indices of braces, and what they open around; the others stand around statements.
    braces: Vec<(usize, Class)>,
    /// How many calls of `deeper` are under way.
    depth: u32,
    /// Offset of the first syntax error.
    error: Option<u32>,
    /// Offset of the first part that was skipped for its depth.
    too_deep: Option<u32>,
}

impl<'t, K: TokenKind, S> Cursor<'t, K, S> {
    /// Before the first token that `scanner` found in `text`.
    pub(crate) fn new(text: &'t str, scanner: Scanner<'t, K>, state: S) -> Self {
        Self {
            text,
            tokens: scanner.tokens,
            at: 0,
            symbols: scanner.symbols,
            state,
            spots: Vec::new(),
            complexity: 0,
            functions: Vec::new(),
            braces: Vec::new(),
            depth: 0,
            error: None,
            too_deep: None,
        }
    }

    /// The next token.
    pub(crate) fn token(&self) -> Token<K> {
        let end = Token::new(K::END, self.text.len());
        self.tokens.get(self.at).copied().unwrap_or(end)
    }

    /// The offset of the next token.
    pub(crate) fn offset(&self) -> u32 {
        self.token().start
    }

    /// The kind of the next token.
    pub(crate) fn kind(&self) -> K {
        self.kind_of(self.at)
    }

    /// The kind of the token that is `ahead` of the next one.
    pub(crate) fn kind_at(&self, ahead: usize) -> K {
        self.kind_of(self.at + ahead)
    }

    /// The kind of the token at the absolute `index`.
    pub(crate) fn kind_of(&self, index: usize) -> K {
        self.tokens.get(index).map_or(K::END, |token| token.kind)
    }

    /// The offset of the token at the absolute `index`.
    pub(crate) fn offset_of(&self, index: usize) -> Option<u32> {
        self.tokens.get(index).map(|token| token.start)
    }

    /// The name at the absolute `index`.
    pub(crate) fn name_of(&self, index: usize) -> Option<Symbol> {
        let is_name = self.kind_of(index) == K::NAME;
        is_name.then(|| self.tokens[index].symbol())
    }

    /// Whether the next token is of that kind.
    pub(crate) fn is(&self, kind: K) -> bool {
        self.kind() == kind
    }

    /// Whether the next token is that name.
    pub(crate) fn is_word(&self, symbol: Symbol) -> bool {
        self.name_of(self.at) == Some(symbol)
    }

    /// Takes a token.
    pub(crate) fn bump(&mut self) -> Token<K> {
        let token = self.token();
        self.at = self.tokens.len().min(self.at + 1);
        token
    }

    /// Takes a token of that kind, if it is the next one.
    pub(crate) fn eat(&mut self, kind: K) -> bool {
        let found = self.is(kind);
        if found {
            self.bump();
        }
        found
    }

    /// Takes a name, if it is the next token.
    pub(crate) fn word(&mut self) -> Option<Word> {
        let (symbol, offset) = (self.name_of(self.at)?, self.offset());
        self.bump();
        Some(Word { symbol, offset })
    }

    /// Takes a token of that kind, or notes a syntax error here.
    pub(crate) fn expect(&mut self, kind: K) {
        if !self.eat(kind) {
            self.fail();
        }
    }

    /// Takes a name, or notes a syntax error here.
    pub(crate) fn expect_word(&mut self) -> Option<Word> {
        let word = self.word();
        if word.is_none() {
            self.fail();
        }
        word
    }

    /// Notes a syntax error here; the first one counts.
    pub(crate) fn fail(&mut self) {
        let here = self.offset();
        self.error.get_or_insert(here);
    }

    /// All of the text.
    pub(crate) const fn text(&self) -> &'t str {
        self.text
    }

    /// The text between two offsets.
    pub(crate) fn slice(&self, start: u32, end: u32) -> &'t str {
        self.text.get(start as usize..end as usize).unwrap_or("")
    }

    /// The index after the bracket that matches the one at `at`, or after `at` itself.
    ///
    /// At the `(` of `f(a, b).c` that is the index of the `.`. Where `at` is no bracket, or one
    /// that is never closed, it is the index of the next token, so that a loop over it always
    /// advances.
    pub(crate) fn after_match(&self, at: usize) -> usize {
        let partner = if self.kind_of(at).opens() {
            self.tokens[at].partner()
        } else {
            at
        };
        partner.max(at) + 1
    }

    /// Runs `parse` one level deeper; too deep, it skips a token or a whole bracket instead.
    pub(crate) fn deeper<T: Default>(&mut self, parse: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= K::MAX_DEPTH {
            let here = self.offset();
            self.too_deep.get_or_insert(here);
            self.skip_one();
            return T::default();
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// Skips a token, or a bracket with all that it encloses.
    pub(crate) fn skip_one(&mut self) {
        let after = self.after_match(self.at);
        self.at = self.tokens.len().min(after);
    }

    /// Notes a function of the type `of` that starts at the offset `start` and ends here.
    pub(crate) fn note_function(&mut self, of: Option<Symbol>, name: Symbol, start: u32) {
        let end = self.at.checked_sub(1).and_then(|last| self.offset_of(last));
        self.functions.push((of, name, start, end.unwrap_or(start)));
    }

    /// Notes what the brace here, the next token, opens around.
    pub(crate) fn note_brace(&mut self, class: Class) {
        self.braces.push((self.at, class));
    }

    /// What the text consists of; `operator` tells the length of one by its first three bytes.
    ///
    /// A token says by its first byte what it is; a semicolon that a line break stands for starts at
    /// the break, or at a comment that holds it. A literal of one character is neither word nor text.
    pub(crate) fn lexemes(&self, operator: fn(u8, u8, u8) -> (K, usize)) -> Lexemes {
        let mut found = Lexemes::of(self.text.len());
        let bytes = self.text.as_bytes();
        let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
        // What was not understood may hold any.
        let other = if self.error.is_some() {
            Class::Marks
        } else {
            Class::Block
        };
        let is_part =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..);
        for (index, token) in self.tokens.iter().enumerate() {
            let start = token.start as usize;
            let (class, end) = match (byte(start), byte(start + 1)) {
                (b'0'..=b'9', _) | (b'.', b'0'..=b'9') => (Class::Word, token.end() as usize),
                (b'"' | b'`', _) => (Class::Text, token.end() as usize),
                (b'\'', _) => continue,
                (b'\n' | b'\r', _) | (b'/', b'*') => (Class::End, start),
                (b'{', _) => {
                    let found = self
                        .braces
                        .binary_search_by_key(&index, |(brace, _)| *brace);
                    let noted = found.ok().and_then(|found| self.braces.get(found));
                    (noted.map_or(other, |(_, class)| *class), start + 1)
                }
                (first, second) if !is_part(&first) => {
                    let (_, length) = operator(first, second, byte(start + 2));
                    (Class::Marks, start + length)
                }
                _ => {
                    let rest = bytes.get(start..).unwrap_or_default();
                    let length = rest.iter().take_while(|byte| is_part(byte)).count();
                    (Class::Word, start + length)
                }
            };
            found.push(class, start..end);
        }
        found
    }

    /// The places of all uses, in source order.
    pub(crate) fn references(&mut self, lines: &Lines<'_>) -> Vec<Place> {
        self.spots.sort_by_key(|spot| spot.offset);
        self.spots.iter().map(|spot| spot.place(lines)).collect()
    }

    /// The functions by name and line.
    pub(crate) fn functions(&self, lines: &Lines<'_>) -> Vec<FunctionRange> {
        let range = |&(of, name, start, end): &Function| {
            let name = self.symbols.text(name);
            let of = of.map(|of| self.symbols.text(of));
            FunctionRange {
                name: of.map_or_else(|| name.into(), |of| format!("{of}::{name}").into()),
                first: lines.line(start as usize),
                last: lines.line(end as usize),
            }
        };
        self.functions.iter().map(range).collect()
    }

    /// `extract`, with the lines that were not understood.
    pub(crate) fn parsed<E>(&self, extract: E, lines: &Lines<'_>) -> Parsed<E> {
        let line = |offset: Option<u32>| offset.map(|offset| lines.line(offset as usize));
        Parsed {
            extract,
            error: line(self.error),
            too_deep: line(self.too_deep),
        }
    }
}
