//! What a function hands on of what it is given, and what local names hold: the signs of a wrapper of a client.
//!
//! In: tokens, definitions and uses of a file. Out: [`Handed`] parameters, [`Held`] texts.
//! Invariant: by position in the uses of the file, in source order.
//! Never: whether what is called is a client.
//!
//! `sendMessage(proxy, cmd) { const pattern = { cmd }; return proxy.send(pattern); }` hands its second parameter
//! on as `cmd` of what it sends. A name that is assigned a text stands for it until the function ends.

use rustc_hash::FxHashMap;

use super::functions::Definition;
use super::lex::{self, Kind, Role, Token};
use super::uses::Use;
use crate::model::Position;

/// Furthest token of an object that is looked at.
const MAX_OBJECT: usize = 80;

/// A parameter of a function that a use in its body hands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::links) struct Handed {
    pub(in crate::links) function: Box<str>,
    /// Which parameter it is, from 0.
    pub(in crate::links) position: usize,
    /// The name under which a call may give it: its own, that of a field, or that of the member which is read of it.
    pub(in crate::links) name: Box<str>,
    /// Which use of the file hands it on.
    pub(in crate::links) of: usize,
    /// The field of the object in which it is handed on; empty where it is the whole.
    pub(in crate::links) key: Box<str>,
}

/// A text that a local name holds where it is handed to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::links) struct Held {
    /// Which use of the file hands it on.
    pub(in crate::links) of: usize,
    /// The field of the object that the name holds; empty for a text.
    pub(in crate::links) key: Box<str>,
    /// The text, or the name of a constant.
    pub(in crate::links) text: Box<str>,
    pub(in crate::links) name: bool,
}

/// What the functions of a file hand on, and what its local names hold.
#[derive(Clone, Debug, Default)]
pub(in crate::links) struct Wrapped {
    /// The functions that the file defines, each with the places where its body starts and ends.
    pub(in crate::links) bodies: Vec<(Box<str>, Position, Position)>,
    pub(in crate::links) handed: Vec<Handed>,
    pub(in crate::links) held: Vec<Held>,
}

impl Wrapped {
    /// The innermost function in whose body something stands.
    pub(in crate::links) fn around(&self, at: Position) -> Option<&str> {
        let mut around = self.bodies.iter().rev();
        let found = around.find(|(_, from, to)| *from <= at && at < *to);
        found.map(|(name, ..)| &**name)
    }
}

/// Finds what functions hand on.
pub(in crate::links) fn wrapped(
    tokens: &[Token<'_>],
    definitions: &[Definition<'_>],
    uses: &[Use],
) -> Wrapped {
    let fields = fields(tokens);
    let at = |index: usize| {
        let behind = Position::new(u32::MAX, 0);
        tokens.get(index).map_or(behind, |token| token.at)
    };
    let bodies = definitions.iter();
    let bodies = bodies.map(|one| (one.name.into(), at(one.body.0), at(one.body.1)));
    let mut found = Wrapped {
        bodies: bodies.collect(),
        ..Wrapped::default()
    };
    let mut open: Vec<&Definition<'_>> = Vec::new();
    let mut next = definitions.iter().peekable();
    for (of, u) in uses.iter().enumerate() {
        while let Some(definition) = next.next_if(|next| at(next.body.0) <= u.at) {
            open.push(definition);
        }
        open.retain(|definition| u.at < at(definition.body.1));
        if !u.name || u.callee.is_empty() {
            continue;
        }
        let from = open
            .last()
            .map_or(Position::default(), |inner| at(inner.body.0));
        let local = fields.get(u.text.as_str()).map_or(&[][..], Vec::as_slice);
        let before = local.iter().rfind(|field| field.at < u.at);
        // What else the name was given in another function is no value of it here.
        let object = before
            .map(|field| field.object)
            .filter(|object| *object >= from);
        let own = local.iter().filter(|field| Some(field.object) == object);
        let mut held = false;
        for field in own {
            held = true;
            match given(&open, field.value).filter(|_| field.name) {
                Some((function, position, name)) => {
                    let key = field.key.into();
                    found.handed.push(handed(function, position, name, of, key));
                }
                None => found.held.push(Held {
                    of,
                    key: field.key.into(),
                    text: field.value.into(),
                    name: field.name,
                }),
            }
        }
        let whole = || {
            given(&open, &u.text)
                .or_else(|| given(&open, &u.owner).map(|(f, at, _)| (f, at, &*u.text)))
        };
        if let Some((function, position, name)) = whole().filter(|_| !held) {
            found
                .handed
                .push(handed(function, position, name, of, "".into()));
        }
    }
    found
}

/// A parameter that use number `of` hands on.
fn handed(function: &str, position: usize, name: &str, of: usize, key: Box<str>) -> Handed {
    Handed {
        function: function.into(),
        position,
        name: name.into(),
        of,
        key,
    }
}

/// The innermost open function with a parameter of that name, and which one it is.
fn given<'a>(open: &[&Definition<'a>], name: &'a str) -> Option<(&'a str, usize, &'a str)> {
    open.iter().rev().find_map(|definition| {
        let mut parameters = definition.parameters.iter();
        let position = parameters.position(|words| words.contains(name))?;
        Some((definition.name, position, name))
    })
}

