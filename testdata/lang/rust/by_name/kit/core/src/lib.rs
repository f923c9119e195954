pub use more::More;
pub struct Base;
