//! One pass over the tokens of a Java file: classes, and uses of names that are not local.
//!
//! In: source text. Out: [`Parsed`].
//! Invariant: every loop consumes a token; recursion is bounded by [`MAX_DEPTH`].
//! Never: builds a tree; a broken part costs that part only.

mod classes;
mod creators;
mod expressions;
mod finish;
mod lookahead;
mod members;
mod patterns;
mod statements;
mod types;
mod unit;
mod uses;

use rustc_hash::FxHashMap;

use super::extract::{FileExtract, NO_CLASS, Nature, Role, Visibility};
use super::lexer::lex;
use super::token::{Kind, Token};
use crate::parse::scan::{Bindings, Symbol, Symbols};

/// Nesting beyond this is skipped; code written by people stays below 100.
const MAX_DEPTH: u32 = 250;

/// The result of parsing: facts, and where the text was not understood.
pub(super) struct Parsed {
    /// Facts.
    pub(super) extract: FileExtract,
    /// Line of the first syntax error.
    pub(super) error: Option<u32>,
    /// Line of the first part that was nested too deeply.
    pub(super) too_deep: Option<u32>,
}

/// Parses `text`.
pub(super) fn parse(text: &str) -> Parsed {
    let lexed = lex(text);
    let mut parser = Parser::new(text, lexed.tokens, lexed.symbols);
    parser.unit();
    parser.finish()
}

/// Modifiers that matter to names.
#[derive(Clone, Copy, Default)]
struct Flags {
    visibility: Visibility,
    explicit: bool,
    is_static: bool,
    is_abstract: bool,
}

/// A class before symbols became names.
struct RawClass {
    name: Symbol,
    parent: u32,
    nature: Nature,
    visibility: Visibility,
    is_abstract: bool,
    is_interface: bool,
    offset: u32,
    supers: Vec<u32>,
    local_super: Option<u32>,
    members: Vec<u32>,
    fields: Vec<(Symbol, Flags)>,
    methods: Vec<RawMethod>,
}

struct RawMethod {
    name: Symbol,
    arity: u8,
    variadic: bool,
    flags: Flags,
}

struct RawImport {
    path: Box<str>,
    is_static: bool,
    wildcard: bool,
    offset: u32,
}

struct RawUse {
    scope: u32,
    role: Role,
    start: u32,
    length: u32,
}

/// Use, offset, whether it is a supertype.
type Spot = (u32, u32, bool);

/// A method: class, name, first and last offset.
type Function = (Symbol, Symbol, u32, u32);

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    symbols: Symbols<'t>,
    variables: Bindings,
    types: Bindings,
    /// The class that the current place belongs to.
    class: u32,
    depth: u32,
    inherits: bool,
    /// Inside a `case` label, where `->` starts the body and no lambda.
    in_label: bool,
    package: Box<str>,
    imports: Vec<RawImport>,
    classes: Vec<RawClass>,
    chains: Vec<Symbol>,
    uses: Vec<RawUse>,
    known: FxHashMap<u64, u32>,
    spots: Vec<Spot>,
    loads: Vec<(u32, u32)>,
    functions: Vec<Function>,
    complexity: u32,
    error: Option<u32>,
    too_deep: Option<u32>,
}

/// Where scopes of variables and types began.
#[derive(Clone, Copy)]
struct Scope(usize, usize);

impl<'t> Parser<'t> {
    fn new(text: &'t str, tokens: Vec<Token>, symbols: Symbols<'t>) -> Self {
        Self {
            text,
            tokens,
            at: 0,
            symbols,
            variables: Bindings::default(),
            types: Bindings::default(),
            class: NO_CLASS,
            depth: 0,
            inherits: false,
            in_label: false,
            package: "".into(),
            imports: Vec::new(),
            classes: Vec::new(),
            chains: Vec::new(),
            uses: Vec::new(),
            known: FxHashMap::default(),
            spots: Vec::new(),
            loads: Vec::new(),
            functions: Vec::new(),
            complexity: 0,
            error: None,
            too_deep: None,
        }
    }

    fn token(&self) -> Token {
        let end = Token {
            kind: Kind::End,
            start: u32::try_from(self.text.len()).unwrap_or(u32::MAX),
            data: 0,
        };
        self.tokens.get(self.at).copied().unwrap_or(end)
    }

    fn kind(&self) -> Kind {
        self.kind_of(self.at)
    }

    fn kind_at(&self, ahead: usize) -> Kind {
        self.kind_of(self.at + ahead)
    }

    /// The kind of the token at the absolute `index`.
    fn kind_of(&self, index: usize) -> Kind {
        self.tokens.get(index).map_or(Kind::End, |token| token.kind)
    }

    /// The symbol of the word at the absolute `index`.
    fn word_of(&self, index: usize) -> Option<Symbol> {
        self.tokens
            .get(index)
            .filter(|token| token.kind == Kind::Ident)
            .map(|token| token.data)
    }

    fn is(&self, kind: Kind) -> bool {
        self.kind() == kind
    }

    fn is_word(&self, symbol: Symbol) -> bool {
        self.word_of(self.at) == Some(symbol)
    }

    fn bump(&mut self) -> Token {
        let token = self.token();
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
        let here = self.token().start;
        self.error.get_or_insert(here);
    }

    /// The index after the bracket that matches the one at `at`, or after `at` itself.
    fn after_match(&self, at: usize) -> usize {
        let close = self.tokens.get(at).map_or(at, |token| token.data as usize);
        close.max(at) + 1
    }

    /// Runs `parse` one level deeper; too deep, it skips a token or a whole bracket instead.
    fn deeper<T: Default>(&mut self, parse: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= MAX_DEPTH {
            let here = self.token().start;
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

    /// Skips to the end of the statement, not beyond the enclosing bracket; eats a `;`.
    fn recover(&mut self) {
        self.fail();
        loop {
            match self.kind() {
                Kind::CloseBrace | Kind::CloseParen | Kind::CloseBracket | Kind::End => return,
                Kind::Semicolon => {
                    self.bump();
                    return;
                }
                Kind::OpenBrace => return self.skip_one(),
                _ => self.skip_one(),
            }
        }
    }

    /// The end of a statement or member: `;`, or recovery.
    fn end(&mut self) {
        if !self.eat(Kind::Semicolon) {
            self.recover();
            if matches!(self.kind(), Kind::CloseParen | Kind::CloseBracket) {
                self.bump();
            }
        }
    }

    fn enter(&self) -> Scope {
        Scope(self.variables.enter(), self.types.enter())
    }

    fn leave(&mut self, scope: Scope) {
        self.variables.leave(scope.0);
        self.types.leave(scope.1);
    }
}