/// A field of an object that a name is assigned, or a whole text.
struct Field<'t> {
    key: &'t str,
    value: &'t str,
    name: bool,
    at: Position,
    /// Where the object starts; all fields of one have the same.
    object: Position,
}

/// What names are assigned: texts, and objects with plain fields.
fn fields<'t>(tokens: &[Token<'t>]) -> FxHashMap<&'t str, Vec<Field<'t>>> {
    let mut found: FxHashMap<&str, Vec<Field<'t>>> = FxHashMap::default();
    for index in 1..tokens.len() {
        if !tokens[index].is("=") {
            continue;
        }
        let walrus = usize::from(lex::is(tokens, index - 1, ":"));
        let Some(name) = name_before(tokens, index - walrus) else {
            continue;
        };
        let Some(first) = tokens.get(index + 1) else {
            continue;
        };
        let object = first.at;
        if first.kind == Kind::Text {
            let whole = ["+", ".", "%", "[", "?"]
                .iter()
                .all(|mark| !lex::is(tokens, index + 2, mark));
            let field = Field {
                key: "",
                value: first.text,
                name: false,
                at: object,
                object,
            };
            found
                .entry(name)
                .or_default()
                .extend(whole.then_some(field));
        } else if first.is("{") && matches!(first.role, Role::Value | Role::Plain) {
            found
                .entry(name)
                .or_default()
                .extend(object_fields(tokens, index + 1));
        }
    }
    found
}

/// The name that is assigned before `end`, its type left out.
fn name_before<'t>(tokens: &[Token<'t>], end: usize) -> Option<&'t str> {
    let at = end.checked_sub(1)?;
    let typed = at
        .checked_sub(1)
        .filter(|colon| lex::is(tokens, *colon, ":"));
    let name = match typed {
        Some(colon) => lex::word(tokens, colon.checked_sub(1)?)?,
        None => lex::word(tokens, at)?,
    };
    Some(name.text)
}

