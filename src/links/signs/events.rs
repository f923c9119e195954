//! Events that are known by their type.
//!
//! In: tokens of a file. Out: [`Events`].
//! Invariant: in source order.
//! Never: which service handles what another raises.

use crate::knowledge::Messaging;
use crate::model::{Position, names};

use super::lex::{self, Kind, Token};

/// Types of events that a file raises and handles, with places.
#[derive(Clone, Debug, Default)]
pub(in crate::links) struct Events {
    /// Raised with `new`, or by a generic call.
    pub(in crate::links) raised: Vec<(String, Position)>,
    /// Built with `new` in a file that publishes something: an event if somebody handles its type.
    pub(in crate::links) built: Vec<(String, Position)>,
    /// Those raised by who waits for an answer.
    pub(in crate::links) asked: Vec<String>,
    /// Handled by a generic interface.
    pub(in crate::links) handled: Vec<(String, Position)>,
    /// Handled by a method of a class that is called a handler.
    pub(in crate::links) handled_by_name: Vec<(String, Position)>,
    /// Whether the file names what sends messages by their type.
    pub(in crate::links) sends_by_type: bool,
    /// Classes of objects whose events are handled: who only builds such an object raises none of them.
    pub(in crate::links) handled_of_class: Vec<(String, Position)>,
    /// Generic classes of the file that handle the event whose type they are given: `class Base<T> : IConsumer<T>`.
    pub(in crate::links) bases: Vec<String>,
    /// Classes that are made of a generic one: its name and the type that it is given.
    pub(in crate::links) derived: Vec<(String, String, Position)>,
    /// Whether an interface of the file is a client of a broker.
    pub(in crate::links) is_client: bool,
}

