//! What every part of this room rests on.
//!
//! In: [`input::Input`]. Out: the files that are cut apart together, and the records of the contract.
//! Invariant: what is here knows no candidate and no score.
//! Never: a proposal.

pub(crate) mod groups;
pub(crate) mod input;
pub(crate) mod kernel;
pub(crate) mod never;
pub(crate) mod paths;
pub(crate) mod record;
pub(crate) mod roadmap;
pub(crate) mod serving;
pub(crate) mod sets;
pub(crate) mod universe;
pub(crate) mod view;
pub(crate) mod words;
