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
    /// What sees it.
    visibility: Visibility,
    /// Whether the visibility is written.
    explicit: bool,
    /// Whether `static` is written.
    is_static: bool,
    /// Whether `abstract` is written.
    is_abstract: bool,
}

/// A class before symbols became names.
struct RawClass {
    /// Its name; an anonymous class of an enum has that of its constant.
    name: Option<Symbol>,
    /// The class around it.
    parent: Option<ClassId>,
    /// How it came to be.
    nature: Nature,
    /// What sees it.
    visibility: Visibility,
    /// Interfaces, annotations and abstract classes.
    is_abstract: bool,
    /// Whether its members are public unless they say otherwise.
    is_interface: bool,
    /// Where its name stands.
    offset: u32,
    /// Uses of its supertypes.
    supers: Vec<UseId>,
    /// The enum that the body of a constant belongs to.
    local_super: Option<ClassId>,
    /// Member types.
    members: Vec<ClassId>,
    /// Fields, with components of a record and constants of an enum.
    fields: Vec<(Symbol, Flags)>,
    /// Methods, with accessors of a record.
    methods: Vec<RawMethod>,
}

/// A method before symbols became names.
struct RawMethod {
    /// Its name.
    name: Symbol,
    /// Number of parameters, at most 255.
    arity: u8,
    /// Whether the last parameter takes any number of arguments.
    variadic: bool,
    /// Its modifiers.
    flags: Flags,
}

/// An import before symbols became names.
struct RawImport {
    /// The dotted name, without `.*`.
    path: Box<str>,
    /// Whether it imports members.
    is_static: bool,
    /// Whether it ends in `.*`.
    wildcard: bool,
    /// Where the name stands.
    offset: u32,
}

/// A cursor over the tokens of a Java file, with what was found.
type Parser<'t> = Cursor<'t, Kind, State>;

/// What a parser of Java knows where it stands, and what it found so far.
struct State {
    /// Local variables and parameters in scope.
    variables: Bindings,
    /// Type parameters and local classes in scope.
    types: Bindings,
    /// The class that the current place belongs to.
    class: Option<ClassId>,
    /// Whether the next use is that of a supertype.
    inherits: bool,
    /// Inside a `case` label, where `->` starts the body and no lambda.
    in_label: bool,
    /// The package, dotted.
    package: Box<str>,
    /// Imports in source order.
    imports: Vec<RawImport>,
    /// Classes of every kind, outer before inner.
    classes: IndexVec<ClassId, RawClass>,
    /// Names of all uses, one chain after another; the last may still be under way.
    chains: Vec<Symbol>,
    /// Distinct uses.
    uses: IndexVec<UseId, Use>,
    /// The first use with each hash of scope, role and names.
    known: FxHashMap<u64, UseId>,
    /// Types loaded through `ServiceLoader`.
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

    /// Opens a scope of variables and types.
    fn enter(&self) -> Scope {
        Scope(self.state.variables.enter(), self.state.types.enter())
    }

    /// Closes a scope, with everything bound since it was opened.
    fn leave(&mut self, scope: Scope) {
        self.state.variables.leave(scope.0);
        self.state.types.leave(scope.1);
    }
}
