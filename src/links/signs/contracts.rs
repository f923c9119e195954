//! Generated clients and servers of contracts in one file: gRPC and Thrift.
//!
//! In: tokens. Out: [`Contracts`].
//! Invariant: what a definition or an import names is neither built nor served.
//! Never: which service serves a contract.

use std::collections::BTreeSet;

use crate::model::Position;

use super::lex::{self, Kind, Token};

/// Clients and servers in one file.
#[derive(Clone, Debug, Default)]
pub(in crate::links) struct Contracts {
    /// Clients that are built.
    pub(in crate::links) built: Vec<Built>,
    /// Contracts that are served.
    pub(in crate::links) served: Vec<String>,
    /// Names on which something is called.
    pub(in crate::links) members: BTreeSet<String>,
    /// Those of them on which a method is called, and not only handed on.
    pub(in crate::links) called_on: BTreeSet<String>,
    /// Names that have another type here: `orders *biz.OrdersCase` of Go.
    pub(in crate::links) shadowed: BTreeSet<String>,
    /// Parameters and fields of the type of a client, with its contract: `orders pb.OrdersClient`.
    pub(in crate::links) typed: Vec<(String, String)>,
    /// Functions that return the client of a contract, with the contract.
    pub(in crate::links) makers: Vec<(String, String)>,
    /// Whether the file names Thrift or Dubbo.
    pub(in crate::links) thrift: bool,
}

/// A client that is built at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::links) struct Built {
    /// The contract that it speaks.
    pub(in crate::links) contract: String,
    /// Where.
    pub(in crate::links) at: Position,
    /// The name that holds the client; `None` when it is used on the spot or handed on.
    pub(in crate::links) holder: Option<String>,
    /// Only a client if somebody serves the contract.
    pub(in crate::links) weak: bool,
    /// Whether a function returns it, so that others hold it.
    pub(in crate::links) returned: bool,
}

