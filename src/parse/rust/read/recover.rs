//! Reads what it can of a file that does not parse.
//!
//! In: tokens. Out: the items that parse, the paths of the rest.
//! Invariant: the file is flagged `degraded`, with the place of the first error.
//! Never: more than a few attempts per item.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::Reader;
use crate::model::Notification;

/// Attempts to parse an item before its tokens are merely scanned.
const ATTEMPTS: u32 = 4;

/// Reads item by item.
pub(super) fn recover(
    reader: &mut Reader,
    tokens: TokenStream,
    error: &syn::Error,
) -> Notification {
    let line = error.span().start().line as u32;
    let mut pending = Vec::new();
    let mut attempts = 0;
    for token in tokens {
        let brace =
            matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        let semicolon = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ';');
        pending.push(token);
        if brace || semicolon {
            attempts += 1;
            let parsed = syn::parse2::<syn::Item>(pending.iter().cloned().collect());
            if let Ok(item) = parsed {
                reader.item(&item);
            } else if attempts < ATTEMPTS && brace {
                continue;
            } else {
                scan(reader, std::mem::take(&mut pending));
            }
            pending.clear();
            attempts = 0;
        }
    }
    scan(reader, pending);
    let message = format!("parsed in part only, item by item: {error}");
    Notification::warning("degraded", message).at_line(line)
}

fn scan(reader: &mut Reader, tokens: Vec<TokenTree>) {
    reader.macro_depth += 1;
    reader.scan(tokens.into_iter().collect());
    reader.macro_depth -= 1;
}
