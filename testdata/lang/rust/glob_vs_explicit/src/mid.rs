pub use crate::a::*;
pub use crate::b::Config;