/// The fields directly in the object that opens at `open`: `{ cmd }`, `{ cmd: name }`, `{ "cmd": "text" }`.
fn object_fields<'t>(tokens: &[Token<'t>], open: usize) -> Vec<Field<'t>> {
    let mut found = Vec::new();
    let mut depth = 0;
    for at in open..tokens.len().min(open + MAX_OBJECT) {
        let token = &tokens[at];
        match (token.kind, token.text) {
            (Kind::Mark, "(" | "[" | "{") => depth += 1,
            (Kind::Mark, ")" | "]" | "}") => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        let ends = |at: usize| lex::is(tokens, at, ",") || lex::is(tokens, at, "}");
        let starts = lex::is(tokens, at - 1, "{") || lex::is(tokens, at - 1, ",");
        if depth != 1 || !starts || token.kind == Kind::Mark {
            continue;
        }
        let value = if ends(at + 1) { at } else { at + 2 };
        let plain = ends(value + 1) && (value == at || lex::is(tokens, at + 1, ":"));
        let Some(value) = tokens.get(value).filter(|v| plain && v.kind != Kind::Mark) else {
            continue;
        };
        found.push(Field {
            key: token.text,
            value: value.text,
            name: value.kind == Kind::Word,
            at: value.at,
            object: tokens[open].at,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::functions::definitions;
    use super::super::lex::tokens;
    use super::super::uses::uses;
    use super::*;

    fn shown(extension: &str, text: &str) -> String {
        let tokens = tokens(extension, text);
        let uses = uses(&tokens);
        let found = wrapped(&tokens, &definitions(&tokens), &uses);
        let handed = found.handed.iter().map(|h| {
            let callee = &uses[h.of].callee;
            format!(
                "{}#{} {}>{callee} {}",
                h.function, h.position, h.name, h.key
            )
        });
        let held = found
            .held
            .iter()
            .map(|h| format!("{}={} {}", uses[h.of].text, h.text, h.key));
        let all = handed.chain(held).map(|one| one.trim().to_owned());
        all.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn a_parameter_is_handed_on_in_every_language() {
        for (extension, text, wanted) in [
            (
                "ts",
                "class A { f(proxy: Pick<P, 'send'>, cmd: string, data = 'x'): Promise<any> { const pattern = { cmd }; return proxy.send<string>(pattern); } }",
                "f#1 cmd>proxy.send<string> cmd",
            ),
            (
                "js",
                "const publish = async (options) => { await producer.send({ topic: options.topic }); };",
                "publish#0 topic>producer.send",
            ),
            (
                "py",
                "class A:\n    def emit(self, routing_key, body):\n        self.channel.basic_publish(routing_key=routing_key)\n",
                "emit#0 routing_key>self.channel.basic_publish",
            ),
            (
                "go",
                "package a\nfunc Publish(key uuid.UUID, topic string) { msg := &sarama.ProducerMessage{Topic: topic} }\n",
                "Publish#1 topic>sarama.ProducerMessage",
            ),
            (
                "go",
                "package a\nfunc Read[T any](topic string) (Reader, error) { return c.ConsumePartition(topic) }\n",
                "Read#0 topic>c.ConsumePartition",
            ),
            (
                "ts",
                "class A { send<T>(proxy: P, topic: object): Promise<{ a: string; }> { return proxy.send(topic); } }",
                "send#1 topic>proxy.send",
            ),
            (
                "rb",
                "def subscribe_to(exchange, queue)\n  @channel.queue(queue)\nend\ndef other(a)\n  f(queue)\nend\n",
                "subscribe_to#1 queue>@channel.queue",
            ),
            (
                "cs",
                "class A { Task Publish<T>(string key, T m) => _channel.BasicPublishAsync(exchange: \"\", routingKey: key); Task Other(string m) { f(key); } }",
                "Publish#0 key>_channel.BasicPublishAsync",
            ),
            (
                "kt",
                "class A { fun send(topic: String, m: M) = kafka.send(topic, m)\n fun other(m: M) { f(topic) } }",
                "send#0 topic>kafka.send; send#1 m>kafka.send",
            ),
            (
                "ts",
                "export const publish = (topic: string) => producer.send({ topic: topic })\nfoo(topic)\n",
                "publish#0 topic>producer.send",
            ),
            (
                "java",
                "class A { void publish(Map<String, Object> data, String topic) { kafka.send(topic, data); } }",
                "publish#1 topic>kafka.send; publish#0 data>kafka.send",
            ),
        ] {
            assert_eq!(shown(extension, text), wanted, "{text}");
        }
    }

    #[test]
    fn a_local_name_holds_a_text_until_its_function_ends() {
        let code = "class A { f() { const p = { cmd: 'a' }; return send(p); } g() { const p = { cmd: 'b' }; return send(p); } h() { return send(p); } }";
        assert_eq!(shown("ts", code), "p=a cmd; p=b cmd");
        let text = "def f():\n    t = 'a'\n    send(t)\ndef g():\n    send(t)\n";
        assert_eq!(shown("py", text), "t=a");
    }
}
