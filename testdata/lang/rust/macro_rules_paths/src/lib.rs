#[macro_use]
mod macros;
pub mod imp;
pub mod user;
