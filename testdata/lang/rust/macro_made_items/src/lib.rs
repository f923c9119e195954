pub mod regex;
pub mod ids;
pub mod flags;
pub mod user;
