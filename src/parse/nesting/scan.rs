//! The scanner behind the nesting check.
//!
//! In: bytes, [`Syntax`]. Out: [`Shape`].
//! Invariant: one pass, memory bounded by the depth limit.
//! Never: an exact lexer; where in doubt it counts too much, not too little.

use memchr::{memchr, memchr2, memmem};

use super::again::Tries;
use super::shape::{Shape, Syntax};

/// An open bracket, or a string with holes around the code in a hole.
struct Frame {
    /// The opening bracket; 0 for the whole file.
    open: u8,
    /// How many `<` are open in it.
    angles: u32,
    /// How many elements of JSX are open in it.
    elements: u32,
    /// Operators since its statement began.
    chain: u32,
    /// The string around, if it is a hole.
    string: Option<Hole>,
    /// What its statement may make the parser read again.
    tries: Tries,
    /// Bits that its own readings have more than those of the bracket around it.
    again: u32,
}

/// The string to return to when the code in its hole ends.
#[derive(Clone, Copy)]
pub(super) struct Hole {
    /// The quote that ends it.
    pub(super) quote: u8,
    /// Whether three of them do.
    pub(super) triple: bool,
}

/// What the last significant token was.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Last {
    /// Nothing yet in this statement, bracket or list entry.
    Start,
    /// A sign that wants an operand.
    Operator,
    /// A word that wants an operand, such as `return`.
    Prefix,
    /// A name, number or text.
    Operand,
    /// A closing `)` or `]`.
    Closer,
    /// A closing `}`.
    Block,
}

/// A place in the text, what is open there, and the worst that was seen.
pub(super) struct Scan<'t> {
    pub(super) text: &'t [u8],
    pub(super) at: usize,
    pub(super) syntax: Syntax,
    frames: Vec<Frame>,
    /// Widths of the indented blocks of Python that are open, outermost first.
    indents: Vec<usize>,
    /// Brackets, blocks, angles and elements that are open.
    depth: u32,
    /// Part of it that elements are.
    elements: u32,
    /// Operators of all statements that are open, one inside the other.
    chain: u32,
    worst: Shape,
    pub(super) last: Last,
    /// Whether no token stands on this line yet.
    fresh_line: bool,
    /// How many bits the readings of this place have.
    again: u32,
}

impl<'t> Scan<'t> {
    /// At the start of `text`, in the frame of the whole file.
    pub(super) fn new(text: &'t [u8], syntax: Syntax) -> Self {
        let base = Frame {
            open: 0,
            angles: 0,
            elements: 0,
            chain: 0,
            string: None,
            tries: Tries::default(),
            again: 0,
        };
        Self {
            text,
            at: 0,
            syntax,
            frames: vec![base],
            indents: Vec::new(),
            depth: 0,
            elements: 0,
            chain: 0,
            worst: Shape::default(),
            last: Last::Start,
            fresh_line: true,
            again: 0,
        }
    }

    /// Reads to the end, or until a limit is passed; the line told is the one where it stopped.
    pub(super) fn run(mut self) -> Shape {
        if self.syntax == Syntax::Python {
            self.indent();
        }
        while let Some(&byte) = self.text.get(self.at) {
            self.step(byte);
            if !self.worst.is_safe() || !self.worst.is_short(self.syntax) {
                break;
            }
        }
        let seen = self
            .text
            .get(..self.at.min(self.text.len()))
            .unwrap_or_default();
        let lines = memchr::memchr_iter(b'\n', seen).count();
        Shape {
            line: u32::try_from(lines + 1).unwrap_or(u32::MAX),
            ..self.worst
        }
    }

    /// Reads one token and counts it, unless it is blank or a comment.
    ///
    /// In a place that a parser may read again, it counts once per reading: `2^again` times.
    fn step(&mut self, byte: u8) {
        let start = self.at;
        self.token(byte);
        let blank = matches!(byte, b'\n' | b' ' | b'\t' | b'\r' | 0x0C);
        // Comments leave no trace in a tree.
        let comment = byte == b'#' || self.text.get(start..).is_some_and(is_comment);
        if !(blank || comment && self.at > start + 1) {
            self.worst.tokens += 1;
            let readings = 1_u64 << self.again.min(40);
            self.worst.readings = self.worst.readings.saturating_add(readings);
        }
    }

