//! Labels of containers that a program reads to find others: a gateway that asks Docker for its routes.
//!
//! In: tokens. Out: keys of labels.
//! Invariant: the key follows a word `labels`.
//! Never: a key that everything carries, such as `name` or one of Compose's own.

use crate::model::names::words;

use super::lex::{self, Kind, Token};

/// The labels that a file reads: `service.Labels.apiRoute`, `labels["api.route"]`, `labels.get("api.route")`.
pub(in crate::links) fn labels(tokens: &[Token<'_>]) -> Vec<Box<str>> {
    let of = |at: usize, kind: Kind| tokens.get(at).filter(|token| token.kind == kind);
    let read = |(at, token): (usize, &Token<'_>)| {
        let holds = token.kind == Kind::Word && token.text.eq_ignore_ascii_case("labels");
        if !holds {
            return None;
        }
        let at = if lex::is(tokens, at + 1, "?") {
            at + 1
        } else {
            at
        };
        if lex::is(tokens, at + 1, "[") {
            return of(at + 2, Kind::Text).map(|key| key.text);
        }
        let member = of(at + 2, Kind::Word).filter(|_| lex::is(tokens, at + 1, "."))?;
        if lex::is(tokens, at + 3, "(") {
            return of(at + 4, Kind::Text).map(|key| key.text);
        }
        Some(member.text)
    };
    let found = tokens.iter().enumerate().filter_map(read);
    let telling = |key: &&str| words(key).len() > 1 && !key.starts_with("com.docker");
    found.filter(telling).map(Into::into).collect()
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;

    #[test]
    fn the_key_of_a_label_is_read_however_it_is_asked_for() {
        for (extension, code) in [
            ("js", "const route = details.Spec.Labels.apiRoute"),
            ("ts", "const route = service.Spec?.Labels?.apiRoute;"),
            ("py", "route = container.labels.get('apiRoute')"),
            ("go", "route := c.Labels[\"apiRoute\"]"),
        ] {
            assert_eq!(
                labels(&tokens(extension, code)),
                ["apiRoute".into()],
                "{code}"
            );
        }
        let others = "x.labels.name; x.Labels['com.docker.compose.project']; labels = [apiRoute]";
        assert_eq!(labels(&tokens("js", others)), Vec::<Box<str>>::new());
    }
}
