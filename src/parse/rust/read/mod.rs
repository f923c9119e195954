//! Reads one Rust file: syntax tree in, plain facts out.
//!
//! In: text. Out: [`Extract`].
//! Invariant: the tree is dropped before this returns; local names shadow items.
//! Never: another file.

mod attributes;
mod bindings;
pub(super) mod facts;
pub(super) mod interner;
mod items;
mod lexemes;
mod macros;
mod paths;
pub(super) mod prelude;
mod reader;
mod recover;
mod tokens;
mod uses;

use proc_macro2::{Span, TokenStream};

use self::facts::Extract;
use self::lexemes::code_of;
use self::reader::{Braces, Reader};
use crate::model::Notification;
use crate::parse::language::{Listen, Outcome};
use crate::parse::nesting::{self, Syntax};

/// Reads a file; a file that does not parse is read item by item, as far as its tokens go.
pub(super) fn read(path: &str, text: &str, listen: Listen<'_>) -> Outcome<Extract> {
    nesting::check(text, Syntax::Rust).map_err(|problem| problem.in_file(path))?;
    let read = tokens_of(text).map(|tokens| {
        let mut reader = Reader::new();
        reader.braces = listen.map(|_| Braces::default());
        let whole = if nesting::wants_items(text) {
            let message = format!("more than {} words and signs", nesting::WHOLE_RUST);
            Err(syn::Error::new(Span::call_site(), message))
        } else {
            syn::parse2(tokens.clone())
        };
        let problem = match whole {
            Ok(file) => {
                reader.file(&file);
                None
            }
            Err(error) => Some(recover::recover(&mut reader, tokens.clone(), &error)),
        };
        if let (Some(listen), Some(braces)) = (listen, reader.braces.take()) {
            listen(&|| lexemes::lexemes(text, &tokens, &braces));
        }
        (reader.finish(text), problem)
    });
    proc_macro2::extra::invalidate_current_thread_spans();
    let placed = |problem: Notification| problem.in_file(path);
    let (extract, problem) = read.map_err(placed)?;
    Ok((extract, problem.map(placed).into_iter().collect()))
}

/// The tokens of a file, without a first line that names an interpreter.
fn tokens_of(text: &str) -> Result<TokenStream, Notification> {
    code_of(text)
        .parse()
        .map_err(|error: proc_macro2::LexError| {
            let message = format!("not parsed: {error}");
            let line = error.span().start().line as u32;
            Notification::warning("unparsable", message).at_line(line)
        })
}
