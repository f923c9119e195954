//! How often a parser that tries and goes back reads the parts of a text.
//!
//! In: the words and signs of one bracket after the other. Out: how many bits the readings of what follows grow.
//! Invariant: each form that the TypeScript parser may read twice counts, wherever it stands.
//! Never: a grammar; what merely looks like such a form counts, too.
//!
//! In `(a = b < (…) => 1)` the parser takes `<` for type arguments, reads all of the bracket, finds no `>`, and
//! reads it again as a comparison. The bracket may hold the same form, so the work doubles with every level (for some
//! forms it triples), and the memory of a reading is not given back before the file is done.

use memchr::{memchr_iter, memmem};

/// Bits that one such bracket adds: readings of it, in the worst form known.
const BRACKET: u32 = 2;
/// As far as the bound looks for the bracket of a type.
const NEAR: usize = 64;

/// What was seen in one bracket since its statement began.
#[derive(Clone, Copy, Default)]
pub(super) struct Tries {
    /// A value is being assigned: as a default of a parameter it may stand inside of a type.
    assigned: bool,
    /// A type may have begun: `a <`, `a as`, `a satisfies`.
    typed: bool,
    /// The type has a condition, so that `?` does not end it.
    conditional: bool,
    /// Types that are inferred with a bound, whose end the parser must try.
    inferred: u32,
}

impl Tries {
    /// Bits that the readings of a bracket inside grow by; `within` is the bracket around.
    pub(super) fn bracket(self, within: u8) -> u32 {
        let tried = self.typed && (self.assigned || within == b'[');
        if tried { BRACKET } else { 0 }
    }

    /// Bits that the rest of this bracket grows by.
    pub(super) fn inferred(self) -> u32 {
        self.inferred
    }

    /// A `<` behind an operand.
    pub(super) fn less(&mut self) {
        self.typed = true;
        self.conditional = false;
    }

    /// A word; `behind` is the byte before it, `operand` tells whether an operand stands before it.
    pub(super) fn word(&mut self, word: &[u8], behind: u8, operand: bool) {
        match word {
            b"as" | b"satisfies" if operand => self.less(),
            b"extends" => self.conditional = self.typed,
            b"infer" if behind != b'.' => self.inferred += 1,
            _ => {}
        }
    }

    /// A sign that is no bracket, between its neighbours.
    ///
    /// `=` begins a value, unless it is part of a comparison, and ends a type, as `>` does.
    /// Arithmetic and `?` end one, too, unless it is conditional (`a extends b ? c : d`). `=>`
    /// belongs to function types and ends nothing.
    pub(super) fn sign(&mut self, before: u8, sign: u8, after: u8) {
        match sign {
            b'=' if after == b'>' => {}
            b'=' => {
                let compares = after == b'=' || b"=!<>".contains(&before);
                self.assigned |= !compares;
                self.end_type();
            }
            b'>' if before != b'=' => self.end_type(),
            b'?' => {
                self.inferred = 0;
                self.typed &= self.conditional;
            }
            b'+' | b'*' | b'/' | b'%' | b'^' | b'!' | b'~' | b'@' => {
                self.typed &= self.conditional;
            }
            b'&' | b'|' if before == sign => self.typed &= self.conditional,
            _ => {}
        }
    }

    /// A comma: arguments of a type go on behind it, nothing else does.
    pub(super) fn comma(&mut self) {
        self.inferred = 0;
        self.assigned &= self.typed;
    }

    /// No type is under way.
    fn end_type(&mut self) {
        self.typed = false;
        self.conditional = false;
    }
}

/// At least as many bits as any place of the text has, told by a look at each `<`, `as`, `satisfies` and `infer`.
pub(super) fn most(text: &[u8]) -> u32 {
    let angles = memchr_iter(b'<', text).filter(|at| leads_to_bracket(text, at + 1));
    let word = |word: &'static [u8]| {
        let ends = memmem::find_iter(text, word).map(move |at| at + word.len());
        ends.filter(|end| leads_to_bracket(text, *end))
    };
    let brackets = angles.count() + word(b"as").count() + word(b"satisfies").count();
    let inferred = memmem::find_iter(text, b"infer")
        .filter(|at| *at == 0 || text.get(at - 1) != Some(&b'.'))
        .count();
    let bits = brackets
        .saturating_mul(BRACKET as usize)
        .saturating_add(inferred);
    u32::try_from(bits).unwrap_or(u32::MAX)
}

/// Whether a type that begins at `start` may reach a bracket before it ends.
///
/// `a < (b` may, `a < b;` may not. Beyond 64 bytes it is assumed that one follows: the bound must
/// never be below the truth.
fn leads_to_bracket(text: &[u8], start: usize) -> bool {
    let near = text.get(start..).unwrap_or_default().iter().take(NEAR);
    let mut before = 0;
    for &byte in near {
        match byte {
            // Behind a string or a comment anything may stand.
            b'(' | b'[' | b'{' | b'"' | b'\'' | b'`' | b'/' => return true,
            b')' | b']' | b'}' | b';' | b'<' => return false,
            b'>' if before != b'=' => return false,
            _ => before = byte,
        }
    }
    start + NEAR < text.len()
}
