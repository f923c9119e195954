pub use thing_derive::Thing;
pub trait Unused {}
