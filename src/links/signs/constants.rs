//! Constants that a function without parameters stands for.
//!
//! In: tokens of a file. Out: names with the text that they stand for.
//! Invariant: the last text that the function returns, which is the default after all look-ups.
//! Never: a function with parameters; a value that is computed.

use super::declarations::is_body;
use super::lex::{self, Kind, Token};

/// Furthest token of a body that is looked at.
const MAX_BODY: usize = 120;

/// What the functions of a file return, and which names hold the result of which function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::links) struct Constants {
    /// Function and text: `func topic() string { … return "orders" }`.
    pub(in crate::links) returned: Vec<(String, String)>,
    /// Name and function: `Topic = topic()`.
    pub(in crate::links) assigned: Vec<(String, String)>,
}

/// Finds both in a file.
pub(in crate::links) fn scan(tokens: &[Token<'_>]) -> Constants {
    let mut found = Constants::default();
    for (at, token) in tokens.iter().enumerate() {
        if token.kind != Kind::Word
            || !lex::is(tokens, at + 1, "(")
            || !lex::is(tokens, at + 2, ")")
        {
            continue;
        }
        if let Some(text) = returned(tokens, at) {
            found.returned.push((token.text.to_owned(), text));
        } else if at > 1 && lex::is(tokens, at - 1, "=") {
            let name = lex::word(tokens, at - 2);
            found
                .assigned
                .extend(name.map(|name| (name.text.to_owned(), token.text.to_owned())));
        }
    }
    found
}

/// The last text that the function called `name`, without parameters, returns.
fn returned(tokens: &[Token<'_>], name: usize) -> Option<String> {
    let after = name + 3;
    let plain = |at: &usize| {
        tokens.get(*at).is_some_and(|token| {
            token.kind == Kind::Word || token.is("-") || token.is(">") || token.is(":")
        })
    };
    let open = (after..after + 5).find(|at| !plain(at))?;
    let opens = lex::is(tokens, open, "{");
    if !opens || !is_body(tokens, name, open) {
        return None;
    }
    let mut depth = 0i32;
    let mut text = None;
    for at in open..open + MAX_BODY {
        let token = tokens.get(at)?;
        depth += i32::from(token.is("{")) - i32::from(token.is("}"));
        if depth == 0 {
            return text;
        }
        if token.kind == Kind::Word && token.text == "return" {
            text = tokens
                .get(at + 1)
                .filter(|next| next.kind == Kind::Text)
                .map(|next| next.text.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;

    #[test]
    fn a_default_behind_a_function_is_a_constant() {
        let go = "var TOPIC = topic()\nfunc topic() string {\n if t := os.Getenv(\"T\"); t != \"\" {\n return t\n }\n return \"orders\"\n}\n";
        let found = scan(&tokens("go", go));
        assert_eq!(found.returned, [("topic".to_owned(), "orders".to_owned())]);
        assert_eq!(found.assigned, [("TOPIC".to_owned(), "topic".to_owned())]);
        assert_eq!(
            scan(&tokens("go", "func f(a string) string { return \"x\" }")),
            Constants::default()
        );
        let python =
            "TOPIC = topic()\ndef topic():\n    if t:\n        return t\n    return 'orders'\n";
        assert_eq!(scan(&tokens("py", python)), found);
        let condition = "def f():\n    while topic():\n        return 'orders'\n";
        assert_eq!(
            scan(&tokens("py", condition)).returned,
            [("f".to_owned(), "orders".to_owned())]
        );
    }
}
