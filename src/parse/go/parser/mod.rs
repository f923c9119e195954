//! One pass over the tokens of a Go file: declarations, and uses of names that are not local.
//!
//! In: source text. Out: [`Parsed`].
//! Invariant: every loop consumes a token; recursion is bounded by [`MAX_DEPTH`].
//! Never: builds a tree; a broken part costs that part only.

mod declarations;
mod expressions;
mod finish;
mod literals;
mod signatures;
mod statements;
mod types;

use rustc_hash::FxHashMap;

use super::extract::{Build, FileExtract, Shape};
use super::lexer::lex;
use super::token::{KEYWORDS, Kind, Token};
use crate::model::SymbolKind;
use crate::parse::scan::{Bindings, Symbol, Symbols};

/// Nesting beyond this is skipped; code written by people stays below 100.
const MAX_DEPTH: u32 = 300;

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

/// The result of parsing: facts, and where the text was not understood.
pub(super) struct Parsed {
    /// Facts.
    pub(super) extract: FileExtract,
    /// Line of the first syntax error.
    pub(super) error: Option<u32>,
    /// Line of the first part that was nested too deeply.
    pub(super) too_deep: Option<u32>,
}

/// Parses `text`; `build` and `conditional` come from its constraints.
pub(super) fn parse(text: &str, build: Build, conditional: bool) -> Parsed {
    let lexed = lex(text);
    let mut parser = Parser::new(text, lexed.tokens, lexed.symbols);
    parser.file();
    parser.finish(build, conditional)
}

/// A use before offsets became positions: use, offset, whether it inherits.
type Spot = (u32, u32, bool);

/// A declaration before symbols became names.
struct Decl {
    symbol: Symbol,
    kind: SymbolKind,
    offset: u32,
    shape: Option<u32>,
}

/// An import before symbols became names.
struct RawImport {
    path: Box<str>,
    alias: RawAlias,
    offset: u32,
}

enum RawAlias {
    None,
    Named(Symbol),
    Dot,
    Blank,
}

/// A function: receiver type, name, first and last offset.
type Function = (Option<Symbol>, Symbol, u32, u32);

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    symbols: Symbols<'t>,
    locals: Bindings,
    local_types: Vec<(Symbol, u32)>,
    /// Below 0 in the header of a statement, where `{` opens the body and no literal.
    level: i32,
    depth: u32,
    inherits: bool,
    parameters: Vec<Symbol>,
    package: Symbol,
    imports: Vec<RawImport>,
    declarations: Vec<Decl>,
    bare: Vec<u32>,
    qualified: FxHashMap<(Symbol, Symbol), u32>,
    uses: Vec<(Symbol, Option<Symbol>)>,
    spots: Vec<Spot>,
    keys: Vec<(u32, u32, u32)>,
    shapes: Vec<Shape>,
    functions: Vec<Function>,
    complexity: u32,
    error: Option<u32>,
    too_deep: Option<u32>,
}

const UNUSED: u32 = u32::MAX;
/// Symbol of `_`, the first after the keywords.
const BLANK: Symbol = 25;

/// What an expression turned out to be.
#[derive(Clone, Copy, Default)]
struct Operand {
    /// A single identifier and nothing else.
    lone: Option<Symbol>,
    /// A type that a literal may follow, an index into the shapes.
    shape: Option<u32>,
    /// The type is written out (`[]T`), so that a literal may follow even in a header.
    explicit: bool,
}

/// Scope marks; see [`Parser::enter`].
#[derive(Clone, Copy)]
struct Scope(usize, usize);

impl<'t> Parser<'t> {
    fn new(text: &'t str, tokens: Vec<Token>, mut symbols: Symbols<'t>) -> Self {
        debug_assert_eq!(KEYWORDS.len(), BLANK as usize);
        let mut locals = Bindings::default();
        for name in PREDECLARED {
            locals.bind(symbols.intern(name));
        }
        let bare = vec![UNUSED; symbols.len()];
        Self {
            text,
            tokens,
            at: 0,
            symbols,
            locals,
            local_types: Vec::new(),
            level: 0,
            depth: 0,
            inherits: false,
            parameters: Vec::new(),
            package: BLANK,
            imports: Vec::new(),
            declarations: Vec::new(),
            bare,
            qualified: FxHashMap::default(),
            uses: Vec::new(),
            spots: Vec::new(),
            keys: Vec::new(),
            shapes: Vec::new(),
            functions: Vec::new(),
            complexity: 0,
            error: None,
            too_deep: None,
        }
    }

