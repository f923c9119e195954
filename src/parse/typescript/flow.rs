//! Flow, a language beside TypeScript that its parser does not read.
//!
//! In: a text with the pragma `@flow`. Out: a text of the same length that the parser reads: imports, declarations, uses.
//! Invariant: what is kept stands where it stood.
//! Never: a declaration that does not start its line, the body of one.

use rustc_hash::FxHashSet;

/// Whether the comment at the start of the file says that it is written in Flow.
///
/// Only comment lines and directives (`'use strict'`) among the first 20 lines count, so that
/// a string which mentions the pragma further down does not.
pub(super) fn is_flow(text: &str) -> bool {
    let head = text.lines().take(20);
    let comment = |line: &&str| line.trim_start().starts_with(['/', '*', '#', '\'', '"']);
    head.filter(comment).any(|line| line.contains("@flow"))
}

/// How much of a file is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kept {
    /// Module statements.
    Statements,
    /// And what starts the lines of the file declare.
    Declarations,
    /// And the uses of imported names.
    Uses,
}

/// What is to be kept of `text`, all else blank.
///
/// Flow syntax would make the parser give up on the file, and with it on every import.
/// Instead, the parts of interest are copied to a blank text of the same length: offsets, and
/// thus lines and columns, stay true. Uses between two statements are searched for the names
/// that statements above bind; `typeof` in an import is blanked, since TypeScript has no such
/// import.
pub(super) fn outline(text: &str, kept: Kept) -> String {
    let mut out = blanked(text);
    let statements = statements(text);
    let mut names = FxHashSet::default();
    let (mut at, mut uses) = (0, Uses::default());
    let whole: FxHashSet<usize> = statements.iter().map(|(start, _)| *start).collect();
    for (start, length) in statements {
        if kept >= Kept::Uses {
            uses.keep(text, at..start, &names, &mut out);
        }
        let statement = &text[start..start + length];
        names.extend(bound(statement));
        put(&mut out, start, &statement.replace("typeof ", "type   "));
        at = start + length;
    }
    if kept >= Kept::Uses {
        uses.keep(text, at..text.len(), &names, &mut out);
    }
    let stubs =
        line_starts(text).filter(|start| kept >= Kept::Declarations && !whole.contains(start));
    for start in stubs {
        if let Some(stub) = stub(&text[start..]) {
            put(&mut out, start, &stub);
        }
    }
    String::from_utf8(out).unwrap_or_default()
}

/// As many spaces as `text` has bytes; ends of lines stay.
pub(super) fn blanked(text: &str) -> Vec<u8> {
    let blank = |byte| if is_end(byte) { byte } else { b' ' };
    text.bytes().map(blank).collect()
}

/// Whether the byte ends a line (or is half of a `\r\n`).
fn is_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// Writes ASCII text over what stands at `start`; ends of lines stay, and what is longer than its
/// line goes on in the next.
fn put(out: &mut [u8], start: usize, text: &str) {
    let mut at = start;
    for byte in text.bytes() {
        while !is_end(byte) && at < out.len() && is_end(out[at]) {
            at += 1;
        }
        if let Some(place) = out.get_mut(at).filter(|place| !is_end(**place)) {
            *place = byte;
        }
        at += 1;
    }
}

/// The offset of every line's first byte, the first line included.
fn line_starts(text: &str) -> impl Iterator<Item = usize> {
    std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1))
}

/// Where module statements start, and how long they are.
fn statements(text: &str) -> Vec<(usize, usize)> {
    let length = |start| Some((start, statement(&text[start..])?));
    line_starts(text).filter_map(length).collect()
}

/// The length of the module statement at the start of a line.
///
/// `import x from "./a"` up to the closing quote, `export { a, b };` up to the semicolon.
/// `None` for anything else, also for `import x = …`, `import(…)` and statements whose path
/// is not a plain string on one line.
fn statement(text: &str) -> Option<usize> {
    let import = text.starts_with("import ");
    let names = ["export {", "export type {", "export * ", "export type * "];
    if ["const ", "let ", "var "]
        .iter()
        .any(|start| text.starts_with(start))
    {
        return required(text);
    }
    if !import && !names.iter().any(|start| text.starts_with(start)) {
        return None;
    }
    let open = text.find(['"', '\'', ';', '=', '(', ':'])?;
    let quote = text[open..].chars().next()?;
    match quote {
        '"' | '\'' => {
            let path = &text[open + 1..];
            let close = path.find([quote, '\n'])?;
            path[close..]
                .starts_with(quote)
                .then_some(open + 1 + close + 1)
        }
        ';' if !import => Some(open),
        _ => None,
    }
}

