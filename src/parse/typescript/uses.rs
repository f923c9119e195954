//! Which imports the uses of a file mean, once all its names are known.
//!
//! In: names with their scopes. Out: uses and free names of the [`Walker`].
//! Invariant: a variable hides an imported value, not a type.
//! Never: looks at another file.

use std::collections::BTreeMap;

use super::extract::{BindingId, Free, Use};
use super::scope::{Name, RawUse, Scope, Symbol};
use super::walk::Walker;

impl Walker<'_> {
    /// Joins every use of a name with the import that it means, or notes it as free.
    ///
    /// Runs after the walk, since declarations are hoisted: a function further down may shadow an
    /// import. The sort lets scopes be searched by halving.
    pub(super) fn join_uses(&mut self) {
        for (_, name) in &mut self.scopes.names {
            name.declared.sort_unstable();
            name.values.sort_unstable();
        }
        let mut bound: Vec<(BindingId, RawUse)> = Vec::new();
        let mut free: BTreeMap<Symbol, (u32, Free)> = BTreeMap::new();
        let uses = std::mem::take(&mut self.scopes.uses);
        for (symbol, used) in &uses {
            let (text, name) = &self.scopes.names[*symbol];
            match self.binding_of(name, used.scope, used.names_type) {
                Some(Some(binding)) => bound.push((binding, *used)),
                Some(None) => {}
                None => {
                    let new = || (used.offset, Free::named(text));
                    let (first, known) = free.entry(*symbol).or_insert_with(new);
                    *first = used.offset.min(*first);
                    self.note_free(known, used);
                }
            }
        }
        for (first, mut free) in free.into_values() {
            free.at = self.position(first);
            free.members.sort_unstable();
            free.members.dedup();
            self.extract.free.push(free);
        }
        // In the order of the text, in which places are found the fastest.
        bound.sort_by_key(|(_, used)| used.offset);
        for (binding, used) in &bound {
            self.push_use(*binding, used);
        }
    }

    /// Adds one use to what is known of a free name: in types or not, and the first member taken.
    fn note_free(&self, free: &mut Free, used: &RawUse) {
        free.in_types &= used.in_type;
        free.typed |= used.in_type;
        match self.members[used.chain].first() {
            Some(member) if free.members.last().is_none_or(|last| **last != **member) => {
                free.members.push((*member).into());
            }
            Some(_) => {}
            None => free.bare = true,
        }
    }

    /// The import that a name means in `scope`; `Some(None)` when it is something local.
    ///
    /// Scopes are searched from the inside out. In a scope that both declares and imports the
    /// name, the import counts. Where a type is meant, variables do not hide it: in
    /// `function f(Cart: number) { let c: Cart }` the type is still the imported one.
    #[expect(
        clippy::option_option,
        reason = "unknown, local and imported are three answers"
    )]
    pub(super) fn binding_of(
        &self,
        name: &Name,
        scope: Scope,
        names_type: bool,
    ) -> Option<Option<BindingId>> {
        let bound = |at: Scope| name.bindings.iter().any(|(scope, _)| *scope == at);
        let at = self.scopes.innermost(scope, |at| {
            bound(at)
                || name.declared.binary_search(&at).is_ok()
                || (!names_type && name.values.binary_search(&at).is_ok())
        })?;
        Some(
            name.bindings
                .iter()
                .find(|(scope, _)| *scope == at)
                .map(|(_, binding)| *binding),
        )
    }

    /// Keeps a use that is joined with its import, its position worked out.
    fn push_use(&mut self, binding: BindingId, used: &RawUse) {
        let chain = self.members[used.chain].iter();
        let chain = chain.map(|member| (*member).into()).collect();
        let at = self.position(used.offset);
        let (in_type, inherit, exported) = (used.in_type, used.inherit, used.exported);
        self.extract.uses.push(Use {
            binding,
            chain,
            at,
            in_type,
            decorated: used.decorated,
            inherit,
            exported,
        });
    }
}
