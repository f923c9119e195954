//! Which import a name means, by Python's scope rules.
//!
//! In: bindings and uses in source order. Out: uses joined with imports.
//! Invariant: function bodies see the final state of the scopes around them.
//! Never: knows a syntax tree or another file.

use rustc_hash::FxHashMap;

use super::watched::Watched;

/// A name, interned per file.
pub(super) type Symbol = u32;

const NONE: u32 = u32::MAX;

/// What kind of code a scope belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Module,
    /// A function or lambda: runs later.
    Function,
    /// A class body: runs at once, unseen by the functions in it.
    Class,
    /// A comprehension or type parameter list: runs at once.
    Inner,
}

#[derive(Debug)]
struct Scope<T> {
    kind: Kind,
    branches: u32,
    bound: Vec<Symbol>,
    /// Names declared `global` (true) or `nonlocal` (false).
    elsewhere: Vec<(Symbol, bool)>,
    pending: Vec<(Symbol, T)>,
}

/// The state of a name in a scope: a list of the imports that it may mean.
#[derive(Clone, Copy, Debug)]
struct Slot {
    depth: u32,
    before: u32,
    state: State,
}

/// How a name is bound.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    /// Also by something that is no import.
    pub(super) local: bool,
    /// Imports seen when it was last bound.
    pub(super) after: u32,
    /// The latest import that it may mean, for [`Scopes::import`].
    pub(super) head: u32,
}

/// All open scopes of a file.
#[derive(Debug)]
pub(super) struct Scopes<'a, T> {
    watched: Watched<'a>,
    first_unwatched: Symbol,
    symbols: FxHashMap<&'a str, Symbol>,
    texts: Vec<&'a str>,
    tops: Vec<u32>,
    slots: Vec<Slot>,
    links: Vec<(u32, u32)>,
    stack: Vec<Scope<T>>,
    imports: u32,
}

impl<'a, T: Copy> Scopes<'a, T> {
    pub(super) fn new(mut watched: Watched<'a>) -> Self {
        let names = std::mem::take(&mut watched.names);
        let mut scopes = Self {
            watched,
            first_unwatched: NONE,
            symbols: FxHashMap::default(),
            texts: Vec::new(),
            tops: Vec::new(),
            slots: Vec::new(),
            links: Vec::new(),
            stack: Vec::new(),
            imports: 0,
        };
        scopes.push(Kind::Module);
        for name in names {
            scopes.symbol(name);
        }
        scopes.first_unwatched = u32::try_from(scopes.texts.len()).unwrap_or(NONE);
        scopes
    }

    /// The symbol of a name that an import of the file may bind.
    pub(super) fn watched(&mut self, text: &'a str) -> Option<Symbol> {
        if !self.watched.may_hold(text) {
            return None;
        }
        if self.watched.any {
            return Some(self.symbol(text));
        }
        let known = self.symbols.get(text).copied();
        known.filter(|symbol| *symbol < self.first_unwatched)
    }

    pub(super) fn symbol(&mut self, text: &'a str) -> Symbol {
        if let Some(symbol) = self.symbols.get(text) {
            return *symbol;
        }
        let symbol = u32::try_from(self.texts.len()).unwrap_or(NONE);
        self.texts.push(text);
        self.tops.push(NONE);
        self.symbols.insert(text, symbol);
        symbol
    }

