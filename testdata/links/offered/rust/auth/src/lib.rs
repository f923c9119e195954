pub mod client;
pub mod passwords;
