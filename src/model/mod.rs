//! Ground state: only the records that two stages exchange.
//!
//! In: nothing. Out: plain data types.
//! Invariant: lists are sorted, ids index into the list that owns them.
//! Never: logic of a stage, input or output.

mod calls;
mod changes;
mod code;
mod identity;
mod index;
mod kinds;
mod language;
mod links;
mod load;
pub mod names;
mod notification;
mod place;
mod project;
mod rule;
pub mod stacks;
mod texts;

pub use calls::*;
pub use changes::*;
pub use code::*;
pub use identity::*;
pub(crate) use index::id;
pub use index::{Id, IndexVec, Run};
pub use kinds::*;
pub use language::*;
pub use links::*;
pub use load::*;
pub use notification::*;
pub use place::*;
pub use project::*;
pub use rule::*;
pub(crate) use texts::Texts;
