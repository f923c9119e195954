//! Where texts and names stand: in which call, under which key.
//!
//! In: tokens. Out: [`Use`]s, one per text literal and per plain name handed to a call.
//! Invariant: in source order; bounded nesting.
//! Never: knows a grammar beyond brackets, dots and assignments.

use crate::model::Position;

use super::lex::{self, Kind, Token};
use super::{declarations, formats};

/// Deepest nesting of brackets that is followed.
const MAX_DEPTH: usize = 200;

/// A text or name with its surroundings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::links) struct Use {
    /// The text, or the name.
    pub(in crate::links) text: String,
    /// Whether it is a name rather than a text literal.
    pub(in crate::links) name: bool,
    /// Where it stands.
    pub(in crate::links) at: Position,
    /// What is called with it, such as `kafkaTemplate.send` or `@FeignClient`; empty outside of calls.
    pub(in crate::links) callee: String,
    /// The call around that one; empty when there is none.
    pub(in crate::links) outer: String,
    /// Which argument it is part of, from 0.
    pub(in crate::links) argument: usize,
    /// Which argument of the call the object or list is that it is part of; as `argument` outside of any.
    pub(in crate::links) whole: usize,
    /// The name it is assigned to: a variable, a field, a named argument, a key.
    pub(in crate::links) key: String,
    /// The variable or key whose default this text is: `env("X", "text")`, `env.X || "text"`.
    pub(in crate::links) default_of: String,
    /// A name that is appended to the text, as in `"http://" + HOST`.
    pub(in crate::links) next: String,
    /// A name before the text, as in `BASE + "/orders"`.
    pub(in crate::links) before: String,
    /// The class or object that the key, or the name, is a member of: `Topics` of `Topics.ORDER`.
    pub(in crate::links) owner: String,
    /// Whether it stands between braces, as a field or in a block.
    pub(in crate::links) braced: bool,
    /// Which argument of the outer call it is part of, and under which key.
    pub(in crate::links) outer_argument: usize,
    pub(in crate::links) outer_key: String,
    /// The text with the arguments of its format, as `${NAME}` where they are names; empty without any.
    pub(in crate::links) filled: String,
}

/// Furthest token at which a list of parameters ends.
const MAX_PARAMETERS: usize = 16;

/// An open bracket, with what is known inside of it.
struct Frame {
    callee: String,
    argument: usize,
    /// The name that what follows is assigned to, with its line.
    key: Option<(String, u32)>,
    opener: char,
    /// The class whose body it is, or the name that the object is assigned to.
    owner: String,
    /// Words before this token are part of the type of the key, and no key themselves.
    typed_to: usize,
}

impl Frame {
    /// A frame before its first argument.
    fn new(callee: String, key: Option<(String, u32)>, opener: char, owner: String) -> Self {
        Self {
            callee,
            argument: 0,
            key,
            opener,
            owner,
            typed_to: 0,
        }
    }
}

/// All uses in a file.
///
/// They are read from tokens, and not from the syntax tree that the parser of a language makes.
/// `kafka.send(new Record(TOPICS.get("x"), key))` has the same shape in every language: brackets, dots,
/// commas, words. One pass serves the five languages that have a parser here, those that have none
/// (Kotlin, C#, PHP), and files that their parser refuses. Rejected was a visitor in each parser that
/// keeps the call, its receiver and its arguments: the extracts of Go and Java make no tree of calls
/// at all, so five new visitors would stand beside this pass, which would have to stay for the others.
/// What only a grammar knows, namely what a brace opens around, the parsers add to the tokens.
pub(in crate::links) fn uses(tokens: &[Token<'_>]) -> Vec<Use> {
    let mut frames = vec![Frame::new(String::new(), None, ' ', String::new())];
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Text => {
                found.push(of_text(tokens, index, &frames));
                take_quoted_key(tokens, index, &mut frames);
            }
            Kind::Word => {
                found.extend(of_name(tokens, index, &frames));
                take_key(tokens, index, &mut frames);
            }
            Kind::Mark => bracket(tokens, index, &mut frames),
        }
    }
    found.into_iter().map(spelt).collect()
}

/// `nameof(Order)` is the text `Order` where the name itself would stand.
fn spelt(u: Use) -> Use {
    if !(u.name && u.callee == "nameof") {
        return u;
    }
    Use {
        name: false,
        callee: u.outer,
        outer: String::new(),
        argument: u.outer_argument,
        whole: u.outer_argument,
        key: u.outer_key,
        outer_key: String::new(),
        owner: String::new(),
        ..u
    }
}

