//! Which function of a file reads which variable, and what a file calls.
//!
//! In: tokens. Out: [`Readers`].
//! Invariant: a variable belongs to the function whose name was declared last before it.
//! Never: a function of another file.

use super::lex::{self, Kind, Token};
use super::lookups::is_variable;

/// Words before the name of a function.
const DECLARE: [&str; 5] = ["def", "fn", "fun", "func", "function"];

/// Functions that read variables, and names that are called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::links) struct Readers {
    /// Variable and function.
    pub(in crate::links) read: Vec<(String, String)>,
    /// Names that are called, sorted.
    pub(in crate::links) called: Vec<Box<str>>,
    /// Names of the functions that are declared, in source order.
    pub(in crate::links) declared: Vec<Box<str>>,
}

/// Finds both in a file.
pub(in crate::links) fn scan(tokens: &[Token<'_>]) -> Readers {
    let mut found = Readers::default();
    let mut function = "";
    for (at, token) in tokens.iter().enumerate() {
        let opens = lex::is(tokens, at + 1, "(");
        let declares =
            |before: usize| lex::word(tokens, before).is_some_and(|w| DECLARE.contains(&w.text));
        let declared = at.checked_sub(1).is_some_and(declares);
        if token.kind == Kind::Word && declared {
            function = token.text;
            found.declared.push(function.into());
        } else if token.kind == Kind::Word && opens && !is_variable(token.text) {
            found.called.push(token.text.into());
        } else if !function.is_empty() && token.text.contains('_') && is_variable(token.text) {
            found
                .read
                .push((token.text.to_owned(), function.to_owned()));
        }
    }
    found.called.sort_unstable();
    found.called.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;

    #[test]
    fn a_variable_is_read_by_the_function_around_it() {
        let go = "func NewBilling() *C { return dial(os.Getenv(\"BILLING_ADDR\")) }\nfunc Other() { x.NewUsers() }";
        let found = scan(&tokens("go", go));
        let pair = ("BILLING_ADDR".to_owned(), "NewBilling".to_owned());
        assert_eq!(found.read, [pair]);
        let called: Vec<&str> = found.called.iter().map(|name| &**name).collect();
        assert_eq!(called, ["Getenv", "NewUsers", "dial"]);
    }
}
