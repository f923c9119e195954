//! Notes the uses of names.
//!
//! In: chains of symbols. Out: distinct uses and their places.
//! Invariant: a chain that starts with a local is not kept.
//! Never: decides what a name means.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::{Kind, Parser, Role, Spot, State, Use, UseId};
use crate::parse::tokens::Symbol;

impl Parser<'_> {
    /// Reads `a.b.c` onto the end of `chains`; tells where it starts there.
    ///
    /// A dot that no name follows is left where it is.
    pub(super) fn read_chain(&mut self) -> usize {
        let start = self.state.chains.len();
        let first = self.word().map(|name| name.symbol);
        self.state.chains.extend(first);
        while let (Kind::Dot, Some(next)) = (self.kind(), self.name_of(self.at + 1)) {
            self.at += 2;
            self.state.chains.push(next);
        }
        start
    }

    /// The use of the chain that starts at `start` of `chains` and ends at its end; the chain
    /// stays there only when it is new.
    ///
    /// Uses are alike when class, role and names are. They are found by a hash only; where two
    /// different ones collide, the later one is kept as new each time, which costs memory but no
    /// truth.
    pub(super) fn use_of(&mut self, start: usize, role: Role) -> UseId {
        let State {
            chains,
            uses,
            known,
            class: scope,
            ..
        } = &mut self.state;
        let (next, chain) = (uses.next_id(), &chains[start..]);
        let mut hasher = FxHasher::default();
        (*scope, role, chain).hash(&mut hasher);
        let found = *known.entry(hasher.finish()).or_insert(next);
        let is_same =
            |of: Use| (of.scope, of.role) == (*scope, role) && chains[of.range()] == *chain;
        if found != next && is_same(uses[found]) {
            chains.truncate(start);
            return found;
        }
        uses.push(Use {
            scope: *scope,
            role,
            start: start as u32,
            length: chain.len() as u32,
        })
    }

    /// Notes a use of the chain since `start` at `offset`, unless its first name is a local.
    ///
    /// A type is hidden by a type parameter or local class, a value by a variable. A lone method
    /// name is never hidden by a variable: `size()` and `size` live side by side. `None` where
    /// nothing was noted.
    pub(super) fn note(&mut self, start: usize, role: Role, offset: u32) -> Option<UseId> {
        // Empty where a name is missing.
        let first = *self.state.chains.get(start)?;
        let length = self.state.chains.len() - start;
        let local = match role {
            Role::Type => self.state.types.has(first),
            Role::Method(_) if length == 1 => false,
            _ => self.state.variables.has(first) || (length > 1 && self.state.types.has(first)),
        };
        if local {
            self.state.chains.truncate(start);
            return None;
        }
        let of = self.use_of(start, role);
        self.spots.push(Spot {
            of,
            offset,
            inherits: self.state.inherits,
        });
        Some(of)
    }

    /// Binds a local variable.
    pub(super) fn bind(&mut self, symbol: Symbol) {
        self.state.variables.bind(symbol);
    }
}
