//! Identifiers of one file as small numbers.
//!
//! In: slices of the source text. Out: [`Symbol`].
//! Invariant: equal text gives equal symbols; numbers count up from 0.
//! Never: copies text.

/// An identifier of one file.
pub(in crate::parse) type Symbol = u32;

/// The identifiers of one file, each once: an open-addressing table that borrows the text.
pub(in crate::parse) struct Symbols<'t> {
    table: Vec<Symbol>,
    texts: Vec<(u32, &'t str)>,
}

const EMPTY: Symbol = Symbol::MAX;

impl<'t> Symbols<'t> {
    /// A table whose first symbols are `known`, in order.
    pub(in crate::parse) fn new(known: &[&'t str]) -> Self {
        let mut symbols = Self {
            table: vec![EMPTY; 1024],
            texts: Vec::with_capacity(512),
        };
        for text in known {
            symbols.intern(text);
        }
        symbols
    }

    /// How many symbols there are.
    pub(in crate::parse) fn len(&self) -> usize {
        self.texts.len()
    }

    /// The text of `symbol`.
    pub(in crate::parse) fn text(&self, symbol: Symbol) -> &'t str {
        self.texts.get(symbol as usize).map_or("", |(_, text)| text)
    }

    /// The symbol of `text`.
    pub(in crate::parse) fn intern(&mut self, text: &'t str) -> Symbol {
        let hash = hash(text.as_bytes());
        let mask = self.table.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            match self.table.get(slot) {
                Some(&found) if found != EMPTY => match self.texts.get(found as usize) {
                    Some(&(known, other)) if known == hash && other == text => return found,
                    _ => slot = (slot + 1) & mask,
                },
                _ => break,
            }
        }
        self.insert(hash, slot, text)
    }

    fn insert(&mut self, hash: u32, slot: usize, text: &'t str) -> Symbol {
        let symbol = u32::try_from(self.texts.len()).unwrap_or(EMPTY);
        self.texts.push((hash, text));
        if let Some(place) = self.table.get_mut(slot) {
            *place = symbol;
        }
        if self.texts.len() * 2 > self.table.len() {
            self.grow();
        }
        symbol
    }

    fn grow(&mut self) {
        let size = self.table.len() * 4;
        let mut table = vec![EMPTY; size];
        for (symbol, (hash, _)) in (0..).zip(&self.texts) {
            let mut slot = *hash as usize & (size - 1);
            while table.get(slot).is_some_and(|&taken| taken != EMPTY) {
                slot = (slot + 1) & (size - 1);
            }
            if let Some(place) = table.get_mut(slot) {
                *place = symbol;
            }
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
    u32::try_from(state >> 32).unwrap_or(0)
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
        assert_eq!((first[0], symbols.len()), (1, 5_001));
        assert_eq!(symbols.text(first[4_999]), "name4999");
    }
}