    pub(super) fn text(&self, symbol: Symbol) -> &'a str {
        self.texts.get(symbol as usize).copied().unwrap_or("")
    }

    pub(super) fn at_module_level(&self) -> bool {
        self.stack.len() == 1
    }

    /// Whether what is bound here stays below the module.
    pub(super) fn is_inner(&self) -> bool {
        let here = self.stack.last();
        self.stack.len() > 1 && here.is_some_and(|scope| scope.elsewhere.is_empty())
    }

    pub(super) fn in_function(&self) -> bool {
        self.stack.iter().any(|scope| scope.kind == Kind::Function)
    }

    pub(super) fn push(&mut self, kind: Kind) {
        let (bound, elsewhere, pending) = (Vec::new(), Vec::new(), Vec::new());
        self.stack.push(Scope {
            kind,
            branches: 0,
            bound,
            elsewhere,
            pending,
        });
    }

    /// Enters code that may not run; bindings there do not replace earlier ones.
    pub(super) fn enter_branch(&mut self) {
        if let Some(scope) = self.stack.last_mut() {
            scope.branches += 1;
        }
    }

    pub(super) fn leave_branch(&mut self) {
        if let Some(scope) = self.stack.last_mut() {
            scope.branches = scope.branches.saturating_sub(1);
        }
    }

    /// `global` or `nonlocal`: bindings here happen in the module, or in a function around.
    pub(super) fn declare_elsewhere(&mut self, symbol: Symbol, global: bool) {
        if let Some(scope) = self.stack.last_mut() {
            scope.elsewhere.push((symbol, global));
        }
    }

    /// Binds `symbol` to the import with index `import`, or to something local.
    pub(super) fn bind(&mut self, symbol: Symbol, import: Option<u32>) {
        let Some(scope) = self.stack.last() else {
            return;
        };
        match scope.elsewhere.iter().find(|(name, _)| *name == symbol) {
            Some((_, true)) => self.bind_at(0, symbol, import, true),
            Some((_, false)) => {}
            None => self.bind_at(self.stack.len() - 1, symbol, import, scope.branches > 0),
        }
    }

    /// Counts an import, so that bindings know what stands before them.
    pub(super) fn count_import(&mut self) {
        self.imports += 1;
    }

    fn bind_at(&mut self, depth: usize, symbol: Symbol, import: Option<u32>, keep: bool) {
        let depth_id = u32::try_from(depth).unwrap_or(NONE);
        let slot = self.slot_at(symbol, depth_id);
        let old = slot
            .and_then(|slot| self.slots.get(slot))
            .map(|slot| slot.state)
            .filter(|_| keep);
        let mut state = old.unwrap_or(State {
            local: false,
            after: 0,
            head: NONE,
        });
        state.after = self.imports;
        match import {
            Some(import) => {
                self.links.push((import, state.head));
                state.head = u32::try_from(self.links.len() - 1).unwrap_or(NONE);
            }
            None => state.local = true,
        }
        match slot.and_then(|slot| self.slots.get_mut(slot)) {
            Some(slot) => slot.state = state,
            None => self.open_slot(depth, symbol, state),
        }
    }

    /// Global bindings made from inside a function sit below slots of inner scopes.
    fn open_slot(&mut self, depth: usize, symbol: Symbol, state: State) {
        let depth_id = u32::try_from(depth).unwrap_or(NONE);
        let mut above = NONE;
        let mut below = self.top(symbol);
        while let Some(slot) = self
            .slots
            .get(below as usize)
            .filter(|slot| slot.depth > depth_id)
        {
            (above, below) = (below, slot.before);
        }
        let id = u32::try_from(self.slots.len()).unwrap_or(NONE);
        self.slots.push(Slot {
            depth: depth_id,
            before: below,
            state,
        });
        match self.slots.get_mut(above as usize) {
            Some(upper) => upper.before = id,
            None => self.set_top(symbol, id),
        }
        if let Some(scope) = self.stack.get_mut(depth) {
            scope.bound.push(symbol);
        }
    }

    fn top(&self, symbol: Symbol) -> u32 {
        self.tops.get(symbol as usize).copied().unwrap_or(NONE)
    }

    fn set_top(&mut self, symbol: Symbol, slot: u32) {
        if let Some(top) = self.tops.get_mut(symbol as usize) {
            *top = slot;
        }
    }

    fn slot_at(&self, symbol: Symbol, depth: u32) -> Option<usize> {
        let mut next = self.top(symbol) as usize;
        while let Some(slot) = self.slots.get(next) {
            if slot.depth == depth {
                return Some(next);
            }
            next = slot.before as usize;
        }
        None
    }

    /// The state that a use of `symbol` sees now; `None` when that is not known before the
    /// function around it ends (`item` is kept until then).
    pub(super) fn look_up(&mut self, symbol: Symbol, item: T) -> Option<State> {
        let home = self
            .stack
            .iter()
            .rposition(|scope| matches!(scope.kind, Kind::Function | Kind::Module));
        let home = home.unwrap_or(0);
        let top = self.slots.get(self.top(symbol) as usize);
        if let Some(slot) = top.filter(|slot| slot.depth as usize >= home) {
            return Some(slot.state);
        }
        if let Some(scope) = self.stack.get_mut(home) {
            scope.pending.push((symbol, item));
        }
        None
    }

    /// The innermost binding that is visible now, without waiting.
    pub(super) fn peek(&self, symbol: Symbol) -> Option<State> {
        self.slots
            .get(self.top(symbol) as usize)
            .map(|slot| slot.state)
    }

    /// The same by the text of the name.
    pub(super) fn peek_text(&self, text: &str) -> Option<State> {
        self.symbols.get(text).and_then(|symbol| self.peek(*symbol))
    }

    /// The imports of a state, latest first.
    pub(super) fn imports(&self, state: State) -> impl Iterator<Item = u32> + '_ {
        let mut next = state.head;
        std::iter::from_fn(move || {
            let (import, before) = self.import(next)?;
            next = before;
            Some(import)
        })
    }

    /// An import, and where the one before it stands.
    pub(super) fn import(&self, link: u32) -> Option<(u32, u32)> {
        self.links.get(link as usize).copied()
    }

    /// Leaves the innermost scope; gives the uses that it decides, with their states.
    pub(super) fn pop(&mut self) -> Vec<(T, State)> {
        let depth = u32::try_from(self.stack.len().saturating_sub(1)).unwrap_or(NONE);
        let Some(mut scope) = self.stack.pop() else {
            return Vec::new();
        };
        let mut decided = Vec::new();
        let outer = self
            .stack
            .iter_mut()
            .rfind(|scope| matches!(scope.kind, Kind::Function | Kind::Module));
        let mut rest = outer.map(|outer| &mut outer.pending);
        for (symbol, item) in scope.pending.drain(..) {
            let top = self
                .tops
                .get(symbol as usize)
                .and_then(|top| self.slots.get(*top as usize));
            match (top.filter(|slot| slot.depth == depth), &mut rest) {
                (Some(slot), _) => decided.push((item, slot.state)),
                (None, Some(rest)) => rest.push((symbol, item)),
                (None, None) => {}
            }
        }
        for symbol in scope.bound {
            let before = self
                .slots
                .get(self.top(symbol) as usize)
                .map_or(NONE, |slot| slot.before);
            self.set_top(symbol, before);
        }
        decided
    }

    /// What the module scope binds, and the uses that it decides or leaves open.
    pub(super) fn finish(&mut self) -> Finished<T> {
        let mut finished = Finished {
            bound: Vec::new(),
            decided: Vec::new(),
            open: Vec::new(),
        };
        let Some(module) = self.stack.pop() else {
            return finished;
        };
        for (symbol, item) in module.pending {
            match self.peek(symbol) {
                Some(state) => finished.decided.push((item, state)),
                None => finished.open.push((symbol, item)),
            }
        }
        let state = |symbol: &Symbol| self.peek(*symbol).map(|state| (*symbol, state));
        finished.bound = module.bound.iter().filter_map(state).collect();
        finished
    }
}

/// The end of the module scope.
#[derive(Debug)]
pub(super) struct Finished<T> {
    pub(super) bound: Vec<(Symbol, State)>,
    pub(super) decided: Vec<(T, State)>,
    pub(super) open: Vec<(Symbol, T)>,
}
