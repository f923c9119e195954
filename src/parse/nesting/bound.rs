//! How deeply a text can be nested at most, told by counting bytes.
//!
//! In: bytes, [`Syntax`]. Out: [`Shape`].
//! Invariant: never less than what the scanner finds; most files need no more.
//! Never: a look at what the bytes mean.

use super::{Shape, Syntax};

/// Bytes whose counts fit into one byte, so that many are counted at once.
const CHUNK: usize = 255;

/// Every bracket taken for one that stays open, every word and sign for a link of one chain.
pub(super) fn of(text: &[u8], syntax: Syntax) -> Shape {
    // The first byte may be either.
    let (mut opens, mut links) = (1, 1);
    let behind = text.get(1..).unwrap_or_default();
    for (bytes, before) in behind.chunks(CHUNK).zip(text.chunks(CHUNK)) {
        let pairs = bytes.iter().zip(before);
        let (mut open, mut link) = (0_u8, 0_u8);
        for (&byte, &before) in pairs {
            open += is_open(byte);
            link += 1 - (is_blank(byte) | is_word(byte) & is_word(before));
        }
        opens += u32::from(open);
        links += u32::from(link);
    }
    Shape {
        depth: opens + blocks(text, syntax),
        chain: links,
        line: 1,
    }
}

/// Blocks that are indented one below the other fill a triangle of the text.
fn blocks(text: &[u8], syntax: Syntax) -> u32 {
    let most = match syntax {
        Syntax::Python => (2 * text.len()).isqrt(),
        _ => 0,
    };
    u32::try_from(most).unwrap_or(u32::MAX / 2)
}

fn is_open(byte: u8) -> u8 {
    let round = u8::from(byte == b'(') | u8::from(byte == b'<');
    round | u8::from(byte == b'[') | u8::from(byte == b'{')
}

fn is_word(byte: u8) -> u8 {
    let letter = u8::from((byte | 0x20).wrapping_sub(b'a') < 26);
    let digit = u8::from(byte.wrapping_sub(b'0') < 10);
    let other = u8::from(byte == b'_') | u8::from(byte == b'$');
    letter | digit | other | byte >> 7
}

fn is_blank(byte: u8) -> u8 {
    let line = u8::from(byte == b'\n') | u8::from(byte == b'\r');
    line | u8::from(byte == b' ') | u8::from(byte == b'\t') | u8::from(byte == 0x0C)
}
