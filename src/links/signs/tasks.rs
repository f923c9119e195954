//! Tasks that a worker works off: functions that are one, and calls that queue one.
//!
//! In: tokens. Out: [`Tasks`].
//! Invariant: the first place of every call.
//! Never: which program works a task off.

use std::collections::BTreeSet;

use crate::knowledge::Messaging;
use crate::model::Position;

use super::lex::{self, Kind, Token};

/// Furthest token behind the decorator at which the name of the function stands.
const MAX_HEAD: usize = 60;

/// The tasks of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::links) struct Tasks {
    /// Functions that are one.
    pub(in crate::links) defined: Vec<(String, Position)>,
    /// Calls that may queue one.
    pub(in crate::links) queued: Vec<(Box<str>, Position)>,
}

/// Finds both in a file.
pub(in crate::links) fn tasks(messaging: &Messaging, tokens: &[Token<'_>]) -> Tasks {
    let mut found = Tasks::default();
    let calls = messaging
        .workers_of
        .values()
        .flat_map(|worker| worker.calls.iter());
    let calls: BTreeSet<&str> = calls.collect();
    let queues = |name: &str| calls.contains(name);
    let is = |at: usize, mark: &str| lex::is(tokens, at, mark);
    for (at, token) in tokens.iter().enumerate() {
        if token.kind != Kind::Word {
            continue;
        }
        let member = at.checked_sub(1).is_some_and(|before| is(before, "."));
        let known = |(name, _): &(Box<str>, Position)| **name == *token.text;
        if (member || token.text == "dispatch") && is(at + 1, "(") && queues(token.text) {
            if !found.queued.iter().any(known) {
                found.queued.push((token.text.into(), token.at));
            }
        } else if messaging.task_decorators.has(token.text) && decorates(tokens, at) {
            let mut ahead =
                (at + 1..tokens.len().min(at + MAX_HEAD)).map(|at| (at, lex::text(tokens, at)));
            let def = ahead.find(|(_, text)| *text == "def");
            let name = def.and_then(|(def, _)| lex::word(tokens, def + 1));
            found
                .defined
                .extend(name.map(|name| (name.text.to_owned(), name.at)));
        }
    }
    found
}

/// Whether the name at `at` ends that of a decorator: `@app.task`.
fn decorates(tokens: &[Token<'_>], at: usize) -> bool {
    let mut before = tokens.get(..at).unwrap_or_default().iter().rev();
    let mark = before.find(|token| token.kind == Kind::Mark && !token.is("."));
    mark.is_some_and(|mark| mark.is("@"))
}

#[cfg(test)]
mod tests {
    use super::super::lex::tokens;
    use super::*;
    use crate::knowledge::Knowledge;

    #[test]
    fn tasks_are_decorated_and_queued() {
        let text = "@app.task(bind=True)\n@other\ndef reserve(self, id):\n    pass\n\ndef order():\n    task = 1\n    reserve.delay(1)\n    reserve.delay(2)\n";
        let found = tasks(&Knowledge::default().messaging, &tokens("py", text));
        let defined: Vec<&str> = found
            .defined
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(defined, ["reserve"]);
        let queued: Vec<(&str, u32)> = found
            .queued
            .iter()
            .map(|(name, at)| (&**name, at.line))
            .collect();
        assert_eq!(queued, [("delay", 8)]);
    }
}
