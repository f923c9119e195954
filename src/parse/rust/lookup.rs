//! Looks a path up from a place in the program.
//!
//! In: the index, a path. Out: [`Hit`]s.
//! Invariant: explicit names before globs, inner scopes before outer ones, scope before crates.
//! Never: a guess by name alone.

use super::index::{Crate, Definition, Entry, ExtractId, Index, Instance, ModuleId};
use super::read::facts::{Extract, PathId, PathUse, Spaces};
use super::read::interner::{Reserved, Symbol};
use super::read::prelude;

/// How a path is to be read.
#[derive(Clone, Copy)]
pub(super) struct Ask {
    /// The module or block in which the path stands.
    pub(super) from: ModuleId,
    /// Starts with `::`.
    pub(super) rooted: bool,
    /// Stands in a `use`.
    pub(super) in_use: bool,
    /// Name spaces in which the last name may be.
    pub(super) spaces: Spaces,
    /// Line of the path, for macros that are known from a line on.
    pub(super) line: u32,
    /// Whether dev-dependencies can be named here.
    pub(super) dev: bool,
}

/// One meaning of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// What it stands for.
    pub(super) definition: Definition,
    /// The module that the path names before the item; `None` for a name that stands alone.
    pub(super) module: Option<ModuleId>,
    /// The module that hands on a module on the way which it does not contain.
    pub(super) through: Option<ModuleId>,
    /// How many segments come after the item.
    pub(super) rest: usize,
    /// Name spaces in which it was found.
    pub(super) space: u8,
    /// Whether it exists only under a condition.
    pub(super) conditional: bool,
}

/// What came of a look-up.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// The meanings; several only under different conditions or in different name spaces.
    pub(super) hits: Vec<Hit>,
    /// The module in which a name was not found.
    pub(super) missed_in: Option<ModuleId>,
}

/// How far a path has been followed.
#[derive(Clone, Copy)]
struct Step {
    /// What the names so far stand for.
    definition: Definition,
    /// The module that the last of them was found in.
    module: Option<ModuleId>,
    /// The first module that handed on one which it does not contain.
    through: Option<ModuleId>,
    /// Position of the next name.
    next: usize,
    /// Whether a name on the way exists only under a condition.
    conditional: bool,
}

impl Step {
    /// The start of a path, of which `next` segments are behind it.
    const fn first(definition: Definition, next: usize) -> Self {
        Self {
            definition,
            module: None,
            through: None,
            next,
            conditional: false,
        }
    }
}

/// The name spaces, in the order in which they are searched.
const SPACES: [Spaces; 3] = [Spaces::TYPES, Spaces::VALUES, Spaces::MACROS];

impl Index {
    /// What a path means where `ask` says.
    ///
    /// The first name is looked up in the scopes around, each further one in the module that the
    /// names before it mean. A path goes on below each of several meanings. At an item it ends:
    /// `Cart::new::x` is the item `Cart` with two names left. Taking the last name instead would
    /// join `Cart::new` to any `new`.
    pub(super) fn look_up(&self, path: &[Symbol], ask: Ask) -> Answer {
        let mut answer = Answer::default();
        let mut steps = self.start(path, ask, &mut answer);
        while let Some(step) = steps.pop() {
            match step.definition {
                Definition::Module(module) if step.next < path.len() => {
                    self.descend(path, ask, module, step, &mut steps, &mut answer);
                }
                definition => answer.push(Hit {
                    definition,
                    module: step.module,
                    through: step.through,
                    rest: path.len() - step.next.min(path.len()),
                    space: Spaces::TYPES.0,
                    conditional: step.conditional,
                }),
            }
        }
        if answer.hits.is_empty() && self.is_primitive(path, ask) {
            return Answer {
                hits: vec![Hit {
                    rest: path.len() - 1,
                    ..hit(Definition::External, None, Spaces::TYPES)
                }],
                missed_in: None,
            };
        }
        answer
    }

    /// Whether a path starts with a type of the language, which a module of its name hides only for
    /// what that module holds.
    fn is_primitive(&self, path: &[Symbol], ask: Ask) -> bool {
        let free = !ask.in_use && !ask.rooted && path.len() > 1;
        free && prelude::is_primitive(self.names.name(path[0]))
    }

