pub use crate::b::*;
pub struct InA;
