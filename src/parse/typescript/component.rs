//! Components in one file (Vue, Svelte): their scripts, and what their markup uses.
//!
//! In: the text of a component. Out: [`Component`].
//! Invariant: every byte of a script keeps its offset; all else becomes blank.
//! Never: evaluates an expression of the markup.

use std::ops::Range;

use oxc_span::{SourceType, Span};
use rustc_hash::FxHashSet;

use super::flow::blanked;
use super::walk::Walker;

/// A component, taken apart.
#[derive(Debug)]
pub(super) struct Component {
    /// The text with everything but the scripts blanked out.
    pub(super) script: String,
    /// The syntax of the scripts.
    pub(super) kind: SourceType,
    /// Where the markup lies.
    pub(super) markup: Vec<Range<usize>>,
}

/// Whether the file at `path` is a component with scripts in markup.
pub(super) fn is_component(path: &str) -> bool {
    path.ends_with(".vue") || path.ends_with(".svelte")
}

/// Tells scripts, styles and markup apart, as a browser does: up to the next closing tag.
///
/// The whole file is read by one syntax: the last script that names a language decides. A
/// script with a `src` becomes an import of that path, written into the blank where its tag
/// stood.
pub(super) fn take_apart(text: &str) -> Component {
    let mut markup = Vec::new();
    let mut kind = SourceType::mjs().with_jsx(true).with_unambiguous(true);
    let mut script = blanked(text);
    let mut at = 0;
    // `import"./x.ts"`: the keyword stands over the tag, the quoted path where it was.
    while let Some(block) = Block::next(text, at) {
        markup.push(at..block.start);
        if block.is_script {
            let language = block.attribute(text, "lang").map(|at| &text[at]);
            kind = language.and_then(syntax).unwrap_or(kind);
            if let Some(path) = block.attribute(text, "src") {
                put(&mut script, block.start, b"import");
                copy(&mut script, text, path.start - 1..path.end + 1);
            }
            copy(&mut script, text, block.body.clone());
        }
        at = block.body.end;
    }
    markup.push(at..text.len());
    let script = String::from_utf8(script).unwrap_or_default();
    Component {
        script,
        kind,
        markup,
    }
}

/// Overwrites the bytes at `at`.
fn put(script: &mut [u8], at: usize, bytes: &[u8]) {
    script[at..at + bytes.len()].copy_from_slice(bytes);
}

/// Copies a range of the text to the same place of the script.
fn copy(script: &mut [u8], text: &str, range: Range<usize>) {
    put(script, range.start, &text.as_bytes()[range]);
}

/// The syntax of a `lang` attribute; `None` for any other, which leaves JavaScript.
fn syntax(language: &str) -> Option<SourceType> {
    match language {
        "ts" | "typescript" => Some(SourceType::ts()),
        "tsx" => Some(SourceType::tsx()),
        _ => None,
    }
}

/// A script or a style.
struct Block {
    /// Offset of its opening tag.
    start: usize,
    /// The inside of its opening tag, after the name.
    attributes: Range<usize>,
    /// The text between its tags.
    body: Range<usize>,
    /// A script, and no style.
    is_script: bool,
}

impl Block {
    /// The first block that starts at or behind `from`, outside of comments.
    fn next(text: &str, from: usize) -> Option<Self> {
        let bytes = text.as_bytes();
        let mut at = from;
        loop {
            let start = at + memchr::memchr(b'<', &bytes[at..])?;
            let rest = &bytes[start + 1..];
            if rest.starts_with(b"!--") {
                at = start + memchr::memmem::find(&bytes[start..], b"-->")?;
            } else if let Some(name) = ["script", "style"]
                .into_iter()
                .find(|name| opens(rest, name))
            {
                return Self::open(bytes, start, name);
            } else {
                at = start + 1;
            }
        }
    }

    /// Reads the block whose tag `name` opens at `start`.
    ///
    /// `<script src="…" />` has no body; a block that is never closed goes on to the end. `None`
    /// if its opening tag is not closed.
    fn open(bytes: &[u8], start: usize, name: &str) -> Option<Self> {
        let attributes = start + 1 + name.len();
        let end = tag_end(bytes, attributes)?;
        let alone = bytes[end - 1] == b'/';
        let close = format!("</{name}");
        let body = &bytes[end + 1..];
        let length = if alone {
            0
        } else {
            memchr::memmem::find(body, close.as_bytes()).unwrap_or(body.len())
        };
        Some(Self {
            start,
            attributes: attributes..end,
            body: end + 1..end + 1 + length,
            is_script: name == "script",
        })
    }

    /// Where the quoted value of an attribute lies.
    ///
    /// `lang` of `<script lang="ts">` lies at the offsets of `ts` in the text. `None` without
    /// quotes.
    fn attribute(&self, text: &str, name: &str) -> Option<Range<usize>> {
        let inside = &text[self.attributes.clone()];
        let key = [format!(" {name}=\""), format!(" {name}='")];
        let (at, key) = key
            .iter()
            .find_map(|key| Some((inside.find(key.as_str())?, key)))?;
        let start = at + key.len();
        let value = inside[start..].split(['"', '\'']).next()?;
        let start = self.attributes.start + start;
        Some(start..start + value.len())
    }
}

/// Whether the text behind a `<` opens an element of that name.
///
/// `<script>` and `<script lang=…>` open a script, `<scripted>` does not.
fn opens(rest: &[u8], name: &str) -> bool {
    let behind = rest.strip_prefix(name.as_bytes()).and_then(<[u8]>::first);
    behind.is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))
}

/// Offset of the `>` that ends a tag; not one in a quoted value.
fn tag_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate().skip(from) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

impl Walker<'_> {
    /// What makes a file a component: the markup uses names, and the whole is the default export.
    ///
    /// Words of the markup that an import binds count as uses, once each. A word of the prose may
    /// be taken for one, too.
    pub(super) fn component(&mut self, markup: &[Range<usize>]) {
        let mut seen = FxHashSet::default();
        for range in markup {
            let text = self.slice(Span::new(range.start as u32, range.end as u32));
            for (at, word) in words(text) {
                let element = pascal(word);
                let names = [Some(word), element.as_deref()];
                let mut names = names.into_iter().flatten();
                let bound = names.find_map(|name| self.scopes.bound(name));
                if let Some(name) = bound.filter(|name| seen.insert(*name)) {
                    let (offset, members) = (range.start + at, self.members.next_id());
                    self.use_name(name, offset as u32, members, false);
                }
            }
        }
        self.default_export();
    }
}

/// Names that a piece of markup may use, with their offsets in it: elements (`my-button` also as
/// `MyButton`) and words of expressions.
fn words(markup: &str) -> impl Iterator<Item = (usize, &str)> {
    let part =
        |character: char| character.is_alphanumeric() || matches!(character, '_' | '$' | '-');
    let mut rest = 0;
    markup
        .split(move |character| !part(character))
        .map(move |word| {
            let at = rest;
            rest += word.len();
            rest += markup[rest..].chars().next().map_or(0, char::len_utf8);
            (at, word)
        })
}

/// `my-button` → `MyButton`; `None` for a word without a hyphen.
fn pascal(word: &str) -> Option<String> {
    let upper = |part: &str| {
        let mut characters = part.chars();
        let first = characters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(characters).collect::<String>()
    };
    word.contains('-')
        .then(|| word.split('-').map(upper).collect())
}
