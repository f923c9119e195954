pub mod codes;
pub mod reply;
pub mod user;
