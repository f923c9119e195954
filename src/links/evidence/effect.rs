//! What code does with the text that names a topic or an operation.
//!
//! In: nothing. Out: [`Side`], [`Effect`].
//! Invariant: none.
//! Never: how it came to be known.

/// What a service does with a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Publish,
    Subscribe,
    Bind,
}

/// What a call does with a topic or the name of an operation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Effect {
    Topic(Side),
    /// It asks another program, or answers, through the client of this family.
    Asks(Box<str>),
    Answers(Box<str>),
}
