pub mod extra;
pub mod show;
pub mod thing;
