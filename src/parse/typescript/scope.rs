//! Which names a file declares where, and where it uses them.
//!
//! In: declarations and uses with their scopes. Out: uses that no inner scope shadows.
//! Invariant: `var` and functions belong to the function around them.
//! Never: looks at another file.

use rustc_hash::FxHashMap;

use super::extract::BindingId;
use crate::model::{Id, IndexVec, Run, id};

id!(
    /// A name, interned per file.
    pub(super) Symbol
);
id!(
    /// A scope of a file.
    pub(super) Scope
);
id!(
    /// A member that a use takes of a name.
    pub(super) MemberId
);

/// The scope of the whole file.
pub(super) const TOP: Scope = Scope::FIRST;

/// One use of a name, undecided.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawUse {
    /// The scope that the name is used in.
    pub(super) scope: Scope,
    /// Where the name starts, in bytes.
    pub(super) offset: u32,
    /// The members taken from the name.
    pub(super) chain: Run<MemberId>,
    /// Inside a type, where nothing remains at run time.
    pub(super) in_type: bool,
    /// Means a type or a namespace: variables of the name do not hide it.
    pub(super) names_type: bool,
    /// In a type that decorators keep for the run, where the compiler is told to.
    pub(super) decorated: bool,
    /// As a supertype (`extends`, `implements`).
    pub(super) inherit: bool,
    /// In an `export { x }`.
    pub(super) exported: bool,
}

/// What is known of one name, in all scopes of a file.
#[derive(Debug, Default)]
pub(super) struct Name {
    /// Scopes that declare it; in order once the walk is over.
    pub(super) declared: Vec<Scope>,
    /// Scopes that declare it as a variable or parameter, which no type means; in order likewise.
    pub(super) values: Vec<Scope>,
    /// What an import binds it to, and in which scope.
    pub(super) bindings: Vec<(Scope, BindingId)>,
}

/// All scopes and names of a file.
#[derive(Debug)]
pub(super) struct Scopes<'a> {
    /// Parent of each scope, and whether `var` lands in it.
    scopes: IndexVec<Scope, (Scope, bool)>,
    /// The scope that the walk is in.
    current: Scope,
    /// Names by their text.
    symbols: FxHashMap<&'a str, Symbol>,
    /// Names with their text, in the order in which they were met.
    pub(super) names: IndexVec<Symbol, (&'a str, Name)>,
    /// Uses in the order of the walk.
    pub(super) uses: Vec<(Symbol, RawUse)>,
}

impl<'a> Scopes<'a> {
    /// The scope of the file alone, which takes `var`.
    pub(super) fn new() -> Self {
        Self {
            scopes: IndexVec::from(vec![(TOP, true)]),
            current: TOP,
            symbols: FxHashMap::default(),
            names: IndexVec::default(),
            uses: Vec::new(),
        }
    }

    /// Enters a scope inside of the current one; `takes_var` for functions and modules, not for
    /// blocks.
    pub(super) fn enter(&mut self, takes_var: bool) {
        self.current = self.scopes.push((self.current, takes_var));
    }

    pub(super) fn leave(&mut self) {
        self.current = self.parent(self.current);
    }

    pub(super) fn current(&self) -> Scope {
        self.current
    }

    fn parent(&self, scope: Scope) -> Scope {
        self.scopes[scope].0
    }

    /// The scope in which a `var` written here lives.
    pub(super) fn var_scope(&self) -> Scope {
        let takes_var = |scope: Scope| self.scopes[scope].1;
        self.innermost(self.current, takes_var).unwrap_or(TOP)
    }

    /// The symbol of a name, new ones included.
    pub(super) fn symbol(&mut self, text: &'a str) -> Symbol {
        let known = self.symbols.entry(text);
        *known.or_insert_with(|| self.names.push((text, Name::default())))
    }

    fn known(&self, text: &str) -> Option<&(&'a str, Name)> {
        self.symbols.get(text).map(|symbol| &self.names[*symbol])
    }

    /// What is known of a name, if the file mentions it at all.
    pub(super) fn find(&self, text: &str) -> Option<&Name> {
        self.known(text).map(|(_, name)| name)
    }

    /// The name as the file writes it, if an import binds it.
    pub(super) fn bound(&self, text: &str) -> Option<&'a str> {
        let (text, name) = self.known(text)?;
        (!name.bindings.is_empty()).then_some(*text)
    }

    fn name(&mut self, text: &'a str) -> &mut Name {
        let symbol = self.symbol(text);
        &mut self.names[symbol].1
    }

    /// Declares a function, class, type or namespace, which hides an import as value and as type.
    pub(super) fn declare(&mut self, text: &'a str, scope: Scope) {
        note(&mut self.name(text).declared, scope);
    }

    /// Declares a variable or a parameter.
    pub(super) fn declare_value(&mut self, text: &'a str, scope: Scope) {
        note(&mut self.name(text).values, scope);
    }

    /// Binds a name to an import in a scope.
    pub(super) fn bind(&mut self, text: &'a str, scope: Scope, binding: BindingId) {
        self.name(text).bindings.push((scope, binding));
    }

    /// Notes a use, to be decided after the walk: what declares the name may follow.
    pub(super) fn add_use(&mut self, text: &'a str, used: RawUse) {
        let symbol = self.symbol(text);
        self.uses.push((symbol, used));
    }

    /// The innermost scope at or around `scope` in which `found` holds.
    pub(super) fn innermost(&self, scope: Scope, found: impl Fn(Scope) -> bool) -> Option<Scope> {
        let mut at = scope;
        loop {
            if found(at) {
                return Some(at);
            }
            if at == TOP {
                return None;
            }
            at = self.parent(at);
        }
    }
}

/// Adds a scope, unless it was added last.
fn note(scopes: &mut Vec<Scope>, scope: Scope) {
    if scopes.last() != Some(&scope) {
        scopes.push(scope);
    }
}
