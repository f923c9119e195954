//! Fields of types that hold settings, which a library fills from variables.
//!
//! In: tokens. Out: names, as keys.
//! Invariant: a name of several words; one alone may mean anything.
//! Never: whether the library reads variables at all; a variable that nothing sets counts for nothing.

use crate::knowledge::List;
use crate::model::names::{any_word, key, words};

use super::declarations::body_of;
use super::lex::{self, Kind, Token};

/// Furthest token before the body of a type at which the variables' prefix is looked for behind it.
const MAX_BODY: usize = 4_000;

/// Names of fields, alone and behind the prefix that the type gives its variables, as keys.
pub(in crate::links) fn fields(types: &List, tokens: &[Token<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    for (open, token) in tokens.iter().enumerate() {
        let holds = |name: &str| any_word(name, |word| types.has(word));
        // `type Config struct {` of Go names the type before the word that declares it.
        let behind = lex::before(tokens, open, 1).is_some_and(|word| word.text == "struct");
        let before = lex::before(tokens, open, 2).filter(|_| behind);
        let named = before.map_or_else(|| body_of(tokens, open), |name| Some(name.text));
        if !token.is("{") || !named.is_some_and(holds) {
            continue;
        }
        let mut depth = 0usize;
        let mut names = Vec::new();
        let mut prefix = None;
        for at in open..tokens.len().min(open + MAX_BODY) {
            let token = &tokens[at];
            if token.is("{") || token.is("(") || token.is("[") {
                depth += 1;
            } else if token.is("}") || token.is(")") || token.is("]") {
                depth -= 1;
            } else if token.text == "env_prefix" && lex::is(tokens, at + 1, "=") {
                let text = tokens.get(at + 2).filter(|token| token.kind == Kind::Text);
                prefix = text.map(|text| key(text.text));
            } else if token.kind == Kind::Word && depth == 1 && words(token.text).len() > 1 {
                names.push(key(token.text));
            }
            if depth == 0 {
                break;
            }
        }
        let prefixed = prefix
            .iter()
            .flat_map(|prefix| names.iter().map(move |name| format!("{prefix}{name}")));
        found.extend(prefixed.collect::<Vec<_>>());
        found.append(&mut names);
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;
    use crate::knowledge::Knowledge;

    fn shown(extension: &str, text: &str) -> String {
        let known = Knowledge::default();
        fields(&known.clients.setting_types, &tokens(extension, text)).join(" ")
    }

    #[test]
    fn fields_of_settings_name_variables_in_every_language() {
        let python = "class Settings(BaseSettings):\n    stock_url: str = 'x'\n    port: int = 1\n\n    class Config:\n        env_prefix = 'SHOP_'\n\nclass Order:\n    order_id: int\n";
        assert_eq!(shown("py", python), "shopstockurl stockurl");
        let go =
            "type Config struct {\n\tStockURL string\n}\ntype Order struct {\n\tOrderID int\n}";
        assert_eq!(shown("go", go), "stockurl");
        assert_eq!(
            shown("rs", "pub struct AppConfig { pub stock_url: String }"),
            "stockurl"
        );
        assert_eq!(
            shown(
                "cs",
                "public class UrlOptions { public string StockUrl { get; set; } }"
            ),
            "stockurl"
        );
    }
}
