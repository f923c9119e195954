pub mod shared;
pub mod config;