/// Opens and closes frames, and moves on to the next argument at a comma. A comma ends the key, but
/// not in a list: all items of `topics = ["a", "b"]` belong to `topics`. Brackets beyond
/// `MAX_DEPTH` are not followed.
fn bracket(tokens: &[Token<'_>], index: usize, frames: &mut Vec<Frame>) {
    match tokens[index].text.chars().next() {
        Some(mark @ ('(' | '[' | '{')) if frames.len() < MAX_DEPTH => {
            let opened = opened(tokens, index, mark, frames);
            frames.push(opened);
        }
        Some(mark @ (')' | ']' | '}')) => {
            if frames.len() > 1 {
                frames.pop();
            }
            if let Some(frame) = frames.last_mut().filter(|_| mark == '}') {
                frame.key = None;
            }
        }
        Some(',') => {
            if let Some(frame) = frames.last_mut() {
                frame.argument += 1;
                frame.key = frame.key.take().filter(|_| frame.opener == '[');
            }
        }
        Some(';') => {
            if let Some(frame) = frames.last_mut() {
                frame.key = None;
            }
        }
        _ => {}
    }
}

/// The frame that an opening bracket starts.
fn opened(tokens: &[Token<'_>], index: usize, mark: char, frames: &[Frame]) -> Frame {
    let class = declarations::body_of(tokens, index).filter(|_| mark == '{');
    let callee = match class {
        Some(_) => String::new(),
        None => called(tokens, index, mark, frames),
    };
    let assigned = frames.last().and_then(|frame| frame.key.clone());
    let owner = class
        .map(str::to_owned)
        .or_else(|| assigned.as_ref().map(|(key, _)| key.clone()));
    let key = assigned.filter(|_| mark == '[');
    Frame::new(callee, key, mark, owner.unwrap_or_default())
}

/// What an opening bracket calls: its chain of names; lists and objects inside a call belong to it.
fn called(tokens: &[Token<'_>], index: usize, mark: char, frames: &[Frame]) -> String {
    let chain = chain_before(tokens, index);
    let inherited = frames
        .last()
        .filter(|frame| frame.opener != '{' || mark != '(');
    match mark {
        '(' if !chain.is_empty() => chain,
        '[' if chain.is_empty()
            || tokens
                .get(index.wrapping_sub(1))
                .is_some_and(|t| t.is(",") || t.is("(")) =>
        {
            inherited
                .map(|frame| frame.callee.clone())
                .unwrap_or_default()
        }
        '[' => format!("{chain}[]"),
        '{' => {
            let literal = struct_literal(tokens, index);
            let inside = frames
                .last()
                .filter(|frame| frame.opener == '(' || frame.opener == '[' || frame.opener == '{');
            literal
                .or_else(|| inside.map(|frame| frame.callee.clone()))
                .unwrap_or_default()
        }
        _ => inherited
            .map(|frame| frame.callee.clone())
            .unwrap_or_default(),
    }
}

/// `kafka.Message{` and `&sarama.ProducerMessage{` name a type; a block after a condition does not.
fn struct_literal(tokens: &[Token<'_>], index: usize) -> Option<String> {
    let before = tokens.get(index.checked_sub(1)?)?;
    let upper =
        before.kind == Kind::Word && before.text.starts_with(|c: char| c.is_ascii_uppercase());
    let chain = chain_before(tokens, index);
    (upper && before.at.line == tokens.get(index)?.at.line && !chain.is_empty()).then_some(chain)
}

/// Words before a bracket that call nothing.
const KEYWORDS: [&str; 17] = [
    "if", "for", "while", "switch", "match", "return", "in", "and", "or", "not", "catch", "func",
    "fn", "var", "const", "import", "type",
];

/// The dotted chain of names that ends before `index`, generics left out: `a.b<C>(` gives `a.b<C>`.
fn chain_before(tokens: &[Token<'_>], index: usize) -> String {
    let (generic, end) = generic_before(tokens, index);
    let (parts, start) = names_before(tokens, end);
    let is_keyword = matches!(parts[..], [only] if KEYWORDS.contains(&only));
    if parts.is_empty() || is_keyword {
        return String::new();
    }
    let annotated = start > 0 && tokens[start - 1].is("@");
    let mark = if annotated { "@" } else { "" };
    format!("{mark}{}{generic}", parts.join("."))
}

/// The arguments `<C>` that end before `end`, and where they start; nothing and `end` where there are none.
fn generic_before(tokens: &[Token<'_>], end: usize) -> (String, usize) {
    if end == 0 || !tokens[end - 1].is(">") {
        return (String::new(), end);
    }
    let mut open = 0i32;
    let mut before = (end.saturating_sub(20)..end).rev();
    let Some(start) = before.find(|at| {
        open += i32::from(tokens[*at].is(">")) - i32::from(tokens[*at].is("<"));
        open == 0
    }) else {
        return (String::new(), end);
    };
    let words = tokens[start + 1..end - 1].iter();
    let words = words.filter(|token| token.kind == Kind::Word);
    let words: Vec<&str> = words.map(|token| token.text).collect();
    (format!("<{}>", words.join(",")), start)
}

/// The names of the chain that ends before `end`, at most five, and where it starts.
fn names_before<'t>(tokens: &[Token<'t>], end: usize) -> (Vec<&'t str>, usize) {
    let mut at = end;
    let mut parts: Vec<&str> = Vec::new();
    while at > 0 {
        let token = &tokens[at - 1];
        if token.kind != Kind::Word || parts.len() == 5 {
            parts.extend((token.is(")") && !parts.is_empty()).then_some("()"));
            break;
        }
        parts.push(token.text);
        at -= 1;
        match joint_before(tokens, at) {
            Some(joint) => at = joint,
            None => break,
        }
    }
    parts.reverse();
    (parts, at)
}

/// Where `.`, `?.`, `::` or `->` starts that ends before `end`; a lone colon joins nothing.
fn joint_before(tokens: &[Token<'_>], end: usize) -> Option<usize> {
    if end >= 2 && tokens[end - 1].is(">") && tokens[end - 2].is("-") {
        return Some(end - 2);
    }
    let joins = |at: &usize| [".", ":", "?", "!"].iter().any(|mark| tokens[*at].is(mark));
    let start = (0..end).rev().take_while(joins).last()?;
    let colon = end - start == 1 && tokens[start].is(":");
    (!colon).then_some(start)
}

/// A text with what is added before and behind it, and with its format filled.
fn of_text(tokens: &[Token<'_>], index: usize, frames: &[Frame]) -> Use {
    let Some(token) = tokens.get(index) else {
        return Use::default();
    };
    let after = tokens
        .get(index + 1)
        .filter(|next| next.is("+"))
        .and_then(|_| tokens.get(index + 2));
    let last_of_chain = after.map(|_| last_in_chain(tokens, index + 2));
    let before = lex::before(tokens, index, 1)
        .filter(|sign| sign.is("+"))
        .and_then(|_| lex::before(tokens, index, 2))
        .filter(|name| name.kind == Kind::Word);
    Use {
        text: token.text.to_owned(),
        next: last_of_chain.unwrap_or_default(),
        before: before.map_or_else(String::new, |name| name.text.to_owned()),
        default_of: default_of(tokens, index, frames).unwrap_or_default(),
        filled: formats::filled(tokens, index).unwrap_or_default(),
        ..surroundings(token, frames)
    }
}

/// The variable or key that a text at `index` is the default of.
fn default_of(tokens: &[Token<'_>], index: usize, frames: &[Frame]) -> Option<String> {
    let marks = |a: &str, b: &str| {
        lex::before(tokens, index, 1).is_some_and(|t| t.is(b))
            && lex::before(tokens, index, 2).is_some_and(|t| t.is(a))
    };
    if lex::before(tokens, index, 1)?.is(",") {
        // The second text of a list is no default of the first.
        let second = |frame: &&Frame| frame.opener == '(' && frame.argument == 1;
        frames.last().filter(second)?;
        return lex::before(tokens, index, 2)
            .filter(|t| t.kind == Kind::Text)
            .map(|t| t.text.to_owned());
    }
    let word = lex::before(tokens, index, 1).is_some_and(|t| t.text == "or");
    let end = if word {
        2
    } else if marks("|", "|") || marks("?", "?") || marks("?", ":") {
        3
    } else {
        return None;
    };
    let last = lex::before(tokens, index, end)?;
    if last.kind == Kind::Word {
        return Some(last.text.to_owned());
    }
    let inside = lex::before(tokens, index, end + 1)
        .filter(|t| (last.is(")") || last.is("]")) && t.kind == Kind::Text);
    inside.map(|t| t.text.to_owned())
}

/// The last name of a dotted chain that starts at `index`.
fn last_in_chain(tokens: &[Token<'_>], index: usize) -> String {
    let mut at = index;
    while lex::is(tokens, at + 1, ".") && tokens.get(at + 2).is_some_and(|t| t.kind == Kind::Word) {
        at += 2;
    }
    lex::word(tokens, at).map_or(String::new(), |t| t.text.to_owned())
}

/// A plain name that is a whole argument.
fn of_name(tokens: &[Token<'_>], index: usize, frames: &[Frame]) -> Option<Use> {
    let token = tokens.get(index)?;
    frames.last().filter(|frame| !frame.callee.is_empty())?;
    let ends = |mark: &str| lex::is(tokens, index + 1, mark);
    // A class of Django that answers as the argument itself would: `Orders.as_view()`.
    let view = ends(".") && lex::text(tokens, index + 2) == "as_view";
    let ends = view || [",", ")", "]", "}"].into_iter().any(ends);
    let number = token.text.starts_with(|c: char| c.is_ascii_digit());
    if !ends || number || is_parameter(tokens, index) {
        return None;
    }
    let member = |back: usize| {
        let dot = lex::before(tokens, index, back).filter(|token| token.is("."));
        dot.and_then(|_| lex::before(tokens, index, back + 1))
            .filter(|token| token.kind == Kind::Word)
    };
    // `Topics.ORDER.value` is the member of an enumeration.
    let (token, owner) = match (member(1), member(3)) {
        (Some(own), Some(owner)) if token.text == "value" => (own, Some(owner)),
        (owner, _) => (token, owner),
    };
    Some(Use {
        text: token.text.to_owned(),
        name: true,
        owner: owner.map(|owner| owner.text.to_owned()).unwrap_or_default(),
        ..surroundings(token, frames)
    })
}

/// Whether a name is one of those that an arrow or a pattern binds: `(ask, answer) =>`, `Some(order) =>`.
fn is_parameter(tokens: &[Token<'_>], index: usize) -> bool {
    let near = (index + 1)..(index + MAX_PARAMETERS);
    let mut brackets = near.filter(|at| lex::is(tokens, *at, ")") || lex::is(tokens, *at, "("));
    let close = brackets.next().filter(|at| lex::is(tokens, *at, ")"));
    close.is_some_and(|at| lex::is(tokens, at + 1, "=") && lex::is(tokens, at + 2, ">"))
}

/// Call, argument, key and owner of a token, by its open brackets. A key counts only up to two
/// lines further down: an assignment without a semicolon would otherwise claim every later text of
/// its block.
fn surroundings(token: &Token<'_>, frames: &[Frame]) -> Use {
    let frame = frames.last();
    let near = |(key, line): &(String, u32)| {
        (token.at.line.saturating_sub(*line) <= 2).then(|| key.clone())
    };
    let callee = frame.map(|frame| frame.callee.clone()).unwrap_or_default();
    let outer = frames
        .iter()
        .rev()
        .skip(1)
        .find(|f| !f.callee.is_empty() && f.callee != callee);
    let key_of = |frame: &Frame| frame.key.as_ref().and_then(near).unwrap_or_default();
    Use {
        at: token.at,
        outer_argument: outer.map_or(0, |frame| frame.argument),
        outer_key: outer.map(key_of).unwrap_or_default(),
        owner: frame.map(|frame| frame.owner.clone()).unwrap_or_default(),
        braced: frame.is_some_and(|frame| frame.opener == '{'),
        outer: outer.map(|frame| frame.callee.clone()).unwrap_or_default(),
        argument: frame.map_or(0, |frame| frame.argument),
        whole: whole(frames),
        key: frame
            .and_then(|frame| frame.key.as_ref().and_then(near))
            .unwrap_or_default(),
        callee,
        ..Use::default()
    }
}

/// Which argument of the innermost call something is part of, in an object or list or not.
fn whole(frames: &[Frame]) -> usize {
    let Some((inner, around)) = frames.split_last() else {
        return 0;
    };
    if inner.opener == '(' {
        return inner.argument;
    }
    let same = around
        .iter()
        .rev()
        .take_while(|frame| frame.callee == inner.callee);
    same.last().map_or(inner.argument, |call| call.argument)
}

/// `name =`, `name:` and `name :=` make a key for what follows.
fn take_key(tokens: &[Token<'_>], index: usize, frames: &mut [Frame]) {
    let (Some(token), Some(frame)) = (tokens.get(index), frames.last_mut()) else {
        return;
    };
    let next = |n: usize| tokens.get(index + n);
    let assigns = |n: usize| {
        next(n).is_some_and(|t| t.is("=")) && !next(n + 1).is_some_and(|t| t.is("=") || t.is(">"))
    };
    let colon = next(1).is_some_and(|t| t.is(":")) && !next(2).is_some_and(|t| t.is(":"));
    let in_type = |n: &usize| {
        next(*n).is_some_and(|t| {
            !t.is(",") && !t.is(";") && !t.is("(") && !t.is("{") && t.at.line == token.at.line
        })
    };
    let typed = (2..9).take_while(in_type).find(|n| assigns(*n));
    let typed = typed.and_then(|n| Some(index + n).filter(|_| colon));
    let part_of_type = index < frame.typed_to;
    if !part_of_type && (assigns(1) || colon || (next(1).is_some_and(|t| t.is(":")) && assigns(2)))
    {
        frame.key = Some((token.text.to_owned(), token.at.line));
        frame.typed_to = typed.unwrap_or(0);
    }
}

/// `"name":` inside of braces makes a key for what follows.
fn take_quoted_key(tokens: &[Token<'_>], index: usize, frames: &mut [Frame]) {
    let colon = lex::is(tokens, index + 1, ":");
    let opens = |at: usize| {
        tokens
            .get(at)
            .is_some_and(|token| token.is("{") || token.is(","))
    };
    if let (Some(token), Some(frame)) = (tokens.get(index), frames.last_mut())
        && colon
        && frame.opener == '{'
        && index > 0
        && opens(index - 1)
    {
        frame.key = Some((token.text.to_owned(), token.at.line));
    }
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;

    fn shown(extension: &str, text: &str) -> Vec<String> {
        let show = |u: &Use| {
            format!("{}@{}#{} {}", u.text, u.callee, u.argument, u.key)
                .trim()
                .to_owned()
        };
        uses(&tokens(extension, text)).iter().map(show).collect()
    }

    #[test]
    fn defaults_know_what_they_stand_in_for() {
        let of = |extension: &str, text: &str| {
            uses(&tokens(extension, text))
                .last()
                .map(|u| u.default_of.clone())
                .unwrap_or_default()
        };
        assert_eq!(of("js", "h = process.env.CART_HOST || 'cart'"), "CART_HOST");
        assert_eq!(of("py", "h = os.getenv('CART_HOST', 'cart')"), "CART_HOST");
        assert_eq!(of("php", "$h = getenv('DB_HOST') ?: 'mysql';"), "DB_HOST");
        assert_eq!(of("js", "f(a, 'cart')"), "");
    }

    #[test]
    fn members_know_their_class_whatever_opens_its_body() {
        let text =
            "class Topics(Enum):\n    ORDER = 'orders'\n\ndef f():\n    if x:\n        'y'.z()\n";
        let found = uses(&tokens("py", text));
        let shown = found
            .iter()
            .filter(|u| !u.name)
            .map(|u| format!("{}.{} {}", u.owner, u.key, u.text));
        assert_eq!(shown.collect::<Vec<_>>(), ["Topics.ORDER orders", ". y"]);
    }

    #[test]
    fn texts_know_their_call_argument_and_key() {
        assert_eq!(
            shown("java", "kafka.send(TOPIC, \"k\")"),
            ["TOPIC@kafka.send#0", "k@kafka.send#1"]
        );
        assert_eq!(
            shown("java", "@FeignClient(name = \"users\", url = \"u\")"),
            ["users@@FeignClient#0 name", "u@@FeignClient#1 url"]
        );
        assert_eq!(
            shown("go", "w := kafka.Writer{Topic: \"t\"}"),
            ["t@kafka.Writer#0 Topic"]
        );
        assert_eq!(
            shown("js", "producer.send({ topic: 't', messages: [] })"),
            ["t@producer.send#0 topic"]
        );
        assert_eq!(
            shown("go", "const name = \"srv\"\nf(name)"),
            ["srv@#0 name", "name@f#0"]
        );
        assert_eq!(shown("py", "os.environ['X']"), ["X@os.environ[]#0"]);
        assert_eq!(
            shown("rs", "broker.subscribe(\"t\", \"g\", move |e| f(e))")[..2],
            ["t@broker.subscribe#0", "g@broker.subscribe#1"]
        );
        assert_eq!(
            shown("cs", "bus.Subscribe<Paid, PaidHandler>(\"x\")"),
            ["x@bus.Subscribe<Paid,PaidHandler>#0"]
        );
    }
}
