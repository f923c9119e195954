pub mod kind;
pub mod bound;
pub mod user;
