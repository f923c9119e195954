#[macro_use]
extern crate tools;
pub mod deep;