/// Finds clients and servers in a file.
pub(in crate::links) fn scan(tokens: &[Token<'_>]) -> Contracts {
    let mut found = Contracts::default();
    let mut function = "";
    for (index, token) in tokens.iter().enumerate() {
        if token.kind != Kind::Word {
            continue;
        }
        if index
            .checked_sub(1)
            .is_some_and(|before| tokens[before].text == "func")
        {
            function = token.text;
        }
        found.thrift = found.thrift || names_thrift(token.text) || token.text.starts_with("Dubbo");
        let around = Around { tokens, index };
        if around.after(1, ".") && around.next_is_call(2) || around.arrow_call() {
            found.members.insert(token.text.to_owned());
            found.called_on.insert(token.text.to_owned());
        }
        if around.is_stored() {
            found.members.insert(token.text.to_owned());
        }
        if let Some((contract, weak)) = built(&around) {
            let returned = around.is_returned() && !function.is_empty();
            if returned {
                found.makers.push((function.to_owned(), contract.clone()));
            }
            found.built.push(Built {
                returned,
                contract,
                at: token.at,
                // To connect is to call.
                holder: around.holder().filter(|_| !connects(&around)),
                weak,
            });
        }
        found.typed.extend(around.typed());
        if around.is_typed_otherwise() {
            found.shadowed.insert(token.text.to_owned());
        }
        found.served.extend(served(&around));
        found.served.extend(registered(&around));
        found.built.extend(referenced(&around));
    }
    found
}

/// `OrdersClient::connect(url)`.
fn connects(around: &Around<'_, '_>) -> bool {
    around.after(1, ":") && around.get(3).is_some_and(|method| method.text == "connect")
}

/// The contract of a description that is handed to a call which serves it.
fn registered(around: &Around<'_, '_>) -> Option<String> {
    let word = around.word();
    if around.after(1, "(") && word != "DubboService" {
        let named = |offset: usize| around.get(offset).filter(|token| token.kind == Kind::Word);
        let described = named(2).filter(|_| around.after(3, ","))?;
        return match word {
            // What is generated for `Ledger` is called `LedgerService`, by another tool `LedgerDefinition`.
            "addService" => strip(described.text, "", "Service").map(str::to_owned),
            "add" => strip(described.text, "", "Definition").map(str::to_owned),
            "service" => described
                .text
                .ends_with("Service")
                .then(|| described.text.to_owned()),
            _ => None,
        };
    }
    let registers = || {
        let before = (1..6).filter_map(|offset| around.before(offset));
        before
            .into_iter()
            .any(|token| token.text == "RegisterService")
    };
    // `server.Add(&pb.Orders_ServiceDesc, orders)`: who takes the description by its address serves it.
    let referred = || {
        let back = if around.qualifier().is_some() { 3 } else { 1 };
        around.before(back).is_some_and(|t| t.is("&")) && around.after(1, ",")
    };
    let described = strip(word, "", "_ServiceDesc").filter(|_| registers() || referred());
    let asynchronous = || {
        let grpc = around.qualifier().filter(|_| word == "AsyncService")?;
        strip(grpc, "", "Grpc")
    };
    let dubbo = || {
        let exported = word == "DubboService" && around.before(1).is_some_and(|t| t.is("@"));
        let words = (1..40).map_while(|offset| Some((offset, around.get(offset)?)));
        let mut words = words.take_while(|(_, token)| !token.is("{"));
        let (offset, _) = words.find(|(_, token)| exported && token.text == "implements")?;
        around.get(offset + 1).map(|token| token.text)
    };
    described
        .or_else(asynchronous)
        .or_else(dubbo)
        .map(str::to_owned)
}

/// A client that a framework makes of the type or name of its contract.
fn referenced(around: &Around<'_, '_>) -> Option<Built> {
    let word = |offset: usize| around.get(offset).filter(|token| token.kind == Kind::Word);
    let made = |contract: &str, holder: Option<String>| Built {
        returned: false,
        contract: contract.to_owned(),
        at: around
            .get(0)
            .map_or_else(Position::default, |token| token.at),
        holder,
        weak: true,
    };
    match around.word() {
        "createClient" | "createPromiseClient" | "createChannelAndClient" => {
            let described = word(2)
                .filter(|_| around.after(1, "(") && around.after(3, ","))?
                .text;
            let contract = strip(described, "", "Definition").unwrap_or(described);
            Some(made(contract, around.holder()))
        }
        "getService" => {
            let open = (1..8).find(|offset| around.after(*offset, "("))?;
            let name = around
                .get(open + 1)
                .filter(|token| token.kind == Kind::Text)?;
            Some(made(name.text, around.holder()))
        }
        "DubboReference" if around.before(1).is_some_and(|token| token.is("@")) => {
            let skipped = if around.after(1, "(") {
                (2..30).find(|offset| around.after(*offset, ")"))? + 1
            } else {
                1
            };
            let is_type = |offset: &usize| {
                word(*offset).is_some_and(|t| t.text.starts_with(|c: char| c.is_ascii_uppercase()))
            };
            let at = (skipped..skipped + 4).find(is_type)?;
            let holder = word(at + 1).map(|name| name.text.to_owned());
            Some(made(word(at)?.text, holder))
        }
        _ => None,
    }
}

/// Whether `thrift` stands anywhere in a word, in letters of either size.
fn names_thrift(word: &str) -> bool {
    let bytes = word.as_bytes();
    let mut starts = memchr::memchr2_iter(b't', b'T', bytes);
    starts.any(|at| {
        let part = bytes.get(at..at + 6);
        part.is_some_and(|part| part.eq_ignore_ascii_case(b"thrift"))
    })
}

/// A token with its neighbours.
pub(super) struct Around<'a, 'b> {
    pub(super) tokens: &'b [Token<'a>],
    pub(super) index: usize,
}

