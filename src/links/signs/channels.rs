//! Which channels of a message framework a file binds: those that it sends to and those that it takes from.
//!
//! In: tokens. Out: [`Channels`].
//! Invariant: in source order.
//! Never: the topic behind a channel; settings tell.

use super::lex::{self, Kind, Token};

/// Furthest token of a declaration that is looked at.
const MAX_DECLARATION: usize = 40;

/// How settings start that bind a channel to a topic.
pub(in crate::links) const BINDINGS: [&str; 3] = [
    "spring.cloud.stream.bindings.",
    "mp.messaging.outgoing.",
    "mp.messaging.incoming.",
];

/// Whether a setting binds a channel.
pub(in crate::links) fn binds(key: &str) -> bool {
    BINDINGS.iter().any(|start| key.starts_with(start))
}

/// Channels of Spring Cloud Stream and of reactive messaging, by the sides that the code takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::links) struct Channels {
    /// Names of channels that the file sends to.
    pub(in crate::links) sends: Vec<String>,
    /// Names of channels that it takes from.
    pub(in crate::links) takes: Vec<String>,
    /// Whether it may send to channels whose names are not known.
    pub(in crate::links) sends_any: bool,
    /// Interfaces of channels that are bound, and those that the file declares.
    pub(in crate::links) binders: Vec<String>,
    pub(in crate::links) interfaces: Vec<String>,
}

/// Finds the channels that a file binds.
pub(in crate::links) fn channels(tokens: &[Token<'_>]) -> Channels {
    let mut found = Channels::default();
    let mut interfaces = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.kind != Kind::Word {
            continue;
        }
        let annotated = at > 0 && lex::is(tokens, at - 1, "@");
        match token.text {
            "StreamBridge" | "BinderAwareChannelResolver" => found.sends_any = true,
            "EnableBinding" if annotated => enabled(tokens, at, &mut found),
            "Channel" if annotated => {
                found.sends.extend(name(tokens, at));
                found.takes.extend(name(tokens, at));
            }
            "interface" => {
                let name = lex::word(tokens, at + 1);
                interfaces.extend(name.map(|name| name.text.to_owned()));
            }
            "Output" | "Outgoing" | "SendTo" if annotated => found.sends.extend(name(tokens, at)),
            "Input" | "Incoming" | "StreamListener" if annotated => {
                found.takes.extend(name(tokens, at));
            }
            "Supplier" | "Function" | "BiFunction" | "Consumer" | "BiConsumer" => {
                function(tokens, at, &mut found);
            }
            _ => {}
        }
    }
    if !(found.sends.is_empty() && found.takes.is_empty()) {
        found.interfaces = interfaces;
    }
    found
}

/// `@EnableBinding({Source.class, Sink.class})`
fn enabled(tokens: &[Token<'_>], at: usize, found: &mut Channels) {
    let inside = tokens.get(at + 1..).unwrap_or_default().iter();
    for token in inside
        .take(MAX_DECLARATION)
        .take_while(|token| !token.is(")"))
    {
        let (sends, takes) = match token.text {
            "Source" => (true, false),
            "Sink" => (false, true),
            "Processor" => (true, true),
            "(" | "{" | "}" | "," | "." | ":" | "class" => continue,
            other => {
                found.binders.push(other.to_owned());
                continue;
            }
        };
        found.sends.extend(sends.then(|| "output".to_owned()));
        found.takes.extend(takes.then(|| "input".to_owned()));
    }
}

/// The name of the channel in an annotation: its text, or the last name of a constant (`Sink.INPUT`).
fn name(tokens: &[Token<'_>], at: usize) -> Option<String> {
    tokens.get(at + 1).filter(|open| open.is("("))?;
    let inside = tokens.get(at + 2..)?.iter().take(8);
    let told = inside.take_while(|token| !token.is(")"));
    let last = told.filter(|token| token.kind != Kind::Mark).last()?;
    Some(match last.text {
        "INPUT" => "input".to_owned(),
        "OUTPUT" => "output".to_owned(),
        name => name.to_owned(),
    })
}

/// `Supplier<Order> orders() {`, `fun orders(): Supplier<Order>`: a bean whose name is that of its channels.
fn function(tokens: &[Token<'_>], at: usize, found: &mut Channels) {
    let (mut depth, mut end) = (0_usize, at + 1);
    while let Some(token) = tokens.get(end).filter(|_| end < at + MAX_DECLARATION) {
        match token.text {
            "<" => depth += 1,
            ">" => depth = depth.saturating_sub(1),
            _ => {}
        }
        end += 1;
        if depth == 0 {
            break;
        }
    }
    let before =
        || lex::is(tokens, at.wrapping_sub(1), ":") && lex::is(tokens, at.wrapping_sub(2), ")");
    let named = if tokens.get(end).is_some_and(|name| name.kind == Kind::Word)
        && lex::is(tokens, end + 1, "(")
    {
        tokens.get(end)
    } else if before() {
        lex::before(tokens, at, 4)
    } else {
        None
    };
    let Some(name) = named.filter(|name| name.kind == Kind::Word) else {
        return;
    };
    let kind = lex::text(tokens, at);
    if !kind.ends_with("Consumer") {
        found.sends.push(format!("{}-out", name.text));
    }
    if kind != "Supplier" {
        found.takes.push(format!("{}-in", name.text));
    }
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;

    fn shown(text: &str) -> String {
        let found = channels(&tokens("java", text));
        format!("+{} -{}", found.sends.join(","), found.takes.join(","))
    }

    #[test]
    fn sides_of_channels_are_told_apart() {
        assert_eq!(shown("@EnableBinding(Sink.class) class A {}"), "+ -input");
        assert_eq!(
            shown("@EnableBinding({Source.class}) class A {}"),
            "+output -"
        );
        assert_eq!(
            shown("@Output(\"orders\") MessageChannel orders();"),
            "+orders -"
        );
        assert_eq!(
            shown("@Incoming(\"orders\") void on(Order o) {}"),
            "+ -orders"
        );
        assert_eq!(
            shown("@Bean Supplier<Order> orders() { return x; }"),
            "+orders-out -"
        );
        assert_eq!(
            shown("@Bean Function<Flux<Order>, Flux<Bill>> bill() { return x; }"),
            "+bill-out -bill-in"
        );
        assert_eq!(
            shown("@Bean\nfun bill(): Consumer<Order> = { }"),
            "+ -bill-in"
        );
    }
}
