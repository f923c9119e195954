//! A change to the system, before anybody makes it.
//!
//! In: [`System`], a [`Change`]. Out: the system after it, with score, hops, time and availability.
//! Invariant: the system before stays untouched; estimates say what they assume.
//! Never: proposes; [`remedies`] does, on what these functions say.

mod calls;
mod change;
mod changes;
mod data;
mod gather;
#[cfg(test)]
mod golden;
mod library;
pub mod merge;
pub mod ownership;
pub mod remedies;
mod requests;
mod state;
mod system;

pub use change::{Change, WhatIf, what_if};
pub use gather::Inputs;
pub use library::Library;
pub use state::{Assumptions, GroupState, HopSource, State, group_state, judge, state};
pub use system::{System, TableUsers};