    /// The crate of a module.
    fn krate(&self, module: ModuleId) -> &Crate {
        &self.crates[self.modules[module].krate]
    }

    /// Where a path starts: the meanings of its first name, or of `crate`, `self` and `super`.
    ///
    /// A name that stands alone is looked up to its end here. In edition 2015 a `use` starts at the
    /// root, and at the crates only where the root does not have the name.
    fn start(&self, path: &[Symbol], ask: Ask, answer: &mut Answer) -> Vec<Step> {
        let Some(&first) = path.first() else {
            return Vec::new();
        };
        let root = self.krate(ask.from).root;
        let nearest = self.modules[ask.from].nearest;
        match first {
            Symbol::CRATE | Symbol::DOLLAR_CRATE => vec![Step::first(Definition::Module(root), 1)],
            Symbol::SELF => vec![self.upwards(path, nearest, 1)],
            Symbol::SUPER => vec![self.upwards(path, nearest, 0)],
            _ if self.starts_at_root(ask) => {
                let mut steps = Vec::new();
                let step = Step::first(Definition::Module(root), 0);
                let mut missed = Answer::default();
                self.descend(path, ask, root, step, &mut steps, &mut missed);
                let found = !steps.is_empty() || !missed.hits.is_empty();
                answer.hits.append(&mut missed.hits);
                if found {
                    steps
                } else {
                    self.in_prelude(first, ask)
                }
            }
            _ if ask.rooted => self.in_prelude(first, ask),
            _ if path.len() == 1 => {
                for space in SPACES.into_iter().filter(|space| ask.spaces.has(*space)) {
                    self.alone(first, ask, space, answer);
                }
                Vec::new()
            }
            _ => self.in_scope(first, ask, answer),
        }
    }

    /// Whether the path is one of edition 2015 that starts at the root of the crate.
    fn starts_at_root(&self, ask: Ask) -> bool {
        self.krate(ask.from).old && (ask.rooted || ask.in_use)
    }

    /// The module that `self` and any number of `super` lead to; above the root stays the root.
    fn upwards(&self, path: &[Symbol], nearest: ModuleId, next: usize) -> Step {
        let supers = path[next..]
            .iter()
            .take_while(|name| **name == Symbol::SUPER);
        let (mut module, mut next) = (nearest, next);
        for _ in supers {
            module = self.modules[self.modules[module].parent].nearest;
            next += 1;
        }
        Step::first(Definition::Module(module), next)
    }

    /// The crate that a name means where no nearer item has it.
    fn extern_crate(&self, name: Symbol, ask: Ask) -> Option<Definition> {
        let krate = self.krate(ask.from);
        let usable = ask.dev || !krate.dev.contains(&name);
        krate.prelude.get(&name).copied().filter(|_| usable)
    }

    /// The crate that the first name means.
    fn in_prelude(&self, first: Symbol, ask: Ask) -> Vec<Step> {
        let known = self.extern_crate(first, ask).into_iter();
        known.map(|definition| Step::first(definition, 1)).collect()
    }

    /// The first name of a longer path.
    ///
    /// Blocks and the module first, then crates, then the standard library. A module is no scope
    /// for the modules inside of it, so that the search ends at the nearest one.
    fn in_scope(&self, first: Symbol, ask: Ask, answer: &mut Answer) -> Vec<Step> {
        for at in self.blocks(ask.from) {
            let found = self.entries(at, first, Spaces::TYPES.0);
            let found: Vec<Step> = found.map(|entry| step(entry, None, 1)).collect();
            if !found.is_empty() {
                return found;
            }
        }
        if let Some(definition) = self.extern_crate(first, ask) {
            return vec![Step::first(definition, 1)];
        }
        if self.has_external_glob(ask.from) || prelude::is_type(self.names.name(first)) {
            return vec![Step::first(Definition::External, 1)];
        }
        let module = self.modules[ask.from].nearest;
        answer.missed_in = Some(module);
        self.by_macro(module, first, Spaces::TYPES, None, answer);
        Vec::new()
    }

