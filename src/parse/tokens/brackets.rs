//! Which brackets belong together.
//!
//! In: opening and closing brackets in source order. Out: the opening partner of each closing one.
//! Invariant: a closing brace closes what was left open inside it; other brackets never cross a brace.
//! Never: searches further back than [`MAX_UNCLOSED`] brackets.

/// How many unclosed brackets a closing one may skip.
const MAX_UNCLOSED: usize = 64;

/// The three kinds of brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bracket {
    /// `( )`
    Round,
    /// `[ ]`
    Square,
    /// `{ }`
    Curly,
}

impl Bracket {
    /// The bracket that `byte` is, and whether it opens.
    pub(crate) const fn of(byte: u8) -> Option<(Self, bool)> {
        Some(match byte {
            b'(' => (Self::Round, true),
            b')' => (Self::Round, false),
            b'[' => (Self::Square, true),
            b']' => (Self::Square, false),
            b'{' => (Self::Curly, true),
            b'}' => (Self::Curly, false),
            _ => return None,
        })
    }
}

/// The brackets that are open.
#[derive(Default)]
pub(crate) struct Brackets {
    /// The kind of each open bracket and the index of its token, outermost first.
    open: Vec<(Bracket, u32)>,
}

impl Brackets {
    /// Opens a bracket: the token at `index`.
    pub(crate) fn open(&mut self, bracket: Bracket, index: u32) {
        self.open.push((bracket, index));
    }

    /// Closes a bracket; tells the index of the token that opened it, `None` for a stray one.
    ///
    /// In `{ ( }` the brace closes the first one and drops the `(`. In `( } )` the brace is stray.
    /// A round bracket does not look beyond a brace: one forgotten `)` would swallow whole
    /// functions.
    pub(crate) fn close(&mut self, bracket: Bracket) -> Option<u32> {
        let near = self.open.iter().enumerate().rev().take(MAX_UNCLOSED);
        let found = near
            .take_while(|(_, (kind, _))| bracket == Bracket::Curly || *kind != Bracket::Curly)
            .find(|(_, (kind, _))| *kind == bracket);
        let (depth, &(_, index)) = found?;
        self.open.truncate(depth);
        Some(index)
    }
}
