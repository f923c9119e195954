pub mod str;
pub mod user;
