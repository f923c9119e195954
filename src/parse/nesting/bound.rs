//! How deeply a text can be nested at most, told by counting bytes.
//!
//! In: bytes, [`Syntax`]. Out: [`Shape`].
//! Invariant: never less than what the scanner finds; most files need no more.
//! Never: a look at what the bytes mean.

use super::again;
use super::shape::{MAX_CHAIN, MAX_DEPTH, Shape, Syntax};

/// Bytes whose counts fit into one byte, so that many are counted at once.
const CHUNK: usize = 255;

/// Each level and each link takes a byte of its own; what is still too long is counted.
///
/// A text of up to 4,000 bytes cannot be nested deeper than that, whatever it says. Longer ones are
/// bounded by their brackets and blocks (depth) and by their words and signs (chain). Most files
/// pass here, and only the others are scanned.
pub(super) fn of(text: &[u8], syntax: Syntax) -> Shape {
    let length = number(text.len());
    let depth = if length <= MAX_DEPTH {
        length
    } else {
        opens(text) + blocks(text, syntax)
    };
    let chain = if length <= MAX_CHAIN {
        length
    } else {
        links(text)
    };
    let tokens = u64::from(chain);
    let bits = match syntax {
        Syntax::TypeScript | Syntax::Tsx => again::most(text).min(40),
        _ => 0,
    };
    Shape {
        depth,
        code: depth,
        chain,
        tokens,
        readings: tokens.saturating_mul(1 << bits),
        line: 1,
    }
}

/// How many words and signs a text has at most.
pub(super) fn tokens(text: &[u8]) -> u32 {
    links(text)
}

/// How many signs begin forms that the parser of a language tries, and goes back from.
pub(super) fn tried(text: &[u8], syntax: Syntax) -> u32 {
    let count = |sign| number(memchr::memchr_iter(sign, text).count());
    match syntax {
        Syntax::TypeScript | Syntax::Tsx => count(b'?').max(count(b'<')),
        _ => 0,
    }
}

/// Every bracket taken for one that stays open.
fn opens(text: &[u8]) -> u32 {
    let of_chunk = |bytes: &[u8]| bytes.iter().map(|byte| is_open(*byte)).sum::<u8>();
    text.chunks(CHUNK).map(of_chunk).map(u32::from).sum()
}

/// Every word and sign taken for a link of one chain.
///
/// A byte begins one unless it is blank or goes on with a word: `a1 + b` has three. The sum of two
/// bits per byte has no branches, so that the compiler can vectorise it.
fn links(text: &[u8]) -> u32 {
    let behind = text.get(1..).unwrap_or_default();
    let of_chunk = |(bytes, before): (&[u8], &[u8])| {
        let pairs = bytes.iter().zip(before);
        let is_link = |(&byte, &before)| 1 - (is_blank(byte) | is_word(byte) & is_word(before));
        pairs.map(is_link).sum::<u8>()
    };
    let chunks = behind.chunks(CHUNK).zip(text.chunks(CHUNK));
    // The first byte may be one, too.
    1 + chunks.map(of_chunk).map(u32::from).sum::<u32>()
}

/// Blocks that are indented one below the other fill a triangle of the text.
///
/// Level `n` needs a line with at least `n` blanks, so `k` levels need about `k² / 2` bytes.
fn blocks(text: &[u8], syntax: Syntax) -> u32 {
    let most = match syntax {
        Syntax::Python => (2 * text.len()).isqrt(),
        _ => 0,
    };
    number(most)
}

/// Large enough for every comparison, small enough to add two of them.
fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX).min(u32::MAX / 2)
}

/// 1 for `(`, `[`, `{` and `<`, else 0.
fn is_open(byte: u8) -> u8 {
    // `[` and `{` differ in one bit.
    u8::from(byte == b'(') | u8::from(byte == b'<') | u8::from(byte | 0x20 == b'{')
}

/// 1 for letters, digits, `_`, `$` and bytes beyond ASCII, else 0.
fn is_word(byte: u8) -> u8 {
    let letter = u8::from((byte | 0x20).wrapping_sub(b'a') < 26);
    let digit = u8::from(byte.wrapping_sub(b'0') < 10);
    let other = u8::from(byte == b'_') | u8::from(byte == b'$');
    letter | digit | other | byte >> 7
}

/// 1 for blanks, tabs, form feeds and line breaks, else 0.
fn is_blank(byte: u8) -> u8 {
    let line = u8::from(byte == b'\n') | u8::from(byte == b'\r');
    line | u8::from(byte == b' ') | u8::from(byte == b'\t') | u8::from(byte == 0x0C)
}
