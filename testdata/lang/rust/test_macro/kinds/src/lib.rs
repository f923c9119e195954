pub use tools::*;

pub trait Shown {}
