//! What a kind of sums is.
//!
//! In: nothing. Out: [`SumKind`], one of which each file of a kind fills.
//! Invariant: the head of an input tells its kind, never its name.
//! Never: the list of kinds.

use std::io::{self, Read};

use super::all::Sums;
use crate::traces::formats::problems::Problems;
use crate::traces::formats::sniff::Head;

/// A kind of sums.
#[derive(Clone, Copy, Debug)]
pub struct SumKind {
    /// Stable id.
    pub id: &'static str,
    /// One sentence for people.
    pub about: &'static str,
    /// Whether the head of an input is of this kind.
    pub(in crate::traces) sniff: fn(&Head) -> bool,
    /// Reads an input; a record that is none is a problem, and the rest is kept.
    pub(in crate::traces) read: fn(&mut (dyn Read + Send), &mut Sums) -> io::Result<Problems>,
}
