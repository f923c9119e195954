pub use crate::a::*;
pub struct InB;