    /// Reads what starts with `byte`; each branch moves by at least one byte.
    fn token(&mut self, byte: u8) {
        match byte {
            b'\n' => self.newline(),
            b' ' | b'\t' | b'\r' | 0x0C => self.at += 1,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'0'..=b'9' | b'$' | 0x80.. => self.word(),
            b'(' | b'[' | b'{' => self.open(byte, None),
            b')' | b']' | b'}' => self.close(),
            b'"' | b'\'' | b'`' => self.quote(byte),
            b'/' if self.comment() => {}
            b'/' if self.regex() => {}
            b'#' if self.syntax == Syntax::Python => self.skip_line(),
            b';' => self.end_statement(),
            b',' => self.separator(),
            b'<' => self.less(),
            b'>' => self.greater(),
            _ => self.operator(),
        }
    }

    /// The byte `ahead` of this place; 0 behind the end.
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// The byte before this place.
    fn before(&self) -> u8 {
        let at = self.at.checked_sub(1);
        at.and_then(|at| self.text.get(at)).copied().unwrap_or(0)
    }

    /// The text from this place on.
    pub(super) fn rest(&self) -> &'t [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Makes the chain of the innermost statement longer by `chain`.
    ///
    /// The chains of the statements around it count, too: a recursive parser has all of them on its
    /// stack at once.
    fn count(&mut self, chain: u32) {
        self.chain += chain;
        if let Some(frame) = self.frames.last_mut() {
            frame.chain += chain;
        }
        self.worst.chain = self.worst.chain.max(self.chain);
    }

    /// Opens a level and keeps the maximum; elements do not count for `code`.
    fn deepen(&mut self) {
        self.depth += 1;
        self.worst.depth = self.worst.depth.max(self.depth);
        self.worst.code = self.worst.code.max(self.depth - self.elements);
    }

    /// Notes what the parser may have to read again.
    fn tries(&mut self, note: impl FnOnce(&mut Tries)) {
        if !matches!(self.syntax, Syntax::TypeScript | Syntax::Tsx) {
            return;
        }
        if let Some(frame) = self.frames.last_mut() {
            self.again -= frame.tries.inferred();
            note(&mut frame.tries);
            self.again += frame.tries.inferred();
        }
    }

    /// Takes one byte for an operator of its own: `&&` counts twice, which is too much rather than
    /// too little.
    pub(super) fn operator(&mut self) {
        let (before, sign, after) = (self.before(), self.peek(0), self.peek(1));
        self.tries(|tries| tries.sign(before, sign, after));
        self.at += 1;
        self.count(1);
        self.last = Last::Operator;
        self.fresh_line = false;
    }

    /// Forgets the chain of the innermost frame: a new statement or element begins.
    fn reset(&mut self, angles_too: bool) {
        self.tries(|tries| {
            if angles_too {
                *tries = Tries::default();
            } else {
                tries.comma();
            }
        });
        if let Some(frame) = self.frames.last_mut() {
            self.chain -= frame.chain;
            frame.chain = 0;
            if angles_too {
                self.depth -= frame.angles;
                frame.angles = 0;
            }
        }
    }

    /// A `;`: nothing before it is on the stack of a parser any more, not even a `<` left open.
    fn end_statement(&mut self) {
        self.at += 1;
        self.reset(true);
        self.last = Last::Start;
    }

    /// A comma: a new list entry begins, but type arguments may go on.
    fn separator(&mut self) {
        self.at += 1;
        self.reset(false);
        self.last = Last::Start;
    }

    /// A line break; in Python, outside of brackets and without a backslash before it, it ends a
    /// statement.
    fn newline(&mut self) {
        self.at += 1;
        self.fresh_line = true;
        if self.syntax == Syntax::Python && self.frames.len() == 1 {
            if self.text.get(self.at.wrapping_sub(2)) != Some(&b'\\') {
                self.reset(true);
                self.last = Last::Start;
            }
            self.indent();
        }
    }

    /// Counts indented blocks as nesting.
    fn indent(&mut self) {
        let width = self
            .rest()
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        if matches!(self.peek(width), b'\n' | b'\r' | b'#' | 0) {
            return;
        }
        while self.indents.last().is_some_and(|&outer| outer > width) {
            self.indents.pop();
            self.depth -= 1;
        }
        if width > self.indents.last().copied().unwrap_or(0) {
            self.indents.push(width);
            self.deepen();
        }
    }

