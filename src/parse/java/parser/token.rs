//! The tokens of Java.
//!
//! In: nothing. Out: [`Kind`], the symbols of words with a meaning.
//! Invariant: words stand in the order of [`WORDS`], which is the order of their symbols.
//! Never: text.

use crate::parse::tokens::Symbol;
use crate::parse::tokens::cursor::TokenKind;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Abstract,
    Assert,
    Break,
    Case,
    Catch,
    Class,
    Continue,
    Default,
    Do,
    Else,
    Enum,
    Extends,
    Finally,
    For,
    If,
    Implements,
    Import,
    Instanceof,
    Interface,
    New,
    Package,
    Private,
    Protected,
    Public,
    Return,
    Static,
    Super,
    Switch,
    Synchronized,
    This,
    Throw,
    Throws,
    Try,
    While,
    /// `final` and modifiers without influence on names.
    Modifier,
    /// `int` and its kin, and `void`.
    Primitive,
    Ident,
    Literal,
    OpenParen,
    CloseParen,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Comma,
    Semicolon,
    Colon,
    DoubleColon,
    Dot,
    Ellipsis,
    At,
    Question,
    Arrow,
    Assign,
    Less,
    /// One `>`, so that nested type arguments need no splitting.
    Greater,
    /// `&&` and `||`, which add a path.
    Branch,
    Amp,
    Step,
    Not,
    Sign,
    Star,
    Operator,
    End,
}

impl TokenKind for Kind {
    const MAX_DEPTH: u32 = 250;
    const END: Self = Self::End;
    const NAME: Self = Self::Ident;

    fn opens(self) -> bool {
        matches!(self, Self::OpenParen | Self::OpenBracket | Self::OpenBrace)
    }
}

/// Words with a meaning everywhere; then those with a meaning in some places only.
pub(super) const WORDS: [(&str, Kind); 64] = [
    ("abstract", Kind::Abstract),
    ("assert", Kind::Assert),
    ("break", Kind::Break),
    ("case", Kind::Case),
    ("catch", Kind::Catch),
    ("class", Kind::Class),
    ("continue", Kind::Continue),
    ("default", Kind::Default),
    ("do", Kind::Do),
    ("else", Kind::Else),
    ("enum", Kind::Enum),
    ("extends", Kind::Extends),
    ("finally", Kind::Finally),
    ("for", Kind::For),
    ("if", Kind::If),
    ("implements", Kind::Implements),
    ("import", Kind::Import),
    ("instanceof", Kind::Instanceof),
    ("interface", Kind::Interface),
    ("new", Kind::New),
    ("package", Kind::Package),
    ("private", Kind::Private),
    ("protected", Kind::Protected),
    ("public", Kind::Public),
    ("return", Kind::Return),
    ("static", Kind::Static),
    ("super", Kind::Super),
    ("switch", Kind::Switch),
    ("synchronized", Kind::Synchronized),
    ("this", Kind::This),
    ("throw", Kind::Throw),
    ("throws", Kind::Throws),
    ("try", Kind::Try),
    ("while", Kind::While),
    ("final", Kind::Modifier),
    ("native", Kind::Modifier),
    ("strictfp", Kind::Modifier),
    ("transient", Kind::Modifier),
    ("volatile", Kind::Modifier),
    ("boolean", Kind::Primitive),
    ("byte", Kind::Primitive),
    ("char", Kind::Primitive),
    ("double", Kind::Primitive),
    ("float", Kind::Primitive),
    ("int", Kind::Primitive),
    ("long", Kind::Primitive),
    ("short", Kind::Primitive),
    ("void", Kind::Primitive),
    ("true", Kind::Literal),
    ("false", Kind::Literal),
    ("null", Kind::Literal),
    ("const", Kind::Modifier),
    ("goto", Kind::Modifier),
    ("record", Kind::Ident),
    ("sealed", Kind::Ident),
    ("non", Kind::Ident),
    ("permits", Kind::Ident),
    ("var", Kind::Ident),
    ("yield", Kind::Ident),
    ("when", Kind::Ident),
    ("module", Kind::Ident),
    ("open", Kind::Ident),
    ("provides", Kind::Ident),
    ("uses", Kind::Ident),
];

/// Symbol of `record`.
pub(super) const RECORD: Symbol = Symbol::new(53);
/// Symbol of `sealed`.
pub(super) const SEALED: Symbol = Symbol::new(54);
/// Symbol of `non`.
pub(super) const NON: Symbol = Symbol::new(55);
/// Symbol of `permits`.
pub(super) const PERMITS: Symbol = Symbol::new(56);
/// Symbol of `var`.
pub(super) const VAR: Symbol = Symbol::new(57);
/// Symbol of `yield`.
pub(super) const YIELD: Symbol = Symbol::new(58);
/// Symbol of `when`.
pub(super) const WHEN: Symbol = Symbol::new(59);
/// Symbol of `module`.
pub(super) const MODULE: Symbol = Symbol::new(60);
/// Symbol of `open`.
pub(super) const OPEN: Symbol = Symbol::new(61);
/// Symbol of `provides`.
pub(super) const PROVIDES: Symbol = Symbol::new(62);
/// Symbol of `uses`.
pub(super) const USES: Symbol = Symbol::new(63);