/// The length of `const … = require("x")`.
///
/// A destructuring with a renamed name (`const { a: b } = …`) or a type annotation holds a
/// colon, and is left out: its left side need not be valid TypeScript.
fn required(text: &str) -> Option<usize> {
    let open = text.find(['=', ';', '('])?;
    let call = text[open..].strip_prefix("= require(")?;
    let close = call.find([')', '\n'])?;
    let quoted = call.starts_with(['"', '\'']) && call[close..].starts_with(')');
    let plain = !text[..open].contains(':');
    (quoted && plain).then_some(open + "= require(".len() + close + 1)
}

/// The names that a module statement binds, and some words more.
///
/// From `import React, { useState as state }` come `React`, `useState` and `state`. A word
/// too many (`useState`) does no harm: uses of it bind to nothing. An `export … from` binds
/// nothing.
fn bound(statement: &str) -> impl Iterator<Item = &str> {
    let end = statement.find(['"', '\'', '=']).unwrap_or(0);
    let head = &statement[..end];
    let export = head.starts_with("export");
    let words = head
        .split(|c: char| !is_part(c))
        .filter(|word| !word.is_empty());
    words.filter(move |word| !export && !KEYWORDS.contains(word))
}

/// Words of module statements that bind no name.
const KEYWORDS: [&str; 9] = [
    "import", "type", "typeof", "as", "from", "default", "const", "let", "var",
];

/// Whether a character may stand inside an identifier.
fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// A short declaration of the same name in place of the one at the start of `text`.
///
/// `export type A = {| a: number |};` → `export type A=0;`, `async function load(…)` →
/// `function load(){}`, each padded so that the name stands where it stood. `None` where no
/// declaration of a known kind starts.
fn stub(text: &str) -> Option<String> {
    let (declared, rest) = pad(text, "declare ");
    let (exported, rest) = match rest.strip_prefix("export ") {
        Some(rest) => ("export ", rest),
        None => ("", rest),
    };
    // `export default` is the only export that need not name what it exports.
    if let Some(value) = rest
        .strip_prefix("default ")
        .filter(|_| !exported.is_empty())
    {
        return Some(declared + "export default " + &default(value));
    }
    let (lead, rest) = pad(rest, "opaque ");
    let (lead, rest) = match pad(rest, "async ") {
        (more, rest) if more.is_empty() => (lead, rest),
        (more, rest) => (lead + &more, rest),
    };
    let mut kinds = KINDS.iter();
    let (name, kept, tail) =
        kinds.find_map(|(written, kept, tail)| Some((rest.strip_prefix(written)?, kept, tail)))?;
    let length = name.find(|c: char| !is_part(c)).unwrap_or(name.len());
    let name = Some(&name[..length]).filter(|name| !name.is_empty())?;
    Some(format!("{declared}{exported}{lead}{kept}{name}{tail}"))
}

/// Declarations as written, as kept in the same space, and what ends them.
const KINDS: [(&str, &str, &str); 10] = [
    ("function* ", "function  ", "(){}"),
    ("function ", "function ", "(){}"),
    ("class ", "class ", "{}"),
    ("interface ", "interface ", "{}"),
    ("enum ", "enum ", "{}"),
    ("type ", "type ", "=0;"),
    ("const ", "let   ", ";"),
    ("let ", "let ", ";"),
    ("var ", "var ", ";"),
    ("component ", "function  ", "(){}"),
];

/// What follows `export default`: a name stays, all else becomes a value or a declaration.
///
/// `Cart;` → `Cart;`, `class Cart extends …` → `class{}`, `connect(Cart);` → `0;`. A call
/// must not be kept as the name of its callee: the module would then export the callee.
fn default(value: &str) -> String {
    let length = value.find(|c: char| !is_part(c)).unwrap_or(value.len());
    let (word, rest) = value.split_at(length);
    match word {
        "class" => "class{}".to_owned(),
        "" | "function" | "async" | "new" => "0;".to_owned(),
        name if rest.trim_start_matches(' ').starts_with([';', '\n', '\r']) => format!("{name};"),
        _ => "0;".to_owned(),
    }
}

