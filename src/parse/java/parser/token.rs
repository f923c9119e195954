//! The tokens of Java.
//!
//! In: nothing. Out: [`Kind`], the symbols of words with a meaning.
//! Invariant: words stand in the order of [`WORDS`], which is the order of their symbols.
//! Never: text.

use crate::parse::tokens::Symbol;
use crate::parse::tokens::token_kinds;

token_kinds! {
    deepest 250;
    words {
        "abstract" Abstract, "assert" Assert, "break" Break, "case" Case, "catch" Catch,
        "class" Class, "continue" Continue, "default" Default, "do" Do, "else" Else, "enum" Enum,
        "extends" Extends, "finally" Finally, "for" For, "if" If, "implements" Implements,
        "import" Import, "instanceof" Instanceof, "interface" Interface, "new" New,
        "package" Package, "private" Private, "protected" Protected, "public" Public,
        "return" Return, "static" Static, "super" Super, "switch" Switch,
        "synchronized" Synchronized, "this" This, "throw" Throw, "throws" Throws, "try" Try,
        "while" While,
    }
    // Several words of one kind; the last ones have a meaning in some places only.
    shared {
        "final" Modifier, "native" Modifier, "strictfp" Modifier, "transient" Modifier,
        "volatile" Modifier, "boolean" Primitive, "byte" Primitive, "char" Primitive,
        "double" Primitive, "float" Primitive, "int" Primitive, "long" Primitive,
        "short" Primitive, "void" Primitive, "true" Literal, "false" Literal, "null" Literal,
        "const" Modifier, "goto" Modifier, "record" Ident, "sealed" Ident, "non" Ident,
        "permits" Ident, "var" Ident, "yield" Ident, "when" Ident, "module" Ident, "open" Ident,
        "provides" Ident, "uses" Ident,
    }
    others {
        /// `final` and modifiers without influence on names.
        Modifier,
        /// `int` and its kin, and `void`.
        Primitive,
        Ident, Literal, OpenParen, CloseParen, OpenBracket, CloseBracket, OpenBrace, CloseBrace,
        Comma, Semicolon, Colon, DoubleColon, Dot, Ellipsis, At, Question, Arrow, Assign, Less,
        /// One `>`, so that nested type arguments need no splitting.
        Greater,
        /// `&&` and `||`, which add a path.
        Branch,
        Amp, Step, Not, Sign, Star, Operator, End,
    }
}

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