impl<'a> Around<'a, '_> {
    /// The token `offset` places behind this one; 0 is the token itself.
    fn get(&self, offset: usize) -> Option<&Token<'a>> {
        self.tokens.get(self.index + offset)
    }

    /// The token `offset` places before this one.
    pub(super) fn before(&self, offset: usize) -> Option<&Token<'a>> {
        self.tokens.get(self.index.checked_sub(offset)?)
    }

    /// The text of the token itself.
    fn word(&self) -> &'a str {
        self.get(0).map_or("", |token| token.text)
    }

    /// Whether the token `offset` places behind is this mark.
    pub(super) fn after(&self, offset: usize, mark: &str) -> bool {
        self.get(offset).is_some_and(|token| token.is(mark))
    }

    /// Whether a word stands `offset` places behind and opens brackets: `name(` or `name<T>(`.
    fn next_is_call(&self, offset: usize) -> bool {
        self.get(offset).is_some_and(|t| t.kind == Kind::Word)
            && (self.after(offset + 1, "(") || self.after(offset + 1, "<"))
    }

    /// Whether a field or an entry takes it: `server.Orders = orders`, `clients[name] = orders`, `{ Orders: orders }`.
    fn is_stored(&self) -> bool {
        let before = |back: usize, mark: &str| self.before(back).is_some_and(|t| t.is(mark));
        let assigned = before(1, "=") && (before(3, ".") || before(2, "]"));
        let named = before(1, ":") && self.before(2).is_some_and(|t| t.kind == Kind::Word);
        assigned || named && (self.after(1, ",") || self.after(1, "}"))
    }

    /// Whether it is what a function returns, as in `return pb.NewOrdersClient(conn)`.
    fn is_returned(&self) -> bool {
        let back = if self.qualifier().is_some() { 3 } else { 1 };
        self.before(back).is_some_and(|t| t.text == "return")
    }

    /// The name that has this type, the client of a contract: `orders pb.OrdersClient` of Go.
    fn typed(&self) -> Option<(String, String)> {
        let contract = strip(self.word(), "", "Client").filter(|_| !self.after(1, "("))?;
        let back = if self.qualifier().is_some() { 3 } else { 1 };
        let name = self.before(back).filter(|t| t.kind == Kind::Word)?;
        let lower = name.text.starts_with(|c: char| c.is_ascii_lowercase());
        let word = matches!(
            name.text,
            "return" | "new" | "type" | "import" | "use" | "as" | "func"
        );
        (lower && !word).then(|| (name.text.to_owned(), contract.to_owned()))
    }

    /// Whether the name has a type of another package that is no client.
    fn is_typed_otherwise(&self) -> bool {
        let package = if self.after(1, "*") { 2 } else { 1 };
        let word = |offset: usize| self.get(offset).filter(|t| t.kind == Kind::Word);
        let named = word(package).is_some() && self.after(package + 1, ".");
        named && word(package + 2).is_some_and(|t| !t.text.ends_with("Client"))
    }

    /// `->name(` of PHP.
    fn arrow_call(&self) -> bool {
        self.after(1, "-") && self.after(2, ">") && self.next_is_call(3)
    }

    /// Whether the word before makes this a definition or import, which neither builds nor serves.
    fn defines(&self) -> bool {
        let words = [
            "func",
            "def",
            "class",
            "function",
            "interface",
            "struct",
            "type",
            "fn",
            "import",
        ];
        self.before(1)
            .is_some_and(|token| words.contains(&token.text))
    }

    /// Whether `new` stands a few names before, behind which only a qualified name follows: `new
    /// \Acme\OrdersClient`.
    fn is_new(&self) -> bool {
        (1..8)
            .map_while(|offset| self.before(offset))
            .take_while(|t| t.kind == Kind::Word || t.is(".") || t.is("\\") || t.is(":"))
            .any(|t| t.text == "new")
    }

    /// The word before a `.` or `::` that stands before this one.
    pub(super) fn qualifier(&self) -> Option<&'a str> {
        let colons =
            self.before(1).is_some_and(|t| t.is(":")) && self.before(2).is_some_and(|t| t.is(":"));
        let offset = if colons { 3 } else { 2 };
        let dotted = colons || self.before(1).is_some_and(|t| t.is("."));
        self.before(offset)
            .filter(|t| dotted && t.kind == Kind::Word)
            .map(|t| t.text)
    }

    /// The name that the value of this call is assigned to, if it is not used at once.
    fn holder(&self) -> Option<String> {
        let mut start = self.index;
        while let Some(token) = start.checked_sub(1).and_then(|i| self.tokens.get(i)) {
            let part = token.is(".")
                || token.is(":") && !lex::is(self.tokens, start, "=")
                || (token.kind == Kind::Word && matches!(token.text, "new" | "await"))
                || (token.kind == Kind::Word
                    && self
                        .tokens
                        .get(start)
                        .is_some_and(|t| t.is(".") || t.is(":")));
            if !part {
                break;
            }
            start -= 1;
        }
        let open = (self.index..self.index + 14).find(|&i| lex::is(self.tokens, i, "("))?;
        let mut depth = 0i32;
        let close = (open..self.tokens.len().min(open + 200)).find(|&i| {
            depth += self
                .tokens
                .get(i)
                .map_or(0, |t| i32::from(t.is("(")) - i32::from(t.is(")")));
            depth == 0
        })?;
        let after = |offset: usize| self.tokens.get(close + offset);
        let awaited = after(2).is_some_and(|t| t.text == "await");
        let chained = !awaited && after(1).is_some_and(|t| t.is("."));
        let assigned = start
            .checked_sub(1)
            .and_then(|i| self.tokens.get(i))
            .is_some_and(|t| t.is("="));
        if chained || !assigned {
            return None;
        }
        let words = (1..4).filter_map(|back| self.tokens.get(start.checked_sub(1 + back)?));
        words
            .into_iter()
            .find(|t| t.kind == Kind::Word)
            .map(|t| t.text.to_owned())
    }
}

/// `Orders` of `NewOrdersClient` without `New` and `Client`; `None` where nothing telling is left.
fn strip<'a>(word: &'a str, start: &str, end: &str) -> Option<&'a str> {
    word.strip_prefix(start)?
        .strip_suffix(end)
        .filter(|rest| rest.len() > 1)
}

