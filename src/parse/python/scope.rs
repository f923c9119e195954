//! Which import a name means, by Python's scope rules.
//!
//! In: bindings and uses in source order. Out: uses joined with imports.
//! Invariant: function bodies see the final state of the scopes around them.
//! Never: knows a syntax tree or another file.

use rustc_hash::FxHashMap;

use super::extract::ImportId;
use super::watched::Watched;
use crate::model::{Id, IndexVec, id};

id!(
    /// A name, interned per file.
    pub(super) Symbol
);
id!(
    /// A scope by its depth: those that are open lie within each other.
    Depth
);
id!(
    /// A name in a scope.
    SlotId
);
id!(
    /// An import that a name may mean, and the one before it.
    pub(super) LinkId
);

/// What kind of code a scope belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The top of a file.
    Module,
    /// A function or lambda: runs later.
    Function,
    /// A class body: runs at once, unseen by the functions in it.
    Class,
    /// A comprehension or type parameter list: runs at once.
    Inner,
}

/// An open scope.
#[derive(Debug)]
struct Scope<T> {
    /// Its kind.
    kind: Kind,
    /// How many blocks that may not run are open in it.
    branches: u32,
    /// Names that it binds, to be taken off at its end.
    bound: Vec<Symbol>,
    /// Names declared `global` (true) or `nonlocal` (false).
    elsewhere: Vec<(Symbol, bool)>,
    /// Uses that are decided when it ends.
    pending: Vec<(Symbol, T)>,
}

/// The state of a name in a scope: a list of the imports that it may mean.
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// The scope that binds it.
    depth: Depth,
    /// The same name in a scope around.
    before: Option<SlotId>,
    /// What it means there so far.
    state: State,
}

/// How a name is bound.
#[derive(Clone, Copy, Debug)]
pub(super) struct State {
    /// Also by something that is no import.
    pub(super) local: bool,
    /// The first import behind the place where it was last bound.
    pub(super) after: ImportId,
    /// The latest import that it may mean, for [`Scopes::import`].
    pub(super) head: Option<LinkId>,
}

/// All open scopes of a file.
#[derive(Debug)]
pub(super) struct Scopes<'a, T> {
    /// Names that imports may bind: uses of others are not kept.
    watched: Watched<'a>,
    /// Symbols below it were in import statements.
    first_unwatched: Symbol,
    /// Symbols by text.
    symbols: FxHashMap<&'a str, Symbol>,
    /// Texts by symbol.
    texts: IndexVec<Symbol, &'a str>,
    /// Each name in the innermost scope that binds it.
    tops: IndexVec<Symbol, Option<SlotId>>,
    /// Names in scopes, those of closed scopes included.
    slots: IndexVec<SlotId, Slot>,
    /// Imports that names may mean, each with the one before it.
    links: IndexVec<LinkId, (ImportId, Option<LinkId>)>,
    /// Open scopes, the module first.
    stack: IndexVec<Depth, Scope<T>>,
    /// The import that comes next.
    next_import: ImportId,
}

impl<'a, T: Copy> Scopes<'a, T> {
    /// The module scope, and symbols for the names of all import statements.
    pub(super) fn new(mut watched: Watched<'a>) -> Self {
        let names = std::mem::take(&mut watched.names);
        let mut scopes = Self {
            watched,
            first_unwatched: Symbol::FIRST,
            symbols: FxHashMap::default(),
            texts: IndexVec::default(),
            tops: IndexVec::default(),
            slots: IndexVec::default(),
            links: IndexVec::default(),
            stack: IndexVec::default(),
            next_import: ImportId::FIRST,
        };
        scopes.push(Kind::Module);
        for name in names {
            scopes.symbol(name);
        }
        scopes.first_unwatched = scopes.texts.next_id();
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

    /// The symbol of a name, new ones included.
    pub(super) fn symbol(&mut self, text: &'a str) -> Symbol {
        *self.symbols.entry(text).or_insert_with(|| {
            self.tops.push(None);
            self.texts.push(text)
        })
    }

    pub(super) fn text(&self, symbol: Symbol) -> &'a str {
        self.texts[symbol]
    }

