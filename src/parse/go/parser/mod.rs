//! One pass over the tokens of a Go file: declarations, and uses of names that are not local.
//!
//! In: source text. Out: [`Parsed`].
//! Invariant: every loop consumes a token; recursion is bounded by `Kind::MAX_DEPTH`.
//! Never: builds a tree; a broken part costs that part only.

mod declarations;
mod expressions;
pub(super) mod extract;
mod finish;
mod lexer;
mod literals;
mod signatures;
mod statements;
mod token;
mod types;

use rustc_hash::FxHashMap;

use self::extract::{Build, FileExtract, Shape, ShapeId};
use self::lexer::{lex, operator};
use self::token::{BLANK, Kind};
use crate::model::{IndexVec, SymbolKind};
use crate::parse::language::Listen;
use crate::parse::tokens::cursor::{Cursor, Spot, UseId, Word};
use crate::parse::tokens::{Bindings, Parsed, Symbol, Symbols};

/// Names of the language that no package redefines; uses of them are not kept, unless an import has the name.
pub(super) const PREDECLARED: [&str; 26] = [
    "_",
    "bool",
    "byte",
    "complex64",
    "complex128",
    "error",
    "float32",
    "float64",
    "int",
    "int8",
    "int16",
    "int32",
    "int64",
    "rune",
    "string",
    "uint",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "uintptr",
    "true",
    "false",
    "iota",
    "nil",
    "any",
];

/// Parses `text`; `build` and `conditional` come from its constraints.
pub(super) fn parse(
    text: &str,
    build: Build,
    conditional: bool,
    listen: Listen<'_>,
) -> Parsed<FileExtract> {
    let mut scanner = lex(text);
    let state = State::new(&mut scanner.symbols);
    let mut parser = Parser::new(text, scanner, state);
    parser.file();
    if let Some(listen) = listen {
        listen(&|| parser.lexemes(operator));
    }
    parser.finish(build, conditional)
}

/// A declaration before symbols became names.
struct Decl {
    /// Its name, and where it stands.
    name: Word,
    /// What it is.
    kind: SymbolKind,
    /// The right side of a type declaration.
    shape: Option<ShapeId>,
}

/// An import before symbols became names.
struct RawImport {
    /// The path without quotes.
    path: Box<str>,
    /// How it names its package.
    alias: RawAlias,
    /// Where the path stands.
    offset: u32,
}

/// How an import names its package; see `Alias`.
enum RawAlias {
    None,
    Named(Symbol),
    Dot,
    Blank,
}

/// A cursor over the tokens of a Go file, with what was found.
type Parser<'t> = Cursor<'t, Kind, State>;

/// What a parser of Go knows where it stands, and what it found so far.
struct State {
    /// Names that are bound in the scopes around the current place, predeclared ones included.
    locals: Bindings,
    /// Types that are declared in these scopes, with their shapes.
    local_types: Vec<(Symbol, ShapeId)>,
    /// Below 0 in the header of a statement, where `{` opens the body and no literal.
    level: i32,
    /// Whether the next use is that of an embedded interface.
    inherits: bool,
    /// Parameters of the signatures read so far, which a body would bind.
    parameters: Vec<Symbol>,
    /// The package clause; `_` before it is read.
    package: Symbol,
    /// Imports in source order.
    imports: Vec<RawImport>,
    /// Package-level declarations in source order.
    declarations: Vec<Decl>,
    /// The use of each bare name.
    bare: IndexVec<Symbol, Option<UseId>>,
    /// The use of each `name.selected`.
    qualified: FxHashMap<(Symbol, Symbol), UseId>,
    /// Distinct uses: a name, and what is selected from it.
    uses: IndexVec<UseId, (Symbol, Option<Symbol>)>,
    /// Keys of literals of named types: the shape of the type, and the key as a use.
    keys: Vec<(ShapeId, Spot)>,
    /// Shapes of types.
    shapes: IndexVec<ShapeId, Shape>,
    /// Whether there is a function `init`.
    has_init: bool,
}

impl State {
    /// At the start of a file with these words.
    fn new(symbols: &mut Symbols<'_>) -> Self {
        let predeclared = PREDECLARED.map(|name| symbols.intern(name));
        let mut locals = Bindings::new(symbols);
        for name in predeclared {
            locals.bind(name);
        }
        Self {
            locals,
            local_types: Vec::new(),
            level: 0,
            inherits: false,
            parameters: Vec::new(),
            package: BLANK,
            imports: Vec::new(),
            declarations: Vec::new(),
            bare: symbols.each(None),
            qualified: FxHashMap::default(),
            uses: IndexVec::default(),
            keys: Vec::new(),
            shapes: IndexVec::default(),
            has_init: false,
        }
    }
}

/// What an expression turned out to be.
#[derive(Clone, Copy, Default)]
struct Operand {
    /// A single identifier and nothing else.
    lone: Option<Symbol>,
    /// A type that a literal may follow.
    shape: Option<ShapeId>,
    /// The type is written out (`[]T`), so that a literal may follow even in a header.
    explicit: bool,
}

/// Scope marks; see [`Parser::enter`].
#[derive(Clone, Copy)]
struct Scope(usize, usize);

impl Parser<'_> {
    /// Skips to the end of the statement, not beyond the enclosing bracket.
    fn recover(&mut self) {
        self.fail();
        loop {
            match self.kind() {
                Kind::Semicolon
                | Kind::CloseBrace
                | Kind::CloseParen
                | Kind::CloseBracket
                | Kind::End => return,
                _ => self.skip_one(),
            }
        }
    }

    /// Opens a scope of variables and types.
    fn enter(&self) -> Scope {
        Scope(self.state.locals.enter(), self.state.local_types.len())
    }

    /// Closes a scope, with everything bound since it was opened.
    fn leave(&mut self, scope: Scope) {
        self.state.locals.leave(scope.0);
        self.state.local_types.truncate(scope.1);
    }

    /// The use of a bare name.
    fn bare_use(&mut self, symbol: Symbol) -> UseId {
        let State { bare, uses, .. } = &mut self.state;
        *bare[symbol].get_or_insert_with(|| uses.push((symbol, None)))
    }

    /// The use of `symbol.selected`.
    fn qualified_use(&mut self, symbol: Symbol, selected: Symbol) -> UseId {
        let State {
            qualified, uses, ..
        } = &mut self.state;
        let known = qualified.entry((symbol, selected));
        *known.or_insert_with(|| uses.push((symbol, Some(selected))))
    }

    /// Notes that `of` is used at `offset`.
    fn note(&mut self, of: UseId, offset: u32) {
        let inherits = std::mem::take(&mut self.state.inherits);
        self.spots.push(Spot {
            of,
            offset,
            inherits,
        });
    }

    /// Notes a use of a bare name that is not local.
    fn note_bare(&mut self, word: Word) {
        if !self.state.locals.has(word.symbol) {
            let of = self.bare_use(word.symbol);
            self.note(of, word.offset);
        }
    }

    /// Keeps a shape.
    fn shape(&mut self, shape: Shape) -> ShapeId {
        self.state.shapes.push(shape)
    }

    /// The shape of a type that is declared locally.
    fn local_shape(&self, symbol: Symbol) -> Option<ShapeId> {
        let mut types = self.state.local_types.iter().rev();
        types
            .find(|(name, _)| *name == symbol)
            .map(|(_, shape)| *shape)
    }
}