    /// A name that stands alone.
    ///
    /// In each block around, and last in the module, a `macro_rules!` by its place in the text
    /// comes before the table of names; then come crates, outer macros and the standard library. A
    /// local macro thus hides an imported one.
    fn alone(&self, name: Symbol, ask: Ask, space: Spaces, answer: &mut Answer) {
        for at in self.blocks(ask.from) {
            if space == Spaces::MACROS
                && let Some(definition) = self.textual(at, name, ask.line)
            {
                return answer.push(hit(definition, None, space));
            }
            let before = answer.hits.len();
            for entry in self.entries(at, name, space.0) {
                answer.push(Hit {
                    conditional: entry.conditional,
                    through: entry.through,
                    ..hit(entry.definition, None, space)
                });
            }
            if answer.hits.len() > before {
                return;
            }
        }
        if space == Spaces::TYPES
            && let Some(definition) = self.extern_crate(name, ask)
        {
            return answer.push(hit(definition, None, space));
        }
        if space == Spaces::MACROS && self.outer_macro(name, ask, answer) {
            return;
        }
        if self.has_external_glob(ask.from) || prelude::knows(self.names.name(name), space) {
            return answer.push(hit(Definition::External, None, space));
        }
        let module = self.modules[ask.from].nearest;
        answer.missed_in = Some(module);
        self.by_macro(module, name, space, None, answer);
    }

    /// A macro of an enclosing module, or one that `#[macro_use] extern crate` brings in.
    fn outer_macro(&self, name: Symbol, ask: Ask, answer: &mut Answer) -> bool {
        let mut child = self.modules[ask.from].nearest;
        while self.modules[child].parent != child {
            let (at, line) = (self.modules[child].parent, self.modules[child].line);
            if let Some(definition) = self.textual(at, name, line) {
                answer.push(hit(definition, None, Spaces::MACROS));
                return true;
            }
            child = at;
        }
        let used = self.krate(ask.from).macro_use.iter();
        let mut entries = used.flat_map(|root| self.entries(*root, name, Spaces::MACROS.0));
        if let Some(entry) = entries.next() {
            answer.push(hit(entry.definition, None, Spaces::MACROS));
            return true;
        }
        false
    }

    /// The macro of a module that is known at `line`: the last one before it, else the first one.
    fn textual(&self, module: ModuleId, name: Symbol, line: u32) -> Option<Definition> {
        let known = self.modules[module].textual.get(&name)?;
        let before = known.iter().filter(|(from, _)| *from <= line);
        let last = before.max_by_key(|(from, _)| *from);
        last.or_else(|| known.first()).map(|(_, known)| *known)
    }

    /// Whether a glob import of a crate outside may give any name here.
    fn has_external_glob(&self, from: ModuleId) -> bool {
        self.blocks(from).any(|at| self.modules[at].external_glob)
    }

    /// One more segment below `module`: names that may be used from here, else all of them.
    ///
    /// A name that is private where `ask` stands is taken only when there is no other.
    fn descend(
        &self,
        path: &[Symbol],
        ask: Ask,
        module: ModuleId,
        before: Step,
        steps: &mut Vec<Step>,
        answer: &mut Answer,
    ) {
        let name = path[before.next];
        let last = before.next + 1 == path.len();
        let spaces = if last { ask.spaces } else { Spaces::TYPES };
        for anyone in [false, true] {
            let known = (steps.len(), answer.hits.len());
            for space in SPACES.into_iter().filter(|space| spaces.has(*space)) {
                let within = |outer| self.is_below(ask.from, outer);
                let usable = |entry: &&Entry| anyone || entry.visible_in.is_none_or(within);
                for entry in self.entries(module, name, space.0).filter(usable) {
                    let conditional = before.conditional || entry.conditional;
                    let through = before
                        .through
                        .or_else(|| self.handed_on(ask, module, entry));
                    if last {
                        answer.push(Hit {
                            through,
                            conditional,
                            ..hit(entry.definition, Some(module), space)
                        });
                    } else {
                        steps.push(Step {
                            through,
                            conditional,
                            ..step(entry, Some(module), before.next + 1)
                        });
                    }
                }
            }
            if known != (steps.len(), answer.hits.len()) {
                return;
            }
        }
        let known = answer.hits.len();
        self.missed(module, name, spaces, answer);
        for hit in answer.hits.iter_mut().skip(known) {
            hit.through = before.through;
        }
    }

