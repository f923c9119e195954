//! Identifiers of one file as small numbers.
//!
//! In: slices of the source text. Out: [`Symbol`].
//! Invariant: equal text gives equal symbols; numbers count up from 0.
//! Never: copies text.

use crate::model::{IndexVec, id};

id!(
    /// An identifier of one file.
    pub(crate) Symbol
);

/// The identifiers of one file, each once: an open-addressing table that borrows the text.
pub(crate) struct Symbols<'t> {
    /// Slots by hash, probed one after the other; their number is a power of two, at most half are
    /// full.
    table: Vec<Option<Symbol>>,
    /// The hash and the text of each symbol.
    texts: IndexVec<Symbol, (u32, &'t str)>,
}

impl<'t> Symbols<'t> {
    /// A table whose first symbols are `known`, in order.
    pub(crate) fn new(known: &[&'t str]) -> Self {
        let mut symbols = Self {
            table: vec![None; 1024],
            texts: IndexVec::with_capacity(512),
        };
        for text in known {
            symbols.intern(text);
        }
        symbols
    }

    /// A list with `entry` for each symbol.
    pub(crate) fn each<T: Clone>(&self, entry: T) -> IndexVec<Symbol, T> {
        IndexVec::of_size(&self.texts, entry)
    }

    /// The text of `symbol`.
    pub(crate) fn text(&self, symbol: Symbol) -> &'t str {
        self.texts[symbol].1
    }

    /// The symbol of `text`.
    ///
    /// Compares the hash first, so that texts are compared almost only when they are equal.
    pub(crate) fn intern(&mut self, text: &'t str) -> Symbol {
        let hash = hash(text.as_bytes());
        let mask = self.table.len() - 1;
        let mut slot = hash as usize & mask;
        while let Some(found) = self.table[slot] {
            if self.texts[found] == (hash, text) {
                return found;
            }
            slot = (slot + 1) & mask;
        }
        self.insert(hash, slot, text)
    }

    /// Gives `text` the next number and puts it into the free `slot`.
    fn insert(&mut self, hash: u32, slot: usize, text: &'t str) -> Symbol {
        let symbol = self.texts.push((hash, text));
        self.table[slot] = Some(symbol);
        if self.texts.len() * 2 > self.table.len() {
            self.grow();
        }
        symbol
    }

    /// Makes the table four times as large and places all symbols again, by their stored hashes.
    fn grow(&mut self) {
        let size = self.table.len() * 4;
        let mut table = vec![None; size];
        for (symbol, (hash, _)) in self.texts.pairs() {
            let mut slot = *hash as usize & (size - 1);
            while table[slot].is_some() {
                slot = (slot + 1) & (size - 1);
            }
            table[slot] = Some(symbol);
        }
        self.table = table;
    }
}

/// Multiply–rotate over words of eight bytes; the table is per file, so quality matters little.
fn hash(bytes: &[u8]) -> u32 {
    const K: u64 = 0x517c_c1b7_2722_0a95;
    let mut state = bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let word = chunk.try_into().map_or(0, u64::from_le_bytes);
        state = (state.rotate_left(5) ^ word).wrapping_mul(K);
    }
    let tail = chunks
        .remainder()
        .iter()
        .fold(0, |word, &byte| word << 8 | u64::from(byte));
    state = (state.rotate_left(5) ^ tail).wrapping_mul(K);
    (state >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_text_gives_equal_symbols_beyond_the_first_table() {
        let texts: Vec<String> = (0..5_000).map(|number| format!("name{number}")).collect();
        let mut symbols = Symbols::new(&["if"]);
        let first: Vec<Symbol> = texts.iter().map(|text| symbols.intern(text)).collect();
        let again: Vec<Symbol> = texts.iter().map(|text| symbols.intern(text)).collect();
        assert_eq!(first, again);
        assert_eq!((first[0].index(), symbols.texts.len()), (1, 5_001));
        assert_eq!(symbols.text(first[4_999]), "name4999");
    }
}