    /// Opens a frame for a bracket, or for a hole of `string`.
    ///
    /// Behind an operand it is a call, an index or a literal, and so a link of the chain: `a(b)(c)`
    /// has two.
    pub(super) fn open(&mut self, open: u8, string: Option<Hole>) {
        if matches!(self.last, Last::Operand | Last::Closer | Last::Block) {
            self.count(1);
        }
        self.at += 1;
        let around = self.frames.last();
        let again = around.map_or(0, |frame| frame.tries.bracket(frame.open));
        self.again += again;
        self.frames.push(Frame {
            tries: Tries::default(),
            again,
            open,
            angles: 0,
            elements: 0,
            chain: 0,
            string,
        });
        self.deepen();
        self.last = Last::Start;
        self.fresh_line = false;
    }

    /// Closes the innermost frame, whatever bracket opened it; stray ones are skipped.
    ///
    /// Behind a hole the rest of its string follows at once.
    fn close(&mut self) {
        self.at += 1;
        if self.frames.len() == 1 {
            self.tries(|tries| *tries = Tries::default());
            return;
        }
        self.reset(true);
        let Some(frame) = self.frames.pop() else {
            return;
        };
        self.depth -= 1 + frame.elements;
        self.elements -= frame.elements;
        self.again -= frame.again;
        self.last = if frame.open == b'{' {
            Last::Block
        } else {
            Last::Closer
        };
        self.fresh_line = false;
        if let Some(hole) = frame.string {
            self.string_with_holes(hole);
        }
    }

    /// A `<`: the start of an element, of type arguments, or a comparison.
    ///
    /// What cannot be told apart counts as open: `a < b` deepens until its statement ends, and
    /// `Vec<Vec<…` is measured without a look for its `>`. Where an operand may begin, TSX has an
    /// element: `return <a>`.
    fn less(&mut self) {
        let starts_name = matches!(self.peek(1), b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'>');
        let begins = matches!(self.last, Last::Start | Last::Operator | Last::Prefix);
        if self.syntax == Syntax::Tsx && (begins || self.elements() > 0) {
            match self.peek(1) {
                b'/' => self.leave_element(),
                _ if starts_name => self.enter_element(),
                _ => {}
            }
        } else if !matches!(self.peek(1), b'=' | b'-')
            && !matches!(self.syntax, Syntax::Go | Syntax::Python)
        {
            self.deepen();
            if let Some(frame) = self.frames.last_mut() {
                frame.angles += 1;
            }
        }
        if !begins {
            self.tries(Tries::less);
        }
        self.operator();
    }

    /// A `>`: ends a self-closing element (`/>`), type arguments, or nothing (`->`, `=>`).
    ///
    /// Inside an element `>(` leaves it: a generic arrow `<T>(x: T) => x` looks like an element at
    /// first.
    fn greater(&mut self) {
        let before = self.before();
        if self.elements() > 0 {
            if before == b'/' || self.peek(1) == b'(' {
                self.leave_element();
            }
        } else if !matches!(before, b'-' | b'=') {
            self.leave_angle();
        }
        self.operator();
    }

    /// How many elements are open in the innermost frame.
    pub(super) fn elements(&self) -> u32 {
        self.frames.last().map_or(0, |frame| frame.elements)
    }

    /// An opening tag of JSX: one level deeper.
    fn enter_element(&mut self) {
        self.elements += 1;
        self.deepen();
        if let Some(frame) = self.frames.last_mut() {
            frame.elements += 1;
        }
    }

    /// A closing tag: one level up, if an element is open here.
    fn leave_element(&mut self) {
        if let Some(frame) = self.frames.last_mut()
            && frame.elements > 0
        {
            frame.elements -= 1;
            self.elements -= 1;
            self.depth -= 1;
        }
    }

    /// The end of type arguments: one level up, if a `<` is open here.
    fn leave_angle(&mut self) {
        if let Some(frame) = self.frames.last_mut()
            && frame.angles > 0
        {
            frame.angles -= 1;
            self.depth -= 1;
        }
    }

    /// Reads a word, and the string that it introduces (`r"…"`, `f"…"`).
    ///
    /// A word behind an operand, another prefix or a bracket is a link of the chain, unless a
    /// statement begins with it.
    fn word(&mut self) {
        let length = word_length(self.rest());
        let word = self.text.get(self.at..self.at + length).unwrap_or_default();
        if self.begins_statement(word) {
            self.reset(true);
        } else if matches!(
            self.last,
            Last::Operand | Last::Prefix | Last::Closer | Last::Block
        ) {
            self.count(1);
        }
        let operand = matches!(self.last, Last::Operand | Last::Closer | Last::Block);
        let behind = self.before();
        self.tries(|tries| tries.word(word, behind, operand));
        self.at += length;
        self.fresh_line = false;
        self.last = if is_prefix(word) {
            Last::Prefix
        } else {
            Last::Operand
        };
        self.prefixed_string(word);
    }

