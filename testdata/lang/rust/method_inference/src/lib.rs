pub mod wheel;
pub mod factory;
pub mod user;
