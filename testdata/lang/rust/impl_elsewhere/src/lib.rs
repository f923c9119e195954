pub mod thing;
pub mod show;
pub mod extra;
pub mod user;