    /// Whether a word cannot belong to what stands before it.
    ///
    /// A word behind a `}` does, unless it is one like `else`. At the start of a line it does after
    /// an operand, in languages whose lines end statements. After `)` a keyword that nests does
    /// not: the body of `if (a)` may be an `if` on the next line, and a chain of those is as deep
    /// as it is long.
    fn begins_statement(&self, word: &[u8]) -> bool {
        let nests = || matches!(word, b"if" | b"for" | b"do" | b"with" | b"switch" | b"try");
        match self.last {
            Last::Block => !continues(word),
            Last::Operand => self.fresh_line && self.lines_end_statements() && !continues(word),
            Last::Closer => {
                let ends = self.fresh_line && self.lines_end_statements();
                ends && !continues(word) && !nests()
            }
            Last::Start | Last::Operator | Last::Prefix => false,
        }
    }

    /// Whether a line break may end a statement; Python is not among them, `newline` resets for it.
    fn lines_end_statements(&self) -> bool {
        matches!(self.syntax, Syntax::Go | Syntax::TypeScript | Syntax::Tsx)
    }

    /// Notes that an operand ends here.
    pub(super) fn operand(&mut self) {
        self.fresh_line = false;
        self.last = Last::Operand;
    }

    /// Moves to the end of the line, before its break.
    fn skip_line(&mut self) {
        self.at = memchr(b'\n', self.rest()).map_or(self.text.len(), |found| self.at + found);
    }

    /// Skips the comment that starts here; tells whether there was one.
    fn comment(&mut self) -> bool {
        match (self.syntax, self.peek(1)) {
            (Syntax::Python, _) => return false,
            (_, b'/') => self.skip_line(),
            (Syntax::Rust, b'*') => self.nested_comment(),
            (_, b'*') => {
                self.at = memmem::find(self.text.get(self.at + 2..).unwrap_or_default(), b"*/")
                    .map_or(self.text.len(), |found| self.at + found + 4);
            }
            _ => return false,
        }
        true
    }

    /// Skips a block comment of Rust, in which others may nest: `/* a /* b */ c */`.
    fn nested_comment(&mut self) {
        let mut level = 0_u32;
        while let Some(found) = memchr2(b'/', b'*', self.rest()) {
            self.at += found;
            match (self.peek(0), self.peek(1)) {
                (b'/', b'*') => level += 1,
                (b'*', b'/') => level -= 1,
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            self.at += 2;
            if level == 0 {
                return;
            }
        }
        self.at = self.text.len();
    }
}

/// Whether the text starts with `//` or `/*`.
fn is_comment(text: &[u8]) -> bool {
    text.starts_with(b"//") || text.starts_with(b"/*")
}

/// Which bytes belong to words.
const WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut at = 0;
    while at < table.len() {
        let byte = at as u8;
        table[at] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..);
        at += 1;
    }
    table
};

/// How many bytes of a word `text` starts with.
fn word_length(text: &[u8]) -> usize {
    let ends = |byte: &u8| !WORD[usize::from(*byte)];
    text.iter().position(ends).unwrap_or(text.len())
}

/// Whether a word goes on with the statement before it.
fn continues(word: &[u8]) -> bool {
    matches!(
        word,
        b"else" | b"as" | b"catch" | b"finally" | b"while" | b"instanceof" | b"in" | b"of"
    )
}

/// Words that want an operand after them, even on the next line.
fn is_prefix(word: &[u8]) -> bool {
    matches!(
        word,
        b"as"
            | b"await"
            | b"delete"
            | b"do"
            | b"else"
            | b"extends"
            | b"in"
            | b"infer"
            | b"instanceof"
            | b"is"
            | b"keyof"
            | b"lambda"
            | b"new"
            | b"not"
            | b"readonly"
            | b"return"
            | b"satisfies"
            | b"throw"
            | b"typeof"
            | b"unique"
            | b"void"
            | b"yield"
    )
}

/// Whether a string behind this word has holes: `f`, `rf`, `t` of Python in any case.
pub(super) fn is_format_prefix(word: &[u8]) -> bool {
    word.len() <= 2
        && word
            .iter()
            .any(|byte| matches!(byte, b'f' | b'F' | b't' | b'T'))
}
