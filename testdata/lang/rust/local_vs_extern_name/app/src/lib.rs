pub mod codec;
pub mod user;
pub mod inner;
