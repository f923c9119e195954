//! What an organisation needs of one repository and no more: a small file, a *part*.
//!
//! In: what one repository was found to hold, or the bytes of such a file. Out: [`Part`], [`Whole`].
//! Invariant: results about services are the same from parts and from the folders that they were made of.
//! Never: source text, values of settings, names of people.
//!
//! Several folders are reduced to parts, too, before anything is said about their services: there is one way
//! from repositories to an organisation, so that the two cannot differ.

mod changes;
mod record;
mod reduce;
mod whole;

pub use changes::{ChangeSet, Changes};
pub use record::{
    Identity, PackageRecord, Part, PartError, Requirement, Seen, Size, VERSION, is_part,
};
pub use reduce::{Input, reduce};
pub use whole::{Whole, is_same, whole};