    pub(super) fn at_module_level(&self) -> bool {
        self.stack.len() == 1
    }

    /// Whether what is bound here stays below the module.
    pub(super) fn is_inner(&self) -> bool {
        self.stack.len() > 1 && self.stack[self.depth()].elsewhere.is_empty()
    }

    /// The innermost scope; that of the module is open to the end.
    fn depth(&self) -> Depth {
        Depth::new(self.stack.len() - 1)
    }

    /// Whether some scope around belongs to a function, so that code here runs later.
    pub(super) fn in_function(&self) -> bool {
        self.stack.iter().any(|scope| scope.kind == Kind::Function)
    }

    /// Opens a scope inside of the current one.
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
        let here = self.depth();
        self.stack[here].branches += 1;
    }

    pub(super) fn leave_branch(&mut self) {
        let here = self.depth();
        self.stack[here].branches -= 1;
    }

    /// `global` or `nonlocal`: bindings here happen in the module, or in a function around.
    pub(super) fn declare_elsewhere(&mut self, symbol: Symbol, global: bool) {
        let here = self.depth();
        self.stack[here].elsewhere.push((symbol, global));
    }

    /// Binds `symbol` to `import`, or to something local.
    pub(super) fn bind(&mut self, symbol: Symbol, import: Option<ImportId>) {
        let here = self.depth();
        let scope = &self.stack[here];
        match scope.elsewhere.iter().find(|(name, _)| *name == symbol) {
            Some((_, true)) => self.bind_at(Depth::FIRST, symbol, import, true),
            Some((_, false)) => {}
            None => self.bind_at(here, symbol, import, scope.branches > 0),
        }
    }

    /// Takes note of the import that comes next, so that bindings know what stands before them.
    pub(super) fn pass_import(&mut self, next: ImportId) {
        self.next_import = next;
    }

    /// Binds a name in the scope at `depth`.
    ///
    /// With `keep`, earlier meanings remain as alternatives: after `try: import a` /
    /// `except: import b as a`, `a` may be both. Without, the binding replaces them.
    fn bind_at(&mut self, depth: Depth, symbol: Symbol, import: Option<ImportId>, keep: bool) {
        let slot = self.slot_at(symbol, depth);
        let old = slot.filter(|_| keep).map(|slot| self.slots[slot].state);
        let (local, head) = old.map_or((false, None), |state| (state.local, state.head));
        let head = match import {
            Some(import) => Some(self.links.push((import, head))),
            None => head,
        };
        let state = State {
            local: local || import.is_none(),
            after: self.next_import,
            head,
        };
        match slot {
            Some(slot) => self.slots[slot].state = state,
            None => self.open_slot(depth, symbol, state),
        }
    }

    /// Global bindings made from inside a function sit below slots of inner scopes.
    ///
    /// Slots of a name form a list, the innermost scope first; a new one must be put in at its
    /// depth.
    fn open_slot(&mut self, depth: Depth, symbol: Symbol, state: State) {
        let mut above = None;
        let mut before = self.tops[symbol];
        while let Some(slot) = before.filter(|slot| self.slots[*slot].depth > depth) {
            (above, before) = (before, self.slots[slot].before);
        }
        let slot = self.slots.push(Slot {
            depth,
            before,
            state,
        });
        match above {
            Some(upper) => self.slots[upper].before = Some(slot),
            None => self.tops[symbol] = Some(slot),
        }
        self.stack[depth].bound.push(symbol);
    }

    /// The slots of a name, those of inner scopes first.
    fn slots(&self, symbol: Symbol) -> impl Iterator<Item = SlotId> {
        std::iter::successors(self.tops[symbol], |slot| self.slots[*slot].before)
    }

    /// The slot of a name in one scope.
    fn slot_at(&self, symbol: Symbol, depth: Depth) -> Option<SlotId> {
        self.slots(symbol)
            .find(|slot| self.slots[*slot].depth == depth)
    }

    /// The state that a use of `symbol` sees now; `None` when that is not known before the
    /// function around it ends (`item` is kept until then).
    ///
    /// Inside of a function the names around are not final: code below may still bind them. Only
    /// a binding in the function itself, or in a class or comprehension in it, counts at once. To
    /// decide at once for outer names would miss every import that stands below the function.
    pub(super) fn look_up(&mut self, symbol: Symbol, item: T) -> Option<State> {
        let waits =
            |depth: &Depth| matches!(self.stack[*depth].kind, Kind::Function | Kind::Module);
        let home = self.stack.ids().rfind(waits).unwrap_or(Depth::FIRST);
        let top = self.tops[symbol].map(|top| &self.slots[top]);
        if let Some(slot) = top.filter(|slot| slot.depth >= home) {
            return Some(slot.state);
        }
        self.stack[home].pending.push((symbol, item));
        None
    }

    /// The innermost binding that is visible now, without waiting.
    pub(super) fn peek(&self, symbol: Symbol) -> Option<State> {
        self.tops[symbol].map(|top| self.slots[top].state)
    }

    /// The same by the text of the name.
    pub(super) fn peek_text(&self, text: &str) -> Option<State> {
        self.symbols.get(text).and_then(|symbol| self.peek(*symbol))
    }

    /// The imports of a state, latest first.
    pub(super) fn imports(&self, state: State) -> impl Iterator<Item = ImportId> + '_ {
        let first = state.head.map(|link| self.import(link));
        let links =
            std::iter::successors(first, |(_, before)| before.map(|link| self.import(link)));
        links.map(|(import, _)| import)
    }

    /// An import, and where the one before it stands.
    pub(super) fn import(&self, link: LinkId) -> (ImportId, Option<LinkId>) {
        self.links[link]
    }

    /// Leaves the innermost scope; gives the uses that it decides, with their states.
    ///
    /// Uses that it does not bind wait for the function around, or for the module; a class body
    /// in between is passed over, as its names are not seen from functions in it.
    pub(super) fn pop(&mut self) -> Vec<(T, State)> {
        let depth = self.depth();
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
            let top = self.tops[symbol].map(|top| &self.slots[top]);
            match (top.filter(|slot| slot.depth == depth), &mut rest) {
                (Some(slot), _) => decided.push((item, slot.state)),
                (None, Some(rest)) => rest.push((symbol, item)),
                (None, None) => {}
            }
        }
        for symbol in scope.bound {
            self.tops[symbol] = self.tops[symbol].and_then(|top| self.slots[top].before);
        }
        decided
    }

    /// What the module scope binds, and the uses that it decides or leaves open.
    ///
    /// What is left open is bound by no statement of the file: a built-in, or a star import.
    pub(super) fn finish(&mut self) -> Finished<T> {
        let module = &mut self.stack[Depth::FIRST];
        let (names, pending) = (
            std::mem::take(&mut module.bound),
            std::mem::take(&mut module.pending),
        );
        let state = |symbol: Symbol| self.peek(symbol).map(|state| (symbol, state));
        let mut finished = Finished {
            bound: names.into_iter().filter_map(state).collect(),
            decided: Vec::new(),
            open: Vec::new(),
        };
        for (symbol, item) in pending {
            match self.peek(symbol) {
                Some(state) => finished.decided.push((item, state)),
                None => finished.open.push((symbol, item)),
            }
        }
        finished
    }
}

/// The end of the module scope.
#[derive(Debug)]
pub(super) struct Finished<T> {
    /// What the module binds, in the order of first bindings.
    pub(super) bound: Vec<(Symbol, State)>,
    /// Uses of names that the module binds.
    pub(super) decided: Vec<(T, State)>,
    /// Uses of names that it does not.
    pub(super) open: Vec<(Symbol, T)>,
}