    /// The module that hands on the module of `entry` without containing it; what the asking file
    /// imports itself comes through whatever its import names.
    fn handed_on(&self, ask: Ask, module: ModuleId, entry: &Entry) -> Option<ModuleId> {
        let Definition::Module(target) = entry.definition else {
            return None;
        };
        let file = |id: ModuleId| self.modules[id].file;
        if self.modules[target].parent == module && target != module {
            None
        } else if file(module) == file(ask.from) {
            entry.through
        } else {
            Some(module)
        }
    }

    /// A name that the table of `module` does not have: external behind a glob of another crate,
    /// else perhaps made by a macro call.
    fn missed(&self, module: ModuleId, name: Symbol, spaces: Spaces, answer: &mut Answer) {
        if self.modules[module].external_glob {
            return answer.push(hit(Definition::External, Some(module), Spaces::TYPES));
        }
        answer.missed_in = Some(module);
        self.by_macro(module, name, spaces, Some(module), answer);
    }

    /// A name that no declaration makes, but that a macro call mentions: in its module, or in one
    /// whose names a glob brings in.
    fn by_macro(
        &self,
        at: ModuleId,
        name: Symbol,
        space: Spaces,
        written: Option<ModuleId>,
        answer: &mut Answer,
    ) {
        if space == Spaces::MACROS {
            return;
        }
        let mut near = vec![at];
        let mut next = 0;
        while next < near.len() {
            let module = &self.modules[near[next]];
            if module.macro_names.binary_search(&name).is_ok() {
                return answer.push(hit(Definition::Made(near[next]), written, space));
            }
            let more = module.globs.iter().filter(|glob| !near.contains(glob));
            let more: Vec<ModuleId> = more.copied().collect();
            near.extend(more);
            next += 1;
        }
    }
}

impl Answer {
    /// Adds a meaning; one that is known gets the name space, too.
    fn push(&mut self, hit: Hit) {
        let known = self
            .hits
            .iter_mut()
            .find(|known| known.definition == hit.definition && known.module == hit.module);
        if let Some(known) = known {
            known.space |= hit.space;
        } else {
            self.hits.push(hit);
        }
    }
}

/// The step to what an entry stands for.
fn step(entry: &Entry, module: Option<ModuleId>, next: usize) -> Step {
    Step {
        definition: entry.definition,
        module,
        through: entry.through,
        next,
        conditional: entry.conditional,
    }
}

/// A meaning without conditions, at the end of the path.
fn hit(definition: Definition, module: Option<ModuleId>, space: Spaces) -> Hit {
    Hit {
        definition,
        module,
        through: None,
        rest: 0,
        space: space.0,
        conditional: false,
    }
}

/// The names of a path as symbols.
pub(super) fn symbols(
    index: &Index,
    id: ExtractId,
    extract: &Extract,
    path: &PathUse,
) -> Vec<Symbol> {
    let names = extract.segments(path).iter();
    names.map(|name| index.symbol(id, *name)).collect()
}

/// How a path of a file is to be read in a module.
pub(super) fn ask(module: ModuleId, path: &PathUse, in_use: bool) -> Ask {
    Ask {
        from: module,
        rooted: path.rooted,
        in_use,
        spaces: path.spaces,
        line: path.at.line,
        dev: true,
    }
}

/// The items that a path of an instance means as a type.
pub(super) fn meanings(
    index: &Index,
    instance: &Instance,
    extract: &Extract,
    path: PathId,
) -> Vec<Definition> {
    let path = &extract.paths[path];
    let module = instance.modules[path.scope];
    let names = symbols(index, instance.extract, extract, path);
    let answer = index.look_up(&names, ask(module, path, false));
    let items = answer
        .hits
        .iter()
        .filter(|hit| hit.rest == 0 && matches!(hit.definition, Definition::Item { .. }));
    items.map(|hit| hit.definition).collect()
}
