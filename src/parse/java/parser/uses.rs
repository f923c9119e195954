//! Notes the uses of names.
//!
//! In: chains of symbols. Out: distinct uses and their places.
//! Invariant: a chain that starts with a local is not kept.
//! Never: decides what a name means.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::{Kind, Parser, RawUse, Role};
use crate::parse::scan::Symbol;

impl Parser<'_> {
    /// Reads `a.b.c` onto the end of `chains`; tells where it starts there.
    ///
    /// A dot that no name follows is left where it is.
    pub(super) fn read_chain(&mut self) -> usize {
        let start = self.chains.len();
        let first = self.bump().data;
        self.chains.push(first);
        while self.is(Kind::Dot) && self.kind_at(1) == Kind::Ident {
            self.at += 1;
            let next = self.bump().data;
            self.chains.push(next);
        }
        start
    }

    /// The use of the chain that starts at `start` of `chains` and ends at its end; the chain
    /// stays there only when it is new.
    pub(super) fn use_of(&mut self, start: usize, role: Role) -> u32 {
        let next = u32::try_from(self.uses.len()).unwrap_or(u32::MAX);
        let chain = self.chains.get(start..).unwrap_or_default();
        let mut hasher = FxHasher::default();
        (self.class, role, chain).hash(&mut hasher);
        let known = *self.known.entry(hasher.finish()).or_insert(next);
        let is_same = self.uses.get(known as usize).is_some_and(|of: &RawUse| {
            let from = of.start as usize;
            let other = self.chains.get(from..from + of.length as usize);
            of.scope == self.class && of.role == role && other == Some(chain)
        });
        if is_same {
            self.chains.truncate(start);
            return known;
        }
        let length = u32::try_from(chain.len()).unwrap_or(0);
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        self.uses.push(RawUse {
            scope: self.class,
            role,
            start,
            length,
        });
        next
    }

    /// Notes a use of the chain since `start` at `offset`, unless its first name is a local.
    pub(super) fn note(&mut self, start: usize, role: Role, offset: u32) -> Option<u32> {
        let &first = self.chains.get(start)?;
        let length = self.chains.len() - start;
        let local = match role {
            Role::Type => self.types.has(first),
            Role::Method(_) if length == 1 => false,
            _ => self.variables.has(first) || (length > 1 && self.types.has(first)),
        };
        if local {
            self.chains.truncate(start);
            return None;
        }
        let of = self.use_of(start, role);
        self.spots.push((of, offset, self.inherits));
        Some(of)
    }

    /// Binds a local variable.
    pub(super) fn bind(&mut self, symbol: Symbol) {
        self.variables.bind(symbol);
    }
}
