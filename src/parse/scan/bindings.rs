//! Which names are bound in the scopes around the current place.
//!
//! In: symbols. Out: whether a name is local.
//! Invariant: leaving a scope restores exactly what held before it.
//! Never: tells apart two locals of one name.

use super::Symbol;

/// A stack of scopes with constant-time look-up.
#[derive(Default)]
pub(in crate::parse) struct Bindings {
    counts: Vec<u32>,
    bound: Vec<Symbol>,
}

impl Bindings {
    /// Opens a scope; hand the result to [`Bindings::leave`].
    pub(in crate::parse) fn enter(&self) -> usize {
        self.bound.len()
    }

    /// Closes the scopes opened since `mark`.
    pub(in crate::parse) fn leave(&mut self, mark: usize) {
        while self.bound.len() > mark {
            let Some(symbol) = self.bound.pop() else {
                break;
            };
            if let Some(count) = self.counts.get_mut(symbol as usize) {
                *count = count.saturating_sub(1);
            }
        }
    }

    /// Binds `symbol` until the scope is left.
    pub(in crate::parse) fn bind(&mut self, symbol: Symbol) {
        let index = symbol as usize;
        if index >= self.counts.len() {
            self.counts.resize(index + 64, 0);
        }
        if let Some(count) = self.counts.get_mut(index) {
            *count += 1;
        }
        self.bound.push(symbol);
    }

    /// Takes back every binding of `symbol`.
    pub(in crate::parse) fn free(&mut self, symbol: Symbol) {
        if let Some(count) = self.counts.get_mut(symbol as usize) {
            *count = 0;
        }
    }

    /// Whether `symbol` is bound in any open scope.
    pub(in crate::parse) fn has(&self, symbol: Symbol) -> bool {
        self.counts
            .get(symbol as usize)
            .is_some_and(|&count| count > 0)
    }
}