/// `text` without `word` at its start, and as many spaces.
///
/// The spaces keep what follows at its offset. An empty string where `text` does not start
/// with `word`.
fn pad<'t>(text: &'t str, word: &str) -> (String, &'t str) {
    match text.strip_prefix(word) {
        Some(rest) => (" ".repeat(word.len()), rest),
        None => (String::new(), text),
    }
}

/// Reads code for names, past comments, strings and the texts of templates.
#[derive(Default)]
struct Uses {
    /// Braces open in each hole of a template around the place.
    holes: Vec<u32>,
}

impl Uses {
    /// Copies every use of a name of `names` in `range`, each as a statement.
    ///
    /// `<Button onClick={api.save}>` leaves `Button;` and `api.save;` at their offsets. A name
    /// behind a dot is a member of something else and is not kept; one behind `...` is spread and
    /// is. The semicolon takes the place of the character behind the name.
    fn keep(
        &mut self,
        text: &str,
        range: std::ops::Range<usize>,
        names: &FxHashSet<&str>,
        out: &mut [u8],
    ) {
        let bytes = text.as_bytes();
        let mut at = range.start;
        while at < range.end {
            let byte = bytes[at];
            let next = bytes.get(at + 1).copied().unwrap_or(b' ');
            at = match byte {
                b'/' if next == b'/' => end_of(bytes, at, b"\n"),
                b'/' if next == b'*' => end_of(bytes, at + 2, b"*/"),
                b'"' | b'\'' => end_of_string(bytes, at),
                b'`' => self.template(bytes, at + 1),
                b'{' => self.brace(at, true),
                b'}' if self.holes.last() == Some(&0) => {
                    self.holes.pop();
                    self.template(bytes, at + 1)
                }
                b'}' => self.brace(at, false),
                _ if is_start(byte) => {
                    let word = chain(text, at);
                    let before = &bytes[..at];
                    let member = before.ends_with(b".") && !before.ends_with(b"...");
                    let kept = Some(word).filter(|_| is_used(word, names));
                    if let Some(kept) = kept.or_else(|| call(text, at, word)).filter(|_| !member) {
                        put(out, at, &format!("{kept};"));
                    }
                    at + word.len().max(1)
                }
                _ if byte.is_ascii_digit() => at + chain(text, at).len().max(1),
                _ => at + 1,
            };
        }
    }

    /// Counts a brace of the innermost hole of a template, and steps over it.
    fn brace(&mut self, at: usize, open: bool) -> usize {
        if let Some(depth) = self.holes.last_mut() {
            *depth = if open {
                *depth + 1
            } else {
                depth.saturating_sub(1)
            };
        }
        at + 1
    }

    /// The end of the text of a template, or the start of its next hole.
    ///
    /// Starts behind the backtick, or behind the brace that closes a hole; the text between is
    /// skipped.
    fn template(&mut self, bytes: &[u8], start: usize) -> usize {
        let mut at = start;
        while at < bytes.len() {
            match bytes[at] {
                b'\\' => at += 1,
                b'`' => return at + 1,
                b'$' if bytes[at..].starts_with(b"${") => {
                    self.holes.push(0);
                    return at + 2;
                }
                _ => {}
            }
            at += 1;
        }
        at
    }
}

/// Whether the first name of the chain `word` is one of `names`.
fn is_used(word: &str, names: &FxHashSet<&str>) -> bool {
    names.contains(word.split('.').next().unwrap_or(word))
}

/// `require("x")` or `import("x")` at `at`.
///
/// `word` is the callee that was read there. `None` for any other callee, for a computed
/// path, and for a path that holds a parenthesis or is split over lines.
fn call<'t>(text: &'t str, at: usize, word: &str) -> Option<&'t str> {
    if !matches!(word, "require" | "import") {
        return None;
    }
    let whole = &text[at..];
    let rest = whole[word.len()..].strip_prefix('(')?;
    let close = rest.find([')', '\n'])?;
    let argument = Some(&rest[..close]).filter(|_| rest[close..].starts_with(')'))?;
    let quoted = argument.starts_with(['"', '\'']) && argument.len() > 2;
    let quoted = quoted && argument.chars().next() == argument.chars().last();
    quoted.then(|| &whole[..word.len() + close + 2])
}

