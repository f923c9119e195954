pub mod base;
pub mod names;
pub mod user;
