//! The tables of messages: who publishes and who subscribes.
//!
//! In: TOML. Out: [`Messaging`].
//! Invariant: that of the other tables.
//! Never: a rule.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::list::{Join, List, LowerList};

tables! {
    /// Who publishes and who subscribes.
    Messaging {
        /// Calls and types that publish, whatever they are called on.
        publish: LowerList,
        /// Those that do when they are called on something that carries messages.
        send: LowerList,
        /// Those of the same that wait for an answer.
        asking: LowerList,
        /// Words of what carries messages.
        carriers: LowerList,
        /// Calls that make a list of topics.
        lists: LowerList,
        /// Calls and types that subscribe.
        subscribe: LowerList,
        /// Words of what keeps messages in a table until they are sent.
        outboxes: LowerList,
        /// Calls that bind a queue to an exchange.
        bind: LowerList,
        /// Annotations and attributes of those that listen.
        listeners: List,
        /// Annotations of a method for a topic.
        methods: List,
        /// Generic types and calls that handle the event whose type they name.
        handlers: List,
        /// How types of one's own end that do so.
        handler_ends: List,
        /// Generic types that ask for an answer by the type of the question.
        requesters: List,
        /// Generic calls that make an object of the type that they name out of another one.
        mappers: List,
        /// Words of calls that start what consumes.
        workers: LowerList,
        /// Annotations of a method for the message whose type its first parameter is.
        typed_methods: List,
        /// Types that send messages by their type.
        typed_senders: List,
        /// Methods of a class of handlers that take the message whose type their first parameter is.
        handling_methods: List,
        /// Last names of decorators that make a function a task.
        task_decorators: List,
        /// Programs that work off what others queue that run the same code, by their library.
        workers_of: BTreeMap<String, Worker>,
        /// Arguments that hold the topic.
        arguments: LowerList,
        /// Clients whose calls mean nothing elsewhere, by their library.
        families: BTreeMap<String, Family>,
        /// Words of calls and types that make or describe a topic.
        makers: LowerList,
        /// What settings and options call a topic, queue or exchange.
        places: List,
        /// Words of publishers before such a setting or option.
        publishers: List,
        /// Words of consumers.
        consumers: List,
        /// Calls that handle the events of a class that a text names.
        handlers_of_class: List,
        /// Words of channels through which messages go out.
        outgoing: LowerList,
        /// Words of channels through which they come in.
        incoming: LowerList,
    }

    /// One client: its calls, types and annotations with the arguments that hold the topic or name.
    Family {
        /// What a file names that uses it; any file may when there is none.
        imports: List,
        /// Words of a file in which who publishes waits for the answer.
        waits: List,
        /// What publishes.
        publish: BTreeMap<String, List>,
        /// What subscribes.
        subscribe: BTreeMap<String, List>,
        /// What asks another program for an answer, by the name of the operation or program.
        request: BTreeMap<String, List>,
        /// What gives that answer; "" is an assignment in a class.
        reply: BTreeMap<String, List>,
        /// What takes the events of the program that replies by a name.
        listen: BTreeMap<String, List>,
        /// What asks by the name of a program with that of an operation behind it.
        below: BTreeMap<String, List>,
        /// Names of objects whose keys are topics that are taken from.
        keyed: List,
        /// What makes a queue.
        declared: BTreeMap<String, List>,
        /// What binds queues of the file to an exchange.
        bound: BTreeMap<String, List>,
        /// Calls of a file that takes from the queues that it makes.
        takes: List,
        /// Calls of a file that sends to them.
        gives: List,
    }

    /// A program that works off what others queue.
    Worker {
        /// Words of its command.
        command: List,
        /// Words of the command of what queues by a timetable.
        schedules: List,
        /// Calls that queue.
        calls: List,
    }
}
