//! Reads what it can of a file that does not parse.
//!
//! In: tokens. Out: the items that parse, the paths of the rest.
//! Invariant: the file is flagged `degraded`, with the place of the first error.
//! Never: more than a few attempts per item.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::reader::Reader;
use crate::model::Notification;

/// Attempts to parse an item before its tokens are merely scanned.
const ATTEMPTS: u32 = 4;

/// An item of more tokens is merely scanned: its tree takes up to 650 bytes for each.
const MAX_ITEM: usize = 200_000;

/// Reads item by item.
///
/// An item is tried at each `}` and each `;`: `fn f() {}` is complete at its brace, the tokens of
/// `const A: B = B {};` only at the `;`. After four attempts, or at a `;` in vain, they are scanned
/// for paths, so that an error costs one item and not the file. Tells where the first error is.
pub(super) fn recover(
    reader: &mut Reader,
    tokens: TokenStream,
    error: &syn::Error,
) -> Notification {
    let line = (error.span().start().line as u32).max(1);
    let mut pending = Vec::new();
    let (mut attempts, mut size) = (0, 0);
    for token in tokens {
        let brace =
            matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        let semicolon = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ';');
        size += tokens_in(&token, MAX_ITEM);
        pending.push(token);
        if is_inner_attribute(&pending) || (size > MAX_ITEM && (brace || semicolon)) {
            scan(reader, std::mem::take(&mut pending));
            (attempts, size) = (0, 0);
        } else if brace || semicolon {
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
            (attempts, size) = (0, 0);
        }
    }
    scan(reader, pending);
    let message = format!("parsed in part only, item by item: {error}");
    Notification::warning("degraded", message).at_line(line)
}

/// Whether the tokens are `#![…]`, which belongs to the file and to no item.
fn is_inner_attribute(tokens: &[TokenTree]) -> bool {
    let sign = |token: &TokenTree, sign| matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign);
    match tokens {
        [hash, bang, TokenTree::Group(_)] => sign(hash, '#') && sign(bang, '!'),
        _ => false,
    }
}

/// How many tokens a token holds with itself; counting ends above `most`.
fn tokens_in(token: &TokenTree, most: usize) -> usize {
    let mut count = 0;
    let mut stack = vec![token.clone()];
    while let Some(token) = stack.pop() {
        count += 1;
        if let TokenTree::Group(group) = token
            && count <= most
        {
            stack.extend(group.stream());
        }
    }
    count
}

/// Notes the paths in tokens as those of a macro call: optional, and labelled so.
fn scan(reader: &mut Reader, tokens: Vec<TokenTree>) {
    reader.macro_depth += 1;
    reader.scan(tokens.into_iter().collect());
    reader.macro_depth -= 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_read_item_by_item() {
        let head = "#![allow(unused)] use crate::first::A; struct Own; ";
        let long = format!("fn f() {{ {} }} ", "a; ".repeat(MAX_ITEM));
        let tail = format!("{} use crate::last::B;", "const C: u8 = 1; ".repeat(60_000));
        let text = format!("{head}{long}{tail}");
        let (read, problems) = super::super::read("a.rs", &text, None).expect("an extract");
        assert_eq!(&*problems[0].kind, "degraded");
        let (whole, none) = super::super::read("a.rs", &format!("{head}use crate::last::B;"), None)
            .expect("an extract");
        assert!(none.is_empty());
        assert_eq!(read.imports.len(), whole.imports.len());
    }
}
