//! Local names: variables, and generic parameters.
//!
//! In: patterns and generics as they are met. Out: whether a name is local here.
//! Invariant: what a frame binds is unbound when the frame ends.
//! Never: items.

use super::facts::Name;

/// Names that are bound around the current place.
#[derive(Default)]
pub(super) struct Bindings {
    /// How often each name is bound as a variable, and as a type.
    values: Vec<u32>,
    /// How often as a type.
    types: Vec<u32>,
    /// What was bound, in order, and whether as a type.
    undo: Vec<(Name, bool)>,
}

/// Where a frame began.
#[derive(Clone, Copy)]
pub(super) struct Mark(usize);

impl Bindings {
    /// The start of a frame; hand it to `release`.
    pub(super) fn mark(&self) -> Mark {
        Mark(self.undo.len())
    }

    /// Binds a name until its frame ends.
    pub(super) fn bind(&mut self, name: Name, is_type: bool) {
        let counts = if is_type {
            &mut self.types
        } else {
            &mut self.values
        };
        let index = name.index();
        if counts.len() <= index {
            counts.resize(index + 1, 0);
        }
        counts[index] += 1;
        self.undo.push((name, is_type));
    }

    /// Unbinds what was bound since `mark`.
    pub(super) fn release(&mut self, mark: Mark) {
        while self.undo.len() > mark.0 {
            let Some((name, is_type)) = self.undo.pop() else {
                return;
            };
            let counts = if is_type {
                &mut self.types
            } else {
                &mut self.values
            };
            counts[name.index()] -= 1;
        }
    }

    /// Whether a name is a variable or constant parameter here.
    pub(super) fn is_value(&self, name: Name) -> bool {
        is_bound(&self.values, name)
    }

    /// Whether a name is a type parameter here.
    pub(super) fn is_type(&self, name: Name) -> bool {
        is_bound(&self.types, name)
    }
}

/// Whether the count of a name is above 0.
fn is_bound(counts: &[u32], name: Name) -> bool {
    // The lists are as long as the names bound so far need.
    counts.get(name.index()).is_some_and(|count| *count > 0)
}
