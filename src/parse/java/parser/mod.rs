//! One pass over the tokens of a Java file: classes, and uses of names that are not local.
//!
//! In: source text. Out: [`Parsed`].
//! Invariant: every loop consumes a token; recursion is bounded by `Kind::MAX_DEPTH`.
//! Never: builds a tree; a broken part costs that part only.

mod classes;
mod creators;
mod expressions;
pub(super) mod extract;
mod finish;
mod lexer;
mod lookahead;
mod members;
pub(super) mod named;
mod patterns;
mod statements;
mod token;
mod types;
mod unit;
mod uses;

use rustc_hash::FxHashMap;

use self::extract::{ClassId, FileExtract, Nature, Role, Use, Visibility};
use self::lexer::{lex, operator};
use self::token::Kind;
use crate::model::IndexVec;
use crate::parse::language::Listen;
use crate::parse::tokens::cursor::{Cursor, Spot, UseId, Word};
use crate::parse::tokens::{Bindings, Parsed, Symbol, Symbols};

/// Parses `text`.
pub(super) fn parse(text: &str, listen: Listen<'_>) -> Parsed<FileExtract> {
    let scanner = lex(text);
    let state = State::new(&scanner.symbols);
    let mut parser = Parser::new(text, scanner, state);
    parser.unit();
    if let Some(listen) = listen {
        listen(&|| parser.lexemes(operator));
    }
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
    name: Option<Symbol>,
    parent: Option<ClassId>,
    nature: Nature,
    visibility: Visibility,
    is_abstract: bool,
    is_interface: bool,
    offset: u32,
    supers: Vec<UseId>,
    local_super: Option<ClassId>,
    members: Vec<ClassId>,
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

/// A cursor over the tokens of a Java file, with what was found.
type Parser<'t> = Cursor<'t, Kind, State>;

/// What a parser of Java knows where it stands, and what it found so far.
struct State {
    variables: Bindings,
    types: Bindings,
    /// The class that the current place belongs to.
    class: Option<ClassId>,
    inherits: bool,
    /// Inside a `case` label, where `->` starts the body and no lambda.
    in_label: bool,
    package: Box<str>,
    imports: Vec<RawImport>,
    classes: IndexVec<ClassId, RawClass>,
    chains: Vec<Symbol>,
    uses: IndexVec<UseId, Use>,
    known: FxHashMap<u64, UseId>,
    loads: Vec<Spot>,
}

impl State {
    /// At the start of a file with these words.
    fn new(symbols: &Symbols<'_>) -> Self {
        Self {
            variables: Bindings::new(symbols),
            types: Bindings::new(symbols),
            class: None,
            inherits: false,
            in_label: false,
            package: "".into(),
            imports: Vec::new(),
            classes: IndexVec::default(),
            chains: Vec::new(),
            uses: IndexVec::default(),
            known: FxHashMap::default(),
            loads: Vec::new(),
        }
    }
}

/// Where scopes of variables and types began.
#[derive(Clone, Copy)]
struct Scope(usize, usize);

impl Parser<'_> {
    /// The class that the current place belongs to.
    fn class(&mut self) -> Option<&mut RawClass> {
        let class = self.state.class?;
        Some(&mut self.state.classes[class])
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
        Scope(self.state.variables.enter(), self.state.types.enter())
    }

    fn leave(&mut self, scope: Scope) {
        self.state.variables.leave(scope.0);
        self.state.types.leave(scope.1);
    }
}