    fn token(&self, ahead: usize) -> Token {
        let end = Token {
            kind: Kind::End,
            start: u32::try_from(self.text.len()).unwrap_or(u32::MAX),
            data: 0,
        };
        self.tokens.get(self.at + ahead).copied().unwrap_or(end)
    }

    fn kind(&self) -> Kind {
        self.tokens
            .get(self.at)
            .map_or(Kind::End, |token| token.kind)
    }

    fn kind_at(&self, ahead: usize) -> Kind {
        self.tokens
            .get(self.at + ahead)
            .map_or(Kind::End, |token| token.kind)
    }

    /// The kind of the token at the absolute `index`.
    fn kind_of(&self, index: usize) -> Kind {
        self.tokens.get(index).map_or(Kind::End, |token| token.kind)
    }

    fn is(&self, kind: Kind) -> bool {
        self.kind() == kind
    }

    fn bump(&mut self) -> Token {
        let token = self.token(0);
        if self.at < self.tokens.len() {
            self.at += 1;
        }
        token
    }

    fn eat(&mut self, kind: Kind) -> bool {
        let found = self.is(kind);
        if found {
            self.at += 1;
        }
        found
    }

    /// Consumes `kind`, or notes a syntax error here.
    fn expect(&mut self, kind: Kind) {
        if !self.eat(kind) {
            self.fail();
        }
    }

    fn fail(&mut self) {
        let here = self.token(0).start;
        self.error.get_or_insert(here);
    }

    /// The source between two offsets.
    fn slice(&self, start: u32, end: u32) -> &'t str {
        self.text.get(start as usize..end as usize).unwrap_or("")
    }

    /// The index after the bracket that matches the one at `at`, or after `at` itself.
    fn after_match(&self, at: usize) -> usize {
        let close = self.tokens.get(at).map_or(at, |token| token.data as usize);
        close.max(at) + 1
    }

    /// Runs `parse` one level deeper; too deep, it skips a token or a whole bracket instead.
    fn deeper<T: Default>(&mut self, parse: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= MAX_DEPTH {
            let here = self.token(0).start;
            self.too_deep.get_or_insert(here);
            self.skip_one();
            return T::default();
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// Skips a token, or a bracket with all that it encloses.
    fn skip_one(&mut self) {
        match self.kind() {
            Kind::OpenParen | Kind::OpenBracket | Kind::OpenBrace => {
                self.at = self.after_match(self.at);
            }
            _ => drop(self.bump()),
        }
    }

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

    fn enter(&self) -> Scope {
        Scope(self.locals.enter(), self.local_types.len())
    }

    fn leave(&mut self, scope: Scope) {
        self.locals.leave(scope.0);
        self.local_types.truncate(scope.1);
    }

    /// The use of a bare name.
    fn bare_use(&mut self, symbol: Symbol) -> u32 {
        let index = symbol as usize;
        if index >= self.bare.len() {
            self.bare.resize(self.symbols.len().max(index + 1), UNUSED);
        }
        let next = u32::try_from(self.uses.len()).unwrap_or(UNUSED);
        let Some(known) = self.bare.get_mut(index) else {
            return next;
        };
        if *known == UNUSED {
            *known = next;
            self.uses.push((symbol, None));
        }
        *known
    }

    /// The use of `symbol.selected`.
    fn qualified_use(&mut self, symbol: Symbol, selected: Symbol) -> u32 {
        let next = u32::try_from(self.uses.len()).unwrap_or(UNUSED);
        let known = *self.qualified.entry((symbol, selected)).or_insert(next);
        if known == next {
            self.uses.push((symbol, Some(selected)));
        }
        known
    }

    /// Notes that `of` is used at `offset`.
    fn note(&mut self, of: u32, offset: u32) {
        let inherits = std::mem::take(&mut self.inherits);
        self.spots.push((of, offset, inherits));
    }

    fn shape(&mut self, shape: Shape) -> u32 {
        self.shapes.push(shape);
        u32::try_from(self.shapes.len() - 1).unwrap_or(UNUSED)
    }

    /// The shape of a type that is declared locally.
    fn local_shape(&self, symbol: Symbol) -> Option<u32> {
        self.local_types
            .iter()
            .rev()
            .find(|(name, _)| *name == symbol)
            .map(|(_, shape)| *shape)
    }
}