/// Whether an identifier may start with the byte; every byte of a character beyond ASCII may.
fn is_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// The name at `at`, with the members that are taken from it.
///
/// `a.b.c` of `a.b.c(1)`; `a` of `a..b` and of `a.`, where the dots belong to something else.
fn chain(text: &str, at: usize) -> &str {
    // Nothing, where `at` is inside of a character.
    let rest = text.get(at..).unwrap_or_default();
    let end = rest
        .find(|c: char| !is_part(c) && c != '.')
        .unwrap_or(rest.len());
    let whole = &rest[..end];
    let odd = whole
        .find("..")
        .or_else(|| whole.ends_with('.').then(|| whole.len() - 1));
    &whole[..odd.unwrap_or(whole.len())]
}

/// Behind the next `mark` from `start` on.
///
/// The end of `bytes` when `mark` does not follow, as in a comment that is never closed.
pub(super) fn end_of(bytes: &[u8], start: usize, mark: &[u8]) -> usize {
    memchr::memmem::find(&bytes[start..], mark).map_or(bytes.len(), |at| start + at + mark.len())
}

/// Behind the string at `start`; one that its line does not end is none (an apostrophe in an element).
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() && bytes[at] != b'\n' {
        match bytes[at] {
            b'\\' => at += 1,
            byte if byte == bytes[start] => return at + 1,
            _ => {}
        }
        at += 1;
    }
    start + 1
}

#[cfg(test)]
mod tests {
    use super::{Kept, is_flow, outline};

    fn module_statements(text: &str) -> String {
        outline(text, Kept::Statements)
    }

    #[test]
    fn keeps_the_module_statements_where_they_stand() {
        let text = "// @flow strict\nimport typeof A from './a';\nlet x: ?A = f((y: any));\nimport {\n  type B,\n} from \"./b\";\nexport {x};\nimport(x);\n  import c from './c';\n";
        let kept = module_statements(text);
        let wanted = "               \nimport type   A from './a' \n                        \nimport {\n  type B,\n} from \"./b\" \nexport {x} \n          \n                      \n";
        assert!(is_flow(text));
        assert_eq!(kept, wanted);
        assert_eq!(
            module_statements("// @flow\nimport é"),
            "        \n         "
        );
    }

    #[test]
    fn keeps_what_lines_declare_and_what_they_use() {
        let check = |text: &str, wanted: &str| {
            let kept = outline(text, Kept::Uses);
            assert_eq!(kept.len(), text.len(), "{text}");
            let words: Vec<&str> = kept.split_whitespace().collect();
            assert_eq!(words.join(" "), wanted, "{text}");
        };
        check(
            "export opaque type Id: string = string;\n",
            "export type Id=0;",
        );
        check("declare export class A<+T> {}\n", "export class A{}");
        check(
            "export async function f(a: ?B): C {\n}\n",
            "export function f(){}",
        );
        check(
            "export function f(\n  a: ?B,\n) {}\n",
            "export function f( ){}",
        );
        check("export const a: {| b: c |} = {};\n", "export let a;");
        check("export default (a: any);\n", "export default 0;");
        check(
            "export default a;\nexport default function g() {}\n",
            "export default a; export default 0;",
        );
        check(
            "import * as a from './a';\nlet b: a.B = (a.c(`a ${a.d}`): 'a'); // a\n  e.a, ...a\n",
            "import * as a from './a' let b; a.B; a.c; a.d; a",
        );
        check(
            "const a = require('./a');\na.b()",
            "const a = require('./a') a.b;",
        );
        check(
            "const {a, b} = require('./c');\nb(don't, a)",
            "const {a, b} = require('./c') b; a;",
        );
    }

    #[test]
    fn any_text_gives_one_of_its_length() {
        for text in [
            "",
            "`",
            "`${",
            "}",
            "'",
            "import é from 'é';\né.é",
            "/*",
            "export default ",
            "a\\",
        ] {
            assert_eq!(outline(text, Kept::Uses).len(), text.len(), "{text}");
        }
    }
}
