//! Finds paths in tokens whose meaning is not known.
//!
//! In: token streams. Out: [`PathUse`](super::super::facts::PathUse)s that may fail to resolve.
//! Invariant: only `a::b` shapes, calls `m!` and elements `<Name …>` count; strings never do.
//! Never: any other single name that stands alone.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};

use super::facts::{Name, Spaces};
use super::interner::Reserved;
use super::macros::TEXT;
use super::reader::Reader;

/// A path being put together from tokens.
#[derive(Default)]
struct Partial {
    /// Its names so far.
    names: Vec<Name>,
    /// Whether it starts with `::`.
    rooted: bool,
    /// Colons since the last name; two go on with the path.
    colons: u8,
    /// Where it starts.
    at: Option<Span>,
    /// Stands where markup names an element: `<Name …>`.
    element: bool,
}

/// What stands before a token, as far as elements of markup need to know.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A `<` that opens an element, or the generic arguments of one.
    Opening,
    /// A name: `<` behind it compares, or starts the generic arguments of a type.
    Name,
    /// The name of an element.
    Element,
    /// Anything else.
    Other,
}

/// What a scan takes for a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Any path with a separator: the tokens of a call.
    Call,
    /// Only paths that start at the crate: the body of `macro_rules!`.
    Body,
}

impl Reader {
    /// Notes the paths in the tokens of a call.
    pub(super) fn scan(&mut self, tokens: TokenStream) {
        self.scan_in(tokens, Mode::Call);
    }

    /// Notes the paths in the body of a macro definition that mean the same everywhere.
    pub(super) fn scan_body(&mut self, tokens: TokenStream) {
        self.scan_in(tokens, Mode::Body);
    }

    /// Puts `a :: b :: c` together from single tokens, in groups as well.
    ///
    /// Recursion follows groups, whose depth the nesting check bounds. Groups behind `stringify!`
    /// and its kin are text and are passed over.
    fn scan_in(&mut self, tokens: TokenStream, mode: Mode) {
        let mut partial = Partial::default();
        let mut text_call = false;
        let mut dollar = false;
        let mut after_dot = false;
        let mut before = Before::Other;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    let element = before == Before::Opening;
                    self.word(&mut partial, &ident, dollar, after_dot, mode);
                    partial.element |= element && partial.names.len() == 1;
                    before = if element {
                        Before::Element
                    } else {
                        Before::Name
                    };
                    (dollar, after_dot) = (false, false);
                }
                TokenTree::Punct(punct) => {
                    let sign = punct.as_char();
                    before = match (sign, before) {
                        ('<', Before::Name) => Before::Other,
                        ('<', _) => Before::Opening,
                        // `a::<T>` has arguments, too.
                        (':', Before::Name) => Before::Name,
                        _ => Before::Other,
                    };
                    if sign == ':' {
                        partial.colons += 1;
                        if partial.colons == 2 && partial.names.is_empty() {
                            partial.rooted = true;
                            partial.at = Some(punct.span());
                        }
                    } else {
                        text_call = sign == '!' && self.is_text_call(&partial);
                        // `a::B: !Send` is no call.
                        let call = sign == '!' && partial.colons == 0;
                        self.flush(&mut partial, call, mode);
                    }
                    dollar = sign == '$';
                    after_dot = sign == '.' || sign == '\'';
                }
                TokenTree::Group(group) => {
                    before = Before::Other;
                    self.flush(&mut partial, false, mode);
                    if !text_call {
                        self.scan_in(group.stream(), mode);
                    }
                    text_call = false;
                    (dollar, after_dot) = (false, false);
                }
                TokenTree::Literal(_) => {
                    before = Before::Other;
                    self.flush(&mut partial, false, mode);
                    (dollar, after_dot) = (false, false);
                }
            }
        }
        self.flush(&mut partial, false, mode);
    }

    /// Whether the macro about to be called takes its tokens as text.
    fn is_text_call(&self, partial: &Partial) -> bool {
        partial
            .names
            .last()
            .is_some_and(|last| TEXT.contains(&self.names.name(*last)))
    }

    /// Adds a name to the path, or ends that and starts a new one where no `::` stands between.
    ///
    /// `$crate` is the crate of the macro. Other names behind `$` are parameters, and those behind
    /// `.` are fields or methods: both are marked, so that a path ends before them.
    fn word(
        &mut self,
        partial: &mut Partial,
        ident: &Ident,
        dollar: bool,
        after_dot: bool,
        mode: Mode,
    ) {
        let mut name = self.names.ident(ident);
        if dollar {
            name = if name == Name::CRATE {
                Name::DOLLAR_CRATE
            } else {
                Name::SELF_TYPE
            };
        }
        let joins = partial.colons == 2 && (!partial.names.is_empty() || partial.rooted);
        if !joins {
            self.flush(partial, false, mode);
        }
        partial.colons = 0;
        if after_dot {
            name = Name::SELF_TYPE;
        }
        partial.names.push(name);
        partial.at = partial.at.or(Some(ident.span()));
    }

    /// Whether markup names a component of the tree: HTML's own elements start with a small letter.
    fn is_element(&self, partial: &Partial) -> bool {
        let capital = |name: &Name| self.names.name(*name).starts_with(char::is_uppercase);
        partial.element && partial.names.first().is_some_and(capital)
    }

    /// Ends the path that was being put together.
    ///
    /// It is kept with a separator in it, before a `!`, or as an element of markup; other single
    /// words may be anything.
    fn flush(&mut self, partial: &mut Partial, call: bool, mode: Mode) {
        let done = std::mem::take(partial);
        let (Some(&first), Some(at)) = (done.names.first(), done.at) else {
            return;
        };
        // A name behind `$` or `.` is no item; `SELF_TYPE` marks it, wherever it stands.
        if first == Name::SELF_TYPE {
            return;
        }
        let end = done
            .names
            .iter()
            .position(|name| *name == Name::SELF_TYPE)
            .unwrap_or(done.names.len());
        let names = &done.names[..end];
        let long = names.len() > 1 || (done.rooted && !names.is_empty());
        let wanted = match mode {
            Mode::Call => long || (call && !names.is_empty()) || self.is_element(&done),
            Mode::Body => long && [Name::CRATE, Name::DOLLAR_CRATE].contains(&first),
        };
        if wanted {
            let spaces = if call { Spaces::MACROS } else { Spaces::ALL };
            self.note(names, done.rooted, spaces, at);
        }
    }
}