/// Finds events that are known by their type.
pub(in crate::links) fn events(messaging: &Messaging, tokens: &[Token<'_>]) -> Events {
    let mut found = Events::default();
    let mut words = tokens.iter();
    found.sends_by_type =
        words.any(|token| is_upper(token.text) && messaging.typed_senders.has(token.text));
    let publishes = publishes(tokens) || found.sends_by_type;
    let text = |index: usize| tokens.get(index).map_or("", |token| token.text);
    for (index, token) in tokens.iter().enumerate() {
        found.is_client |= matches!(
            token.text,
            "KafkaClient" | "NatsClient" | "PulsarProducerClient"
        );
        let of_type = token.text == "typeof" && text(index + 1) == "(" && text(index + 3) == ")";
        if of_type && is_given_to_listeners(messaging, tokens.get(..index).unwrap_or_default()) {
            found.handled.push((text(index + 2).to_owned(), token.at));
        }
        let generic = text(index + 1) == "<" && matches!(text(index + 3), ">" | ",");
        if generic && handles(messaging, token.text) {
            found.handled.push((text(index + 2).to_owned(), token.at));
        }
        // `IRequestClient<CheckStock>`, and `AddRequestClient<CheckStock>()`.
        if generic && messaging.requesters.has(token.text) {
            found.raised.push((text(index + 2).to_owned(), token.at));
            found.asked.push(text(index + 2).to_owned());
        }
        // `var event = dto.Adapt<OrderPlaced>(); bus.Publish(event);`
        if publishes && generic && messaging.mappers.has(token.text) {
            found.built.push((text(index + 2).to_owned(), token.at));
        }
        let by_class =
            token.text == "onEvent" && text(index + 1) == "(" && text(index + 4) == "class";
        if by_class {
            found.handled.push((text(index + 2).to_owned(), token.at));
        }
        // `publish(Order.class, id, events)` and `forAggregateType("com.acme.Order")`: events of a class of objects.
        if token.text == "publish" && text(index + 1) == "(" && text(index + 4) == "class" {
            found.raised.push((text(index + 2).to_owned(), token.at));
        }
        if messaging.handlers_of_class.has(token.text) && text(index + 1) == "(" {
            let class = text(index + 2).rsplit('.').next().unwrap_or_default();
            found.handled_of_class.push((class.to_owned(), token.at));
        }
        if token.text == "class" {
            made_of(messaging, tokens, index, &mut found);
        }
        if is_upper(token.text) {
            found.handled.extend(annotated(messaging, tokens, index));
            let by_name = called_handler(messaging, tokens, index);
            found.handled_by_name.extend(by_name);
        }
        // `OrderPlaced.builder()` builds one, too.
        let builder =
            text(index + 1) == "." && text(index + 2) == "builder" && text(index + 3) == "(";
        if publishes && builder && token.text.starts_with(|c: char| c.is_ascii_uppercase()) {
            found.built.push((token.text.to_owned(), token.at));
        }
        let name = text(index + 1);
        let upper = name.starts_with(|c: char| c.is_ascii_uppercase());
        if publishes && token.text == "new" && upper && matches!(text(index + 2), "(" | "{") {
            found.built.push((name.to_owned(), token.at));
        }
        if token.text == "new"
            && (name.ends_with("Event") || name.ends_with("Message"))
            && matches!(text(index + 2), "(" | "{")
        {
            found.raised.push((name.to_owned(), token.at));
        }
        if matches!(token.text, "Publish" | "PublishAsync" | "Send")
            && text(index + 1) == "<"
            && text(index + 3) == ">"
        {
            found.raised.push((text(index + 2).to_owned(), token.at));
        }
    }
    found
}

/// Whether a generic type handles the event that it is given: `IConsumer`, or a name that ends like
/// `EventHandler`.
fn handles(messaging: &Messaging, name: &str) -> bool {
    let mut ends = messaging.handler_ends.iter();
    messaging.handlers.has(name) || ends.any(|end| name.ends_with(end))
}

/// `class OrderPlacedConsumer : BaseConsumer<OrderPlaced>`, and `class BaseConsumer<T> : IConsumer<T>`.
fn made_of(messaging: &Messaging, tokens: &[Token<'_>], index: usize, found: &mut Events) {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let given = (text(index + 2) == "<").then(|| text(index + 3));
    let head = (index + 2..index + MAX_HEAD).take_while(|at| !matches!(text(*at), "{" | ";" | ""));
    for at in head.skip(if given.is_some() { 3 } else { 0 }) {
        let generic = text(at + 1) == "<" && text(at + 3) == ">" && is_upper(text(at));
        if !generic {
            continue;
        }
        if given != Some(text(at + 2)) {
            let made = (text(at).to_owned(), text(at + 2).to_owned(), tokens[at].at);
            found.derived.push(made);
        } else if handles(messaging, text(at)) {
            found.bases.push(text(index + 1).to_owned());
        }
    }
}

/// Whether a word begins with a capital letter, as types do.
fn is_upper(text: &str) -> bool {
    text.as_bytes().first().is_some_and(u8::is_ascii_uppercase)
}

/// Furthest token behind an annotation at which the parameters of its method begin.
const MAX_HEAD: usize = 40;

/// The message that the method behind an annotation handles: the type of its first parameter.
fn annotated(
    messaging: &Messaging,
    tokens: &[Token<'_>],
    index: usize,
) -> Option<(String, Position)> {
    let is = |at: usize, mark: &str| lex::is(tokens, at, mark);
    let marked = messaging.typed_methods.has(tokens.get(index)?.text);
    if !marked || !is(index.checked_sub(1)?, "@") {
        return None;
    }
    // Behind the brackets of the annotation itself.
    let own = if is(index + 1, "(") {
        (index..tokens.len()).find(|at| is(*at, ")"))?
    } else {
        index
    };
    let opens = (own + 1..own + MAX_HEAD).find(|at| is(*at, "(") && !is(at + 1, ")"))?;
    first_type(tokens, opens)
}

/// The message that a method handles whose class is called a handler: the type of its first parameter.
fn called_handler(
    messaging: &Messaging,
    tokens: &[Token<'_>],
    index: usize,
) -> Option<(String, Position)> {
    let handles = messaging.handling_methods.has(tokens.get(index)?.text);
    let declared = handles && lex::is(tokens, index + 1, "(") && in_handler(tokens, index);
    declared.then(|| first_type(tokens, index + 1))?
}

/// The type of the first parameter of the brackets at `opens`.
fn first_type(tokens: &[Token<'_>], opens: usize) -> Option<(String, Position)> {
    let message = lex::word(tokens, opens + 1)?;
    let named = lex::word(tokens, opens + 2).is_some();
    let upper = message.text.starts_with(|c: char| c.is_ascii_uppercase());
    (named && upper).then(|| (message.text.to_owned(), message.at))
}

/// Whether the method at `index` is declared in a class that is called a handler and derived from nothing: who derives
/// one from an interface says by that what it handles.
fn in_handler(tokens: &[Token<'_>], index: usize) -> bool {
    let declared = (1..index)
        .rev()
        .find(|at| tokens[*at].text == "class" && tokens[*at].kind == Kind::Word);
    declared.is_some_and(|class| {
        let name = lex::text(tokens, class + 1);
        let called = ["Consumer", "Handler", "Handlers"]
            .iter()
            .any(|end| name.ends_with(end));
        let derived = (class + 2..index)
            .take_while(|at| !lex::is(tokens, *at, "{"))
            .any(|at| lex::is(tokens, at, ":"));
        called && !derived && tokens[index - 1].kind == Kind::Word
    })
}

/// How many tokens before a type the call that takes it may begin: `UseListeners(new List<Type> { typeof(A), …`.
const MAX_CALL: usize = 60;

/// Whether the statement that ends here so far calls something that listens: types are the events it listens to.
fn is_given_to_listeners(messaging: &Messaging, before: &[Token<'_>]) -> bool {
    let statement = before.iter().rev().take(MAX_CALL);
    let mut statement = statement.take_while(|token| !token.is(";") && !token.is("=>"));
    statement.any(|token| {
        let words = names::words(token.text);
        let listens = |word: &String| messaging.consumers.has(word.trim_end_matches('s'));
        token.kind == Kind::Word && words.len() > 1 && words.iter().any(listens)
    })
}

/// Whether a file calls something that publishes what it is given: `Publish`, `PublishAsync`, `PublishMessage`, …
fn publishes(tokens: &[Token<'_>]) -> bool {
    let calls = |name: &str| name.starts_with("Publish") || matches!(name, "Send" | "publish");
    tokens.windows(3).any(|around| match around {
        [before, name, open] => {
            // What a base class offers stands alone: `await PublishEventAsync(placed)`.
            let alone = matches!(before.text, "await" | "return" | ";" | "{" | "}");
            let inherited = alone && name.text.starts_with("Publish");
            (before.is(".") && calls(name.text) || inherited) && (open.is("(") || open.is("<"))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;
    use crate::knowledge::Knowledge;

    #[test]
    fn a_class_is_made_of_a_generic_one_that_handles() {
        let found = |text: &str| events(&Knowledge::default().messaging, &tokens("cs", text));
        let base = found("abstract class Base<T> : IConsumer<T> where T : class { }");
        assert_eq!(
            (base.bases, base.derived.len()),
            (vec!["Base".to_owned()], 0)
        );
        let made = found("public class A : Base<Placed> { }").derived;
        let made: Vec<(&str, &str)> = made.iter().map(|(b, t, _)| (&**b, &**t)).collect();
        assert_eq!(made, [("Base", "Placed")]);
    }

    #[test]
    fn events_of_a_class_are_known_by_its_name() {
        let known = Knowledge::default();
        let events = |text: &str| events(&known.messaging, &tokens("java", text));
        let raised = events("domainEvents.publish(Order.class, id, all);").raised;
        let listening = events("b.forAggregateType(\"com.acme.Order\").onEvent(x)");
        assert!(
            listening.handled.is_empty(),
            "who builds an order raises no event of it"
        );
        let handled = listening.handled_of_class;
        assert_eq!((&*raised[0].0, &*handled[0].0), ("Order", "Order"));
        assert!(events("publish(order, all);").raised.is_empty());
    }

    #[test]
    fn who_asks_by_type_waits() {
        let known = Knowledge::default();
        let code = "class A { A(IRequestClient<CheckStock> c) {} }";
        let found = events(&known.messaging, &tokens("cs", code));
        assert_eq!(found.raised[0].0, "CheckStock");
        assert_eq!(found.asked, ["CheckStock"]);
    }

    #[test]
    fn types_given_to_listeners_are_events() {
        let handled = |text: &str| {
            let known = Knowledge::default();
            let events = events(&known.messaging, &tokens("cs", text));
            let names = events.handled.into_iter().map(|(name, _)| name);
            names.collect::<Vec<_>>().join(" ")
        };
        let listed = "app.UseRabbitListeners(new List<Type> { typeof(Placed), typeof(Paid) });";
        assert_eq!(handled(listed), "Placed Paid");
        assert_eq!(handled("services.AddMediator(typeof(Placed));"), "");
        assert_eq!(handled("app.UseListeners(); map.Add(typeof(Placed));"), "");
    }

    #[test]
    fn the_type_of_a_parameter_tells_what_a_method_handles() {
        let known = Knowledge::default();
        let found =
            |extension: &str, text: &str| events(&known.messaging, &tokens(extension, text));
        let names = |events: Vec<(String, Position)>| {
            events
                .into_iter()
                .map(|(name, _)| name)
                .collect::<Vec<_>>()
                .join(" ")
        };
        let saga = "class A { @SagaEventHandler(associationProperty = \"id\") public void on(Placed e, X x) {} @EventHandler void on(Paid e) {} @Other void on(No e) {} }";
        assert_eq!(names(found("java", saga).handled), "Placed Paid");
        let handler =
            "public class PlacedHandler { public Task Handle(Placed message) { Handle(other); } }";
        assert_eq!(names(found("cs", handler).handled_by_name), "Placed");
        let derived = "public class PlacedHandler : IRequestHandler<Placed> { public Task Handle(Placed m) {} }";
        assert_eq!(names(found("cs", derived).handled_by_name), "");
        assert!(found("java", "class A { CommandGateway gateway; }").sends_by_type);
    }

    #[test]
    fn what_a_publishing_file_builds_may_be_an_event() {
        let built = |text: &str| {
            let known = Knowledge::default();
            let events = events(&known.messaging, &tokens("cs", text));
            let names = events.built.into_iter().map(|(name, _)| name);
            names.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            built("await _bus.Publish(new OrderCreated { Id = 1 });"),
            "OrderCreated"
        );
        assert_eq!(
            built("var o = new OrderCreated(); bus.Publish(o);"),
            "OrderCreated"
        );
        assert_eq!(
            built("events.PublishMessage(new OrderCreated());"),
            "OrderCreated"
        );
        let mapped = "var e = dto.Adapt<OrderCreated>(); bus.Publish(e);";
        assert_eq!(built(mapped), "OrderCreated");
        assert_eq!(built("var o = new OrderCreated(); Save(o);"), "");
    }
}
