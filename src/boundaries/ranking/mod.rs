//! How plausible each candidate is, and which of them make the list.
//!
//! In: [`Candidate`](super::views::Candidate)s. Out: [`rank::Ranked`] sets, best first.
//! Invariant: ties go to the larger set, then by members.
//! Never: what a cut costs; that is described for those that are listed.

pub(crate) mod choose;
pub(crate) mod domains;
pub(crate) mod rank;
pub(crate) mod shape;
pub(crate) mod siblings;
pub(crate) mod slices;
