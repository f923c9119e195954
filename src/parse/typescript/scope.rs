//! Which names a file declares where, and where it uses them.
//!
//! In: declarations and uses with their scopes. Out: uses that no inner scope shadows.
//! Invariant: `var` and functions belong to the function around them.
//! Never: looks at another file.

use rustc_hash::FxHashMap;

/// A name, interned per file.
pub(super) type Symbol = u32;

/// The scope of the whole file.
pub(super) const TOP: u32 = 0;

/// One use of a name, undecided.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawUse {
    pub(super) scope: u32,
    pub(super) offset: u32,
    /// Range in the pool of members.
    pub(super) chain: (u32, u32),
    pub(super) in_type: bool,
    /// Means a type or a namespace: variables of the name do not hide it.
    pub(super) names_type: bool,
    pub(super) inherit: bool,
    pub(super) exported: bool,
}

#[derive(Debug, Default)]
pub(super) struct Name {
    /// Scopes that declare it; in order once the walk is over.
    pub(super) declared: Vec<u32>,
    /// Scopes that declare it as a variable or parameter, which no type means; in order likewise.
    pub(super) values: Vec<u32>,
    /// What an import binds it to, and in which scope.
    pub(super) bindings: Vec<(u32, u32)>,
}

/// All scopes and names of a file.
#[derive(Debug)]
pub(super) struct Scopes<'a> {
    /// Parent of each scope, and whether `var` lands in it.
    scopes: Vec<(u32, bool)>,
    current: u32,
    symbols: FxHashMap<&'a str, Symbol>,
    pub(super) names: Vec<(&'a str, Name)>,
    pub(super) uses: Vec<(Symbol, RawUse)>,
}

impl<'a> Scopes<'a> {
    pub(super) fn new() -> Self {
        Self {
            scopes: vec![(TOP, true)],
            current: TOP,
            symbols: FxHashMap::default(),
            names: Vec::new(),
            uses: Vec::new(),
        }
    }

    pub(super) fn enter(&mut self, takes_var: bool) {
        self.scopes.push((self.current, takes_var));
        self.current = u32::try_from(self.scopes.len() - 1).unwrap_or(TOP);
    }

    pub(super) fn leave(&mut self) {
        self.current = self.parent(self.current);
    }

    pub(super) fn current(&self) -> u32 {
        self.current
    }

    fn parent(&self, scope: u32) -> u32 {
        self.scopes
            .get(scope as usize)
            .map_or(TOP, |(parent, _)| *parent)
    }

    /// The scope in which a `var` written here lives.
    pub(super) fn var_scope(&self) -> u32 {
        let mut scope = self.current;
        while scope != TOP
            && !self
                .scopes
                .get(scope as usize)
                .is_none_or(|(_, takes_var)| *takes_var)
        {
            scope = self.parent(scope);
        }
        scope
    }

    pub(super) fn symbol(&mut self, text: &'a str) -> Symbol {
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let symbol = *self.symbols.entry(text).or_insert(next);
        if symbol == next {
            self.names.push((text, Name::default()));
        }
        symbol
    }

    pub(super) fn find(&self, text: &str) -> Option<&Name> {
        self.symbols
            .get(text)
            .and_then(|symbol| self.names.get(*symbol as usize))
            .map(|(_, name)| name)
    }

    /// The name as the file writes it, if an import binds it.
    pub(super) fn bound(&self, text: &str) -> Option<&'a str> {
        let symbol = self.symbols.get(text)?;
        let (text, name) = self.names.get(*symbol as usize)?;
        (!name.bindings.is_empty()).then_some(*text)
    }

    pub(super) fn declare(&mut self, text: &'a str, scope: u32) {
        let symbol = self.symbol(text);
        if let Some((_, name)) = self.names.get_mut(symbol as usize)
            && name.declared.last() != Some(&scope)
        {
            name.declared.push(scope);
        }
    }

    /// Declares a variable or a parameter.
    pub(super) fn declare_value(&mut self, text: &'a str, scope: u32) {
        let symbol = self.symbol(text);
        if let Some((_, name)) = self.names.get_mut(symbol as usize)
            && name.values.last() != Some(&scope)
        {
            name.values.push(scope);
        }
    }

    pub(super) fn bind(&mut self, text: &'a str, scope: u32, binding: u32) {
        let symbol = self.symbol(text);
        if let Some((_, name)) = self.names.get_mut(symbol as usize) {
            name.bindings.push((scope, binding));
        }
    }

    pub(super) fn add_use(&mut self, text: &'a str, used: RawUse) {
        let symbol = self.symbol(text);
        self.uses.push((symbol, used));
    }

    /// The innermost scope at or around `scope` in which `found` holds.
    pub(super) fn innermost(&self, scope: u32, found: impl Fn(u32) -> bool) -> Option<u32> {
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
