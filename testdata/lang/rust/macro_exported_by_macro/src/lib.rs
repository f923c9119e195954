#[macro_use]
mod join;
pub mod user;
