//! What a trace format is.
//!
//! In: nothing. Out: [`TraceFormat`], one of which each file of a format fills.
//! Invariant: the head of an input tells its format, never its name.
//! Never: the list of formats.

use std::io::Read;

use super::problems::Problems;
use super::sniff::Head;
use crate::traces::spans::collect::Collector;

/// A trace format.
#[derive(Clone, Copy, Debug)]
pub struct TraceFormat {
    /// Stable id.
    pub id: &'static str,
    /// One sentence for people.
    pub about: &'static str,
    /// Whether the head of an input has this format.
    pub sniff: fn(&Head) -> bool,
    /// Reads an input, with one thread for each collector at most; good records before and after a bad one are kept.
    pub read: fn(&mut (dyn Read + Send), &mut [Collector]) -> Problems,
}
