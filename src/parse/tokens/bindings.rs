//! Which names are bound in the scopes around the current place.
//!
//! In: symbols. Out: whether a name is local.
//! Invariant: leaving a scope restores exactly what held before it.
//! Never: tells apart two locals of one name.

use super::symbols::{Symbol, Symbols};
use crate::model::IndexVec;

/// A stack of scopes with constant-time look-up.
pub(crate) struct Bindings {
    /// How often each symbol is bound in the open scopes; a count, because scopes may shadow.
    counts: IndexVec<Symbol, u32>,
    /// The bindings of all open scopes, in order; a scope is a tail of it.
    bound: Vec<Symbol>,
}

impl Bindings {
    /// None of `symbols` is bound.
    pub(crate) fn new(symbols: &Symbols<'_>) -> Self {
        Self {
            counts: symbols.each(0),
            bound: Vec::new(),
        }
    }

    /// Opens a scope; hand the result to [`Bindings::leave`].
    pub(crate) fn enter(&self) -> usize {
        self.bound.len()
    }

    /// Closes the scopes opened since `mark`.
    pub(crate) fn leave(&mut self, mark: usize) {
        for symbol in self.bound.drain(mark..) {
            let count = &mut self.counts[symbol];
            *count = count.saturating_sub(1);
        }
    }

    /// Binds `symbol` until the scope is left.
    pub(crate) fn bind(&mut self, symbol: Symbol) {
        self.counts[symbol] += 1;
        self.bound.push(symbol);
    }

    /// Takes back every binding of `symbol`.
    pub(crate) fn free(&mut self, symbol: Symbol) {
        self.counts[symbol] = 0;
    }

    /// Whether `symbol` is bound in any open scope.
    pub(crate) fn has(&self, symbol: Symbol) -> bool {
        self.counts[symbol] > 0
    }
}
