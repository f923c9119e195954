pub mod value;
pub mod convert;
pub mod user;
