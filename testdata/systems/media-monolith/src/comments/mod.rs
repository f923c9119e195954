//! Comments under articles.

pub mod counting;
pub mod threads;
pub mod writing;