/// The contract whose client is built here, and whether that needs a server to be believed.
fn built(around: &Around<'_, '_>) -> Option<(String, bool)> {
    let word = around.word();
    let call = around.after(1, "(");
    let named = ["Client", "Stub", "Grpc"];
    let tells = call || named.iter().any(|end| word.ends_with(end));
    if !tells || around.defines() {
        return None;
    }
    let path = around.after(1, ":") && around.after(2, ":");
    let method = |names: &[&str]| around.get(3).is_some_and(|t| names.contains(&t.text));
    if call && let Some(contract) = strip(word, "New", "Client") {
        return Some((contract.to_owned(), false));
    }
    // What answers HTTP for a server elsewhere (grpc-gateway).
    let forwards = ["HandlerFromEndpoint", "HandlerClient"];
    let mut forwarded = forwards
        .iter()
        .filter_map(|end| strip(word, "Register", end));
    if call && let Some(contract) = forwarded.next() {
        return Some((contract.to_owned(), true));
    }
    let java = word.starts_with("new");
    if call
        && !java
        && let Some(contract) = strip(word, "", "Stub")
    {
        return Some((contract.trim_end_matches("Coroutine").to_owned(), true));
    }
    if let Some(contract) = word
        .strip_suffix("BlockingStub")
        .or_else(|| word.strip_suffix("FutureStub"))
    {
        let contract = contract.strip_prefix("new").unwrap_or(contract);
        return (contract.len() > 1).then(|| (contract.to_owned(), true));
    }
    if let Some(contract) = strip(word, "", "Grpc") {
        let stub = around
            .get(2)
            .is_some_and(|t| t.text.starts_with("new") && t.text.ends_with("Stub"));
        return (stub && around.after(1, ".")).then(|| (contract.to_owned(), true));
    }
    if let Some(contract) = strip(word, "", "Client") {
        let rust = path && method(&["connect", "new", "with_interceptor", "with_origin"]);
        let generic = around.qualifier() == Some(contract) && (around.after(1, ">") || call);
        let fresh = call && around.is_new();
        return (rust || generic || fresh).then(|| (contract.to_owned(), true));
    }
    if matches!(word, "Client" | "Stub") && call || word == "Stub" && around.after(1, ".") {
        let contract = around.qualifier()?;
        return contract
            .starts_with(|c: char| c.is_ascii_uppercase())
            .then(|| (contract.to_owned(), true));
    }
    let upper = word.starts_with(|c: char| c.is_ascii_uppercase());
    let javascript =
        call && upper && around.before(1).is_some_and(|t| t.is(".")) && around.is_new();
    javascript.then(|| (word.to_owned(), true))
}

/// The contract that is served here.
fn served(around: &Around<'_, '_>) -> Option<String> {
    let word = around.word();
    let call = around.after(1, "(");
    let by_call = [
        ("Register", "Server"),
        ("add_", "Servicer_to_server"),
        ("New", "Processor"),
        ("New", "Handler"),
    ];
    let declared = call && !around.defines();
    let named = by_call
        .iter()
        .filter(|_| declared)
        .find_map(|(start, end)| strip(word, start, end));
    let base = strip(word, "", "CoroutineImplBase")
        .or_else(|| strip(word, "", "ImplBase"))
        .or_else(|| strip(word, "Unimplemented", "Server"));
    let sharp = strip(word, "", "Base").filter(|contract| around.qualifier() == Some(contract));
    let rust = strip(word, "", "Server").filter(|_| {
        around.after(1, ":")
            && around.after(2, ":")
            && around
                .get(3)
                .is_some_and(|t| matches!(t.text, "new" | "with_interceptor"))
    });
    let ruby = (word == "Service" && around.before(1).is_some_and(|t| t.is(":")))
        .then(|| around.qualifier())
        .flatten();
    let thrift = (word == "Processor" && call)
        .then(|| around.qualifier())
        .flatten();
    let javascript = (word == "service" && !call)
        .then(|| around.qualifier())
        .flatten()
        .filter(|_| {
            (1..12)
                .filter_map(|offset| around.before(offset))
                .any(|t| t.text == "addService")
        });
    let nest = (word == "GrpcMethod" && call)
        .then(|| around.get(2))
        .flatten()
        .filter(|t| t.kind == Kind::Text)
        .map(|t| t.text);
    named
        .or(base)
        .or(sharp)
        .or(rust)
        .or(ruby)
        .or(thrift)
        .or(javascript)
        .or(nest)
        .map(str::to_owned)
}

#[cfg(test)]
mod tests;
